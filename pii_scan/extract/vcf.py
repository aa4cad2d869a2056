"""Stage 3, extract: address cards (RFC 6350, 3.0 and 2.1): labelled lines for each card."""

from collections.abc import Callable, Iterator
from mimetypes import guess_extension
from typing import BinaryIO, Final

from pii_scan.extract import _content_lines
from pii_scan.extract._content_lines import Line
from pii_scan.extract._limits import MAX_MEMBERS, read
from pii_scan.extract._media_type import CARD
from pii_scan.extract._reasons import DAMAGED, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Extractor, Gap, Member, Part

NO_ONES: Final = frozenset(
    {"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "KIND", "CLIENTPIDMAP", "CLASS", "MAILER"}
    | {"X-ABUID", "TZ", "XML"}
)
LABELS: Final = {
    "FN": "full name",
    "NICKNAME": "nickname",
    "EMAIL": "e-mail",
    "LABEL": "address",
    "ORG": "company",
    "TITLE": "job title",
    "BDAY": "date of birth",
    "X-MS-SPOUSE": "spouse",
    "X-SPOUSE": "spouse",
}
"""In words that a detector may know as labels; other properties go by their own name."""
URIS: Final = frozenset({"EMAIL", "IMPP", "RELATED", "MEMBER", "URL", "CALADRURI"})
NAME: Final = ("surname", "first name", "middle name", "title", "suffix")
ADDRESS: Final = (2, 1, 0, 5, 3, 4, 6)
"""Pieces of ADR in the order of an envelope: street, extension, box, code, town, region, land."""
TOWN: Final = (5, 3)


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield each card as labelled lines, with the day it was last changed; pictures as members."""
    card: list[Line] = []
    number = files = 0
    is_open = False
    for line in _content_lines.lines(read(stream)):
        if line.name == "BEGIN":
            is_open = True
        if line.name != "END":
            card.append(line)
        is_open = is_open and line.name != "END"
        if line.name != "END" and len(card) < _content_lines.MOST_LINES:
            continue
        for part in _card(card, number + 1):
            files += isinstance(part, Member)
            if files <= MAX_MEMBERS or not isinstance(part, Member):
                yield part
        card.clear()
        number += line.name == "END"
    yield from _card(card, number + 1)
    if is_open:
        yield Gap(DAMAGED)
    if files > MAX_MEMBERS:
        yield Gap(TOO_MANY_PARTS, "pictures")


def _card(card: list[Line], number: int) -> Iterator[Part]:
    where = f"card {number}"
    files = [line for line in card if _content_lines.is_binary(line)]
    texts = [line for line in card if not _content_lines.is_binary(line)]
    yield from fields((pair for line in texts for pair in _pairs(line)), where)
    for line in texts:
        changed = _content_lines.day(_content_lines.text(line)) if line.name == "REV" else None
        if changed:
            yield Evidence("documentdatum", changed, "metadata", where)
    for line in files:
        try:
            content, kind = _content_lines.binary(line)
        except ValueError:
            yield Gap(DAMAGED, where)
            continue
        kind = kind or f"image/{line.stated('TYPE').lower() or 'x'}"
        name = f"{number}-{line.name.lower()}{guess_extension(kind) or ''}"
        yield Member(name, content, media_type=kind)


def _pairs(line: Line) -> Iterator[tuple[str, str]]:
    """Yield what a property says, under words that name it."""
    if line.name in NO_ONES:
        return
    read_as = READ_AS.get(line.name)
    if read_as:
        yield from read_as(line)
        return
    label = LABELS.get(line.name, line.name.lower().removeprefix("x-"))
    value = _content_lines.text(line).strip()
    yield label, _content_lines.address(value) if line.name in URIS else value


def _name(line: Line) -> Iterator[tuple[str, str]]:
    yield from zip(NAME, _content_lines.pieces(_content_lines.written(line)), strict=False)


def _place(line: Line) -> Iterator[tuple[str, str]]:
    found = _content_lines.pieces(_content_lines.written(line)) + [""] * 7
    town = " ".join(filter(None, (found[index] for index in TOWN)))
    rest = [town if index == TOWN[0] else found[index] for index in ADDRESS if index != TOWN[1]]
    yield "address", ", ".join(filter(None, rest))
    yield "address", line.stated("LABEL")


def _phone(line: Line) -> Iterator[tuple[str, str]]:
    kinds = line.stated("TYPE").lower()
    label = "mobile" if "cell" in kinds else "fax" if "fax" in kinds else "phone"
    yield label, _content_lines.address(_content_lines.text(line).strip())


def _company(line: Line) -> Iterator[tuple[str, str]]:
    found = _content_lines.pieces(_content_lines.written(line))
    yield "company", ", ".join(filter(None, found))


def _birthday(line: Line) -> Iterator[tuple[str, str]]:
    written = _content_lines.text(line).strip()
    found = _content_lines.day(written)
    yield LABELS[line.name], found.isoformat() if found else written


READ_AS: Final[dict[str, Callable[[Line], Iterator[tuple[str, str]]]]] = {
    "N": _name,
    "ADR": _place,
    "TEL": _phone,
    "ORG": _company,
    "BDAY": _birthday,
}

EXTRACTOR = Extractor(
    media_types=(CARD, "text/x-vcard", "text/directory"), suffixes=(".vcf", ".vcard"), parts=parts
)
