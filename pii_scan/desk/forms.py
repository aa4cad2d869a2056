"""What a form sends: plain fields, and on the pages that take them files; no more than we hold."""

import email
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 256 << 10
"""Of a form of plain fields."""
MOST_FILE_BYTES = 20 << 20
"""Of a form with a file."""
MOST_FIELDS = 100
MOST_HEAD_BYTES = 4 << 10
"""Of what stands above a field."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sends."""

    name: str
    """As they call it; leads nowhere."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent."""

    fields: Mapping[str, str] = field(repr=False)
    files: Mapping[str, File] = field(default_factory=dict)


NOTHING = Form({})


async def read_form(request: Request, most: int = MOST_BYTES) -> Form | None:
    """Read a form; `None` when it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    kind = request.headers.get("content-type", "")
    if kind.lower().startswith("multipart/form-data"):
        return parted(bytes(body), kind) if most > MOST_BYTES else NOTHING
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return NOTHING
    return Form({name: _plain(value) for name, value in pairs})


def parted(body: bytes, kind: str) -> Form:
    """Return the parts of a form with files (RFC 7578); nothing, where it is none."""
    boundary = email.message_from_string(f"Content-Type: {kind}\n\n").get_boundary()
    if not boundary or len(boundary) > 70:  # RFC 2046, 5.1.1
        return NOTHING
    mark = b"\r\n--" + boundary.encode("utf-8", "replace")
    pieces = (b"\r\n" + body).split(mark, MOST_FIELDS + 2)
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    # What stands before the first mark is nothing, what follows the last begins with "--".
    for piece in pieces[1 : MOST_FIELDS + 1]:
        head, space, content = piece.partition(b"\r\n\r\n")
        if not space or piece.startswith(b"--") or len(head) > MOST_HEAD_BYTES:
            continue
        told = email.message_from_bytes(head.lstrip())
        name = told.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue
        if (called := told.get_filename()) is None:
            fields[_read(name)] = _plain(content.decode("utf-8", "replace"))
        elif content:
            files[_read(name)] = File(_read(called), content)
    return Form(fields, files)


def _read(name: str) -> str:
    """Return a name as browsers send it, in UTF-8, whatever `email` made of that."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").strip()
