"""Where the cells of a text stand, and under what heading."""

import pytest

from pii_scan.detect.layout import render, sniff
from pii_scan.model import Table


def cells(text: str) -> list[tuple[str, str]]:
    return [(cell.heading, text[cell.start : cell.end]) for cell in sniff(text).cells]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("naam;plaats;jaar\nAnna;Ergens;1\n", ("plaats", "Ergens")),
        ('"naam","plaats","jaar"\n"Anna, B.","Ergens","1"\n', ("naam", "Anna, B.")),
        ("naam | plaats | jaar\nAnna | Ergens | 1\n", ("jaar", "1")),
        (
            "naam     tv      achternaam   geb.\nAnna             Voorbeeld    3-9-2014\n",
            ("geb.", "3-9-2014"),
        ),
        (
            "INSERT INTO t (id, naam, geb_datum, plaats) VALUES\n"
            " (5, 'Anna Voorbeeld', '1958-06-06', 'Ergens'),\n",
            ("geb_datum", "1958-06-06"),
        ),
    ],
    ids=["semicolons", "quoted", "bars", "fewer cells", "sql"],
)
def test_cell_has_its_heading(text: str, expected: tuple[str, str]) -> None:
    assert expected in cells(text)


@pytest.mark.parametrize(
    "text",
    [
        "Beste Anna,\n\nTot morgen.\n",
        "naam     tv      achternaam\nDit is gewone tekst van een brief.\n",
        "naam;plaats;jaar\n",
    ],
    ids=["letter", "text below a heading", "heading alone"],
)
def test_prose_has_no_cells(text: str) -> None:
    assert cells(text) == []


def test_render_knows_each_cell() -> None:
    table = Table(("naam", "plaats"), (("Anna", ""), ("B\tC", "Ergens")), (2, 3))
    text, layout = render(table)
    assert [(c.row, c.heading, text[c.start : c.end]) for c in layout.cells] == [
        (2, "naam", "Anna"),
        (3, "naam", "B C"),
        (3, "plaats", "Ergens"),
    ]
    assert layout.at(text.index("Ergens")) == [*layout.cells][-1]
    assert layout.filled() == {0: 2, 1: 1}
    assert layout.at(text.index("\n")) is None
