"""What must hold of every office format, whole and damaged."""

import io
import random
import zipfile
from functools import cache

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import extract, extractor_for, media_type
from pii_scan.model import Gap, Part
from tests import office
from tests.documents import docx, parts, words, xlsx
from tests.test_extract_xlsb import cell, row, xlsb

NAMES = (
    "a.docx", "a.xlsx", "a.pptx", "a.odt", "a.ods", "a.odp", "a.rtf", "a.doc", "a.ppt", "a.xls",
    "a.xlsb",
)  # fmt: skip
REASONS = {
    "damaged",
    "encrypted",
    "expands too much",
    "no reader for this type",
    "too deeply nested",
    "too large",
    "too many parts",
    "too many rows",
    "unknown compression method",
}


@cache
def samples() -> dict[str, bytes]:
    """Return a file of each format with the same BSN."""
    text = "Uw BSN is 999990019."
    held = f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"
    frame = f"<draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
    table = f"<table:table><table:table-row>{held * 3}</table:table-row></table:table>"
    note = f"<text:note><text:note-body><text:p>{text}</text:p></text:note-body></text:note>"
    return {
        "a.docx": docx(),
        "a.xlsx": xlsx(),
        "a.pptx": office.pptx([office.shape(text), office.shape("twee")]),
        "a.odt": office.odf(f"<text:p>{text}{note}</text:p>{table}"),
        "a.ods": office.odf(table, "spreadsheet"),
        "a.odp": office.odf(f"<draw:page>{frame}</draw:page>", "presentation"),
        "a.rtf": rf"{{\rtf1\ansi {text}\par{{\footnote x}}\trowd\intbl a\cell\row}}".encode(),
        "a.doc": office.doc(body=f"{text}\r\x13PAGE\x14x\x15\r", footnote="\x02een\r", plcs={
            3: office.plc(0, 5), 51: office.sttb("P. Vos"), 50: office.officeart(0x381, "foto")}),
        "a.ppt": office.ppt([office.record(1006, office.text_atom(text))],
                            before=office.record(1006)),
        "a.xlsb": xlsb(row(0, cell(0, text), cell(1, 7.0))),
        "a.xls": office.xls(office.label(0, 0, text) + office.number(1, 1, 7)),
    }  # fmt: skip


def told(data: bytes, name: str) -> tuple[bool, set[str]]:
    """Read bytes as what they were: whether the BSN was found, and what was given as reasons."""
    kind = media_type(io.BytesIO(samples()[name]), name)
    extractor = extractor_for(kind)
    assert extractor is not None
    found: list[Part] = []
    failure = set()
    try:
        for part in extract(io.BytesIO(data), extractor):
            found.append(part)  # noqa: PERF402
    except ExtractError as error:
        failure = {error.reason}
    reasons = failure | {part.reason for part in found if isinstance(part, Gap)}
    assert reasons <= REASONS
    return "999990019" in words(found), reasons


@pytest.mark.parametrize("name", NAMES)
def test_content_tells_the_type(name: str) -> None:
    data = samples()[name]
    told = media_type(io.BytesIO(data), "x.dat")
    assert extractor_for(told) is extractor_for(media_type(io.BytesIO(data), name))
    assert "999990019" in words(parts(data, "x.dat"))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_off_anywhere_gives_its_text_or_the_reason(name: str) -> None:
    data = samples()[name]
    for length in random.Random(12).sample(range(1, len(data)), k=25):
        is_found, reasons = told(data[:length], name)
        assert is_found or reasons, length
    assert told(data, name) == (True, set())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_broken_bytes_is_read_or_refused(name: str) -> None:
    chance = random.Random(12)
    data = samples()[name]
    # Most of an old container is padding, of which no reader would notice anything.
    places = [index for index, byte in enumerate(data) if byte] or [0]
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            broken[chance.choice(places)] = chance.choice((0, 255, chance.randrange(256)))
        told(bytes(broken), name)


@pytest.mark.parametrize("name", [name for name in NAMES if name[2:4] in {"do", "xl", "pp", "od"}
                                  and name not in {"a.doc", "a.xls", "a.ppt"}])  # fmt: skip
def test_a_package_with_a_broken_part_gives_its_text_or_the_reason(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(samples()[name])) as package:
        held = {each: package.read(each) for each in package.namelist()}
    for victim, content in held.items():
        for broken in (b"", content[: len(content) // 2], b"\xff" * 50):
            is_found, reasons = told(office.zipped({**held, victim: broken}), name)
            assert is_found or reasons or b"999990019" not in content, victim


@pytest.mark.parametrize("name", NAMES)
def test_a_file_gives_the_same_twice(name: str) -> None:
    assert parts(samples()[name], name) == parts(samples()[name], name)
