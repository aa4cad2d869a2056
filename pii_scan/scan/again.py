"""What need not be done again: files that are as they were, and content that is known.

A file is as it was when its stamp is: a number made of all that decides whether it must be read.
Where a file is new, moved or copied it is read for its digest alone when content like it was
analysed before, under the same rules and at a place that says the same.
"""

import hashlib
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from pii_scan.classify.dates import reference
from pii_scan.classify.doctype import told_by_address
from pii_scan.classify.holds import Held, Holds
from pii_scan.classify.timeline import dates_of_place
from pii_scan.config.settings import Settings
from pii_scan.engines.local import BUG, CRASHED, TIMED_OUT
from pii_scan.errors import PiiScanError
from pii_scan.model import DATABASE_TABLE, Item, Result, Scan, below
from pii_scan.scan.plan import Plan, judge

if TYPE_CHECKING:
    from pii_scan.store import Seen, Store

BATCH = 1_000
"""Items of a walk that are looked up together."""
KEPT = 500
"""Files of which a worker remembers the outcome, for the next copy of them."""
KEPT_FINDINGS = 200
"""A file with more of them is not remembered."""
_PASSING = frozenset((BUG, CRASHED, TIMED_OUT))
"""Reasons that may be those of the machine or the moment: such a file is tried again."""
_OF_PLACE = frozenset(("path", "file"))
"""Sources of dates that do not come from the content."""


class Stamps:
    """The stamps of files under some settings."""

    def __init__(self, settings: Settings, reading_digest: str) -> None:
        """Begin; another digest gives other stamps."""
        self._settings = settings
        self._digest = reading_digest

    def of(self, met: Item | Result) -> int:
        """Return the stamp of a file, or of what was met and is not to be read."""
        if isinstance(met, Result):
            coverage = met.coverage
            return _number(met.item, f"{coverage.status}\0{coverage.stage}\0{coverage.reason}")
        scope = self._settings.scope(met.uri)
        return _number(met, f"{self._digest}\0{scope.role}\0{scope.controller}")

    def of_result(self, result: Result) -> int | None:
        """Return the stamp to keep; `None` for what is within a file, and for what passes."""
        coverage = result.coverage
        if result.item.within is not None or coverage.stage == "source":
            return None
        if coverage.reason in _PASSING:
            return None
        if result.media_type == DATABASE_TABLE:
            return None  # nothing tells whether it is as it was
        return self.of(result if coverage.stage == "walk" else result.item)


def _number(item: Item, more: str) -> int:
    since = item.modified.timestamp() if item.modified else None
    told = f"{item.size}\0{since}\0{item.version}\0{item.owner}\0{item.access}\0{more}"
    digest = hashlib.blake2b(told.encode("utf-8", "backslashreplace"), digest_size=8)
    return int.from_bytes(digest.digest(), signed=True)


def outdated(
    met: Iterable[Item | Result],
    store: "Store",
    scan: Scan,
    stamps: Stamps,
    seen: "Seen",
    pass_by: Callable[[int, int], None] = lambda items, size: None,
) -> Iterator[Item | Result]:
    """Yield what has to be read or is news; what is as it was is noted in `seen`.

    `pass_by` is told how many files that were, and how many bytes.
    """
    walk = iter(met)
    while batch := list(islice(walk, BATCH)):
        items = [one.item if isinstance(one, Result) else one for one in batch]
        standing = store.standing(scan, [item.uri for item in items])
        again: list[str] = []
        rest: list[Item | Result] = []
        passed = size = 0
        for one, item in zip(batch, items, strict=True):
            known = standing.get(item.uri)
            # What this scan wrote itself, before it was cut off, holds even when all is read.
            is_own = known is not None and known.scan_id == scan.id
            if known and (is_own or not scan.is_full) and known.stamp == stamps.of(one):
                passed += 1
                size += item.size
                if not is_own:
                    seen.add(known.scan_id, known.item)
                continue
            rest.append(one)
            if is_own:
                again.append(item.uri)
        if passed:
            pass_by(passed, size)
        if again:
            store.undo(scan, again)
        yield from rest


