"""A statement that is sent or named becomes a draft, each clause beside the place it was read."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.config.drafting import load_language
from pii_scan.desk.accounts import save_account
from pii_scan.desk.forms import MOST_FIELDS, MOST_FILE_BYTES, NOTHING, File, parted
from pii_scan.drafting.opening import opened
from pii_scan.errors import ExtractError
from tests.desk_server import BOUNDARY, Client, Served, multipart, serving
from tests.test_desk import EVIL, Page

PASSWORD = "een heel lang wachtwoord"
STATEMENT = """Privacyverklaring van Voorbeeld Zorg

Sollicitaties bewaren wij tot vier weken na het einde van de vacature.

Facturen bewaren we zeven jaar.

Wij doen ook aan koekjes.
"""
KIND = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("drafts"), []) as made:
        yield made


@pytest.fixture(scope="module")
def client(served: Served) -> Client:
    return served.entered()


def word(text: str) -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("verklaring.txt", STATEMENT.encode()),
        ("verklaring.docx", word(STATEMENT)),
        ("C:\\Users\\x\\verklaring.html", f"<p>{'<p>'.join(STATEMENT.splitlines())}".encode()),
    ],
)
def test_a_clause_stands_beside_the_place_it_was_read(
    client: Client, served: Served, name: str, content: bytes
) -> None:
    page = client.upload("/beleid/concept", name, content).text
    rows = re.findall(r"<li class=\"read\">(.*?)</div></li>", page, re.DOTALL)
    (applicants,) = [it for it in rows if "Sollicitaties bewaren wij" in it]
    assert "<code>P4W</code>" in applicants
    assert re.search(r"zekerheid \d+%", applicants)
    (invoices,) = [it for it in rows if "Facturen bewaren we" in it]
    assert "<code>P7Y</code>" in invoices
    assert 'class="open"' in invoices, "from which event is asked"
    assert not [it for it in rows if "koekjes" in it]
    assert "Wij doen ook aan koekjes" in page
    assert "confirmed = false" in page
    last = [it for it in served.desk.store.log() if it.kind == "policy.drafted"][-1]
    assert last.data == {"statement": name}


def test_who_works_alone_may_name_a_file(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "verklaring.txt"
    file.write_text(STATEMENT)
    assert "P4W" in client.send("/beleid/concept", statement=str(file)).text
    assert client.send("/beleid/concept", statement="/nergens").status == 409
    assert client.send("/beleid/concept", statement="a\0b").status == 409
    assert client.send("/beleid/concept").status == 409


def test_with_accounts_no_file_of_the_machine_is_read(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    save_account(users, "beheer", "administrator", PASSWORD)
    secret = tmp_path / "geheim.txt"
    secret.write_text("Zeepaardje bewaren wij vier weken.")
    with serving(tmp_path, [], users=users) as served:
        client = served.as_user("beheer", PASSWORD)
        answer = client.send("/beleid/concept", statement=str(secret))
        assert answer.status == 409
        assert "Zeepaardje" not in answer.text
        assert 'name="statement"' not in client.ask("/beleid").text
        sent = client.upload("/beleid/concept", "x.txt", STATEMENT.encode(), statement=str(secret))
        assert "P4W" in sent.text
        assert "Zeepaardje" not in sent.text


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.pdf", b"%PDF-1.4 broken"), ("x.zip", b"PK\x03\x04"), ("", b"")],
)
def test_what_is_no_statement_is_said_to_be_none(client: Client, name: str, content: bytes) -> None:
    assert client.upload("/beleid/concept", name, content).status == 409


def test_a_file_that_is_too_large_is_refused(client: Client) -> None:
    assert client.upload("/beleid/concept", "x.txt", b"x" * MOST_FILE_BYTES).status == 413
    assert client.upload("/taken/scan", "x.txt", b"x" * 300_000).status == 413


def test_pages_that_take_no_file_read_no_such_form(client: Client) -> None:
    assert client.upload("/taken/scan", "x.txt", b"x", places="/tmp").status == 403


def test_a_hostile_statement_runs_nowhere(client: Client) -> None:
    for text in (EVIL, f"{EVIL} bewaren wij vier weken na {EVIL}.", "{{ 7 * 7 }} zeven jaar."):
        answer = client.upload("/beleid/concept", f"{EVIL}.txt"[:300], text.encode())
        assert answer.status == 200
        page = Page(answer.text)
        assert page.wrong == []
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.text + page.titles)


def test_what_cannot_be_read_is_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(ExtractError):
        opened(file, load_language(), "x")


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), min_size=1
)


@given(
    names, st.binary(min_size=1), st.text(st.characters(codec="ascii", exclude_categories=["Cc"]))
)
def test_a_form_is_read_as_it_was_sent(name: str, content: bytes, value: str) -> None:
    form = parted(multipart({"csrf": "x", "value": value, "file": File(name, content)}), KIND)
    assert form.files["file"].content == content
    assert form.fields == {"csrf": "x", "value": value.strip()}


@given(
    st.binary(), st.sampled_from([KIND, "multipart/form-data", "multipart/form-data; boundary="])
)
def test_what_is_no_form_is_nothing_or_less(body: bytes, kind: str) -> None:
    form = parted(body, kind)
    assert form == NOTHING or kind == KIND


def test_a_form_has_no_more_fields_than_we_hold() -> None:
    many = {f"f{number}": "x" for number in range(MOST_FIELDS * 3)}
    assert len(parted(multipart(many), KIND).fields) == MOST_FIELDS
