"""The desk in a real browser: flows by mouse and by keyboard alone, and every page looked at by an
engine for accessibility. With `DESK_PICTURES` set to a folder the pictures of docs/desk.md are
written there.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from pii_scan.desk.accounts import save_account
from pii_scan.store.browsing import Filter
from tests.desk_browser import NARROW, WIDE, New, chromium, graves, pages, picture
from tests.desk_server import Served, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def new(browser: Browser, served: Served) -> Iterator[New]:
    with pages(browser, served) as made:
        yield made


def pages_of(served: Served) -> dict[str, str]:
    browse = served.desk.browse()
    cluster, value = browse.clusters(Filter())[0], browse.repeats(Filter())[0]
    ruling, line = browse.rulings()[0], browse.lines(Filter(level="Geheim"))[0]
    rule = {"beleid": ruling.policy, "regel": ruling.rule, "gebeurtenis": ruling.trigger}
    tried = {
        **{"beleid": "quality-contacts", "groep": "sollicitant", "soort": "sollicitatie"},
        **{"gebeurtenis": "einde_vacature", "datum": "2021-03-14", "toestemming": "no"},
    }
    return {
        "overzicht": "/",
        "bestanden": "/bestanden?niveau=Geheim",
        "bestand": f"/bestand?{urlencode({'uri': line.uri})}",
        "beoordelen": "/beoordelen",
        "waarden": "/beoordelen?soort_groep=waarde",
        "groep": f"/beoordelen/groep?{urlencode({'groep': cluster.subject})}",
        "waarde": f"/beoordelen/groep?{urlencode({'groep': value.subject})}",
        "termijnen": "/termijnen",
        "regel": f"/termijnen/regel?{urlencode({'oordeel': 'overdue', **rule})}",
        "dekking": "/dekking",
        "wijzigingen": "/wijzigingen",
        "inzage": "/inzage",
        "beleid": f"/beleid?{urlencode(tried)}",
        "pakket": "/beleid/nl-default",
        "taken": "/taken",
        "journaal": "/journaal?controle=ja",
        "niet": "/bestand?uri=nergens",
        "aanmelden": "/aanmelden",
    }


NAMES = (
    *("overzicht", "bestanden", "bestand", "beoordelen", "waarden", "groep", "waarde"),
    *(
        "termijnen",
        "regel",
        "dekking",
        "wijzigingen",
        "inzage",
        "beleid",
        "pakket",
        "taken",
        "journaal",
    ),
    *("niet", "aanmelden"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(new: New, served: Served, scheme: str) -> None:
    wide, narrow = new(WIDE, color_scheme=scheme), new(NARROW, color_scheme=scheme)
    places = pages_of(served)
    assert tuple(places) == NAMES
    for name, path in places.items():
        for page, width in ((wide, 1440), (narrow, 390)):
            page.goto(path)
            assert graves(page) == [], (name, width)
            over = "document.documentElement.scrollWidth - window.innerWidth"
            assert page.evaluate(over) <= 0, (name, width)
            picture(page, f"{name}-{width}-{scheme}")


def test_triage_by_keyboard_alone(new: New, served: Served) -> None:
    page = new()
    page.goto("/beoordelen")
    rows = page.locator("[data-group]")
    first, second = (rows.nth(n).locator(".go").inner_text() for n in (0, 1))
    expect(rows.nth(0).locator(".go")).to_be_focused()
    page.keyboard.press("g")
    expect(rows.nth(0)).to_contain_text("juist")
    expect(rows.nth(1).locator(".go")).to_be_focused()
    page.keyboard.press("h")
    expect(rows.nth(1)).to_contain_text("aangehouden")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(rows.nth(2).locator(".go")).to_be_focused()
    third = rows.nth(2).locator(".go").inner_text()
    page.keyboard.press("f")
    page.wait_for_url("**/groep?**#onjuist")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "reason":
            break
    page.keyboard.type("oefengegevens")
    page.keyboard.press("Tab")
    page.keyboard.type("12122027")  # reads the same, days first or months first
    page.keyboard.press("Enter")
    expect(page.locator("dl")).to_contain_text("onjuist")
    page.goto("/beoordelen")
    left = rows.locator(".go").all_inner_texts()
    assert not {first, second, third} & set(left)
    assert served.kinds().count("decision.finding") == 3


def test_triage_by_mouse_without_script(new: New, served: Served) -> None:
    page = new(java_script_enabled=False)
    page.goto("/beoordelen?soort_groep=waarde")
    row = page.locator("[data-group]").nth(0)
    told = row.locator(".go").get_attribute("href")
    row.get_by_role("button", name="Juist").click()
    assert "/beoordelen" in page.url
    assert page.locator(f'[href="{told}"]').count() == 0
    page.goto(str(told))
    expect(page.locator("dl")).to_contain_text("juist")


def test_the_second_of_two_people_is_told(new: New, served: Served) -> None:
    one, other = new(), new()
    for page in (one, other):
        page.goto("/beoordelen")
    for page in (one, other):
        page.locator("[data-group]").nth(4).get_by_role("button", name="Aanhouden").click()
        if page is one:
            expect(page.locator("[data-group]").nth(4)).to_contain_text("aangehouden")
    expect(other.get_by_role("alert")).to_contain_text("Iemand anders heeft hier intussen")


def test_the_overview_leads_on_and_keeps_its_filters(new: New) -> None:
    page = new()
    page.goto("/")
    page.get_by_role("row", name=re.compile("hr")).get_by_role("link").first.click()
    expect(page.locator(".where")).to_contain_text("share/hr")
    page.get_by_label("Niveau").select_option("Geheim")
    page.get_by_role("button", name="Toepassen").click()
    assert re.search(r"map=share%2Fhr.*niveau=Geheim", page.url)
    page.locator(".tile").first.get_by_role("link").click()
    assert "niveau=Geheim" in page.url
    expect(page.locator("tbody tr").first).to_contain_text("Geheim")
    page.reload()
    expect(page.locator("tbody tr").first).to_contain_text("share/hr")


def test_a_date_is_corrected_by_keyboard_alone(new: New, served: Served) -> None:
    page = new()
    uri = served.desk.browse().due(served.desk.browse().rulings()[0])[-1].uri
    page.goto(f"/bestand?{urlencode({'uri': uri})}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "choice":
            break
    page.keyboard.type("11112026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Oordeel met uw correctie")).to_be_visible()
    assert served.kinds()[-1] == "decision.date"


def test_somebody_with_an_account_comes_in_by_keyboard(
    new: New, tmp_path: Path, browser: Browser
) -> None:
    users = tmp_path / "users.json"
    save_account(users, "A. Tester", "viewer", "een heel lang wachtwoord")
    with serving(tmp_path, users=users) as served:
        page = new(NARROW, served)
        page.goto("/")
        page.keyboard.type("A. Tester")
        page.keyboard.press("Tab")
        page.keyboard.type("een heel lang wachtwoord")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Waar liggen")).to_be_visible()
        expect(page.get_by_role("link", name="Journaal")).to_have_count(0)
        page.goto("/journaal")
        expect(page.get_by_role("alert")).to_contain_text("geen recht")
        page.goto("/beoordelen")
        expect(page.get_by_role("button", name="Juist")).to_have_count(0)


TEXT = """Verslag van het gesprek met mevrouw Anna Proefpersoon.
Haar burgerservicenummer (BSN) is 999990019. Telefoon: 06-12345678.
E-mail: anna.proefpersoon@klant.example
"""


def test_from_scan_to_a_value_in_clear(
    new: New, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "fingerprint.key"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    root = Path(__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", f"{root}{os.pathsep}{root / 'recognizers'}")
    share = tmp_path / "share"
    share.mkdir()
    (share / "verslag.txt").write_text(TEXT)
    with serving(tmp_path, []) as served:
        page = new(WIDE, served)
        page.set_default_timeout(120_000)
        expect.set_options(timeout=120_000)
        page.goto("/taken")
        page.get_by_label("Mappen of bestanden").fill(str(share))
        page.get_by_role("button", name="Scan beginnen").click()
        expect(page.get_by_role("status")).to_contain_text("bezig")
        page.reload()
        expect(page.get_by_role("status")).to_contain_text("klaar")
        picture(page, "taak-1440-light")
        page.goto("/bestanden")
        page.get_by_role("link", name=re.compile("verslag.txt")).click()
        row = page.get_by_role("row", name=re.compile("[*]019"))
        row.get_by_role("link", name="context").click()
        expect(page.locator("mark")).to_have_text("******019")
        assert "Proefpersoon" not in page.content()
        picture(page, "context-1440-light")
        page.get_by_role("button", name="Waarde leesbaar tonen").click()
        expect(page.locator("mark")).to_have_text("999990019")
        shown = [it for it in served.desk.store.log() if it.kind == "value.shown"]
        assert [(it.operator, it.data["entity"]) for it in shown] == [("j.tester", "NL_BSN")]
        told = "".join(repr(it.data) for it in served.desk.store.log())
        assert "Proefpersoon" not in told
        assert "999990019" not in told
