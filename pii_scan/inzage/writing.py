"""Inzage: the files of an answer, in a folder that its owner alone can open."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pii_scan.errors import ConfigError
from pii_scan.inzage._pdf import pdf
from pii_scan.inzage._word import word
from pii_scan.inzage.answer import Answer, Found
from pii_scan.inzage.frame import Frame
from pii_scan.inzage.letter import letter
from pii_scan.inzage.rapport import rapport, told

SCHEMA: Final = 1
NAMES: Final = ("brief.docx", "rapport.docx", "rapport.pdf", "places.json", "subject.json")
BESIDE: Final = ("review.json", "review.csv", "verklaring.json", "verklaring.docx")
"""What other steps of a case put in its folder."""


def prepare(folder: Path) -> None:
    """Make the folder of an answer; one that holds anything else is refused.

    Raises:
        ConfigError: it cannot be made, or is not this command's own.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = [path for path in folder.iterdir() if path.name not in (*NAMES, *BESIDE)]
        if others:
            raise ConfigError(f"{folder} is not empty: name a new folder for this request")
        folder.chmod(0o700)
    except OSError as error:
        raise ConfigError(f"cannot write to {folder}: {error.strerror}") from None


def write(answer: Answer, frame: Frame, folder: Path) -> tuple[Path, ...]:
    """Write the files of an answer and return their paths.

    Raises:
        ConfigError: the folder cannot be written to, or holds other things.
    """
    prepare(folder)
    report = rapport(answer, frame)
    contents = (
        word(letter(answer, frame)),
        word(report),
        pdf(report),
        _json(list(_places(answer))),
        _json(_subject(answer, frame)),
    )
    written = tuple(folder / name for name in NAMES)
    for path, data in zip(written, contents, strict=True):
        put(path, data)
    return written


def put(path: Path, data: bytes) -> None:
    """Write a file that was never open to others; a link in its place is not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, flags, 0o600), "wb") as sink:
            sink.write(data)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from None


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _places(answer: Answer) -> Iterator[dict[str, object]]:
    for place in answer.places:
        yield {
            "uri": place.result.item.uri,
            "where": place.where,
            "match": place.match,
            "reasons": list(place.reasons),
            "included": place.included,
        }


def _subject(answer: Answer, frame: Frame) -> dict[str, Any]:
    case = answer.case
    return {
        "schema": SCHEMA,
        "type": "inzage",
        "subject": {
            "names": list(case.names),
            "date_of_birth": _iso(case.date_of_birth),
            "email": list(case.email),
            "phone": list(case.phone),
            "address": list(case.address),
            "customer_number": list(case.customer_number),
            "iban": list(case.iban),
            "bsn": case.bsn,
        },
        "request": {
            "received": _iso(case.received),
            "due": _iso(frame.due),
            "policy": frame.policy.name,
            "controller": case.controller,
            "bsn_basis": case.bsn_basis,
        },
        "scan": {
            "id": answer.scan.id,
            "started": _iso(answer.scan.started),
            "finished": _iso(answer.scan.finished),
        },
        "places": [_place(number, one, frame) for number, one in enumerate(answer.found, 1)],
    }


def _place(number: int, one: Found, frame: Frame) -> dict[str, Any]:
    place = one.place
    return {
        "number": number,
        "address": one.address,
        "where": place.where,
        "match": place.match,
        "reasons": list(place.reasons),
        "doc_type": place.result.doc_type,
        "role": place.result.role,
        "categories": list(frame.categories_of([one])),
        "retention": [
            {
                "policy": it.policy,
                "rule": it.rule,
                "verdict": it.verdict,
                "trigger": it.trigger,
                "reference_date": _iso(it.reference_date),
                "keep_until": _iso(it.keep_until),
                "must_keep_until": _iso(it.must_keep_until),
            }
            for it in dict.fromkeys(place.judgements)
        ],
        "source": one.copy.state,
        "remark": told(one.copy) or None,
        "extract": [
            {"where": it.where, "fields": [list(pair) for pair in it.cells]}
            if it.cells
            else {"where": it.where, "text": it.text}
            for it in one.copy.passages
        ],
    }


def _iso(when: Any) -> str | None:
    return None if when is None else str(when.isoformat())
