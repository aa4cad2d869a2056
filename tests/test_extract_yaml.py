import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pii_scan.extract import media_type, yaml
from pii_scan.model import Chunk, Gap, Table
from tests.documents import at, parts, tables, words

BSN = "999994256"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"bsn: {BSN}\n", f"bsn: {BSN}"),
        ("bsn: 099999021\n", "bsn: 099999021"),
        (f"klant:\n  adres: {{bsn: {BSN}}}\n", f"adres.bsn: {BSN}"),
        (f"- {BSN}\n- nog een\n", f"{BSN}, nog een"),
        ('naam: "Ren\\u00e9e \\x39"\n', "naam: Renée 9"),
        (f"tekst: >-\n  Uw BSN\n  is {BSN}\n", f"tekst: Uw BSN is {BSN}"),
        (f"tekst: |\n  # BSN {BSN}\n", f"# BSN {BSN}"),
        (f"? {BSN}\n: x\n", f"{BSN}: x"),
        (f"? [a, {BSN}]\n: x\n", f"a, {BSN}: x"),
        (f"{BSN}\n", BSN),
        (f"a: 1\n--- # {BSN}\nb: 2\n", BSN),
        (f"--- &{'jansen'}\na: 1\n", "jansen"),
        (f"a: !bsn{BSN} 1\n", BSN),
        ("a: ja\nb: no\nc: 2020-01-01\n", "b: no\nc: 2020-01-01"),
    ],
)
def test_values_keep_their_names_and_stay_as_written(text: str, line: str) -> None:
    assert line in words(parts(text.encode(), "a.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        f"# {BSN}\na: 1\n",
        f"a: 1 # {BSN}\n",
        f"a:\n  - 1\n  # {BSN}\n",
        f"a: | # {BSN}\n  x\n",
        f"a: {{b: 1, # {BSN}\n  c: 2}}\n",
        f"a: 1\n# {BSN}",
    ],
)
def test_comments_are_text(text: str) -> None:
    assert at(parts(text.encode(), "a.yml"), "comments").endswith(f"# {BSN}")


def test_lists_of_records_and_documents_alike_are_tables() -> None:
    rows = (("J. Jansen", "099999021"), ("P. Vos", BSN))
    text = "klanten:\n" + "".join(f"  - naam: {name}\n    bsn: {bsn}\n" for name, bsn in rows)
    assert tables(parts(text.encode(), "a.yaml")) == [
        Table(("naam", "bsn"), rows, (1, 2), "$.klanten")
    ]
    text = "".join(f"---\nnaam: {name}\nbsn: '{bsn}'\n" for name, bsn in rows)
    assert tables(parts(text.encode(), "a.yaml")) == [Table(("naam", "bsn"), rows, (1, 2), "$")]


def test_aliases_are_not_filled_in() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert len(words(parts("\n".join(lines).encode(), "a.yaml"))) < 3000


@pytest.mark.parametrize(
    "text",
    [
        f"{{% if x %}}\nbsn: {BSN}\n{{% endif %}}\n",
        f"a: [1, 2\nbsn: {BSN}\n",
        f"a: @x\nbsn: {BSN}\n",
        "[" * 5_000 + BSN,
    ],
)
def test_what_does_not_parse_is_read_as_text(text: str) -> None:
    assert parts(text.encode(), "a.yaml") == [Chunk(text, "")]


def test_a_long_file_is_read_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "MAX_TREE_BYTES", 10)
    text = f"bsn: {BSN}\n# en meer\n"
    assert parts(text.encode(), "a.yaml") == [Chunk(text, "")]


def test_no_object_is_made() -> None:
    text = "a: !!python/object/apply:os.system ['exit']\nb: !!int x\n"
    found = parts(text.encode(), "a.yaml")
    assert "a: exit\nb: x" in words(found)
    assert "python/object/apply:os.system" in at(found, "comments")


@example("a:")
@example("\u20ac:")
@given(st.text(alphabet="ab:-[]{},#&*!|>'\"%?@\\ \n\t€\x85", max_size=60))
def test_any_text_is_read(text: str) -> None:
    found = parts(text.encode(), "a.yaml")
    assert not [part for part in found if isinstance(part, Gap)]
    # Not of the letters: the name of a field without a value ("a:") tells nothing and is left out.
    assert ("\u20ac" in text) <= ("\u20ac" in words(found))


@pytest.mark.parametrize("name", ["a.ini", "a.cfg", "a.conf", "a.toml", ".env", "a.env"])
def test_other_settings_are_text_with_their_comments(name: str) -> None:
    text = f"; nota bene\n[klant]\nbsn = 099999021 # was {BSN}\n"
    assert media_type(io.BytesIO(text.encode()), name) == "text/plain"
    assert parts(text.encode(), name) == [Chunk(text, "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"naam=Ren\\u00e9e\n", "naam=Renée\n"),
        (b"naam=Ren\xe9e\n", "naam=Renée\n"),
        (b"smile=\\uD83D\\uDE42 \\ud83d\n", "smile=🙂 \ufffd\n"),
        (b"# BSN 999994256\na=b\\\n  c\n", "# BSN 999994256\na=b\\\n  c\n"),
        (b"pad=C:\\users\\u00\n", "pad=C:\\users\\u00\n"),
    ],
)
def test_properties(text: bytes, expected: str) -> None:
    assert parts(text, "a.properties") == [Chunk(expected, "")]


def test_a_key_that_is_a_mapping_keeps_its_labels() -> None:
    found = parts(b"? {bsn: 999990019, naam: Jan}\n: ja\n", "a.yaml")
    assert "bsn: 999990019, naam: Jan: ja" in words(found)
