"""Whether every row of a long export gets the right verdict, and what that takes beyond detection.

    PYTHONPATH=.:recognizers python bench/rows.py [--rows 10000,100000] [--write]

A call-note export of ten years is made from a seed, with the truth of every row worked out apart
from the engine: three opdrachtgevers of which two have a term, days written in three ways, rows
without a day, rows on hold. It then goes through the whole flow in a process of its own, and the
verdict and the last day of every row are held against the truth.
"""

import csv
import io
import json
import random
import resource
import sys
import tempfile
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time

import click

from bench._report import figure, finish, table
from bench.linearity import run
from pii_scan.classify.knowledge import Knowledge
from pii_scan.config.categories import load_categories
from pii_scan.config.contracts import load_contracts
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.organisations import load_organisations
from pii_scan.config.policies import load_policy
from pii_scan.config.roles import load_roles
from pii_scan.config.settings import Scope, Settings
from pii_scan.config.triggers import load_date_rules
from pii_scan.model import Chunk, Hit, Hold, Item, Judgement, Result, Table
from pii_scan.scan import Detector, Kit, Plan, Within, scan_stream

TODAY = date(2026, 11, 1)
MONTHS = {"Noord Energie": 6, "Zuid Verzekeringen": 24, "West Mode": None}
"""Opdrachtgever -> term in months; `None`: not in the contract register."""
CASE = "Z-2024-01177"
_NAMES = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_HEADING = ("klantnummer", "telefoon", "datum gesprek", "opdrachtgever", "notitie")
_NOTES = ("Klant belde over de factuur.", "Klant meldt storing.", "Teruggebeld, opgelost.")

_NOTE = """Beyond detection: reading, classifying, dating, judging; CPU time of one process, less
what detection takes (identifiers, no names). Memory is that of the whole process at its largest. A
row is right when it has the verdict, the last day and the hold that the truth says."""

Truth = dict[int, tuple[str, str | None]]
"""Row -> verdict and last day on which it may be there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What judging one export took, and gave."""

    rows: int
    wrong: int
    judgements: int
    seconds: float
    """CPU time beyond detection."""
    peak: int = 0
    """Bytes."""


def export(rows: int, seed: int = 6) -> tuple[bytes, Truth]:
    """Return a CSV export and the truth of its rows; the heading is row 1."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_HEADING)
    truth: Truth = {}
    for number in range(2, rows + 2):
        whose = rng.choice(list(MONTHS))
        day = TODAY - timedelta(days=rng.randrange(3653)) if rng.random() < 0.98 else None
        note = rng.choice(_NOTES)
        is_held = rng.random() < 0.01
        if is_held:
            note += f" Zie {CASE}."
        phone = f"06{rng.randrange(10_000_000, 99_999_999)}"
        written = _written(day, rng) if day else ""
        writer.writerow((f"K{100_000 + number}", phone, written, whose, note))
        verdict, until = _truth(day, MONTHS[whose])
        truth[number] = ("on_hold" if is_held else verdict, until)
    return text.getvalue().encode(), truth


def _written(day: date, rng: random.Random) -> str:
    forms = (
        day.isoformat(),
        f"{day.day:02}-{day.month:02}-{day.year}",
        f"{day.day} {_NAMES[day.month - 1]} {day.year}",
    )
    return rng.choice(forms)


def _truth(day: date | None, months: int | None) -> tuple[str, str | None]:
    """Work out a row by the calendar alone."""
    if months is None:
        return "controller_decides", None
    if day is None:
        return "undetermined", None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    end = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return ("overdue" if end < TODAY else "within"), end.isoformat()


def plan(folder: Path) -> Plan:
    """Return a plan in which two of the three opdrachtgevers have a contract."""
    register = folder / "contracts.csv"
    lines = [
        f"{name},P{months}M,laatste_contact,verwerkersovereenkomst"
        for name, months in MONTHS.items()
        if months is not None
    ]
    register.write_text("\n".join(["controller,term,trigger,source", *lines]), "utf-8")
    scopes = (*(Scope(f"*/{name}/*", None, name, "verwerker") for name in MONTHS),)
    settings = Settings(
        policy="quality-contacts",
        names=False,
        scopes=(*scopes, Scope("*", None, "West Mode", "verwerker")),
    )
    policy = load_policy(settings.policy)
    triggers = frozenset(trigger.id for trigger in policy.triggers)
    return Plan(
        settings=settings,
        policies={settings.policy: policy},
        knowledge=Knowledge(load_categories(), load_doctypes(), load_organisations(), load_roles()),
        dates=load_date_rules(),
        key=bytes(32),
        today=TODAY,
        contracts=load_contracts([str(register)], triggers),
        holds=(Hold("bench", "geschil", "bench", date(2024, 1, 1), None, case=CASE),),
    )


def judged(data: bytes, kit: Kit) -> tuple[Result, float]:
    """Take an export through the flow; return its result and the CPU time beyond detection."""
    inside = 0.0
    find = kit.detect.find

    def timed(part: Chunk | Table) -> tuple[str, list[Hit]]:
        nonlocal inside
        began = process_time()
        found = find(part)
        inside += process_time() - began
        return found

    modified = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    item = Item("share/gespreksnotities.csv", "", len(data), modified)
    whole, kit.detect = kit.detect, Detector(timed)
    began = process_time()
    (result,) = scan_stream(item, io.BytesIO(data), kit, Within(len(data)))
    kit.detect = whole
    return result, process_time() - began - inside


def compare(judgements: tuple[Judgement, ...], truth: Truth) -> int:
    """Return how many rows are judged wrongly, twice or not at all."""
    found: dict[int, list[tuple[str, str | None]]] = {}
    for one in judgements:
        told = (one.verdict, one.keep_until.isoformat() if one.keep_until else None)
        for number in _numbers(one.where):
            found.setdefault(number, []).append(told)
    return sum(found.get(number) != [told] for number, told in truth.items()) + len(
        found.keys() - truth.keys()
    )


def _numbers(where: str) -> Iterator[int]:
    for part in where.removeprefix("rows ").removeprefix("row ").split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def measure(rows: int) -> Outcome:
    """Judge one export in this process."""
    data, truth = export(rows)
    with tempfile.TemporaryDirectory() as name:
        kit = Kit(plan(Path(name)))
    result, seconds = judged(data, kit)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    wrong = compare(result.judgements, truth)
    return Outcome(rows, wrong, len(result.judgements), seconds, peak)


@click.command(help=__doc__)
@click.option("--rows", default="10000,100000", show_default=True, help="Sizes of the export.")
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
@click.option("--alone", type=int, hidden=True)
def main(rows: str, write: bool, alone: int | None) -> None:
    """Measure and report."""
    if alone is not None:
        one = measure(alone)
        told = {name: getattr(one, name) for name in Outcome.__slots__}
        click.echo(json.dumps(told))
        return
    lines = []
    with tempfile.TemporaryDirectory() as home:
        for size in map(int, rows.split(",")):
            command = [sys.executable, __file__, "--alone", str(size)]
            one = Outcome(**json.loads(run(command, Path(home))[2]))
            lines.append(
                (
                    f"{one.rows:,}",
                    str(one.wrong),
                    f"{one.judgements:,}",
                    figure(one.seconds),
                    figure(1e6 * one.seconds / one.rows),
                    figure(one.peak / (1 << 20)),
                )
            )
    heading = ["rows", "wrong", "judgements", "s beyond detection", "µs a row", "peak memory, MB"]
    finish("Verdicts by the row", f"{table(heading, lines)}\n\n{_NOTE}", write=write)


if __name__ == "__main__":
    main()
