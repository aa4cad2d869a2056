"""`pii-scan inzage`: answer a person's request for what is held of them (art. 15 AVG)."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pii_scan.cli import _cases
from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pii_scan.config.settings import Settings
    from pii_scan.inzage import Answer, Case, Frame, Tools
    from pii_scan.inzage.masks import Added, Decision
    from pii_scan.inzage.writing import Written
    from pii_scan.model import Policy, Recognizer, Role, Scan

EXAMPLES = """Examples:

\b
  pii-scan inzage open --request verzoek.toml
  pii-scan inzage search I-2026-001 --output zaak
  pii-scan inzage review I-2026-001 --from zaak/review.csv
  pii-scan inzage export I-2026-001 --output zaak
  pii-scan inzage close I-2026-001 --outcome volledig

\b
The short way, in one go and without a case:
  pii-scan inzage --request verzoek.json --output zaak-2026-014
\b
  pii-scan inzage --request - --store sqlite:///out/scan.db --output zaak <verzoek.json

\b
The request is JSON, or TOML; every field may be left out but one that identifies the person:
  {"name": "…", "names": ["…"], "date_of_birth": "1985-03-12", "email": ["…"],
   "phone": ["…"], "address": ["street number, postcode town"],
   "customer_number": ["…"], "iban": ["…"], "bsn": null, "bsn_basis": null,
   "nicknames": false, "received": "2026-11-01", "channel": "e-mail", "policy": "…",
   "controller": null}

\b
Without --request it is asked for. Others are masked; masks.csv lists every mask with its reason.
Change besluit there to "tonen" with door and waarom, or add a line with a tekst to mask, and run
again with --review masks.csv. What is written is scanned again before it is released.

\b
Ends with 0; with 1 when something of others is still readable and nobody decided on it (nothing is
released then: the files lie in the folder concept); with 2 when it could not start; and with 3 when
a place of the answer could not be copied: the report says which.
"""
MASKING_SCORE = 0.3
"""Lower than a scan reports at: of others rather too much is masked than too little."""
TIMEOUT_SECONDS = 300
"""For each file that is opened again, as for a scan."""
_PROMPTS = {
    "name": "Name",
    "names": "Other spellings of the name",
    "date_of_birth": "Date of birth (1985-03-12)",
    "email": "E-mail addresses",
    "phone": "Telephone numbers",
    "address": "Addresses (street number, postcode town)",
    "customer_number": "Customer numbers",
    "iban": "IBANs",
    "bsn": "BSN, only with a legal basis",
    "bsn_basis": "Legal basis for the BSN",
    "received": "Date of receipt (2026-11-01)",
    "channel": "How it came in",
    "controller": "Opdrachtgever whose data is asked for",
}
_LISTS = ("names", "email", "phone", "address", "customer_number", "iban")


@click.group("inzage", epilog=EXAMPLES, invoke_without_command=True)
@click.option("--request", metavar="FILE", help="The request as JSON or TOML; - is stdin.")
@click.option("--store", "url", metavar="URL", help="Where the scan is kept; default: as scan.")
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the letter, the report and the copy; its owner's alone.",
)
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.option("--today", metavar="DATE", help="Date of the letter; default: today.")
@click.option(
    "--review",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A masks.csv with decisions: what stays masked, what may be shown, by whom and why.",
)
@click.pass_context
def command(
    ctx: click.Context,
    request: str | None,
    url: str | None,
    output: Path | None,
    scan_id: int | None,
    config: str | None,
    today: str | None,
    review: Path | None,
) -> None:
    """Answer a person's request: find their data, write the letter and the report."""
    if ctx.invoked_subcommand is not None:
        if request or url or output or scan_id or config or today or review:
            raise click.UsageError(f"options go behind {ctx.invoked_subcommand}")
        return
    if output is None:
        raise click.UsageError("name a folder for the answer: --output DIR")
    from pii_scan import inzage
    from pii_scan.config.settings import load_settings
    from pii_scan.inzage.reviewing import case_of
    from pii_scan.inzage.writing import prepare
    from pii_scan.scan import load_recognizers
    from pii_scan.store import Store, default_url

    day = day_of(today)
    settings = load_settings(config)
    recognizers = {it.entity: it for it in load_recognizers(settings.packs)}
    case = inzage.parse(asked(request), recognizers, day)
    case = replace(case, controller=controller_of(case.controller, settings))
    prepare(output, has_review=review is not None)
    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        frame = frame_of(case, scan, day)
        kit = tools(settings, recognizers, frame.policy, scan.key_id)
        decisions, added = decided(review, case_of(case, "", kit.key(case.controller)))
        answer = inzage.find(store, scan, case, replace(kit, decisions=decisions, added=added))
        suppressed = store.suppressed(scan.id).total()
    written = inzage.write(answer, frame, output)
    if suppressed:
        click.echo(
            f"scan {scan.id} left out {suppressed:,} findings that are suppressed: this answer "
            "does not cover them; scan without those lists where they may be about the person",
            err=True,
        )
    say(answer, written, output)


