"""How much was found on the organisation's own places: canaries and samples of one scan.

A measurement comes after its scan, so it may lie behind the stretch of the log that a bundle holds:
its entries stand here whole. They hold counts; the intervals are worked out from them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pii_scan.chain import CHANGED, Check, hashed, signature_flaws, told
from pii_scan.evidence import history
from pii_scan.evidence.history import Place
from pii_scan.evidence.parts import SCHEMA
from pii_scan.measure.sampling import CHECKED, DRAWN, Answers
from pii_scan.measure.scoring import SCORED, figures
from pii_scan.model import Entry

KINDS = (SCORED, DRAWN, CHECKED)


def recall(entries: Iterable[Entry], scan_id: int) -> dict[str, Any]:
    """Return what was measured of a scan, in the order in which it was; all of it, not the best."""
    found = [one for one in entries if one.kind in KINDS and one.data.get("scan") == scan_id]
    return {
        "schema": SCHEMA,
        "scan": scan_id,
        "canaries": [_scored(one) for one in found if one.kind == SCORED],
        "samples": [_checked(one) for one in found if one.kind == CHECKED],
        "samples_drawn": sum(one.kind == DRAWN for one in found),
        "entries": [json.loads(history.line_of(one)) for one in found],
    }


def entries_of(part: Mapping[str, Any]) -> list[Entry]:
    """Return the entries in the part.

    Raises:
        ValueError: something there is no entry.
    """
    held = part.get("entries")
    if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
        raise ValueError("it holds no entries of a log")
    return [history.entry_of(one) for one in held]


def flaws(
    measured: Sequence[Entry], log: Sequence[Entry], after: Place, check: Check | None
) -> Iterator[str]:
    """Yield what is wrong with the entries by themselves and beside a stretch of the log."""
    for one in measured:
        if hashed(told(one)) != one.hash:
            yield f"entry {one.number}: {CHANGED}"
    if check is not None:
        signed = [one for one in measured if one.signature is not None]
        for flaw in signature_flaws(signed, check):
            yield f"entry {flaw.number}: {flaw.what}"
    yield from unlike(measured, log, after)


def unlike(measured: Sequence[Entry], log: Sequence[Entry], after: Place) -> Iterator[str]:
    """Yield the entries that a stretch of the log, behind a place, should hold and does not."""
    last = log[-1].number if log else after.number
    held = {one.number: one for one in log}
    for one in measured:
        if after.number < one.number <= last and held.get(one.number) != one:
            yield f"entry {one.number}: is not that of the log"


def _scored(one: Entry) -> dict[str, Any]:
    counts = {name: it for name, it in one.data.items() if name not in {"scan", "plantings"}}
    return {**_by(one), "plantings": one.data["plantings"], **figures(counts)}


def _checked(one: Entry) -> dict[str, Any]:
    answers = Answers(*(one.data[name] for name in Answers.__dataclass_fields__))
    return {**_by(one), "checked_by": one.data["by"], **answers.as_dict()}


def _by(one: Entry) -> dict[str, Any]:
    moment = one.time.isoformat(timespec="seconds")
    return {"entry": one.number, "at": moment, "operator": one.operator}
