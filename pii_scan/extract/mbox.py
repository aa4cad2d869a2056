"""Stage 3, extract: mailboxes: every message a member, one in memory at a time.

All dialects (mboxo, mboxrd, mboxcl, mboxcl2) are read in one way: a message ends where the next
postmark stands. Its Content-Length is not believed: one that is wrong would swallow the messages
below it.
"""

import re
from collections.abc import Iterator
from itertools import chain, repeat
from typing import BinaryIO, Final

from pii_scan.extract._limits import MAX_PART_BYTES
from pii_scan.extract._media_type import MBOX
from pii_scan.extract._reasons import TOO_LARGE
from pii_scan.model import Extractor, Gap, Member, Part

BLOCK_BYTES: Final = range(14, 21, 2)
"""Exponents of two: most messages are short, and are not to cost a megabyte each."""
LONGEST: Final = 512
"""Bytes of a postmark and the beginning of the header below it."""
START: Final = b"\nFrom "
MARK: Final = re.compile(rb"From [^\n]{0,300}\d\d:\d\d[^\n]{0,100}\n(?:>From |[!-9;-~]{1,80}:)")
"""RFC 4155, appendix A; a header below it tells it from a sentence that begins with "From"."""
QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the messages, numbered from 1; a message that is too large is cut off there."""
    end = stream.seek(0, 2)
    start, number = 0, 0
    while start < end:
        stop = _stop(stream, start, end)
        message = _read(stream, start, min(stop - start, MAX_PART_BYTES))
        if message.strip():
            number += 1
            yield Member(str(number), message, media_type="message/rfc822")
            if stop - start > MAX_PART_BYTES:
                yield Gap(TOO_LARGE, f"message {number}")
        start = stop


def _stop(stream: BinaryIO, start: int, end: int) -> int:
    """Return where the message that begins at `start` ends."""
    at, blocks = start, chain(BLOCK_BYTES, repeat(BLOCK_BYTES[-1]))
    while at < end:
        size = 1 << next(blocks)
        block = _bytes(stream, at, size + LONGEST)
        place = block.find(START, 0, size)
        while place >= 0:
            if MARK.match(block, place + 1):
                return at + place + 1
            place = block.find(START, place + 1, size)
        # What lies across the border is looked at again.
        at += size - len(START)
    return end


def _read(stream: BinaryIO, start: int, size: int) -> bytes:
    """Return a message without its postmark, lines that look like one as they were written."""
    message = _bytes(stream, start, size)
    if message.startswith((b"From ", b">From ")):
        message = message.partition(b"\n")[2]
    return QUOTED.sub(rb"\1", message)


def _bytes(stream: BinaryIO, start: int, size: int) -> bytes:
    stream.seek(start)
    return stream.read(size)


EXTRACTOR = Extractor(media_types=(MBOX,), suffixes=(".mbox", ".mbx"), parts=parts)
