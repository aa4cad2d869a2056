"""The desk and requests of persons: what a case shows to whom, decisions, originals, the log."""

import io
import json
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from pii_scan.cli import main
from pii_scan.desk import laying_out
from pii_scan.desk.accounts import oneself, save_account
from pii_scan.desk.casework import CaseFolder, docket, in_dutch
from pii_scan.desk.jobs import Jobs
from pii_scan.desk.sessions import Session, Sessions
from pii_scan.desk.sheets import KEPT, KEPT_SECONDS, Shown, View, views
from pii_scan.errors import PiiScanError
from pii_scan.extract import pdf_sheet
from pii_scan.inzage.casefile import Search
from pii_scan.inzage.reviewing import COLUMNS, table
from pii_scan.model import Item
from pii_scan.page import Page
from pii_scan.page.pdf import pdf
from pii_scan.page.word import word
from tests.desk_cases import EMAIL, NAME
from tests.desk_server import Client, Clock, Served, serving

PASSWORD = "een heel lang wachtwoord"
FORM = {"name": NAME, "email": EMAIL, "received": "2026-11-01"}
CASE = "/inzage/I-2026-001"
EVIL = '<script>alert("x")</script>\u202e' + "z" * 3_000


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "keys" / "fingerprint.key"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as made:
        yield made


def opened(served: Served) -> Client:
    """Return a browser in which a case was opened."""
    client = served.entered()
    assert client.send("/inzage", **FORM).headers["location"] == CASE
    return client


def left(served: Served) -> Path:
    """Put what a search and an answer leave in the folder of the case."""
    folder = served.folder / "inzage" / "I-2026-001"
    folder.mkdir(parents=True)
    scan = served.desk.browse().scan
    uri = next(iter(served.desk.store.results(scan.id))).item.uri
    place = {"uri": uri, "where": "", "match": "mogelijk", "reasons": [EVIL], "included": True}
    review = [{"id": f"p{n:012x}", **place, "proposed": False, "included": None} for n in (1, 2)]
    (folder / "review.json").write_text(json.dumps({"places": review}))
    cases = docket(served.desk.store, served.desk.serving.signer, "j.tester")
    ids = tuple(str(it["id"]) for it in review)
    found = Search(scan.id, date(2026, 11, 26), {"mogelijk": 2}, ids)
    cases.keep(cases.file("I-2026-001").after_search(found, {}), "searched")
    (folder / "places.json").write_text(json.dumps([place]))
    passage = {"where": "", "text": f"Naam: {NAME}, naast [persoon 1] {EVIL}"}
    told = {"number": 1, "address": EVIL, "where": "", "match": "mogelijk", "remark": EVIL}
    answer = {"scan": {"id": scan.id}, "places": [told | {"extract": [passage]}]}
    (folder / "subject.json").write_text(json.dumps(answer))
    mask = {"kenmerk": "ab" * 8, "getoond als": "[persoon 1]", "te herkennen aan": EVIL}
    mask |= {"reden": EVIL, "aantal": "2", "plaatsen": "1", "besluit": "afdekken"}
    (folder / "masks.csv").write_bytes(table([mask], COLUMNS))
    (folder / "brief.pdf").write_bytes(pdf(_page("Geachte mevrouw")))
    return folder


def _page(*lines: str) -> Page:
    page = Page("Brief", date(2026, 11, 26))
    for line in lines:
        page.text(line)
    return page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"bsn": "999990019"}, "art. 46 UAVG"),
        ({"bsn": "999990018", "bsn_basis": "Wabb"}, "tikfout"),
        ({"name": "", "email": ""}, "ten minste één gegeven"),
        ({"received": "2027-01-01"}, "toekomst"),
        ({"received": ""}, "dag van ontvangst"),
        ({"controller": "Onbekend B.V."}, "niet in de instellingen"),
    ],
)
def test_a_form_that_states_no_case_says_why_and_keeps_what_was_typed(
    served: Served, changes: dict[str, str], says: str
) -> None:
    client = served.entered()
    answer = client.send("/inzage", **(FORM | changes))
    assert (answer.status, says in answer.text) == (422, True)
    assert 'value="' + (FORM | changes)["name"] in answer.text
    assert not served.desk.store.cases()


