"""How fast files are read: this program and the libraries that people would take, in one run.

    PYTHONPATH=.:recognizers python bench/formats.py [--scale N] [--rounds N] [--write]

Reading is from file to text with its addresses (page, paragraph, sheet and row). A mixed share is
measured from file to stored findings, without names, against the plain way: pdfplumber, python-docx
and openpyxl for the text, Presidio on every line, rows of CSV for what it finds.
"""

import csv
import email
import email.policy
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import chain
from pathlib import Path
from statistics import median
from subprocess import run
from time import process_time

import click

from bench import _files
from bench._baselines import Presidio
from bench._corpora import MEGABYTE, NAMES
from bench._report import figure, finish, table
from pii_scan import extract, plugins
from pii_scan.engines._worker import settle
from pii_scan.model import Chunk, Recognizer, Table

Reader = Callable[[Path], int]
"""Reads a file and returns the characters that it found."""


@dataclass(frozen=True, slots=True)
class Race:
    """Ours against another on one kind of file."""

    what: str
    path: Path
    other: str
    read: Reader
    asked: float
    """How many times as fast ours should be."""


def ours(path: Path) -> int:
    """Read a file as a scan does."""
    found = 0
    with path.open("rb") as stream:
        extractor = extract.extractor_for(extract.media_type(stream, path.name))
        if extractor is None:
            raise click.ClickException(f"no reader for {path.name}")
        for part in extract.extract(stream, extractor):
            match part:
                case Chunk(text):
                    found += len(text)
                case Table(rows=rows):
                    found += sum(map(len, chain.from_iterable(rows)))
    return found


def by_pdfplumber(path: Path) -> int:
    """Read each page with `extract_text`."""
    import pdfplumber

    with pdfplumber.open(path) as document:
        return sum(len(page.extract_text() or "") for page in document.pages)


def by_pdftotext(path: Path) -> int:
    """Have poppler read it, without addresses but the form feeds between pages."""
    command = ["pdftotext", str(path), "-"]
    return len(run(command, capture_output=True, check=True).stdout)  # noqa: S603


def by_python_docx(path: Path) -> int:
    """Walk the paragraphs and the cells of tables."""
    from docx import Document

    document = Document(str(path))
    found = sum(len(paragraph.text) for paragraph in document.paragraphs)
    cells = (cell for one in document.tables for row in one.rows for cell in row.cells)
    return found + sum(len(cell.text) for cell in cells)


