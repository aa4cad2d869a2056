"""Document type and subject group, on documents made up here."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_scan.classify._terms import Vocabulary
from pii_scan.classify.doctype import OPENING, Evidence
from pii_scan.config.doctypes import load_doctypes
from pii_scan.model import Chunk, Table

DOCTYPES = load_doctypes()

EXAMPLES = [
    ("sollicitatie", "sollicitant", "CURRICULUM VITAE\n\nWerkervaring\n2019 - heden baliemedewerker"
     "\nOpleiding\nMBO 4\nTalen: Duits\nReferenties op aanvraag"),
    ("arbeidsovereenkomst", "medewerker", "ARBEIDSOVEREENKOMST VOOR BEPAALDE TIJD\nPartijen:\n"
     "werkgever en werknemer zijn overeengekomen dat werknemer in dienst treedt. Proeftijd: 1 mnd."
     "\nSalaris: 2.600 bruto per maand. Opzegtermijn een maand."),
    ("loonstrook", "medewerker", "Loonstrook april 2024\nPersoneelsnummer 1234\nBruto 2.600,00\n"
     "Loonheffing -410,00\nZVW\nNetto 2.090,00\nVakantiegeld 208,00\nCumulatief"),
    ("loonbelastingverklaring", "medewerker", "Model opgaaf gegevens voor de loonheffingen\n"
     "Loonheffingskorting toepassen? ja, vanaf 1-1-2024\nLoonheffingennummer"),
    ("kopie_id", "medewerker", "KOPIE PASPOORT\nNaam/Surname\nVoornamen/Given names\n"
     "Datum afgifte\nGeldig tot\nP<NLD<<<<<<"),
    ("vog", "medewerker", "VERKLARING OMTRENT HET GEDRAG\nJustis heeft geen bezwaren tegen de "
     "functie. Screeningsprofiel 11."),
    ("verzuim", "medewerker", "Terugkoppeling spreekuur bedrijfsarts\nEerste ziektedag: 1 mei\n"
     "Werknemer heeft beperkingen. Opbouw in uren. Volgend spreekuur over vier weken."),
    ("personeelsdossier", "medewerker", "Verslag functioneringsgesprek\nPersoneelsnummer 1234\n"
     "Leidinggevende: A.\nFunctie: agent\nIn dienst sinds 2019\nAfspraken en verbeterplan"),
    ("factuur", None, "FACTUUR\nFactuurnummer 2024-11\nFactuurdatum 1-2-2024\nSubtotaal 100,00\n"
     "Btw 21,00\nTotaal 121,00\nTe betalen binnen 14 dagen onder vermelding van het nummer"),
    ("offerte", None, "OFFERTE 24-031\nNaar aanleiding van uw aanvraag bieden wij u de montage aan."
     "\nPrijs exclusief btw. Deze offerte is geldig tot 1 mei."),
    ("klantcontact_notitie", "klant_van_opdrachtgever", "12-3 mw belt over rek van 2 mnd geleden. "
     "uitgelegd dat monteur nog komt. klantnr doorgegeven, teruggebeld, akkoord. gemaild."),
    ("chat", "klant_van_opdrachtgever", "Chat 12-3-2024\nKlant: hoi, mijn pakket is er niet\n"
     "Agent: Hoi! Wat is je naam?\nKlant: ok, anouk\nAgent: Momentje, ik kijk even.\nKlant: top"),
    ("e_mail", None, "Van: A\nVerzonden: maandag 4 maart 2024 12:00\nAan: B\nOnderwerp: RE: dinsdag"
     "\n\nBeste B,\n\nDinsdag schikt. Dank voor je bericht.\n\nGroet, A"),
    ("nieuwsbrieflijst", "nieuwsbriefabonnee", "Abonnees nieuwsbrief\nop de mailinglijst, opt in, "
     "aangemeld op 1-1, afgemeld op 2-2"),
    ("leverancier", "leverancier", "LEVERANCIERSLIJST crediteuren\ncrediteur, contactpersoon, kvk, "
     "inkoop, levering van artikelen"),
    ("rechtenverzoek", "verzoeker", "Betreft: inzageverzoek AVG\nIk verzoek om inzage in mijn "
     "persoonsgegevens op grond van artikel 15 AVG, binnen een maand."),
    ("belrapportage", None, "BELRAPPORTAGE week 12\nAgent, wachttijd, gespreksduur, AHT, nawerk, "
     "geen gehoor, doorverbonden, opgehangen"),
    ("gespreksopname", "klant_van_opdrachtgever", "TRANSCRIPT opname\nAgent: Goedemiddag, u "
     "spreekt met de klantenservice.\nKlant: Ja eh, ik eh, ik bel over eh de rekening."
     "\nAgent: Mag ik uw postcode?\nKlant: eh ja"),
    ("klacht", "klant_van_opdrachtgever", "KLACHTENFORMULIER\nMijn klacht: al weken nog steeds "
     "geen reactie. Ik ben zeer ontevreden en eis een schadevergoeding."),
    ("feedback", "klant_van_opdrachtgever", "Review: 5 sterren\nSuper geholpen, een aanrader. "
     "Cijfer: 9. Wat kan beter? Niets."),
    ("overig", "onbekend", "NOTULEN vergadering\nAanwezig: allen\nAgenda\n1. Actielijst"),
    ("overig", "onbekend", "Privacyverklaring\nWij verwerken uw persoonsgegevens. Op onze website "
     "leest u waarom. Wij bewaren ze kort. Uw rechten: inzage en verwijdering volgens de AVG."),
]  # fmt: skip


def weigh(text: str, uri: str = "share/x.txt") -> tuple[str, tuple[str, ...]]:
    evidence = Evidence(uri)
    evidence.add(Chunk(text, ""), text)
    verdict = evidence.weigh(DOCTYPES)
    return verdict.doc_type, verdict.groups


@pytest.mark.parametrize(("doc_type", "group", "text"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_a_plain_example_of_each_type(doc_type: str, group: str | None, text: str) -> None:
    found, groups = weigh(text)
    assert found == doc_type
    assert group in (None, groups[0])


def test_every_type_has_an_example() -> None:
    assert {example[0] for example in EXAMPLES} | {"contactverzoek"} == DOCTYPES.types.bias.keys()


def test_the_path_is_evidence() -> None:
    nothing = "Zie bijlage."
    assert weigh(nothing, "share/HR/verzuim/2021/x.txt") == ("verzuim", ("medewerker",))
    assert weigh(nothing, "share/sollicitaties/x.txt")[0] == "sollicitatie"


@pytest.mark.parametrize(
    ("columns", "doc_type", "group"),
    [
        (("Personeelsnummer", "Naam", "Functie", "In dienst"), "personeelsdossier", "medewerker"),
        (("Crediteur", "Contactpersoon", "KvK"), "leverancier", "leverancier"),
        (("Mail", "Opt-in", "Aanmelddatum", "Afgemeld"), "nieuwsbrieflijst", "nieuwsbriefabonnee"),
        (("Agent", "Wachttijd", "Gespreksduur", "Resultaat"), "belrapportage", None),
    ],
)  # fmt: skip
def test_the_headings_of_a_table_are_evidence(
    columns: tuple[str, ...], doc_type: str, group: str | None
) -> None:
    evidence = Evidence("share/x.csv")
    evidence.add(Table(columns, (("1",) * len(columns),), (2,)), "1\t1\t1\n")
    verdict = evidence.weigh(DOCTYPES)
    assert verdict.doc_type == doc_type
    assert group in (None, verdict.groups[0])


def test_only_the_opening_is_kept() -> None:
    evidence = Evidence("x")
    for _ in range(10):
        evidence.add(Chunk("", ""), "factuur " * 1_000)
    assert len(evidence.opening) <= OPENING + 10


def test_the_reasons_add_up_and_name_where_the_term_stood() -> None:
    text = EXAMPLES[0][2]
    evidence = Evidence("x")
    evidence.add(Chunk(text, ""), text)
    reasons = dict(evidence.weigh(DOCTYPES).reasons)
    assert reasons["heading: curriculum vitae"] > 0
    places = {"heading", "title", "text", "cues", "bias"}
    assert all(name.partition(":")[0] in places for name in reasons)
    assert sum(reasons.values()) == pytest.approx(evidence.weigh(DOCTYPES).scores[0][1])


@pytest.mark.parametrize(
    ("clean", "read"),
    [
        ("loonheffingskorting toepassen", "l00nheffingsk0rting t0epassen"),
        ("bepaalde tijd", "BEPAALDETlJD"),
        ("verklaring omtrent het gedrag", "VERKLAR1NG 0MTRENTHET GEDRAG"),
        ("re integratie", "re-integratie"),
        ("re integratie", "reintegratie"),
        ("enquête", "enquete"),
        ("enquête", "de “enque\u0302te”:"),
        ("fiets", "één \ufb01ets, €5"),
    ],
)
def test_terms_survive_text_recognition(clean: str, read: str) -> None:
    assert Vocabulary([clean]).found(read.lower()) == {clean}


@pytest.mark.parametrize(("term", "text"), [("de bond", "debond"), ("vog", "vo g"), ("cv", "10")])
def test_short_words_are_not_put_together(term: str, text: str) -> None:
    assert Vocabulary([term]).found(text) == set()


UNFITTED = Path(__file__).parents[1] / "training/doctypes"


def unfitted(name: str) -> tuple[float, float]:
    """Return how many documents that nothing was fitted on get the right type and group.

    Without the names that a scan finds, which tell of groups: bench/accuracy.py measures those.
    """
    lines = (UNFITTED / name).read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    found = [weigh(one["text"]) for one in documents]
    pairs = list(zip(documents, found, strict=True))
    right = sum(one["doc_type"] == said for one, (said, _) in pairs)
    whose = sum(one["subject_group"] == groups[0] for one, (_, groups) in pairs)
    return right / len(pairs), whose / len(pairs)


def test_documents_that_nothing_was_fitted_on() -> None:
    lines = (UNFITTED / "check.jsonl").read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    assert {one["doc_type"] for one in documents} == DOCTYPES.types.bias.keys()
    assert {one["subject_group"] for one in documents} == DOCTYPES.groups.bias.keys()
    right, whose = unfitted("check.jsonl")
    assert right >= 0.88
    assert whose >= 0.80


def test_documents_of_kinds_that_are_taken_for_each_other() -> None:
    right, whose = unfitted("close.jsonl")
    assert right >= 0.70
    assert whose >= 0.55


def test_the_fields_of_a_record_are_its_columns() -> None:
    record = '{"ticket": "T-1", "kanaal": "mail", "klant": {"klantnummer": "7"}, "status": "open"}'
    assert weigh(record)[0] == "klantcontact_notitie"
    assert weigh('[{"id": 1, "cijfer": 8, "toelichting": "fijn"}]')[0] == "feedback"


@given(st.text(max_size=300))
def test_any_text_has_a_type_and_a_group(text: str) -> None:
    doc_type, groups = weigh(text)
    assert doc_type in DOCTYPES.types.bias
    assert groups
    assert set(groups) <= DOCTYPES.groups.bias.keys()


def test_no_evidence_is_the_fallback() -> None:
    assert weigh("qwrt zxcv") == ("overig", ("onbekend",))
