"""Privacy statements become drafts of packs: right, whole, never confirmed, whatever they hold."""

import io
import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.cli import main
from pii_scan.config.drafting import load_language
from pii_scan.config.policies import load_policy
from pii_scan.drafting import draft, mentions, toml
from pii_scan.drafting.reading import MAX_CHARS, fold, sentences
from pii_scan.extract import extract, extractor_for
from pii_scan.model import Chunk, Gap, Member, Part
from tests.statement_files import Statement, compared, said, statements, term_only

ENGINE = Path(__file__).parents[1] / "pii_scan"
LANGUAGE = load_language()
ALL = [one for half in ("build", "check", "fresh") for one in statements(half)]


def read(*paragraphs: str) -> list[str]:
    """Return the clauses of a statement, as the expectations word them."""
    text = "\n\n".join(paragraphs)
    return [said(clause) for clause in draft([Chunk(text, "")], LANGUAGE).clauses]


@pytest.mark.parametrize("statement", ALL, ids=lambda one: one.name)
def test_a_statement_gives_its_clauses_but_for_the_known_misses(statement: Statement) -> None:
    _, missed, made_up = compared(statement)
    assert (missed, made_up) == (Counter(statement.missed), Counter(statement.made_up))


@pytest.mark.parametrize("statement", ALL, ids=lambda one: one.name)
def test_no_term_is_made_up_and_none_is_lost(statement: Statement) -> None:
    right, missed, made_up = compared(statement)
    assert term_only(right + missed) == term_only(right + made_up)


@pytest.mark.parametrize("statement", ALL, ids=lambda one: one.name)
def test_a_statement_tells_whose_it_is_and_whom_to_ask(statement: Statement) -> None:
    made = statement.draft()
    assert made.organisation == statement.organisation
    assert made.dated == statement.dated
    assert statement.contact in made.contact
    assert made.answer_term == (statement.answer_term or None)


@pytest.mark.parametrize("statement", ALL, ids=lambda one: one.name)
def test_a_draft_loads_and_confirms_nothing(statement: Statement, tmp_path: Path) -> None:
    made = statement.draft()
    file = tmp_path / "draft.toml"
    file.write_text(toml(made, LANGUAGE), "utf-8")
    policy = load_policy(str(file))
    assert not [rule.id for rule in policy.rules if rule.confirmed]
    assert len({rule.id for rule in policy.rules}) == max(len(made.clauses), 1)


def test_a_table_reads_alike_in_word_and_pdf() -> None:
    statement = next(one for one in ALL if one.name == "uitzendbureau")
    drafts = [
        Statement(
            **{**{name: getattr(statement, name) for name in statement.__slots__}, "format": kind}
        )
        for kind in ("pdf", "docx")
    ]
    first, second = (compared(one)[0] for one in drafts)
    assert first == second == Counter(statement.clauses)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("twaalf (12) maanden", ["P12M"]),
        ("12 (twaalf) maanden", ["P12M"]),
        ("een half jaar", ["P6M"]),
        ("een halfjaar", ["P6M"]),
        ("anderhalf jaar", ["P18M"]),
        ("twee en een half jaar", ["P30M"]),
        ("2,5 jaar", ["P30M"]),
        ("één kwartaal", ["P3M"]),
        ("48 uur", ["P2D"]),
        ("10 werkdagen", ["P10D"]),
        ("vier weken", ["P4W"]),
        ("twee tot zeven jaar", ["P2Y", "P7Y"]),
        ("minimaal 5 en maximaal 7 jaar", ["P5Y", "P7Y"]),
        ("one year or 30 days", ["P1Y", "P30D"]),
        ("jonger dan 16 jaar", []),
        ("van 18 jaar of ouder", []),
        ("drie jaar geleden", []),
        ("0 dagen", []),
        ("99999 dagen", []),
    ],
)
def test_durations_are_read_and_ages_are_not(text: str, terms: list[str]) -> None:
    assert [one.term for one in mentions.durations(fold(text), LANGUAGE)] == terms


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        (
            "Facturen bewaren wij ten minste zeven jaar na afloop van het boekjaar.",
            ["opdrachtgever factuur min P7Y documentdatum+book_year_end -"],
        ),
        (
            "Uw sollicitatie wordt na afloop van de procedure binnen vier weken verwijderd.",
            ["sollicitant - max P4W einde_vacature -"],
        ),
        (
            "Sollicitanten: zonder toestemming 4 weken en met toestemming 1 jaar na de procedure.",
            [
                "sollicitant - fixed P4W einde_vacature no",
                "sollicitant - max P1Y einde_vacature yes",
            ],
        ),
        (
            "Klantgegevens bewaren wij zolang u klant bij ons bent.",
            ["opdrachtgever - max P0D einde_klantrelatie -"],
        ),
        (
            "De gegevens van leveranciers bewaren wij niet langer dan noodzakelijk.",
            ["leverancier - open - - -"],
        ),
        (
            "Camerabeelden worden na 28 dagen overschreven.",
            ["onbekend - max P28D ? -"],
        ),
        (
            "Personeelsdossiers bewaren wij twee jaar nadat de maan vol is geweest.",
            ["medewerker personeelsdossier fixed P2Y ? -"],
        ),
        ("Wij bewaren facturen. Onze winkel bestaat 25 jaar.", []),
        ("U hebt het recht uw gegevens te laten verwijderen na intrekking van toestemming.", []),
        ("Binnen een maand reageren wij op uw verzoek.", []),
        ("De betaaltermijn van facturen is 30 dagen.", []),
    ],
)
def test_a_sentence_promises_what_it_says(sentence: str, clauses: list[str]) -> None:
    assert read(sentence) == clauses