def by_openpyxl(path: Path) -> int:
    """Read the rows in read-only mode."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book = load_workbook(path, read_only=True)
    rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
    return sum(len(str(value)) for row in rows for value in row if value is not None)


def by_pandas(path: Path) -> int:
    """Read in chunks, as text, so that leading zeros stay."""
    import pandas as pd

    chunks = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, chunksize=10_000)
    rows = (row for one in chunks for row in one.itertuples(index=False, name=None))
    return sum(map(len, chain.from_iterable(rows)))


def races(folder: Path, scale: int) -> Iterator[Race]:
    """Write the files, and yield who reads them."""
    made = {suffix: folder / f"one.{suffix}" for suffix, _, _ in _files.SHARE}
    _files.pdf(made["pdf"], 10 * scale, 1)
    _files.docx(made["docx"], 5 * scale, 1)
    _files.xlsx(made["xlsx"], 2000 * scale, 1)
    _files.export(made["csv"], 5000 * scale, 1)
    yield Race("PDF of text", made["pdf"], "pdfplumber", by_pdfplumber, 35)
    yield Race("PDF of text", made["pdf"], "pdftotext", by_pdftotext, 0)
    yield Race("DOCX", made["docx"], "python-docx", by_python_docx, 6)
    yield Race("XLSX", made["xlsx"], "openpyxl, read-only", by_openpyxl, 10)
    yield Race("CSV", made["csv"], "pandas, in chunks", by_pandas, 3)


def timed(read: Reader, path: Path) -> tuple[float, int]:
    """Return the CPU seconds that reading took, programs that were called included."""
    start = _seconds()
    found = read(path)
    return max(_seconds() - start, 1e-6), found


def _seconds() -> float:
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def raced(one: Race, rounds: int) -> Sequence[str]:
    """Return the row of the table for a race."""
    timed(ours, one.path), timed(one.read, one.path)  # warm: imports
    settle()
    mine, others = [], []
    for _ in range(rounds):
        mine.append(timed(ours, one.path))
        others.append(timed(one.read, one.path))
    ratio = median(b[0] / a[0] for a, b in zip(mine, others, strict=True))
    size = one.path.stat().st_size / MEGABYTE
    click.echo(f"{one.what}, {one.other}: {ratio:.3g} times", err=True)
    return (
        f"{one.what}, {one.other}",
        figure(size),
        figure(size / median(seconds for seconds, _ in mine)),
        figure(median(seconds for seconds, _ in mine) * 1000),
        figure(median(seconds for seconds, _ in others) * 1000),
        figure(ratio),
        figure(one.asked or None),
        f"{mine[0][1] / max(others[0][1], 1):.2f}",
    )


def lines_of(path: Path) -> Iterator[str]:
    """Yield the text of a file the plain way, line by line."""
    match path.suffix:
        case ".pdf":
            import pdfplumber

            with pdfplumber.open(path) as document:
                for page in document.pages:
                    yield from (page.extract_text() or "").splitlines()
        case ".docx":
            from docx import Document

            letter = Document(str(path))
            yield from (paragraph.text for paragraph in letter.paragraphs)
            for one in letter.tables:
                yield from ("\t".join(cell.text for cell in row.cells) for row in one.rows)
        case ".xlsx":
            from openpyxl import load_workbook

            for sheet in load_workbook(path, read_only=True):
                for row in sheet.iter_rows(values_only=True):
                    yield "\t".join("" if value is None else str(value) for value in row)
        case ".eml":
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            yield from message.get_content().splitlines()
        case _:
            yield from path.read_text("utf-8").splitlines()


class PlainWay:
    """Every text through Presidio by itself; findings as rows of CSV."""

    def __init__(self, presidio: Presidio, texts: Callable[[Path], Iterator[str]]) -> None:
        """Take what Presidio is given: the lines of a file, or its cells."""
        self._presidio = presidio
        self._texts = texts

    def __call__(self, paths: Sequence[Path]) -> int:
        """Scan files."""
        sink = csv.writer(StringIO())
        found = 0
        for path in paths:
            counts = [self._presidio.count([text]) for text in self._texts(path) if text.strip()]
            sink.writerows(enumerate(counts))
            found += sum(counts)
        return found


class OurWay:
    """A file through the whole flow into a store."""

    def __init__(self, folder: Path) -> None:
        """Make ready as a worker does, without names."""
        from pii_scan.classify.knowledge import Knowledge
        from pii_scan.config.categories import load_categories
        from pii_scan.config.doctypes import load_doctypes
        from pii_scan.config.in_use import policies_in_use
        from pii_scan.config.organisations import load_organisations
        from pii_scan.config.roles import load_roles
        from pii_scan.config.settings import load_settings
        from pii_scan.config.triggers import load_date_rules
        from pii_scan.scan import Plan, prepare
        from pii_scan.store import Store

        config = folder / "pii-scan.toml"
        config.write_text("[detect]\nnames = false\n", "utf-8")
        settings = load_settings(str(config))
        today = date(2026, 11, 1)
        knowledge = Knowledge(
            load_categories(), load_doctypes(), load_organisations(), load_roles()
        )
        plan = Plan(
            settings, policies_in_use(settings), knowledge, load_date_rules(), bytes(32), today
        )
        self._scan = prepare(plan)
        self._store = Store.open(f"sqlite:///{folder / 'scan.db'}")
        self._id = self._store.begin((), today, settings.policy, "bench", "", "bench").id

    def __call__(self, paths: Sequence[Path]) -> int:
        """Scan files and keep what is found."""
        from pii_scan.model import Item

        items = [Item(str(path), str(path), path.stat().st_size) for path in paths]
        found = 0

        def results() -> Iterator[object]:
            nonlocal found
            for item in items:
                for result in self._scan(item):
                    found += len(result.findings)
                    yield result

        self._store.save(self._id, results())  # type: ignore[arg-type]
        return found


def cells_of(path: Path) -> Iterator[str]:
    """Yield the same cell by cell where lines are rows: so that a finding has its address."""
    for line in lines_of(path):
        yield from line.split(";" if path.suffix == ".csv" else "\t")


PLAIN_WAYS = {"the plain way, a line at a time": lines_of, "the same, a cell at a time": cells_of}
SHARES = {"every file full of personal data": 1, "one file in five": 5, "one file in twenty": 20}
"""Name, and which files of each suffix are dense: one in so many."""


def mixed(folder: Path, files: int, rounds: int) -> str:
    """Return the table for mixed shares, from file to stored findings."""
    recognizers = [
        one
        for one in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
        if one.entity not in NAMES
    ]
    our_way, presidio = OurWay(folder), Presidio(recognizers)
    rows: list[Sequence[str]] = []
    our_way(_files.share(folder / "warm", len(_files.SHARE), turn=rounds))
    settle()
    for name, every in SHARES.items():
        mine: list[tuple[float, int]] = []
        plain: dict[str, list[tuple[float, int]]] = {way: [] for way in PLAIN_WAYS}
        for turn in range(rounds):
            click.echo(f"{name}: round {turn + 1} of {rounds}", err=True)
            paths = _files.share(folder / f"share-{every}-{turn}", files, every, turn)
            sample = paths[: every * len(_files.SHARE)]  # as many of them dense as of the whole
            mine.append(_a_file(our_way, paths))
            for way, texts in PLAIN_WAYS.items():
                plain[way].append(_a_file(PlainWay(presidio, texts), sample))
        rows.append(_row(f"{name}: pii-scan", files, mine, mine))
        rows += (_row(f"- {way}", len(sample), others, mine) for way, others in plain.items())
    heading = ["mixed share", "ms a file", "files", "found a file", "pii-scan is x as fast"]
    return table(heading, rows)


def _a_file(scan: Callable[[Sequence[Path]], int], paths: Sequence[Path]) -> tuple[float, int]:
    """Return the seconds of CPU and the findings of a scan, a file."""
    start = process_time()
    found = scan(paths)
    return (process_time() - start) / len(paths), found // len(paths)


def _row(
    name: str, files: int, own: Sequence[tuple[float, int]], ours: Sequence[tuple[float, int]]
) -> Sequence[str]:
    ratio = median(other / mine for (other, _), (mine, _) in zip(own, ours, strict=True))
    seconds = median(seconds for seconds, _ in own)
    return name, figure(seconds * 1000), str(files), str(own[0][1]), figure(ratio)


_NOTE = """Ours yields each page, paragraph, sheet and row with its address, and looks in headers,
notes, properties and hidden parts as well; "text" is the characters found, to those of the other.
CPU time, garbage collected for all as it is in a worker; "x" is the median of the ratios within a
round.

The mixed shares have PDF (6 pages), DOCX, XLSX and CSV (300 rows) and EML in turn, and go from file
to findings in an SQLite store, without names. A dense file has a value every 300 characters, or in
every cell of a table; the others have next to none. The plain way is pdfplumber, python-docx and
openpyxl for the text, and an AnalyzerEngine with the same recognizers for each line of it; it
counts only, where ours also tells the kind of document, whose it is and what its dates say."""


@click.command(help=__doc__)
@click.option("--scale", default=10, show_default=True, help="10: 100 pages, 20,000 rows.")
@click.option("--files", default=100, show_default=True, help="Files of a mixed share.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
def main(scale: int, files: int, rounds: int, write: bool) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [raced(one, rounds) for one in races(folder, scale)]
        heading = ["reading, against", "MB", "MB/s", "ms", "its ms", "x", "asked", "text"]
        body = table(heading, rows)
        body += "\n\n" + mixed(folder, files, rounds)
    finish("Speed of reading", f"{body}\n\n{_NOTE}", write=write)


if __name__ == "__main__":
    main()
