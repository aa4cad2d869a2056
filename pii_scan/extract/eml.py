"""Stage 3, extract: e-mail messages: headers, the body in its alternatives, attachments."""

import re
from base64 import b64decode
from collections.abc import Iterator
from email import errors, policy
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from mimetypes import guess_extension
from posixpath import basename, splitext
from quopri import decodestring
from typing import BinaryIO, Final, TypeGuard

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import decode
from pii_scan.extract._html import html
from pii_scan.extract._html import text as text_of
from pii_scan.extract._limits import MAX_DEPTH, MAX_MEMBERS, read
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, TOO_DEEP, TOO_MANY_PARTS
from pii_scan.extract._text import chunks, fields
from pii_scan.model import Chunk, Evidence, Extractor, Gap, Member, Part

HEADERS: Final = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "bcc", "subject", "comments", "keywords"}
    | {"resent-from", "resent-to", "resent-cc", "delivered-to", "x-original-to", "organization"}
    | {"disposition-notification-to", "x-originating-ip", "thread-topic"}
)
ENCODED_WORD: Final = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS: Final = re.compile(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)\s+(?==\?)")
PGP: Final = "-----BEGIN PGP MESSAGE-----"
CUT_OFF: Final = (
    errors.CloseBoundaryNotFoundDefect,
    errors.StartBoundaryNotFoundDefect,
    errors.InvalidBase64LengthDefect,
    errors.InvalidBase64PaddingDefect,
    errors.InvalidBase64CharactersDefect,
)


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the headers, the bodies, and everything attached as a member."""
    # compat32 is three times faster than the default policy, and forgives more.
    message = BytesParser(policy=policy.compat32).parsebytes(read(stream))
    yield from fields(_headers(message), "header")
    yield from _sent(message)
    leaves = _leaves(message)
    locked = [leaf for leaf in leaves if _is_locked(leaf)]
    attached = [leaf for leaf in leaves if _is_attached(leaf) and not _is_locked(leaf)]
    yield from _bodies([leaf for leaf in leaves if not _is_attached(leaf)])
    if locked or message.get_content_type() == "multipart/encrypted":
        yield Gap(ENCRYPTED, "body")
    names: set[str] = set()
    for number, leaf in enumerate(attached[:MAX_MEMBERS], start=1):
        name = _unique(_name(leaf, number), names)
        yield Member(name, _content(leaf), media_type=leaf.get_content_type())
    if len(attached) > MAX_MEMBERS:
        yield Gap(TOO_MANY_PARTS, "attachments")
    if _is_damaged(message):
        yield Gap(DAMAGED)


def header(value: str) -> str:
    """Return a header in clear and on one line: encoded words decoded, raw bytes by the rule.

    >>> header("=?utf-8?q?Ren=C3=A9e?= =?utf-8?b?IGRlIFZyaWVz?= <renee@post.example>")
    'Renée de Vries <renee@post.example>'
    """
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"))
    value = BETWEEN_WORDS.sub(r"\1", value)
    found: list[str] = []
    end, held, charset = 0, b"", ""
    for word in ENCODED_WORD.finditer(value):
        # Some senders split a character over two words, so those of one charset are joined first.
        if held and (word.start() != end or word[1].lower() != charset):
            found.append(decode(held, charset))
            held = b""
        found.append(value[end : word.start()])
        held += _word(word[2].lower(), word[3])
        charset, end = word[1].lower(), word.end()
    found += [decode(held, charset) if held else "", value[end:]]
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


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        if name.lower() in HEADERS:
            yield name, header(str(value))


def _sent(message: Message) -> Iterator[Evidence]:
    values = [str(value) for name, value in message.raw_items() if name.lower() == "date"]
    for value in values[:1]:
        try:
            day = parsedate_to_datetime(header(value)).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        yield Evidence("documentdatum", day, "metadata", "header Date")


def _leaves(message: Message) -> list[Message]:
    """Return the parts that hold no parts of this message; a message inside is one of them."""
    found: list[Message] = []
    stack = [(message, 0)]
    while stack:
        part, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise ExtractError(TOO_DEEP)
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            stack.extend((each, depth + 1) for each in reversed(payload) if _is_message(each))
        else:
            found.append(part)
    return found


def _is_message(part: object) -> TypeGuard[Message]:
    return isinstance(part, Message)


def _is_attached(leaf: Message) -> bool:
    """Tell a file from a piece of the body."""
    if leaf.get_content_type() == "message/rfc822" or leaf.get_filename():
        return True
    is_text = leaf.get_content_maintype() in {"text", "message", "multipart"}
    return not is_text or leaf.get_content_disposition() == "attachment"


def _is_locked(part: Message) -> bool:
    """Tell whether a part is a body under S/MIME or PGP."""
    kind = part.get_content_type()
    return kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"} and (
        "signed" not in str(part.get_param("smime-type") or "")
    )


def _bodies(leaves: list[Message]) -> Iterator[Part]:
    """Yield plain bodies, and of HTML ones what the plain ones do not say."""
    said: set[str] = set()
    for leaf in leaves:
        if leaf.get_content_type() != "text/html":
            text = _text(leaf)
            if PGP in text:
                yield Gap(ENCRYPTED, "body")
            said.update(_words(text))
            for chunk in chunks(text.splitlines(keepends=True)):
                yield Chunk(chunk.text, ", ".join(filter(None, ("body", chunk.where))))
    for leaf in leaves:
        if leaf.get_content_type() == "text/html":
            for part in html(_text(leaf), "body"):
                words = _words(text_of(iter([part])))
                if not words <= said:
                    said.update(words)
                    yield part


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _text(leaf: Message) -> str:
    payload = leaf.get_payload()
    if isinstance(payload, list):
        # A delivery report: a block of headers for each address.
        return "\n\n".join(str(each) for each in payload)
    charset = leaf.get_param("charset")
    return decode(_content(leaf), str(charset) if isinstance(charset, str) else None)


def _content(leaf: Message) -> bytes:
    """Return the bytes of a part, decoded; of a message inside, the message."""
    payload = leaf.get_payload()
    if isinstance(payload, list):
        return b"\n".join(each.as_bytes() for each in payload if _is_message(each))
    content = leaf.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name(leaf: Message, number: int) -> str:
    """Return the name of an attachment without folders; a made-up one if it has none."""
    name = basename(header(leaf.get_filename() or "").replace("\\", "/")).strip(". \0")
    if leaf.get_content_type() == "message/rfc822":
        return f"{name.removesuffix('.eml') or f'message-{number}'}.eml"
    return name or f"attachment-{number}{guess_extension(leaf.get_content_type()) or ''}"


def _unique(name: str, taken: set[str]) -> str:
    stem, suffix = splitext(name)
    unique, count = name, 1
    while unique in taken:
        count += 1
        unique = f"{stem} ({count}){suffix}"
    taken.add(unique)
    return unique


def _is_damaged(message: Message) -> bool:
    """Tell whether a message was cut off, or its transfer encoding is broken."""
    defects = [*message.defects, *(each for part in message.walk() for each in part.defects)]
    return any(isinstance(each, CUT_OFF) for each in defects)


EXTRACTOR = Extractor(media_types=("message/rfc822",), suffixes=(".eml",), parts=parts)
