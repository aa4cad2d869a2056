"""rules/accuracy.json, or a file of the organisation's own: how well the detector did."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict
from pii_scan.errors import ConfigError

_Count = Annotated[int, Field(ge=0)]
_Line = Annotated[str, Field(min_length=1, max_length=300)]


class _Label(Strict):
    label: _Line
    right: _Count
    wrong: _Count
    missed: _Count


class _Set(Strict):
    name: _Line
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    documents: _Count
    labels: tuple[_Label, ...]


class _File(Strict):
    schema_number: Annotated[Literal[1], Field(alias="schema")]
    tool_version: _Line
    measured: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    sets: Annotated[tuple[_Set, ...], Field(min_length=1)]


def load_accuracy(path: Path | None = None) -> dict[str, Any]:
    """Return what was measured, as JSON has it; `None`: what is shipped.

    Raises:
        ConfigError: the file cannot be read or is not what bench/accuracy.py --record writes.
    """
    place = path or rules_dir() / "accuracy.json"
    try:
        value = _File.model_validate_json(place.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read {place}: {error.strerror}") from None
    except ValueError:
        raise ConfigError(f"{place} is not what bench/accuracy.py --record writes") from None
    return value.model_dump(by_alias=True, mode="json")