class Recall:
    """Content that was analysed before, wherever it stood."""

    def __init__(self, plan: Plan) -> None:
        """Begin; the store is opened when it is first asked."""
        self._plan = plan
        self._stamps = Stamps(plan.settings, plan.reading_digest)
        self._store: Store | None = None
        self._is_out_of_reach = False
        self._kept: OrderedDict[str, Result] = OrderedDict()
        self._holds = Holds(plan.holds)
        self._globs = [one.path for one in plan.suppressions if one.path is not None]

    def keep(self, result: Result) -> None:
        """Remember the outcome of a file that was read in full and held no other."""
        is_small = len(result.findings) + len(result.rows) <= KEPT_FINDINGS
        if result.coverage.status == "scanned" and result.digest and is_small:
            self._kept[result.digest] = result
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def known(
        self, item: Item, digest: str, media_type: str | None, depth: int
    ) -> list[Result] | None:
        """Return the results of a file and those within it, its own last, if they are known.

        Only those that reading it would give as well: the name is the same, and what the place
        says of whose data it is, what kind of document, and what is suppressed there.
        """
        kept = self._kept.get(digest)
        if kept and (found := self._moved([kept], item, media_type, is_as_now=True)):
            return found
        if depth or (store := self._opened()) is None:
            return None
        name = item.uri.rpartition("/")[2]
        for stamp, tree in store.same_content(digest, name, self._plan.detection_digest):
            is_as_now = stamp == self._stamps.of_result(tree[-1])
            if found := self._moved(tree, item, media_type, is_as_now=is_as_now):
                return found
        return None

    def _opened(self) -> "Store | None":
        url = self._plan.store
        if self._store is None and url is not None and not self._is_out_of_reach:
            from pii_scan.store import Store

            try:
                store = Store.open(url, must_exist=True)
            except PiiScanError:  # a worker elsewhere: then everything is analysed
                self._is_out_of_reach = True
            else:
                self._store = store
                weakref.finalize(self, store.close)
        return self._store

    def _moved(
        self, tree: Sequence[Result], item: Item, media_type: str | None, *, is_as_now: bool
    ) -> list[Result] | None:
        """Return the results as they are at the place of `item`, or `None` if it says otherwise.

        With `is_as_now` the file was analysed as it would be now: if it is not its scope's, it is
        its text that says whose it is, and says so here.
        """
        root = tree[-1].item
        if root.uri.rpartition("/")[2] != item.uri.rpartition("/")[2]:
            return None
        if tree[-1].media_type != media_type:
            return None
        if len(tree) > 1 and root.modified != item.modified:
            return None  # files within may have their date from the whole
        found = []
        for result in tree:
            place = item.uri + result.item.uri[len(root.uri) :]
            if self._said_by(place) != self._said_by(result.item.uri):
                return None
            scope = self._plan.settings.scope(place)
            is_own = is_as_now and result is tree[-1]
            if not is_own and (result.controller, result.role) != (scope.controller, scope.role):
                return None  # its scope was another then, or its text says whose it is
            inner = replace(result.item, uri=place, locator=item.locator, within=item.uri)
            inner = replace(inner, owner=item.owner, access=item.access)
            own = item if result is tree[-1] else inner
            found.append(self._dated(replace(result, item=own)))
        return found

    def _said_by(self, uri: str) -> tuple[object, ...]:
        """Return all of a place, but for dates, that the outcome depends on."""
        plan = self._plan
        scope = plan.settings.scope(uri)
        suppressed = tuple(below(uri, glob) for glob in self._globs)
        told = told_by_address(uri, plan.knowledge.doctypes)
        held, _ = Held(uri, self._holds).close(())
        known = uri if plan.events else None  # an address may hold a key of a register
        is_protected = plan.settings.is_protected(uri)
        of_scope = (scope.controller, scope.role, scope.policy)
        return (*of_scope, is_protected, suppressed, told, held, known)

    def _dated(self, result: Result) -> Result:
        """Return a result with the dates that its place gives, and judged by them."""
        plan, item = self._plan, result.item
        evidence = [it for it in result.evidence if it.source not in _OF_PLACE]
        evidence += dates_of_place(item, result.media_type, plan.dates)
        dated = replace(
            result,
            evidence=tuple(evidence),
            reference=reference(evidence, result.doc_type, plan.dates, result.subject_groups),
        )
        return judge(dated, plan)
