"""How long it takes from a request to a draft answer over a large inventory.

    PYTHONPATH=.:recognizers python bench/inzage_scale.py [--documents 100000] [--write]

A store is filled directly with documents and exports of which nothing is on disk, among many people
of few surnames; the files of one person are really there. The command then runs as a user runs it.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from bench._report import figure, finish, table
from bench.inzage import KEY
from bench.inzage_share import TODAY
from pii_scan import plugins
from pii_scan.classify.fingerprint import fingerprints
from pii_scan.config.categories import load_categories
from pii_scan.config.keys import derive, fingerprint_key_id
from pii_scan.model import Coverage, Finding, Item, Recognizer, Result
from pii_scan.sources.folder import SOURCE
from pii_scan.store import Store

EXPORT_ROWS = 10_000
EXPORTS = 10
OWN = 50
"""Files of the person who asks."""
_GIVEN = ("Anna", "Bram", "Carla", "Dirk", "Esther", "Frank", "Gerda", "Hans", "Iris", "Jeroen")
_SURNAMES = ("Jansen", "de Vries", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "de Boer")

_NOTE = """The inventory also has 10 exports of 10,000 rows. Searching is all that the store is
asked; the command is everything from its start to the written letter and report, with the 50 files
of the person opened again, the language model loaded and the PDF set."""


class _Findings:
    """What a scan keeps of invented values."""

    def __init__(self) -> None:
        recognizers = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
        self._normal = {it.entity: it.normalise for it in recognizers}
        self._categories = load_categories()
        self._key = derive(KEY, "fingerprint", None)

    def one(self, entity: str, value: str, where: str = "", row: int | None = None) -> Finding:
        category = self._categories.of(entity)
        prints = fingerprints(entity, value, self._normal.get(entity), self._key)
        return Finding(entity, category.id, category.level, where, 0.9, "*", prints, row)

    def person(self, number: int, where: str = "", row: int | None = None) -> list[Finding]:
        values = {
            "PERSON": _name(number),
            "EMAIL_ADDRESS": f"klant{number}@post.example",
            "PHONE_NUMBER": f"06{20_000_000 + number}",
            "CUSTOMER_NUMBER": f"{5_000_000 + number}",
            "STREET_ADDRESS": f"Dorpsstraat {number % 900}",
            "NL_POSTCODE": f"{8000 + number % 900} AB",
        }
        return [self.one(entity, value, where, row) for entity, value in values.items()]


def _name(number: int) -> str:
    rng = random.Random(number)  # noqa: S311 - not for secrets
    return f"{rng.choice(_GIVEN)} {rng.choice(_SURNAMES)}"


def filled(folder: Path, documents: int) -> Path:
    """Fill a store and write the person's own files; return where the store is."""
    url = folder / "inventory.db"
    finds = _Findings()
    with Store.open(str(url)) as store:
        scan = store.begin(
            ["share"], TODAY, "quality-contacts", "0.1.0", "sha256:00", "bench",
            key_id=fingerprint_key_id(KEY),
        )  # fmt: skip
        everything = chain(_own(folder, finds), _exports(finds), _documents(documents, finds))
        store.save(scan.id, everything)
        store.finish(scan.id)
    return url


def _own(folder: Path, finds: _Findings) -> Iterator[Result]:
    share = folder / "share" / "own"
    share.mkdir(parents=True)
    for number in range(OWN):
        text = f"Klant: Noor Verzonnen, klantnummer 4900001. Belde over nota {number}.\n"
        path = share / f"notitie-{number}.txt"
        path.write_text(text, "utf-8")
        (item,) = (one for one in SOURCE.items(str(path)) if isinstance(one, Item))
        findings = (
            finds.one("PERSON", "Noor Verzonnen"),
            finds.one("CUSTOMER_NUMBER", "4900001"),
            *([finds.one("EMAIL_ADDRESS", "noor@post.example")] if number == 0 else []),
        )
        yield _result(item, findings)


def _exports(finds: _Findings) -> Iterator[Result]:
    for number in range(EXPORTS):
        item = Item(f"share/export-{number}.csv", f"/nowhere/export-{number}.csv", 1_000_000)
        rows = (
            finding
            for row in range(2, EXPORT_ROWS + 2)
            for finding in finds.person(row * 7 + number, f"row {row}", row)
        )
        yield _result(item, tuple(rows))


def _documents(count: int, finds: _Findings) -> Iterator[Result]:
    for number in range(count):
        uri = f"share/{number // 500}/brief-{number}.txt"
        yield _result(Item(uri, f"/nowhere/{uri}", 2_000), tuple(finds.person(number % 70_000)))


def _result(item: Item, findings: tuple[Finding, ...]) -> Result:
    return Result(
        item, Coverage("scanned"), role="verantwoordelijke", level="Vertrouwelijk",
        digest=None, findings=findings,
    )  # fmt: skip


REQUESTS: dict[str, dict[str, object]] = {
    "an e-mail address, a name of which there is one": {
        "name": "Noor Verzonnen",
        "email": ["noor@post.example"],
    },
    "an e-mail address and a name that one in eighty has": {
        "name": _name(12),
        "email": ["klant12@post.example"],
    },
}


def timed(folder: Path, url: Path, stated: dict[str, object]) -> tuple[float, float, int]:
    """Return the seconds of search and of the whole command, and the places in the answer."""
    from bench.inzage import searcher

    key = folder / "keys" / "fingerprint.key"
    key.parent.mkdir(mode=0o700, exist_ok=True)
    key.write_text(KEY.hex() + "\n", "ascii")
    key.chmod(0o600)
    began = time.perf_counter()
    found = searcher(str(url))(stated)
    searching = time.perf_counter() - began
    request = folder / "verzoek.json"
    request.write_text(json.dumps({**stated, "received": TODAY.isoformat()}), "utf-8")
    environment = os.environ | {"PII_SCAN_KEY_FILE": str(key)}
    command = [sys.executable, "-m", "pii_scan", "inzage", "--request", str(request)]
    shutil.rmtree(folder / "zaak", ignore_errors=True)
    command += ["--store", str(url), "--output", str(folder / "zaak")]
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    whole = time.perf_counter() - began
    if done.returncode not in (0, 1, 3):
        raise click.ClickException(done.stderr.decode()[-2000:])
    return searching, whole, sum(one.included for one in found)


@click.command(help=__doc__)
@click.option("--documents", default=100_000, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Folder to keep, or to use again.")
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
def main(documents: int, keep: Path | None, write: bool) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = keep or Path(name)
        url = folder / "inventory.db"
        if not url.exists():
            folder.mkdir(parents=True, exist_ok=True)
            filled(folder, documents)
        lines = []
        for told, stated in REQUESTS.items():
            searching, whole, places = timed(folder, url, stated)
            lines.append((told, f"{places:,}", figure(searching), figure(whole)))
        size = url.stat().st_size / (1 << 20)
    heading = ["what is stated", "places in the answer", "search, s", "the command, s"]
    body = table(heading, lines)
    told = f"{documents:,} documents; the store is {size:,.0f} MB."
    finish("From a request to a draft", f"{told}\n\n{body}\n\n{_NOTE}", write=write)


if __name__ == "__main__":
    main()
