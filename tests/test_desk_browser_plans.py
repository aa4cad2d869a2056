"""The desk in a real browser: a plan of disposal by two people, by mouse and by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk_browser import New, chromium, look, pages, tab_to
from tests.desk_plans import PASSPHRASE, events, planning
from tests.desk_server import Served

pytestmark = pytest.mark.slow
LONG = 120_000
"""Milliseconds that a plan or a run of it may take here."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with planning(tmp_path_factory.mktemp("plans")) as made:
        yield made


@pytest.fixture
def new(browser: Browser, served: Served) -> Iterator[New]:
    with pages(browser, served) as made:
        yield made


def test_two_people_take_a_file_away_and_bring_it_back_by_mouse(new: New, served: Served) -> None:
    letter = served.folder / "share" / "sollicitatie.txt"
    page = new()
    page.goto("/termijnen")
    page.get_by_role("link", name="Weghalen wat over termijn is").click()
    look(page, "plannen")
    _planned(page, served)
    expect(page.get_by_role("button", name="Ondertekenen")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("region", name="Wat weggaat")).to_contain_text("sollicitatie.txt")
    look(page, "plan")
    _signed(page, served, "approver", "Ondertekenen")
    expect(page.get_by_role("alert")).to_contain_text("voor een andere sleutel")
    _signed(page, served, "planner", "Ondertekenen", "verkeerd")
    expect(page.get_by_role("alert")).to_contain_text("wachtzin")
    _signed(page, served, "planner", "Ondertekenen")
    _signed(page, served, "planner", "Goedkeuren")
    expect(page.get_by_role("alert")).to_contain_text("Wie plant keurt niet goed")
    _signed(page, served, "stranger", "Goedkeuren")
    expect(page.get_by_role("alert")).to_contain_text("niet ingeschreven")
    _signed(page, served, "approver", "Goedkeuren")
    expect(page.locator("dl")).to_contain_text("De approver")
    for button, sure in (("Proberen", False), ("Uitvoeren", True)):
        section = page.locator("section section, .columns > section").filter(
            has=page.get_by_role("button", name=button)
        )
        expect(section.get_by_label("Registers")).to_have_value(events(served.folder))
        if sure:
            section.get_by_label("Ik weet het zeker").check()
        section.get_by_role("button", name=button).click()
        said = "1 quarantined" if sure else "1 quarantine (--yes does it)"
        expect(page.locator("#gedaan")).to_contain_text(said, timeout=LONG)
        assert letter.exists() != sure
    look(page, "uitgevoerd")
    expect(page.get_by_role("region", name="Wat weggaat")).to_contain_text("weggehaald")
    page.locator(".columns > section").last.get_by_label("Ik weet het zeker").check()
    page.get_by_role("button", name="Terugzetten").click()
    expect(page.locator("#gedaan")).to_contain_text("1 restored", timeout=LONG)
    assert letter.exists()
    kept = [it for it in served.folder.rglob("*") if it.is_file() and it.suffix != ".key"]
    assert not [it for it in kept if b"ENCRYPTED PRIVATE KEY" in it.read_bytes()]
    assert not [it for it in kept if it.name != "pass" and PASSPHRASE.encode() in it.read_bytes()]
    kinds = [it.removeprefix("dispose.") for it in served.kinds() if it.startswith("dispose.")]
    assert kinds[:5] == ["enrolled", "enrolled", "drafted", "planned", "approved"]


def test_a_plan_is_made_and_approved_by_keyboard_alone(new: New, served: Served) -> None:
    page = new()
    page.goto("/weghalen")
    tab_to(page, "it.name === 'planner'")
    page.keyboard.type("De planner")
    tab_to(page, "it.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")
    tab_to(page, "it.name === 'events'")
    page.keyboard.type(events(served.folder))
    _press(page, "it.textContent === 'Plan maken'")
    expect(page.get_by_role("button", name="Ondertekenen")).to_be_visible(timeout=LONG)
    for name, button in (("planner", "Ondertekenen"), ("approver", "Goedkeuren")):
        tab_to(page, "it.name === 'key'")
        with page.expect_file_chooser() as chosen:
            page.keyboard.press("Space")
        chosen.value.set_files(served.folder / f"{name}.key")
        tab_to(page, "it.name === 'passphrase'")
        page.keyboard.type(PASSPHRASE)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=button)).to_have_count(0)
    expect(page.locator("dl")).to_contain_text("De approver")
    _press(page, "it.textContent === 'Proberen'")
    expect(page.locator("#gedaan")).to_contain_text("1 quarantine (--yes", timeout=LONG)


def _planned(page: Page, served: Served) -> None:
    page.get_by_label("Wie ondertekent als planner").select_option(index=1)
    page.locator("summary").click()
    page.get_by_label("Registers").fill(events(served.folder))
    page.get_by_role("button", name="Plan maken").click()


def _signed(page: Page, served: Served, who: str, button: str, said: str = PASSPHRASE) -> None:
    page.get_by_label("Uw eigen sleutel").set_input_files(served.folder / f"{who}.key")
    page.get_by_label("Wachtzin").fill(said)
    page.get_by_role("button", name=button).click()


def _press(page: Page, told: str) -> None:
    tab_to(page, told)
    with page.expect_navigation(timeout=LONG):
        page.keyboard.press("Enter")
