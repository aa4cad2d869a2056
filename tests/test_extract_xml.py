import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Table
from tests.documents import XML, parts, tables, words

BILLION = (
    '<!DOCTYPE z [<!ENTITY a "haha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><z>&i;</z>"
)
QUADRATIC = f'<!DOCTYPE z [<!ENTITY a "{"x" * 50_000}">]><z>{"&a;" * 5_000}</z>'


def test_siblings_that_repeat_are_a_table() -> None:
    rows = (("1", "J. Jansen", "999990019"), ("2", "P. Vos", "999999990"))
    assert parts(XML, "a.xml") == [Table(("id", "naam", "bsn"), rows, (1, 2), "klant")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a><naam>Jansen</naam></a>", "a.naam: Jansen"),
        ('<a naam="Jansen"/>', "a.naam: Jansen"),
        ("<a><!-- bel Jansen --></a>", "comment: bel Jansen"),
        ("<!-- Jansen --><a/>", "comment: Jansen"),
        ("<a/><!-- Jansen -->", "comment: Jansen"),
        ("<a><![CDATA[<Jansen>]]></a>", "a: <Jansen>"),
        ("<p>Beste <b>mevrouw</b> Jansen</p>", "p: Beste mevrouw Jansen"),
        ('<p>Zie <l to="jansen">hier</l> dus</p>', "l.to: jansen"),
        ('<!DOCTYPE a [<!ENTITY n "Jansen">]><a>de heer &n;, hier</a>', "a: de heer Jansen, hier"),
        ('<x:a xmlns:x="urn:x"><x:naam x:id="7">J</x:naam></x:a>', "naam.id: 7"),
        ("<a><r><n>x</n></r><r><n>y</n></r></a>", "r.n: y"),
        ("<a><?pi Jansen?></a>", "comment: Jansen"),
    ],
)
def test_text_wherever_it_stands(text: str, expected: str) -> None:
    assert expected in words(parts(text.encode(), "a.xml")).split("\n")


def test_tables_stand_between_the_lines_around_them() -> None:
    text = (
        "<doc><titel>T</titel><rij><a>1</a><b>2</b></rij><rij><a>3</a><c>4</c><c>5</c></rij></doc>"
    )
    found = parts(text.encode(), "a.xml")
    assert tables(found) == [
        Table(("a", "b", "c"), (("1", "2", ""), ("3", "", "4, 5")), (1, 2), "rij")
    ]
    assert Chunk("doc.titel: T", "line 1") in found


def test_a_declared_encoding_holds() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?><a>René</a>'
    assert "a: René" in words(parts(text.encode("iso-8859-1"), "a.xml"))


def test_what_is_not_well_formed_is_read_as_text_and_owned_up_to() -> None:
    found = parts(XML[:-9], "a.xml")
    assert found[0] == Gap("damaged")
    assert "999990019" in words(found)


@pytest.mark.parametrize("text", [BILLION, QUADRATIC])
def test_bombs_are_refused(text: str) -> None:
    with pytest.raises(ExtractError, match=r"^expands too much$"):
        parts(f"<?xml version='1.0'?>{text}".encode(), "a.xml")


def test_bombs_in_attributes_are_refused() -> None:
    text = BILLION.replace("<z>&i;</z>", '<z a="&i;"/>')
    with pytest.raises(ExtractError):
        parts(f"<?xml version='1.0'?>{text}".encode(), "a.xml")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ExtractError):
        parts(b"<?xml version='1.0'?>" + b"<a>" * 220 + b"</a>" * 220, "a.xml")


def test_no_other_file_is_opened(tmp_path: object) -> None:
    secret = f"{tmp_path}/geheim.txt"
    with open(secret, "w") as file:  # noqa: PTH123
        file.write("Jansen")
    text = f'<!DOCTYPE a [<!ENTITY n SYSTEM "file://{secret}">]><a>zie &n;.</a>'
    found = parts(text.encode(), "a.xml")
    assert found[0].reason == "refers to another file"  # type: ignore[union-attr]
    assert "Jansen" not in words(found)
