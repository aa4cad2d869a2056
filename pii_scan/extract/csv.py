"""Stage 3, extract: CSV and its kin, whatever parts the cells. Text that is no table stays text."""

import csv
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO, Final

from pii_scan.extract._decode import lines
from pii_scan.extract._delimited import Dialect, sniff
from pii_scan.extract._table import Row, tables
from pii_scan.extract._text import chunks
from pii_scan.model import Chunk, Extractor, Part

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
    for number, cells in enumerate(_records(body, dialect), start=dialect.preamble + 1):
        if dialect.width > 2 and len(cells) == 1:
            if cells[0].strip():
                remarks.append(Chunk(cells[0], f"row {number}"))
        else:
            yield number, tuple(cells)


def _records(body: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    """Yield records, quoted line ends inside; a quote without an end spoils its own line only."""
    held: list[str] = []
    """The lines of the record that is being read."""
    unclosed = 0

    def feed(source: Iterator[str]) -> Iterator[str]:
        for line in source:
            held.append(line)
            if len(held) > LONGEST_RECORD:
                return
            yield line

    while unclosed < MAX_UNCLOSED:
        reader = csv.reader(
            feed(body), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
        )
        try:
            for record in reader:
                yield record
                held.clear()
        except csv.Error:
            # Strict: words after a closing quote, or the end within one.
            yield held[0].rstrip("\n").split(dialect.delimiter)
            unclosed += len(held) > 1
            body = chain(held[1:], body)
            held.clear()
        else:
            return
    yield from (line.rstrip("\n").split(dialect.delimiter) for line in body)


EXTRACTOR = Extractor(
    media_types=("text/csv", "text/tab-separated-values"),
    suffixes=(".csv", ".tsv", ".tab"),
    parts=parts,
)
