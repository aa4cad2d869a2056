"""Steps of `pii-scan inzage` that find a person's places, take decisions and answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pii_scan.cli._answering import say, say_suppressed
from pii_scan.cli._asking import decided
from pii_scan.cli._case_room import CASE, common, room_of
from pii_scan.cli._options import BY, FOLDER, SCAN
from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.inzage.casefile import CaseFile

MOST_NAMED: Final = 20
"""Places that are named one by one; the review names them all."""


@click.command("search")
@CASE
@click.option("--output", metavar="DIR", type=FOLDER, help="Folder for the review of places.")
@SCAN
@BY
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
        if output is not None:
            prepare(output, has_review=True)
            _check_places(file, output)
        found = answer.search(room.store, scan, file.request, tools, known)
        room.docket.require_unchanged(number)
        if output is not None:
            put(output / "review.json", choosing.as_json(number, found.own, file.choices))
            put(output / "review.csv", choosing.as_csv(found.own, file.choices))
        ids = tuple(map(choosing.place_id, found.own))
        links = found.person.links
        file = file.after_search(Search(scan.id, room.today, found.counts, ids), links)
        told = {"scan": scan.id, "links": len(links), "lapsed": len(file.awaited)}
        room.docket.keep(file, "searched", **told, **found.counts)
    counts = ", ".join(f"{n:,} {match}" for match, n in found.counts.items() if match != "included")
    click.echo(f"Scan {scan.id}: {counts}; {found.counts['included']:,} in the answer")
    for reason in sorted({link.reason for link in links.values()}):
        click.echo(f"  {reason}")
    for one, held in Counter(place.result.controller for place in found.elsewhere).items():
        click.echo(f"  {one}: {held:,} places, to be dealt with as a request to that opdrachtgever")
    if file.awaited:
        click.echo(f"  lapsed, as the file or the request has changed: {_lapsed(file)}")


@click.command("review")
@CASE
@click.option(
    "--from", "source", required=True, metavar="FILE", help="review.csv, review.json or masks.csv."
)
@click.option("--why", default="", help="Of decisions on places; kept in the case alone.")
@BY
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
    from pii_scan.inzage import casefile, choosing, reviewing

    with room_of(url, config, today, by) as room:
        file = room.docket.file(number)
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise ConfigError(f"{source}: cannot be read ({error.strerror})") from None
        if reviewing.is_masks(data):
            decisions, added = reviewing.parse(data, source, number)
            counted = {"masks": len(decisions), "added": len(added)}
            room.docket.keep(file.masked(decisions, added), "reviewed", **counted)
            click.echo(f"{number}: {len(decisions):,} masks decided on, {len(added):,} added")
            return
        given = choosing.parse(data, source, number)
        file.require_found(given)
        decided = casefile.choices(given.items(), room.docket.operator, room.today, why)
        words = {True: "in", False: "out", None: "undecided"}
        counts = Counter(words[it] for it in given.values())
        room.docket.keep(file.decided(decided), "reviewed", **counts)
    said = ", ".join(f"{counts[word]:,} {word}" for word in ("in", "out", "undecided"))
    click.echo(f"{number}: {said}")


@click.command("export")
@CASE
@click.option("--output", required=True, metavar="DIR", type=FOLDER, help="Folder of the answer.")
@BY
@common
def export(
    number: str,
    output: Path,
    by: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Open the sources, copy what is the person's, and write the letter and the report.

    It is about the scan that was searched last: what stands in another, nobody has reviewed.
    """
    from pii_scan import inzage
    from pii_scan.inzage.writing import prepare

    with room_of(url, config, today, by) as room:
        file = room.docket.file(number)
        if file.was_searched and file.awaited:
            raise ConfigError(
                f"case {number}: decisions lapsed as the file or the request has changed; decide "
                f"again, in what pii-scan inzage search --output writes, on: {_lapsed(file)}"
            )
        scan, frame, tools, known = room.setting(file, file.was_searched.scan)
        prepare(output, has_review=True)
        _check_masks(file, output / "masks.csv")
        found = inzage.find(room.store, scan, file.request, tools, known)
        room.docket.require_unchanged(number)
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
        if (newest := room.store.scan()).id > scan.id:
            click.echo(
                f"scan {newest.id} is newer than scan {scan.id}, in which the case was searched: "
                "search again where the answer must be as of now",
                err=True,
            )
        say_suppressed(room.store, scan)
    say(found, written, output, number)


STEPS: Final[tuple[Any, ...]] = (search, review, export)


def _lapsed(file: CaseFile) -> str:
    """Return the ids of places to decide on again, as many as a line holds."""
    ids = file.awaited
    more = f" and {len(ids) - MOST_NAMED:,} more" if len(ids) > MOST_NAMED else ""
    return f"{', '.join(ids[:MOST_NAMED])}{more}"


def _check_places(file: CaseFile, folder: Path) -> None:
    """Refuse to write over decisions on places that the case has not taken over."""
    from pii_scan.inzage import choosing

    for path in (folder / "review.csv", folder / "review.json"):
        if path.exists():
            given = choosing.parse(path.read_bytes(), str(path), file.number)
            told = {key for key, it in given.items() if it is not None}
            if told - file.choices.keys() - file.lapsed.keys():
                raise _not_taken(path, file)


def _check_masks(file: CaseFile, path: Path) -> None:
    """Refuse to write over decisions on masks that the case has not taken over."""
    decisions, added = decided(path if path.exists() else None, file.number)
    if not (decisions.items() <= file.masks.items() and set(added) <= set(file.added)):
        raise _not_taken(path, file)


def _not_taken(path: Path, file: CaseFile) -> ConfigError:
    return ConfigError(
        f"{path} holds decisions that are not in the case: run pii-scan inzage review "
        f"{file.number} --from {path} first"
    )
