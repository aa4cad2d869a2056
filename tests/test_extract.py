import io
import random
import subprocess
import sys
import zipfile
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_scan.errors import ExtractError
from pii_scan.extract import _guard, extract, extractor_for, media_type
from pii_scan.extract._cfb import packed
from pii_scan.extract._media_type import OOXML
from pii_scan.model import Chunk, Extractor, Gap, Member
from tests import cms, documents, outlook

WORD = OOXML + "wordprocessingml.document"
EXCEL = OOXML + "spreadsheetml.sheet"
LOCKED = "application/x-ooxml-encrypted"


@cache
def samples() -> dict[str, bytes]:
    return {
        "a.txt": "Beste René,\nUw BSN is 999990019.\n".encode(),
        "a.csv": documents.CSV,
        "a.json": documents.JSON,
        "a.jsonl": documents.JSONL,
        "a.xml": documents.XML,
        "a.html": documents.HTML,
        "a.docx": documents.docx(),
        "a.xlsx": documents.xlsx(),
        "a.pdf": documents.pdf(),
        "a.eml": documents.eml(),
        "a.mbox": b"From a@b.example Mon Mar  1 10:00:00 2021\n" + documents.eml(),
        "a.msg": outlook.msg(inner=outlook.MESSAGE),
        "winmail.dat": outlook.tnef(files=[("a.txt", b"x")], inner=outlook.tnef()),
        "a.pst": outlook.pst(),
        "a.ics": documents.ICS,
        "a.vcf": documents.VCF,
        "a.p7m": cms.signed(documents.eml(), cms.certificate(cms.named(0x0C, "J. Jansen"))),
    }


UNSAID = {"a.csv", "a.eml", "a.mbox", "a.msg", "winmail.dat", "a.pst", "a.p7m"}
"""Samples of which the number stands in a member, or is another one."""
NAMES = (
    "a.txt",
    "a.csv",
    "a.json",
    "a.jsonl",
    "a.xml",
    "a.html",
    "a.docx",
    "a.xlsx",
    "a.pdf",
    "a.eml",
    "a.mbox",
    "a.msg",
    "winmail.dat",
    "a.pst",
    "a.ics",
    "a.vcf",
    "a.p7m",
)


def ole(*names: str) -> bytes:
    """Return an OLE container with streams of these names."""
    return packed(dict.fromkeys(names, b"x"))


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        for name, content in members.items():
            container.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", "text/plain"),
        ("a.csv", "text/csv"),
        ("a.json", "application/json"),
        ("a.jsonl", "application/x-ndjson"),
        ("a.xml", "application/xml"),
        ("a.html", "text/html"),
        ("a.docx", WORD),
        ("a.xlsx", EXCEL),
        ("a.pdf", "application/pdf"),
        ("a.eml", "message/rfc822"),
        ("a.mbox", "application/mbox"),
        ("a.msg", "application/vnd.ms-outlook"),
        ("winmail.dat", "application/vnd.ms-tnef"),
        ("a.pst", "application/vnd.ms-outlook-pst"),
        ("a.ics", "text/calendar"),
        ("a.vcf", "text/vcard"),
        ("a.p7m", "application/pkcs7-mime"),
    ],
)
def test_content_tells_the_type_and_names_are_not_needed(name: str, expected: str) -> None:
    stream = io.BytesIO(samples()[name])
    assert media_type(stream, name) == expected
    assert media_type(stream, "x.dat") == (expected if name != "a.csv" else media_type(stream, "x"))


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"bsn 999990019\0\0\0", "notitie.txt", "text/plain"),
        (b"MZ\x90\x00\x03" + bytes(200), "factuur.pdf", "application/x-msdownload"),
        (b"MZ\x90\x00\x03" + bytes(200), "notities.txt", "application/x-msdownload"),
        (bytes(range(256)) * 4, "notities.txt", None),
        (bytes(range(256)) * 4, "rapport.docx", WORD),
        (b"geen document", "rapport.docx", "text/plain"),
        (b"MZ is een afkorting", "a.txt", "text/plain"),
        (b"", "leeg.docx", "text/plain"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a.txt", "image/png"),
        (b"{\\rtf1\\ansi tekst}", "a.doc", "application/rtf"),
        (ole("EncryptedPackage", "EncryptionInfo"), "a.docx", LOCKED),
        (ole("a", "b", "c", "d", "e", "f", "EncryptedPackage"), "a.xlsx", LOCKED),
        (ole("WordDocument"), "a.docx", "application/msword"),
        (ole("__properties_version1.0"), "a.msg", "application/vnd.ms-outlook"),
        (ole("anders"), "a.doc", "application/x-ole-storage"),
        (ole("WordDocument")[:600], "a.doc", "application/x-ole-storage"),
        (ole("x")[:30] + b"\0\0" + ole("x")[32:], "a.doc", "application/x-ole-storage"),
        (zipped(**{"ppt/presentation.xml": ""}), "a.zip", OOXML + "presentationml.presentation"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "a.docx",
         "application/vnd.oasis.opendocument.text"),
        (zipped(**{"brief.txt": "x"}), "a.docx", "application/zip"),
        (b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nHallo", "a", "message/rfc822"),
        (b"Van alles: en nog wat\n\nHallo", "a", "text/plain"),
        (b"From a@b.example Mon Mar  1 10:00:00 2021\nFrom: a@b.example\n\nx", "a.mbox",
         "application/mbox"),
        (b"From a@b.example Mon Mar  1 10:00:00 2021\nFrom: a@b.example\n\nx", "a.eml",
         "message/rfc822"),
        ("Beste mevrouw".encode("utf-16-le"), "a.txt", "text/plain"),
        (b"caf\xe9 ol\xe9\n", "a.txt", "text/plain"),
        (b"10:00 start\n" * 9 + bytes(4096) + b"10:01 start\n" * 2000, "a.log", "text/plain"),
        (b"tekst\n" * 4000 + bytes(range(256)) * 200, "a.txt", None),
        (b"[2024-01-01] INFO gestart\n", "a", "text/plain"),
    ],
)  # fmt: skip
def test_types_that_names_lie_about(data: bytes, name: str, expected: str | None) -> None:
    assert media_type(io.BytesIO(data), name) == expected


