"""The steps of `pii-scan inzage`: a case from its opening until nothing of it is kept."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from datetime import date

    from pii_scan.config.keys import SigningKey
    from pii_scan.config.settings import Settings
    from pii_scan.inzage.answer import Known, Tools
    from pii_scan.inzage.casefile import CaseFile
    from pii_scan.inzage.docket import Docket
    from pii_scan.inzage.frame import Frame
    from pii_scan.model import Recognizer, Scan
    from pii_scan.store import Store

FOUND_EXIT: Final = 1
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)


def _common(step: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every step has."""
    for option in (
        click.option("--today", metavar="DATE", help="Day that counts as today; default: today."),
        click.option("--config", metavar="FILE", help="Settings; default: the user's."),
        click.option("--store", "url", metavar="URL", help="Database; default: as for scan."),
    ):
        step = option(step)
    return step


_CASE = click.argument("number", metavar="CASE")
_SCAN = click.option("--scan", "scan_id", type=int, help="Number of the scan; default: newest.")


@dataclass
class Room:
    """What a step works with."""

    store: Store
    docket: Docket
    signer: SigningKey
    settings: Settings
    today: date

    def recognizers(self) -> dict[str, Recognizer]:
        """Return the recognizers of the settings, by entity."""
        from pii_scan.scan import load_recognizers

        return {it.entity: it for it in load_recognizers(self.settings.packs)}

    def setting(self, file: CaseFile, scan_id: int | None) -> tuple[Scan, Frame, Tools, Known]:
        """Return what a case is searched with."""
        from pii_scan.cli import inzage as shared
        from pii_scan.inzage.answer import Known

        scan = self.store.scan(scan_id)
        frame = shared.frame_of(file.request, scan, self.today)
        limit = file.deadline
        frame = replace(frame, due=limit.due, extended=frame.extended)
        tools = shared.tools(self.settings, self.recognizers(), frame.policy, scan.key_id)
        tools = replace(tools, decisions=file.masks, added=file.added)
        return scan, frame, tools, Known(file.choices, file.links)


@contextmanager
def _room(url: str | None, config: str | None, today: str | None) -> Iterator[Room]:
    from pii_scan.cli import inzage as shared
    from pii_scan.config.keys import derive, fingerprint_key_id, load_key, signing_key
    from pii_scan.config.settings import load_settings
    from pii_scan.inzage.docket import Docket
    from pii_scan.inzage.sealing import Sealer
    from pii_scan.store import Store, default_url

    def sealer(key_id: str | None) -> Sealer:
        key = load_key(key_id)
        return Sealer(derive(key, "case", None), fingerprint_key_id(key))

    day = shared.day_of(today)
    settings = load_settings(config)
    signer = signing_key()
    with Store.open(url or default_url()) as store:
        yield Room(store, Docket(store, sealer, signer, getpass.getuser()), signer, settings, day)


@click.command("open")
@click.option("--request", metavar="FILE", help="The form as JSON or TOML; - is stdin.")
@_common
def open_case(request: str | None, url: str | None, config: str | None, today: str | None) -> None:
    """Open a case: from a form file, from stdin, or by questions."""
    from pii_scan import inzage
    from pii_scan.cli import inzage as shared
    from pii_scan.config.policies import load_policy

    with _room(url, config, today) as room:
        asked = inzage.parse(shared.asked(request), room.recognizers(), room.today)
        asked = replace(asked, controller=shared.controller_of(asked.controller, room.settings))
        policy = load_policy(asked.policy or room.settings.policy)
        file = room.docket.open(asked, policy.answer_term, room.today)
        click.echo(file.number)
        _tell(file, room.today)
    if asked.has_name_only:
        click.echo(
            "A name alone gives places to look at by hand (mogelijk): ask for something that "
            "identifies, and add it with pii-scan inzage amend.",
            err=True,
        )


@click.command("amend")
@_CASE
@click.option("--request", metavar="FILE", help="The whole form anew; - is stdin.")
@_common
def amend(
    number: str, request: str | None, url: str | None, config: str | None, today: str | None
) -> None:
    """Put what the person states now in the place of what was stated before."""
    from pii_scan import inzage
    from pii_scan.cli import inzage as shared

    with _room(url, config, today) as room:
        file = room.docket.file(number)
        asked = inzage.parse(shared.asked(request), room.recognizers(), room.today)
        room.docket.keep(file.amended(asked), "amended")


@click.command("status")
@click.argument("number", metavar="[CASE]", required=False)
@_common
def status(number: str | None, url: str | None, config: str | None, today: str | None) -> None:
    """Tell of all cases, or of one, how far it is and until when it must be answered."""
    with _room(url, config, today) as room:
        files = [room.docket.file(number)] if number else list(room.docket.files())
        if not files:
            click.echo("No cases.")
        for file in files:
            click.echo(file.number)
            _tell(file, room.today)


@click.command("identity")
@_CASE
@click.option("--means", required=True, help='How: "terugbellen op bekend nummer".')
@click.option("--by", help="Who checked; default: who runs this.")
@click.option("--on", "day", metavar="DATE", help="When; default: today.")
@_common
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

    with _room(url, config, today) as room:
        file = room.docket.file(number)
        check = Identity(means, by or room.docket.operator, shared.day_of(day, "--on", room.today))
        room.docket.keep(file.identified(check), "identified", on=check.on.isoformat())


