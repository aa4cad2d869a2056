"""The steps of `pii-scan inzage`: a case from its opening until nothing of it is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pii_scan.cli._case_room import common, room_of, tell
from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.inzage.casefile import CaseFile

FOUND_EXIT: Final = 1
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_CASE = click.argument("number", metavar="CASE")
_BY = click.option("--by", help="Who does it; default: who runs this.")
_SCAN = click.option("--scan", "scan_id", type=int, help="Number of the scan; default: newest.")


@click.command("open")
@click.option("--request", metavar="FILE", help="The form as JSON or TOML; - is stdin.")
@common
def open_case(request: str | None, url: str | None, config: str | None, today: str | None) -> None:
    """Open a case: from a form file, from stdin, or by questions."""
    from pii_scan import inzage
    from pii_scan.cli import inzage as shared
    from pii_scan.config.policies import load_policy

    with room_of(url, config, today) as room:
        asked = inzage.parse(shared.asked(request), room.recognizers(), room.today)
        asked = replace(asked, controller=shared.controller_of(asked.controller, room.settings))
        policy = load_policy(asked.policy or room.settings.policy)
        file = room.docket.open(asked, policy.answer_term, room.today)
        click.echo(file.number)
        tell(file, room.today)
    if asked.has_name_only:
        click.echo(
            "A name alone gives places to look at by hand (mogelijk): ask for something that "
            "identifies, and add it with pii-scan inzage amend.",
            err=True,
        )


@click.command("amend")
@_CASE
@click.option("--request", metavar="FILE", help="The whole form anew; - is stdin.")
@common
def amend(
    number: str, request: str | None, url: str | None, config: str | None, today: str | None
) -> None:
    """Put what the person states now in the place of what was stated before."""
    from pii_scan import inzage
    from pii_scan.cli import inzage as shared

    with room_of(url, config, today) as room:
        file = room.docket.file(number)
        asked = inzage.parse(shared.asked(request), room.recognizers(), room.today)
        room.docket.keep(file.amended(asked), "amended")


@click.command("status")
@click.argument("number", metavar="[CASE]", required=False)
@common
def status(number: str | None, url: str | None, config: str | None, today: str | None) -> None:
    """Tell of all cases, or of one, how far it is and until when it must be answered."""
    with room_of(url, config, today) as room:
        files = [room.docket.file(number)] if number else list(room.docket.files())
        if not files:
            click.echo("No cases.")
        for file in files:
            click.echo(file.number)
            tell(file, room.today)


@click.command("identity")
@_CASE
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
    from pii_scan.cli import inzage as shared
    from pii_scan.inzage.casefile import Identity

    with room_of(url, config, today) as room:
        file = room.docket.file(number)
        check = Identity(means, by or room.docket.operator, shared.day_of(day, "--on", room.today))
        room.docket.keep(file.identified(check), "identified", on=check.on.isoformat())


@click.command("extend")
@_CASE
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
    from pii_scan.cli import inzage as shared
    from pii_scan.inzage.casefile import Extension

    with room_of(url, config, today) as room:
        file = room.docket.file(number)
        day = shared.day_of(told, "--told", room.today)
        file = file.made_longer(Extension(reason, day, room.docket.operator))
        room.docket.keep(file, "extended", told=day.isoformat())
        tell(file, room.today)


@click.command("search")
@_CASE
@click.option("--output", metavar="DIR", type=_FOLDER, help="Folder for the review of places.")
@_SCAN
@_BY
@common
def search(
    number: str,
    output: Path | None,
    scan_id: int | None,
    by: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Find the person's places in a scan, and write them down for review; opens no source."""
    from pii_scan.inzage import answer, choosing
    from pii_scan.inzage.casefile import Search
    from pii_scan.inzage.writing import prepare, put

    with room_of(url, config, today, by) as room:
        file = room.docket.file(number)
        scan, _, tools, known = room.setting(file, scan_id)
        found = answer.search(room.store, scan, file.request, tools, known)
        if output is not None:
            prepare(output, has_review=True)
            put(output / "review.json", choosing.as_json(number, found.own, file.choices))
            put(output / "review.csv", choosing.as_csv(found.own, file.choices))
        searched = Search(scan.id, room.today, found.counts)
        links = found.person.links
        room.docket.keep(
            file.after_search(searched, links),
            "searched",
            scan=scan.id,
            links=len(links),
            **found.counts,
        )
    counts = ", ".join(f"{n:,} {match}" for match, n in found.counts.items() if match != "included")
    click.echo(f"Scan {scan.id}: {counts}; {found.counts['included']:,} in the answer")
    for reason in sorted({link.reason for link in links.values()}):
        click.echo(f"  {reason}")
    for one, held in Counter(place.result.controller for place in found.elsewhere).items():
        click.echo(f"  {one}: {held:,} places, to be dealt with as a request to that opdrachtgever")


