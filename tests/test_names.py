"""Names: what the shipped model and the evidence around it find, and what they must not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy

from pii_scan import plugins
from pii_scan.config.settings import load_settings
from pii_scan.detect import hits_in
from pii_scan.detect.engine import Engine
from pii_scan.detect.layout import Layout, render
from pii_scan.detect.names import Reader
from pii_scan.detect.presidio import Analyzer
from pii_scan.detect.units import units
from pii_scan.detect.voters import Names, folded
from pii_scan.errors import ConfigError
from pii_scan.model import Chunk, Hit, NameModel, Recognizer, Table

PACK = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)


def dutch() -> NameModel:
    offered = plugins.offered("pii_scan_nl", "NAMES", NameModel)
    assert offered is not None
    return offered


NAMES = dutch()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(PACK)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(NAMES)


def found(text: str, engine: Engine, names: Names, entity: str = "PERSON") -> list[str]:
    hits = hits_in(text, engine, 0.5, names=names.weighed)
    return [hit.value for hit in hits if hit.entity == entity]


PEOPLE = [
    ("gesproken met Femke Postema over de nota", ["Femke Postema"]),
    ("klant joost van der wielen belt, wil verhuizen", ["joost van der wielen"]),
    ("dhr. B. Ter Horst belt terug", ["B. Ter Horst"]),
    ("mw aylin kaya uit Zwolle, tel 0612345678", ["aylin kaya"]),
    ("MEVROUW DE BOER HEEFT GEBELD OVER DE FACTUUR", ["DE BOER"]),
    ("Haar zoon Milan Kovalenko komt mee.", ["Milan Kovalenko"]),
    ("Volgens Van den Broek is het geregeld.", ["Van den Broek"]),
    ("Gebeld met mw T. de Groot - van Dalen over de nota.", ["T. de Groot - van Dalen"]),
]


@pytest.mark.parametrize(("text", "expected"), PEOPLE)
def test_people_in_running_text(
    engine: Engine, names: Names, text: str, expected: list[str]
) -> None:
    assert found(text, engine, names) == expected


NOBODY = [
    "Jansen & De Boer Advocaten is gesloten.",
    "In mei en augustus is het kantoor dicht.",
    "Pijn\nStart behandeling\nMan, 54 jaar",
    "Zij heeft de ziekte van Parkinson.",
    "Geachte klant,\n\nBedankt voor uw bericht.",
    "Factuur van Garage Postema B.V.",
    "Roos en tulp zijn uitverkocht.",
    "Plan van aanpak\nDoel: beter bewegen",
]


@pytest.mark.parametrize("text", NOBODY)
def test_nobody(engine: Engine, names: Names, text: str) -> None:
    assert found(text, engine, names) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Naam: Femke Postema\nTelefoon: 0612345678", ["Femke Postema"]),
        ("Behandelaar\tKoen Visser\nStatus\tOpen", ["Koen Visser"]),
        ("Met vriendelijke groet,\n\nSamira Bouzidi\nTeamleider", ["Samira Bouzidi"]),
    ],
)
def test_labels_and_line_ends_stay_outside(
    engine: Engine, names: Names, text: str, expected: list[str]
) -> None:
    assert found(text, engine, names) == expected


def test_a_certain_name_is_found_again(engine: Engine, names: Names) -> None:
    text = "Mevrouw Anneke Wolthuis belde.\nwolthuis wil haar geld terug.\nTerugbellen: Anneke."
    assert found(text, engine, names) == ["Anneke Wolthuis", "wolthuis", "Anneke"]


def test_a_street_named_after_a_person_is_a_street(engine: Engine, names: Names) -> None:
    text = "verhuisd naar Anna Verzonnenlaan 12, 9999 ZZ Zwolle"
    assert found(text, engine, names) == []
    assert found(text, engine, names, "STREET_ADDRESS") == ["Anna Verzonnenlaan 12"]


def test_an_address_tells_of_a_surname(names: Names) -> None:
    text = "zie mail j.ockenburgh@post.example\nkwijt: Ockenburgh"
    mail = Hit("EMAIL_ADDRESS", 9, 34, 0.99, "", text[9:34])
    reasons = dict(next(h for h in names.weighed(text, [mail], Layout()) if h.start > 34).reasons)
    assert reasons["address"] > 0


def test_towns(engine: Engine, names: Names) -> None:
    text = "Ze woont in Assen en werkt in Den Helder."
    assert found(text, engine, names, "LOCATION") == ["Assen", "Den Helder"]


def test_a_town_of_several_words_is_one(engine: Engine, names: Names) -> None:
    text = "mw Bos is verhuisd naar Hoek van Holland."
    assert found(text, engine, names, "LOCATION") == ["Hoek van Holland"]


def test_nothing_to_read(names: Names) -> None:
    for text in ("", "\n\n", "12-34 5678 €", "\x00\ud800"):
        assert names.weighed(text, (), Layout()) == []


def test_a_table_keeps_its_places(engine: Engine, names: Names) -> None:
    table = Table(("nr", "notitie"), (("1", "mevrouw Femke Postema belde over de nota"),), (2,))
    text, layout = render(table)
    person = next(h for h in names.weighed(text, (), layout) if h.score >= 0.5)
    assert (person.value, person.row, person.column) == ("Femke Postema", 2, "notitie")


def test_chances_are_chances_and_have_reasons(names: Names) -> None:
    hits = names.weighed("gesproken met Femke Postema over Zwolle", (), Layout())
    assert hits
    for hit in hits:
        assert 0 < hit.score < 1
        assert hit.reasons[0][0] == "prior"


def test_a_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(NAMES.pipeline)
    first = reader.read("Groeten van Femke Postema, kamer 12", Layout())
    monkeypatch.setattr(reader, "_read", None)
    again = reader.read("Groeten van Femke Postema, kamer 34", Layout())
    assert again.spans == first.spans


def test_long_text_without_line_ends_is_cut() -> None:
    text = "woord " * 300_000
    spans = list(units(text))
    assert "".join(text[a:b] for a, b in spans) == text
    assert max(b - a for a, b in spans) <= 4_000


def test_presidio_offers_the_same_names(names: Names) -> None:
    analyzer = Analyzer(PACK, [], names)
    _, hits = analyzer.detect(Chunk("gesproken met Femke Postema uit Assen", ""), 0.5)
    assert [(h.entity, h.value) for h in hits] == [
        ("PERSON", "Femke Postema"),
        ("LOCATION", "Assen"),
    ]


def test_a_missing_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no spaCy pipeline"):
        Names(NAMES, tmp_path / "nergens")


def test_a_folder_that_is_no_pipeline_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.cfg").write_text("[nlp]\nlang = nl\npipeline = []\n[components]\n")
    with pytest.raises(ConfigError, match=r"pipeline"):
        Names(NAMES, tmp_path)


def test_the_pack_offers_its_model() -> None:
    assert NAMES.pipeline.is_dir()
    assert plugins.offered("json", "NAMES", NameModel) is None
    with pytest.raises(ConfigError, match="no NameModel"):
        plugins.offered("json", "JSONDecoder", NameModel)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mw. De Vries,", "De Vries"),
        ("Klant: Jan Bos", "Jan Bos"),
        ("Dhr", ""),
        ("van der", ""),
        ("(Jan K.)", "Jan K."),
        ("J. Bos", "J. Bos"),
    ],
)
def test_trim(text: str, name: str) -> None:
    start, end = NAMES.trim(text)
    assert text[start:end] == name


def test_folded() -> None:
    assert folded("De Vriës-Bos 2") == "devriesbos"


def test_any_pipeline_that_names_people_can_be_plugged_in(tmp_path: Path, engine: Engine) -> None:
    nlp = spacy.blank("nl")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": "Zork Blibber"}])
    nlp.to_disk(tmp_path)
    assert found("toen kwam Zork Blibber binnen", engine, Names(NAMES, tmp_path)) == [
        "Zork Blibber"
    ]


def test_our_pipeline_reads_as_spacy_itself_would() -> None:
    """The lists of names are looked up, and not sought by a component."""
    texts = [
        "Dhr. De Vries uit Aalten belde met Aafje, zei roos.",
        "12-03-2024",
        "Man van der Beek",
    ]
    whole = spacy.load(NAMES.pipeline)
    reader = Reader(NAMES.pipeline)
    for text in texts:
        words = next(iter(reader._nlp.pipe([reader._words(text)])))
        expected = whole(text)
        assert [str(one.morph) for one in words] == [str(one.morph) for one in expected]
        assert any(str(one.morph) for one in expected) is any(map(str.isalpha, text))


def test_our_pipeline_is_the_whole_one_without_what_others_would_add(tmp_path: Path) -> None:
    """Loading takes short cuts; the words must come out as spaCy itself would have them."""
    words = """
