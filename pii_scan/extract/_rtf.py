r"""Stage 3, extract: RTF (Rich Text Format 1.9.1). Text by its destination, in one pass.

Groups `{...}` nest; a destination such as `\header` or `\footnote` begins a text of its own. HTML
comes in a dress of RTF in mail: it stands in groups that readers of RTF pass over, and what is for
those alone is left out ([MS-OXRTFEX] 2.1).
"""

import re
import struct
from binascii import unhexlify
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import code_page
from pii_scan.extract._embedded import Pictures
from pii_scan.extract._limits import MAX_COLUMNS, MAX_DEPTH, MAX_MEMBERS
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP, TOO_MANY_PARTS
from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Gap, Member, Part

TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)"
    rb"|[\r\n]+|\\",
    re.DOTALL,
)
"""A control word, a byte in hex, a control symbol, a brace, text."""
PLACES: Final = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header",
    "footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
    "footnote": "footnote", "annotation": "comment", "shptxt": "text box",
    "atnauthor": "author", "atnid": "initials", "revtbl": "authors",
    "fldinst": "fields", "ffdeftext": "fields", "ffname": "fields", "ffstattext": "fields",
    "ffhelptext": "fields", "ffl": "fields", "xe": "fields", "tc": "fields", "docvar": "fields",
    "sv": "shape", "sn": "shape name", "objclass": "skip", "objdata": "object",
    "title": "property title", "subject": "property subject", "author": "property author",
    "operator": "property lastModifiedBy", "keywords": "property keywords",
    "doccomm": "property comments", "category": "property category",
    "manager": "property manager", "company": "property company",
    "hlinkbase": "property hyperlinkBase", "propname": "property custom",
    "staticval": "property custom", "linkval": "property custom", "template": "property template",
    "creatim": "created", "revtim": "modified", "printim": "skip", "buptim": "skip",
    "fonttbl": "fonts", "colortbl": "skip", "stylesheet": "skip", "listtable": "skip",
    "listoverridetable": "skip", "filetbl": "skip", "pict": "picture",
    "nonshppict": "skip", "upr": "skip", "nonesttables": "skip",
}  # fmt: skip
"""Destinations and what a reader calls what stands in them; others that are marked `\\*` are
skipped, as the specification has it."""
SAME: Final = frozenset(
    {"ud", "shppict", "shpinst", "background", "formfield", "userprops", "object"}
)
"""Destinations marked `\\*` that hold destinations, or text that goes on where it stood."""
MARKS: Final = {
    "line": "\n", "tab": "\t", "nestcell": "\t", "nestrow": "\n", "softline": "\n",
    "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022", "emspace": " ",
    "enspace": " ", "qmspace": " ",
}  # fmt: skip
SYMBOLS: Final = {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}
ENDS: Final = frozenset({"par", "sect", "page", "column"})
CHARSETS: Final = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""What `\\fcharset` says of the bytes of a font (table of charsets in the specification)."""
ANSI: Final = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
SHAPE_TEXTS: Final = frozenset({"gtextUNICODE", "wzDescription", "wzTooltip", "wzName"})
"""Properties of shapes that are text: letters drawn as a picture, words behind it."""


@dataclass(slots=True)
class Target:
    """A text that is being collected."""

    place: str
    kept: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    """Parts of a moment: yr, mo, dy."""


@dataclass(slots=True)
class State:
    """What holds until the group ends."""

    target: Target
    outer: Target
    """Where text went before the destination began."""
    codec: str = "cp1252"
    skip: int = 1
    r"""Bytes that stand in for a character given as `\u`."""
    is_deleted: bool = False
    in_table: bool = False
    is_dress: bool = False
    """Whether this is no part of the HTML."""

    def inner(self) -> "State":
        """Return what holds at the beginning of a group inside."""
        return replace(self)


class Reader:
    """One pass over a document."""

    def __init__(self, data: bytes, *, undress: bool = False) -> None:
        """Begin; with `undress` what is HTML in a dress of RTF is given as HTML, one paragraph."""
        self._undress = undress
        self.is_html = False
        """Whether it is that."""
        self._data = data
        self._body = Target("")
        self._state = State(self._body, self._body)
        self._stack: list[State] = []
        self._raw = bytearray()
        """Bytes not yet decoded; a character of an Asian code page has two."""
        self._to_skip = 0
        self._star = False
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._cells: list[str] = []
        self._rows: list[Row] = []
        self._numbers: Counter[str] = Counter()
        self._author: list[tuple[str, str]] = []
        self._shape = ""
        """Name of the property of a shape whose value follows."""
        self._pictures = Pictures("pictures")
        self._done: list[Part] = []

    def parts(self) -> Iterator[Part]:
        """Yield paragraphs and tables in order, and what stands beside them where it is met.

        Raises:
            ExtractError: groups are nested too deeply; what came before was given.
        """
        place, end = 0, len(self._data)
        while place < end:
            token = TOKEN.match(self._data, place)
            if token is None:
                break
            place = token.end()
            if token[1]:
                if token[1] == b"bin":
                    start, place = place, place + max(int(token[2] or 0), 0)
                    if self._state.target.place == "picture":
                        self._state.target.kept.append(self._data[start:place].hex())
                else:
                    self._word(token[1].decode("ascii"), token[2])
            elif token[5] == b"{":
                self._open()
            elif token[5] == b"}":
                if not self._stack:
                    break
                self._close()
            else:
                self._bytes(token)
            if self._done:
                yield from self._done
                self._done.clear()
        yield from self._rest()

    def _rest(self) -> Iterator[Part]:
        """Yield what was open when the document ended."""
        is_cut_off = bool(self._stack)
        while self._stack:
            self._close()
        self._flush()
        self._end_paragraph()
        self._end_table()
        yield from self._done
        if is_cut_off:
            yield Gap(DAMAGED)

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= MAX_DEPTH:
            raise ExtractError(TOO_DEEP)
        self._stack.append(self._state)
        self._state = self._state.inner()
        self._to_skip, self._star = 0, False

    def _close(self) -> None:
        self._flush()
        ended, self._state = self._state.target, self._stack.pop()
        self._to_skip, self._star = 0, False
        if ended is not self._state.target and ended is not self._body:
            self._finish(ended)

    def _bytes(self, token: re.Match[bytes]) -> None:
        """Take in text, a byte in hex, or a control symbol."""
        if token[4] == b"*":
            self._star = True
            return
        if token[4] in {b"\r", b"\n"}:
            self._word("par", None)
            return
        raw = unhexlify(token[3]) if token[3] else token[6] or b""
        if token[4]:
            self._flush()
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._say(SYMBOLS.get(token[4], ""))
        elif self._state.target.place != "skip":
            skipped = min(self._to_skip, len(raw))
            self._to_skip -= skipped
            self._raw += raw[skipped:]

    def _flush(self) -> None:
        if self._raw:
            if self._state.target.place == "fonts":
                self._raw.clear()
                return
            self._say(self._raw.decode(self._state.codec, "replace"))
            self._raw.clear()

    def _say(self, text: str) -> None:
        target = self._state.target
        if self._state.is_dress:
            return
        (target.deleted if self._state.is_deleted else target.kept).append(text)

    def _word(self, word: str, digits: bytes | None) -> None:
        """Take in a control word."""
        self._flush()
        number = int(digits) if digits else None
        star, self._star = self._star, False
        if word == "u" and number is not None:
            self._say(chr(number & 0xFFFF))
            self._to_skip = self._state.skip
            return
        if self._to_skip:
            self._to_skip -= 1
        elif word in PLACES:
            self._begin(PLACES[word])
        elif word == "ud":
            self._state.target = self._state.outer
        elif word == "htmltag" and self.is_html:
            return
        elif star and word not in SAME:
            self._begin("skip")
        elif word in MARKS:
            self._say(MARKS[word])
        elif word in ENDS or word in {"cell", "row"}:
            self._end(word)
        else:
            self._set(word, number)

    def _begin(self, place: str) -> None:
        state = self._state
        if state.target.place == "skip" and place != "object":
            return
        state.outer = state.target
        state.target = Target(place)
        state.is_deleted = False

    def _set(self, word: str, number: int | None) -> None:
        """Take in a control word that changes how the rest of the group is read."""
        state = self._state
        match word:
            case "uc":
                state.skip = max(number or 0, 0)
            case "ansicpg":
                self._codec = state.codec = code_page(number or 1252)
            case "mac" | "pc" | "pca":
                self._codec = state.codec = ANSI[word]
            case "f" if state.target.place == "fonts":
                self._font = number or 0
            case "f":
                state.codec = self._fonts.get(number or 0, self._codec)
            case "fcharset" if number in CHARSETS and len(self._fonts) < MAX_MEMBERS:
                self._fonts[self._font] = CHARSETS[number]
            case "fromhtml":
                self.is_html = self._undress
            case "htmlrtf":
                state.is_dress = self.is_html and number != 0
            case "deleted":
                state.is_deleted = number != 0
            case "plain":
                state.is_deleted = False
                state.codec = self._codec
            case "pard":
                state.in_table = False
            case "intbl":
                state.in_table = True
            case "ftnalt":
                state.target.place = "endnote"
            case "yr" | "mo" | "dy":
                state.target.numbers[word] = number or 0

    def _end(self, word: str) -> None:
        """End a paragraph, a cell or a row; elsewhere than in the body, a line."""
        if self._state.target is not self._body or self.is_html:
            self._say("\t" if word == "cell" else "\n")
        elif word == "cell":
            # What is in cells beyond the last one that a row may have stands in that one.
            text = "".join(self._body.kept).strip()
            if len(self._cells) < MAX_COLUMNS:
                self._cells.append(text)
            else:
                self._cells[-1] += f" {text}"
            self._body.kept.clear()
        elif word == "row":
            self._rows.append((len(self._rows) + 1, tuple(self._cells)))
            self._cells.clear()
        elif self._state.in_table:
            self._say("\n")
        else:
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        kept, deleted = _joined(self._body.kept), _joined(self._body.deleted)
        self._body.kept.clear()
        self._body.deleted.clear()
        self._end_table()
        self._numbers["paragraph"] += 1
        where = f"paragraph {self._numbers['paragraph']}"
        self._done.extend(fields([("", kept)], where))
        self._done.extend(fields([("", deleted)], f"{where}, deleted"))

    def _end_table(self) -> None:
        if self._cells:
            self._rows.append((len(self._rows) + 1, tuple(self._cells)))
            self._cells.clear()
        if self._rows:
            self._numbers["table"] += 1
            self._done.extend(grid(self._rows, f"table {self._numbers['table']}"))
            self._rows = []

    def _finish(self, ended: Target) -> None:
        """Give what a destination held."""
        kept = _joined(ended.kept)
        match ended.place:
            case "skip" | "fonts":
                return
            case "created" | "modified":
                self._done.extend(_moment(ended))
                return
            case "object":
                self._object("".join(ended.kept))
                return
            case "picture":
                self._picture("".join(ended.kept))
                return
            case "author" | "initials":
                self._author.append(("author", kept))
                return
            case "shape name":
                self._shape = kept
                return
            case "shape" if self._shape not in SHAPE_TEXTS:
                return
            case "authors":
                # The first is nobody: every list begins with it.
                pairs = [("", kept.removeprefix("Unknown;").strip())]
            case "comment":
                pairs = [*self._author, ("", kept)]
                self._author = []
            case _:
                pairs = [("", kept)]
        where = ended.place
        if where in {"footnote", "endnote", "comment", "text box"}:
            self._numbers[where] += 1
            where = f"{where} {self._numbers[where]}"
        self._done.extend(fields(pairs, where))
        self._done.extend(fields([("", _joined(ended.deleted))], f"{where}, deleted"))

    def _object(self, digits: str) -> None:
        """Give an embedded object as a file ([MS-OLEDS] 2.2.5)."""
        self._numbers["object"] += 1
        where = f"object {self._numbers['object']}"
        if self._numbers["object"] > MAX_MEMBERS:
            self._done.append(Gap(TOO_MANY_PARTS, where))
            return
        try:
            data = _native(bytes.fromhex(digits))
        except (ValueError, struct.error):
            self._done.append(Gap(DAMAGED, where))
            return
        self._done.append(Member(where, data))

    def _picture(self, digits: str) -> None:
        try:
            data = bytes.fromhex(digits)
        except ValueError:
            self._done.append(Gap(DAMAGED, "pictures"))
            return
        self._done.extend(self._pictures.take(data))


def _joined(pieces: list[str]) -> str:
    r"""Return pieces as one text; characters given in two halves (`\u-10179 \u-8704`) as one."""
    text = "".join(pieces).replace("\0", "").strip()
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _moment(target: Target) -> Iterator[Part]:
    numbers = target.numbers
    try:
        day = date(numbers.get("yr", 0), numbers.get("mo", 0), numbers.get("dy", 0))
    except ValueError:
        return
    yield Evidence("documentdatum", day, "metadata", f"property {target.place}")


def _native(data: bytes) -> bytes:
    """Return the data of an OLE 1 object: version, format, three names, size, data."""
    place = 8
    for _ in range(3):
        (length,) = struct.unpack_from("<I", data, place)
        place += 4 + length
    (size,) = struct.unpack_from("<I", data, place)
    return data[place + 4 : place + 4 + size]
