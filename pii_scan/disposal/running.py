"""Doing what a plan says, a file at a time: told before, done, told after.

An intent in the log without an outcome is a file at which the program was stopped. What is found on
the disk then says how far it got; the same step is finished, never another one begun.
"""

import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pii_scan.disposal.journal import (
    DONE,
    ENDED,
    ENDING,
    INTENT,
    LEFT,
    UNDO,
    UNDONE,
    Journal,
    Outcome,
)
from pii_scan.disposal.paper import Paper
from pii_scan.disposal.places import Held, Unfit, digest_of, file_digest, folder_of, held, write_new
from pii_scan.disposal.planning import Target
from pii_scan.disposal.rows import emptied
from pii_scan.errors import ConfigError


class Unseen(Unfit):
    """Of a file nothing can be told now: neither that it is there nor that it is gone."""


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
        try:
            done, reason = _dealt_with(paper, target, journal, why_not)
        except Unseen as error:
            # What was begun stays so: nothing can be said of a file whose folder is not there.
            yield Outcome(target, None, error.reason)
            continue
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
        if not (_is_quarantined(paper, target, journal) or journal.state(target) == UNDO):
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
        is_there = _is_quarantined(paper, target, journal)
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
    with _quarantine(str(folder)) as above, suppress(FileExistsError):
        os.mkdir(folder.name, 0o700, dir_fd=above)
    told = [
        {"file": f"{it.number}.data", "uri": it.uri, "path": it.path, "digest": it.digest}
        for it in paper.plan.targets
        if it.method == "quarantine"
    ]
    value = {"plan": paper.digest, "days": paper.plan.days, "files": told}
    content = json.dumps(value, indent=2).encode("ascii") + b"\n"
    with _quarantine(str(folder / "manifest.json")) as within:
        _forget("manifest.json", within)
        write_new("manifest.json", within, io.BytesIO(content))


@contextmanager
def _quarantine(path: str) -> Iterator[int]:
    """Open the folder of a path in the quarantine, which must be closed to others.

    Raises:
        ConfigError: it is not there, is a link, or is open to others.
    """
    try:
        with folder_of(path) as folder:
            if os.fstat(folder).st_mode & 0o077:
                raise ConfigError(f"others can read {Path(path).parent}; run: chmod 700 on it")
            yield folder
    except Unfit as error:
        raise ConfigError(f"the quarantine {Path(path).parent}: {error.reason}") from None


def _dealt_with(
    paper: Paper, target: Target, journal: Journal, why_not: Callable[[Target], str | None]
) -> tuple[str | None, str | None]:
    """Take a file away, or finish taking it; return what was done, or why it is left."""
    was_begun = journal.state(target) == INTENT
    if was_begun and (done := _taken(paper, target, journal)):
        journal.tell(DONE, target, done=done)
        return done, None
    # What was begun and is there still is as any other: a hold since then holds it.
    if reason := why_not(target):
        _forget_begun(paper, target)
        return None, reason
    take = _empty if target.method == "anonymise" else _take
    try:
        return take(paper, target, journal, was_begun=was_begun), None
    except Unfit:
        _forget_begun(paper, target)
        raise


def _taken(paper: Paper, target: Target, journal: Journal) -> str | None:
    """Return what became of a file that was begun with, when only the telling is left."""
    if target.method == "anonymise":
        told = journal.data(target)
        is_done = file_digest(Path(target.path)) == told.get("after")
        return str(told["becomes"]) if is_done else None
    if not _is_gone(target, journal.data(target).get("folder")):
        return None
    if target.method == "delete":
        return "deleted"
    if file_digest(kept(paper, target)) != target.digest:
        raise Unfit("is gone, and not by this plan: the quarantine does not hold it")
    return "quarantined"


def _take(paper: Paper, target: Target, journal: Journal, *, was_begun: bool) -> str:
    with held(target.path, target.digest, target.inode) as file:
        if not was_begun:
            journal.tell(INTENT, target, method=target.method, **_as_it_was(file))
        if target.method == "quarantine":
            _copy(file, kept(paper, target), target.digest)
        file.remove()
    done = "quarantined" if target.method == "quarantine" else "deleted"
    journal.tell(DONE, target, done=done)
    return done


def _as_it_was(file: Held) -> dict[str, Any]:
    """Return what puts a file back as it was, and what tells its folder again."""
    status = file.status
    return {
        "mode": status.st_mode & 0o7777,
        "mtime_ns": status.st_mtime_ns,
        "owner": [status.st_uid, status.st_gid],
        "folder": file.folder_inode,
    }


def _forget_begun(paper: Paper, target: Target) -> None:
    """Take away the copy or the draft of a file that is left where it is."""
    if target.method == "quarantine":
        kept(paper, target).unlink(missing_ok=True)
    elif target.method == "anonymise":
        with suppress(Unfit), folder_of(target.path) as folder:
            _forget(_draft(paper, target), folder)


def _draft(paper: Paper, target: Target) -> str:
    """Return the name of what stands beside a file before it takes its place."""
    return f".pii-scan-{paper.digest[:16]}-{target.number}.part"


def _is_quarantined(paper: Paper, target: Target, journal: Journal) -> bool:
    """Whether a file lies in quarantine alone, also where only the telling of it was left."""
    state = journal.state(target)
    if state == INTENT and target.method == "quarantine":
        try:
            return _taken(paper, target, journal) is not None
        except Unfit:
            return False
    return state == DONE and journal.data(target).get("done") == "quarantined"


def _copy(file: Held, place: Path, digest: str) -> None:
    if file_digest(place) != digest:
        place.unlink(missing_ok=True)  # half of a copy
        with folder_of(str(place)) as folder:
            write_new(place.name, folder, file.stream)
    if file_digest(place) != digest:
        raise Unfit("changed while it was copied")


def _empty(paper: Paper, target: Target, journal: Journal, *, was_begun: bool) -> str:
    """Empty rows: the new file stands beside the old one before it takes its place."""
    draft = _draft(paper, target)
    with held(target.path, target.digest, target.inode) as file:
        content, done = emptied(file.stream, target, paper.plan.keep_columns)
        if not was_begun:
            after = digest_of(io.BytesIO(content))
            journal.tell(INTENT, target, method=target.method, after=after, becomes=done)
        mode, owner = file.status.st_mode & 0o777, (file.status.st_uid, file.status.st_gid)
        with _without(draft, file.folder):
            write_new(draft, file.folder, io.BytesIO(content), mode, owner)
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


def _is_gone(target: Target, inode: int | None = None) -> bool:
    """Whether a file is not in its folder any more; `inode` is that of the folder, if known.

    Raises:
        Unseen: its folder is not there, or is another: a share that is not mounted holds no file.
    """
    try:
        with folder_of(target.path) as folder:
            if inode not in {None, os.fstat(folder).st_ino}:
                raise Unseen("its folder is another than it was: is the share mounted?")
            os.stat(Path(target.path).name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return True
    except Unfit as error:
        raise Unseen(error.reason) from None
    return False


def _restore(paper: Paper, target: Target, journal: Journal) -> None:
    place, name = kept(paper, target), Path(target.path).name
    draft = _draft(paper, target)
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
            uid, gid = intent.data["owner"]
            write_new(draft, folder, stream, intent.data["mode"], (uid, gid))
            moments = (intent.data["mtime_ns"], intent.data["mtime_ns"])
            os.utime(draft, ns=moments, dir_fd=folder)
            try:
                os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except FileExistsError:
                raise Unfit("something else has its place now") from None
            os.fsync(folder)
        place.unlink()
