"""The desk in a real browser: a request from its form to its letter, by mouse and by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk_browser import New, chromium, look, pages, tab_to
from tests.desk_cases import EMAIL, NAME, OTHER, installed
from tests.desk_server import Served, serving

pytestmark = pytest.mark.slow
CASE = "I-2026-001"
LONG = 180_000
"""Milliseconds that a search or an answer may take here."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with installed(tmp_path_factory.mktemp("cases")) as folder, serving(folder) as made:
        yield made


@pytest.fixture
def new(browser: Browser, served: Served) -> Iterator[New]:
    with pages(browser, served) as made:
        yield made


def done(page: Page, text: str = "klaar") -> None:
    """Wait until the work of a case has come to its end and the page shows it by itself."""
    expect(page.locator("#gedaan h2")).to_contain_text(text, timeout=LONG)


def test_from_request_to_letter_by_mouse(new: New, served: Served) -> None:
    page = new()
    page.goto("/inzage")
    page.get_by_label("Ontvangen op").fill("2026-11-01")
    page.get_by_label("Naam", exact=True).fill(NAME)
    page.get_by_label("BSN").fill("999990019")
    page.get_by_role("button", name="Zaak openen").click()
    expect(page.get_by_role("alert")).to_contain_text("art. 46 UAVG")
    expect(page.get_by_label("Naam", exact=True)).to_have_value(NAME)
    look(page, "verzoek")
    page.get_by_label("BSN").fill("")
    page.get_by_label("E-mailadressen").fill(EMAIL)
    page.get_by_role("button", name="Zaak openen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Zaak {CASE}")
    expect(page.locator(".case .due")).to_contain_text("1 december 2026")
    assert NAME not in page.content()

    page.get_by_label("Hoe is dat gecontroleerd?").fill("teruggebeld")
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.locator("dl")).to_contain_text("teruggebeld (j.tester)")

    page.get_by_role("button", name="Zoeken").click()
    expect(page.locator("#werk").get_by_role("status")).to_contain_text("bezig")
    page.reload()
    done(page)
    page.get_by_role("link", name="plaatsen beoordelen").click()
    look(page, "plaatsen")
    row = page.locator("[data-group]").filter(has_text="misschien.txt")
    expect(row).to_contain_text("mogelijk")
    row.get_by_label("Reden").fill("de factuur is van deze klant")
    row.get_by_role("button", name="Opnemen").click()
    expect(row).to_contain_text("opgenomen · j.tester")
    expect(row).to_contain_text("de factuur is van deze klant")

    page.get_by_role("link", name="Zaak", exact=True).click()
    page.get_by_role("button", name="Antwoord maken").click()
    done(page)
    look(page, "zaak")
    page.get_by_role("link", name="Kopie en origineel").click()
    look(page, "kopieen")
    page.get_by_role("link", name=re.compile("verslag.pdf")).click()
    copy = page.get_by_role("region", name="Wat de verzoeker krijgt")
    expect(copy).to_contain_text(EMAIL)
    expect(copy.locator("mark").first).to_be_visible()
    assert OTHER not in page.content()
    page.get_by_role("button", name="Origineel leesbaar tonen").click()
    expect(page.locator("img.sheet")).to_be_visible(timeout=LONG)
    assert page.locator("img.sheet").evaluate("it => it.naturalWidth") > 500
    expect(page.locator("details .text").first).to_contain_text(OTHER)
    look(page, "kopie")
    mask = page.locator("li.mask").filter(has_text="medewerker").first
    mask.get_by_label("Reden").fill("collega is akkoord")
    mask.get_by_role("button", name="Leesbaar laten").click()
    expect(page.locator("img.sheet")).to_be_visible()
    expect(page.get_by_text("tonen · j.tester")).to_be_visible()
    expect(page.get_by_text("Maak het antwoord opnieuw")).to_be_visible()
    look(page, "besluit")

    page.get_by_role("link", name="Afdekkingen").click()
    look(page, "afdekkingen")
    page.get_by_role("link", name="Zaak", exact=True).click()
    page.get_by_role("button", name="Antwoord maken").click()
    done(page)
    page.get_by_role("link", name="Brief", exact=True).click()
    expect(page.locator("img.sheet").first).to_be_visible(timeout=LONG)
    look(page, "brief")
    page.get_by_role("link", name="Zaak", exact=True).click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="brief.docx").click()
    assert taken.value.suggested_filename == "brief.docx"
    kinds = served.kinds()
    assert {"inzage.opened", "inzage.copy_shown", "inzage.original_shown"} <= set(kinds)
    assert kinds[-1] == "inzage.taken"
    told = "".join(repr(it.data) for it in served.desk.store.log())
    assert not [it for it in (NAME, EMAIL, OTHER) if it in told]

    page.get_by_label("Uitkomst").select_option("volledig")
    page.get_by_role("button", name="Zaak sluiten").click()
    expect(page.locator("dl")).to_contain_text("volledig")
    assert not (served.folder / "inzage" / CASE).exists()


