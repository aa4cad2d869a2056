"""A scan in this process, without workers: as the command does it, and it tells what was read."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from pii_scan.classify import Suppressor
from pii_scan.classify.controllers import Controllers
from pii_scan.classify.knowledge import Knowledge
from pii_scan.config.categories import load_categories
from pii_scan.config.controllers import load_controller_words
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.in_use import (
    detection_in_use,
    policies_in_use,
    reading_in_use,
    verdicts_in_use,
)
from pii_scan.config.organisations import load_organisations
from pii_scan.config.roles import load_roles
from pii_scan.config.settings import Settings
from pii_scan.config.triggers import load_date_rules
from pii_scan.model import Item, Result, Suppression
from pii_scan.scan import Kit, Plan, judge, scan_item
from pii_scan.scan.again import Recall, Stamps, outdated
from pii_scan.sources.folder import SOURCE
from pii_scan.store import Seen, Store

TODAY = date(2026, 11, 1)


def plan(
    store: Store,
    settings: Settings | None = None,
    today: date = TODAY,
    suppressions: tuple[Suppression, ...] = (),
) -> Plan:
    asked = replace(settings or Settings(), names=False)
    policies = policies_in_use(asked)
    reading = reading_in_use(asked, policies, (), (), "key", ())
    return Plan(
        settings=asked,
        policies=policies,
        knowledge=Knowledge(load_categories(), load_doctypes(), load_organisations(), load_roles()),
        dates=load_date_rules(),
        key=bytes(32),
        today=today,
        suppressions=suppressions,
        store=store.url,
        corrections=store.corrections(),
        detection_digest=detection_in_use(reading, suppressions, today),
        reading_digest=reading,
    )


_ready: dict[float, Kit] = {}
"""By the score that is asked for: compiling recognizers takes longer than all the rest."""


def kit(asked: Plan) -> Kit:
    """Return what a worker makes of a plan."""
    score = asked.settings.min_score
    if score not in _ready:
        _ready[score] = Kit(asked)
    own = copy(_ready[score])
    own.plan = asked
    own.suppressor = Suppressor(asked.suppressions, asked.today)
    own.controllers = Controllers(asked.settings.controllers, load_controller_words())
    own.recall = Recall(asked)
    return own


def scan(
    store: Store, place: Path, asked: Plan, *, is_full: bool = False, most: int | None = None
) -> list[str]:
    """Scan a folder and return the names of the files that were opened.

    With `most` it is cut off after so many results.
    """
    begun = store.begin(
        [str(place)], asked.today, asked.settings.policy, "0.1.0", "sha256:00", "tester",
        places=str(place),
        detection_digest=asked.detection_digest,
        policy_digest=verdicts_in_use(asked.settings, asked.policies, asked.corrections),
        suppressions=asked.suppressions,
        is_full=is_full,
    )  # fmt: skip
    opened: list[str] = []
    stamps, seen = Stamps(asked.settings, asked.reading_digest), Seen()
    scanner = partial(scan_item, kit=kit(asked))

    def results() -> Iterator[Result]:
        given = 0
        for one in outdated(SOURCE.items(str(place)), store, begun, stamps, seen):
            if isinstance(one, Item):
                opened.append(one.uri.removeprefix(f"{place}/"))
            for result in [one] if isinstance(one, Result) else scanner(one):
                if given == most:
                    raise KeyboardInterrupt
                given += 1
                yield result

    store.save(begun.id, results(), stamps.of_result)
    store.rejudge(begun, partial(judge, plan=asked))
    store.finish(begun.id, seen=seen)
    return opened


def kept(store: Store) -> list[Result]:
    """Return what the newest scan that finished has."""
    return list(store.results(store.scan().id))
