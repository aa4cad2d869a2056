"""Dates in texts, tables, paths and files: what they are of, and which one counts."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.classify.dates import (
    date_of_file,
    dates_in_path,
    dates_in_table,
    dates_in_text,
    reference,
)
from pii_scan.config.triggers import load_date_rules
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.model import Evidence, Table

RULES = load_date_rules()

FILLER = "Daarna is nog lang gesproken over de levering, de kleur en de kosten van het geheel. " * 4


def found(text: str, *, is_start: bool = True) -> set[tuple[str, str]]:
    evidence = dates_in_text(text, "page 1", RULES, is_start=is_start)
    return {(piece.trigger, piece.date.isoformat()) for piece in evidence}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Datum: 12-09-2022\nBeste lezer,", "2022-09-12"),
        ("Datum: 3-4-2019", "2019-04-03"),
        ("datum 3/4/19", "2019-04-03"),
        ("Datum 3.4.2019", "2019-04-03"),
        ("Datum: 2 mrt. '22", "2022-03-02"),
        ("Datum: 2 maart 2022", "2022-03-02"),
        ("Datum: 2 MAART 2022", "2022-03-02"),
        ("Datum: 2e maart 2022", "2022-03-02"),
        ("Datum: 2mrt22", "2022-03-02"),
        ("Datum: mei 9 2022", "2022-05-09"),
        ("Date: Mon, 5 Feb 2024 08:31:12 +0100", "2024-02-05"),
        ("Date: February 5, 2024", "2024-02-05"),
        ("Verzonden: dinsdag 17 oktober 2023 21:48", "2023-10-17"),
        ("Datum: 2021-02-02T10:00:00", "2021-02-02"),
        ("Datum: 29-02-2024", "2024-02-29"),
        ("Datum: 30-5 '23", "2023-05-30"),
        ("Amersfoort, 12 maart 2023\n\nGeachte heer,", "2023-03-12"),
        ("'s-Hertogenbosch, 12 maart 2023\n\nGeachte heer,", "2023-03-12"),
        ("14-03-2023 16:22 inkomend, klant vraagt naar levering", "2023-03-14"),
        ("Factuurdatum: 30 september 2023\nVervaldatum: 30 oktober 2023", "2023-09-30"),
        (f"Klantenservice\n{FILLER}\n{FILLER}\nMet groet,\nAfdeling\n3 mei 2021", "2021-05-03"),
        (f"{FILLER} Gezien d.d. 4 mei 2021. {FILLER}", "2021-05-04"),
    ],
)
def test_the_date_of_a_document(text: str, day: str) -> None:
    assert found(text) == {("documentdatum", day)}


@pytest.mark.parametrize(
    ("text", "trigger", "day"),
    [
        ("Uit dienst per 31-12-2021.", "uitdiensttreding", "2021-12-31"),
        ("Datum uit dienst: 31 december 2021", "uitdiensttreding", "2021-12-31"),
        ("De arbeidsovereenkomst eindigt op 31 juli 2024.", "uitdiensttreding", "2024-07-31"),
        ("De vacature gesloten op 30-06-2023", "einde_vacature", "2023-06-30"),
        ("sluitingsdatum 30 juni 2023", "einde_vacature", "2023-06-30"),
        ("De vacature is op 30 juni 2023 gesloten.", "einde_vacature", "2023-06-30"),
        ("Klacht ontvangen. Afgehandeld op 4-5-2022", "afhandeling_verzoek", "2022-05-04"),
        ("Dossier gesloten op 4-5-2022", "afhandeling_verzoek", "2022-05-04"),
        ("Afgemeld op 4-5-2022", "afmelding", "2022-05-04"),
        ("Toestemming ingetrokken op 4-5-2022", "toestemming_ingetrokken", "2022-05-04"),
        ("Toestemming gegeven op 4-5-2022", "toestemming_gegeven", "2022-05-04"),
        ("Gesprek op 4-5-2022 met klant", "laatste_contact", "2022-05-04"),
        ("Datum gesprek: 4 mei 2022", "laatste_contact", "2022-05-04"),
        ("Laatste contact: 4 mei 2022", "laatste_contact", "2022-05-04"),
        ("Opname 20220504-1042, automatisch", "opname", "2022-05-04"),
        ("Voicelog / 04-05-2022 / 17:33", "opname", "2022-05-04"),
    ],
)
def test_events(text: str, trigger: str, day: str) -> None:
    assert found(text) == {(trigger, day)}


@pytest.mark.parametrize(
    "text",
    [
        "Naam: A. de Proef, geboren 12-03-1985",
        "geb. 12-03-1985",
        "Geboortedatum: 12 maart 1985",
        "geb.dat. 12-03-'85",
        "Vervaldatum: 30-10-2023",
        "Gelieve te betalen voor 30-10-2023",
        "uiterlijk 30 oktober 2023",
        "geldig tot 20-06-2029",
        "met ingang van 1 mei 2024",
        "in dienst sinds 1 mei 2024",
        "Datum: 31-02-2023",
        "Datum: 13/31/2023",
        "server 10.4.18.21, versie 3.1.4.15",
        "IP 62.194.88.20",
        "bsn 9999.90.019",
        "tel 06.12.03.20.15",
        "ordernummer 20220504",
        "12 augustus",
        "in 2019 en 2020",
        "",
    ],
)
def test_no_date_of_the_document(text: str) -> None:
    assert found(text) == set()


def test_a_label_goes_before_a_place_on_the_page() -> None:
    assert found(f"1 mei 2020\n{FILLER}\nDatum: 3 mei 2020") == {("documentdatum", "2020-05-03")}


def test_events_stand_beside_the_date_of_the_document() -> None:
    text = "Zwolle, 2 mei 2023\n\nUw dienstverband eindigt op 31 mei 2023."
    assert found(text) == {("documentdatum", "2023-05-02"), ("uitdiensttreding", "2023-05-31")}


def test_a_date_at_the_head_of_a_later_part_is_not_the_documents() -> None:
    text = f"Wij spraken op de markt 2 mei 2023 nog. {FILLER} En op de kade 4 mei 2023. {FILLER}"
    assert found(text) == {("documentdatum", "2023-05-02")}
    assert found(text, is_start=False) == set()


def test_a_later_part_tells_what_words_explain() -> None:
    assert found("Wij spraken elkaar 3 maart 2020.", is_start=False) == set()
    text = "Met groet,\n3 mei 2021\nUit dienst per 31 mei 2021"
    expected = {("documentdatum", "2021-05-03"), ("uitdiensttreding", "2021-05-31")}
    assert found(text, is_start=False) == expected


def test_where_and_source() -> None:
    (piece,) = dates_in_text("Datum: 2 mei 2023", "page 3", RULES)
    assert piece == Evidence("documentdatum", date(2023, 5, 2), "text", "page 3")


def test_a_very_long_text_is_read_at_both_ends() -> None:
    text = "Datum: 2 mei 2023\n" + "woord " * 100_000 + "\nAfgehandeld op 4 mei 2023"
    assert found(text) == {("documentdatum", "2023-05-02"), ("afhandeling_verzoek", "2023-05-04")}


@given(st.text(alphabet="0123456789-/.' :,\nabdegmnrtu", max_size=300))
def test_any_text_gives_real_dates_and_at_most_one_of_its_own(text: str) -> None:
    evidence = list(dates_in_text(text, "", RULES))
    assert sum(piece.trigger == "documentdatum" for piece in evidence) <= 1
    assert all(1980 <= piece.date.year <= 2049 for piece in evidence)


@given(st.dates(date(2000, 1, 1), date(2049, 12, 31)), st.sampled_from(["%d-%m-%Y", "%Y-%m-%d"]))
def test_a_written_date_is_read_back(day: date, form: str) -> None:
    assert found(f"Datum: {day.strftime(form)}") == {("documentdatum", day.isoformat())}


@pytest.mark.parametrize(
    ("heading", "trigger"),
    [
        ("laatste_contact", "laatste_contact"),
        ("Laatste contact", "laatste_contact"),
        ("Datum gesprek", "laatste_contact"),
        ("factuurdatum", "documentdatum"),
        ("Uit dienst", "uitdiensttreding"),
        ("UIT-DIENST", "uitdiensttreding"),
        ("Laatste factuur", "laatste_factuur"),
        ("Opnamedatum", "opname"),
        ("afgemeld op", "afmelding"),
        ("datum", "documentdatum"),
    ],
)
def test_columns(heading: str, trigger: str) -> None:
    table = Table(("naam", heading), (("A", "03-04-2021"), ("B", ""), ("C", "n.v.t.")), (2, 3, 4))
    expected = Evidence(trigger, date(2021, 4, 3), "row", "row 2")
    assert dates_in_table(table, RULES) == {2: (expected,)}


@pytest.mark.parametrize("heading", ["geboortedatum", "vervaldatum", "in dienst", "geb. datum", ""])
def test_other_columns(heading: str) -> None:
    table = Table(("naam", heading), (("A", "03-04-2021"),), (2,))
    assert dates_in_table(table, RULES) == {}


@pytest.mark.parametrize(
    "cell", ["2021-04-03 00:00:00", "2021-04-03T12:01", "3 april 2021", "3-4-21"]
)
def test_cells(cell: str) -> None:
    table = Table(("datum",), ((cell,),), (7,))
    assert dates_in_table(table, RULES)[7][0].date == date(2021, 4, 3)


def test_ragged_rows_and_several_columns() -> None:
    table = Table(("datum", "uit dienst"), (("1-2-2020", "1-3-2021"), ("1-2-2020",), ()), (2, 3, 4))
    rows = dates_in_table(table, RULES)
    assert [piece.trigger for piece in rows[2]] == ["documentdatum", "uitdiensttreding"]
    assert len(rows[3]) == 1
    assert 4 not in rows


@pytest.mark.parametrize(
    ("uri", "day"),
    [
        ("share/hr/2019/brief.docx", "2019-12-31"),
        ("share/hr/2019/gesprek_2023-03-14.docx", "2023-03-14"),
        ("share/20190102-notitie.txt", "2019-01-02"),
        ("share/verslag 12-03-2021 v2.pdf", "2021-03-12"),
        ("share/mei 2022/lijst.csv", "2022-05-31"),
        ("share/2024-02/lijst.csv", "2024-02-29"),
        ("share/archief 2015-2018/x.doc", "2018-12-31"),
        ("share/x.zip!/2017/y.doc", "2017-12-31"),
        ("share/2012/map/2016/y.doc", "2016-12-31"),
        ("share/foto_1234.jpg", None),
        ("share/v2.2019.1/x.doc", None),
        ("share/order 120190455.doc", None),
        ("share/brief.docx", None),
    ],
)
def test_paths(uri: str, day: str | None) -> None:
    evidence = [(piece.trigger, piece.date.isoformat()) for piece in dates_in_path(uri, RULES)]
    assert evidence == ([("documentdatum", day)] if day else [])


def test_the_day_of_a_file_is_that_of_the_clock_on_the_wall() -> None:
    evening = datetime(2024, 6, 30, 22, 30, tzinfo=UTC)
    assert date_of_file(evening) == Evidence("documentdatum", date(2024, 7, 1), "file")


OWN = Evidence("documentdatum", date(2020, 1, 1), "text")
LEFT = Evidence("uitdiensttreding", date(2021, 1, 1), "text")
LEFT_REGISTER = Evidence("uitdiensttreding", date(2021, 6, 1), "register")
LATER = Evidence("documentdatum", date(2022, 1, 1), "text")
TALK = Evidence("laatste_contact", date(2020, 1, 1), "text")
LATER_TALK = Evidence("laatste_contact", date(2022, 1, 1), "text")
FILE = Evidence("documentdatum", date(2024, 1, 1), "file")


@pytest.mark.parametrize(
    ("evidence", "doc_type", "expected"),
    [
        ((), "factuur", None),
        ((OWN,), "factuur", OWN),
        ((OWN, FILE), "factuur", OWN),
        ((FILE,), "factuur", None),
        ((OWN, LEFT), "loonstrook", LEFT),
        ((OWN, LEFT, LEFT_REGISTER), "loonstrook", LEFT_REGISTER),
        ((OWN, FILE), "arbeidsovereenkomst", None),
        ((OWN, LEFT), None, LEFT),
        ((OWN,), "overig", OWN),
        ((OWN, LATER), "overig", OWN),
        ((TALK, LATER_TALK), "chat", LATER_TALK),
    ],
)
def test_reference(
    evidence: tuple[Evidence, ...], doc_type: str | None, expected: Evidence | None
) -> None:
    assert reference(evidence, doc_type, RULES) == expected


def test_the_rules_speak_the_vocabulary() -> None:
    vocabulary = load_vocabulary()
    triggers = {trigger.id for trigger in vocabulary.triggers}
    orders = dict(RULES.reference)
    assert {cue.trigger for cue in RULES.cues} <= triggers
    assert {trigger for _, trigger in RULES.columns} <= triggers
    assert {trigger for order in orders.values() for trigger in order} <= triggers
    named = [order.split() for order in orders if order != "default"]
    assert {doc_type for doc_type, *_ in named} <= set(vocabulary.doc_types)
    assert {group for _, *groups in named for group in groups} <= set(vocabulary.subject_groups)
    headings = [heading for heading, _ in RULES.columns]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Terugbelnotitie voor Bente, 15-1-2024: graag bellen", "2024-01-15"),
        ("Betalen voor 15-1-2024", None),
        ("Geldig per maandag 15-1-2024", None),
        ("29/5 2024 klant belt", "2024-05-29"),
        ("Formulierversie 1-1-2022", None),
        ("App van de leidinggevende, in dossier geplakt op 19-01-2024", None),
    ],
)
def test_what_bears_on_a_date(text: str, day: str | None) -> None:
    found = [it.date.isoformat() for it in dates_in_text(text, "", load_date_rules())]
    assert found == ([day] if day else [])