def test_the_condition_beside_it_tells_whom_a_term_is_for() -> None:
    assert read(
        "Sollicitanten. Wij bewaren uw brief maximaal een jaar na sluiting van de vacature. "
        "Geeft u geen toestemming, dan bewaren wij die maximaal vier weken."
    ) == ["sollicitant - max P1Y einde_vacature yes", "sollicitant - max P4W einde_vacature no"]


def test_two_stages_stay_together(tmp_path: Path) -> None:
    text = "Belgegevens bewaren wij 100 dagen na registratie en daarna tien jaar geanonimiseerd."
    made = draft([Chunk(text, "")], LANGUAGE)
    file = tmp_path / "draft.toml"
    file.write_text(toml(made, LANGUAGE), "utf-8")
    first, second = load_policy(str(file)).rules
    assert (first.term, first.action, first.next_stage) == ("P100D", "anonymise", second.id)
    assert (second.term, second.action) == ("P10Y", "delete")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sollicitaties bewaren wij maximaal 4 weken.", "usual_trigger"),
        ("De gegevens bewaren wij maximaal 4 weken.", "no_trigger"),
        ("Klanten bewaren wij maximaal 4 weken nadat het heeft geregend.", "unread_trigger"),
        ("Facturen bewaren wij minimaal zeven jaar.", "min_only"),
        ("Klantgegevens bewaren wij niet langer dan nodig.", "vague"),
        ("Klantgegevens bewaren wij volgens ons bewaarbeleid.", "external"),
        (
            "Klantgegevens bewaren wij 3 jaar na versturen/betalen van de laatste factuur.",
            "two_triggers",
        ),
        ("Leden bewaren wij 3 jaar.", "unknown_group"),
        ("Klantgegevens bewaren wij hoogstens 3 werkdagen.", "rounded"),
        ("Klantgegevens bewaren wij 3 jaar.", "plain_term"),
        (
            "De klantgegevens bewaren wij zolang u klant bent en daarna zolang de wet dat eist.",
            "open_end",
        ),
    ],
)
def test_what_a_statement_leaves_open_is_asked(text: str, code: str) -> None:
    (clause,) = draft([Chunk(text, "")], LANGUAGE).clauses
    assert code in clause.questions
    assert LANGUAGE.questions[code] in " ".join(toml_comments(text).split())


def toml_comments(text: str) -> str:
    made = toml(draft([Chunk(text, "")], LANGUAGE), LANGUAGE)
    return "\n".join(line.lstrip("# ") for line in made.splitlines() if line.startswith("#"))


def test_talk_of_terms_without_a_clause_is_not_lost() -> None:
    made = draft([Chunk("Ergens blijft iets veertien maanden in de kelder.", "page 3")], LANGUAGE)
    assert made.clauses == ()
    asked = [(one.code, one.where) for one in made.questions if one.quote]
    assert asked == [("not_used", "page 3, line 1")]


def test_parts_that_were_not_read_are_asked_about() -> None:
    read_parts: list[Part] = [Gap("encrypted", "page 2"), Member("bijlage.pdf", b"")]
    made = draft(read_parts, LANGUAGE)
    assert [one.where for one in made.questions if one.code == "gap"] == ["page 2", "member 1"]
    assert "too_long" in [
        one.code for one in draft([Chunk(" " * MAX_CHARS + "!", "")], LANGUAGE).questions
    ]