def test_a_case_is_sealed_and_its_pages_name_nobody(served: Served) -> None:
    client = opened(served)
    for path in ("/", "/inzage", CASE, f"{CASE}/plaatsen", f"{CASE}/afdekkingen", f"{CASE}/kopie"):
        page = client.ask(path).text
        assert "1 december 2026" in page
        assert not [it for it in (NAME, EMAIL) if it in page], path
    status = CliRunner().invoke(
        main, ["inzage", "status", "--store", served.desk.serving.store, "--today", "2026-11-26"]
    )
    assert "I-2026-001" in status.output


def test_what_was_stated_is_shown_on_request_alone_and_replaced(served: Served) -> None:
    client = opened(served)
    page = client.send(f"{CASE}/gegevens").text
    assert NAME in page
    assert served.kinds()[-1] == "inzage.request_shown"
    changed = FORM | {"phone": "06-12345678"}
    assert client.send(f"{CASE}/wijzigen", **changed).status == 303
    assert "06-12345678" in client.send(f"{CASE}/gegevens").text
    assert client.send(f"{CASE}/wijzigen", email="geen adres").status == 422


def test_identity_extension_and_end_are_as_on_the_command_line(served: Served) -> None:
    client = opened(served)
    assert client.send(f"{CASE}/identiteit", means="").status == 409
    assert client.send(f"{CASE}/identiteit", means="teruggebeld", on="2026-11-03").status == 303
    wrong = client.send(f"{CASE}/verlengen", reason="veel", told="2026-12-20")
    assert (wrong.status, "binnen een maand" in wrong.text) == (422, True)
    assert client.send(f"{CASE}/verlengen", reason="veel", told="2026-11-20").status == 303
    page = client.ask(CASE).text
    assert "1 februari 2027" in page
    assert "teruggebeld" in page
    wrong = client.send(f"{CASE}/sluiten", outcome="volledig")
    assert (wrong.status, "nog geen antwoord" in wrong.text) == (422, True)
    assert client.send(f"{CASE}/sluiten", outcome="geweigerd").status == 422
    assert client.send(f"{CASE}/sluiten", outcome="geweigerd", reason="onbekend").status == 303
    assert "bewaard" in client.ask("/inzage").text
    assert client.send(f"{CASE}/zoeken").status == 409
    kinds = [it for it in served.kinds() if it.startswith("inzage.")]
    assert kinds == ["inzage.opened", "inzage.identified", "inzage.extended", "inzage.closed"]


def test_a_place_is_decided_on_with_a_reason_and_the_second_is_told(served: Served) -> None:
    client = opened(served)
    left(served)
    told = {"place": "p000000000001", "choice": "in", "why": "is van deze klant", "seen": ""}
    assert client.send(f"{CASE}/plaatsen", **(told | {"why": ""})).status == 409
    assert client.send(f"{CASE}/plaatsen", **(told | {"place": "p1"})).status == 409
    assert client.send(f"{CASE}/plaatsen", **told).status == 303
    answer = served.entered().send(f"{CASE}/plaatsen", **(told | {"choice": "out"}))
    assert answer.status == 409
    assert "Iemand anders heeft hier intussen over beslist" in answer.text
    assert "is van deze klant" in answer.text
    whole = told | {"place": "p000000000002", "choice": "out", "whole": "ja"}
    assert client.send(f"{CASE}/plaatsen", **whole).status == 303
    page = client.ask(f"{CASE}/plaatsen").text
    assert (page.count("opgenomen"), page.count("weggelaten")) == (1, 1)
    assert "Niets." in client.ask(f"{CASE}/plaatsen?besluit=open").text


def test_decisions_that_lapsed_are_asked_for_again(served: Served) -> None:
    client = opened(served)
    left(served)
    made = {"place": "p000000000001", "choice": "in", "why": "is van deze klant", "seen": ""}
    assert client.send(f"{CASE}/plaatsen", **made).status == 303
    assert "vervallen" not in client.ask(CASE).text
    assert client.send(f"{CASE}/wijzigen", **FORM).status == 303
    refused = client.send(f"{CASE}/plaatsen", **made)
    assert (refused.status, "Zoek eerst" in refused.text) == (422, True)
    cases = docket(served.desk.store, served.desk.serving.signer, "j.tester")
    again = Search(1, date(2026, 11, 26), {"mogelijk": 2}, ("p000000000001", "p000000000002"))
    cases.keep(cases.file("I-2026-001").after_search(again, {}), "searched")
    assert "1 besluit is vervallen" in client.ask(CASE).text
    assert client.ask(f"{CASE}/plaatsen").text.count("eerder besluit vervallen") == 1
    assert client.send(f"{CASE}/plaatsen", **made).status == 303
    assert "vervallen" not in client.ask(CASE).text


