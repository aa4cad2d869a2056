from collections import Counter

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import Chunk, Gap, Part, Table
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
        ("<p>Beste <b>me<!-- Jansen -->vrouw</b>,</p>", "comment: Jansen"),
        ("<p>Beste <?pi Jansen?>mevrouw</p>", "comment: Jansen"),
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


def long_text(count: int, middle: str = "") -> str:
    """Return a document of records, lines and mixed text, with something in the middle."""
    records = [
        f'<klant id="{n}"><naam>Jansen {n} &firma;</naam><!-- bel {n} -->'
        f"<adres><nr>{n}</nr></adres></klant>\n"
        for n in range(count)
    ]
    records.insert(count // 2, middle)
    lines = "".join(f"<regel soort='x{n}'>post {n}</regel><?pi nota {n}?>" for n in range(count))
    mixed = "".join(f"<p>Beste <b>mevrouw {n}</b><!-- nb {n} --> dag</p>" for n in range(count))
    return (
        '<!DOCTYPE doc [<!ENTITY firma "en zoon">]><!-- vooraf --><doc datum="2024">begin'
        f"<kop>{'h' * 300}</kop><klanten bron='y'>\n{''.join(records)}</klanten>"
        f"<deel><diep>{lines}</diep></deel><tekst>{mixed}</tekst>"
        f"<los>{'los woord <i>x</i> ' * count}</los><slot/></doc><!-- achteraf -->"
    )


def told(found: list[Part]) -> Counter[str]:
    """Return every word of the parts, with the number of the row that it stands in."""
    counted: Counter[str] = Counter()
    for part in found:
        if isinstance(part, Table):
            for number, cells in zip(part.numbers, part.rows, strict=True):
                named = zip(part.columns, cells, strict=False)
                counted.update(f"{number} {name}={cell}" for name, cell in named if cell)
        elif isinstance(part, Chunk):
            counted.update(part.text.split())
    return counted


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("BLOCK_BYTES", 100), ("PIECE_BYTES", 1_000), ("MANY", 5)):
        monkeypatch.setattr(f"pii_scan.extract._xml_pieces.{name}", value)


def test_a_long_document_tells_the_same_in_pieces(request: pytest.FixtureRequest) -> None:
    data = f"<?xml version='1.0'?>{long_text(60)}".encode()
    whole = parts(data, "a.xml")
    request.getfixturevalue("small")
    pieces = parts(data, "a.xml")
    assert len(tables(pieces)) > len(tables(whole)) + 3
    # A text that runs on for long is cut, and then names itself again.
    assert set(told(pieces) - told(whole)) == {"doc.los:"}
    assert told(whole) - told(pieces) == Counter()


@pytest.mark.usefixtures("small")
def test_what_is_damaged_after_a_while_is_text_from_there() -> None:
    data = f"<?xml version='1.0'?>{long_text(60, middle='<naam>999994256</foo>')}".encode()
    found = parts(data, "a.xml")
    assert Gap("damaged") in found
    assert "1 id=0" in told(found)
    assert "999994256" in words(found)
    assert "achteraf" in words(found)
    for number in range(60):
        assert f"Jansen {number} " in words(found)


@pytest.mark.usefixtures("small")
def test_bombs_and_depth_are_seen_in_pieces_too() -> None:
    bomb = f'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "{"x" * 900}">]><z>'
    bomb += "<i>&a;</i>" * 5_000 + "</z>"
    with pytest.raises(ExtractError, match=r"^expands too much$"):
        parts(bomb.encode(), "a.xml")
    with pytest.raises(ExtractError, match=r"^too deeply nested$"):
        parts(b"<?xml version='1.0'?><z>" + b"<i/>" * 2_000 + b"<a>" * 210 + b"</a>" * 210, "a.xml")


@pytest.mark.usefixtures("small")
def test_what_cannot_be_divided_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pii_scan.extract._xml_pieces.LARGEST_BYTES", 5_000)
    text = "<?xml version='1.0'?><a>" + "woord " * 1_000 + "</a>"
    with pytest.raises(ExtractError, match=r"^too large$"):
        parts(text.encode(), "a.xml")