def test_a_stop_after_an_abbreviation_ends_no_sentence() -> None:
    text = "Wij bewaren o.a. Facturen 7 jaar. Klanten bijv. Drie jaar."
    assert len(list(sentences(text, LANGUAGE))) == 2


@given(st.text(max_size=300), st.sampled_from(["", "Wij bewaren facturen 7 jaar. ", "Klanten: "]))
def test_whatever_a_statement_holds_its_draft_loads(text: str, before: str) -> None:
    made = draft([Chunk(before + text, "")], LANGUAGE, title=text)
    tables = tomllib.loads(toml(made, LANGUAGE))
    assert all(rule["confirmed"] is False for rule in tables["rule"])
    assert set(tables) <= {"policy", "triggers", "rule"}


def test_a_hostile_statement_stays_within_its_quotes() -> None:
    text = 'Wij bewaren facturen 7 jaar\x0b\x85"\\ \u202e\u2028[[rule]] confirmed = true\x1b[31m.'
    made = toml(draft([Chunk(text, "")], LANGUAGE, title='"]\n[x]'), LANGUAGE)
    assert [rule["confirmed"] for rule in tomllib.loads(made)["rule"]] == [False]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u202e]", made)


@pytest.mark.parametrize(
    "text",
    [
        "bewaren niet langer " * 500,
        "toestemming " * 800,
        "na 1 jaar en 2 jaar, " * 500,
        "einde van " * 1_000,
        "(" * 10_000,
        "1" * 10_000,
        "Aa " * 3_000,
        "Wij bewaren facturen 7 jaar. " * 300,
    ],
)
def test_a_draft_of_a_hostile_statement_is_bounded(text: str) -> None:
    made = draft([Chunk(text, "")], LANGUAGE)
    assert len(made.clauses) <= 5_000
    assert len(made.questions) <= 500


def test_the_code_and_the_data_name_the_same_cues_and_texts() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ENGINE / "drafting").glob("*.py"))
    named = set(re.findall(r'"([a-z_]+)"', sources))
    assert set(LANGUAGE.cues) <= named
    assert set(LANGUAGE.questions) <= named
    used = set(re.findall(r'has\("([a-z_]+)"|cues\["([a-z_]+)"\]', sources))
    assert {one or other for one, other in used} <= set(LANGUAGE.cues)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def test_a_draft_judges_at_most_possibly_overdue(tmp_path: Path) -> None:
    statement = tmp_path / "verklaring.txt"
    statement.write_text("Sollicitaties bewaren wij hoogstens 4 weken na de procedure.", "utf-8")
    pack = tmp_path / "concept.toml"
    code, _, told = run("policy", "draft", str(statement), "--output", str(pack))
    assert (code, told) == (0, f"wrote {pack}\n")
    code, out, _ = run(
        *("retention", "explain", "--policy", str(pack), "--subject-group", "sollicitant"),
        *("--doc-type", "sollicitatie", "--event", "einde_vacature=2021-03-14"),
        *("--today", "2024-01-01", "--json"),
    )
    assert code == 0
    explained = json.loads(out)
    assert (explained["verdict"], explained["keep_until"]) == ("possibly_overdue", "2021-04-11")


def test_a_draft_goes_to_stdout_and_spares_a_file_that_exists(tmp_path: Path) -> None:
    statement = tmp_path / "verklaring.html"
    statement.write_text("<p>Klanten: wij bewaren uw gegevens 2 jaar.</p>", "utf-8")
    code, out, _ = run("policy", "draft", str(statement))
    assert code == 0
    assert [rule["term"] for rule in tomllib.loads(out)["rule"]] == ["P2Y"]
    code, _, told = run("policy", "draft", str(statement), "--output", str(statement))
    assert code == 2
    assert "exists" in told
    assert statement.read_text("utf-8").startswith("<p>")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [("a.docx", b"PK\x03\x04 broken", "cannot be read"), ("a.bin", b"\x00\x01\x02", "no reader")],
)
def test_what_cannot_be_read_is_said_in_a_line(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    statement = tmp_path / name
    statement.write_bytes(data)
    code, out, told = run("policy", "draft", str(statement))
    assert (code, out) == (2, "")
    assert reason in told
    assert len(told.splitlines()) == 1


def test_places_of_text_are_lines_of_the_file() -> None:
    data = (
        b"Privacy\n\nKlanten\n\nWij bewaren uw gegevens\n3 jaar.\n\nFacturen bewaren wij 7 jaar.\n"
    )
    extractor = extractor_for("text/plain")
    assert extractor is not None
    made = draft(extract(io.BytesIO(data), extractor), LANGUAGE)
    assert [clause.where for clause in made.clauses] == [("line 5",), ("line 8",)]
