"""A share with one person's data and somebody else's in a PDF, a letter and a table, scanned as a
user scans it; and the environment that programs of the desk need.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from pii_scan.cli import main
from pii_scan.page import Page
from pii_scan.page.pdf import pdf
from pii_scan.page.word import word

NAME, EMAIL, NUMBER = "Joke van der Voorbeeld", "joke@post.example", "K-104820"
OTHER, OTHER_PHONE = "Piet Verzonnen", "06-87654321"
REPORT = (
    f"Gespreksverslag met {NAME}, e-mail {EMAIL}, klantnummer {NUMBER}.",
    f"De klacht gaat over collega {OTHER}, bereikbaar op {OTHER_PHONE}.",
)
ROOT = Path(__file__).parents[1]


@contextmanager
def installed(folder: Path) -> Iterator[Path]:
    """Give a folder with a share that was scanned into `inventory.db` beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PII_SCAN_KEY_FILE", str(folder / "keys" / "fingerprint.key"))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}")
        patch.chdir(folder)  # so that pictures show share/brief.docx
        share = folder / "share"
        share.mkdir()
        (share / "verslag.pdf").write_bytes(pdf(_report()))
        (share / "brief.docx").write_bytes(word(_report()))
        (share / "klanten.csv").write_text(
            f"Naam;E-mail;Klantnummer\n{NAME};{EMAIL};{NUMBER}\n{OTHER};;K-999999\n"
        )
        (share / "misschien.txt").write_text(f"{NAME} belde over de factuur.\n")
        url = str(folder / "inventory.db")
        run = CliRunner().invoke(main, ["scan", "--store", url, "--", share.name])
        assert run.exit_code in (0, 1), run.output
        yield folder


def _report() -> Page:
    page = Page("Verslag", date(2026, 10, 1))
    for text in REPORT:
        page.text(text)
    return page
