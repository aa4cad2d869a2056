"""What an answer is worked out with, and what is told of it."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pii_scan.cli._asking import controllers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pii_scan.config.settings import Settings
    from pii_scan.inzage import Answer, Case, Frame, Tools
    from pii_scan.inzage.writing import Written
    from pii_scan.model import Policy, Recognizer, Scan
    from pii_scan.store import Store

MASKING_SCORE = 0.3
"""Lower than a scan reports at: of others rather too much is masked than too little."""
TIMEOUT_SECONDS = 300
"""For each file that is opened again, as for a scan."""


def tools_of(
    settings: Settings, recognizers: Mapping[str, Recognizer], policy: Policy, key_id: str | None
) -> Tools:
    """Return what a case is worked out with."""
    from pii_scan.classify.roles import roles
    from pii_scan.config.categories import load_categories
    from pii_scan.config.exports import load_headings
    from pii_scan.config.given_names import load_given_names
    from pii_scan.config.keys import derive, load_key
    from pii_scan.config.organisations import load_organisations
    from pii_scan.config.roles import load_roles
    from pii_scan.inzage import Tools
    from pii_scan.inzage.opening import in_worker
    from pii_scan.scan import RUN, detector

    key = load_key(key_id)
    categories = load_categories()
    find = cache(partial(detector, settings, tuple(recognizers.values()), MASKING_SCORE))
    return Tools(
        recognizers=recognizers,
        # Loading a language model takes seconds; only a copy, and an address, need it.
        detect=lambda part: find()(part),
        reopen=in_worker(TIMEOUT_SECONDS),
        key=lambda controller: derive(key, "fingerprint", controller),
        run_chars=RUN,
        phrase=lambda entity: categories.of(entity).nl,
        controllers=controllers(settings),
        firms=frozenset((*controllers(settings), policy.organisation)),
        roles=partial(roles, cues=load_roles()),
        nicknames=load_given_names(),
        cues=load_organisations(),
        headings=load_headings(),
    )


def frame_of(case: Case, scan: Scan, today: date) -> Frame:
    """Return what letter and report need beside the answer."""
    from pii_scan.config.categories import load_categories
    from pii_scan.config.policies import load_policy
    from pii_scan.config.vocabulary import load_vocabulary
    from pii_scan.inzage import Frame
    from pii_scan.inzage.deadline import EXTENDED, deadline
    from pii_scan.retain.calendar import add

    policy = load_policy(case.policy or scan.policy)
    words = load_vocabulary()
    limit = deadline(case.received, policy.answer_term) if case.received else None
    return Frame(
        policy=policy,
        doc_types=words.doc_types,
        categories={name: it.nl for name, it in load_categories().by_id.items()},
        today=today,
        due=limit.due if limit else None,
        extended=add(case.received, EXTENDED) if case.received else None,
    )


def say_suppressed(store: Store, scan: Scan) -> None:
    """Tell of what a scan left out by decision, and an answer does not cover therefore."""
    if suppressed := store.suppressed(scan.id).total():
        click.echo(
            f"scan {scan.id} left out {suppressed:,} findings that are suppressed: this answer "
            "does not cover them; scan without those lists where they may be about the person",
            err=True,
        )


def say(answer: Answer, written: Written, output: Path, number: str | None = None) -> None:
    """Tell how many places there are and where the files went; nothing of the person."""
    by_match = {
        match: sum(place.match == match for place in answer.places)
        for match in ("zeker", "waarschijnlijk", "mogelijk")
    }
    counts = ", ".join(f"{count:,} {match}" for match, count in by_match.items())
    click.echo(f"Scan {answer.scan.id}: {counts}; {len(answer.found):,} in the answer")
    if answer.case.has_name_only:
        click.echo("A name alone gives places to look at by hand (mogelijk), and no answer yet.")
    if answer.scan.finished is None:
        click.echo("The scan did not finish: the answer covers what it got to.", err=True)
    for path in written.paths:
        click.echo(str(path))
    if written.left:
        count = len({one.id for one in written.left})
        masks = output / "masks.csv"
        then = f"run review {number} --from {masks} and export" if number else "run with --review"
        click.echo(
            f"not released: {count:,} texts that may be somebody else's are still readable; decide "
            f"on each in {masks} and {then} again; the draft is in {output / 'concept'}",
            err=True,
        )
        raise SystemExit(1)
    missing = sum(not one.copy.passages for one in answer.found)
    if missing:
        click.echo(f"{missing:,} places could not be copied; the report says which.", err=True)
    past = sum(place.is_outdated for place in answer.places)
    if past:
        click.echo(
            f"{past:,} decisions are on files that changed after the scan, and were not followed: "
            "scan, search and review again",
            err=True,
        )
    if missing or past:
        raise SystemExit(3)
