"""Stage 3, extract: e-mail messages: headers, the body in its alternatives, attachments."""

import re
from binascii import a2b_base64
from collections.abc import Iterator
from email import errors, policy
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from functools import partial
from mimetypes import guess_extension
from quopri import decodestring
from typing import BinaryIO, Final, TypeGuard

from pii_scan.errors import ExtractError
from pii_scan.extract import _cms
from pii_scan.extract._decode import decode
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_DEPTH, MAX_MEMBERS, read
from pii_scan.extract._mail import RIGHTS, bodies, file_name, header, headers, local_day
from pii_scan.extract._reasons import DAMAGED, ENCRYPTED, TOO_DEEP, TOO_MANY_PARTS
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Extractor, Gap, Member, Part

MESSAGES: Final = frozenset({"message/rfc822", "message/global", "message/news"})
FILES: Final = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/directory"})
"""Texts that are no running text: they are read by what reads such files."""
SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
BASE64: Final = re.compile(rb"[A-Za-z0-9+/\s]+(?:=\s*){0,2}")
SIGNATURE: Final = "-- "
QUOTES: Final = re.compile(r"(>*) ?(.*)", re.DOTALL)
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
    yield from fields(headers(message), "header")
    yield from _sent(message)
    tree = _tree(message)
    leaves = [part for part in tree if not _is_multiple(part)]
    locked = [leaf for leaf in leaves if _is_locked(leaf)]
    attached = [leaf for leaf in leaves if _is_attached(leaf) and not _is_locked(leaf)]
    texts = [leaf for leaf in leaves if not _is_attached(leaf)]
    plain = (_text(leaf) for leaf in texts if leaf.get_content_type() != "text/html")
    rich = (_text(leaf) for leaf in texts if leaf.get_content_type() == "text/html")
    yield from bodies(plain, rich)
    if locked or message.get_content_type() == "multipart/encrypted":
        yield Gap(ENCRYPTED, "body")
    yield from _beside(tree)
    yield from _members(attached)
    if _is_damaged(message):
        yield Gap(DAMAGED)


def _beside(tree: list[Message]) -> Iterator[Part]:
    """Yield what stands before, after and about the parts, where no mail program shows it."""
    for part in tree:
        if _is_multiple(part):
            yield from fields([("", part.preamble or "")], "preamble")
            yield from fields([("", part.epilogue or "")], "epilogue")
    for part in tree[1:]:
        described = str(part.get("content-description") or "")
        yield from fields([("", header(described))], "description of a part")


def _members(attached: list[Message]) -> Iterator[Part]:
    for number, leaf in enumerate(attached[:MAX_MEMBERS], start=1):
        try:
            content = guarded(partial(_content, leaf))
        except ExtractError as error:
            yield Gap(error.reason, f"attachment {number}")
            continue
        yield Member(_name(leaf, number), content, media_type=leaf.get_content_type())
    if len(attached) > MAX_MEMBERS:
        yield Gap(TOO_MANY_PARTS, "attachments")


def _sent(message: Message) -> Iterator[Evidence]:
    values = [str(value) for name, value in message.raw_items() if name.lower() == "date"]
    for value in values[:1]:
        try:
            day = local_day(parsedate_to_datetime(header(value)))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        yield Evidence("documentdatum", day, "metadata", "header Date")


def _tree(message: Message) -> list[Message]:
    """Return a message and the parts in it, in order; a message inside is one part."""
    found: list[Message] = []
    stack = [(message, 0)]
    while stack:
        part, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise ExtractError(TOO_DEEP)
        found.append(part)
        inside = part.get_payload()
        if _is_multiple(part) and isinstance(inside, list):
            stack.extend((each, depth + 1) for each in reversed(inside) if _is_message(each))
    return found


def _is_multiple(part: Message) -> bool:
    """Tell whether a part is made of parts of the same message."""
    return part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list)


