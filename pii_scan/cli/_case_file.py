"""Steps of `pii-scan inzage` that keep the file of a case: opened, told of, extended, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import click

from pii_scan.cli._asking import asked, controller_of
from pii_scan.cli._case_room import CASE, common, room_of, tell
from pii_scan.cli._options import day_of
from pii_scan.errors import ConfigError

INCOMPLETE: Final = 3
"""Exit code when a case could not be opened."""


@click.command("open")
@click.option("--request", metavar="FILE", help="The form as JSON or TOML; - is stdin.")
@common
def open_case(request: str | None, url: str | None, config: str | None, today: str | None) -> None:
    """Open a case: from a form file, from stdin, or by questions."""
    from pii_scan import inzage
    from pii_scan.config.policies import load_policy

    with room_of(url, config, today) as room:
        stated = inzage.parse(asked(request), room.recognizers(), room.today)
        stated = replace(stated, controller=controller_of(stated.controller, room.settings))
        policy = load_policy(stated.policy or room.settings.policy)
        file = room.docket.open(stated, policy.answer_term, room.today)
        click.echo(file.number)
        tell(file, room.today)
    if stated.has_name_only:
        click.echo(
            "A name alone gives places to look at by hand (mogelijk): ask for something that "
            "identifies, and add it with pii-scan inzage amend.",
            err=True,
        )


@click.command("amend")
@CASE
@click.option("--request", metavar="FILE", help="The whole form anew; - is stdin.")
@common
def amend(
    number: str, request: str | None, url: str | None, config: str | None, today: str | None
) -> None:
    """Put what the person states now in the place of what was stated before.

    The case is to be searched, reviewed and answered anew then.
    """
    from pii_scan import inzage
    from pii_scan.config.policies import load_policy

    with room_of(url, config, today) as room:
        file = room.docket.file(number)
        stated = inzage.parse(asked(request), room.recognizers(), room.today)
        stated = replace(stated, controller=controller_of(stated.controller, room.settings))
        term = load_policy(stated.policy).answer_term if stated.policy else None
        after = file.amended(stated, term)
        lapsed = len(file.choices) + len(file.masks) - len(after.masks)
        room.docket.keep(after, "amended", lapsed=lapsed)
    click.echo(f"{number}: {lapsed:,} decisions lapsed; search, review and export again")


@click.command("status")
@click.argument("number", metavar="[CASE]", required=False)
@common
def status(number: str | None, url: str | None, config: str | None, today: str | None) -> None:
    """Tell of all cases, or of one, how far it is and until when it must be answered."""
    with room_of(url, config, today) as room:
        numbers = [number] if number else room.docket.numbers()
        if not numbers:
            click.echo("No cases.")
        shut = 0
        for one in numbers:
            try:
                file = room.docket.file(one)
            except ConfigError as error:
                if number:
                    raise
                shut += 1
                click.echo(str(error), err=True)
                continue
            click.echo(one)
            tell(file, room.today)
    if shut:
        raise SystemExit(INCOMPLETE)


@click.command("identity")
@CASE
@click.option("--means", required=True, help='How: "terugbellen op bekend nummer".')
@click.option("--by", help="Who checked; default: who runs this.")
@click.option("--on", "day", metavar="DATE", help="When; default: today.")
@common
def identity(
    number: str,
    means: str,
    by: str | None,
    day: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Note down that it was checked who asks; no copy of what was seen is kept."""
    from pii_scan.inzage.casefile import Identity

    with room_of(url, config, today) as room:
        file = room.docket.file(number)
        check = Identity(means, by or room.docket.operator, _past(day, "--on", room.today))
        room.docket.keep(file.identified(check), "identified", on=check.on.isoformat())


@click.command("extend")
@CASE
@click.option("--reason", required=True, help="Complexity or number of requests (art. 12(3) AVG).")
@click.option("--told", metavar="DATE", help="When the person was told; default: today.")
@common
def extend(
    number: str,
    reason: str,
    told: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Make the term two months longer; the person must be told within the first."""
    from pii_scan.inzage.casefile import Extension

    with room_of(url, config, today) as room:
        file = room.docket.file(number)
        day = _past(told, "--told", room.today)
        file = file.made_longer(Extension(reason, day, room.docket.operator))
        room.docket.keep(file, "extended", told=day.isoformat())
        tell(file, room.today)


@click.command("close")
@CASE
@click.option(
    "--outcome",
    required=True,
    help="volledig, gedeeltelijk, geweigerd, ingetrokken or doorverwezen.",
)
@click.option("--reason", default="", help="Of a refusal or a part (art. 12(4) AVG).")
@common
def close(
    number: str,
    outcome: str,
    reason: str,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Close a case: what tells who the person is goes, what shows how it was dealt with stays."""
    with room_of(url, config, today) as room:
        file = room.docket.file(number).closed(outcome, reason, room.today, room.docket.operator)
        room.docket.keep(file, "closed", outcome=outcome)
        tell(file, room.today)
    click.echo("Delete the folders of the answer where they are not needed for sending any more.")


@click.command("log")
@CASE
@common
def log(number: str, url: str | None, config: str | None, today: str | None) -> None:
    """Tell who did what in a case, the oldest first; no value of the person is in it."""
    import json

    with room_of(url, config, today) as room:
        for entry in room.docket.log(number):
            moment = entry.time.isoformat(timespec="seconds").replace("+00:00", "Z")
            data = {key: value for key, value in entry.data.items() if key != "case"}
            told = json.dumps(data, sort_keys=True)
            click.echo(f"{entry.number:>6}  {moment}  {entry.operator}  {entry.kind}  {told}")


@click.command("purge")
@common
def purge(url: str | None, config: str | None, today: str | None) -> None:
    """Remove the files of closed cases that are past their term."""
    with room_of(url, config, today) as room:
        gone = room.docket.purge(room.today)
    click.echo(f"Removed: {', '.join(gone) or 'none'}")


def _past(text: str | None, option: str, today: date) -> date:
    """Return the day that an option names, on which something was done: not one to come."""
    day = day_of(text, option, today)
    if day > today:
        raise click.UsageError(f"{option} {day.isoformat()} has not come yet")
    return day


STEPS: Final[tuple[Any, ...]] = (*(open_case, amend, status, identity, extend, close, log, purge),)
