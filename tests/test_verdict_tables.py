"""The sample share under each pack of an organisation: golden verdicts, readable as tables."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from fixtures._share import build, write
from pii_scan.classify.knowledge import Knowledge
from pii_scan.config.categories import load_categories
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.events import load_events
from pii_scan.config.organisations import load_organisations
from pii_scan.config.policies import load_policy
from pii_scan.config.roles import load_roles
from pii_scan.config.settings import load_settings
from pii_scan.config.triggers import load_date_rules
from pii_scan.model import Chunk, Hit, Item, Judgement, Result, Table
from pii_scan.retain.rows import rows_told
from pii_scan.scan import Detector, Kit, Plan, scan_item
from pii_scan.sources.folder import SOURCE

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "fixtures" / "expected" / "verdicts"
PACKS = ("quality-contacts", "quality-networks", "vcare", "yource", "klantinfocus")
TODAY = date(2026, 11, 1)
HEADING = ("bestand", "deel", "regel", "termijn vanaf", "datum", "oordeel")
ROWS = re.compile(r"(?:(?P<sheet>.+) )?rows? (?P<numbers>[\d,-]+)\Z")

pytestmark = pytest.mark.slow

Seen = dict[Chunk | Table, tuple[str, list[Hit]]]


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verdicts") / "share"
    write(build(), folder)
    return folder


@pytest.fixture(scope="module")
def results(share: Path) -> Callable[[str], list[Result]]:
    """Scan under a pack; what was found in a part is found once for all packs."""
    seen: Seen = {}
    return lambda pack: list(scanned(share, pack, seen))


def scanned(share: Path, pack: str, seen: Seen) -> Iterator[Result]:
    settings = load_settings(str(ROOT / "fixtures" / "pii-scan.toml"))
    policy = load_policy(pack)
    triggers = frozenset(
        name for trigger in policy.triggers for name in (trigger.id, *trigger.aliases)
    )
    plan = Plan(
        settings=settings,
        policies={settings.policy: policy},
        knowledge=Knowledge(load_categories(), load_doctypes(), load_organisations(), load_roles()),
        dates=load_date_rules(),
        key=b"k" * 32,
        today=TODAY,
        events=load_events(str(ROOT / "fixtures" / "events.csv"), triggers),
    )
    kit = Kit(plan)
    find = kit.detect.find

    def once(part: Chunk | Table) -> tuple[str, list[Hit]]:
        if part not in seen:
            seen[part] = find(part)
        return seen[part]

    kit.detect = Detector(once)
    for one in SOURCE.items(str(share)):
        if isinstance(one, Item):
            yield from scan_item(one, kit)


def table(results: list[Result], share: Path) -> Iterator[str]:
    """Yield the lines of a table: rows of a file that differ in their dates only are one line."""
    yield f"| {' | '.join(HEADING)} |"
    yield "|" + "---|" * len(HEADING)
    for result in sorted(results, key=lambda it: it.item.uri):
        path = result.item.uri.removeprefix(f"{share}/")
        for cells in lines(result.judgements):
            yield f"| {' | '.join(cell.replace('|', '/') for cell in (path, *cells))} |"
        for breach in result.breaches:
            told = (breach.where or "-", breach.promise, breach.clause, "-", breach.outcome)
            yield f"| {' | '.join(cell.replace('|', '/') for cell in (path, *told))} |"


def lines(judgements: tuple[Judgement, ...]) -> Iterator[tuple[str, ...]]:
    alike: dict[tuple[str, str, str, str], list[Judgement]] = {}
    for it in judgements:
        rows = ROWS.match(it.where)
        sheet = (rows["sheet"] or "") if rows else it.where
        rule = f"{it.policy}: {it.rule}" if it.rule else "-"
        alike.setdefault((sheet, rule, it.trigger or "-", it.verdict), []).append(it)
    for (sheet, rule, trigger, verdict), same in alike.items():
        numbers = sorted(number for it in same for number in numbers_of(it.where))
        part = f"{sheet} {rows_told(numbers)}".strip() if numbers else sheet
        days = sorted({it.reference_date for it in same if it.reference_date})
        told = " .. ".join(map(str, dict.fromkeys((days[0], days[-1])))) if days else "-"
        yield part or "-", rule, trigger, told, verdict


def numbers_of(where: str) -> Iterator[int]:
    rows = ROWS.match(where)
    for span in rows["numbers"].split(",") if rows else ():
        first, _, last = span.partition("-")
        yield from range(int(first), int(last or first) + 1)


@pytest.mark.parametrize("pack", PACKS)
def test_the_share_under_a_pack(
    pack: str, results: Callable[[str], list[Result]], share: Path
) -> None:
    """Golden: after a change that is meant, `PII_SCAN_GOLDEN=write make test` writes it again."""
    title = f"# {load_policy(pack).title}: oordelen over de voorbeeldmappen op {TODAY}"
    text = "\n".join([title, "", *table(results(pack), share)]) + "\n"
    golden = FOLDER / f"{pack}.md"
    if os.environ.get("PII_SCAN_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text.splitlines() == golden.read_text(encoding="utf-8").splitlines()


BREACHES = {
    "quality-networks": {
        "alleen-in-genoemde-systemen": "quality-networks/Bureaublad/kopie klantenlijst.csv",
    },
    "vcare": {
        "geen-inhoud-in-verkeersgegevens": "vcare/rapportage/CDR met notities 2025.csv",
        "onderdrukt-nummer-niet-zichtbaar": "vcare/rapportage/CDR met notities 2025.csv",
        "opname-alleen-op-verzoek": "vcare/opnames/opnamelijst 2021-2025.csv",
    },
    "yource": {
        "een-opdrachtgever-per-bestand": "yource/klantenservice/export twee opdrachtgevers.csv",
        "kopie-id-weg-na-verzoek": "yource/privacyverzoeken/kopie paspoort verzoek Smit.txt",
        "geen-bsn-op-kopie-id": "yource/privacyverzoeken/kopie paspoort verzoek Smit.txt",
    },
    "klantinfocus": {
        "achttien-en-ouder": "klantinfocus/GovMetric/feedback juli.csv",
        "geen-leesbaar-ip-in-rapportage": "klantinfocus/GovMetric/feedback juli.csv",
        "crm-binnen-de-eer": "klantinfocus/CRM/relaties.csv",
    },
}
"""Pack -> promise -> a file of the share that breaks it."""


@pytest.mark.parametrize("pack", BREACHES)
def test_broken_promises_of_the_share(
    pack: str, results: Callable[[str], list[Result]], share: Path
) -> None:
    broken = {
        (breach.promise, result.item.uri.removeprefix(f"{share}/"))
        for result in results(pack)
        for breach in result.breaches
        if breach.outcome != "undetermined"
    }
    assert broken >= set(BREACHES[pack].items())
