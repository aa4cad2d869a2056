"""Release: what is written is unpacked to its last part, and nothing of others is left in it."""

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from pii_scan.detect import joined
from pii_scan.errors import ConfigError
from pii_scan.inzage import Answer, Tools, find, write
from pii_scan.inzage.masks import Added, Decision
from pii_scan.inzage.release import UNREAD, left
from pii_scan.inzage.reviewing import CASE, COLUMNS, case_of, is_masks, parse
from pii_scan.inzage.writing import DRAFT, LISTS, NAMES, PORTABLE, Written
from pii_scan.model import Chunk, Hit, Result, Table
from pii_scan.store import Store
from tests.documents import pdf_of
from tests.invented_case import (
    EMAIL,
    KEY,
    NAME,
    NUMBER,
    OTHER,
    OTHER_BSN,
    OTHER_EMAIL,
    OTHER_IBAN,
    OTHER_PHONE,
    OTHERS,
    TODAY,
    case,
    export,
    finding,
    found,
    frame,
    message,
    of_file,
    put,
    row,
    tools,
)

ODD = "Zwijger"
"""A name that no detector knows but the one below, and that only in what is written."""


def sly(part: Chunk | Table) -> tuple[str, list[Hit]]:
    """Detect as the command does, and a name where it stands beside words of ours."""
    text, hits = found(part)
    at = text.find(ODD)
    is_ours = "Kolom" in text or "Rapport bij" in text or '"type"' in text
    if at < 0 or not is_ours or (isinstance(part, Table) and "Kolom" not in part.columns):
        return text, hits
    return text, [*hits, Hit("PERSON", at, at + len(ODD), 0.9, "", ODD)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        yield opened


def share(tmp_path: Path) -> list[Result]:
    """Return a share in which others stand beside the person in every format."""
    note = f"Wil teruggebeld worden door {OTHER}, {OTHER_PHONE}; BSN {OTHER_BSN}"
    rows = export((NUMBER, NAME, EMAIL, "", "", "", note))
    table = put(tmp_path, "bellijst.csv", rows)
    mail = put(tmp_path, f"post/{OTHER}/vraag.eml", message(f"Mijn buurman {OTHER}, {OTHER_EMAIL}"))
    text = f"{NAME}, {EMAIL}\nrekening van {OTHER}: {OTHER_IBAN}"
    page = put(tmp_path, "brief.pdf", pdf_of(text))
    found_there = [finding("EMAIL_ADDRESS", EMAIL)]
    return [
        of_file(table, row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, CUSTOMER_NUMBER=NUMBER)),
        of_file(mail, found_there),
        of_file(page, found_there),
    ]


