"""Statements about health, convictions, beliefs and the like: the examples of each vocabulary."""

from pathlib import Path

import pytest

from pii_scan.config._rules import rules_dir
from pii_scan.config.special import LANGUAGE, load_examples, load_special
from pii_scan.detect import MIN_SCORE
from pii_scan.detect._boxes import is_ticked
from pii_scan.detect._normalise import normalise
from pii_scan.detect._terms import fold, sought
from pii_scan.detect.layout import Layout, render
from pii_scan.detect.special import (
    Cue,
    Form,
    Group,
    Kind,
    Language,
    Person,
    SpecialFinder,
    Vocabulary,
)
from pii_scan.errors import ConfigError
from pii_scan.model import Hit, Table

EXAMPLES = load_examples()
VOCABULARIES, SHARED = load_special()
FINDER = SpecialFinder(VOCABULARIES, SHARED)


def hits(text: str, finder: SpecialFinder = FINDER, named: tuple[Hit, ...] = ()) -> list[Hit]:
    found = finder(normalise(text), Layout(), named)
    return [hit for hit in found if hit.score >= MIN_SCORE]


def values(text: str, entity: str) -> list[str]:
    return [hit.value for hit in hits(text) if hit.entity == entity]


@pytest.mark.parametrize(
    ("entity", "text"), [(e.entity, text) for e in EXAMPLES for text in e.match], ids=repr
)
def test_match(entity: str, text: str) -> None:
    assert values(text, entity)


@pytest.mark.parametrize(
    ("entity", "text"), [(e.entity, text) for e in EXAMPLES for text in e.no_match], ids=repr
)
def test_no_match(entity: str, text: str) -> None:
    assert values(text, entity) == []


def test_every_entity_has_a_vocabulary_and_every_term_is_well_written() -> None:
    assert {vocabulary.entity for vocabulary in VOCABULARIES} == {
        "CRIMINAL",
        "ETHNICITY",
        "HEALTH",
        "POLITICAL_OPINION",
        "RELIGION_OR_BELIEF",
        "SEXUAL_ORIENTATION",
        "TRADE_UNION",
    }
    for vocabulary in VOCABULARIES:
        for group in vocabulary.groups:
            for term in group.terms:
                assert sought(term, vocabulary.sets).regex.search(b"") is None, term


