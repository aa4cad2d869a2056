"""Stage 3, extract: SQL dumps. Rows become tables, whatever their dialect; the rest is text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from pii_scan.extract import _blob
from pii_scan.extract._decode import blocks
from pii_scan.extract._limits import BLOCK_ROWS, CHUNK_CHARS, MAX_COLUMNS
from pii_scan.extract._sql import HEX, Dump, plain_name
from pii_scan.extract._table import Row, tables
from pii_scan.extract._text import address, chunks
from pii_scan.model import Chunk, Extractor, Part

BLOCK_CHARS: Final = 4 << 20
"""Characters of the rows that are held, bytes of the files in them counted."""
LONGEST_STATEMENT: Final = 1 << 20
"""Characters of text that are held to be given as one."""
_NAME: Final = r"""(?:"[^"\n]{1,128}+"|`[^`\n]{1,128}+`|\[[^\]\n]{1,128}+\]|[\w$#@]{1,128}+)"""
_TABLE: Final = rf"({_NAME}(?:\s*+\.\s*+{_NAME}){{0,3}}+)"
_COLUMNS: Final = rf"(?:\(((?:\s*+{_NAME}\s*+,?+)*+)\))?+"
_HOW: Final = r"(?:INTO|IGNORE|DELAYED|LOW_PRIORITY|HIGH_PRIORITY|OR\s++\w++)"
START: Final = re.compile(r"\s*+(?=(?:INSERT|REPLACE|COPY|CREATE)\s)", re.IGNORECASE)
INSERT: Final = re.compile(
    rf"(?:INSERT|REPLACE)\s++(?:{_HOW}\s++)*+{_TABLE}\s*+{_COLUMNS}\s*+"
    r"(?:OVERRIDING\s++\w++\s++VALUE\s++)?+VALUES?+\s*+(?=\()",
    re.IGNORECASE,
)
COPY: Final = re.compile(
    rf"COPY\s++{_TABLE}\s*+{_COLUMNS}\s*+FROM\s++stdin;[^\n]*+\n", re.IGNORECASE
)
CREATE: Final = re.compile(
    rf"CREATE\s++(?:(?!TABLE\b)\w++\s++){{0,3}}+TABLE\s++(?:IF\s++NOT\s++EXISTS\s++)?+{_TABLE}\s*+\(",
    re.IGNORECASE,
)
CLOSED: Final = re.compile(
    r"""(?:[^'"`\[\\\n;/-]++|'[^'\\\n]*+'|"[^"\n]*+"|`[^`\n]*+`|\[[^\]\n]{0,128}+\]|[-/](?![-/*]))*+;?+\r?+\n"""
)
"""A line that opens nothing which goes on beyond it, and has no statement after another."""
COLUMN: Final = re.compile(_NAME)
COMMA: Final = re.compile(r"\s*+,")
LINE: Final = re.compile(r"[^\n]*+\n?+")
NO_COLUMN: Final = frozenset(
    {"primary", "key", "unique", "constraint", "index", "foreign", "check", "fulltext", "spatial"}
    | {"exclude", "period", "like"}
)
"""First words of what a table has beside columns."""
COPY_ESCAPE: Final = re.compile(r"\\(.)")
COPY_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": ""}
"""PostgreSQL, COPY, Text Format."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield rows as tables with the columns that the dump states, numbered in each table."""
    dump = Dump(blocks(stream))
    text, rows = _Text(dump), _Rows()
    known: dict[str, tuple[str, ...]] = {}
    """Columns of the tables that were created."""
    is_start = True
    while True:
        if is_start and (blank := dump.head(START)):
            text.add(blank[0])
            yield from _statement(dump, text, rows, known)
        elif is_start and (line := dump.head(CLOSED)):
            text.add(line[0])
            yield from text.given(is_end=True)
            continue
        token = dump.token()
        if token is None:
            break
        text.add(token[0])
        is_space = token.lastgroup == "space"
        goes_on = is_start and (is_space or token.lastgroup == "comment")
        is_start = goes_on or token[0] == ";" or (is_space and "\n" in token[0])
        yield from text.given(is_end=token[0] == ";")
    yield from rows.given()
    yield from text.given(is_end=True, least=0)


def _statement(
    dump: Dump, text: "_Text", rows: "_Rows", known: dict[str, tuple[str, ...]]
) -> Iterator[Part]:
    """Yield the rows of a statement if it has any, or learn the columns of a table."""
    if found := dump.head(INSERT):
        yield from rows.begin(found, known)
        while (row := dump.row()) is not None:
            yield from rows.add(row)
            if not dump.head(COMMA):
                return
    elif found := dump.head(COPY):
        yield from rows.begin(found, known)
        for row in _copied(dump):
            yield from rows.add(row)
    elif found := dump.head(CREATE):
        text.add(found[0])
        known[plain_name(found[1])] = tuple(_definitions(dump, text))


