from datetime import date

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Evidence, Gap, Member, Table
from tests.documents import at, parts, tables
from tests.office import NAMESPACES, page, paragraph, pptx, shape


def test_slides_come_in_the_order_of_the_show() -> None:
    found = parts(pptx([shape("een"), shape("twee"), shape("drie")]), "a.pptx")
    assert found == [Chunk("een", "slide 1"), Chunk("twee", "slide 2"), Chunk("drie", "slide 3")]


def test_paragraphs_are_lines_and_runs_are_joined() -> None:
    body = (
        "<p:sp><p:txBody><a:p><a:r><a:t>J. Jan</a:t></a:r><a:r><a:t>sen</a:t></a:r><a:br/>"
        '<a:r><a:t>tel</a:t></a:r></a:p><a:p/><a:p><a:fld type="slidenum"><a:t>7</a:t></a:fld>'
        "</a:p></p:txBody></p:sp>"
    )
    assert at(parts(pptx([body]), "a.pptx"), "slide 1") == "J. Jansen\ntel"


def test_a_table_has_a_heading_and_is_no_text_of_the_slide() -> None:
    rows = (("Naam", "BSN", "Stad"), ("J", "012345678", "A"), ("P", "112345678", "B"))
    cells = (
        "".join(f"<a:tc><a:txBody>{paragraph(cell)}</a:txBody></a:tc>" for cell in row)
        for row in rows
    )
    grid = "".join(f"<a:tr>{each}</a:tr>" for each in cells)
    body = f"{shape('Lijst')}<p:graphicFrame><a:tbl>{grid}</a:tbl></p:graphicFrame>"
    found = parts(pptx([body]), "a.pptx")
    assert tables(found) == [Table(rows[0], rows[1:], (2, 3), "slide 1 table 1")]
    assert at(found, "slide 1") == "Lijst"


def test_prompts_of_masters_and_layouts_are_left_out() -> None:
    body = shape("Klik om te typen", "body") + shape("Bedrijf BV", "ftr") + shape("12-3", "dt")
    data = pptx(
        [shape("x")],
        {
            "ppt/slideMasters/slideMaster1.xml": page(body, "sldMaster"),
            "ppt/slideLayouts/slideLayout2.xml": page(body, "sldLayout"),
        },
    )
    found = parts(data, "a.pptx")
    assert at(found, "master 1") == at(found, "layout 2") == "Bedrijf BV"
    assert len(found) == 3


def test_what_older_programs_get_instead_is_left_out() -> None:
    both = (
        f"<mc:AlternateContent><mc:Choice>{shape('x')}</mc:Choice>"
        f"<mc:Fallback>{shape('x')}</mc:Fallback></mc:AlternateContent>"
    )
    assert at(parts(pptx([both]), "a.pptx"), "slide 1") == "x"


def test_a_diagram_that_says_what_it_shows_comes_once() -> None:
    data = f"<dgm:dataModel {NAMESPACES}>{paragraph('Directie')}</dgm:dataModel>"
    drawn = f"<dgm:drawing {NAMESPACES}>{paragraph('Directie')}</dgm:drawing>"
    found = parts(
        pptx(
            [shape("x")],
            {"ppt/diagrams/data1.xml": data, "ppt/diagrams/drawing1.xml": drawn},
            related=[("diagramData", "../diagrams/data1.xml"),
                     ("diagramDrawing", "../diagrams/drawing1.xml")],
        ),
        "a.pptx",
    )  # fmt: skip
    assert found == [Chunk("x", "slide 1"), Chunk("Directie", "slide 1 diagram")]


def test_comments_name_their_author() -> None:
    authors = f'<p:cmAuthorLst {NAMESPACES}><p:cmAuthor id="3" name="P. Vos"/></p:cmAuthorLst>'
    comments = f'<p:cmLst {NAMESPACES}><p:cm authorId="3"><p:text>bel hem</p:text></p:cm></p:cmLst>'
    found = parts(
        pptx(
            [shape("x")],
            {"ppt/commentAuthors.xml": authors, "ppt/comments/comment1.xml": comments},
            related=[("comments", "../comments/comment1.xml")],
        ),
        "a.pptx",
    )
    assert at(found, "slide 1 comment 1") == "author: P. Vos\nbel hem"


def test_dates_of_the_file_are_evidence() -> None:
    core = (
        '<x xmlns:t="urn:t"><t:created>2021-03-14T09:00:00Z</t:created>'
        "<t:modified>gisteren</t:modified></x>"
    )
    found = parts(pptx([""], {"docProps/core.xml": core}), "a.pptx")
    assert found == [Evidence("documentdatum", date(2021, 3, 14), "metadata", "property created")]


def test_pictures_are_files_of_their_own() -> None:
    found = parts(pptx([shape("x")], {"ppt/media/image1.png": b"x"}), "a.pptx")
    assert Member("ppt/media/image1.png", b"x") in found


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("ppt/slides/slide1.xml", "slide 1"),
        ("ppt/slides/_rels/slide1.xml.rels", "slide 1"),
        ("ppt/slideMasters/slideMaster1.xml", "master 1"),
        ("docProps/core.xml", "properties"),
    ],
)
def test_a_broken_part_is_a_gap(name: str, where: str) -> None:
    found = parts(
        pptx([""], {name: "<x>", "docProps/app.xml": "<x><Company>B</Company></x>"}), "a.pptx"
    )
    assert Gap("damaged", where) in found
    assert at(found, "property company") == "B"


def test_relations_in_a_circle_end() -> None:
    found = parts(
        pptx([shape("x")], related=[("slide", "slide1.xml"), ("x", "../slides/slide1.xml")]),
        "a.pptx",
    )
    assert found == [Chunk("x", "slide 1")]


@pytest.mark.parametrize("content", ["", "<p:presentation>", "<x/>"])
def test_a_presentation_without_its_list_of_slides(content: str) -> None:
    data = pptx([shape("x")], {"ppt/presentation.xml": content})
    if content == "<x/>":
        assert at(parts(data, "a.pptx"), "loose slide 1") == "x"
    else:
        with pytest.raises(ExtractError, match=r"^damaged$"):
            parts(data, "a.pptx")
