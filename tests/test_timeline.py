"""What dates an item from outside its text: registers, its name, its folder, its own time."""

from datetime import UTC, date, datetime

import pytest

from pii_scan.classify.register import Register
from pii_scan.classify.timeline import Timeline
from pii_scan.config.exports import load_exports
from pii_scan.config.triggers import load_date_rules
from pii_scan.model import Chunk, Event, Evidence, Hit, Item, Table

RULES = load_date_rules()
EXPORTS = load_exports()
LEFT = date(2021, 3, 14)
MODIFIED = datetime(2024, 5, 1, 22, 30, tzinfo=UTC)


def timeline(uri: str, *events: Event) -> Timeline:
    return Timeline(Item(uri, uri, 1, MODIFIED), RULES, Register(events), EXPORTS)


def event(subject: str, key: str, day: date = LEFT) -> Event:
    return Event(subject, key, "uitdiensttreding", day, "unknown")


def person(name: str, row: int | None = None) -> Hit:
    return Hit("PERSON", 0, len(name), 0.9, "", name, row)


@pytest.mark.parametrize(
    ("name", "media_type", "dated"),
    [
        ("20231205-143000_0612345678.wav", "audio/wav", ["opname 2023-12-05 name"]),
        ("q-8000-0612345678-20231205-143000-1701783000.42.wav", "audio/wav",
         ["opname 2023-12-05 name"]),
        ("2023-12-05_14-30-00.mp3", "audio/mpeg", ["opname 2023-12-05 name"]),
        ("rec_20231205143000.mp4", "video/mp4", ["opname 2023-12-05 name"]),
        ("20231205T143000Z.wav", "audio/wav", ["opname 2023-12-05 name"]),
        ("2023-12-05.txt", "text/plain", ["documentdatum 2023-12-05 name"]),
        ("maart 2021.wav", "audio/wav", ["opname 2021-03-01 name", "opname 2021-03-31 name"]),
        ("0612345678.wav", "audio/wav", []),
        ("1701783000.wav", "audio/wav", []),
    ],
)  # fmt: skip
def test_names_of_files(name: str, media_type: str, dated: list[str]) -> None:
    found = timeline(f"share/{name}").evidence(media_type)
    assert [f"{it.trigger} {it.date} {it.where}" for it in found if it.source == "path"] == dated
    # 22:30 in Greenwich is the next day in Amsterdam in summer.
    assert found[-1] == Evidence("documentdatum", date(2024, 5, 2), "file")


def test_a_folder_says_its_last_day_and_dates_no_recording() -> None:
    found = timeline("share/2021-03/gesprek.wav").evidence("audio/wav")
    assert found[0] == Evidence("documentdatum", date(2021, 3, 31), "path", "folder")


def register_dates(line: Timeline) -> list[date]:
    return [it.date for it in line.evidence(None) if it.source == "register"]


@pytest.mark.parametrize(
    ("uri", "text", "hits", "events", "expected"),
    [
        ("a.txt", "nummer P10482", [], [event("", "P10482")], [LEFT]),
        ("a.txt", "nummer P104821", [], [event("", "P10482")], []),
        ("a.txt", "Jan Bakker", ["Jan Bakker"], [event("J. Bakker", "P1")], []),
        ("a.txt", "J. Bakker", ["J. Bakker"], [event("J. Bakker", "P10482")], [LEFT]),
        # Two of one name: neither by the name alone, the right one by the key.
        ("a.txt", "J. Bakker", ["J. Bakker"],
         [event("J. Bakker", "P10482"), event("J. Bakker", "P10999")], []),
        ("a.txt", "J. Bakker, P10482", ["J. Bakker"],
         [event("J. Bakker", "P10482"), event("J. Bakker", "P10999", date(2020, 1, 1))], [LEFT]),
        # In the address.
        ("personeel/P10482/scan.pdf", "", [], [event("", "P10482")], [LEFT]),
        ("personeel/P10482 contract.pdf", "", [], [event("", "P10482")], [LEFT]),
        ("vacature AB-2021-07/brief.pdf", "", [], [event("", "AB-2021-07")], [LEFT]),
        ("post/2021-07/brief.pdf", "", [], [event("", "2021-07")], []),
        ("post/2021-07441/brief.pdf", "", [], [event("", "2021-07441")], [LEFT]),
        ("post/brief.pdf", "vacature 2021-07", [], [event("", "2021-07")], [LEFT]),
    ],
)  # fmt: skip
def test_a_register_finds_its_subjects(
    uri: str, text: str, hits: list[str], events: list[Event], expected: list[date]
) -> None:
    line = timeline(uri, *events)
    line.add(Chunk(text, ""), [person(name) for name in hits])
    line.add_name([])
    assert register_dates(line) == expected


def test_a_name_of_a_file_finds_its_subject() -> None:
    line = timeline("cv J. Bakker.pdf", event("J. Bakker", ""))
    line.add_name([person("J. Bakker")])
    assert register_dates(line) == [LEFT]


def test_rows_of_one_day_share_their_dates() -> None:
    line = timeline("a.csv")
    rows = (("2021-03-14",), ("2021-03-14",), ("2022-01-01",))
    line.add(Table(("datum gesprek",), rows, (2, 3, 4)), [])
    ((_, _, found),) = line.rows()
    assert found[2] == found[3] == (Evidence("laatste_contact", LEFT, "row"),)
    assert found[4][0].date == date(2022, 1, 1)


def test_what_is_granted_until_withdrawn_has_no_date_of_its_own() -> None:
    dated = timeline("share/x.txt")
    dated.add(Chunk("VOLMACHT\n\nZwolle, 20 februari 2020", "paragraph 1"), ())
    assert [it.trigger for it in dated.told()] == ["documentdatum"]
    dated.add(Chunk("Deze volmacht geldt tot wederopzegging.", "paragraph 2"), ())
    assert [it.trigger for it in dated.told()] == ["toestemming_gegeven"]