class _Text:
    """What is no row, until there is enough to give."""

    def __init__(self, dump: Dump) -> None:
        self._dump = dump
        self._held: list[str] = []
        self._size = 0
        self._first = 1

    def add(self, piece: str) -> None:
        """Take in a piece that the dump has just gone past."""
        if not self._size:
            self._first = self._dump.line - piece.count("\n")
        self._held.append(piece)
        self._size += len(piece)

    def given(self, *, is_end: bool, least: int = CHUNK_CHARS) -> Iterator[Part]:
        """Yield what is held if that is enough, at the end of a statement or anywhere."""
        if self._size > (least if is_end else LONGEST_STATEMENT):
            lines = "".join(self._held).splitlines(keepends=True)
            self._held, self._size = [], 0
            if any(line.strip(" \t\r\n;,") for line in lines):
                yield from chunks(lines, self._first)


class _Rows:
    """Rows of one table after another, until there are enough to give."""

    def __init__(self) -> None:
        self._name = ""
        self._where = ""
        self._columns: tuple[str, ...] = ()
        self._rows: list[Row] = []
        self._files: list[Part] = []
        self._size = 0
        self._counts: Counter[str] = Counter()
        """Rows of each table so far."""
        self._numbers: dict[str, int] = {}
        """The place of each table among them, from 1."""

    def begin(self, head: re.Match[str], known: dict[str, tuple[str, ...]]) -> Iterator[Part]:
        """Begin with the rows of a statement; many have but one, and are given together."""
        name = plain_name(head[1])
        stated = tuple(map(plain_name, COLUMN.findall(head[2] or "")))
        columns = (stated or known.get(name, ()))[:MAX_COLUMNS]
        if (name, columns) != (self._name, self._columns):
            yield from self.given()
            self._name, self._columns = name, columns
        if name not in self._counts:
            self._counts[name] = 0
            if address(name, "") != name:
                yield Chunk(name, "names")
            self._numbers[name] = len(self._counts)
        self._where = address(name, f"table {self._numbers[name]}")

    def add(self, cells: Iterable[str]) -> Iterator[Part]:
        """Take in a row, and yield what is held if that is enough."""
        self._counts[self._name] += 1
        number = self._counts[self._name]
        row = tuple(self._value(value, number, place) for place, value in enumerate(cells, start=1))
        self._rows.append((number, row))
        self._size += sum(map(len, row))
        if len(self._rows) == BLOCK_ROWS or self._size > BLOCK_CHARS:
            yield from self.given()

    def _value(self, value: str, number: int, place: int) -> str:
        """Return what a cell shows; of bytes their text, or nothing if they are a file."""
        found = HEX.fullmatch(value)
        if not found:
            return value
        data = bytes.fromhex(found[1])
        name = f"{self._name}/{number}-{place}"
        part = _blob.part(data, name, f"{self._where} row {number}")
        if isinstance(part, Chunk):
            return part.text
        if part:
            self._size += len(data)
            self._files.append(part)
        return ""

    def given(self) -> Iterator[Part]:
        """Yield the rows that are held, and the files in them."""
        yield from tables(self._rows, self._where, self._columns)
        yield from self._files
        self._rows, self._files, self._size = [], [], 0


def _copied(dump: Dump) -> Iterator[list[str]]:
    """Yield lines of cells between tabs, up to the line that ends them."""
    while (line := dump.head(LINE)) and line[0].rstrip("\r\n") not in {"", "\\."}:
        yield [
            "" if value == "\\N" else COPY_ESCAPE.sub(_copy_escaped, value)
            for value in line[0].rstrip("\n").split("\t")
        ]


def _copy_escaped(found: re.Match[str]) -> str:
    return COPY_ESCAPED.get(found[1], found[1])


def _definitions(dump: Dump, text: _Text) -> Iterator[str]:
    """Yield the names of the columns of a table that is being created."""
    depth, is_first = 0, True
    while depth >= 0 and (token := dump.token()) is not None:
        text.add(token[0])
        mark = token[0] if token.lastgroup == "mark" else ""
        depth += (mark == "(") - (mark == ")")
        if is_first and token.lastgroup in {"name", "word"}:
            if token[0].lower() not in NO_COLUMN:
                yield plain_name(token[0])
            is_first = False
        is_first = is_first or (mark == "," and not depth)


EXTRACTOR = Extractor(media_types=("application/sql",), suffixes=(".sql",), parts=parts)
