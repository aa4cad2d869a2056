"""Stage 3, extract: CSV and its kin, whatever parts the cells. Text that is no table stays text."""

import csv
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.extract._decode import lines
from pii_scan.extract._delimited import Dialect, sniff
from pii_scan.extract._table import Row, tables
from pii_scan.extract._text import chunks
from pii_scan.model import Chunk, Extractor, Part

if TYPE_CHECKING:
    import _csv

Record = tuple[str, ...]

SAMPLE_LINES: Final = 200
LONGEST_RECORD: Final = 500
"""Lines of one record. A quote that is open for longer was not meant as one."""

MAX_UNCLOSED: Final = 100
"""Quotes without an end before quotes are taken for letters: each costs `LONGEST_RECORD` lines."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield what stands above the table as text, the table, and remarks below or between."""
    source = lines(stream)
    sample = list(islice(source, SAMPLE_LINES))
    hint, offset = _delimiter_line(sample)
    dialect = sniff([line.rstrip("\n") for line in sample[offset:]])
    if dialect is None:
        yield from chunks(chain(sample, source))
        return
    if hint and hint == dialect.delimiter:
        sample = sample[1:]
    elif hint:
        dialect = sniff([line.rstrip("\n") for line in sample]) or dialect
    yield from chunks(sample[: dialect.preamble], first=1)
    remarks: list[Chunk] = []
    body = chain(sample[dialect.preamble :], source)
    for table in tables(_rows(body, dialect, remarks)):
        yield table
        yield from remarks
        remarks.clear()
    yield from remarks


def _delimiter_line(sample: list[str]) -> tuple[str, int]:
    """Return the delimiter that a first line "sep=;" states, and how many lines say so.

    Excel writes and eats that line: its row 1 is the next one.
    """
    if sample and sample[0].lower().startswith("sep=") and len(sample[0].rstrip("\n")) == 5:
        return sample[0][4], 1
    return "", 0


def _rows(body: Iterator[str], dialect: Dialect, remarks: list[Chunk]) -> Iterator[Row]:
    """Yield records with their numbers; what is no record goes to `remarks`."""
    number = dialect.preamble + 1
    for records in _batches(body, dialect):
        rows = zip(range(number, number + len(records)), records, strict=True)
        number += len(records)
        if dialect.width > 2 and 1 in map(len, records):
            for row, cells in rows:
                if len(cells) != 1:
                    yield row, cells
                elif cells[0].strip():
                    remarks.append(Chunk(cells[0], f"row {row}"))
        else:
            yield from rows


def _batches(body: Iterator[str], dialect: Dialect) -> Iterator[list[Record]]:
    """Yield records, quoted line ends inside; a quote without an end spoils its own line only."""
    ahead: list[str] = []
    """Lines from the first record on that could not be read yet."""
    unclosed = 0
    while unclosed < MAX_UNCLOSED:
        batch = ahead + list(islice(body, LONGEST_RECORD - len(ahead)))
        if not batch:
            return
        records = _at_once(batch, dialect)
        if records is not None:
            yield records
            ahead = []
            continue
        records, used, failed = _until_failure(batch, dialect)
        if not used:
            # Words after a closing quote, or no closing quote in all of these lines.
            records = [_split(batch[0], dialect)]
            used = 1
            unclosed += failed > 1
        yield records
        ahead = batch[used:]
    yield [_split(line, dialect) for line in ahead]
    yield from ([_split(line, dialect)] for line in body)


def _split(line: str, dialect: Dialect) -> Record:
    return tuple(line.rstrip("\n").split(dialect.delimiter))


def _at_once(batch: list[str], dialect: Dialect) -> list[Record] | None:
    """Return the records of some lines, `None` if a quote is amiss or open at the end."""
    text = "".join(batch)
    if dialect.quote not in text and (records := _unquoted(text, len(batch), dialect)):
        return records
    try:
        return list(map(tuple, _reader(batch, dialect)))
    except csv.Error:
        return None


def _unquoted(text: str, count: int, dialect: Dialect) -> list[Record] | None:
    """Return the records of a text without quotes, `None` if they are not all of the usual width.

    A cell that is nothing but a line end is put between the lines, so that one split does for all
    of them. It takes half the time of the module csv.
    """
    width, delimiter = dialect.width, dialect.delimiter
    cells = text.removesuffix("\n").replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)
    ends = cells[width :: width + 1]
    if len(cells) != (width + 1) * count - 1 or ends.count("\n") != count - 1:
        return None
    return list(zip(*(cells[index :: width + 1] for index in range(width)), strict=True))


def _until_failure(batch: list[str], dialect: Dialect) -> tuple[list[Record], int, int]:
    """Return the records up to the first bad one, the lines they take, and those read in all."""
    records: list[Record] = []
    used = 0
    reader = _reader(batch, dialect)
    try:
        for cells in reader:
            records.append(tuple(cells))
            used = reader.line_num
    except csv.Error:
        pass
    return records, used, reader.line_num


def _reader(batch: list[str], dialect: Dialect) -> "_csv.Reader":
    return csv.reader(batch, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)


EXTRACTOR = Extractor(
    media_types=("text/csv", "text/tab-separated-values"),
    suffixes=(".csv", ".tsv", ".tab"),
    parts=parts,
)
