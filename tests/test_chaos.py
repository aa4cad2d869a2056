"""Workers are killed at random moments: the outcome of a scan is that of an undisturbed one."""

import gzip
import io
import os
import random
import signal
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

import pytest

from pii_scan import scan
from pii_scan.classify.knowledge import Knowledge
from pii_scan.config.categories import load_categories
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.in_use import policies_in_use
from pii_scan.config.organisations import load_organisations
from pii_scan.config.roles import load_roles
from pii_scan.config.settings import Settings
from pii_scan.config.triggers import load_date_rules
from pii_scan.engines.job import Job
from pii_scan.engines.local import CRASHED, run
from pii_scan.model import Item, Result
from pii_scan.sources.folder import SOURCE
from tests import documents
from tests.office import zipped

pytestmark = pytest.mark.slow

KILLS = 10
LETTER = "Geachte heer De Vries, uw bsn is 999994256 en uw adres is {}@post.example.\n"


@dataclass(frozen=True, slots=True)
class Doom:
    """Where a worker is killed: an item, and how many of its results it has given by then."""

    plan: scan.Plan
    marks: str = ""
    """A folder for what has happened already."""
    moments: dict[str, int] = field(default_factory=dict)
    """Address of an item -> results."""
    is_final: bool = False
    """Whether it happens each time that the item is tried."""


def prepare(doom: Doom) -> Callable[[Item], Iterator[Result]]:
    """A worker as it is in use, apart from its end."""
    scanner = scan.prepare(doom.plan)

    def doomed(item: Item) -> Iterator[Result]:
        results = scanner(item)
        given = doom.moments.get(item.uri)
        mark = Path(doom.marks, item.locator.replace("/", "-"))
        if given is not None and (doom.is_final or not mark.exists()):
            yield from islice(results, given)
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        yield from results

    return doomed


def files() -> dict[str, bytes]:
    """A share of some sixty files, every fifth an archive or a message."""
    found: dict[str, bytes] = {}
    for number in range(12):
        letter = LETTER.format(f"p{number}").encode()
        rows = f"naam;bsn\nJan de Vries;999994256\nEls Vos;9999902{number:02}\n".encode()
        tables = zipped({f"{each}.csv": rows for each in range(number % 4 + 1)})
        found |= {
            f"{number}.txt": letter,
            f"{number}.csv": rows,
            f"{number}.json": b'{"bsn": "999994256"}',
            f"{number}.zip": zipped({"a.txt": letter, "b.zip": tables, "c.csv": rows}),
            f"{number}.eml": message(letter, tables),
        }
    found["tar.tgz"] = tarred({f"map/{number}.txt": found[f"{number}.txt"] for number in range(12)})
    found["brief.docx"], found["lijst.xlsx"] = documents.docx(), documents.xlsx()
    return found


def message(letter: bytes, attached: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Jan de Vries <jan@post.example>", "Overzicht"
    mail.set_content(letter.decode())
    for name in ("een.zip", "twee.zip"):
        mail.add_attachment(attached, maintype="application", subtype="zip", filename=name)
    return mail.as_bytes()


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


@pytest.fixture(scope="module")
def plan() -> scan.Plan:
    settings = Settings(names=False)
    return scan.Plan(
        settings=settings,
        policies=policies_in_use(settings),
        knowledge=Knowledge(load_categories(), load_doctypes(), load_organisations(), load_roles()),
        dates=load_date_rules(),
        key=bytes(32),
        today=date(2026, 11, 1),
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chaos")
    for name, data in files().items():
        (folder / name).write_bytes(data)
    return folder


def outcome(place: Path, doom: Doom) -> dict[str, Result]:
    """Scan with two workers; everything has to be there once."""
    found = list(run(SOURCE.items(str(place)), Job(prepare, doom), 2, timeout_seconds=120))
    by_address = {result.item.uri.removeprefix(f"{place}/"): result for result in found}
    assert len(by_address) == len(found)
    return by_address


@pytest.fixture(scope="module")
def undisturbed(place: Path, plan: scan.Plan) -> dict[str, Result]:
    found = outcome(place, Doom(plan))
    assert sum(bool(result.findings) for result in found.values()) > 100
    return found


def moments(place: Path, undisturbed: dict[str, Result]) -> dict[str, int]:
    """Choose items, and in each any moment from its beginning until just before its own result."""
    chance = random.Random(20261101)
    # In order: workers give results as they are done.
    chosen = chance.sample(sorted(it for it in undisturbed if "!/" not in it), KILLS)
    within = {each: sum(it.startswith(f"{each}!/") for it in undisturbed) for each in chosen}
    assert sum(count > 0 for count in within.values()) >= 3
    return {f"{place}/{each}": chance.randint(0, count) for each, count in within.items()}


def test_ten_killed_workers_change_nothing(
    place: Path, plan: scan.Plan, undisturbed: dict[str, Result], tmp_path: Path
) -> None:
    doom = Doom(plan, str(tmp_path), moments(place, undisturbed))
    assert outcome(place, doom) == undisturbed
    assert len(list(tmp_path.iterdir())) == KILLS


@pytest.mark.parametrize(
    ("fatal", "given", "status"), [("3.txt", 0, "unreadable"), ("3.zip", 2, "partial")]
)
def test_a_file_that_kills_each_time_costs_itself(
    place: Path,
    plan: scan.Plan,
    undisturbed: dict[str, Result],
    tmp_path: Path,
    fatal: str,
    given: int,
    status: str,
) -> None:
    doom = Doom(plan, str(tmp_path), {f"{place}/{fatal}": given}, is_final=True)
    found = outcome(place, doom)
    own = found.pop(fatal)
    assert (own.coverage.status, own.coverage.reason) == (status, CRASHED)
    within = [address for address in undisturbed if address.startswith(f"{fatal}!/")]
    lost = {fatal, *within[given:]}
    assert found == {name: it for name, it in undisturbed.items() if name not in lost}