TWINS = {
    "HEALTH": [
        (
            "Mevrouw Kuipers heeft sinds mei een dubbele longontsteking.",
            "Prik tegen longontsteking: bel de praktijk.",
        ),
        (
            "Bij mijn vader is osteomyelitis vastgesteld.",
            "De afdeling onderzoekt osteomyelitis bij kippen.",
        ),
        (
            "Hij kreeg een aortadissectie en een herseninfarct.",
            "Er dreigt een verkeersinfarct rond Utrecht.",
        ),
        ("Onze collega Sven ligt met appendicitis in bed.", "Onze collega Sven studeert anatomie."),
        ("Zij slikt dagelijks candesartan.", "Zij slikt die opmerking niet."),
        ("Meneer gebruikt sinds kort rivaroxaban.", "Meneer gebruikt sinds kort ons portaal."),
        (
            "Haar zoon krijgt methylfenidaat voor school.",
            "Haar zoon krijgt een tablet voor school.",
        ),
        (
            "De heer Tol onderging een cystoscopie.",
            "De heer Tol deed microscopie op de universiteit.",
        ),
        ("Ik herstel van een hysterectomie.", "Ik herstel de fout in het systeem."),
        ("Mijn vrouw is 24 weken zwanger.", "Bent u zwanger? Vraag dan advies."),
        ("Zij moet over drie weken bevallen.", "De regels zijn haar goed bevallen."),
        ("Hij heeft zich vanmorgen ziek gemeld.", "Hij heeft zich vanmorgen bij de balie gemeld."),
        (
            "Collega Wouter zit al maanden thuis met een burn-out.",
            "Wouter geeft een workshop over burn-out.",
        ),
        ("Mijn zus is opgenomen met een delier.", "Mijn zus is opgenomen in de mailinglijst."),
        (
            "Hij is 80% arbeidsongeschikt verklaard.",
            "Bij arbeidsongeschiktheid betaalt de verzekeraar.",
        ),
        ("Mijn broer zit in een rolstoel.", "De ingang is geschikt voor een rolstoel."),
        ("Oma draagt sinds kort een gehoorapparaat.", "Wij verkopen gehoorapparaten met korting."),
        ("Zij hoort slecht en wil een brief.", "Zij hoort morgen van ons."),
        ("De bewoner is verslaafd aan cocaïne.", "De bewoner is dol op cola."),
        (
            "Hij drinkt te veel sinds zijn scheiding.",
            "Hij drinkt te weinig water op het werk? Zet een kan neer.",
        ),
        (
            "Mijn man heeft een hernia en kan niet tillen.",
            "Mijn man heeft een heftruck om mee te tillen.",
        ),
        ("Ze is allergisch voor penicilline.", "Ze is allergisch voor onzin."),
        (
            "Mijn zus kreeg een niertransplantatie in 2019.",
            "Anja kreeg een nieuwe telefoon in 2019.",
        ),
        ("Mijn dochter heeft dyslexie.", "Leerlingen met dyslexie krijgen extra tijd."),
        ("Hij heeft een bipolaire stoornis.", "Hij heeft een storing op zijn lijn."),
        ("Cliënte heeft suïcidale gedachten.", "Cliënte heeft goede gedachten."),
        ("Zij komt niet wegens griep.", "Zij komt niet wegens drukte."),
        ("Mevrouw Bos heeft een gebroken heup.", "Mevrouw Bos heeft een gebroken ruit."),
        ("[x] diabetes", "[ ] diabetes"),
        ("Astma: ja\nNaam: mevrouw De Wit", "Astma: nee\nNaam: mevrouw De Wit"),
        ("Naam: dhr. Klok\n☒ Epilepsie ☐ Reuma", "Naam: dhr. Klok\n☐ Epilepsie ☐ Reuma"),
        ("Mijn moeder heeft dementie en dwaalt.", "Voor dementie bestaat een aparte folder."),
        ("Hij is doof aan één oor.", "Hij is doof voor kritiek."),
        ("Mijn kind heeft koorts en moet overgeven.", "Wie koorts heeft, blijft thuis."),
        (
            "Mijn broer krijgt chemotherapie in het AMC.",
            "Chemotherapie valt onder de dekking van de polis.",
        ),
        (
            "De medewerker re-integreert na een hartinfarct.",
            "De medewerker houdt het protocol bij ziekte bij.",
        ),
        (
            "Mijn opa heeft een wlz-indicatie vanwege Parkinson.",
            "Een collecte voor het Parkinsonfonds is aangekondigd.",
        ),
        ("Zij gebruikt een rollator sinds haar val.", "Zij gebruikt een lader sinds haar aankoop."),
    ],
    "CRIMINAL": [
        ("De heer Van Dam is veroordeeld wegens heling.", "De partij is veroordeeld in de kosten."),
        ("Mijn zoon zit in voorlopige hechtenis.", "Mijn zoon zit in de file vast."),
        (
            "Hij kreeg een taakstraf van 80 uur voor vernieling.",
            "Hij kreeg een korting van 80 euro voor trouw.",
        ),
        ("Zij wordt verdacht van verduistering.", "Zij kreeg een verdachte link per mail."),
        ("De VOG van Kim is geweigerd.", "Voor deze functie vragen wij een VOG aan."),
        ("Er loopt een strafzaak tegen hem.", "Er loopt een klacht over hem bij de bezorger."),
        (
            "Tegen de heer Pot is aangifte gedaan wegens mishandeling.",
            "De heer Pot deed aangifte van diefstal van zijn fiets.",
        ),
        (
            "Hij reed onder invloed en is zijn rijbewijs kwijt.",
            "Hij reed naar huis en is zijn sleutel kwijt.",
        ),
        ("Haar ex draagt een enkelband.", "Haar ex draagt een horloge."),
        (
            "De medewerkster heeft geld uit de kassa gestolen.",
            "Bij de medewerkster is een tas gestolen.",
        ),
        ("Broer Karim zit in de gevangenis.", "Broer Karim levert brood aan het dorp."),
        ("Hij staat op de zwarte lijst wegens fraude.", "Ons fraudebeleid staat op intranet."),
        (
            "Mevrouw Bos. Bent u ooit veroordeeld? ( ) nee (x) ja",
            "Mevrouw Bos. Bent u ooit veroordeeld? (x) nee ( ) ja",
        ),
        ("Hij heeft een strafblad.", "Hij heeft een strak blad."),
        ("Zij is aangehouden voor winkeldiefstal.", "De zitting over haar huur is aangehouden."),
        ("Mijn neef kreeg een stadionverbod.", "Mijn neef kreeg een seizoenkaart."),
        ("Hij loopt bij de reclassering.", "Hij loopt bij de receptie langs."),
        (
            "De kandidaat heeft een VOG zonder aantekening.",
            "De kandidaat heeft een diploma zonder cijferlijst.",
        ),
        (
            "Meneer is vrijgekomen na drie jaar cel.",
            "Meneer kreeg na drie jaar een nieuwe cel in zijn accu.",
        ),
        ("Uw huurder is opgepakt wegens hennepteelt.", "Uw huurder pakt de klus snel op."),
    ],
    "RELIGION_OR_BELIEF": [
        ("Mevrouw El Amrani is moslima.", "Mevrouw El Amrani is marktkoopvrouw."),
        ("Zij gaat elke zondag naar de kerk.", "Zij woont in de Kerkstraat naast de bakker."),
        ("Hij vast tijdens de ramadan.", "Zijn aansluiting zit vast in de muur."),
        ("Mijn buurvrouw is Jehova's getuige.", "Mijn buurvrouw is getuige bij de rechtbank."),
        (
            "De heer Groen is ouderling in de hervormde kerk.",
            "De heer Groen verhuurt de kerk voor concerten.",
        ),
        ("Zij draagt een hoofddoek.", "Zij draagt een veiligheidsbril op de vloer."),
        ("Mijn zus en ik zijn streng gereformeerd opgevoed.", "Wij zijn streng op de kosten."),
        ("Hij eet alleen halal.", "Hij eet alleen brood."),
        ("Onze zoon heeft zijn bar mitswa.", "Onze zoon heeft zijn zwemdiploma."),
        ("Mijn oom is bekeerd tot het boeddhisme.", "Mijn oom is overgestapt naar glasvezel."),
        (
            "Zij werkt niet op zaterdag vanwege de sabbat.",
            "Zij werkt niet op zaterdag vanwege de kinderen.",
        ),
        ("Ik ben atheïst.", "Ik ben vegetariër noch veganist."),
        ("Mijn man is vrijmetselaar.", "Mijn man is metselaar."),
        ("Hij is hindoe en wil vrij met Divali.", "Hij is chef en wil vrij met Kerst."),
    ],
    "ETHNICITY": [
        ("Hij is van Surinaamse komaf.", "Hij is van de Surinaamse ambassade."),
        ("Mijn ouders komen uit Eritrea.", "Mijn pakje is verstuurd uit Eritrea."),
        ("Zij is een Turkse Nederlander.", "Zij is met vakantie in Turkije."),
        ("De klant heeft een donkere huidskleur.", "De klant heeft een donkere jas."),
        ("Haar vader is Molukker.", "Haar vader is bankier."),
        ("Hij is half Indisch.", "Hij bestelde een Indische rijsttafel."),
        ("Mijn oma is Moluks en kwam in 1951.", "Mijn oma bezocht het Joods Museum."),
        ("Zij heeft Koerdische wortels.", "Zij spreekt Koerdisch."),
        ("Het gezin behoort tot de Sinti.", "Het gezin behoort tot de klanten."),
        ("De medewerker is van Chinese afkomst.", "De medewerker haalt Chinees."),
    ],
    "POLITICAL_OPINION": [
        ("Mijn buurman stemt op de PVV.", "De PVV won de verkiezingen."),
        ("Zij is lid van GroenLinks.", "Zij las over GroenLinks in de krant."),
        (
            "Hij zit voor het CDA in de gemeenteraad.",
            "De gemeenteraad behandelt het bestemmingsplan.",
        ),
        ("Hij flyerde voor de SP.", "Hij flyerde voor de pizzeria."),
        ("Zij is overtuigd communist.", "Zij is overtuigd klant."),
        ("Mijn zus is raadslid voor D66.", "Mijn zus is kamerlid van het koor."),
        (
            "Meneer is klimaatactivist bij Extinction Rebellion.",
            "Meneer is installateur van klimaatsystemen.",
        ),
        ("Hij staat bij de VVD ingeschreven.", "Hij staat bij de KvK ingeschreven."),
    ],
    "TRADE_UNION": [
        ("Zij is lid van de FNV.", "Zij is lid van de Wielerbond."),
        ("Mijn man is kaderlid bij CNV Vakmensen.", "Mijn man is teamleider bij Vakwerk."),
        ("Hij staakte vorige week mee.", "Hij staakte vorige week zijn aankoop niet."),
        (
            "Vakbondscontributie van de heer De Jager: 17,50",
            "Contributie van de heer De Jager voor de tennisclub: 17,50",
        ),
        ("Zij wordt bijgestaan door haar vakbond.", "Zij wordt bijgestaan door haar zus."),
        (
            "Bent u lid van een vakbond? ja, FNV. Naam: mw. Bos",
            "Bent u lid van een vakbond? Naam: mw. Bos",
        ),
        (
            "Hij zit al jaren bij de bond en deed mee aan de staking.",
            "Wegens een staking rijdt de bus van de heer Kok niet.",
        ),
    ],
    "SEXUAL_ORIENTATION": [
        ("Mijn dochter is lesbisch.", "Mijn dochter is linkshandig."),
        ("Collega Bram is uit de kast gekomen.", "Collega Bram heeft de map uit de kast gepakt."),
        ("Hij is in transitie van man naar vrouw.", "De afdeling is in transitie."),
        ("Hij is getrouwd met een man.", "Hij is getrouwd en heeft twee kinderen."),
        (
            "De heer Mol en zijn echtgenoot Piet komen langs.",
            "De heer Mol en zijn compagnon Piet komen langs.",
        ),
        ("Het kind heeft twee moeders.", "Het kind heeft twee fietsen."),
        ("Ik ben non-binair.", "Ik ben niet bereikbaar."),
    ],
}
"""Statements, each beside a text that is like it and tells nothing of a person."""


