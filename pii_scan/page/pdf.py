"""Page: a document as PDF/UA, tagged so that it can be read aloud."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, time
from importlib.resources import files
from typing import Final

from pii_scan.page import Block, Chart, Grid, Page

STANDARD: Final = "ua-1"
WIDE_CM: Final = 16.0
CHARS_IN_A_CM: Final = 4.5
"""That fit for certain, whatever letters they are."""


def pdf(page: Page) -> bytes:
    """Return a document as a .pdf file.

    Text goes in as data, never as markup. Where it has letters of which no font is at hand, the
    file is tagged all the same and only claims less.
    """
    import typst

    inputs = {
        "title": page.title,
        "language": page.language,
        "blocks": json.dumps([_block(block) for block in page.blocks]),
    }
    made = datetime.combine(page.today, time(), UTC)
    try:
        return typst.compile(_template(), sys_inputs=inputs, pdf_standards=STANDARD, timestamp=made)
    except typst.TypstError:
        return typst.compile(_template(), sys_inputs=inputs, timestamp=made)


def drawn(chart: Chart) -> bytes:
    """Return a chart as a .png file, for documents that hold no drawing."""
    import typst

    inputs = {"alone": "yes", "blocks": json.dumps([_block(chart)])}
    made = typst.compile(_template(), sys_inputs=inputs, format="png", ppi=220)
    return made if isinstance(made, bytes) else made[0]


def _template() -> bytes:
    room = files("pii_scan.page")
    return b"".join((room / name).read_bytes() for name in ("chart.typ", "page.typ"))


def _block(block: Block) -> dict[str, object]:
    fields: dict[str, object] = {"kind": type(block).__name__.lower(), **asdict(block)}
    if isinstance(block, Grid):
        for name, rows in (("heading", [block.heading]), ("rows", [*block.rows])):
            cells = [[*map(_breaking, row, block.widths_cm)] for row in rows]
            fields[name] = cells[0] if name == "heading" else cells
    elif not isinstance(block, Chart):
        fields["text"] = _breaking(block.text, WIDE_CM)
    return fields


def _breaking(text: str, width_cm: float) -> str:
    """Let paths go on to the next line after a slash, and words that no line can hold anywhere."""
    longest = max(8, int(width_cm * CHARS_IN_A_CM))
    broken = re.sub(r"/(?=[^\s/])", "/\u200b", text)
    return re.sub(rf"([^\s\u200b]{{{longest}}})(?=[^\s\u200b])", "\\1\u200b", broken)
