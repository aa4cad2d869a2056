import base64
import io
from datetime import date

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import media_type
from pii_scan.model import Chunk, Evidence, Gap, Member
from tests.documents import at, parts, words

BSN = "999994256"


def calendar(*lines: str, component: str = "VEVENT") -> bytes:
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", f"BEGIN:{component}", *lines]
    return "\r\n".join([*whole, f"END:{component}", "END:VCALENDAR", ""]).encode()


def test_an_event_from_top_to_bottom() -> None:
    found = parts(
        calendar(
            "UID:abc@post.example",
            "DTSTART;TZID=Europe/Amsterdam:20210314T233000",
            "SUMMARY:Gesprek\\, J. Jansen",
            'ORGANIZER;CN="Vos, P.";SENT-BY="mailto:bureau@bedrijf.example":MAILTO:p.vos@bedr',
            " ijf.example",
            "ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED:mailto:anna@post.example",
            "DESCRIPTION:Regel een\\nBSN 99999",
            " 4256",
        ),
        "a.ics",
    )
    assert found == [
        Evidence("documentdatum", date(2021, 3, 14), "metadata", "event 1"),
        Chunk(
            "summary: Gesprek, J. Jansen\norganizer: Vos, P. <p.vos@bedrijf.example>\n"
            "bureau@bedrijf.example\nattendee: Anna <anna@post.example>\n"
            f"description: Regel een\nBSN {BSN}",
            "event 1",
        ),
    ]


@pytest.mark.parametrize(
    ("line", "where"),
    [
        (f"SUMMARY:{BSN}", "event 1"),
        (f'LOCATION;ALTREP="cid:x":{BSN}', "event 1"),
        (f"CONTACT:{BSN}", "event 1"),
        (f"COMMENT;LANGUAGE=nl:{BSN}", "event 1"),
        (f"X-EIGEN-VELD:{BSN}", "event 1"),
        (f'ATTENDEE;MEMBER="mailto:{BSN}@b.example":mailto:a@b.example', "event 1"),
        (f"URL:https://b.example/{BSN}", "event 1"),
        (f"X-ALT-DESC;FMTTYPE=text/html:<p>{BSN}</p>", "event 1, x-alt-desc"),
        (f"BEGIN:VALARM\r\nDESCRIPTION:{BSN}\r\nEND:VALARM", "alarm 1"),
        (f"geen eigenschap {BSN}", "event 1"),
        (f"description;encoding=quoted-printable:=39{BSN[1:]}", "event 1"),
    ],
)
def test_each_place_where_text_can_stand(line: str, where: str) -> None:
    assert BSN in at(parts(calendar(line), "a.ics"), where)


@pytest.mark.parametrize(
    ("component", "where"),
    [("VTODO", "task 1"), ("VJOURNAL", "note 1"), ("VFREEBUSY", "free-busy 1"), ("X-Y", "other 1")],
)
def test_every_kind_of_component_is_read(component: str, where: str) -> None:
    found = parts(calendar(f"SUMMARY:{BSN}", "DUE:20210314", component=component), "a.ics")
    assert BSN in at(found, where)
    dated = [part for part in found if isinstance(part, Evidence)]
    assert bool(dated) == (component in {"VTODO", "VJOURNAL"})


def test_files_in_a_calendar_are_members() -> None:
    content = base64.b64encode(b"BSN 999994256" * 20).decode()
    found = parts(
        calendar(
            f"ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=../cv.txt:{content}",
            f"ATTACH;FMTTYPE=application/pdf;ENCODING=BASE64;VALUE=BINARY:{content}",
            f"IMAGE:data:image/png;base64,{content}",
            "ATTACH:https://b.example/x",
            "ATTACH;ENCODING=BASE64:kapo*t=x",
        ),
        "a.ics",
    )
    members = [part for part in found if isinstance(part, Member)]
    assert [(member.name, member.media_type) for member in members[:3]] == [
        ("cv.txt", "text/plain"),
        ("attachment-2.pdf", "application/pdf"),
        ("attachment-3.png", "image/png"),
    ]
    assert {member.data for member in members[:3]} == {b"BSN 999994256" * 20}
    assert "attach: https://b.example/x" in at(found, "event 1")


def test_a_line_may_be_broken_within_a_character() -> None:
    data = calendar("SUMMARY:René").replace("é".encode(), b"\xc3\r\n \xa9")
    assert at(parts(data, "a.ics"), "event 1") == "summary: René"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_calendars_in_any_encoding(encoding: str) -> None:
    data = calendar("SUMMARY:René €").decode().encode(encoding)
    assert at(parts(data, "a.ics"), "event 1") == "summary: René €"


def test_what_was_cut_off_is_read_and_said() -> None:
    found = parts(calendar(f"SUMMARY:{BSN}", "LOCATION:hier")[:-40], "a.ics")
    assert Gap("damaged") in found
    assert BSN in words(found)


def test_an_event_without_end_is_read_in_pieces() -> None:
    found = parts(calendar(*["COMMENT:x"] * 25_000, f"COMMENT:{BSN}"), "a.ics")
    assert BSN in at(found, "event 1")
    assert words(found).count("comment: x") == 25_000


def test_components_without_end_are_refused() -> None:
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(b"BEGIN:VCALENDAR\n" * 1_000, "a.ics")


def test_the_content_tells_the_type() -> None:
    assert media_type(io.BytesIO(calendar("SUMMARY:x")), "x.txt") == "text/calendar"
