"""Inzage: a document as PDF/UA, tagged so that it can be read aloud."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, time
from importlib.resources import files
from typing import Final

from pii_scan.inzage._page import Block, Page

STANDARD: Final = "ua-1"
_LONG: Final = re.compile(r"([^\s\u200b]{30})(?=[^\s\u200b])")


def pdf(page: Page) -> bytes:
    """Return a document as a .pdf file.

    Text goes in as data, never as markup. Where it has letters of which no font is at hand, the
    file is tagged all the same and only claims less.
    """
    import typst

    template = (files("pii_scan.inzage") / "page.typ").read_bytes()
    inputs = {
        "title": page.title,
        "blocks": json.dumps([_block(block) for block in page.blocks]),
    }
    made = datetime.combine(page.today, time(), UTC)
    try:
        return typst.compile(template, sys_inputs=inputs, pdf_standards=STANDARD, timestamp=made)
    except typst.TypstError:
        return typst.compile(template, sys_inputs=inputs, timestamp=made)


def _block(block: Block) -> dict[str, object]:
    kind = type(block).__name__.lower()
    return {"kind": kind, **{name: _breaking(value) for name, value in asdict(block).items()}}


def _breaking(value: object) -> object:
    """Let addresses and long words go on to the next line after a slash, or anywhere."""
    if isinstance(value, tuple):
        return [_breaking(one) for one in value]
    if not isinstance(value, str):
        return value
    return _LONG.sub("\\1\u200b", re.sub(r"/(?=[^\s/])", "/\u200b", value))
