"""The PDFs by the clauses of PDF/UA-1 (ISO 14289-1:2014) that a machine can check.

The validator of the standard, veraPDF, is a Java program that is not to be had as a package; pdfua
0.1.3 and outloud 0.2.1, which are, find no error but look at a part of it. So each clause stands
here with its number, over the tree of the file itself.
"""

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from pii_scan.page import Page
from pii_scan.page.pdf import pdf
from tests.invented_case import TODAY

ROLES = {
    *("Document", "Part", "Sect", "Div", "P", "H1", "H2", "H3", "L", "LI", "Lbl", "LBody"),
    *("Table", "THead", "TBody", "TR", "TH", "TD", "Span", "Link", "Quote", "BlockQuote"),
}
"""Standard structure types (ISO 32000-1:2008, 14.8.4) that a letter can have."""


def page() -> Page:
    made = Page("Antwoord op een verzoek", TODAY)
    made.lines(["Voorbeeld B.V.", "info@bedrijf.example"])
    made.text("Betreft: uw verzoek", bold=True)
    made.heading("Welke gegevens?")
    made.text("Een alinea met een \u00e9 en [aan te vullen: kenmerk].")
    made.table(("Soort", "Termijn"), [(f"e-mail {n}", "twee jaar\nof langer") for n in range(90)],
               (6.0, 10.0))  # fmt: skip
    made.heading("Bijzonderheden", 2)
    made.points(["een", "twee"])
    made.quote("Tekst, pagina 2:", "Eerste alinea\nvan twee regels\n\nTweede alinea")
    return made


@pytest.fixture(scope="module")
def document() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf(page()))) as opened:
        yield opened


def kids(node: Any) -> list[Any]:
    below = node.get("/K", [])
    return list(below) if isinstance(below, pikepdf.Array) else [below]


def elements(node: Any) -> Iterator[Any]:
    """Yield the elements of the structure below one, in the order in which they are read."""
    for one in kids(node):
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            yield from elements(one)


def role(element: Any, document: pikepdf.Pdf) -> str:
    """Return the standard type of an element: its own, or what the role map makes of it."""
    name = str(element.S)
    roles: Any = document.Root.StructTreeRoot.get("/RoleMap", {})
    for _ in range(9):
        if name not in roles:
            break
        name = str(roles[name])
    return name.removeprefix("/")


def test_5_it_says_that_it_is_pdf_ua(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_7_1_it_is_tagged_and_nothing_is_suspect(document: pikepdf.Pdf) -> None:
    assert bool(document.Root.MarkInfo.Marked)
    assert not bool(document.Root.MarkInfo.get("/Suspects", False))


def test_7_1_it_has_a_title_and_shows_it(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == "Antwoord op een verzoek"
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)


def test_7_1_every_type_is_or_becomes_a_standard_one(document: pikepdf.Pdf) -> None:
    found = {role(it, document) for it in elements(document.Root.StructTreeRoot)}
    assert found - ROLES == set()
    assert {"H1", "H2", "P", "L", "LI", "LBody", "Table", "TR", "TH", "TD"} <= found


def test_7_1_all_content_is_in_the_tree_or_an_artifact(document: pikepdf.Pdf) -> None:
    for sheet in document.pages:
        depth, outside = 0, []
        for step in pikepdf.parse_content_stream(sheet):
            operands, name = step.operands, str(step.operator)
            if name in {"BDC", "BMC"}:
                depth += 1
                if str(operands[0]) == "/Artifact" or "/MCID" in str(operands[1:]):
                    outside.append(depth)
            elif name == "EMC":
                outside = [it for it in outside if it < depth]
                depth -= 1
            elif name in {"Tj", "TJ", "f", "S", "Do"}:
                assert outside, f"{name} stands outside of the structure"
        assert depth == 0


def test_7_1_and_7_20_marked_content_belongs_to_one_element(document: pikepdf.Pdf) -> None:
    owned: list[tuple[int, int]] = []
    for element in elements(document.Root.StructTreeRoot):
        sheet = element.get("/Pg")
        for kid in kids(element):
            if isinstance(kid, int):
                owned.append((sheet.objgen[0], int(kid)))
            elif isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
                owned.append((kid.get("/Pg", sheet).objgen[0], int(kid.MCID)))
    drawn = [
        (sheet.obj.objgen[0], int(number))
        for sheet in document.pages
        for number in re.findall(rb"/MCID (\d+)", sheet.Contents.read_bytes())
    ]
    assert sorted(owned) == sorted(drawn)


def test_7_2_it_names_its_language(document: pikepdf.Pdf) -> None:
    assert re.fullmatch(r"nl(-NL)?", str(document.Root.Lang))


def test_7_4_headings_skip_no_level(document: pikepdf.Pdf) -> None:
    found = [role(it, document) for it in elements(document.Root.StructTreeRoot)]
    levels = [int(name[1]) for name in found if re.fullmatch(r"H\d", name)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_7_5_a_table_has_rows_and_headings_with_a_scope(document: pikepdf.Pdf) -> None:
    tree = list(elements(document.Root.StructTreeRoot))
    (table,) = [it for it in tree if role(it, document) == "Table"]
    rows = [it for it in elements(table) if role(it, document) == "TR"]
    assert {
        len([it for it in elements(row) if role(it, document) in {"TH", "TD"}]) for row in rows
    } == {2}
    heads = [it for it in elements(table) if role(it, document) == "TH"]
    assert len(heads) == 2
    assert {str(one.Scope) for head in heads for one in head.A if "/Scope" in one} == {"/Column"}


def test_7_6_a_list_has_items_with_a_body(document: pikepdf.Pdf) -> None:
    for element in elements(document.Root.StructTreeRoot):
        if role(element, document) == "L":
            items = [it for it in kids(element) if isinstance(it, pikepdf.Dictionary)]
            assert {role(it, document) for it in items} == {"LI"}
        if role(element, document) == "LI":
            assert "LBody" in {role(it, document) for it in kids(element)}


def test_7_16_assistive_technology_may_read_it(document: pikepdf.Pdf) -> None:
    assert not document.is_encrypted


def test_7_18_there_are_no_annotations_that_need_words(document: pikepdf.Pdf) -> None:
    assert all("/Annots" not in sheet for sheet in document.pages)


def test_7_21_fonts_are_embedded_and_map_to_unicode(document: pikepdf.Pdf) -> None:
    fonts = [it for it in document.objects if isinstance(it, pikepdf.Dictionary)]
    above = [it for it in fonts if it.get("/Type") == "/Font" and it.get("/Subtype") == "/Type0"]
    assert above
    for font in above:
        assert "/ToUnicode" in font
        described = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys())
    bare = [it for it in fonts if it.get("/Subtype") in {"/Type1", "/TrueType"}]
    assert bare == []


def test_a_file_that_cannot_be_all_that_claims_less() -> None:
    made = Page("Titel", TODAY)
    made.text("\U0001f9ff\U000e0041 \u6f22")
    data = pdf(made)
    assert b"/MarkInfo" in data
