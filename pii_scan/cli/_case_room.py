"""What the steps of a case share: the options, the store with its cases, how far a case is."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from pii_scan.cli._answering import frame_of, tools_of
from pii_scan.cli._options import CONFIG, STORE, TODAY, day_of

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


CASE = click.argument("number", metavar="CASE")


def common(step: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every step has."""
    for option in (TODAY, CONFIG, STORE):
        step = option(step)
    return step


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
        from pii_scan.inzage.answer import Known
        from pii_scan.inzage.frame import handled

        scan = self.store.scan(scan_id)
        frame = frame_of(file.request, scan, self.today)
        frame = replace(frame, due=file.deadline.due, handling=handled(file))
        tools = tools_of(self.settings, self.recognizers(), frame.policy, scan.key_id)
        tools = replace(tools, decisions=file.masks, added=file.added)
        return scan, frame, tools, Known(file.choices, file.links, file.lapsed)


@contextmanager
def room_of(
    url: str | None, config: str | None, today: str | None, by: str | None = None
) -> Iterator[Room]:
    """Open the store and its cases, for as long as a step takes."""
    from pii_scan.config.keys import derive, fingerprint_key_id, load_key, signing_key
    from pii_scan.config.settings import load_settings
    from pii_scan.inzage.docket import Docket
    from pii_scan.inzage.sealing import Sealer
    from pii_scan.store import Store, default_url

    def sealer(key_id: str | None) -> Sealer:
        key = load_key(key_id)
        return Sealer(derive(key, "case", None), fingerprint_key_id(key))

    day = day_of(today)
    settings = load_settings(config)
    signer = signing_key()
    with Store.open(url or default_url()) as store:
        account = getpass.getuser()
        docket = Docket(store, sealer, signer, by or account, account)
        yield Room(store, docket, signer, settings, day)


def tell(file: CaseFile, today: date) -> None:
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
    if file.lapsed:
        yield f"vervallen besluiten, opnieuw te nemen: {len(file.awaited) or len(file.lapsed)}"
    if file.exported:
        yield f"antwoord gemaakt: {day(file.exported)}"
    if file.erased is not None:
        yield f"na wissing: {'niets meer gevonden' if file.erased else 'nog iets gevonden'}"
