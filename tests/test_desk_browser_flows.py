"""More of the desk in a real browser: the organisation's log-in, drafts, feedback, work cut off."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from pii_scan.desk.accounts import save_account
from pii_scan.desk.provider import Provider, load_terms
from pii_scan.store.browsing import Filter
from tests.desk_browser import NARROW, WIDE, New, graves, picture
from tests.desk_server import Served, serving
from tests.oidc_provider import providing
from tests.test_desk_browser import browser, new, served  # noqa: F401 - fixtures
from tests.test_desk_drafts import STATEMENT
from tests.test_desk_oidc import written
from tests.test_desk_work import left

pytestmark = pytest.mark.slow
MUCH = STATEMENT + "\n".join(
    f"{number}. Van {what} bewaren wij de gegevens {term}.\n"
    for number, (what, term) in enumerate(
        (
            ("medewerkers", "twee jaar na het einde van het dienstverband"),
            ("bezoekers van onze website", "zo lang als dat nodig is"),
            ("klanten", "zeven jaar na de laatste factuur, en daarna nog eens drie maanden"),
            ("abonnees van de nieuwsbrief", "tot zij zich afmelden"),
        ),
        start=1,
    )
)


def tabbed(page: Page, is_there: str, most: int = 80) -> None:
    """Press Tab until the focus is where a script says so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const it = document.activeElement; return {is_there} }})()"):
            return
    pytest.fail(f"the keyboard does not come to {is_there}")


def is_used_by_all(page: Page, name: str) -> None:
    assert graves(page) == [], name
    over = "document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(over) <= 0, name


def test_somebody_comes_in_by_the_log_in_of_the_organisation(
    new: New,  # noqa: F811
    tmp_path: Path,
) -> None:
    users = tmp_path / "users.json"
    save_account(users, "lokaal", "viewer", "een heel lang wachtwoord")
    with providing() as it:
        provider = Provider(load_terms(written(tmp_path, it.issuer)), time.monotonic, time.time)
        with serving(tmp_path, users=users, provider=provider) as own:
            page = new(NARROW, own)
            page.goto("/")
            is_used_by_all(page, "aanmelden")
            picture(page, "organisatie-390-light")
            tabbed(page, "it.textContent === 'Aanmelden bij uw organisatie'")
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="Waar liggen")).to_be_visible()
            expect(page.locator(".me")).to_contain_text(re.compile(r"A\. Tester #[0-9a-f]{8}"))
            it.claims["roles"] = []
            page.get_by_role("button", name="Afmelden").click()
            page.get_by_role("link", name="Aanmelden bij uw organisatie").click()
            expect(page.get_by_role("alert")).to_contain_text("geeft u hier geen toegang")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_draft_stands_clause_by_clause_beside_its_statement(
    new: New,  # noqa: F811
    scheme: str,
) -> None:
    for size in (WIDE, NARROW):
        page = new(size, color_scheme=scheme)
        page.goto("/beleid")
        sent = FilePayload(name="verklaring.txt", mimeType="text/plain", buffer=MUCH.encode())
        page.get_by_label("Bestand van de verklaring").set_input_files([sent])
        tabbed(page, "it.textContent.startsWith('Maak een concept')")
        page.keyboard.press("Enter")
        row = page.locator(".pairs .read").filter(has_text="Sollicitaties bewaren wij")
        expect(row.locator(".became")).to_contain_text("P4W")
        expect(row.locator(".became")).to_contain_text(re.compile(r"zekerheid \d+%"))
        said, became = (row.locator(it).bounding_box() for it in (".said", ".became"))
        assert said
        assert became
        if size is WIDE:
            assert became["x"] >= said["x"] + said["width"]
            assert abs(became["y"] - said["y"]) < 40
        else:
            assert became["y"] >= said["y"] + said["height"]
        expect(page.locator(".open").first).to_be_visible()
        is_used_by_all(page, f"concept {size['width']}")
        picture(page, f"concept-{size['width']}-{scheme}")
        page.get_by_text("Het concept als bestand").first.click()
        expect(page.get_by_role("region", name="Het concept als bestand")).to_contain_text(
            "confirmed = false"
        )


def test_what_is_judged_is_measured(new: New, served: Served) -> None:  # noqa: F811
    browse = served.desk.browse()
    page = new()
    for number, choice in enumerate(("Juist", "Juist", "Aanhouden")):
        page.goto("/beoordelen")
        page.locator("[data-group]").nth(number).get_by_role("button", name=choice).click()
        expect(page.locator("[data-group]").nth(number)).to_contain_text("j.tester")
    assert browse.clusters(Filter(), limit=1)
    page.goto("/beoordelen")
    page.get_by_text("Hoe vaak waren de vondsten juist?").click()
    table = page.get_by_role("region", name="Hoe vaak juist")
    expect(table.locator("tbody tr").first).to_contain_text("100%")
    picture(page, "gemeten-1440-light")
    for size in (WIDE, NARROW):
        page = new(size)
        page.goto("/")
        expect(page.get_by_role("heading", name="Hoe vaak waren")).to_be_visible()
        is_used_by_all(page, "overzicht")
        page.get_by_role("heading", name="Hoe vaak waren").scroll_into_view_if_needed()
        picture(page, f"gemeten-overzicht-{size['width']}-light")


def test_work_that_was_cut_off_goes_on_by_keyboard(
    new: New,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(tmp_path, []) as own:
        name = left(tmp_path / "desk")
        begun: list[tuple[object, ...]] = []

        def start(*told: object) -> str:
            begun.append(told)
            return name

        monkeypatch.setattr(own.desk.jobs, "_start", start)
        for size in (NARROW, WIDE):
            page = new(size, own)
            page.goto("/taken")
            expect(page.get_by_role("listitem").filter(has_text="share")).to_contain_text(
                "afgebroken"
            )
            page.goto(f"/taken/{name}")
            is_used_by_all(page, "taak")
            picture(page, f"afgebroken-{size['width']}-light")
        tabbed(page, "it.textContent === 'Ga verder'")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("afgebroken")
        assert begun == [("scan", "share", "j.tester", ["--", "share"], "")]


def test_the_log_and_the_changes_lead_on(new: New, served: Served) -> None:  # noqa: F811
    for number in range(150):
        served.desk.record("test.step", "A. Tester", {"n": number})
    page = new()
    page.goto("/journaal")
    first = page.locator("tbody td").first.inner_text()
    page.get_by_role("link", name="Eerdere regels").click()
    assert int(page.locator("tbody td").first.inner_text()) < int(first)
    is_used_by_all(page, "journaal")