@click.command("extend")
@_CASE
@click.option("--reason", required=True, help="Complexity or number of requests (art. 12(3) AVG).")
@click.option("--told", metavar="DATE", help="When the person was told; default: today.")
@_common
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

    with _room(url, config, today) as room:
        file = room.docket.file(number)
        day = shared.day_of(told, "--told", room.today)
        file = file.made_longer(Extension(reason, day, room.docket.operator))
        room.docket.keep(file, "extended", told=day.isoformat())
        _tell(file, room.today)


@click.command("search")
@_CASE
@click.option("--output", metavar="DIR", type=_FOLDER, help="Folder for the review of places.")
@_SCAN
@_common
def search(
    number: str,
    output: Path | None,
    scan_id: int | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Find the person's places in a scan, and write them down for review; opens no source."""
    from pii_scan.inzage import answer, choosing
    from pii_scan.inzage.casefile import Search
    from pii_scan.inzage.writing import prepare, put

    with _room(url, config, today) as room:
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
@_common
def review(
    number: str,
    source: str,
    by: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Take over decisions on places, or on masks, from a file that a person filled in."""
    from pii_scan.inzage import answer, casefile, choosing, reviewing

    with _room(url, config, today) as room:
        file = room.docket.file(number)
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise ConfigError(f"{source}: cannot be read ({error.strerror})") from None
        if reviewing.is_masks(data):
            decisions, added = reviewing.parse(data, source)
            told = {"masks": len(decisions), "added": len(added)}
            room.docket.keep(file.masked(decisions, added), "reviewed", **told)
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
        decided = casefile.choices(given.items(), by or room.docket.operator, room.today)
        words = {True: "in", False: "out", None: "undecided"}
        counts = Counter(words[it] for it in given.values())
        room.docket.keep(file.decided(decided), "reviewed", **counts)
    said = ", ".join(f"{counts[word]:,} {word}" for word in ("in", "out", "undecided"))
    click.echo(f"{number}: {said}")


@click.command("export")
@_CASE
@click.option("--output", required=True, metavar="DIR", type=_FOLDER, help="Folder of the answer.")
@_SCAN
@_common
def export(
    number: str,
    output: Path,
    scan_id: int | None,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Open the sources, copy what is the person's, and write the letter and the report."""
    from pii_scan import inzage
    from pii_scan.cli import inzage as shared
    from pii_scan.inzage.writing import prepare

    with _room(url, config, today) as room:
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
@_common
def verify_erased(
    number: str, output: Path, url: str | None, config: str | None, today: str | None
) -> None:
    """State, signed, what the newest scan still holds of the person; ends with 1 when anything."""
    from pii_scan.inzage import answer, erasing
    from pii_scan.inzage._word import word
    from pii_scan.inzage.writing import prepare, put

    with _room(url, config, today) as room:
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
@_common
def close(
    number: str,
    outcome: str,
    reason: str,
    url: str | None,
    config: str | None,
    today: str | None,
) -> None:
    """Close a case: what tells who the person is goes, what shows how it was dealt with stays."""
    with _room(url, config, today) as room:
        file = room.docket.file(number).closed(outcome, reason, room.today, room.docket.operator)
        room.docket.keep(file, "closed", outcome=outcome)
        _tell(file, room.today)
    click.echo("Delete the folders of the answer where they are not needed for sending any more.")


@click.command("log")
@_CASE
@_common
def log(number: str, url: str | None, config: str | None, today: str | None) -> None:
    """Tell who did what in a case, the oldest first; no value of the person is in it."""
    import json

    with _room(url, config, today) as room:
        for entry in room.docket.log(number):
            moment = entry.time.isoformat(timespec="seconds").replace("+00:00", "Z")
            data = {key: value for key, value in entry.data.items() if key != "case"}
            told = json.dumps(data, sort_keys=True)
            click.echo(f"{entry.number:>6}  {moment}  {entry.operator}  {entry.kind}  {told}")


@click.command("purge")
@_common
def purge(url: str | None, config: str | None, today: str | None) -> None:
    """Remove the files of closed cases that are past their term."""
    with _room(url, config, today) as room:
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


def _tell(file: CaseFile, today: date) -> None:
    """Write down how far a case is; nothing of the person."""
    for line in _lines(file, today):
        click.echo(f"  {line}")


def _lines(file: CaseFile, today: date) -> Iterator[str]:
    from pii_scan.inzage._dutch import day

    yield f"ontvangen: {day(file.received)}" + (f" ({file.channel})" if file.channel else "")
    if closing := file.closing:
        yield f"gesloten: {day(closing.on)}, {closing.outcome}, door {closing.by}"
        yield f"bewaard tot en met {day(closing.kept_until)}: verloop en uitkomst, geen identiteit"
        return
    yield f"antwoord uiterlijk: {day(file.deadline.due)}"
    yield from file.deadline.notes(today)
    if file.extension:
        yield f"verlengd: {file.extension.reason}; gemeld op {day(file.extension.told)}"
    check = file.identity
    yield (
        f"identiteit: gecontroleerd op {day(check.on)} door {check.by}, {check.means}"
        if check
        else "identiteit: nog niet gecontroleerd"
    )
    if file.searched:
        told = {**file.searched.counts}
        told["in het antwoord"] = told.pop("included", 0)
        counts = ", ".join(f"{n} {match}" for match, n in told.items())
        yield f"gezocht: {day(file.searched.on)} in scan {file.searched.scan}: {counts}"
    if file.choices:
        yield f"beoordeeld: {len(file.choices)} plaatsen"
    if file.exported:
        yield f"antwoord gemaakt: {day(file.exported)}"
    if file.erased is not None:
        yield f"na wissing: {'niets meer gevonden' if file.erased else 'nog iets gevonden'}"