def _is_message(part: object) -> TypeGuard[Message]:
    return isinstance(part, Message)


def _is_attached(leaf: Message) -> bool:
    """Tell a file from a piece of the body."""
    kind = leaf.get_content_type()
    if kind in MESSAGES or kind in FILES or leaf.get_filename():
        return True
    is_text = leaf.get_content_maintype() in {"text", "message", "multipart"}
    return not is_text or leaf.get_content_disposition() == "attachment"


def _is_locked(leaf: Message) -> bool:
    """Tell whether a part is a body under S/MIME or Rights Management.

    What is signed says so by its content; the header is asked where that is broken.
    """
    kind = leaf.get_content_type()
    if kind in SMIME or (leaf.get_filename() or "").lower().endswith(".p7m"):
        inside = _cms.kind(_content(leaf)[:32])
        stated = str(leaf.get_param("smime-type") or "")
        is_stated = kind in SMIME and not stated.startswith(("signed", "compressed", "certs"))
        return inside == "locked" or (inside is None and is_stated)
    return kind == RIGHTS


def _text(leaf: Message) -> str:
    payload = leaf.get_payload()
    if isinstance(payload, list):
        # A delivery report: a block of headers for each address.
        return "\n\n".join(str(each) for each in payload)
    charset = leaf.get_param("charset")
    text = decode(_content(leaf), str(charset) if isinstance(charset, str) else None)
    if str(leaf.get_param("format") or "").lower() == "flowed":
        return _unflowed(text, str(leaf.get_param("delsp") or "").lower() == "yes")
    return text


def _unflowed(text: str, drops_space: bool) -> str:
    r"""Return text with lines joined that were broken to be sent (RFC 3676 4).

    >>> _unflowed("> Jan de \n> Vries\n-- \nJan \nVos\n", False)
    '>Jan de Vries\n-- \nJan Vos\n'
    """
    out: list[str] = []
    is_open, depth = False, ""
    for line in text.splitlines():
        found = QUOTES.match(line)
        quotes, content = (found[1], found[2]) if found else ("", line)
        goes_on = is_open and quotes == depth and content != SIGNATURE
        if out and not goes_on:
            out.append("\n")
        out.append(content if goes_on else quotes + content)
        is_open, depth = content.endswith(" ") and content != SIGNATURE, quotes
        if is_open and drops_space:
            out[-1] = out[-1][:-1]
    return "".join([*out, "\n"])


def _content(leaf: Message) -> bytes:
    """Return the bytes of a part, decoded; of a message inside, the message."""
    payload = leaf.get_payload()
    if isinstance(payload, list):
        content = b"\n".join(each.as_bytes() for each in payload if _is_message(each))
        return _plain(content, str(leaf.get("content-transfer-encoding") or "").strip().lower())
    decoded = leaf.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _plain(message: bytes, encoding: str) -> bytes:
    """Return a message inside in clear: it is not to be encoded (RFC 2046 5.2.1), but some are."""
    if encoding == "quoted-printable":
        return decodestring(message)
    if encoding != "base64" or not BASE64.fullmatch(message):
        return message
    return a2b_base64(message)


def _name(leaf: Message, number: int) -> str:
    """Return the name of an attachment without folders; a made-up one if it has none."""
    name = file_name(header(leaf.get_filename() or ""))
    if leaf.get_content_type() in MESSAGES:
        return f"{name.removesuffix('.eml') or f'message-{number}'}.eml"
    return name or f"attachment-{number}{guess_extension(leaf.get_content_type()) or ''}"


def _is_damaged(message: Message) -> bool:
    """Tell whether a message was cut off, or its transfer encoding is broken."""
    defects = [*message.defects, *(each for part in message.walk() for each in part.defects)]
    return any(isinstance(each, CUT_OFF) for each in defects)


EXTRACTOR = Extractor(media_types=("message/rfc822",), suffixes=(".eml",), parts=parts)