@click.command("review")
@_CASE
@click.option(
    "--from", "source", required=True, metavar="FILE", help="review.csv, review.json or masks.csv."
)
@click.option("--by", help="Who decided; default: who runs this.")
@click.option("--why", default="", help="Of decisions on places; kept in the case alone.")
@common
def review(
    number: str,
    source: str,
    by: str | None,
    why: str,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Take over decisions on places, or on masks, from a file that a person filled in."""
    from pii_scan.inzage import answer, casefile, choosing, reviewing

    with room_of(url, config, today) as room:
        file = room.docket.file(number)
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise ConfigError(f"{source}: cannot be read ({error.strerror})") from None
        if reviewing.is_masks(data):
            decisions, added = reviewing.parse(data, source)
            counted = {"masks": len(decisions), "added": len(added)}
            room.docket.keep(file.masked(decisions, added), "reviewed", **counted)
            click.echo(f"{number}: {len(decisions):,} masks decided on, {len(added):,} added")
            return
        given = choosing.parse(data, source, number)
        scan, _, tools, known = room.setting(file, file.searched.scan if file.searched else None)
        found = answer.search(room.store, scan, file.request, tools, known)
        unknown = given.keys() - {choosing.place_id(one) for one in found.own}
        if unknown:
            raise ConfigError(
                f"{source}: {len(unknown)} places are not of this case's last search; run pii-scan "
                "inzage search again and review what it writes"
            )
        decided = casefile.choices(given.items(), by or room.docket.operator, room.today, why)
        words = {True: "in", False: "out", None: "undecided"}
        counts = Counter(words[it] for it in given.values())
        room.docket.keep(file.decided(decided), "reviewed", **counts)
    said = ", ".join(f"{counts[word]:,} {word}" for word in ("in", "out", "undecided"))
    click.echo(f"{number}: {said}")


@click.command("export")
@_CASE
@click.option("--output", required=True, metavar="DIR", type=_FOLDER, help="Folder of the answer.")
@_SCAN
@_BY
@common
def export(
    number: str,
    output: Path,
    scan_id: int | None,
    by: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Open the sources, copy what is the person's, and write the letter and the report."""
    from pii_scan import inzage
    from pii_scan.cli import inzage as shared
    from pii_scan.inzage.writing import prepare

    with room_of(url, config, today, by) as room:
        file = room.docket.file(number)
        scan, frame, tools, known = room.setting(file, scan_id)
        prepare(output, has_review=True)
        _check_masks(file, output / "masks.csv")
        found = inzage.find(room.store, scan, file.request, tools, known)
        written = inzage.write(found, frame, output)
        room.docket.keep(
            # What may not leave yet is no answer.
            file if written.left else replace(file, exported=room.today),
            "drafted" if written.left else "exported",
            scan=scan.id,
            places=len(found.found),
            gone=sum(one.copy.state == "gone" for one in found.found),
            undecided=len(written.left),
        )
    shared.say(found, written, output, number)


@click.command("verify-erased")
@_CASE
@click.option("--output", required=True, metavar="DIR", type=_FOLDER, help="For the statement.")
@_BY
@common
def verify_erased(
    number: str,
    output: Path,
    by: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """State, signed, what the newest scan still holds of the person; ends with 1 when anything."""
    from pii_scan.inzage import answer, erasing
    from pii_scan.inzage.writing import prepare, put
    from pii_scan.page.word import word

    with room_of(url, config, today, by) as room:
        file = room.docket.file(number)
        scan, _, tools, known = room.setting(file, None)
        if file.searched is None:
            raise ConfigError(f"case {number} was not searched yet: run pii-scan inzage search")
        if scan.id == file.searched.scan:
            targets = " ".join(scan.targets)
            raise ConfigError(
                f"scan {scan.id} is the one that the case was searched in; scan again after the "
                f"erasure: pii-scan scan {targets}"
            )
        found = answer.search(room.store, scan, file.request, tools, known)
        totals = room.store.totals(scan.id)
        unread: Counter[str] = Counter()
        for total in totals:
            if total.coverage.status != "scanned":
                unread[total.coverage.reason or total.coverage.status] += total.items
        told = erasing.erasure(
            number,
            room.today,
            scan,
            found,
            room.store.counts(scan.id),
            dict(unread.most_common()),
            room.store.suppressed(scan.id).total(),
            (key for key, choice in file.choices.items() if not choice.included),
        )
        prepare(output, has_review=True)
        put(output / "verklaring.json", erasing.signed(told, room.signer))
        put(output / "verklaring.docx", word(erasing.page(told)))
        room.docket.keep(
            replace(file, erased=told.is_gone),
            "erasure_verified",
            scan=scan.id,
            found=len(told.found),
            undecided=told.unsure,
        )
    for sentence in erasing.sentences(told):
        click.echo(sentence)
    if not told.is_gone:
        raise SystemExit(FOUND_EXIT)


@click.command("close")
@_CASE
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
@_CASE
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


STEPS: Final[tuple[Any, ...]] = (
    *(open_case, amend, status, identity, extend, search, review, export, verify_erased),
    *(close, log, purge),
)


def _check_masks(file: CaseFile, path: Path) -> None:
    """Refuse to write over decisions on masks that the case has not taken over."""
    from pii_scan.cli import inzage as shared

    decisions, added = shared.decided(path if path.exists() else None)
    if decisions.items() <= file.masks.items() and set(added) <= set(file.added):
        return
    raise ConfigError(
        f"{path} holds decisions that are not in the case: run pii-scan inzage review "
        f"{file.number} --from {path} first"
    )
