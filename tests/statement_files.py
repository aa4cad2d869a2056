"""Invented privacy statements, and how a draft of one is held against what was read by hand.

A file of tests/statements/ holds a statement and its clauses, each as "group doc_type bound term
trigger consent": "+" joins several types, or a trigger and its shift; "*" is everyone; "?" is a
start that the statement does not name; "-" is none.
"""

import io
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Paragraph,
    SimpleDocTemplate,
    Table,
    TableStyle,
)

from pii_scan.config.drafting import load_language
from pii_scan.drafting import Clause, Draft, draft
from tests.documents import parts

FOLDER = Path(__file__).parent / "statements"
GUESSED = {"no_trigger", "usual_trigger", "unread_trigger"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, and what a person reads in it."""

    name: str
    format: str
    text: str
    organisation: str
    dated: str
    contact: str
    answer_term: str
    clauses: tuple[str, ...]
    missed: tuple[str, ...]
    """Of `clauses`: those that the program is known not to read."""
    made_up: tuple[str, ...]
    """What it is known to read in their stead."""

    def data(self) -> bytes:
        """Return the statement as a file of its format."""
        if self.format == "docx":
            return _docx(self.text)
        if self.format == "pdf":
            return _pdf(self.text)
        return self.text.encode()

    def draft(self) -> Draft:
        """Return what the program makes of it."""
        return draft(parts(self.data(), f"{self.name}.{self.format}"), load_language(), self.name)


def statements(half: str) -> list[Statement]:
    """Return the statements of "build" or "check", sorted by name."""
    found = []
    for path in sorted((FOLDER / half).glob("*.toml")):
        told: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        found.append(
            Statement(
                name=path.stem,
                format=told["format"],
                text=told["text"].strip(),
                organisation=told["organisation"],
                dated=told["dated"],
                contact=told["contact"],
                answer_term=told["answer_term"],
                clauses=tuple(told["clauses"]),
                missed=tuple(told.get("missed", ())),
                made_up=tuple(told.get("made_up", ())),
            )
        )
    return found


def said(clause: Clause) -> str:
    """Return a clause in the words of the expectations."""
    is_guessed = GUESSED & set(clause.questions)
    shift = "" if clause.shift == "none" else f"+{clause.shift}"
    bound = "controller" if clause.kind == "controller" else clause.bound
    start = "-" if bound == "open" else "?" if is_guessed else f"{clause.trigger}{shift}"
    return " ".join(
        [
            "+".join(clause.groups),
            "+".join(clause.doc_types) or "-",
            bound,
            clause.term or "-",
            start,
            clause.consent or "-",
        ]
    )


def compared(statement: Statement) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return the clauses that are right, those that were missed and those that were made up."""
    wanted, got = Counter(statement.clauses), Counter(map(said, statement.draft().clauses))
    return wanted & got, wanted - got, got - wanted


def term_only(clauses: Counter[str]) -> Counter[str]:
    """Return clauses by their term alone: whether it was seen, whatever was read beside it."""
    seen: Counter[str] = Counter()
    for clause, number in clauses.items():
        _, _, bound, term, *_ = clause.split()
        seen[term if term != "-" else bound] += number
    return seen


def _blocks(text: str) -> list[tuple[str, list[list[str]]]]:
    """Return (kind, rows) of "# heading", "- item", "| cell | cell |" and paragraphs."""
    blocks: list[tuple[str, list[list[str]]]] = []
    for line in filter(None, text.splitlines()):
        if line.startswith("|"):
            row = [cell.strip() for cell in line.strip("|").split("|")]
            if not blocks or blocks[-1][0] != "table":
                blocks.append(("table", []))
            blocks[-1][1].append(row)
        else:
            kind = {"# ": "heading", "- ": "item"}.get(line[:2], "text")
            blocks.append((kind, [[re.sub(r"^[#-] ", "", line)]]))
    return blocks


def _docx(text: str) -> bytes:
    document = Document()
    styles = {"heading": "Heading 1", "item": "List Bullet", "text": "Normal"}
    for kind, rows in _blocks(text):
        if kind == "table":
            table = document.add_table(len(rows), len(rows[0]))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, content in zip(row.cells, cells, strict=True):
                    cell.text = content
        else:
            document.add_paragraph(rows[0][0], styles[kind])
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _pdf(text: str) -> bytes:
    styles = getSampleStyleSheet()
    names = {"heading": "Heading1", "item": "Bullet", "text": "BodyText"}
    flow: list[Any] = []
    for kind, rows in _blocks(text):
        if kind == "table":
            cells = [[Paragraph(cell, styles["BodyText"]) for cell in row] for row in rows]
            flow.append(Table(cells, style=TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")])))
        else:
            flow.append(Paragraph(rows[0][0], styles[names[kind]]))
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, invariant=True).build(flow)
    return file.getvalue()