import sys
from pathlib import Path
from pii_scan.detect.names import Reader
ours = Reader(Path(sys.argv[1]))._nlp.tokenizer
assert "presidio_analyzer" not in sys.modules
import spacy
assert spacy.registry._entry_point_factories.entry_points, "kept from whoever loads next"
whole = spacy.load(sys.argv[1]).tokenizer
for text in Path(sys.argv[2]).read_text("utf-8").splitlines():
    assert [one.text for one in ours(text)] == [one.text for one in whole(text)], text
assert ours.rules == whole.rules
"""
    texts = tmp_path / "texts"
    texts.write_text(
        "Dhr. De Vries belde o.a. over z'n factuur (€12,50)... d.d. 12-03-2024 a.u.b. e.d. :-)\n"
        "mw.drs. A.B. van 't Hof-de Boer, 's-Gravenhage/Rotterdam; a@b.nl, zie www.a.nl/x?y=1\n",
        "utf-8",
    )
    told = [sys.executable, "-c", words, str(NAMES.pipeline), str(texts)]
    subprocess.run(told, check=True)


def test_the_settings_name_a_pipeline_or_none(tmp_path: Path) -> None:
    file = tmp_path / "pii-scan.toml"
    for told, expected in (
        ("false", False),
        ("true", True),
        (f'"{NAMES.pipeline}"', NAMES.pipeline),
    ):
        file.write_text(f"[detect]\nnames = {told}\n")
        assert load_settings(str(file)).names == expected
    file.write_text('[detect]\nnames = "nergens"\n')
    with pytest.raises(ConfigError, match="nergens is no folder"):
        load_settings(str(file))


@pytest.mark.parametrize("domain", ["info@femkepostema.example", "www.femke-postema.nl"])
def test_a_name_that_is_a_domain_is_likelier_a_firm(
    engine: Engine, names: Names, domain: str
) -> None:
    def score(text: str) -> float:
        (hit,) = (h for h in hits_in(text, engine, 0.0, names=names.weighed) if h.value == NAME)
        return hit.score

    alone = score(f"gesproken met {NAME}, zie x")
    assert score(f"gesproken met {NAME}, zie {domain}") < alone - 0.3


NAME = "Femke Postema"


LEAFLET = "De nieuwe reeks ligt in het magazijn en gaat per pallet naar de winkels. " * 14


def test_a_town_in_a_text_about_nobody_is_no_personal_data(engine: Engine, names: Names) -> None:
    shipped = "De lading ligt nog in de haven van Zwolle."
    assert found(LEAFLET + shipped, engine, names, "LOCATION") == []
    lives = f"{shipped} Mevrouw Femke Postema wacht erop."
    assert found(LEAFLET + lives, engine, names, "LOCATION") == ["Zwolle"]


def test_an_uncertain_name_alone_in_a_long_text_is_less_likely(names: Names) -> None:
    """A note may name one person and nothing else; a long text about people holds more."""

    def score(text: str) -> float:
        hits = names.weighed(text, (), Layout())
        return next(hit.score for hit in hits if "Dekker" in hit.value)

    line = "Dekker weet ervan."
    assert score(LEAFLET + line) < score(line) - 0.1
    certain = "Mevrouw Femke Postema en de heer Joost van der Wielen. " + line
    assert score(LEAFLET + certain) > score(LEAFLET + line)
