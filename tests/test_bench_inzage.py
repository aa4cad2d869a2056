"""A small share with families and namesakes: everything of a person is found, and no one else's."""

from pathlib import Path

import pytest

from bench import inzage, inzage_share
from bench.inzage_share import Share

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> tuple[Share, str, Path]:
    folder = tmp_path_factory.mktemp("share")
    made = inzage_share.make(folder, documents=260, subjects=14)
    return made, inzage.scanned(folder), folder


def test_the_share_is_the_same_every_time(tmp_path: Path) -> None:
    one = inzage_share.make(tmp_path / "a", 80, 7)
    other = inzage_share.make(tmp_path / "b", 80, 7)
    assert (one.people, one.truth, one.requests) == (other.people, other.truth, other.requests)
    kinds = {"father", "son", "mailbox", "partner", "namesake", "agent", "plain"}
    assert {person.kind for person in one.people} == kinds
    assert {person.kind for person, _ in one.requests} == kinds


def test_all_of_a_person_is_found_and_nobody_elses(share: tuple[Share, str, Path]) -> None:
    made, url, _ = share
    whole = inzage.Outcome()
    for _, outcome in inzage.measured(made, url):
        whole += outcome
    assert whole.requests == 14
    assert whole.found >= 0.97 * whole.about > 50
    assert whole.answered >= 0.95 * whole.telling
    assert whole.right >= 0.98 * whole.in_answer


def test_nobody_elses_identifiers_are_in_an_answer(share: tuple[Share, str, Path]) -> None:
    made, url, folder = share
    written = inzage.exported(folder, made, url, 2)
    assert written.places > 5
    assert written.leaked == {}


def test_the_search_for_others_sees_what_is_there(
    share: tuple[Share, str, Path], tmp_path: Path
) -> None:
    made, _, _ = share
    whose, other = made.people[0], made.people[6]
    (tmp_path / "a.json").write_text(f'"{other.phone[:2]}-{other.phone[2:]}", "{whose.phone}"')
    (tmp_path / "b.docx").write_bytes(inzage_share._docx([f"Bel {other.email} of {other.name}"]))
    (tmp_path / "c.pdf").write_bytes(inzage_share._pdf([other.iban, whose.iban]))
    assert inzage.leaks(tmp_path, made, whose) == {
        "telephone": 1,
        "e-mail": 1,
        "name": 1,
        "IBAN": 1,
    }
