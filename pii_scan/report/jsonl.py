"""JSON lines: one an item, and a last one that sums up."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from pii_scan.model import Beside, Report, Result, Scan
from pii_scan.report._json_text import SCHEMA, encoded, item_of
from pii_scan.report._summary import Summary


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    summary = Summary(scan)
    for result in results():
        summary.add(result)
        sink.write(encoded(item_of(result, beside)) + b"\n")
    sink.write(encoded({"schema": SCHEMA, "type": "summary", **summary.as_dict()}) + b"\n")


REPORT = Report("jsonl", _write)
