"""Who is who: the subject, agents and third parties of short invented notes, mails and chats."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.classify import Dossier, Knowledge, Suppressor
from pii_scan.classify._people import people
from pii_scan.classify._speech import _voice, _weight
from pii_scan.classify.roles import in_rows, roles
from pii_scan.config.categories import load_categories
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.organisations import load_organisations
from pii_scan.config.roles import load_roles
from pii_scan.errors import ConfigError
from pii_scan.inzage.redact import Redactor
from pii_scan.inzage.subject import subject
from pii_scan.model import Chunk, Coverage, Hit, Item, Result
from pii_scan.report._json_text import item_of
from pii_scan.store import Store
from tests.invented_case import KEY, case, found, recognizers
from training.markup import marked, read_corpus
from training.score_roles import NAMED, ROLES, UNCLEAR, read_roles

CUES = load_roles()
ROLE = {"S": "subject", "A": "agent", "T": "third_party", "U": "unknown"}

NOTE = (
    "klant ⟦S|Ad Nergens⟧ belt over zijn nota",
    "mw ⟦S|Nergens⟧ vraagt uitstel, zoon ⟦T|Bob⟧ belt morgen",
    "bewindvoerder ⟦T|V. Zonder⟧ belt namens dhr ⟦S|Nergens⟧",
    "⟦S|Ad Nergens⟧ wil korting, overlegd met collega ⟦A|Cas⟧",
    "Behandeld door: ⟦A|Dora Ergens⟧\nNaam: ⟦S|Ad Nergens⟧",
    "12-03-2024 10:14 ⟦A|Cas⟧: klant ⟦S|Nergens⟧ gebeld",
    "mevr ⟦S|A. Nergens⟧ komt niet, buurvrouw ⟦T|Truus⟧ heeft de sleutel",
    "klant ⟦S|Nergens⟧ is ziek volgens huisarts dr. ⟦T|Pil⟧",
    "dhr ⟦S|Ad Nergens⟧ betaalt. kinderen ⟦T|Bob⟧ en ⟦T|Bea⟧ zijn meeverzekerd",
    "Werknemer: ⟦S|Eva Zomaar⟧\nNoodcontact: ⟦T|Jan Anders⟧",
    "mw ⟦S|Nergens⟧ heeft geen water, monteur ⟦A|Gijs⟧ komt om drie uur",
)
MAIL = (
    "Van: ⟦S|Ad Nergens⟧\nAan: klantenservice\nOnderwerp: vraag\n\nHallo,\n\nMijn vrouw ⟦T|Bea⟧"
    " en ik wachten nog op mijn geld.\n\nGroet,\n⟦S|Ad⟧",
    "Geachte heer ⟦S|Nergens⟧,\n\nWij hebben uw aanvraag ontvangen. Heeft u vragen, belt u dan."
    "\n\nMet vriendelijke groet,\n\n⟦A|Dora Ergens⟧\nteamleider",
    "Beste mevrouw ⟦A|Ergens⟧,\n\nIk verzoek u mijn gegevens te wissen. Mijn klantnummer is bekend."
    "\n\nMet vriendelijke groet,\n⟦S|Ad Nergens⟧",
)
CHAT = (
    "⟦A|Cas⟧: Goedemiddag, waarmee kan ik helpen?\nklant: mijn modem doet het niet\n"
    "⟦A|Cas⟧: Mag ik uw naam?\nklant: ⟦S|Ad Nergens⟧\n⟦A|Cas⟧: Dank u, ik kijk even.",
    "Agent: u spreekt met ⟦A|Dora⟧\nKlant: hallo, ik wil opzeggen\nAgent: op welke naam?\n"
    "Klant: mijn man ⟦T|Bob⟧ regelt dat\nAgent: dat is geregeld",
)


@pytest.mark.parametrize("label", ["@burger", "@Burger", "[@burger]", "Klant", "klanten"])
def test_a_label_of_a_person_may_begin_with_a_sign(label: str) -> None:
    assert any(it.weight < 0 and it.words.search(label.lower()) for it in CUES.speakers)
    assert not any(it.words.search(f"x{label.lower()}") for it in CUES.speakers if label[0] != "[")


def told(source: str) -> tuple[list[str], list[str]]:
    """Return what the names of a marked text should be, and what they are made of."""
    document = marked("x", "note", source)
    hits = [
        Hit("PERSON", it.start, it.end, 1.0, "", document.text[it.start : it.end])
        for it in document.spans
    ]
    standings = roles(document.text, hits, CUES)
    wanted = [ROLE[it.label] for it in document.spans]
    return wanted, [standings[hit].role for hit in hits]


@pytest.mark.parametrize("source", [*NOTE, *MAIL, *CHAT])
def test_the_role_of_each_name(source: str) -> None:
    wanted, given_roles = told(source)
    assert given_roles == wanted


@pytest.mark.parametrize(
    "text",
    ["mijn klantnummer", "wordt geregeld", "hoe kan ik. u kunt. mijn klantnummer", "uw verzoek uw"],
)
def test_words_sought_at_once_weigh_as_each_voice_by_itself(text: str) -> None:
    assert _voice(text, CUES) == pytest.approx(_weight(text, CUES.voices))


def test_mentions_of_one_person_share_their_role_and_its_reasons() -> None:
    text = "klant Ad Nergens belt. Nergens wil geld terug. Ad is boos."
    hits = [
        Hit("PERSON", start, start + len(name), 1.0, "", name)
        for name, start in (("Ad Nergens", 6), ("Nergens", 23), ("Ad", 47))
    ]
    standings = roles(text, hits, CUES)
    assert len({standings[hit] for hit in hits}) == 1
    assert ("klant before", 2.5) in standings[hits[2]].reasons


def test_a_son_of_the_same_surname_is_somebody_else() -> None:
    assert told("klant ⟦S|Nergens⟧ belt; zoon ⟦T|Bob Nergens⟧ ook")[1] == ["subject", "third_party"]


def test_a_man_and_a_woman_of_one_surname_are_two() -> None:
    source = "klant dhr ⟦S|Nergens⟧ belt, zijn vrouw mw ⟦T|Nergens⟧ luistert mee"
    assert told(source)[1] == ["subject", "third_party"]


def test_a_number_glued_to_a_cue_is_no_reason() -> None:
    text = "collega4711234 Ad Nergens belt"
    ((_, standing),) = roles(text, [Hit("PERSON", 15, 25, 1.0, "", "Ad Nergens")], CUES).items()
    assert "collega before" in dict(standing.reasons)
    assert "4711234" not in str(standing.reasons)


def test_a_spelling_is_kept_once_however_often_it_stands() -> None:
    hits = [Hit("PERSON", at, at + 7, 1.0, "", "Nergens") for at in range(0, 800, 8)]
    (one,) = people("Nergens " * 100, hits, (), CUES)
    assert (len(one.mentions), len(one.names)) == (100, 1)


def test_a_name_of_which_little_is_said_is_unknown() -> None:
    text = "Beste lezers,\n\nOnder meer ⟦U|Ad Nergens⟧ en ⟦U|Dora Ergens⟧ kwamen naar het feest."
    wanted, given_roles = told(text)
    assert given_roles == wanted


def test_a_text_without_names_has_no_roles() -> None:
    assert roles("klant belt", [], CUES) == {}


def test_each_row_of_a_table_is_about_somebody_else() -> None:
    text = "Klant\tMedewerker\tNotitie\nNergens\tErgens\tzoon Bob belt\nZomaar\tErgens\tklaar"
    cells = (
        *(("Nergens", "Klant", 2), ("Ergens", "Medewerker", 2)),
        *(("Bob", "Notitie", 2), ("Zomaar", "Klant", 3)),
    )
    hits = [
        Hit("PERSON", text.index(name), text.index(name) + len(name), 1.0, "", name, row, column)
        for name, column, row in cells
    ]
    found_roles = [in_rows(text, hits, CUES)[hit].role for hit in hits]
    assert found_roles == ["subject", "agent", "third_party", "subject"]


@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 199), st.integers(1, 20))))
def test_any_text_gives_each_name_a_role_and_no_reason_a_value(
    text: str, spans: list[tuple[int, int]]
) -> None:
    hits = {
        Hit("PERSON", start, min(start + size, len(text)), 1.0, "", text[start : start + size])
        for start, size in spans
        if start < len(text)
    }
    standings = roles(text, hits, CUES)
    assert set(standings) == hits
    assert {it.role for it in standings.values()} <= {*NAMED, "unknown"}


def test_inzage_says_why_a_name_is_masked() -> None:
    person = subject(case(), recognizers(), KEY, found)
    redactor = Redactor(person, found, 100_000, str, roles=partial(roles, cues=CUES))
    once = redactor.text("klant belt. contactpersoon: Piet Verzonnen")
    assert once == "klant belt. contactpersoon: [derde 1]"
    assert redactor.text(once) == once


def test_a_finding_keeps_the_role_and_the_inventory_gives_it_back(tmp_path: Path) -> None:
    text = "klant Ad Nergens belt over ad@nergens.example"
    hits = [
        Hit("PERSON", 6, 16, 0.9, "", "Ad Nergens"),
        Hit("EMAIL_ADDRESS", 27, 45, 0.9, "", "ad@nergens.example"),
    ]
    knowledge = Knowledge(load_categories(), load_doctypes(), load_organisations(), CUES)
    dossier = Dossier("x.txt", knowledge, recognizers(), KEY, Suppressor((), date(2024, 1, 1)))
    dossier.add(Chunk(text, ""), text, hits)
    findings = dossier.classified().findings
    assert [(it.entity, it.person_role) for it in findings] == [
        ("PERSON", "subject"),
        ("EMAIL_ADDRESS", None),
    ]
    assert "Nergens" not in repr(findings)
    with Store.open(str(tmp_path / "inventory.db")) as store:
        scan = store.begin(
            targets=("x",),
            today=date(2024, 1, 1),
            policy="p",
            tool_version="1",
            config_digest="sha256:0",
            operator="o",
        )
        item = Item("x.txt", "x.txt", 1)
        store.save(scan.id, [Result(item, Coverage("scanned"), findings=findings)])
        (result,) = store.results(scan.id)
    assert result.findings == findings
    assert [it.get("role") for it in item_of(result)["findings"]] == ["subject", None]
    assert "role" not in item_of(result)["findings"][1]


def test_what_breaks_the_schema_is_a_config_error(tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text("between = []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"roles\.toml"):
        load_roles(tmp_path)


def test_the_marked_roles_are_of_the_corpus() -> None:
    documents = {one.id: one for one in read_corpus()}
    seen: list[str] = []
    for path in sorted(ROLES.glob("*.txt")):
        for text in read_roles(path, documents):
            seen.append(text.document.id)
            assert set(text.wanted) <= {*NAMED, UNCLEAR}
    assert len(seen) == len(set(seen))
    assert len(seen) >= 120
