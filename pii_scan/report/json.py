"""One JSON document: the items as in the JSON lines, then the summary."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from pii_scan.model import Beside, Report, Result, Scan
from pii_scan.report._json_text import SCHEMA, encoded, item_of
from pii_scan.report._summary import Summary


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    summary = Summary(scan)
    sink.write(b'{"schema": %d, "type": "report", "items": [' % SCHEMA)
    for number, result in enumerate(results()):
        summary.add(result)
        # A line an item, so that the document can be read and compared with ordinary tools.
        sink.write((b",\n" if number else b"\n") + encoded(item_of(result, beside)))
    sink.write(b'\n], "summary": ' + encoded(summary.as_dict()) + b"}\n")


REPORT = Report("json", _write)
