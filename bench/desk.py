"""How fast the desk answers over a store of a million findings, and what memory it takes.

    PYTHONPATH=. python bench/desk.py [--findings 1000000] [--requests 1000] [--folder DIR]

The store is made up: items in folders of departments, ten findings each. Every page is asked for in
turn, with and without filters, as a browser would, over HTTP on loopback; times are those that the
client sees.
"""

import argparse
import hashlib
import http.client
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import uvicorn

from pii_scan.config.settings import Settings
from pii_scan.desk import Serving, application
from pii_scan.desk.app import Guarded
from pii_scan.model import Coverage, Finding, Item, Judgement, Level, Result, Verdict
from pii_scan.store import Store
from pii_scan.store.browsing import Filter

TODAY = date(2026, 11, 26)
PER_ITEM = 10
DEPARTMENTS, YEARS, PEOPLE = 120, 12, 60_000
KINDS: tuple[tuple[str, str, Level], ...] = (
    ("PERSON", "N01", "Vertrouwelijk"),
    ("EMAIL_ADDRESS", "N02", "Vertrouwelijk"),
    ("PHONE_NUMBER", "N02", "Vertrouwelijk"),
    ("IBAN_CODE", "G01", "Vertrouwelijk"),
    ("NL_BSN", "B01", "Geheim"),
    ("ORGANIZATION", "O01", "Openbaar"),
)
VERDICTS: tuple[Verdict, ...] = ("overdue", "within", "possibly_overdue", "no_rule", "must_keep")
ASKED = Filter(folder="share/afdeling-007", category="B01", level="Geheim")


def results(count: int) -> Iterator[Result]:
    """Yield items with `count` findings together."""
    chance = random.Random(7)  # noqa: S311 - made-up data
    for number in range(count // PER_ITEM):
        folder = f"share/afdeling-{number % DEPARTMENTS:03}/{2014 + number % YEARS}"
        uri = f"{folder}/stuk-{number:07}.docx"
        findings = tuple(_finding(chance, place) for place in range(PER_ITEM))
        heaviest: Level = "Geheim" if any(it.level == "Geheim" for it in findings) else "Intern"
        day = TODAY - timedelta(days=chance.randrange(4_000))
        verdict = chance.choice(VERDICTS)
        told = Judgement(
            *("nl-default", f"regel-{number % 9}", "", verdict, "documentdatum", day, "text"),
            *(day + timedelta(days=730), None, "delete"),
        )
        yield Result(
            Item(uri, uri, 40_000 + number % 1_000),
            Coverage("partial", "extract", "encrypted")
            if number % 50 == 0
            else Coverage("scanned"),
            doc_type="belnotitie" if number % 3 else "factuur",
            controller=f"Opdrachtgever {number % 11}" if number % 2 else None,
            level=heaviest,
            findings=findings,
            judgements=(told,),
        )


def _finding(chance: random.Random, place: int) -> Finding:
    entity, category, level = chance.choice(KINDS)
    digest = hashlib.sha256(f"{entity} {chance.randrange(PEOPLE)}".encode()).hexdigest()
    prints = (("full" if entity == "PERSON" else "value", digest),)
    return Finding(
        *(entity, category, level, f"page {place}", chance.random() / 2 + 0.5, "J. d. V."), prints
    )


def main() -> None:
    """Make the store, serve it, ask, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        url = str(folder / "inventory.db")
        if not Path(url).exists():
            _fill(url, asked.findings)
        _measure(url, folder, asked.requests)


def _fill(url: str, count: int) -> None:
    with Store.open(url) as store:
        scan = store.begin(["share"], TODAY, "nl-default", "0", "sha256:0", "bench")
        began = time.perf_counter()
        store.save(scan.id, results(count))
        store.finish(scan.id)
        _say(f"saved       {count:,} findings in {time.perf_counter() - began:.0f} s")
        began = time.perf_counter()
        store.browse(store.scan()).gather()
        _say(f"gathered    in {time.perf_counter() - began:.1f} s")


def _measure(url: str, folder: Path, requests: int) -> None:
    hosts: set[str] = set()
    app = application(
        Serving(
            store=url,
            hosts=hosts,  # the port is known later
            address="",
            operator="bench",
            settings=Settings(),
            folder=folder / "desk",
            judged=folder / "judged.toml",
            today=lambda: TODAY,
            clock=time.monotonic,
        )
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    hosts.add(f"127.0.0.1:{port}")
    try:
        _ask(app, port, requests)
    finally:
        server.should_exit = True
        thread.join()


def _ask(app: Guarded, port: int, requests: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/in?token={app.desk.once.token}")
    answer = connection.getresponse()
    answer.read()
    cookie = str(answer.headers["set-cookie"]).partition(";")[0]
    pages = _pages(app)
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    memory: list[int] = []
    names = list(pages)
    for number in range(requests + len(names)):
        name = names[number % len(names)]
        began = time.perf_counter()
        connection.request("GET", pages[name], headers={"Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{name}: {answer.status} {body[:200]!r}")
        if number >= len(names):  # the first of each fills the caches of templates and statements
            seconds[name].append(time.perf_counter() - began)
        if number % 50 == 0:
            memory.append(_resident())
    for name, times in seconds.items():
        late = statistics.quantiles(times, n=20)[-1]
        told = f"p50 {1000 * statistics.median(times):6.0f} ms   p95 {1000 * late:6.0f} ms"
        _say(f"{name:<34} {told}")
    quarter = len(memory) // 4
    first, last = max(memory[quarter : 2 * quarter]), max(memory[-quarter:])
    _say(f"memory      {first / 1e6:.0f} MB in the second quarter, {last / 1e6:.0f} MB in the last")


def _pages(app: Guarded) -> dict[str, str]:
    browse = app.desk.browse()
    cluster, value = browse.clusters(Filter())[0], browse.repeats(Filter())[0]
    ruling = browse.rulings()[0]
    last = browse.lines(Filter(level="Geheim"))[-1]
    told = {"map": ASKED.folder, "categorie": ASKED.category, "niveau": ASKED.level}
    rule = {"beleid": ruling.policy, "regel": ruling.rule, "gebeurtenis": ruling.trigger}
    asked = {
        "overview": ("/", {}),
        "overview, filtered": ("/", told),
        "files": ("/bestanden", {}),
        "files, filtered": ("/bestanden", told),
        "files, rare": (
            "/bestanden",
            {"niveau": "Geheim", "oordeel": "no_rule", "gelezen": "partial"},
        ),
        "files, next page": ("/bestanden", {"niveau": "Geheim", "na": last.after}),
        "item": ("/bestand", {"uri": last.uri}),
        "triage by folder": ("/beoordelen", {}),
        "triage by folder, filtered": ("/beoordelen", told),
        "triage by folder, page 20": ("/beoordelen", {"vanaf": "800"}),
        "triage by value": ("/beoordelen", {"soort_groep": "waarde"}),
        "triage by value, filtered": ("/beoordelen", {"soort_groep": "waarde", **told}),
        "group of a folder": ("/beoordelen/groep", {"groep": cluster.subject}),
        "group of a value": ("/beoordelen/groep", {"groep": value.subject}),
        "retention": ("/termijnen", {}),
        "retention, a rule": ("/termijnen/regel", {"oordeel": "overdue", **rule}),
        "coverage": ("/dekking", {}),
        "policies": ("/beleid", {}),
        "work": ("/taken", {}),
        "log": ("/journaal", {}),
    }
    return {name: f"{path}?{urlencode(query)}" for name, (path, query) in asked.items()}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