@pytest.mark.parametrize(
    ("entity", "text"), [(e, text) for e, pairs in TWINS.items() for text, _ in pairs], ids=repr
)
def test_statement(entity: str, text: str) -> None:
    assert values(text, entity)


@pytest.mark.parametrize(
    ("entity", "text"), [(e, text) for e, pairs in TWINS.items() for _, text in pairs], ids=repr
)
def test_twin(entity: str, text: str) -> None:
    assert values(text, entity) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Haar moeder is diabetespatiënt.", "diabetespatiënt"),
        ("Haar rughernia-operatie is gelukt.", "rughernia-operatie"),
        ("€ 5 — één klant met een longkankerbehandeling", "longkankerbehandeling"),
        ("Mijn vrouw heeft een burnout.", "burnout"),
        ("mijn vrouw heeft een burn out", "burn out"),
        ("MIJN ZOON HEEFT EPILEPSIE", "EPILEPSIE"),
        ("Hij zit in de\nZiektewet.", "in de\nZiektewet"),
    ],
)
def test_inflections_compounds_and_offsets(text: str, value: str) -> None:
    found = [hit for hit in hits(text) if hit.entity == "HEALTH"]
    assert any(value in hit.value for hit in found)
    assert all(text[hit.start : hit.end] == hit.value for hit in found)


