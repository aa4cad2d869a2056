"""Doing what a plan says, a file at a time: told before, done, told after.

An intent in the log without an outcome is a file at which the program was stopped. What is found on
the disk then says how far it got; the same step is finished, never another one begun.
"""

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pii_scan.disposal.paper import Paper
from pii_scan.disposal.places import Held, Unfit, digest_of, file_digest, folder_of, held, write_new
from pii_scan.disposal.planning import Target
from pii_scan.disposal.rows import emptied
from pii_scan.model import Entry

INTENT, DONE, LEFT = "dispose.intent", "dispose.done", "dispose.left"
UNDO, UNDONE = "dispose.undo", "dispose.undone"
ENDING, ENDED = "dispose.ending", "dispose.ended"
Record = Callable[[str, Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file of a plan."""

    target: Target
    done: str | None
    """ "quarantined", "deleted", "anonymised", "pseudonymised", "restored", "ended"."""
    reason: str | None = None
    """Why it was left alone."""


class Journal:
    """The log as far as one plan goes: what was done with each file, and how to tell more."""

    def __init__(self, digest: str, entries: Iterator[Entry], record: Record) -> None:
        """Read the entries there are."""
        self._plan = digest
        self._record = record
        self._last: dict[int, Entry] = {}
        self._intents: dict[int, Entry] = {}
        for entry in entries:
            if entry.kind.startswith("dispose.") and entry.data.get("plan") == digest:
                number = entry.data.get("number")
                if isinstance(number, int):
                    self._last[number] = entry
                    if entry.kind == INTENT:
                        self._intents[number] = entry

    def state(self, target: Target) -> str | None:
        """Return the kind of the last entry on a file, if there is one."""
        entry = self._last.get(target.number)
        return entry.kind if entry else None

    def data(self, target: Target) -> Mapping[str, Any]:
        """Return what the last entry on a file tells."""
        entry = self._last.get(target.number)
        return entry.data if entry else {}

    def intent(self, target: Target) -> Entry | None:
        """Return the entry on what was last meant to be done with a file."""
        return self._intents.get(target.number)

    def tell(self, kind: str, target: Target, **more: Any) -> None:
        """Add an entry on a file: by its number and content, never by its name."""
        told = {"plan": self._plan, "number": target.number, "digest": target.digest, **more}
        self._record(kind, told)


def run(
    paper: Paper, journal: Journal, why_not: Callable[[Target], str | None]
) -> Iterator[Outcome]:
    """Do what an approved plan says; `why_not` tells what has changed in the verdicts since."""
    if paper.plan.quarantine is not None:
        _prepare(paper)
    for target in paper.plan.targets:
        state = journal.state(target)
        if state not in {None, INTENT, LEFT}:
            continue  # done before, or brought back since
        reason = None if state == INTENT else why_not(target)
        try:
            done = None if reason else _take(paper, target, journal, was_begun=state == INTENT)
        except Unfit as error:
            done, reason = None, error.reason
        if reason and state != LEFT:
            journal.tell(LEFT, target, reason=reason)
        yield Outcome(target, done, reason)


def fits(target: Target, keep: Sequence[str]) -> str | None:
    """Return why a file would be left alone, as far as the disk tells; changes nothing."""
    try:
        with held(target.path, target.digest, target.inode) as file:
            if target.method == "anonymise":
                emptied(file.stream, target, keep)
    except Unfit as error:
        return error.reason
    return None


def undo(paper: Paper, journal: Journal) -> Iterator[Outcome]:
    """Put back what lies in quarantine, where its old place is free."""
    for target in paper.plan.targets:
        state = journal.state(target)
        is_there = state == DONE and journal.data(target).get("done") == "quarantined"
        if not (is_there or state == UNDO):
            continue
        try:
            _restore(paper, target, journal)
        except Unfit as error:
            yield Outcome(target, None, error.reason)
        else:
            journal.tell(UNDONE, target, done="restored")
            yield Outcome(target, "restored")


def end(paper: Paper, journal: Journal, now: datetime) -> Iterator[Outcome]:
    """Take away for good what has been in quarantine for as long as the plan says."""
    for target in paper.plan.targets:
        state, intent = journal.state(target), journal.intent(target)
        is_there = state == DONE and journal.data(target).get("done") == "quarantined"
        is_due = intent is not None and intent.time + timedelta(days=paper.plan.days) <= now
        if state != ENDING and not (is_there and is_due):
            continue
        journal.tell(ENDING, target)
        kept(paper, target).unlink(missing_ok=True)
        journal.tell(ENDED, target, done="ended")
        yield Outcome(target, "ended")


def kept(paper: Paper, target: Target) -> Path:
    """Return where a file lies in quarantine."""
    return Path(paper.plan.quarantine or "/") / paper.digest[:16] / f"{target.number}.data"


def _prepare(paper: Paper) -> None:
    """Make the folder of the plan in the quarantine, and write down what goes where."""
    folder = Path(paper.plan.quarantine or "/") / paper.digest[:16]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = [
        {"file": f"{it.number}.data", "uri": it.uri, "path": it.path, "digest": it.digest}
        for it in paper.plan.targets
        if it.method == "quarantine"
    ]
    manifest = folder / "manifest.json"
    manifest.touch(mode=0o600)
    value = {"plan": paper.digest, "days": paper.plan.days, "files": told}
    manifest.write_text(json.dumps(value, indent=2) + "\n", "ascii")


def _take(paper: Paper, target: Target, journal: Journal, *, was_begun: bool) -> str:
    if target.method == "anonymise":
        return _empty(paper, target, journal, was_begun=was_begun)
    if was_begun and _is_gone(target):
        return _finish(paper, target, journal)
    try:
        with held(target.path, target.digest, target.inode) as file:
            if not was_begun:
                told = {"mode": file.status.st_mode & 0o7777, "mtime_ns": file.status.st_mtime_ns}
                journal.tell(INTENT, target, method=target.method, **told)
            if target.method == "quarantine":
                _copy(file, kept(paper, target), target.digest)
            file.remove()
    except Unfit:
        if target.method == "quarantine" and not _is_gone(target):
            kept(paper, target).unlink(missing_ok=True)
        raise
    return _finish(paper, target, journal)


def _copy(file: Held, place: Path, digest: str) -> None:
    if file_digest(place) != digest:
        place.unlink(missing_ok=True)  # half of a copy
        with folder_of(str(place)) as folder:
            write_new(place.name, folder, file.stream, 0o600)
    if file_digest(place) != digest:
        raise Unfit("changed while it was copied")


def _finish(paper: Paper, target: Target, journal: Journal) -> str:
    if target.method == "quarantine" and file_digest(kept(paper, target)) != target.digest:
        raise Unfit("is gone, and not by this plan: the quarantine does not hold it")
    done = "quarantined" if target.method == "quarantine" else "deleted"
    journal.tell(DONE, target, done=done)
    return done


def _empty(paper: Paper, target: Target, journal: Journal, *, was_begun: bool) -> str:
    """Empty rows: the new file stands beside the old one before it takes its place."""
    if was_begun and file_digest(Path(target.path)) == journal.data(target).get("after"):
        done = str(journal.data(target)["becomes"])
        journal.tell(DONE, target, done=done)
        return done
    draft = f".pii-scan-{paper.digest[:16]}-{target.number}.part"
    with held(target.path, target.digest, target.inode) as file:
        content, done = emptied(file.stream, target, paper.plan.keep_columns)
        if not was_begun:
            after = digest_of(io.BytesIO(content))
            journal.tell(INTENT, target, method=target.method, after=after, becomes=done)
        with _without(draft, file.folder):
            write_new(draft, file.folder, io.BytesIO(content), file.status.st_mode & 0o777)
            file.replace(draft)
    journal.tell(DONE, target, done=done)
    return done


@contextmanager
def _without(draft: str, folder: int) -> Iterator[None]:
    """Take away a draft that was left when the program was stopped, and one that is not used."""
    _forget(draft, folder)
    try:
        yield
    finally:
        _forget(draft, folder)


def _forget(draft: str, folder: int) -> None:
    try:
        os.unlink(draft, dir_fd=folder)
    except FileNotFoundError:
        return


def _is_gone(target: Target) -> bool:
    try:
        with folder_of(target.path) as folder:
            os.stat(Path(target.path).name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, Unfit):
        return True
    return False


def _restore(paper: Paper, target: Target, journal: Journal) -> None:
    place, name = kept(paper, target), Path(target.path).name
    draft = f".pii-scan-{paper.digest[:16]}-{target.number}.part"
    was_begun, intent = journal.state(target) == UNDO, journal.intent(target)
    with folder_of(target.path) as folder:
        if was_begun and file_digest(Path(target.path)) == target.digest:
            _forget(draft, folder)
            place.unlink(missing_ok=True)
            return
        if file_digest(place) != target.digest or intent is None:
            raise Unfit("the quarantine does not hold it any more")
        if not _is_gone(target):
            raise Unfit("something else has its place now")
        if not was_begun:
            journal.tell(UNDO, target)
        with _without(draft, folder), place.open("rb") as stream:
            write_new(draft, folder, stream, intent.data["mode"])
            moments = (intent.data["mtime_ns"], intent.data["mtime_ns"])
            os.utime(draft, ns=moments, dir_fd=folder)
            try:
                os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except FileExistsError:
                raise Unfit("something else has its place now") from None
            os.fsync(folder)
        place.unlink()