def press(page: Page, told: str) -> None:
    """Go to what an expression tells of `it` by Tab, and press it."""
    tab_to(page, told)
    with page.expect_navigation(timeout=LONG):
        page.keyboard.press("Enter")


def test_from_request_to_letter_by_keyboard_alone(new: New, served: Served) -> None:
    page, other = new(), new()
    page.goto("/inzage")
    tab_to(page, "it.name === 'received'")
    page.keyboard.type("11112026")  # reads the same, days first or months first
    tab_to(page, "it.name === 'name'")
    page.keyboard.type(NAME)
    tab_to(page, "it.name === 'email'")
    page.keyboard.type(EMAIL)
    press(page, "it.textContent === 'Zaak openen'")
    page.wait_for_url(re.compile(r"/inzage/I-2026-\d+$"))
    path = page.url
    press(page, "it.textContent === 'Zoeken'")
    done(page)
    press(page, "it.textContent.includes('plaatsen beoordelen')")
    page.wait_for_url("**/plaatsen")
    other.goto(page.url)
    expect(page.locator(".go").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowUp")
    tab_to(page, "it.name === 'why'")
    page.keyboard.type("hoort er niet bij")
    press(page, "it.value === 'out'")
    row = page.locator("[data-group]").first
    expect(row).to_contain_text("weggelaten · j.tester")

    row = other.locator("[data-group]").first
    row.get_by_label("Reden").fill("hoort er wel bij")
    row.get_by_role("button", name="Opnemen").click()
    expect(other.get_by_role("alert")).to_contain_text("Iemand anders heeft hier intussen")
    expect(row).to_contain_text("hoort er niet bij")

    page.goto(path)
    press(page, "it.textContent === 'Antwoord maken'")
    done(page)
    press(page, "it.textContent === 'Kopie en origineel'")
    press(page, "it.tagName === 'A' && it.textContent.includes('klanten.csv')")
    press(page, "it.textContent.includes('Origineel leesbaar')")
    page.wait_for_url("**gezien=**", timeout=LONG)
    original = page.get_by_role("region", name="Origineel")
    expect(original).to_contain_text(EMAIL)
    press(page, "it.textContent === 'Volgende plaats'")
    page.wait_for_url("**/kopie/2")
    look(page, "volgende", is_dark=False)
    tab_to(page, "it.name === 'text'")
    page.keyboard.type("collega")
    tab_to(page, "it.name === 'why'")
    page.keyboard.type("zegt te veel")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Zelf toegevoegd: 1 tekst")).to_be_visible()
    press(page, "it.textContent === 'Brief'")
    expect(page.locator("img.sheet").first).to_be_visible(timeout=LONG)
    press(page, "it.textContent === 'Zaak'")
    tab_to(page, "it.name === 'outcome'")
    page.keyboard.type("ingetrokken")
    press(page, "it.textContent === 'Zaak sluiten'")
    expect(page.locator("dl")).to_contain_text("ingetrokken")
    assert served.kinds().count("inzage.closed") >= 1
