"""Rows of a delimited text emptied; every other line stays as it is, to the byte."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from pii_scan.disposal.places import Unfit

DELIMITERS = (";", "\t", "|", ",")
MARK = "\ufeff"
"""May stand before the first heading."""


def without(
    content: bytes, numbers: set[int], keep: Sequence[str], told: Mapping[int, tuple[str, ...]]
) -> bytes:
    """Return the text with the rows of these numbers empty but for the columns to keep.

    `told` are the rows as the scan reads them: the delimiter is the one that gives the same.

    Raises:
        Unfit: no delimiter does, or the text is no UTF-8.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Unfit("it is no UTF-8 text: its rows cannot be rewritten for certain") from None
    for delimiter in DELIMITERS:
        records = list(_records(text, delimiter))
        if _is_alike(records, told):
            break
    else:
        raise Unfit("its rows cannot be told apart for certain")
    heading = [cell.strip() for cell in records[0][0]]
    kept = {index for index, name in enumerate(heading) if name.removeprefix(MARK) in keep}
    pieces = []
    for number, (cells, raw) in enumerate(records, start=1):
        if number in numbers:
            left = [cell if index in kept else "" for index, cell in enumerate(cells)]
            pieces.append(_line(left, delimiter, raw))
        else:
            pieces.append(raw)
    return "".join(pieces).encode("utf-8")


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Yield each record with the text that it is written in, line end included."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    used = 0
    try:
        for cells in reader:
            yield cells, "".join(lines[used : reader.line_num])
            used = reader.line_num
    except csv.Error:
        return


def _is_alike(records: list[tuple[list[str], str]], told: Mapping[int, tuple[str, ...]]) -> bool:
    if not told or len(records) < max(told):
        return False
    return all(_bare(records[number - 1][0]) == _bare(cells) for number, cells in told.items())


def _bare(cells: Sequence[str]) -> list[str]:
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


def _line(cells: list[str], delimiter: str, raw: str) -> str:
    end = raw[len(raw.rstrip("\r\n")) :]
    sink = io.StringIO()
    csv.writer(sink, delimiter=delimiter, lineterminator=end or "").writerow(cells)
    return sink.getvalue()
