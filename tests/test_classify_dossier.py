"""An item from its hits to what is kept of it."""

import pickle
import re
from collections.abc import Sequence
from datetime import date

import pytest

from pii_scan.classify import Classified, Dossier, Knowledge, Suppressor
from pii_scan.config.categories import load_categories
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.organisations import load_organisations
from pii_scan.errors import ConfigError
from pii_scan.model import Chunk, Hit, Recognizer, Table

KNOWLEDGE = Knowledge(load_categories(), load_doctypes(), load_organisations())
KEY = b"k" * 32
NOTHING = Suppressor((), date(2026, 11, 26))
MARK = re.compile(r"\[([A-Z_]+) ([^\]]+)\]")
BSN = Recognizer("NL_BSN", "B01", (), "", (), ())


def part(text: str, where: str = "", row: int | None = None) -> tuple[Chunk, list[Hit]]:
    """Return a chunk of the text without its marks, and a hit for every mark."""
    plain, hits, last = "", [], 0
    for match in MARK.finditer(text):
        plain += text[last : match.start()]
        end = len(plain) + len(match[2])
        hits.append(Hit(match[1], len(plain), end, 0.9, where, match[2], row))
        plain += match[2]
        last = match.end()
    return Chunk(plain + text[last:], where), hits


def classify(
    *texts: str, uri: str = "share/x.txt", recognizers: Sequence[Recognizer] = ()
) -> Classified:
    known = {recognizer.entity: recognizer for recognizer in recognizers}
    dossier = Dossier(uri, KNOWLEDGE, known, KEY, NOTHING)
    for text in texts:
        chunk, hits = part(text)
        dossier.add(chunk, chunk.text, hits)
    return dossier.classified()


NOTE = """12-03-2024 mw [PERSON Fenna Vriesink] belt over storing, zij woont [STREET_ADDRESS Dorpsw
12] [LOCATION Zwolle], tel [PHONE_NUMBER 038-1234567], rek [IBAN_CODE NL91ABNA0417164300]"""
LETTER = """Zonnepaneel B.V.
[STREET_ADDRESS Postbus 12]
[NL_POSTCODE 8000 AA] [LOCATION Zwolle]

Mevrouw F. [PERSON Vriesink]
[STREET_ADDRESS Dorpsweg 12]
[NL_POSTCODE 8021 ES] [LOCATION Zwolle]

Geachte mevrouw [PERSON Vriesink],

Wij bevestigen uw rekeningnummer [IBAN_CODE NL91ABNA0417164300] en telefoonnummer
[PHONE_NUMBER 038-1234567]."""
STATEMENT = """PRIVACYVERKLARING ZONNEPANEEL

Wie zijn wij?
Zonnepaneel, [STREET_ADDRESS Dorpsweg 12] in [LOCATION Zwolle], is verantwoordelijk voor de
verwerking van uw persoonsgegevens. Voor vragen mailt u naar [EMAIL_ADDRESS fenna@zon.example].

Welke gegevens verwerken wij?
Wij verwerken uw naam en telefoonnummer op grond van een gerechtvaardigd belang. Wij vragen nooit
naar uw [HEALTH gezondheid]. Er zijn bewaartermijnen; zie onder.

Rechten
U heeft recht op inzage. Een klacht dient u in bij de Autoriteit Persoonsgegevens.

Contact
[PHONE_NUMBER 038-1234567]
"""


def levels(found: Classified) -> dict[str, str]:
    return {finding.entity: finding.level for finding in found.findings}


def test_a_call_note_keeps_its_customer_at_person_level() -> None:
    found = classify(NOTE)
    assert set(levels(found).values()) == {"Vertrouwelijk"}
    assert found.level == "Vertrouwelijk"
    assert found.categories == ("N01", "N02", "G01")
    assert found.doc_type == "klantcontact_notitie"
    assert found.subject_groups[0] == "klant_van_opdrachtgever"
    assert abs(found.doc_reasons[0][1]) >= abs(found.doc_reasons[-1][1])


def test_in_a_letter_the_letterhead_is_the_firms_and_the_rest_the_customers() -> None:
    categories = [finding.category for finding in classify(LETTER).findings]
    assert categories == [
        *("O01", "O01", "O01"),
        *("N01", "N02", "N02", "N02"),
        *("N01", "G01", "N02"),
    ]


@pytest.mark.parametrize("split", [False, True], ids=["whole", "by paragraph"])
def test_a_statement_holds_nothing_personal(split: bool) -> None:
    found = classify(*(STATEMENT.split("\n") if split else [STATEMENT]))
    assert len(found.findings) == 5
    assert found.level == "Openbaar"
    assert found.categories == ("O01",)


def test_who_is_named_in_a_statement_is_its_contact() -> None:
    found = classify(STATEMENT + "Functionaris gegevensbescherming: [PERSON Joost Vriesink]")
    assert levels(found)["PERSON"] == "Intern"
    assert found.level == "Intern"


