"""Inzage: the masks as a table that a person goes through in a spreadsheet, and its way back."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from pii_scan.errors import ConfigError
from pii_scan.inzage.masks import ADDED, HIDDEN, READABLE, Added, Decision, Left, Mask, Review
from pii_scan.inzage.request import Case
from pii_scan.report.csv import cell

COLUMNS: Final = (
    *("kenmerk", "getoond als", "te herkennen aan", "soort", "reden", "aantal", "plaatsen"),
    *("besluit", "door", "waarom", "tekst"),
)
CASE: Final = "zaak "
"""Begins the last heading, which says of which case the file is: one with no line says it too."""
MASK, SHOW = "afdekken", "tonen"
STILL: Final = "(nog leesbaar)"
MAX_CHARS: Final = 20_000_000


def table(rows: Iterable[Mapping[str, object]], columns: tuple[str, ...]) -> bytes:
    """Return a CSV for a Dutch spreadsheet, in which no cell is a formula."""
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, columns, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return sink.getvalue().encode("utf-8-sig", "backslashreplace")


def case_of(case: Case, number: str, key: bytes) -> str:
    """Return by what a review of masks is known: the number, or else a keyed hash of the request.

    A review holds for who asked; the same text may be somebody else's in the next case.
    """
    told = json.dumps(asdict(case), default=str, sort_keys=True)
    return number or f"verzoek {Review(key).id_of(told)}"


def masks_table(
    case: str,
    masks: Iterable[Mask],
    left: Iterable[Left],
    places: Mapping[str, list[int]],
    decisions: Mapping[str, Decision],
    added: Iterable[Added],
    kind: Mapping[str, str],
) -> bytes:
    """Return the review file: a line for every text, those still readable first.

    Args:
        case: as `case_of` gives it.
        masks: what is masked.
        left: what is not, and has to be decided on.
        places: id of a text -> numbers of the places in the answer.
        decisions: taken before, by the id of a text; all of them come back.
        added: texts that a person wanted masked.
        kind: entity -> Dutch name.
    """
    rows: dict[str, dict[str, object]] = {}
    for one in left:
        row = rows.setdefault(
            one.id,
            {
                "getoond als": STILL,
                "te herkennen aan": one.hint,
                "soort": kind.get(one.entity, one.entity),
                "reden": "kan van een ander zijn en staat nog leesbaar in:",
            },
        )
        row["reden"] = f"{row['reden']} {one.file} {one.where}".rstrip()
    for mask in masks:
        if mask.entity == ADDED:
            continue
        rows.setdefault(
            mask.id,
            {
                "getoond als": mask.shown,
                "te herkennen aan": mask.hint,
                "soort": kind.get(mask.entity, mask.entity),
                "reden": mask.reason,
                "aantal": mask.count,
                "plaatsen": ", ".join(map(str, places.get(mask.id, ()))),
                "besluit": SHOW if mask.shown == READABLE else MASK,
            },
        )
    for known, decision in decisions.items():
        row = rows.setdefault(known, {"reden": "eerder besloten", "aantal": 0})
        row |= {
            "besluit": SHOW if decision.shows else MASK,
            "door": decision.by,
            "waarom": decision.why,
        }
    more = (
        {
            "getoond als": HIDDEN,
            "reden": "toegevoegd bij de controle",
            "besluit": MASK,
            "door": one.by,
            "waarom": one.why,
            "tekst": one.text,
        }
        for one in added
    )
    lines: list[Mapping[str, object]] = [{"kenmerk": key, **row} for key, row in rows.items()]
    lines += more
    return table(lines, (*COLUMNS, f"{CASE}{case}"))


def is_masks(data: bytes) -> bool:
    """Tell whether a file is a review of masks, by the columns of its heading."""
    first = data.removeprefix(codecs.BOM_UTF8).partition(b"\n")[0].decode("utf-8", "replace")
    return any({"kenmerk", "besluit"} <= set(_split(first, mark)) for mark in ";,")


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def parse(data: bytes, name: str, case: str) -> tuple[dict[str, Decision], tuple[Added, ...]]:
    """Return the decisions and the added texts of a review file of a case.

    Raises:
        ConfigError: it is of another case, or a line cannot be followed, by its number; no value
            is quoted.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: no UTF-8 text; save it as CSV UTF-8") from None
    if len(text) > MAX_CHARS:
        raise ConfigError(f"{name}: far too long for a review of masks")
    # Excel writes commas instead where its language is English.
    separator = ";" if text.partition("\n")[0].count(";") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    decisions: dict[str, Decision] = {}
    added: list[Added] = []
    try:
        missing = set(COLUMNS) - set(rows.fieldnames or ())
        if missing:
            columns = ", ".join(column for column in COLUMNS if column in missing)
            raise ConfigError(f"{name}: has no column {columns}; is this a masks.csv?")
        if not any(column.strip() == f"{CASE}{case}" for column in rows.fieldnames or ()):
            raise ConfigError(
                f"{name}: is no review of masks of this case ({case}): decide in the one that its "
                "own export writes"
            )
        for row in rows:
            _take(row, f"{name}, line {rows.line_num}", decisions, added)
    except csv.Error:
        raise ConfigError(f"{name}, line {rows.line_num}: no valid CSV") from None
    return decisions, tuple(added)


def _take(
    row: Mapping[str, str | None], line: str, decisions: dict[str, Decision], added: list[Added]
) -> None:
    fields = {column: _bare(row.get(column)) for column in COLUMNS}
    if not any(fields.values()):
        return
    for wrong in _wrong(fields):
        raise ConfigError(f"{line}: {wrong}")
    known, by, why = fields["kenmerk"], fields["door"], fields["waarom"]
    if not known:
        added.append(Added(fields["tekst"], by, why))
    elif by:
        # What nobody signed is no decision, but what we proposed.
        decisions[known] = Decision(fields["besluit"].casefold() == SHOW, by, why)


def _wrong(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a line."""
    decision = fields["besluit"].casefold()
    if decision not in {"", MASK, SHOW}:
        yield f'besluit is "{MASK}" or "{SHOW}"'
    if not fields["kenmerk"] and not fields["tekst"]:
        yield "give the kenmerk of a text, or in tekst one that has to be masked too"
    if not fields["kenmerk"] and (decision == SHOW or len(fields["tekst"]) < 2):
        yield "a text without kenmerk can only be masked"
    if fields["kenmerk"] and not re.fullmatch(r"[0-9a-f]{16}", fields["kenmerk"]):
        yield "kenmerk is damaged: leave it as it was written"
    proposed = SHOW if fields["getoond als"] == READABLE else MASK
    is_changed = bool(fields["kenmerk"]) and decision not in {"", proposed}
    if is_changed and not (fields["door"] and fields["waarom"]):
        yield f'"{decision}" needs door (who decided) and waarom (why)'


def _bare(value: object) -> str:
    """Return a cell without the quote that keeps it from being a formula."""
    text = value.strip() if isinstance(value, str) else ""
    return text[1:] if re.match(r"'\s*[=+\-@]", text) else text


def lines(data: bytes) -> list[dict[str, str]]:
    """Return what a review file of ours says, a line for each text, to be shown."""
    text = io.StringIO(data.decode("utf-8-sig", "replace"), newline="")
    rows = csv.DictReader(text, delimiter=";")
    return [{column: _bare(row.get(column)) for column in COLUMNS} for row in rows]
