"""Inzage: what a scan after erasure still holds of the person, what stays on purpose as well."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pii_scan.classify.names import PREFIXES
from pii_scan.errors import ConfigError
from pii_scan.inzage.answer import Searched, Tools
from pii_scan.inzage.casefile import CaseFile
from pii_scan.inzage.copies import named
from pii_scan.inzage.lists import Fate, fate_of
from pii_scan.inzage.masks import Review
from pii_scan.inzage.places import Place
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.request import Case
from pii_scan.inzage.subject import Subject
from pii_scan.model import Entry, Item, Scan
from pii_scan.store import Store

OWN: Final = "[betrokkene]"
_LEAST_CHARS: Final = 3
"""Of a part of a name that is masked in the name of a file."""


@dataclass(frozen=True, slots=True)
class Left:
    """A place that still holds something of the person."""

    place: Place
    address: str
    """Of the file, with what tells who anybody is masked."""
    fate: Fate


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was searched for, where, and what was found."""

    number: str
    """Of the case."""
    today: date
    scan: Scan
    counts: Mapping[str, int]
    """Status -> number of items."""
    unread: Mapping[str, int]
    """Reason -> number of items that were not read in full."""
    suppressed: int
    """Findings that the scan left out by decision."""
    sought: Mapping[str, int] = field(default_factory=dict)
    """Sort of identifier -> how many fingerprints were sought."""
    found: tuple[Left, ...] = ()
    """Places that are the person's, whoever decides on them and whatever was decided."""
    unsure: int = 0
    """Places that are only possible, and nobody has decided on."""
    refused: int = 0
    """Places that are only possible, and that a person judged not to be part of the answer."""
    unseen: int = 0
    """Files in which something was found before, and that could not be read in full now."""
    unsought: int = 0
    """Identifiers that were tied to the person before, and are under another key."""

    @property
    def is_gone(self) -> bool:
        """Whether nothing of the person was found, within the scope."""
        is_whole = self.scan.finished is not None and not self.unseen and not self.unsought
        return is_whole and not self.found and not self.unsure


def scan_after(store: Store, file: CaseFile, log: Iterable[Entry]) -> Scan:
    """Return the newest scan that can tell what is left after an erasure.

    It is of all the places that the case was searched in, finished, and begun after the answer
    with the list of what may go, or after the last search where there was none; and after anything
    that `pii-scan dispose` took away.

    Args:
        store: With the scans.
        file: Of the case.
        log: All entries of the store.

    Raises:
        ConfigError: there is none.
    """
    before = store.scan(file.was_searched.scan)
    # By their order in the log: its times are whole seconds, and clocks are set back.
    begun: dict[int, int] = {}
    answered = searched = disposed = 0
    for entry in log:
        is_own = entry.data.get("case") == file.number
        match entry.kind:
            case "scan.started":
                begun[entry.data["scan"]] = entry.number
            case "inzage.exported" | "inzage.drafted" if is_own:
                answered = entry.number
            case "inzage.amended" if is_own:
                answered = 0
            case "inzage.searched" if is_own:
                searched = entry.number
            case "dispose.finished":
                disposed = entry.number
    of_same = [one for one in store.scans() if one.finished and _covers(one, before)]
    newest = max(of_same, key=lambda one: one.id, default=before)
    if begun.get(newest.id, 0) <= max(answered or searched, disposed):
        targets = " ".join(before.targets)
        raise ConfigError(
            f"scan {newest.id}, the newest of these places, was begun before the erasure could be; "
            f"scan again after the erasure: pii-scan scan {targets}, or add --scan here"
        )
    return newest


def _covers(scan: Scan, before: Scan) -> bool:
    return scan.series == before.series or set(scan.targets) >= set(before.targets)