def test_one_decision_holds_for_a_text_and_the_second_is_told(served: Served) -> None:
    client = opened(served)
    left(served)
    told = {"text": "ab" * 8, "choice": "show", "why": "is openbaar", "seen": ""}
    assert client.send(f"{CASE}/afdekkingen", **(told | {"text": "cd" * 8})).status == 409
    assert client.send(f"{CASE}/afdekkingen", **told).status == 303
    answer = served.entered().send(f"{CASE}/afdekkingen", **(told | {"choice": "mask"}))
    assert (answer.status, "is openbaar" in answer.text) == (409, True)
    more = {"text": "Project Kraai", "why": "naam van een ander"}
    assert client.send(f"{CASE}/afdekken", **more).status == 303
    assert client.send(f"{CASE}/afdekken", **(more | {"text": "x"})).status == 409
    assert "Kraai" not in client.ask(f"{CASE}/afdekkingen").text
    last = list(served.desk.store.log())[-1]
    assert (last.kind, last.operator) == ("inzage.reviewed", "j.tester")
    assert dict(last.data) == {"case": "I-2026-001", "masks": 0, "added": 1}


def test_hostile_names_and_texts_break_no_page_of_a_case(served: Served) -> None:
    client = opened(served)
    left(served)
    for path in ("", "/plaatsen", "/afdekkingen", "/kopie", "/kopie/1"):
        page = client.ask(f"{CASE}{path}").text
        assert "<script>alert" not in page
        assert "\u202e" not in page
    assert NAME in client.ask(f"{CASE}/kopie/1").text
    assert "<mark>[persoon 1]</mark>" in client.ask(f"{CASE}/kopie/1").text
    assert "inzage.copy_shown" in served.kinds()