def answered(store: Store, results: Sequence[Result], with_: Tools | None = None) -> Answer:
    scan = store.begin(["share"], TODAY, "quality-contacts", "0.1.0", "sha256:00", "tester")
    store.save(scan.id, results)
    return find(store, store.finish(scan.id), case(), with_ or tools())


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield a file and all that is packed in it, whatever it is: members, streams, texts."""
    yield data
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            for info in container.infolist():
                yield info.filename.encode()
                yield info.comment
                yield from unpacked(container.read(info))
    elif data[:5] == b"%PDF-":
        with pikepdf.open(io.BytesIO(data)) as document:
            for one in document.objects:
                if isinstance(one, pikepdf.Stream):
                    yield one.read_bytes()
                yield str(dict(one) if isinstance(one, pikepdf.Dictionary) else one).encode()
        yield from pdf_texts(data)
    elif data[:2] == b"\x78\x9c":
        yield zlib.decompress(data)


def pdf_texts(data: bytes) -> Iterator[bytes]:
    """Yield what is to be read on the pages of a PDF, whose streams hold numbers of glyphs."""
    from pii_scan import extract

    reader = extract.extractor_for("application/pdf")
    assert reader is not None
    for part in extract.extract(io.BytesIO(data), reader):
        if isinstance(part, Chunk):
            yield part.text.encode()
        elif isinstance(part, Table):
            yield "\n".join("\t".join(cells) for cells in part.rows).encode()


def plain(data: bytes) -> str:
    """Return bytes as text, without marks of XML and without breaks, however they are encoded."""
    text = data.decode("utf-8", "replace") + data.decode("utf-16", "replace")
    bare = re.sub(r"<[^>]+>", "", text).replace("\u200b", "").replace("\\u200b", "")
    return f"{text} {' '.join(bare.split())}"


def clear_in(folder: Path, values: Sequence[str]) -> list[tuple[str, str]]:
    """Return (file, value) of the values that any part of a file holds in clear."""
    return [
        (path.name, value)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "places.json"
        for piece in unpacked(path.read_bytes())
        for value in values
        if value in plain(piece)
    ]


def test_no_part_of_any_file_holds_a_third_party(store: Store, tmp_path: Path) -> None:
    answer = answered(store, share(tmp_path))
    written = write(answer, frame(), tmp_path / "zaak")
    assert (len(answer.found), written.left) == (3, ())
    assert {path.name for path in written.paths} >= {*NAMES, *PORTABLE, *LISTS}
    assert clear_in(tmp_path / "zaak", [*OTHERS, *OTHER.split()]) == []
    # The search itself finds what is there, in each of the formats.
    seen = {name for name, _ in clear_in(tmp_path / "zaak", [EMAIL])}
    assert seen == {*NAMES, "rectificatie.csv"} - {"brief.docx", "brief.pdf"}


def test_word_files_have_nothing_behind_what_they_show(store: Store, tmp_path: Path) -> None:
    write(answered(store, share(tmp_path)), frame(), tmp_path / "zaak")
    for path in (tmp_path / "zaak").glob("*.docx"):
        with zipfile.ZipFile(path) as container:
            names = container.namelist()
            document = container.read("word/document.xml").decode()
        aside = ("comments", "people", "embeddings", "customXml", "notes.xml", "media", "thumb")
        assert [name for name in names if any(word in name for word in aside)] == []
        hidden = ("w:del", "w:ins", "w:vanish", "w:comment", "w:moveFrom", "w:fldSimple", "w:rsid")
        assert [tag for tag in hidden if f"<{tag} " in document or f"<{tag}>" in document] == []


def test_pdf_files_have_nothing_behind_what_they_show(store: Store, tmp_path: Path) -> None:
    write(answered(store, share(tmp_path)), frame(), tmp_path / "zaak")
    for path in (tmp_path / "zaak").glob("*.pdf"):
        with pikepdf.open(path) as document:
            assert len(document.attachments) == 0
            assert "/AcroForm" not in document.Root
            assert "/OpenAction" not in document.Root
            assert all("/Annots" not in page for page in document.pages)
            assert set(document.docinfo) == {"/Title", "/Creator", "/CreationDate", "/ModDate"}


def odd(store: Store, tmp_path: Path, **decided: object) -> tuple[Answer, Written]:
    """Answer on a share in which a name is found in the written files alone."""
    path = put(tmp_path, "lijst.csv", export((NUMBER, NAME, EMAIL, "", "", "", f"vraag {ODD}")))
    result = of_file(path, row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL, CUSTOMER_NUMBER=NUMBER))
    answer = answered(store, [result], replace(tools(), detect=sly, **decided))  # type: ignore[arg-type]
    return answer, write(answer, frame(), tmp_path / "zaak")


def review(tmp_path: Path) -> list[dict[str, str]]:
    text = (tmp_path / "zaak" / "masks.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_what_is_left_of_others_holds_the_answer_up(store: Store, tmp_path: Path) -> None:
    _, written = odd(store, tmp_path)
    assert {one.entity for one in written.left} == {"PERSON"}
    assert {one.file for one in written.left} >= {"rapport.docx", "rapport.pdf"}
    folder = tmp_path / "zaak"
    assert sorted(path.name for path in folder.iterdir()) == [DRAFT, "masks.csv", "places.json"]
    assert {path.name for path in (folder / DRAFT).iterdir()} == {*NAMES, *PORTABLE, *LISTS}
    (line,) = [line for line in review(tmp_path) if line["getoond als"] == "(nog leesbaar)"]
    assert line["te herkennen aan"] == "Z."
    assert "rapport.pdf" in line["reden"]
    assert ODD not in (folder / "masks.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(("shows", "stays"), [(True, True), (False, False)])
def test_a_named_decision_lets_it_go(
    store: Store, tmp_path: Path, shows: bool, stays: bool
) -> None:
    _, written = odd(store, tmp_path)
    decisions = {one.id: Decision(shows, "A. Beslisser", "bekend") for one in written.left}
    _, written = odd(store, tmp_path, decisions=decisions)
    assert written.left == ()
    assert not (tmp_path / "zaak" / DRAFT).exists()
    assert (("subject.json", ODD) in clear_in(tmp_path / "zaak", [ODD])) is stays
    (line,) = [line for line in review(tmp_path) if line["door"]]
    assert line["besluit"] == ("tonen" if shows else "afdekken")
    assert line["waarom"] == "bekend"


def test_a_released_answer_is_withdrawn_when_the_next_may_not_leave(
    store: Store, tmp_path: Path
) -> None:
    write(answered(store, share(tmp_path)), frame(), tmp_path / "zaak")
    assert (tmp_path / "zaak" / "brief.pdf").exists()
    odd(store, tmp_path)
    assert not (tmp_path / "zaak" / "brief.pdf").exists()


def test_a_mask_is_lifted_and_another_added(store: Store, tmp_path: Path) -> None:
    results = share(tmp_path)
    write(answered(store, results), frame(), tmp_path / "zaak")
    (mask,) = [line for line in review(tmp_path) if line["te herkennen aan"] == "P. V."]
    assert mask["besluit"] == "afdekken"
    assert int(mask["aantal"]) >= 3
    assert mask["plaatsen"] == "1, 2, 3"
    decided = replace(
        tools(),
        decisions={mask["kenmerk"]: Decision(shows=True, by="A. Beslisser", why="door u genoemd")},
        added=(Added("teruggebeld", "A. Beslisser", "verraadt te veel"),),
    )
    written = write(answered(store, results, decided), frame(), tmp_path / "zaak")
    assert written.left == ()
    copy = (tmp_path / "zaak" / "subject.json").read_text("utf-8")
    assert f"Wil [afgedekt] worden door {OTHER}" in copy
    assert clear_in(tmp_path / "zaak", [OTHER_EMAIL, OTHER_BSN]) == []
    of_case = case_of(case(), "", tools().key(None))
    again = parse((tmp_path / "zaak" / "masks.csv").read_bytes(), "masks.csv", of_case)
    assert again == (decided.decisions, decided.added)


def test_a_name_known_at_one_place_is_masked_at_all(store: Store, tmp_path: Path) -> None:
    rows = export(
        (NUMBER, NAME, EMAIL, "", "", "", "volgens dhr. Verzonnen"),
        (NUMBER, NAME, EMAIL, "", "", "", "zie Verzonnen over dit"),
    )
    path = put(tmp_path, "lijst.csv", rows)
    results = [of_file(path, [*row(2, EMAIL_ADDRESS=EMAIL), *row(3, EMAIL_ADDRESS=EMAIL)])]

    def titled(part: Chunk | Table) -> tuple[str, list[Hit]]:
        text, hits = found(part)
        match = re.search(r"dhr\. (Verzonnen)", text)
        hits = [hit for hit in hits if "Verzonnen" not in hit.value]
        name = [Hit("PERSON", *match.span(1), 0.9, "", match[1])] if match else []
        return text, [*hits, *name]

    answer = answered(store, results, replace(tools(), detect=titled))
    notes = [one.copy.passages[0].cells[-1][1] for one in answer.found]
    assert notes == ["volgens dhr. [persoon 1]", "zie [persoon 1] over dit"]


def test_what_cannot_be_read_again_holds_the_answer_up(store: Store, tmp_path: Path) -> None:
    answer = answered(store, share(tmp_path))
    (one,) = left({"x.docx": b"PK\x03\x04 no document"}, answer.redactor, "")
    assert (one.hint, one.file) == (UNREAD, "x.docx")


def test_files_within_files_are_read_too(store: Store, tmp_path: Path) -> None:
    answer = answered(store, share(tmp_path))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as container:
        container.writestr("brief.txt", f"Naam: {NAME}\nmail {OTHER_EMAIL}")
    (one,) = left({"alles.zip": sink.getvalue()}, answer.redactor, "")
    assert (one.entity, one.file) == ("EMAIL_ADDRESS", "alles.zip")
    assert left({"alles.zip": sink.getvalue()}, answer.redactor, f"mail {OTHER_EMAIL}") == ()


def named(part: Chunk | Table) -> tuple[str, list[Hit]]:
    """Take any words with capitals in a row for a name, as a model may where there are no lines."""
    text, _ = found(part)
    spans = [match.span() for match in re.finditer(r"(?:[A-Z]\w+(?: van der)? ?)+", text)]
    return text, [Hit("PERSON", a, b, 0.9, "", text[a:b].strip()) for a, b in spans if b - a > 5]


@pytest.mark.parametrize(
    ("text", "remains"),
    [
        (NAME, False),
        (f"{NAME} Tel", False),
        (f"{NAME} {NAME}", False),
        (f"{NAME} {OTHER}", True),
        ("Onbekende Naam", True),
        ("[persoon 1]", False),
        ("Onze Naam", False),
    ],
)
def test_a_value_of_the_person_with_a_word_beside_it_is_theirs(
    store: Store, tmp_path: Path, text: str, remains: bool
) -> None:
    answer = answered(store, share(tmp_path), replace(tools(), detect=named))
    remaining = left({"x.txt": text.encode()}, answer.redactor, "Onze Naam", answer.own)
    assert bool(remaining) is remains


def line(**fields: str) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, (*COLUMNS, f"{CASE}I-1"), restval="", delimiter=";")
    writer.writeheader()
    writer.writerow({name.replace("_", " "): value for name, value in fields.items()})
    return sink.getvalue().encode("utf-8-sig")


KNOWN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (line(kenmerk=KNOWN, besluit="tonen"), 'line 2: "tonen" needs door'),
        (line(kenmerk=KNOWN, besluit="tonen", door="A"), 'line 2: "tonen" needs door'),
        (line(kenmerk=KNOWN, getoond_als="(leesbaar)", besluit="afdekken"), '"afdekken" needs'),
        (line(kenmerk=KNOWN, besluit="weg"), 'besluit is "afdekken" or "tonen"'),
        (line(kenmerk="Geheim", besluit="tonen", door="A", waarom="b"), "kenmerk is damaged"),
        (line(besluit="afdekken"), "give the kenmerk of a text"),
        (line(besluit="tonen", tekst="Geheim", door="A", waarom="b"), "can only be masked"),
        (b"a;b\n1;2\n", "has no column kenmerk"),
        (b"\xff\xfe\x00", "no UTF-8 text"),
    ],
)
def test_a_review_that_cannot_be_followed_is_refused_by_its_line(data: bytes, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(data, "masks.csv", "I-1")
    assert says in str(caught.value)
    assert "Geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (line(kenmerk=KNOWN), True),
        (line(kenmerk=KNOWN).replace(b";", b","), True),
        (line(kenmerk=KNOWN).replace(b"kenmerk", b'"kenmerk"'), True),
        (b'{"type": "inzage.review", "places": [{"reasons": ["besluit: opnemen"]}]}', False),
        (b'{"reasons": ["kenmerk;besluit"]}', False),
        (b"kenmerk;bestand;plaats;zekerheid;redenen;voorstel;opnemen\n", False),
        (b"", False),
        (b'"\xff', False),
    ],
)
def test_a_review_of_masks_is_known_by_its_columns(data: bytes, is_one: bool) -> None:
    assert is_masks(data) is is_one


def test_a_review_of_masks_holds_for_one_case() -> None:
    data = line(kenmerk=KNOWN, besluit="tonen", door="A", waarom="b")
    for other in ("I-2", "verzoek 0123456789abcdef", ""):
        with pytest.raises(ConfigError, match="is no review of masks of this case"):
            parse(data, "masks.csv", other)
    asked = (case(), case(name="Kees Ander"), case(received="2026-11-02"))
    assert len({case_of(one, "", KEY) for one in asked}) == 3
    assert case_of(asked[0], "I-1", KEY) == "I-1"
    assert NAME not in case_of(asked[0], "", KEY)


def test_a_review_comes_back_from_excel_however_it_was_saved() -> None:
    data = line(kenmerk=KNOWN, besluit="Tonen ", door="A. Beslisser", waarom="bekend")
    expected = ({KNOWN: Decision(shows=True, by="A. Beslisser", why="bekend")}, ())
    assert parse(data, "", "I-1") == expected
    assert parse(data.replace(b";", b","), "", "I-1") == expected
    assert parse(line(kenmerk=KNOWN, besluit="afdekken"), "", "I-1") == ({}, ())
    assert parse(line(), "", "I-1") == ({}, ())


def test_the_copy_for_software_is_what_the_report_says(store: Store, tmp_path: Path) -> None:
    answer = answered(store, share(tmp_path))
    write(answer, frame(), tmp_path / "zaak")
    told = json.loads((tmp_path / "zaak" / "subject.json").read_text("utf-8"))
    texts = [joined([Chunk(it.text, "")]).text for it in answer.found[2].copy.passages]
    assert [it["text"] for it in told["places"][2]["extract"]] == texts