def test_a_cause_and_its_effect_are_one_statement() -> None:
    assert len(values("Zij is ziek gemeld wegens een hernia.", "HEALTH")) == 1
    assert len(values("Hij heeft astma, zij reuma.", "HEALTH")) == 2


@pytest.mark.parametrize(
    ("form", "ticked"),
    [
        ("[x] griep", True),
        ("[ ] griep", False),
        ("griep [x]  koorts [ ]", True),
        ("koorts [x]  griep [ ]", False),
        ("\u2610 koorts \u2612 griep", True),
        ("\u2611 koorts \u2610 griep", False),
        ("griep? ( ) nee (x) ja", True),
        ("griep? (x) nee ( ) ja", False),
        ("griep? nee ( ) ja (x)", True),
        ("griep? [ ] ja [ ] nee", False),
        ("griep?\n[x] ja\n[ ] nee", True),
        ("Klachten      Ja   Nee\nkoorts       [x]  [ ]\ngriep        [ ]  [x]", False),
        ("Klachten      Nee  Ja\nkoorts       [x]  [ ]\ngriep        [ ]  [x]", True),
        ("griep", None),
        ("griep.\n[x] akkoord", None),
        ("f() griep", None),
    ],
)
def test_boxes(form: str, ticked: bool | None) -> None:
    lower = fold(form).lower()
    start = lower.index(b"griep")
    assert is_ticked(lower, start, start + 5) is ticked


