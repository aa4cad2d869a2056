"""Inzage: the files of an answer, in a folder that its owner alone can open."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pii_scan.errors import ConfigError
from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage import lists, portable
from pii_scan.inzage.answer import Answer, Found, covered
from pii_scan.inzage.frame import Frame, Handling
from pii_scan.inzage.letter import letter
from pii_scan.inzage.masks import Left
from pii_scan.inzage.rapport import rapport, told
from pii_scan.inzage.release import left
from pii_scan.inzage.reviewing import case_of, masks_table, table
from pii_scan.page import Page
from pii_scan.page.pdf import pdf
from pii_scan.page.word import word

SCHEMA: Final = 1
NAMES: Final = ("brief.docx", "brief.pdf", "rapport.docx", "rapport.pdf", "subject.json")
"""What goes to whoever the letter is to, once it is released."""
LETTERS: Final = ("brief.docx", "brief.pdf")
"""Of these, what names who checked and decided for the organisation."""
PORTABLE: Final = ("overdraagbaar.json", "overdraagbaar.csv", "overdraagbaar.schema.json")
"""For the person alone, on request (art. 20 AVG)."""
LISTS: Final = ("rectificatie.csv", "wissing.csv")
"""For who carries out what may follow."""
INTERNAL: Final = ("places.json", "masks.csv")
"""For who handles the case, and for nobody else: places that may be another's, and the masks."""
BESIDE: Final = ("review.json", "review.csv", "verklaring.json", "verklaring.docx")
"""What other steps of a case put in its folder."""
DRAFT: Final = "concept"
"""Folder within, for what is not released."""
PROGRAM: Final = "Typst"
"""That lays out the PDFs, and says so in their properties."""
COVER_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    paths: tuple[Path, ...]
    left: tuple[Left, ...]
    """What of others is still readable and no person has decided on: then nothing is released."""


def prepare(folder: Path, *, has_review: bool = False) -> None:
    """Make the folder of an answer; one that holds anything else is refused.

    Raises:
        ConfigError: it cannot be made, is not this command's own, or holds a review of masks that
            would be lost.
    """
    known = {*NAMES, *PORTABLE, *LISTS, *INTERNAL, *BESIDE, DRAFT}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
        if names - known:
            raise ConfigError(f"{folder} is not empty: name a new folder for this request")
        if "masks.csv" in names and not has_review:
            raise ConfigError(
                f"{folder} holds a review of masks: add --review {folder / 'masks.csv'}, or name "
                "a new folder"
            )
        folder.chmod(0o700)
    except OSError as error:
        raise ConfigError(f"cannot write to {folder}: {error.strerror}") from None


def write(answer: Answer, frame: Frame, folder: Path) -> Written:
    """Write the files of an answer: in the folder, or as a draft when they may not leave.

    Raises:
        ConfigError: the folder cannot be written to.
    """
    prepare(folder, has_review=True)
    answer, files, remaining = _checked(answer, frame)
    place = folder / DRAFT if remaining else folder
    _clear(folder, [*files, DRAFT])
    try:
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write to {place}: {error.strerror}") from None
    internal = {
        "places.json": _json(list(_places(answer))),
        "masks.csv": _masks(answer, frame, remaining),
    }
    written = {place / name: data for name, data in files.items()}
    written |= {folder / name: data for name, data in internal.items()}
    for path, data in written.items():
        put(path, data)
    return Written(tuple(written), remaining)


def _checked(answer: Answer, frame: Frame) -> tuple[Answer, dict[str, bytes], tuple[Left, ...]]:
    """Return the files of an answer and what of others is left in them without a decision."""
    review = answer.redactor.review
    ours = _ours(answer, frame)
    # Who acted for the organisation is named in the letter, which has no extracts: elsewhere the
    # same name is as much another's as any.
    signed = "\n".join((ours, *frame.handling.by))
    for _ in range(COVER_ROUNDS):
        files = _files(answer, frame)
        letters = {name: data for name, data in files.items() if name in LETTERS}
        others = {name: data for name, data in files.items() if name not in LETTERS}
        remaining = (
            *left(letters, answer.redactor, signed, answer.own),
            *left(others, answer.redactor, ours, answer.own),
        )
        if not any(one.is_to_mask for one in remaining):
            break
        answer = covered(answer)
    undecided = [one for one in remaining if one.id not in review.decisions or one.is_to_mask]
    return answer, files, tuple(undecided)


