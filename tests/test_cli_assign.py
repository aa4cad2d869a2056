"""Who deals with what, set on the command line and in the workbook that comes back."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.model import group_id
from pii_scan.report import _workbook as book
from pii_scan.store import Store
from tests.invented_results import KINDS, TODAY, finding
from tests.test_report import plain

ITEM, OTHER, FOLDER = "share/hr/=a.txt", "share/hr/b.txt", "share/hr"


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "fingerprint.key"))
    path = tmp_path / "inventory.db"
    made = [plain(uri, findings=(finding(KINDS[5], 1, ""),)) for uri in (ITEM, OTHER)]
    with Store.open(str(path)) as store:
        scan = store.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
        store.save(scan.id, made)
        store.finish(scan.id)
    return path


def run(inventory: Path, command: str, *arguments: object) -> Result:
    given = [command, "--store", str(inventory), *map(str, arguments)]
    return CliRunner().invoke(cli.main, given)


def report(inventory: Path, name: str = "r.xlsx") -> Path:
    output = inventory.with_name(name)
    assert run(inventory, "report", "--output", output).exit_code == 0
    return output


def fill_in(file: Path, sheet: str, row: int, **told: object) -> None:
    """Write into the cells of a row, as a person in a spreadsheet does."""
    opened = openpyxl.load_workbook(file)
    headings = [cell.value for cell in opened[sheet][1]]
    for name, value in told.items():
        opened[sheet].cell(row, headings.index(name) + 1).value = value
    opened.save(file)


def test_an_item_and_an_entity_in_a_folder_are_assigned(inventory: Path) -> None:
    done = run(inventory, "assign", ITEM, "--owner", "A. Tester", "--due", "2026-12-31")
    assert (done.exit_code, done.stdout) == (0, f"{ITEM}: A. Tester, by 2026-12-31, open\n")
    done = run(inventory, "assign", FOLDER, "--entity", "NL_BSN", "--status", "busy")
    assert (done.exit_code, done.stdout) == (0, f"{FOLDER} NL_BSN: nobody, busy\n")
    run(inventory, "assign", ITEM, "--status", "done", "--by", "B. Tester", "--due", "")
    told = run(inventory, "assign", ITEM, "--history").stdout.splitlines()
    assert [line.partition(": ")[2] for line in told] == [
        f"{ITEM}: A. Tester, by 2026-12-31, open",
        f"{ITEM}: A. Tester, done",
    ]
    assert "B. Tester" in told[1]
    listed = run(inventory, "assign", "--list").stdout.splitlines()
    assert listed == [f"{FOLDER} NL_BSN: nobody, busy", f"{ITEM}: A. Tester, done"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("share/hr/none.txt", "--owner", "x"), "the scan has no item share/hr/none.txt"),
        ((FOLDER, "--entity", "PERSON", "--owner", "x"), "has no folder with PERSON share/hr"),
        ((FOLDER, "--owner", "x"), "the scan has no item share/hr"),
        ((ITEM, "--due", "morgen"), "morgen is no date"),
        ((ITEM,), "say --owner"),
        ((), "name one of"),
        ((ITEM, "--list"), "name one of"),
    ],
)
def test_what_cannot_be_assigned_is_told(
    inventory: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = run(inventory, "assign", *arguments)
    assert done.exit_code == 2
    assert says in done.stderr


def test_what_people_fill_in_comes_back(inventory: Path) -> None:
    file = report(inventory)
    day = datetime(2026, 12, 31)  # noqa: DTZ001 - a cell has no zone
    fill_in(file, book.ITEMS, 2, Eigenaar="A. Tester", Uiterlijk=day, Stand="In behandeling")
    fill_in(file, book.GROUPS, 2, Eigenaar="B. Tester", Uiterlijk="31-12-2026", Opmerking="map")
    done = run(inventory, "assign", "--from", file, "--by", "C. Tester")
    assert (done.exit_code, done.stderr) == (0, "2 taken over, 0 not\n")
    listed = run(inventory, "assign", "--list").stdout.splitlines()
    assert listed == [
        f"{FOLDER} NL_BSN: B. Tester, by 2026-12-31, open (map)",
        f"{ITEM}: A. Tester, by 2026-12-31, busy",
    ]
    again = run(inventory, "assign", "--from", file)
    assert (again.exit_code, again.stderr) == (0, "0 taken over, 0 not\n")
    untouched = run(inventory, "assign", "--from", report(inventory, "new.xlsx"))
    assert untouched.stderr == "0 taken over, 0 not\n"


def test_two_people_who_fill_in_other_things_both_have_their_way(inventory: Path) -> None:
    one, other = report(inventory, "one.xlsx"), report(inventory, "other.xlsx")
    fill_in(one, book.ITEMS, 2, Eigenaar="A. Tester")
    fill_in(other, book.ITEMS, 2, Opmerking="haast")
    for file in (one, other):
        assert run(inventory, "assign", "--from", file).exit_code == 0
    assert run(inventory, "assign", "--list").stdout == f"{ITEM}: A. Tester, open (haast)\n"


def test_two_people_who_disagree_are_told_and_nothing_is_overwritten(inventory: Path) -> None:
    one, other = report(inventory, "one.xlsx"), report(inventory, "other.xlsx")
    fill_in(one, book.ITEMS, 2, Eigenaar="A. Tester")
    fill_in(other, book.ITEMS, 2, Eigenaar="B. Tester")
    fill_in(other, book.ITEMS, 3, Eigenaar="B. Tester")
    run(inventory, "assign", "--from", one, "--by", "A. Tester")
    done = run(inventory, "assign", "--from", other, "--by", "B. Tester")
    assert done.exit_code == 1
    assert "Bestanden rij 2: Eigenaar is intussen ook veranderd, door A. Tester" in done.stderr
    assert "1 taken over, 1 not" in done.stderr
    listed = run(inventory, "assign", "--list").stdout.splitlines()
    assert listed == [f"{ITEM}: A. Tester, open", f"{OTHER}: B. Tester, open"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"Stand": "bijna"}, "Stand is geen van: open"),
        ({"Uiterlijk": "31 februari"}, "Uiterlijk is geen datum"),
        ({"Uiterlijk": "31-02-2026"}, "Uiterlijk is geen datum"),
        ({"Kenmerk": "iets", "Eigenaar": "x"}, "Kenmerk of Versie is veranderd"),
        ({"Kenmerk": "0123456789ab", "Eigenaar": "x"}, "gaat over niets van deze scan"),
        ({"Versie": 4, "Eigenaar": "x"}, "is van een andere administratie"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_taken(
    inventory: Path, told: dict[str, object], says: str
) -> None:
    file = report(inventory)
    fill_in(file, book.ITEMS, 2, **told)
    fill_in(file, book.ITEMS, 3, Eigenaar="B. Tester")
    done = run(inventory, "assign", "--from", file)
    assert done.exit_code == 1
    assert f"Bestanden rij 2: {says}" in done.stderr
    assert run(inventory, "assign", "--list").stdout == f"{OTHER}: B. Tester, open\n"


def _no_workbook(file: Path) -> None:
    file.write_bytes(b"no workbook")


def _other_workbook(file: Path) -> None:
    openpyxl.Workbook().save(file)


def _without_a_column(file: Path) -> None:
    opened = openpyxl.load_workbook(file)
    headings = [heading for heading, _ in book.COLUMNS[book.ITEMS]]
    opened[book.ITEMS].delete_cols(headings.index(book.ID) + 1)
    opened.save(file)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_no_workbook, "cannot be read as an xlsx workbook"),
        (_other_workbook, "has no sheet Groepen or Bestanden"),
        (_without_a_column, "sheet Bestanden has no column Kenmerk"),
    ],
)
def test_a_file_that_is_no_report_is_one_line(
    inventory: Path, spoil: Callable[[Path], None], says: str
) -> None:
    file = report(inventory)
    spoil(file)
    done = run(inventory, "assign", "--from", file)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_agreed_is_in_the_json_lines_and_in_the_ticket(inventory: Path) -> None:
    run(inventory, "assign", FOLDER, "--entity", "NL_BSN", "--owner", "A. T", "--due", "2026-01-01")
    lines = report(inventory, "r.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(line)["assignment"] for line in lines[:-1]]
    assert [(it["owner"], it["due"], it["status"]) for it in told] == [
        ("A. T", "2026-01-01", "open")
    ] * 2
    ticket = report(inventory, "r.md").read_text("utf-8")
    assert "- share/hr (NL\\_BSN): A. T, uiterlijk 1 januari 2026" in ticket


def test_every_step_is_in_the_log_without_a_path(inventory: Path) -> None:
    run(inventory, "assign", ITEM, "--owner", "A. Tester", "--by", "B. Tester")
    with Store.open(str(inventory)) as store:
        entry = list(store.log())[-1]
    assert (entry.kind, entry.operator) == ("assigned", "B. Tester")
    assert entry.data == {"steps": [{"group": group_id(ITEM, None), "revision": 1}]}
    assert entry.signature


def test_what_a_workbook_says_does_nothing_on_a_terminal(inventory: Path) -> None:
    run(inventory, "assign", ITEM, "--owner", "A\x1b[2J\u202e", "--note", "a\nb")
    listed = run(inventory, "assign", "--list").stdout
    assert listed == f"{ITEM}: A\\x1b[2J\\u202e, open (a\\nb)\n"
    # And what was not touched in the workbook stays as it was, whatever its spelling there.
    assert run(inventory, "assign", "--from", report(inventory)).stderr == "0 taken over, 0 not\n"
