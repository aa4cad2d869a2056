"""Stage 3, extract: what mail formats share: header lines, bodies that say the same, names."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from email.message import Message
from posixpath import basename
from quopri import decodestring
from typing import Final
from zoneinfo import ZoneInfo

from pii_scan.extract._decode import decode
from pii_scan.extract._html import html
from pii_scan.extract._html import text as text_of
from pii_scan.extract._reasons import ENCRYPTED
from pii_scan.extract._text import chunks
from pii_scan.model import Chunk, Gap, Member, Part

HEADERS: Final = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "bcc", "subject", "comments", "keywords"}
    | {"resent-from", "resent-sender", "resent-to", "resent-cc", "resent-bcc", "delivered-to"}
    | {"x-original-to", "envelope-to", "return-path", "apparently-to", "organization"}
    | {"disposition-notification-to", "return-receipt-to", "x-originating-ip", "thread-topic"}
    | {"content-description", "list-owner"}
)
ENCODED_WORD: Final = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS: Final = re.compile(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)\s+(?==\?)")
_ZONE: Final = ZoneInfo("Europe/Amsterdam")
"""By whose days terms are counted."""
PGP: Final = "-----BEGIN PGP MESSAGE-----"
RIGHTS: Final = "application/x-microsoft-rpmsg-message"
"""A body under Rights Management ([MS-OXORMMS] 2.1.4)."""


def local_day(moment: datetime) -> date:
    """Return the day of a moment by the clock here; without a zone it is that of the sender's.

    >>> from datetime import UTC
    >>> local_day(datetime(2021, 12, 31, 23, 30, tzinfo=UTC))
    datetime.date(2022, 1, 1)
    """
    return (moment.astimezone(_ZONE) if moment.tzinfo else moment).date()


def header(value: str) -> str:
    """Return a header in clear and on one line: encoded words decoded, raw bytes by the rule.

    >>> header("=?utf-8?q?Ren=C3=A9e?= =?utf-8?b?IGRlIFZyaWVz?= <renee@post.example>")
    'Renée de Vries <renee@post.example>'
    """
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"))
    value = BETWEEN_WORDS.sub(r"\1", value)
    found: list[str] = []
    end, held, charset = 0, bytearray(), ""
    for word in ENCODED_WORD.finditer(value):
        # Some senders split a character over two words, so those of one charset are joined first.
        if held and (word.start() != end or word[1].lower() != charset):
            found.append(decode(bytes(held), charset))
            held.clear()
        found.append(value[end : word.start()])
        held += _word(word[2].lower(), word[3])
        charset, end = word[1].lower(), word.end()
    found += [decode(bytes(held), charset) if held else "", value[end:]]
    return " ".join("".join(found).split())


def _word(encoding: str, text: str) -> bytes:
    """Return the bytes of one encoded word (RFC 2047); of a broken one, the word itself."""
    raw = text.encode("utf-8", "replace")
    if encoding == "q":
        return decodestring(raw.replace(b"_", b" "), header=False)
    try:
        return b64decode(raw + b"=" * (-len(raw) % 4))
    except ValueError:
        return raw


def headers(message: Message) -> Iterator[tuple[str, str]]:
    """Yield the headers that tell of people or of the subject, as (name, text)."""
    for name, value in message.raw_items():
        if name.lower() in HEADERS:
            yield name, header(str(value))


def bodies(plain: Iterable[str], rich: Iterable[str]) -> Iterator[Part]:
    """Yield plain bodies, and of HTML ones what the plain ones do not say."""
    said: set[str] = set()
    for text in plain:
        if PGP in text:
            yield Gap(ENCRYPTED, "body")
        said |= words(text)
        for chunk in chunks(text.splitlines(keepends=True)):
            yield Chunk(chunk.text, ", ".join(filter(None, ("body", chunk.where))))
    for markup in rich:
        for part in html(markup, "body"):
            new = words(text_of(iter([part])))
            if isinstance(part, Member | Gap) or not new <= said:
                said |= new
                yield part


def words(text: str) -> set[str]:
    """Return the words of a body, to see whether another one says more."""
    return set(re.findall(r"\w+", text.casefold()))


def file_name(name: str) -> str:
    r"""Return the name of an attachment on one line and without folders; "" if it has none.

    >>> file_name("C:\\post\\cv.pdf"), file_name("../../x"), file_name("..")
    ('cv.pdf', 'x', '')
    """
    return basename(" ".join(name.split()).replace("\\", "/")).strip(". \0")
