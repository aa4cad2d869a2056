"""The sample share: made the same every time, and true to its truth."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fixtures import _exports, _values, make
from fixtures._markup import ENTITIES, Reader, cells
from fixtures._share import Made, build, disk_path, write, write_special
from pii_scan.model import EMPTY

PLAIN = {"txt", "md", "log", "csv", "tsv", "json", "jsonl", "xml", "html"}
FORMATS = PLAIN | {"docx", "xlsx", "pdf", "eml"}
ALSO = {"ics", "vcf", "yaml", "sql", "rtf", "odt", "ods", "sqlite", "mbox", "zip", "gz"}
"""Of these one is enough."""
STATUSES = {"scanned", "partial", "skipped", "unreadable"}
VERDICTS = {"overdue", "within", "must_keep", "controller_decides"}
VOCABULARY = Path(__file__).parents[1] / "rules" / "vocabulary.toml"


@pytest.fixture(scope="module")
def files() -> list[Made]:
    return list(build())


def suffix(one: Made) -> str:
    return one.path.rsplit(".", 1)[-1].lower()


def identifiers(one: Made) -> list[tuple[str, str, str]]:
    listed = one.truth["identifiers"]
    assert isinstance(listed, list)
    return [(entity, value, where) for entity, value, where in listed]


def values(files: list[Made], entity: str) -> set[str]:
    return {value for one in files for kind, value, _ in identifiers(one) if kind == entity}


def decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data.startswith(b"\xff\xfe") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError


def package_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert all(info.compress_type == zipfile.ZIP_STORED for info in package.infolist())
        roots = [ElementTree.fromstring(package.read(name)) for name in package.namelist()]
    return "\n".join(text for root in roots for text in root.itertext())


def tree(folder: Path) -> dict[str, tuple[bytes, float]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_runs_write_the_same_bytes_and_times(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    assert write(build(), first) == write(build(), second)
    assert tree(first) == tree(second)
    assert write(build(), first) == len(tree(first))


def test_every_format_is_there(files: list[Made]) -> None:
    top = [one for one in files if not one.is_member]
    kinds = Counter(suffix(one) for one in top)
    assert len(top) >= 90
    assert kinds.keys() >= FORMATS | ALSO
    assert min(kinds[kind] for kind in FORMATS) >= 2
    assert sum(len(one.data) for one in top) < 5_000_000
    assert {one.modified.year for one in top} == set(range(2016, 2027))


def test_every_doc_type_and_status_is_there(files: list[Made]) -> None:
    import tomllib

    vocabulary = tomllib.loads(VOCABULARY.read_text(encoding="utf-8"))
    doc_types = {one.truth["doc_type"] for one in files} - {None}
    groups = {one.truth["subject_group"] for one in files} - {None}
    assert doc_types == vocabulary["doc_types"].keys()
    assert groups == vocabulary["subject_groups"].keys()
    assert {one.truth["status"] for one in files} == STATUSES


def test_one_name_is_not_utf_8(tmp_path: Path, files: list[Made]) -> None:
    names = [one.path for one in files if "\\x" in one.path]
    assert names == [
        "quality-contacts/Projecten/Zonneveld Energie/klachten/M\\xe9moire plaignant.txt"
    ]
    assert b"M\xe9moire" in bytes(disk_path(tmp_path, names[0]))


def test_a_reason_stands_where_not_all_was_read(files: list[Made]) -> None:
    for one in files:
        told = one.truth["reason"] not in (None, EMPTY)
        assert told == (one.truth["status"] != "scanned"), one.path


def test_clean_files_hold_no_identifier(files: list[Made]) -> None:
    clean = [one for one in files if one.truth["clean"]]
    assert len(clean) >= 12
    assert not any(identifiers(one) for one in clean)
    assert any(re.search(rb"\b9998\d{5}\b", one.data) for one in clean)


def test_every_label_is_used(files: list[Made]) -> None:
    assert {kind for one in files for kind, _, _ in identifiers(one)} == set(ENTITIES.values())


def test_values_stand_in_plain_files_where_the_truth_says(files: list[Made]) -> None:
    checked = 0
    for one in files:
        if suffix(one) in PLAIN and identifiers(one):
            lines = decoded(one.data).splitlines()
            for entity, value, where in identifiers(one):
                line = lines[int(where.removeprefix("line ")) - 1]
                assert value in line, (one.path, entity, where)
                checked += 1
    assert checked > 1000


def test_values_stand_in_office_files(files: list[Made]) -> None:
    for one in files:
        if suffix(one) in {"docx", "xlsx", "dat"} and one.truth["status"] == "scanned":
            text = package_text(one.data)
            for entity, value, where in identifiers(one):
                assert value in text, (one.path, entity, where)


def test_values_stand_in_mail(files: list[Made]) -> None:
    import email
    from email.policy import default

    for one in files:
        if suffix(one) == "eml":
            message = email.message_from_bytes(one.data, policy=default)
            body = message.get_body(("plain",))
            assert body is not None
            text = "\n".join([*map(str, message.values()), body.get_content()])
            for entity, value, where in identifiers(one):
                assert value in text, (one.path, entity, where)


def test_values_stand_in_pdf(files: list[Made]) -> None:
    import pypdfium2  # type: ignore[import-untyped]

    for one in files:
        if suffix(one) == "pdf" and identifiers(one):
            with pypdfium2.PdfDocument(one.data) as document:
                text = "\n".join(page.get_textpage().get_text_range() for page in document)
            joined = " ".join(text.split())
            for entity, value, where in identifiers(one):
                assert value in joined, (one.path, entity, where)


def test_attachments_are_those_of_their_mail(files: list[Made]) -> None:
    import email
    from email.policy import default

    mails = {one.path: one for one in files if suffix(one) == "eml"}
    members = [one for one in files if one.is_member and ".eml!/" in one.path]
    assert members
    for one in members:
        parent, name = one.path.rsplit("!/", 1)
        message = email.message_from_bytes(mails[parent].data, policy=default)
        assert name in {part.get_filename() for part in message.iter_attachments()}


def test_bsns_pass_the_elfproef_and_are_of_test_persons(files: list[Made]) -> None:
    bsns = {re.sub(r"\D", "", value) for value in values(files, "NL_BSN")}
    assert len(bsns) > 10
    assert all(_values.elfproef(bsn) and bsn.startswith("9999") for bsn in bsns)


def test_ibans_have_right_check_digits(files: list[Made]) -> None:
    ibans = {value.replace(" ", "") for value in values(files, "IBAN_CODE")}
    assert len(ibans) > 20
    assert all(_values.mod97(iban) == 1 and len(iban) == 18 for iban in ibans)


def test_cards_pass_luhn(files: list[Made]) -> None:
    cards = {re.sub(r"\D", "", value) for value in values(files, "CREDIT_CARD")}
    assert cards
    assert all(_values.luhn(card) for card in cards)


def test_vat_numbers_pass_the_elfproef(files: list[Made]) -> None:
    numbers = values(files, "NL_VAT")
    assert numbers
    assert all(_values.elfproef(number[2:11]) for number in numbers)


def test_article_numbers_have_right_check_digits(files: list[Made]) -> None:
    numbers = {number for one in files for number in re.findall(rb"\b8712345\d{6}\b", one.data)}
    assert len(numbers) >= 2
    for number in numbers:
        # GS1 General Specifications, 7.9: weights 1 and 3 in turn.
        assert sum(int(chr(c)) * (1, 3)[i % 2] for i, c in enumerate(number)) % 10 == 0


def test_mail_addresses_are_reserved_ones(files: list[Made]) -> None:
    addresses = values(files, "EMAIL_ADDRESS")
    assert all(address.endswith(".example") for address in addresses)


def machine_readable(files: list[Made]) -> Iterator[list[str]]:
    for one in files:
        if one.truth["doc_type"] == "kopie_id":
            text = package_text(one.data) if suffix(one) == "docx" else one.data.decode("cp1252")
            # In the PDF a line of text is drawn by an operator, with the text in brackets.
            yield re.findall(r"[A-Z0-9<]{30,44}", unescape(text))


def test_machine_readable_zones_have_right_check_digits(files: list[Made]) -> None:
    zones = [lines for lines in machine_readable(files) if lines]
    assert len(zones) == 3
    for lines in zones:
        if len(lines) == 2:
            assert [len(line) for line in lines] == [44, 44]
            fields = [(0, 9), (13, 19), (21, 27), (28, 42)]
            joined = lines[1]
            whole = joined[0:10] + joined[13:20] + joined[21:43]
        else:
            assert [len(line) for line in lines] == [30, 30, 30]
            joined = lines[0] + lines[1]
            fields = [(5, 14), (30, 36), (38, 44)]
            whole = joined[5:30] + joined[30:37] + joined[38:45] + joined[48:59]
        for start, end in fields:
            assert joined[end] == str(_values.mrz_check(joined[start:end]))
        assert joined[-1] == str(_values.mrz_check(whole))


def test_bad_numbers_are_bad() -> None:
    for tag in "abcdefghij":
        assert not _values.elfproef(_values.fill(f"{{notbsn#{tag}}}"))
        assert _values.mod97(_values.fill(f"{{badiban#{tag}}}").replace(" ", "")) != 1
        assert _values.elfproef(_values.order(tag))


def test_spellings_of_a_tag_are_one_number() -> None:
    spelled = _values.fill("{bsn#a} {bsn_sp#a} {bsn_dot#a}").split(" ", 1)
    assert re.sub(r"\D", "", spelled[1]) == spelled[0] * 2


def test_verdicts_of_requests_follow_two_years(files: list[Made]) -> None:
    (one,) = (one for one in files if one.path.endswith("contactformulier export 2016-2026.csv"))
    rows = list(csv.reader(io.StringIO(one.data.decode()), delimiter=";"))
    verdicts = one.truth["rows"]
    assert isinstance(verdicts, dict)
    assert set(verdicts.values()) == {"overdue", "within"}
    seen = 1
    for span, verdict in verdicts.items():
        first, last = map(int, span.split("-"))
        for row in rows[first - 1 : last]:
            day, month, year = map(int, row[1].split("-"))
            # 1 November 2024 may be kept through 1 November 2026, which is today.
            expected = "overdue" if date(year, month, day) < date(2024, 11, 1) else "within"
            assert verdict == expected
            seen += 1
    assert seen == len(rows)


def test_applicants_have_four_weeks_or_a_year() -> None:
    export = _exports.applicants()
    rows = [cells(line) for line in export.body.splitlines()[2:]]
    judged = {
        row: verdict
        for spans, verdict in export.verdicts.items()
        for span in spans.split(",")
        for row in range(int(span.split("-")[0]), int(span.split("-")[-1]) + 1)
    }
    assert judged.keys() == set(range(2, len(rows) + 2))
    for number, row in enumerate(rows, start=2):
        closed, consent = date.fromisoformat(row[5]), row[6]
        oldest = date(2025, 11, 1) if consent == "ja" else date(2026, 11, 1) - timedelta(days=28)
        assert judged[number] == ("overdue" if closed < oldest else "within")


def test_verdicts_are_known(files: list[Made]) -> None:
    for one in files:
        for retention in (one.truth["retention"], one.truth["retention_with_events"]):
            if isinstance(retention, dict) and "verdict" in retention:
                assert retention["verdict"] in VERDICTS
                keep_until = retention.get("keep_until")
                if keep_until:
                    is_past = keep_until < make.TODAY
                    assert (retention["verdict"] == "overdue") == is_past, one.path


def test_the_committed_truth_is_that_of_the_definitions() -> None:
    assert make.TRUTH.read_text(encoding="utf-8") == make.truth_text()
    assert json.loads(make.truth_text())["today"] == make.TODAY


def test_special_files_can_be_made_twice(tmp_path: Path) -> None:
    write_special(tmp_path)
    write_special(tmp_path)
    place = tmp_path / "quality-contacts" / "IT" / "bijzonder"
    assert (place / "terug").resolve() == place.parent
    assert (place / "wachtrij").is_fifo()


def test_the_command_says_how_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main([str(tmp_path / "share")]) == 0
    count = len(tree(tmp_path / "share"))
    assert capsys.readouterr().out.startswith(f"{count} files in ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| a | b |", ["a", "b"]),
        ("| ⟦name|A. B⟧ |  | c |", ["⟦name|A. B⟧", "", "c"]),
    ],
)
def test_a_bar_inside_a_mark_parts_no_cells(line: str, expected: list[str]) -> None:
    assert cells(line) == expected


def test_marks_are_taken_out_and_noted() -> None:
    reader = Reader()
    assert reader.plain("bel ⟦name|An⟧ op ⟦phone|0612⟧", "line 1") == "bel An op 0612"
    assert [(one.entity, one.value) for one in reader.found] == [
        ("PERSON", "An"),
        ("PHONE_NUMBER", "0612"),
    ]
