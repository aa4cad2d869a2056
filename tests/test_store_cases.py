"""Cases in the store: numbered, replaced only as they were read, told in the log; and what stands
around what is sought."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pii_scan.errors import ConfigError
from pii_scan.model import Finding, Scan
from pii_scan.store import Deed, Store, StoredCase
from tests.invented_case import EMAIL, NAME, OTHER, TODAY, finding, result, row

DEED = Deed("inzage.opened", "tester", {"received": "2026-11-01"}, None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "inventory.db")) as opened:
        yield opened


def add(store: Store, year: int = 2026) -> StoredCase:
    return store.add_case(year, "00", lambda number: number.encode(), DEED)


def test_cases_are_numbered_by_the_year(store: Store) -> None:
    assert [add(store, year).number for year in (2026, 2026, 2027)] == [
        "I-2026-001",
        "I-2026-002",
        "I-2027-001",
    ]
    assert [one.sealed.decode() for one in store.cases()] == [it.number for it in store.cases()]
    assert store.case("I-2026-002").number == "I-2026-002"
    with pytest.raises(ConfigError, match="no case 'I-2026-003'"):
        store.case("I-2026-003")


def test_a_case_is_replaced_only_as_it_was_read(store: Store) -> None:
    before = add(store)
    after = StoredCase(before.number, "01", b"after", date(2028, 1, 1))
    store.keep_case(before, after, DEED)
    assert store.case(before.number) == after
    with pytest.raises(ConfigError, match="changed by another"):
        store.keep_case(before, StoredCase(before.number, "01", b"late"), DEED)
    assert store.case(before.number) == after
    # What failed is not in the log as if it had been done.
    assert [entry.kind for entry in store.log()] == ["inzage.opened"] * 2


def test_what_was_there_is_overwritten_in_the_file(store: Store, tmp_path: Path) -> None:
    secret = b"what is no longer to be found" * 20
    case = store.add_case(2026, "00", lambda _: secret, DEED)
    store.keep_case(case, StoredCase(case.number, "00", b"-"), DEED)
    store.close()
    assert not any(secret in path.read_bytes() for path in tmp_path.glob("inventory.db*"))


def test_removed_cases_are_gone(store: Store) -> None:
    numbers = [add(store).number, add(store).number]
    store.remove_cases(numbers[:1], DEED)
    assert [one.number for one in store.cases()] == numbers[1:]


def saved(store: Store) -> Scan:
    scan = store.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
    rows = [*row(2, PERSON=NAME, EMAIL_ADDRESS=EMAIL), *row(3, PERSON=OTHER), *row(4, PERSON=NAME)]
    letter = [finding("PERSON", NAME, "paragraph 1"), finding("PERSON", OTHER, "paragraph 9")]
    mixed = [*row(7, PERSON=OTHER), *row(8, EMAIL_ADDRESS=EMAIL, PERSON=OTHER)]
    store.save(
        scan.id,
        [
            result("table.csv", rows),
            result("letter.docx", letter),
            result("book.xlsx", [*mixed, finding("PERSON", NAME, "header")]),
            result("other.txt", [finding("PERSON", OTHER)]),
        ],
    )
    return store.finish(scan.id)


def prints(*findings: Finding) -> set[str]:
    return {print_ for one in findings for _, print_ in one.fingerprints}


def test_rows_come_whole_and_texts_whole(store: Store) -> None:
    scan = saved(store)
    sought = prints(finding("EMAIL_ADDRESS", EMAIL))
    told = {
        it.item.uri: [(one.entity, one.row) for one in it.findings]
        for it in store.around(scan.id, sought)
    }
    assert told == {
        "table.csv": [("PERSON", 2), ("EMAIL_ADDRESS", 2)],
        "book.xlsx": [("EMAIL_ADDRESS", 8), ("PERSON", 8)],
    }
    by_name = {it.item.uri: it for it in store.around(scan.id, prints(finding("PERSON", NAME)))}
    assert list(by_name) == ["book.xlsx", "letter.docx", "table.csv"]
    assert len(by_name["letter.docx"].findings) == 2
    assert [it.row for it in by_name["table.csv"].findings] == [2, 2, 4]
    assert [it.where for it in by_name["book.xlsx"].findings] == ["header"]
    whole = store.result(scan.id, "letter.docx")
    assert whole is not None
    assert by_name["letter.docx"].findings == whole.findings


def test_what_is_sought_nowhere_is_nowhere(store: Store) -> None:
    scan = saved(store)
    assert list(store.around(scan.id, [])) == []
    assert list(store.around(scan.id, ["00" * 32])) == []
    assert store.tally(scan.id, ["00" * 32]) == {}


def test_fingerprints_are_counted(store: Store) -> None:
    scan = saved(store)
    (email,) = prints(finding("EMAIL_ADDRESS", EMAIL))
    full = dict(finding("PERSON", NAME).fingerprints)["full"]
    assert store.tally(scan.id, [email, full]) == {email: 2, full: 4}
