import io
import re
import zipfile
from datetime import date

import pytest
from PIL import Image

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Evidence, Gap, Member, Table
from tests.documents import (
    W,
    at,
    docx,
    docx_with,
    parts,
    picture,
    rewritten,
    saved,
    tables,
    with_files,
    with_part,
    words,
)


def test_a_letter_from_top_to_bottom() -> None:
    found = parts(docx(), "a.docx")
    assert found[:3] == [
        Chunk("Geachte mevrouw Jansen,", "paragraph 1"),
        Chunk("Uw BSN is 999990019.", "paragraph 3"),
        Table(
            ("Naam", "BSN", "Plaats"),
            (("J. Jansen", "999990019", "Ons Dorp"), ("P. Vos", "999999990", "")),
            (2, 3),
            "table 1",
        ),
    ]
    for where, text in {
        "header": "Vertrouwelijk: dossier Jansen",
        "footer": "Behandeld door P. Vos",
        "property author": "P. Vos",
        "property lastModifiedBy": "A. de Wit",
        "property title": "Dossier 12",
    }.items():
        assert at(found, where) == text
    assert [part for part in found if isinstance(part, Evidence)] == [
        Evidence("documentdatum", date(2021, 3, 14), "metadata", "property created"),
        Evidence("documentdatum", date(2022, 4, 15), "metadata", "property modified"),
    ]


def run(text: str, tag: str = "t") -> str:
    return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"


OWN = re.compile("paragraph|text box|table|fields")
BOX = f"<w:txbxContent><w:p>{run('in de doos')}</w:p></w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "where", "text"),
    [
        (f"<w:p>{run('Jan')}<w:ins>{run('sen')}</w:ins></w:p>", "paragraph 1", "Jansen"),
        (f"<w:p>{run('Jan')}<w:del w:author='V'>{run('zen', 'delText')}</w:del></w:p>",
         "paragraph 1, deleted", "zen"),
        (f"<w:p><w:moveFrom>{run('weg')}</w:moveFrom>{run('hier')}</w:p>",
         "paragraph 1, deleted", "weg"),
        (f"<w:p><w:moveTo>{run('nieuw')}</w:moveTo></w:p>", "paragraph 1", "nieuw"),
        (f"<w:sdt><w:sdtContent><w:p>{run('veld')}</w:p></w:sdtContent></w:sdt>",
         "paragraph 1", "veld"),
        (f"<w:p><w:sdt><w:sdtContent>{run('veld')}</w:sdtContent></w:sdt></w:p>",
         "paragraph 1", "veld"),
        (f"<w:p><w:smartTag><w:smartTag>{run('Jansen')}</w:smartTag></w:smartTag></w:p>",
         "paragraph 1", "Jansen"),
        (f"<w:p><w:hyperlink>{run('link')}</w:hyperlink></w:p>", "paragraph 1", "link"),
        ("<w:p><w:r><w:t>06</w:t><w:noBreakHyphen/><w:t>12</w:t><w:tab/><w:t>x</w:t></w:r></w:p>",
         "paragraph 1", "06-12\tx"),
        (f"<w:p><w:r><wps:txbx>{BOX}</wps:txbx></w:r></w:p>", "text box 1", "in de doos"),
        (f"<w:p><w:r><mc:AlternateContent><mc:Choice>{BOX}</mc:Choice>"
         f"<mc:Fallback>{BOX}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
         "text box 1", "in de doos"),
        ("<w:p><w:r><w:instrText>HYPERLINK \"mailto:j@post.example\"</w:instrText></w:r></w:p>",
         "fields", 'field: HYPERLINK "mailto:j@post.example"'),
        (f"<w:p><w:ins w:author='P. Vos'>{run('x')}</w:ins></w:p>", "fields", "author: P. Vos"),
        (f"<w:tbl><w:tr><w:tc><w:p>{run('los')}</w:p></w:tc></w:tr></w:tbl>", "table 1", "los"),
    ],
)  # fmt: skip
def test_places_where_text_hides(body: str, where: str, text: str) -> None:
    found = parts(docx_with(body), "a.docx")
    assert at(found, where) == text or (where, text) == ("table 1", words(tables(found)).strip())
    inside = [each for each in found if isinstance(each, Chunk | Table) and OWN.match(each.where)]
    assert words(inside).count(text.split(": ")[-1]) == 1