def test_every_sample_is_read_in_full() -> None:
    for name, data in samples().items():
        found = documents.parts(data, name)
        assert "999990019" in documents.words(found) or name in UNSAID
        assert [part for part in found if isinstance(part, Gap)] == []


def test_loading_the_plugins_loads_no_parser() -> None:
    code = (
        "import sys, pii_scan.extract as e; e.extractor_for('text/plain');"
        "print(*({'lxml', 'docx', 'pdfplumber', 'pypdfium2', 'python_calamine', 'selectolax'}"
        " & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_there_is_no_extractor_for_what_nobody_reads() -> None:
    assert extractor_for(None) is None
    assert extractor_for("image/heic") is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(60), "image/emf"),
        (b"\xd7\xcd\xc6\x9a" + bytes(60), "image/wmf"),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d" + bytes(60), "application/onenote"),
        (b"ITSF\x03\0\0\0" + bytes(60), "application/vnd.ms-htmlhelp"),
        (b"AC1032\0\0\0\0" + bytes(60), "image/vnd.dwg"),
        (b"AC10 is een stopcontact", "text/plain"),
    ],
)
def test_what_has_no_reader_is_named_all_the_same(head: bytes, kind: str) -> None:
    assert media_type(io.BytesIO(head), "x") == kind


def test_a_locked_office_file_is_encrypted() -> None:
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        documents.parts(ole("EncryptedPackage"), "a.docx")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("J. Jansen"), "damaged"),
        (RecursionError(), "too deeply nested"),
        (MemoryError(), "too large"),
        (ExtractError("encrypted"), "encrypted"),
    ],
)
def test_what_a_parser_throws_becomes_a_reason_without_its_words(
    error: Exception, reason: str
) -> None:
    def fail(stream: io.BytesIO) -> object:
        yield Chunk("eerst", "")
        raise error

    extractor = Extractor(("text/x",), (), fail)  # type: ignore[arg-type]
    found = extract(io.BytesIO(), extractor)
    assert next(found) == Chunk("eerst", "")
    with pytest.raises(ExtractError) as caught:
        next(found)
    assert caught.value.reason == reason
    assert caught.value.__cause__ is None


def test_a_panic_is_caught_and_an_interrupt_is_not() -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def raising(error: BaseException) -> object:
        raise error

    with pytest.raises(ExtractError, match="damaged"):
        _guard.guarded(lambda: raising(panic()))
    with pytest.raises(KeyboardInterrupt):
        _guard.guarded(lambda: raising(KeyboardInterrupt()))


def survive(data: bytes, name: str) -> None:
    """Read bytes to the end, or to an `ExtractError`; anything else is a failure."""
    stream = io.BytesIO(data)
    extractor = extractor_for(media_type(stream, name))
    if extractor is None:
        return
    try:
        for _ in extract(stream, extractor):
            pass
    except ExtractError as error:
        assert error.reason  # noqa: PT017


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_off_anywhere_is_read_or_refused(name: str) -> None:
    data = samples()[name]
    for length in random.Random(12).sample(range(len(data)), k=min(25, len(data))):
        survive(data[:length], name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_broken_bytes_is_read_or_refused(name: str) -> None:
    chance = random.Random(12)
    for _ in range(25):
        data = bytearray(samples()[name])
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        survive(bytes(data), name)


@settings(max_examples=80)
@given(data=st.binary(max_size=400), name=st.sampled_from(NAMES), magic=st.booleans())
def test_random_bytes_are_read_or_refused(data: bytes, name: str, magic: bool) -> None:
    survive((samples()[name][:64] if magic else b"") + data, name)


@settings(max_examples=80)
@given(text=st.text(max_size=300), name=st.sampled_from(NAMES[:6]))
def test_random_text_is_read_or_refused(text: str, name: str) -> None:
    survive(text.encode("utf-8", "surrogatepass"), name)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_container_that_expands_too_much_is_refused(name: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples()[name])) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
        new.writestr("word/bom.xml", bytes(40 << 20), zipfile.ZIP_DEFLATED)
    with pytest.raises(ExtractError, match=r"^expands too much$"):
        documents.parts(out.getvalue(), name)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_container_cut_in_half_is_damaged(name: str) -> None:
    data = samples()[name]
    with pytest.raises(ExtractError, match=r"^damaged$"):
        documents.parts(data[: len(data) // 2], name)


def test_a_member_under_a_password_makes_the_container_encrypted() -> None:
    data = bytearray(samples()["a.docx"])
    start = data.index(b"PK\x01\x02")
    data[start + 8] |= 1
    with pytest.raises(ExtractError, match=r"^encrypted$"):
        documents.parts(bytes(data), "a.docx")


def test_no_two_members_have_one_name() -> None:
    names = ["a.txt", "a.txt", "a (2).txt", "map.x/b", "map.x/b", ".profile", ".profile"]
    twins = Extractor((), (), lambda _: (Member(name, b"x") for name in names))
    found = [part.name for part in extract(io.BytesIO(), twins) if isinstance(part, Member)]
    assert len(set(found)) == len(names)
    assert found[:2] == ["a.txt", "a (2).txt"]