def asked(request: str | None) -> str:
    """Return the text of the request; identifiers never come from the command line."""
    if request is None:
        if not _is_terminal():
            raise click.UsageError("name the request: --request FILE, or - for stdin")
        return json.dumps(_prompted())
    try:
        data = sys.stdin.buffer.read() if request == "-" else Path(request).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{request}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError("request: no UTF-8 text; save it as UTF-8") from None


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _prompted() -> dict[str, str | list[str]]:
    click.echo("Leave empty what is not known; put ; between several values.", err=True)
    fields: dict[str, str | list[str]] = {}
    for name, text in _PROMPTS.items():
        if name == "bsn_basis" and "bsn" not in fields:
            continue
        said = click.prompt(
            text, default="", show_default=False, hide_input=name == "bsn", err=True
        ).strip()
        if said:
            values = [value.strip() for value in said.split(";") if value.strip()]
            fields[name] = values if name in _LISTS else said
    return fields


def _controllers(settings: Settings) -> dict[str, Role]:
    """Return the opdrachtgevers of the scopes; who is one in any scope, is one."""
    roles: dict[str, Role] = {}
    for scope in settings.scopes:
        if scope.controller and roles.get(scope.controller) != "verwerker":
            roles[scope.controller] = scope.role
    return roles


def controller_of(asked: str | None, settings: Settings) -> str | None:
    """Return a controller as the settings spell it: its key is made from the name."""
    if asked is None:
        return None
    known = _controllers(settings)
    for name in known:
        if name.casefold() == asked.casefold():
            return name
    names = ", ".join(known) or "none"
    raise ConfigError(
        f"request: the controller is in no [[scope]] of the settings, which know: {names}"
    )


def decided(review: Path | None, case: str) -> tuple[Mapping[str, Decision], tuple[Added, ...]]:
    """Return the decisions of a review file of masks of a case."""
    from pii_scan.inzage.reviewing import parse

    if review is None:
        return {}, ()
    try:
        return parse(review.read_bytes(), str(review), case)
    except OSError as error:
        raise ConfigError(f"{review}: cannot be read ({error.strerror})") from None


def tools(
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
        controllers=_controllers(settings),
        firms=frozenset((*_controllers(settings), policy.organisation)),
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
    from pii_scan.retain.calendar import add

    policy = load_policy(case.policy or scan.policy)
    words = load_vocabulary()
    received = case.received
    return Frame(
        policy=policy,
        doc_types=words.doc_types,
        categories={name: it.nl for name, it in load_categories().by_id.items()},
        today=today,
        # The organisation's own promise where it is earlier than the month of art. 12(3) AVG, and
        # that month with two further ones.
        due=min(add(received, policy.answer_term), add(received, "P1M")) if received else None,
        extended=add(received, "P3M") if received else None,
    )


def day_of(text: str | None, option: str = "--today", default: date | None = None) -> date:
    """Return the day that an option names."""
    if text is None:
        return default or datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option} {text!r} is no date: write it as 2026-11-01") from None


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
        raise SystemExit(3)


for _step in _cases.STEPS:
    command.add_command(_step)