def erasure(
    store: Store,
    file: CaseFile,
    before: tuple[Scan, Searched],
    after: tuple[Scan, Searched],
    tools: Tools,
    today: date,
) -> Erasure:
    """Return what a search after erasure says.

    Args:
        store: With both scans.
        file: Of the case.
        before: The scan in which the case was searched, and what it holds.
        after: The scan after the erasure, and what it holds.
        tools: Mask the names of files.
        today: Day of the statement.
    """
    (was, there), (scan, searched) = before, after
    unread: Counter[str] = Counter()
    for total in store.totals(scan.id):
        if total.coverage.status != "scanned":
            unread[total.coverage.reason or total.coverage.status] += total.items
    is_processors = tools.controllers.get(file.request.controller or "") == "verwerker"
    told = _naming(file.request, tools)
    possible = [one for one in searched.own if one.match == "mogelijk" and not one.included]
    theirs = [one for one in searched.own if one.match != "mogelijk" or one.included]
    found = tuple(
        Left(
            one,
            told(one.result.item),
            fate_of(one, is_processors=is_processors or one.is_held),
        )
        for one in (*theirs, *searched.elsewhere)
    )
    return Erasure(
        number=file.number,
        today=today,
        scan=scan,
        counts=store.counts(scan.id),
        unread=dict(unread.most_common()),
        suppressed=store.suppressed(scan.id).total(),
        sought=dict(sorted(Counter(searched.person.prints.values()).items())),
        found=found,
        unsure=sum(one.decision is None for one in possible),
        refused=sum(one.decision is False for one in possible),
        unseen=len(_unseen(store, scan, there.own, {one.place.result.item.uri for one in found})),
        unsought=len(file.links) if scan.key_id != was.key_id else 0,
    )


def _unseen(store: Store, scan: Scan, before: Iterable[Place], found: set[str]) -> set[str]:
    """Return the files of places of before of which the scan cannot tell whether they are gone."""
    whole: dict[str, bool] = {}

    def is_whole(uri: str) -> bool:
        if uri not in whole:
            result = store.result(scan.id, uri)
            whole[uri] = result is None or result.coverage.status == "scanned"
        return whole[uri]

    theirs = {one.result.item.uri for one in before if one.match != "mogelijk" or one.included}
    return {uri for uri in theirs - found if not all(map(is_whole, (uri, *_above(uri))))}


def _above(uri: str) -> Iterator[str]:
    """Yield the addresses of what an item lies in.

    >>> list(_above("share/x.zip!/a/b.txt"))
    ['share/x.zip!/a', 'share/x.zip', 'share']
    """
    while "/" in uri:
        uri = uri.rpartition("/")[0].removesuffix("!")
        yield uri


def _naming(case: Case, tools: Tools) -> Callable[[Item], str]:
    """Return what gives the address of an item with every name and number in it masked."""
    key = tools.key(case.controller)
    nobody = Redactor(
        Subject({}, tools.recognizers, key),
        tools.detect,
        tools.run_chars,
        tools.phrase,
        tools.firms,
        tools.roles,
        tools.cues,
        Review(key, {}, ()),
    )
    born = case.date_of_birth
    days = [f"{born:{form}}" for form in ("%Y-%m-%d", "%d-%m-%Y", "%Y%m%d")] if born else []
    streets = (address.partition(",")[0] for address in case.address)
    stated = (
        *days,
        *streets,
        *case.email,
        *case.phone,
        *case.customer_number,
        *case.iban,
        case.bsn or "",
    )
    parts = {part for name in case.names for part in re.findall(r"[^\W_]+", name)}
    words = {
        word
        for word in (*stated, *parts)
        if len(word) >= _LEAST_CHARS and word.lower() not in PREFIXES
    }
    # A name may stand in the name of a file as no detector knows it: voorbeeld_joke.txt.
    ordered = sorted(words, key=len, reverse=True)
    theirs = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None

    def told(item: Item) -> str:
        masked = named(item, nobody)
        return theirs.sub(OWN, masked) if theirs else masked

    return told
