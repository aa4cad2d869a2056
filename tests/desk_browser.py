"""What tests of the desk in a real browser share: the browser, an engine for accessibility that
looks at a page, and pictures for the documentation.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.desk_server import Served

CHROMIUM = shutil.which("chromium")
AXE = (Path(__file__).parent / "vendored" / "axe.min.js").read_text("utf-8")
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
GRAVE = {"serious", "critical"}
New = Callable[..., Page]

IN_DOCS = {"overzicht-1440-light", "beoordelen-1440-light", "termijnen-1440-light"}
IN_DOCS |= {"context-1440-light", "overzicht-390-dark", "concept-1440-light"}
IN_DOCS |= {"zaak-1440-light", "plaatsen-1440-light", "kopie-1440-light", "plan-1440-light"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser."""
    if CHROMIUM is None:
        pytest.fail("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def pages(browser: Browser, served: Served) -> Iterator[New]:
    """Give pages of somebody who has come in; whatever a page complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def made(size: ViewportSize = WIDE, at: Served = served, **options: Any) -> Page:
        context = browser.new_context(
            viewport=size, base_url=f"http://127.0.0.1:{at.port}", locale="nl-NL", **options
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )
        if at.desk.serving.users is None:
            at.desk.renew_link()
            page.goto(f"/in?token={at.desk.once.token}")
        return page

    yield made
    for context in contexts:
        context.close()
    assert complaints == []


def picture(page: Page, name: str) -> None:
    """Keep a picture: those of the documentation, or with `DESK_ALL` of every page."""
    folder = os.environ.get("DESK_PICTURES")
    if folder and (name in IN_DOCS or "DESK_ALL" in os.environ):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=False)


def graves(page: Page) -> list[str]:
    """Return what axe finds that keeps people out, with where it stands."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{it['id']}: {node['html'][:200]}"
        for it in found["violations"]
        if it["impact"] in GRAVE
        for node in it["nodes"]
    ]


def look(page: Page, name: str, *, is_dark: bool = True) -> None:
    """Have a page looked at, wide and narrow, light and dark, and keep its pictures."""
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        for scheme in ("light", "dark") if is_dark else ("light",):
            page.emulate_media(color_scheme=scheme)
            assert graves(page) == [], (name, size["width"], scheme)
            over = "document.documentElement.scrollWidth - window.innerWidth"
            assert page.evaluate(over) <= 0, (name, size["width"])
            picture(page, f"{name}-{size['width']}-{scheme}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)


def tab_to(page: Page, told: str, most: int = 120) -> None:
    """Press Tab until what has the focus fits an expression over `it`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const it = document.activeElement; return {told}; }})()"):
            return
    raise AssertionError(f"the keyboard does not come to {told}")
