"""The flow, top to bottom: an item goes in, what is kept of it comes out."""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from pii_scan import extract
from pii_scan.errors import ConfigError, ExtractError
from pii_scan.model import (
    CHANGED,
    DATABASE_TABLE,
    DENIED,
    NO_READER,
    Coverage,
    Item,
    Member,
    Part,
    Result,
)
from pii_scan.scan.detector import Detector, detector, load_recognizers
from pii_scan.scan.kit import Kit
from pii_scan.scan.plan import Plan, judge
from pii_scan.scan.reading import RUN, Reading
from pii_scan.scan.within import MAX_BYTES_WITHIN, MAX_DEPTH, Within
from pii_scan.sources import paced, source_of

__all__ = [
    "RUN",
    "Detector",
    "Kit",
    "Plan",
    "Reading",
    "Within",
    "detector",
    "judge",
    "load_recognizers",
    "prepare",
    "scan_item",
    "scan_stream",
]

TOO_DEEP = "too deeply nested"


def scan_item(item: Item, kit: Kit) -> Iterator[Result]:
    """Open an item of a source and yield its result and those of the files within it."""
    source = source_of(item.locator)
    try:
        if source.parts:
            yield from _scan_parts(item, source.parts(item), kit)
            return
        with source.open(item) as stream:
            paced_stream = paced(stream, kit.plan.bytes_per_second)
            before = source.state(stream)
            for result in scan_stream(item, paced_stream, kit, Within(item.size)):
                is_last = result.item is item
                yield _changed(result) if is_last and source.state(stream) != before else result
    except ExtractError as error:
        yield Result(item, Coverage("unreadable", "source", error.reason))
    except ConfigError:  # this machine has no account there, or one that is not let in
        yield Result(item, Coverage("unreadable", "source", DENIED))
    except OSError:
        yield Result(item, Coverage("unreadable", "source", "cannot be read"))


def _changed(result: Result) -> Result:
    """Return the result of a file that somebody wrote to meanwhile: what it says may be half."""
    old = result.coverage
    if old.status not in ("scanned", "partial"):
        return replace(result, coverage=Coverage(old.status, "source", CHANGED))
    reason = f"{old.reason}, {CHANGED}" if old.status == "partial" else CHANGED
    return replace(result, coverage=Coverage("partial", "source", reason))


def scan_stream(
    item: Item, stream: BinaryIO, kit: Kit, within: Within, stated: str | None = None
) -> Iterator[Result]:
    """Take one file through the flow; the files within it follow, each with its own result.

    `stated` is the media type of a member as its parent states it.
    """
    digest = f"sha256:{_sha256(stream)}"
    media_type = extract.media_type(stream, item.uri.rsplit("/", 1)[-1], stated)
    if known := kit.recall.known(item, digest, media_type, within.depth):
        yield from known
        return
    extractor = extract.extractor_for(media_type)
    if extractor is None:
        coverage = Coverage("skipped", "extract", NO_READER)
        yield Result(item, coverage, media_type, digest)
        return
    reading = Reading(item, kit)
    within_before = within.files
    yield from _scan_within(reading, extract.extract(stream, extractor), within)
    result = reading.result(media_type, digest)
    if within.files == within_before:
        kit.recall.keep(result)
    yield result


def _scan_parts(item: Item, parts: Iterator[Part], kit: Kit) -> Iterator[Result]:
    """Take a table of a database through the flow; its digest is over what was read of it."""
    digest = hashlib.sha256()
    reading = Reading(item, kit)
    parts = extract.named(extract.digested(parts, digest))
    yield from _scan_within(reading, parts, Within(MAX_BYTES_WITHIN))
    yield reading.result(DATABASE_TABLE, f"sha256:{digest.hexdigest()}")


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def _scan_within(reading: Reading, parts: Iterator[Part], within: Within) -> Iterator[Result]:
    """Read a file; yield the results of the files within it."""
    for member in reading.members(parts, within):
        within.depth += 1
        yield from _scan_member(reading.item, member, reading.kit, within)
        within.depth -= 1


def _scan_member(parent: Item, member: Member, kit: Kit, within: Within) -> Iterator[Result]:
    address = extract.member_uri(parent.uri, member.name)
    if kit.plan.settings.is_protected(address):
        yield within.protected(parent)
        return
    item = replace(
        parent,
        uri=address,
        size=len(member.data),
        modified=member.modified or parent.modified,
        version=None,
        within=parent.within or parent.uri,
    )
    if within.depth > MAX_DEPTH:
        yield Result(item, Coverage("skipped", "extract", TOO_DEEP))
    else:
        stream = io.BytesIO(member.data)
        yield from scan_stream(item, stream, kit, within, member.media_type)


def prepare(plan: Plan) -> Callable[[Item], Iterator[Result]]:
    """Make a worker ready: the function that takes an item through the flow."""
    return partial(scan_item, kit=Kit(plan))