def _files(answer: Answer, frame: Frame) -> dict[str, bytes]:
    """Return the content of what may leave, by name."""
    brief, report = letter(answer, frame), rapport(answer, frame)
    contents = (
        *(word(brief), pdf(brief), word(report), pdf(report)),
        _json(_subject(answer, frame)),
    )
    files = dict(zip(NAMES, contents, strict=True))
    if not answer.is_processors:
        # What somebody else is responsible for, that other has to hand over.
        taken, _ = portable.portable(answer, frame)
        rows = table((record.row() for record in taken), portable.COLUMNS)
        package = _json(portable.package(answer, frame))
        files |= zip(PORTABLE, (package, rows, _json(portable.schema())), strict=True)
    rectify = table(lists.rectification(answer, frame), lists.RECTIFY)
    erase = table(lists.erasure(answer, frame), lists.ERASE)
    return files | dict(zip(LISTS, (rectify, erase), strict=True))


def _ours(answer: Answer, frame: Frame) -> str:
    """Return all that files of an answer say that comes from no source: our words, the request."""
    bare = tuple(Found(one.place, replace(one.copy, passages=()), "", "") for one in answer.found)
    empty = replace(answer, found=bare)
    # What was typed of how the case was handled may name anybody: it is read as a source is.
    told = Handling(frame.handling.reference, frame.handling.channel)
    frame = replace(frame, handling=told)
    pages: Iterable[Page] = (letter(empty, frame), rapport(empty, frame))
    texts = [text for page in pages for text in page.texts()]
    rules = [f"{it.source} {it.title}" for it in frame.policy.rules]
    asked = json.dumps(_subject(replace(empty, found=()), frame), ensure_ascii=False)
    heads = [*dutch.PLACES, *portable.COLUMNS, *lists.RECTIFY, *lists.ERASE, frame.policy.statement]
    schema = json.dumps(portable.schema(), ensure_ascii=False)
    listed = [str(value) for row in lists.erasure(empty, frame) for value in row.values()]
    # Numbers in the names of files: masked where they are somebody's, by all else they are not.
    numbers = [
        token
        for one in answer.found
        for text in (one.address, dutch.place(one.where))
        for token in re.findall(r"\w*\d\w*(?:\.\w+)?", text)
    ]
    return "\n".join([*texts, *rules, *heads, *listed, *numbers, asked, schema, PROGRAM])


def _masks(answer: Answer, frame: Frame, remaining: Iterable[Left]) -> bytes:
    """Return the review file, in which each text has the numbers of the places it stands in."""
    review, redactor = answer.redactor.review, answer.redactor
    places: dict[str, list[int]] = {}
    for mask in review.masks:
        numbers = [n for n, one in enumerate(answer.found, 1) if _holds(one, mask.shown)]
        places[mask.id] = numbers
    for number, one in enumerate(answer.found, 1):
        for value in dict.fromkeys(it for row in one.copy.passages for it in row.claimed):
            places.setdefault(review.id_of(value), []).append(number)
    # What is readable in a row of the person goes before the same text masked elsewhere.
    masks = (*review.claimed, *review.masks)
    entities = {mask.entity for mask in masks} | {one.entity for one in remaining}
    kinds = {entity: redactor.phrase(entity) for entity in entities if entity.isupper()}
    case = case_of(answer.case, frame.handling.reference, review.key)
    return masks_table(case, masks, remaining, places, review.decisions, review.added, kinds)


def _holds(one: Found, shown: str) -> bool:
    cells = (text for it in one.copy.passages for pair in it.cells for text in pair)
    texts = (text for it in one.copy.passages for text in (it.text, it.where))
    return any(shown in text for text in (*cells, *texts, one.address, one.where))


def _clear(folder: Path, names: Iterable[str]) -> None:
    """Remove what an earlier answer left: what was released then may not be sent any more."""
    try:
        for name in names:
            path = folder / name
            if name == DRAFT and path.is_dir() and not path.is_symlink():
                for old in (*NAMES, *PORTABLE, *LISTS):
                    (path / old).unlink(missing_ok=True)
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write to {folder}: {error.strerror}") from None


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


def _subject(answer: Answer, frame: Frame) -> Mapping[str, Any]:
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
        "where": one.where,
        "match": place.match,
        "reasons": list(one.reasons),
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
