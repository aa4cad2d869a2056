"""A document's content -> the bytes of a file, one function a format."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape

from pii_scan.measure.documents import Content

MADE = datetime(2020, 1, 1, tzinfo=UTC)
"""Stated where a format states when a file was made."""


def _lines(it: Content) -> list[str]:
    """Return the text, or each row as "heading: value" lines."""
    if it.text:
        return it.text.splitlines()
    return [
        line
        for row in it.rows
        for line in (*(f"{h}: {v}" for h, v in zip(it.heading, row, strict=True)), "")
    ]


def _txt(it: Content) -> bytes:
    return "\n".join([it.mark, "", *_lines(it), ""]).encode()


def _csv(it: Content) -> bytes:
    sink = io.StringIO()
    rows = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    rows.writerow([*it.heading, "Opmerking"])
    rows.writerows([*row, it.mark] for row in it.rows)
    return sink.getvalue().encode()


def _json(it: Content) -> bytes:
    records = [dict(zip(it.heading, row, strict=True)) for row in it.rows]
    return json.dumps({"opmerking": it.mark, "personen": records}, indent=1).encode()


def _html(it: Content) -> bytes:
    body = "".join(f"<p>{escape(line)}</p>\n" for line in (it.mark, *_lines(it)) if line)
    head = (
        '<!doctype html>\n<html lang="nl"><head><meta charset="utf-8"><title>Brief</title></head>'
    )
    return f"{head}<body>\n{body}</body></html>\n".encode()


def _xml(it: Content) -> bytes:
    lines = [f"<opmerking>{escape(it.mark)}</opmerking>"]
    for row in it.rows:
        cells = zip(it.heading, row, strict=True)
        fields = "".join(f"<{_tag(h)}>{escape(v)}</{_tag(h)}>" for h, v in cells)
        lines.append(f"<persoon>{fields}</persoon>")
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<personen>\n{body}\n</personen>\n'.encode()


def _tag(heading: str) -> str:
    return "".join(filter(str.isalnum, heading)).lower()


def _eml(it: Content) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "klantcontact@kanarie.example", "archief@kanarie.example"
    mail["Subject"], mail["Date"] = "Kanarie", MADE
    mail.set_content(_txt(it).decode())
    return mail.as_bytes()


def _rtf(it: Content) -> bytes:
    text = "\n".join([it.mark, "", *_lines(it)])
    escaped = "".join(f"\\{char}" if char in "\\{}" else char for char in text)
    body = "".join(char if char.isascii() else f"\\u{ord(char)}?" for char in escaped)
    return ("{\\rtf1\\ansi " + body.replace("\n", "\\par\n") + "}").encode("ascii")


def _docx(it: Content) -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.author, document.core_properties.comments = "pii-scan", it.mark
    document.core_properties.created = document.core_properties.modified = MADE
    for line in (it.mark, *_lines(it)):
        document.add_paragraph(line)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _xlsx(it: Content) -> bytes:
    from xlsxwriter import Workbook

    sink = io.BytesIO()
    workbook = Workbook(sink, {"in_memory": True})
    workbook.set_properties({"created": MADE.replace(tzinfo=None), "comments": it.mark})
    people, notes = workbook.add_worksheet("Personen"), workbook.add_worksheet("Opmerking")
    for number, row in enumerate((it.heading, *it.rows)):
        for place, value in enumerate(row):
            people.write_string(number, place, value)
    notes.write_string(0, 0, it.mark)
    workbook.close()
    return sink.getvalue()


def _pdf(it: Content) -> bytes:
    import typst

    # Text goes in as data, never as markup.
    template = b"#for line in json(bytes(sys.inputs.lines)) { par(line) }\n"
    inputs = {"lines": json.dumps([it.mark, *_lines(it)])}
    return typst.compile(template, sys_inputs=inputs, timestamp=MADE)


def _zip(it: Content) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("lees-mij.txt", (2020, 1, 1, 0, 0, 0)), it.mark)
        archive.writestr(zipfile.ZipInfo("notitie.txt", (2020, 1, 1, 0, 0, 0)), _txt(it))
    return sink.getvalue()


TEXTS: dict[str, Callable[[Content], bytes]] = {
    "txt": _txt,
    "docx": _docx,
    "pdf": _pdf,
    "eml": _eml,
    "html": _html,
    "rtf": _rtf,
    "zip": _zip,
}
TABLES: dict[str, Callable[[Content], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
    "xml": _xml,
}
WRITERS = {**TEXTS, **TABLES}
"""Suffix -> writer, in the order in which they are taken in turn."""