def cell(*lines: str, inside: str = "", wide: bool = False) -> str:
    span = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' if wide else ""
    return f"<w:tc>{span}{''.join(f'<w:p>{run(line)}</w:p>' for line in lines)}{inside}</w:tc>"


def test_tables_in_tables_and_wide_cells() -> None:
    inner = f"<w:tbl><w:tr>{cell('binnen')}</w:tr></w:tbl>"
    body = (
        f"<w:tbl><w:tr>{cell('Naam')}{cell('Nr')}{cell('Stad')}</w:tr>"
        f"<w:tr>{cell('J', wide=True)}{cell('A', inside=inner)}</w:tr>"
        f"<w:tr>{cell('P')}{cell('12345')}{cell('B', 'C')}</w:tr></w:tbl>"
    )
    (table,) = tables(parts(docx_with(body), "a.docx"))
    assert table.rows == (("J", "", "A\nbinnen"), ("P", "12345", "B\nC"))


NOTE = "<w:p><w:r><w:t>noot</w:t></w:r></w:p>"
NOTES = {
    "footnotes": f"<w:footnote w:id='1'>{NOTE}</w:footnote>",
    "endnotes": f"<w:endnote w:id='1'>{NOTE}</w:endnote>",
    "comments": f"<w:comment w:id='1' w:author='P. Vos'>{NOTE}</w:comment>",
}


@pytest.mark.parametrize("kind", NOTES)
def test_notes_and_comments(kind: str) -> None:
    xml = f'<w:{kind} xmlns:w="{W}">{NOTES[kind]}</w:{kind}>'
    found = parts(with_part(f"{kind}.xml", xml, kind), "a.docx")
    expected = "author: P. Vos\nnoot" if kind == "comments" else "noot"
    assert at(found, f"{kind[:-1]} 1") == expected


def test_charts_and_drawings_are_read() -> None:
    xml = '<c:chart xmlns:c="urn:c" xmlns:a="urn:a"><a:p><a:t>Jansen</a:t></a:p></c:chart>'
    assert at(parts(with_part("charts/chart1.xml", xml, "chart"), "a.docx"), "chart") == "Jansen"


def test_embedded_files_are_members() -> None:
    found = parts(with_part("embeddings/lijst.bin", "inhoud", "oleObject"), "a.docx")
    assert Member("word/embeddings/lijst.bin", b"inhoud") in found


def test_links_are_read_without_following_them() -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = (
        f'<Relationship Id="rY" Type="{base}/hyperlink" TargetMode="External" '
        'Target="mailto:jansen%40post.example"/></Relationships>'
    )
    data = rewritten(
        docx(),
        lambda name, old: (
            old.replace(b"</Relationships>", link.encode())
            if name == "word/_rels/document.xml.rels"
            else old
        ),
    )
    assert "jansen@post.example" in at(parts(data, "a.docx"), "links")


def test_a_part_that_is_missing_costs_only_the_properties() -> None:
    data = rewritten(
        docx(),
        lambda name, old: (
            old.replace(b'Target="styles.xml"', b'Target="NULL"')
            if name == "word/_rels/document.xml.rels"
            else old
        ),
    )
    found = parts(data, "a.docx")
    assert at(found, "paragraph 3") == "Uw BSN is 999990019."
    assert at(found, "header") == "Vertrouwelijk: dossier Jansen"


def test_a_broken_side_part_is_a_gap() -> None:
    found = parts(with_part("charts/chart1.xml", "<c:chart>", "chart"), "a.docx")
    assert Gap("damaged", "chart") in found
    assert at(found, "paragraph 3") == "Uw BSN is 999990019."