def test_a_viewer_sees_the_case_and_nothing_of_the_person(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    save_account(users, "v", "viewer", PASSWORD)
    save_account(users, "o", "officer", PASSWORD)
    with serving(tmp_path, users=users) as served:
        officer, viewer = served.as_user("o", PASSWORD), served.as_user("v", PASSWORD)
        assert officer.send("/inzage", **FORM).status == 303
        left(served)
        assert viewer.ask(CASE).status == 200
        for path in ("/kopie/1", "/brief", "/bestand/brief.pdf"):
            assert viewer.ask(f"{CASE}{path}").status == 403
            assert served.kinds()[-1] == "desk.refused"
        assert viewer.send(f"{CASE}/kopie/1").status == 403
        assert officer.ask(f"{CASE}/bestand/masks.csv").status == 409
        assert officer.ask(f"{CASE}/bestand/..%2fx").status == 404


def test_the_letter_is_drawn_and_its_picture_is_for_who_asked(served: Served) -> None:
    client = opened(served)
    left(served)
    page = client.ask(f"{CASE}/brief").text
    assert "Geachte mevrouw" in page
    picture = page.split('class="sheet" src="')[1].split('"')[0]
    assert picture.startswith("/beeld/")
    taken = client.ask(picture)
    assert (taken.status, taken.headers["content-type"]) == (200, "image/png")
    assert served.entered().ask(picture).status == 409


def test_a_decision_waits_for_work_on_the_case(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = opened(served)
    left(served)
    monkeypatch.setattr(Jobs, "_state", lambda *_: "running")
    work = served.desk.jobs.folder / "20261126-120000-00000000"
    work.mkdir(parents=True)
    told = {"kind": "inzage export", "title": "I-2026-001", "by": "x"}
    told |= {"began": "2026-11-26T12:00:00+00:00"}
    (work / "job.json").write_text(json.dumps(told))
    place = {"place": "p000000000001", "choice": "in", "why": "x", "seen": ""}
    answer = client.send(f"{CASE}/plaatsen", **place)
    assert (answer.status, "loopt werk" in answer.text) == (409, True)
    assert "beslissen kan weer" in client.ask(f"{CASE}/plaatsen").text


def test_a_folder_with_anything_else_in_it_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "I-2026-001"
    folder.mkdir()
    (folder / "brief.docx").touch()
    (folder / "van iemand.txt").touch()
    CaseFolder(folder).remove()
    assert (folder / "brief.docx").exists()
    (folder / "van iemand.txt").unlink()
    CaseFolder(folder).remove()
    assert not folder.exists()


def test_what_is_known_in_english_is_said_in_dutch() -> None:
    assert in_dutch("request: received lies in the future") == "Een datum ligt in de toekomst."
    assert in_dutch("something else") == "something else"


# originals


def test_a_pdf_is_drawn_page_by_page(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf(_page(*[f"Regel {n} met wat tekst." for n in range(120)])))
    (first,) = views(Item(str(file), str(file), 1))
    assert (first.number, first.png[:4], max(first.width, first.height)) == (1, b"\x89PNG", 1400)
    assert first.count > 1
    (second,) = views(Item(str(file), str(file), 1), where="page 2")
    assert second.number == 2
    assert ("", "Regel 119 met wat tekst.") not in first.lines
    assert len(views(Item(str(file), str(file), 1), range(1, 99))) == first.count


def test_a_file_within_a_file_and_one_that_is_no_document(tmp_path: Path) -> None:
    file, held = tmp_path / "a.zip", io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("map/lijst.csv", "Naam;Plaats\nAnna;Ede\nBen;Ede\n")
    file.write_bytes(held.getvalue())
    (one,) = views(Item(f"{file}!/map/lijst.csv", str(file), 1, within=str(file)))
    assert (one.png, one.lines[0]) == (b"", ("row 2", "Naam: Anna\nPlaats: Ede"))
    with pytest.raises(PiiScanError, match="niet meer te lezen"):
        views(Item(f"{file}!/map/weg.csv", str(file), 1, within=str(file)))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7" + os.urandom(2_000)])
def test_a_damaged_original_is_an_answer(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    with pytest.raises(PiiScanError, match="niet meer te lezen"):
        views(Item(str(file), str(file), 1))


def test_a_page_of_any_size_is_drawn_small() -> None:
    data = pdf(_page("Tekst"))
    wide = data.replace(
        b"/MediaBox [0 0 595.27563 841.88983]", b"/MediaBox [0 0 99999.999 9]".ljust(37)
    )
    for one in (pdf_sheet(data, 1), pdf_sheet(wide, 5)):
        assert max(one.width, one.height) <= 1_400
        assert one.number == 1


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_letter_is_laid_out_and_fetches_nothing() -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made = laying_out.as_pdf(
        _linked(word(_page("Tekst")), f"http://127.0.0.1:{server.server_port}/a.png"),
        next(iter(laying_out.SUFFIXES)),
    )
    server.shutdown()
    thread.join()
    server.server_close()
    assert made is not None
    assert "Tekst" in pdf_sheet(made, 1).text
    assert asked == []


def test_without_libreoffice_a_letter_is_shown_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    file = tmp_path / "a.docx"
    file.write_bytes(word(_page("Geachte mevrouw")))
    (one,) = views(Item(str(file), str(file), 1))
    assert (one.png, "Geachte mevrouw" in one.lines[0][1]) == (b"", True)


def test_what_was_shown_is_kept_for_a_while_for_one_session() -> None:
    clock = Clock()
    shown, mine, other = Shown(clock), _session(), _session()
    name = shown.keep(mine, View(1, 1))
    assert shown.get(mine, name) == View(1, 1)
    assert shown.get(other, name) is None
    assert shown.get(mine, "") is None
    for _ in range(KEPT):
        shown.keep(other, View(2, 2))
    assert shown.get(mine, name) is None
    name = shown.keep(mine, View(1, 1))
    clock.now += KEPT_SECONDS + 1
    assert shown.get(mine, name) is None


def _session() -> Session:
    sessions = Sessions(Clock())
    found = sessions.get(sessions.begin(oneself("x")))
    assert found
    return found


def _linked(document: bytes, address: str) -> bytes:
    """Return a Word document with a picture that is elsewhere."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    a, pic = (
        f"http://schemas.openxmlformats.org/drawingml/2006/{it}" for it in ("main", "picture")
    )
    size = '<a:ext cx="900000" cy="900000"/>'
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/'
        f'2006/wordprocessingDrawing"><wp:extent cx="900000" cy="900000"/><wp:docPr id="9" '
        f'name="x"/><a:graphic xmlns:a="{a}"><a:graphicData uri="{pic}"><pic:pic '
        f'xmlns:pic="{pic}"><pic:nvPicPr><pic:cNvPr id="9" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
        '<pic:blipFill><a:blip r:link="rId900" xmlns:r="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/>{size}</a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r></w:p>"
    )
    relation = f'<Relationship Id="rId900" Type="{kind}" Target="{address}" TargetMode="External"/>'
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(sink, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + drawing.encode(), 1)
            if entry.filename == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", f"{relation}</Relationships>".encode())
            new.writestr(entry.filename, data)
    return sink.getvalue()
