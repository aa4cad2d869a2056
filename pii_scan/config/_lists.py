"""Lists that an organisation keeps, as a TOML file or as CSV: entries with where each stands."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pii_scan.config._rules import read_toml
from pii_scan.config._schema import Strict
from pii_scan.errors import ConfigError

S = TypeVar("S", bound=Strict)


def entries(name: str, table: str, schema: type[S]) -> Iterator[tuple[str, S]]:
    """Yield (place, entry) for `[[table]]` of a TOML file, or for the lines of a CSV file.

    "-" is CSV from stdin. Empty cells are as if not written; "|" parts several values of a cell.

    Raises:
        ConfigError: it cannot be read or an entry is wrong; quotes nothing of it.
    """
    for place, told in _toml(name, table) if name.endswith(".toml") else _csv(name, schema):
        try:
            yield place, schema.model_validate(told)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(step) for step in first["loc"])
            what = first["msg"].removeprefix("Value error, ")
            raise ConfigError(f"{place}: {f'{field}: ' if field else ''}{what}") from None


def _toml(name: str, table: str) -> Iterator[tuple[str, Any]]:
    told = read_toml(Path(name))
    found = told.pop(table, [])
    if told or not isinstance(found, list):
        raise ConfigError(f"{name}: may hold [[{table}]] only")
    for number, entry in enumerate(found, start=1):
        yield f"{name}, {table} {number}", entry


def _csv(name: str, schema: type[Strict]) -> Iterator[tuple[str, dict[str, Any]]]:
    shown = "stdin" if name == "-" else name
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
        first = text.partition("\n")[0]
        lines = list(csv.reader(text.splitlines(), delimiter=";" if ";" in first else ","))
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error):
        raise ConfigError(f"{shown}: is no CSV file in UTF-8") from None
    known = list(schema.model_fields)
    heading = [cell.strip().lower() for cell in lines[0]] if lines else []
    if not heading or not set(heading) <= set(known) or len(set(heading)) < len(heading):
        raise ConfigError(f"{shown}: the first line must name columns out of {','.join(known)}")
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            raise ConfigError(
                f"{shown}, line {number}: has {len(cells)} fields instead of {len(heading)}"
            )
        told = {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}
        yield f"{shown}, line {number}", {key: cell for key, cell in told.items() if cell}
