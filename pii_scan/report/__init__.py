"""Stage 8, report: Results -> a file in one of several formats, each a plugin of this package."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from pii_scan.errors import ConfigError
from pii_scan.model import NOTHING_BESIDE, Beside, Policy, Report, Result, Scan
from pii_scan.plugins import load
from pii_scan.report import _dutch as dutch
from pii_scan.report import _practice_text
from pii_scan.report._difference import differences
from pii_scan.report._difference_text import WRITERS
from pii_scan.report._filled_in import Refused, filled_in, next_steps
from pii_scan.report._groups import group_ids
from pii_scan.report._json_text import encoded
from pii_scan.report._people import Estimate, Mention, People
from pii_scan.report._summary import Summary, summary
from pii_scan.report._trend import SHOWN, point
from pii_scan.report.csv import cell

__all__ = [
    "DIFFERENCE_FORMATS",
    "PRACTICE_FORMATS",
    "SHOWN",
    "Estimate",
    "Mention",
    "People",
    "Refused",
    "Summary",
    "cell",
    "dutch",
    "encoded",
    "filled_in",
    "formats",
    "group_ids",
    "next_steps",
    "point",
    "summary",
    "write",
    "write_differences",
    "write_practice",
]


DIFFERENCE_FORMATS = tuple(WRITERS)
"""In which the differences between two scans are written."""

PRACTICE_FORMATS = tuple(sorted(_practice_text.WRITERS))
"""In which promise against practice is written."""


def formats() -> dict[str, Report]:
    """Return the plugins by the name of their format."""
    return {report.format: report for report in load(__name__, "REPORT", Report)}


def write(
    name: str,
    scan: Scan,
    results: Callable[[], Iterator[Result]],
    sink: BinaryIO,
    beside: Beside = NOTHING_BESIDE,
) -> None:
    """Write a scan down in the format called `name`; `results` starts a pass over its results.

    Raises:
        ConfigError: there is no such format.
    """
    known = formats()
    if name not in known:
        raise ConfigError(f"no report format {name}: choose from {', '.join(sorted(known))}")
    known[name].write(scan, results, sink, beside)


def write_differences(
    name: str, before: Scan, after: Scan, earlier: Iterator[Result], later: Iterator[Result]
) -> bytes:
    """Return what is different between two scans, in one of `DIFFERENCE_FORMATS`."""
    return WRITERS[name](differences(before, after, earlier, later))


def write_practice(
    name: str,
    scan: Scan,
    policy: Policy,
    results: Callable[[], Iterator[Result]],
    sink: BinaryIO,
) -> None:
    """Write down where a scan parts from what a policy's statement promises.

    Raises:
        ConfigError: it is not written in the format called `name`.
    """
    if name not in PRACTICE_FORMATS:
        known = ", ".join(PRACTICE_FORMATS)
        raise ConfigError(f"no format {name} of promise against practice: choose from {known}")
    _practice_text.write(name, scan, policy, results, sink)
