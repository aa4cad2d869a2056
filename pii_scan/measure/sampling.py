"""A random sample of items without findings for a person to look through, and what follows."""

import csv
import hashlib
import heapq
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pii_scan.errors import ConfigError
from pii_scan.measure.intervals import Interval, clopper_pearson
from pii_scan.model import Result
from pii_scan.report import cell

ANSWER, NOTE = "persoonsgegevens_jn", "opmerking"
COLUMNS = ("nummer", "bestand", "mediatype", "bytes", ANSWER, NOTE)
OF_SAMPLE = ("scan", "seed", "zonder_vondst", "met_vondst")
"""The same in every row: what the sample is of."""
DRAWN, CHECKED = "sample.drawn", "sample.checked"
"""Kinds of the entries in the log that tell of a sample, and of what a person found in it."""
YES, NO = ("j", "ja"), ("n", "nee")
_CHANGED = "rows or columns were changed; draw the sample again"


@dataclass(frozen=True, slots=True)
class Sample:
    """Items without findings, drawn at random."""

    scan: int
    seed: str
    items: tuple[Result, ...]
    """In the order in which they were drawn."""
    clean: int
    """Items read in full without findings: what is drawn from."""
    found: int
    """Items with findings."""

    def counts(self) -> dict[str, Any]:
        """Return what a log tells of it."""
        drawn = {"drawn": len(self.items), "clean": self.clean, "found": self.found}
        return {"scan": self.scan, "seed": self.seed, **drawn}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person found in a sample."""

    missed: int
    of: int
    """Items that were answered."""
    open: int
    """Items that were not."""
    clean: int
    found: int

    def counts(self) -> dict[str, Any]:
        """Return what a log tells of it, in whole numbers."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def interval(self) -> Interval:
        """Which share of the items without findings holds personal data all the same."""
        return clopper_pearson(self.missed, self.of)

    def as_dict(self) -> dict[str, Any]:
        """Return what follows, as JSON has it."""
        low, high = self.interval
        most, least = (self.found / max(self.found + it * self.clean, 1) for it in (low, high))
        return {
            "answered": self.of,
            "not_answered": self.open,
            "missed": self.missed,
            "interval": "Clopper-Pearson, 95 %",
            "missed_share": {"low": round(low, 4), "high": round(high, 4)},
            "items_without_findings": self.clean,
            "missed_items": {"low": round(low * self.clean), "high": round(high * self.clean)},
            "items_with_findings": self.found,
            "recall_of_items": {"low": round(least, 4), "high": round(most, 4)},
        }


def drawn(scan: int, results: Iterable[Result], count: int, seed: str) -> Sample:
    """Draw items that were read in full, had something in them, and gave no finding.

    The same seed draws the same items, in whatever order the results come.
    """
    clean = found = 0
    held: list[tuple[int, str, Result]] = []
    for result in results:
        found += bool(result.findings)
        # What was suppressed was found, and an empty file is not worth a person's time.
        is_clean = not (result.findings or result.suppressed) and result.item.size > 0
        if result.coverage.status != "scanned" or not is_clean:
            continue
        clean += 1
        uri = result.item.uri
        told = f"{seed}\0{uri}".encode("utf-8", "surrogatepass")
        # The smallest hashes are drawn; negative, since the heap lets go of its smallest.
        rank = -int.from_bytes(hashlib.sha256(told).digest()[:8])
        entry = (rank, uri, result)
        if len(held) < count:
            heapq.heappush(held, entry)
        elif rank > held[0][0]:
            heapq.heapreplace(held, entry)
    ordered = tuple(it for _, _, it in sorted(held, key=lambda it: (-it[0], it[1])))
    return Sample(scan, seed, ordered, clean, found)


def table(sample: Sample) -> bytes:
    """Return a sample as a table for a Dutch Excel, in which a person answers j or n."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow([*COLUMNS, *OF_SAMPLE])
    of = (sample.scan, sample.seed, sample.clean, sample.found)
    for number, it in enumerate(sample.items, start=1):
        told = (number, it.item.uri, it.media_type, it.item.size, "", "", *of)
        rows.writerow([cell(value) for value in told])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A table that a person filled in."""

    scan: int
    seed: str
    addresses: Mapping[int, str]
    """Number of each row -> the item in it."""
    answers: Answers

    def seed_of(self, drawings: Iterable[Mapping[str, Any]]) -> str:
        """Return the seed of the drawing that it is the table of, among those in the log.

        Raises:
            ConfigError: there is none: a row less is another sample than the one that was drawn.
        """
        for one in drawings:
            of = (one["scan"], cell(one["seed"]), one["drawn"], one["clean"], one["found"])
            told = (self.scan, self.seed, len(self.addresses))
            if of == (*told, self.answers.clean, self.answers.found):
                return str(one["seed"])
        raise ConfigError(f"this is no sample as it was drawn: {_CHANGED}")


def filled_in(path: Path) -> FilledIn:
    """Read what a person filled in.

    Raises:
        ConfigError: it is no sample, or an answer is neither j nor n.
    """
    rows = _rows(path)
    if not rows or not {*COLUMNS[:2], ANSWER, *OF_SAMPLE} <= set(rows[0]):
        raise ConfigError(f"{path}: is no table of pii-scan sample --clean")
    told = [(row[ANSWER] or "").strip().lower() for row in rows]
    for number, answer in enumerate(told, start=2):
        if answer and answer not in (*YES, *NO):
            raise ConfigError(f"{path}: row {number} says neither j nor n in {ANSWER}")
    missed = sum(answer in YES for answer in told)
    open_ = sum(not answer for answer in told)
    first = rows[0]
    try:
        scan, clean, found = (int(first[it]) for it in ("scan", "zonder_vondst", "met_vondst"))
        addresses = {int(row["nummer"]): row["bestand"] for row in rows}
    except ValueError:
        raise ConfigError(f"{path}: {_CHANGED}") from None
    if len(addresses) != len(rows):
        raise ConfigError(f"{path}: {_CHANGED}")
    result = Answers(missed, len(told) - open_, open_, clean, found)
    return FilledIn(scan, first["seed"], addresses, result)


def require_as_drawn(table: FilledIn, sample: Sample) -> None:
    """Refuse a table whose items are not those that its seed draws.

    Raises:
        ConfigError: they are not.
    """
    drawn = {n: _saved(cell(it.item.uri)) for n, it in enumerate(sample.items, start=1)}
    if drawn != {number: _saved(address) for number, address in table.addresses.items()}:
        raise ConfigError(f"this is no sample as it was drawn: {_CHANGED}")


def _saved(text: str) -> str:
    """Return a text as it is when a spreadsheet saved it in the code page of Windows."""
    return text.encode("cp1252", "replace").decode("cp1252").strip()


def _rows(path: Path) -> list[Mapping[str, str]]:
    """Read a table as Excel, LibreOffice or the program itself has saved it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    heading = text.partition("\n")[0]
    delimiter = max(";,\t", key=heading.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    return [row for row in rows if any(isinstance(it, str) and it.strip() for it in row.values())]