@pytest.mark.parametrize("body", ["<w:p>", "&bestaat-niet;"])
def test_a_broken_body_is_damaged(body: str) -> None:
    with pytest.raises(ExtractError, match=r"^damaged$"):
        parts(docx_with(body), "a.docx")


def test_a_document_without_properties_gets_none_invented() -> None:
    data = rewritten(
        docx(),
        lambda name, old: (
            b""
            if name == "docProps/core.xml"
            else old.replace(b"package/2006/relationships/metadata/core", b"x")
        ),
    )
    assert [part for part in parts(data, "a.docx") if isinstance(part, Evidence)] == []


def with_pictures(**pictures: bytes) -> bytes:
    return with_files(docx(), {f"word/media/{name}": data for name, data in pictures.items()})


def test_pictures_are_files_of_their_own() -> None:
    copy = saved(picture("BSN 999994256", "Ons Dorp", "paspoort"), "PNG")
    found = parts(with_pictures(image1=copy, image2=b"\x01\0\0\0 EMF"), "a.docx")
    members = [part for part in found if isinstance(part, Member)]
    # What is no picture that we know is not left out in silence.
    assert members == [
        Member("word/media/image1", copy),
        Member("word/media/image2", b"\x01\0\0\0 EMF"),
    ]
    assert "999994256" in words(parts(members[0].data, "image1"))


def test_logos_and_doubles_are_left_out() -> None:
    copy = saved(picture("BSN 999994256", "Ons Dorp", "paspoort"), "PNG")
    logo, bullet = (saved(Image.new("RGB", size), "PNG") for size in ((300, 100), (16, 16)))
    found = parts(with_pictures(a=logo, b=bullet, c=copy, d=copy), "a.docx")
    assert [part.name for part in found if isinstance(part, Member)] == ["word/media/c"]


def test_pictures_beyond_the_limit_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pii_scan.extract._embedded.MAX_PICTURES", 2)
    shades = {f"p{n}": saved(Image.new("L", (400, 300), n), "PNG") for n in range(4)}
    found = parts(with_pictures(**shades), "a.docx")
    assert [part.name for part in found if isinstance(part, Member)] == [
        "word/media/p0",
        "word/media/p1",
    ]
    assert Gap("too many images", "word/media") in found


def test_a_part_that_nothing_refers_to_is_read_last() -> None:
    loose = f'<w:hdr xmlns:w="{W}"><w:p>{run("los blad")}</w:p></w:hdr>'
    data = rewritten(docx(), lambda _, old: old, **{"word/header77.xml": loose})
    found = [part.text for part in parts(data, "a.docx") if isinstance(part, Chunk)]
    assert found.index("los blad") == found.index("Vertrouwelijk: dossier Jansen") + 2  # the footer


def test_a_body_by_another_name_is_the_body() -> None:
    def renamed(name: str, old: bytes) -> bytes:
        return old.replace(b"document.xml", b"romp.xml") if "rels" in name or "[" in name else old

    moved = rewritten(docx(), renamed)
    with zipfile.ZipFile(io.BytesIO(moved)) as container:
        body = container.read("word/document.xml")
    data = rewritten(
        moved,
        lambda name, old: b"<x/>" if name == "word/document.xml" else old,
        **{"word/romp.xml": body},
    )
    assert at(parts(data, "a.docx"), "paragraph 3") == "Uw BSN is 999990019."


def test_a_part_that_cannot_be_unpacked_is_a_gap() -> None:
    data = bytearray(docx())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as container:
        name = next(name for name in container.namelist() if name.startswith("word/header"))
        info = container.getinfo(name)
    start = info.header_offset + 30 + len(name)
    data[start : start + info.compress_size] = bytes(info.compress_size)
    found = parts(bytes(data), "a.docx")
    assert Gap("damaged", "header") in found
    assert at(found, "paragraph 3") == "Uw BSN is 999990019."
    assert at(found, "property author") == "P. Vos"