def test_a_box_decides_and_not_the_word_at_another_box() -> None:
    (hit,) = tiny()("Griep? ( ) nee (x) ja", Layout(), ())
    assert dict(hit.reasons)["ticked"] == 3.0


def tiny(**changes: object) -> SpecialFinder:
    group = Group("illness", 1.0, ("griep*", "heeft ... koorts", "MS", "Gr. Ep.", "heeft * nodig"))
    shared = {
        "person": Person(
            (Kind("person", 1.0, 0.5, ("zij",)), Kind("name", 0.9, 0.4, (), frozenset({"PERSON"}))),
            0.0,
            -2.0,
        ),
        "form": Form(ticked=3.0, empty=-5.0, quoted=-0.1, alone=-0.2),
        "cues": (Cue("negation", -4.0, "before", ("geen",), 2),),
        "joints": frozenset({"met"}),
        "stops": frozenset({"door"}),
        "common": {"heeft": 100.0, "nodig": 100.0},
        "abbreviations": frozenset({"mw"}),
    }
    vocabulary: dict[str, object] = {
        "exclude": ("griepprik",),
        "cues": (Cue("ward", -3.0, "after", ("afdeling",)),),
    }
    vocabulary |= {key: value for key, value in changes.items() if key in vocabulary}
    return SpecialFinder((Vocabulary("HEALTH", (group,), **vocabulary),), Language(**shared))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("zij heeft griep", {"illness": 1.0, "person in the sentence": 1.0}),
        ("zij heeft geen griep", {"negation": -4.0}),
        ("geen tijd, zij heeft griep", {"negation": 0.0}),
        ("zij heeft geen werk door griep", {"negation": 0.0}),
        ("[x] griep", {"ticked": 3.0}),
        ("[ ] griep", {"empty box": -5.0}),
        ('zij zegt "griep" ', {"quoted": -0.1}),
        ("zij:\n- griep\n", {"alone": -0.2}),
        ("zij belt niet en heeft geen idee van griep", {"negation": 0.0}),
        ("zij ligt op de griepafdeling", {"illness": 1.0}),
        ("griep op afdeling 3, zij", {"ward": -3.0}),
        ("griep", {"no person": -2.0}),
        ("Zij belt. Nu griep.", {"person near": 0.5}),
        ("Mw. zij griep", {"person in the sentence": 1.0}),
        ("zij" + " x" * 200 + ". Griep.", {"person in the record": 0.0}),
    ],
)
def test_what_is_around_counts(text: str, reasons: dict[str, float]) -> None:
    (hit,) = tiny()(text, Layout(), ())
    met = dict(hit.reasons)
    assert {name: met.get(name, 0.0) for name in reasons} == reasons


