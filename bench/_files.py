"""Generated files to measure on: letters as PDF and Word, sheets, exports and mail.

Dense ones are full of personal data, sparse ones have next to none.
"""

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

from bench._corpora import documents
from fixtures._people import person

COLUMNS = {
    "dense": (
        *("klantnummer", "naam", "adres", "postcode"),
        *("plaats", "telefoon", "e-mail", "notitie"),
    ),
    "sparse": (
        *("artikel", "omschrijving", "aantal", "prijs"),
        *("plek", "geteld op", "leverbaar", "opmerking"),
    ),
}
"""Of a customer export, and of the count of a stock."""


def texts(kind: str, seed: int) -> Iterator[str]:
    """Yield texts of 2-6 kB."""
    return (one.text for one in documents(kind, seed))


def rows(count: int, seed: int, kind: str = "dense") -> Iterator[Sequence[str]]:
    """Yield the rows of a table."""
    rng = random.Random(seed)  # noqa: S311
    notes = texts("sparse", seed)
    for number in range(count):
        note = next(notes)[:80].replace("\n", " ") if number % 50 == 0 else ""
        if kind == "dense":
            one = person(rng)
            yield (
                *(f"0{number:07}", f"{one.first} {one.last}", one.street, one.postcode),
                *(one.place, one.phone, one.mail, note or "gebeld over de nota"),
            )
        else:
            yield (
                *(f"A{number:05}", rng.choice(("stoel", "bureau", "kast")), str(rng.randrange(99))),
                *(f"{rng.randrange(10, 900)},95", rng.choice(("magazijn", "winkel"))),
                *(f"{rng.randint(1, 28)}-03-2026", "ja", note or "op voorraad"),
            )


def pdf(path: Path, pages: int, seed: int, kind: str = "dense") -> None:
    """Write a PDF of text pages, 55 lines each."""
    from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    canvas = Canvas(str(path), pagesize=A4)
    lines = _lines(texts(kind, seed))
    for _ in range(pages):
        canvas.setFont("Helvetica", 10)
        for number in range(55):
            canvas.drawString(50, 800 - 14 * number, next(lines))
        canvas.showPage()
    canvas.save()


def docx(path: Path, count: int, seed: int, kind: str = "dense") -> None:
    """Write a Word file of some texts, with a table after each."""
    from docx import Document

    document = Document()
    given = texts(kind, seed)
    export = rows(count * 10, seed, kind)
    for _ in range(count):
        for paragraph in next(given).split("\n"):
            document.add_paragraph(paragraph)
        table = document.add_table(rows=10, cols=len(COLUMNS[kind]))
        for line in table.rows:
            for cell, value in zip(line.cells, next(export), strict=True):
                cell.text = value
    document.save(str(path))


def xlsx(path: Path, count: int, seed: int, kind: str = "dense") -> None:
    """Write a sheet with a heading and `count` rows."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    sheet = book.create_sheet("klanten")
    sheet.append(list(COLUMNS[kind]))
    for row in rows(count, seed, kind):
        sheet.append(list(row))
    book.save(path)


def export(path: Path, count: int, seed: int, kind: str = "dense") -> None:
    """Write the same as semicolon-separated text."""
    sink = StringIO()
    writer = csv.writer(sink, delimiter=";")
    writer.writerow(COLUMNS[kind])
    writer.writerows(rows(count, seed, kind))
    path.write_text(sink.getvalue(), "utf-8")


def eml(path: Path, count: int, seed: int, kind: str = "dense") -> None:
    """Write a message with `count` texts in it."""
    message = EmailMessage()
    message["From"], message["To"] = "agent@klantenservice.example", "team@kantoor.example"
    message["Subject"], message["Date"] = "Overzicht", "Mon, 02 Mar 2026 10:00:00 +0100"
    given = texts(kind, seed)
    message.set_content("\n\n".join(next(given) for _ in range(count)))
    path.write_bytes(bytes(message))


Writer = Callable[[Path, int, int, str], None]
SHARE: tuple[tuple[str, Writer, int], ...] = (
    ("pdf", pdf, 6),
    ("docx", docx, 2),
    ("xlsx", xlsx, 300),
    ("eml", eml, 1),
    ("csv", export, 300),
)
"""Suffix, what writes it, and how much of it: the files of a mixed share, in turn."""


def share(folder: Path, count: int, every: int = 1, turn: int = 0) -> list[Path]:
    """Write a mixed share of `count` files, of which one in `every` of each suffix is dense.

    No two files of two turns are alike: a scan does not analyse again what it met before.
    """
    folder.mkdir(exist_ok=True)
    paths = []
    for number in range(count):
        lap, place = divmod(number, len(SHARE))
        suffix, write, amount = SHARE[place]
        path = folder / f"{number:04}.{suffix}"
        write(path, amount, turn * count + number, "sparse" if lap % every else "dense")
        paths.append(path)
    return paths


def _lines(given: Iterator[str]) -> Iterator[str]:
    """Yield lines of up to 95 characters that fit a page."""
    for text in given:
        for paragraph in text.split("\n"):
            for start in range(0, len(paragraph), 95):
                yield paragraph[start : start + 95]