@pytest.mark.parametrize("secret", ["[NL_BSN 999990019]", "[DATE_OF_BIRTH 1-1-1980]"])
def test_with_a_persons_number_it_is_no_statement(secret: str) -> None:
    found = classify(STATEMENT + secret)
    assert levels(found)["HEALTH"] == "Geheim"


def test_a_one_person_business_is_a_person_in_its_own_statement_too() -> None:
    found = classify(STATEMENT + "De Kwast (eenmanszaak), KvK [NL_KVK 61637076], [LOCATION Ee]")
    assert [f.category for f in found.findings if f.level == "Vertrouwelijk"][-2:] == ["N04", "N02"]


def test_a_block_may_be_spread_over_parts() -> None:
    found = classify("Zonnepaneel B.V.", "[STREET_ADDRESS Dorpsweg 12]", "[LOCATION Zwolle]")
    assert found.level == "Openbaar"


def test_what_stands_far_apart_in_a_long_text_is_settled_apart() -> None:
    filler = "Het regende de hele dag. " * 500
    found = classify("Zonnepaneel B.V.", filler, "[PHONE_NUMBER 038-1234567]", filler, "Stichting")
    assert [finding.category for finding in found.findings] == ["N02"]


def test_findings_carry_no_value() -> None:
    chunk, hits = part("bsn [NL_BSN 999990019] van [PERSON Fenna Vriesink]", "page 2", 7)
    dossier = Dossier("x", KNOWLEDGE, {"NL_BSN": BSN}, KEY, NOTHING)
    dossier.add(chunk, chunk.text, hits)
    found = dossier.classified()
    assert [(f.where, f.row, f.score) for f in found.findings] == [("page 2", 7, 0.9)] * 2
    assert found.findings[0].masked == "******019"
    assert [kind for kind, _ in found.findings[1].fingerprints] == [
        "full",
        "surname_initial",
        "surname",
    ]
    for secret in (b"999990019", b"Vriesink", b"vriesink", b"Fenna"):
        assert secret not in pickle.dumps(found)


def test_the_category_of_the_recognizer_goes_before_the_map() -> None:
    odd = Recognizer("NL_BSN", "B02", (), "", (), ())
    assert classify("[NL_BSN 999990019]", recognizers=[odd]).categories == ("B02",)


def test_an_entity_that_nothing_maps_is_not_lost() -> None:
    found = classify("[SOMETHING_NEW 12345]")
    assert (found.categories, found.level) == (("N06",), "Vertrouwelijk")


def test_a_recognizer_of_an_unknown_category_is_a_setting_that_is_wrong() -> None:
    with pytest.raises(ConfigError, match="Z99"):
        Dossier("x", KNOWLEDGE, {"A": Recognizer("A", "Z99", (), "", (), ())}, KEY, NOTHING)


def table(count: int) -> tuple[Table, str, list[Hit]]:
    rows = tuple((f"Fenna Vries{'abcdefghij'[n % 10]}{n}x",) for n in range(count))
    block = Table(("naam",), rows, tuple(range(2, count + 2)))
    text, hits = "", []
    for number, (name,) in zip(block.numbers, rows, strict=True):
        span = len(text), len(text) + len(name)
        hits.append(Hit("PERSON", *span, 0.9, f"row {number}", name, number, "naam"))
        text += name + "\n"
    return block, text, hits


@pytest.mark.parametrize(("count", "level"), [(49, "Vertrouwelijk"), (50, "Geheim")])
def test_many_persons_raise_the_level(count: int, level: str) -> None:
    dossier = Dossier("x.csv", KNOWLEDGE, {}, KEY, NOTHING)
    block = table(count)
    dossier.add(*block)
    dossier.add(*block)
    found = dossier.classified()
    assert found.level == level
    assert bool(found.level_reasons) == (level == "Geheim")


IDENTITY = ["PERSON Fenna V", "DATE_OF_BIRTH 1-1-80", "LOCATION Ee", "NL_ID_DOCUMENT SPECI2014"]


@pytest.mark.parametrize(("rows", "reasons"), [((2, 2, 2, 2), 1), ((2, 2, 3, 3), 0)])
def test_an_identity_set_is_of_one_row(rows: tuple[int, ...], reasons: int) -> None:
    dossier = Dossier("x.csv", KNOWLEDGE, {}, KEY, NOTHING)
    for mark, row in zip(IDENTITY, rows, strict=True):
        chunk, hits = part(f"[{mark}]", f"row {row}", row)
        dossier.add(Table((), ((chunk.text,),), (row,)), chunk.text, hits)
    assert len(dossier.classified().level_reasons) == reasons


def test_nothing_found_has_no_level_and_no_text_no_type() -> None:
    found = classify("Het regende.")
    assert (found.level, found.categories, found.findings) == (None, (), ())
    assert classify().doc_type is None
