from base64 import b64encode
from html import escape

import pytest
from PIL import Image

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Member, Table
from tests.documents import at, parts, saved, tables, words


def body(markup: str) -> str:
    return at(parts(f"<html><body>{markup}</body></html>".encode(), "a.html"), "")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Jan</p><p>Vos</p>", "Jan\nVos\n"),
        ("Jan<br>Vos", "Jan\nVos\n"),
        ("<p>Jan <b>de</b> <i>Vos</i></p>", "Jan de Vos\n"),
        ("<b>0612</b>345678", "0612345678\n"),
        ("<ul><li>a<li>b</ul>", "a\nb\n"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc\n"),
        ("<p>Ren&eacute; &lt;x&gt;&nbsp;y</p>", "René <x> y\n"),
        ("<pre>a\n  b</pre>", "a\nb\n"),
        ("<p>zicht<script>var naam='x'</script><style>p{}</style>baar</p>", "zicht\nbaar\n"),
        ('<p style="display:none">verborgen</p>', "verborgen\n"),
        ("<table><tr><td>links</td><td>rechts</td></tr></table>", "links\trechts\n"),
        ("<textarea>a\nb</textarea>", "a\nb\n"),
    ],
)
def test_what_a_reader_sees(markup: str, text: str) -> None:
    assert body(markup).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<title>Dossier Jansen</title>", "title: Dossier Jansen"),
        ('<meta name="author" content="P. Vos">', "author: P. Vos"),
        ("<!-- bel Jansen terug -->", "comment: bel Jansen terug"),
        ('<img alt="pasfoto Jansen">', "alt: pasfoto Jansen"),
        ('<a href="mailto:j%40post.example">mail</a>', "j@post.example"),
        ('<a href="tel:+31612345678">bel</a>', "+31612345678"),
        ('<input type="hidden" name="bsn" value="999990019">', "bsn: 999990019"),
        ('<option value="j.jansen">J</option>', "value: j.jansen"),
        ('<p title="Jansen">x</p>', "title: Jansen"),
    ],
)
def test_what_stands_beside(markup: str, line: str) -> None:
    found = parts(f"<html>{markup}</html>".encode(), "a.html")
    assert line in at(found, "attributes").split("\n")


def test_data_tables_are_tables_and_not_text_too() -> None:
    markup = (
        "<html><p>Voor</p><table><thead><tr><th>Naam<th>BSN<th>Plaats</thead>"
        "<tr><td>J. <b>Jansen</b><td>999990019<td>A</tr><tr><td colspan=2>P. Vos<td>B</tr></table>"
        "<p>Na</p></html>"
    )
    found = parts(markup.encode(), "a.html")
    rows = (("J. Jansen", "999990019", "A"), ("P. Vos", "", "B"))
    assert tables(found) == [Table(("Naam", "BSN", "Plaats"), rows, (2, 3), "table 1")]
    assert at(found, "") == "Voor\nNa\n"


def test_a_table_that_is_a_form_becomes_labelled_lines() -> None:
    markup = "<html><table><tr><td>Naam:<td>J. Jansen<tr><td>BSN:<td>999990019</table></html>"
    assert parts(markup.encode(), "a.html") == [Chunk("Naam: J. Jansen\nBSN: 999990019", "table 1")]


def test_tables_inside_tables_lose_nothing() -> None:
    inner = "<table><tr><td>a1<td>b1<tr><td>a2<td>b2<tr><td>a3<td>b3</table>"
    found = words(parts(f"<html><table><tr><td>links<td>{inner}</table></html>".encode(), "a.html"))
    assert all(found.count(word) == 1 for word in ("links", "a1", "b1", "a2", "b2", "a3", "b3"))


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [
        ("cp1252", ""),
        ("utf-8", ""),
        ("iso-8859-15", '<meta charset="iso-8859-15">'),
        ("utf-16", '<meta charset="utf-16">'),
        ("utf-8", '<meta charset="utf-16">'),
    ],
)
def test_encodings(encoding: str, meta: str) -> None:
    assert "René €" in words(parts(f"<html>{meta}<p>René €</p></html>".encode(encoding), "a.html"))


def test_deep_nesting_is_no_matter_up_to_a_point() -> None:
    assert "Jansen" in words(parts(b"<html>" + b"<div>" * 3_000 + b"Jansen", "a.html"))
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(b"<html>" + b"<div>" * 100_000 + b"Jansen", "a.html")


def test_pictures_in_a_page_are_members_once() -> None:
    image = saved(Image.new("L", (300, 200), 9), "PNG")
    held = f"data:image/png;base64,{b64encode(image).decode()}"
    page = f'<img src="{held}"><p style="background:url({held})">x</p>'
    found = parts(page.encode(), "a.html")
    assert [part for part in found if isinstance(part, Member)] == [Member("picture 1", image)]
    broken = parts(b'<img src="data:image/png;base64,A">', "a.html")
    assert Gap("damaged", "pictures") in broken


def test_pages_in_frames_are_read_to_a_depth() -> None:
    page = "<p>999990019</p>"
    for _ in range(2):
        page = f'<iframe srcdoc="{escape(page)}"></iframe>'
    assert at(parts(page.encode(), "a.html"), "frame 1, frame 1") == "999990019\n"
    for _ in range(3):
        page = f'<iframe srcdoc="{escape(page)}"></iframe>'
    assert Gap("too deeply nested", ", ".join(["frame 1"] * 4)) in parts(page.encode(), "a.html")


def test_what_is_written_in_a_drawing_is_read() -> None:
    found = parts(b"<svg><style>x</style><text>BSN 999990019</text></svg>", "a.html")
    assert words(found) == "BSN 999990019\n"