def test_a_name_that_was_found_is_a_person() -> None:
    name = Hit("PERSON", 0, 4, 0.9, "", "Bo B")
    assert hits("Bo B griep", tiny(), (name,))[0].value == "griep"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zij heeft al dagen hoge koorts", "heeft al dagen hoge koorts"),
        ("zij heeft MS", "MS"),
        ("zij is Gr. Ep. en blijft", "Gr. Ep."),
        ("zij heeft zorg nodig", "heeft zorg nodig"),
        ("heeft zij\nnodig", "heeft zij\nnodig"),
        ("zij kreeg griepje met griep", "griepje met griep"),
    ],
)
def test_the_spelling_of_terms(text: str, value: str) -> None:
    assert [hit.value for hit in hits(text, tiny())] == [value]


@pytest.mark.parametrize(
    "text",
    ["zij griepprik", "zij heeft 5 ms", "zij wiegriep", "zij heeft nodig", "zij heeft hem nodige"],
)
def test_what_is_no_term(text: str) -> None:
    assert hits(text, tiny()) == []


def test_the_heading_of_a_column_is_a_label() -> None:
    text, layout = render(Table(("naam", "afdeling"), (("zij", "griep"),), (2,)))
    (hit,) = tiny(cues=(Cue("ward", -3.0, "before", ("afdeling",)),))(text, layout, ())
    assert ("ward", -3.0) in hit.reasons
    assert (hit.row, hit.column) == (2, "afdeling")


@pytest.mark.parametrize("term", ["{a|b", "a}", "<nergens>", "* #"])
def test_a_term_that_is_badly_written_is_a_setting_that_is_wrong(term: str) -> None:
    vocabulary = Vocabulary("HEALTH", (Group("g", 1.0, (term,)),))
    with pytest.raises(ConfigError, match="term"):
        SpecialFinder((vocabulary,), SHARED)


def test_time_is_linear_in_the_text() -> None:
    """Thousands of statements without an end of a sentence: each looks at its own place."""
    assert len(values("haar griep, griepvirus, " * 3_000, "HEALTH")) == 3_000


def test_what_goes_on_about_illness_without_naming_anybody_is_a_leaflet() -> None:
    (short,) = FINDER("De griep is vervelend.", Layout(), ())
    (long,) = FINDER("De griep is vervelend. " + "Drink water. " * 200, Layout(), ())
    assert long.score < short.score
    somebody = (Hit("PERSON", 30, 35, 0.9, "", "Water"),)
    (named,) = FINDER("De griep is vervelend. " + "Drink water. " * 200, Layout(), somebody)
    assert named.score > short.score


def test_folding_keeps_places() -> None:
    text = "Zoë – ☒ één knieën 😀 ß"
    assert len(fold(text)) == len(text)
    assert fold("knieën") == b"knieen"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("health.toml", 'entity = "HEALTH"', 'entity = "CRIMINAL"', "CRIMINAL"),
        ("health.toml", 'entity = "HEALTH"', 'entity = "HEALTH"\nextra = 1', "extra"),
        ("criminal.toml", 'entity = "CRIMINAL"', "", "entity"),
        (LANGUAGE, "\nnobody = ", "\nsomebody = ", "nobody"),
    ],
)
def test_a_broken_file_is_one_line_that_names_it(
    name: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    folder = tmp_path / "special"
    folder.mkdir()
    for file in (rules_dir() / "special").iterdir():
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text.replace(old, new, 1) if file.name == name else text)
    with pytest.raises(ConfigError, match=says) as caught:
        load_special(tmp_path)
    assert "\n" not in str(caught.value)
