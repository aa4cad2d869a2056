"""The words around a candidate: which label speaks for it, which speaks against it."""

import pytest

from pii_scan.detect import readings
from pii_scan.detect.engine import Engine
from pii_scan.detect.layout import render, sniff
from pii_scan.model import Pattern, Recognizer, Table
from pii_scan.plugins import load


def recognizer(entity: str, labels: tuple[str, ...], against: tuple[str, ...] = ()) -> Recognizer:
    patterns = (Pattern(r"\d{5}", prior=0.1),)
    return Recognizer(entity, "N06", patterns, "none", (), (), labels=labels, against=against)


ENGINE = Engine(
    [
        recognizer("MEMBER", ("lid", "lidnummer"), against=("order",)),
        recognizer("ROOM", ("kamer", "lid nummer kamer")),
        recognizer("PASS", ("pas", "pas nummer"), against=("kamer",)),
    ]
)


PACK = Engine(load("pii_scan_nl", "RECOGNIZER", Recognizer))


def scores(text: str) -> dict[tuple[str, str], float]:
    hits = readings(text, ENGINE, sniff(text), 0)
    return {(hit.entity, hit.value): hit.score for hit in hits}


@pytest.mark.parametrize(
    ("text", "is_likely"),
    [
        ("12345", False),
        ("lid 12345", True),
        ("Lidnummer is: 12345", True),
        ("zijn lidnummer, zegt hij, luidt 12345", True),
        ("Wat is uw lidnummer?\nDat is 12345", True),
        ("kamer 12345", False),
        ("order 12345", False),
        ("lidnummer onbekend, order 12345", False),
        ("order geplaatst, lidnummer 12345", True),
        ("12345 (lidnummer)", True),
        ("12345, lidnummer: 54321", False),
        ("lidnummer\n\n\n12345", False),
    ],
)
def test_the_nearest_label_counts(text: str, is_likely: bool) -> None:
    assert (scores(text)["MEMBER", "12345"] >= 0.5) is is_likely


def test_a_label_of_another_entity_takes_down() -> None:
    found = scores("kamer 12345")
    assert found["ROOM", "12345"] > 0.5 > scores("12345")["MEMBER", "12345"]
    assert found["MEMBER", "12345"] < scores("12345")["MEMBER", "12345"]


def column_scores(values: list[str], entity: str) -> list[float]:
    """Score the values of a column whose heading says nothing."""
    rows = tuple((value, "x") for value in values)
    text, layout = render(Table(("veld", "rest"), rows, tuple(range(2, len(rows) + 2))))
    hits = [hit for hit in readings(text, PACK, layout, 0) if hit.entity == entity]
    return [hit.score for hit in sorted(hits, key=lambda hit: hit.start)]


BSNS = ["999990019", "999990020", "999990032", "999990044", "999990056", "999990068"]
OTHERS = ["100000000", "200000001", "300000003", "400000005", "500000007", "600000004"]


def test_a_column_full_of_valid_numbers_proves_what_one_of_them_does_not() -> None:
    (alone,) = column_scores(BSNS[:1], "NL_BSN")
    filled = column_scores(BSNS, "NL_BSN")
    assert len(filled) == len(BSNS)
    assert alone < 0.5 < min(filled)


def test_a_valid_number_among_invalid_ones_is_one_by_accident() -> None:
    (alone,) = column_scores(BSNS[:1], "NL_BSN")
    (among,) = column_scores([BSNS[0], *OTHERS], "NL_BSN")
    assert among < alone / 2


def test_labels_that_end_together_do_not_hide_each_other() -> None:
    assert scores("pasnummer 12345")["PASS", "12345"] > 0.5
    assert scores("lidnummer kamer 12345")["ROOM", "12345"] > 0.5


def test_a_heading_counts_and_the_row_above_does_not() -> None:
    table = "lidnummer;order;kamer\n12345;54321;11111\n22222;33333;44444"
    found = scores(table)
    likely = {
        value for (entity, value), score in found.items() if entity == "MEMBER" and score > 0.5
    }
    assert likely == {"12345", "22222"}


def test_a_context_word_names_a_column() -> None:
    word = Recognizer(
        "CARD",
        "N06",
        (Pattern(r"\d{5}", prior=0.2, after_label=True),),
        "none",
        (),
        (),
        labels=("kaartnummer",),
        context=("kaart",),
    )
    engine = Engine([word])
    table = "naam;kaart;plaats\nAnna;12345;Ede"
    (hit,) = readings(table, engine, sniff(table), 0.5)
    assert hit.value == "12345"
    assert readings("kaart 12345", engine, sniff(""), 0) == []


def test_a_table_says_where() -> None:
    text, layout = render(Table(("KamerNr", "LidNr"), (("11111", "12345"),), (7,)))
    hits = [hit for hit in readings(text, ENGINE, layout, 0.5) if hit.entity == "MEMBER"]
    assert [(hit.value, hit.row, hit.column) for hit in hits] == [("12345", 7, "LidNr")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("lid 12345", "label lid"),
        ("zijn lidnummer, zegt hij, luidt 12345", "near label lidnummer"),
        ("Wat is uw lidnummer?\nDat is 12345", "asked label lidnummer"),
        ("lidnummer en nog wat\nis 12345", "label above lidnummer"),
        ("lid 54321 en ook 12345", "used label lid"),
        ("12345 (lid)", "label behind lid"),
        ("order 12345", "against order"),
        ("order van gisteren, dus 12345", "near against order"),
        ("kamer 12345", "other label kamer"),
    ],
)
def test_the_reason_names_the_kind_of_evidence(text: str, kind: str) -> None:
    (hit,) = (
        one
        for one in readings(text, ENGINE, sniff(text), 0)
        if (one.entity, one.value) == ("MEMBER", "12345")
    )
    assert [reason for reason, _ in hit.reasons] == ["prior", kind]
