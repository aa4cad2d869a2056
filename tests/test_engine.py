"""The one-pass engine finds what each pattern finds by itself, at exact places."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pii_scan import detect, plugins
from pii_scan.detect import hits_in, labelled
from pii_scan.detect._normalise import normalise
from pii_scan.detect.engine import Engine
from pii_scan.detect.layout import sniff
from pii_scan.errors import ConfigError
from pii_scan.model import Pattern, Recognizer

PACK = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
ENGINE = Engine(PACK)
TOUCHES: dict[str, Callable[[str], bool]] = {
    "digit": str.isdecimal,
    "word": str.isalnum,
    "none": lambda _: False,
}

FRAGMENTS = st.sampled_from(
    [
        *("0", "06", "12", "1988", "123456782", "999990019", "5094962111", "88120347"),
        *(" ", "  ", ".", "-", "/", ",", ":", "\n", "(", ")", "@", "'", '"', "="),
        *(
            "a",
            "NL",
            "B01",
            "GX",
            "SH",
            "bsn",
            "BSN",
            "Klantnr",
            "pol",
            "kaart",
            "IBAN",
            "ip",
            "geb",
        ),
        *("NL91ABNA0417164300", "4111 1111 1111 1111", "203.0.113.24", "2001:db8::5", "GX-94-SH"),
        *("XR1001R58", "NL854423783B01", "8021 ES", "jan@huis.example", "Dorpsstraat 12"),
        *("SPECI20142NLD6503101F2403096999999990<<<<<84", "I<NLDSPECI20142999999990<<<<<8"),
        *(
            "\u00e9",
            "\u00eb",
            "e\u0301",
            "\U0001f600",
            "\u00a0",
            "\u2013",
            "\u2019",
            "\uff11",
            "\u0662",
        ),
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=30).map("".join)


def found_alone(text: str, recognizer: Recognizer, pattern: Pattern) -> set[tuple[int, int]]:
    """Seek one pattern in the whole text, as slowly and plainly as can be."""
    regex = re.compile(pattern.regex)
    touches = TOUCHES[recognizer.edges]
    is_valid = pattern.is_valid or recognizer.is_valid
    group = "value" if "value" in regex.groupindex else 0
    found = set()
    position = 0
    while match := regex.search(text, position):
        start, end = match.span()
        is_inside = (start > 0 and touches(text[start - 1]) and touches(text[start])) or (
            end < len(text) and touches(text[end]) and touches(text[end - 1])
        )
        if not is_inside and (is_valid is None or is_valid(match[group])):
            found.add(match.span(group))
            position = match.end(group)
        else:
            position = start + 1
    return found


@given(TEXTS)
@example("123456782 123456782\n123456782")
@example("\U0001f600 203.0.113.24 203.0.113.24.")
@example("1.2.3.4.5 11.22.33.44")
@example("jan@huis.example0jan@huis.examplejan@huis.example")
@example("Beller:Jan Zonder")
def test_candidates_are_those_of_each_pattern_alone(raw: str) -> None:
    text = normalise(raw)
    candidates = ENGINE.scan(text).candidates
    for recognizer in PACK:
        for pattern in recognizer.patterns:
            if not pattern.after_label:
                spans = {(c.start, c.end) for c in candidates if c.pattern is pattern}
                assert spans == found_alone(text, recognizer, pattern), recognizer.entity


@given(TEXTS)
def test_offsets_are_code_points(text: str) -> None:
    for hit in hits_in(text, ENGINE, 0.1):
        assert text[hit.start : hit.end] == hit.value
        assert 0 <= hit.start < hit.end <= len(text)


@given(TEXTS)
def test_normalise_keeps_places(text: str) -> None:
    assert len(normalise(text)) == len(text)


@pytest.mark.parametrize(
    "before",
    ["", "\U0001f469\u200d\U0001f4bb ", "e\u0301e\u0301 ", "\u00eb\u20ac\u2603 ", "\udcff "],
)
@pytest.mark.parametrize("behind", ["", " \U0001f600", "\u0301", ", \u20ac 12"])
def test_found_among_wide_characters(before: str, behind: str) -> None:
    text = f"{before}BSN 123456782{behind}"
    assert [h.value for h in hits_in(text, ENGINE, 0.5) if h.entity == "NL_BSN"] == ["123456782"]


PARAGRAPHS = st.sampled_from(
    [
        "BSN 999990019 staat op de kaart van klant 88120347.\n",
        "Graag terugstorten op NL91 ABNA 0417 1643 00, mail jan@huis.example.\n",
        "Ingelogd vanaf 203.0.113.24 met wachtwoord Lente-fiets22!\n",
        "Er gebeurde die dag verder niets dat het opschrijven waard was \U0001f600.\n" * 9,
        "Regel zonder einde " * 30,
    ]
)


@given(st.lists(PARAGRAPHS, min_size=1, max_size=25).map("".join))
def test_long_texts_give_what_they_give_at_once(text: str) -> None:
    whole = list(hits_in(text, ENGINE, 0.5))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(detect, "SEGMENT", 1500)
        assert list(hits_in(text, ENGINE, 0.5)) == whole


def test_a_long_text_gives_what_its_parts_give() -> None:
    part = "BSN 999990019, rekening NL91 ABNA 0417 1643 00\n" + "En toen was het stil. " * 40 + "\n"
    count = detect.SEGMENT // len(part) + 2
    alone = [(h.entity, h.value) for h in hits_in(part, ENGINE, 0.5)]
    hits = list(hits_in(part * count, ENGINE, 0.5))
    assert [(h.entity, h.value) for h in hits] == alone * count
    assert [h.start % len(part) for h in hits] == [h.start for h in hits[: len(alone)]] * count


def recognizer(*patterns: Pattern, labels: tuple[str, ...] = ()) -> Recognizer:
    return Recognizer("X", "N06", patterns, "none", (), (), labels=labels)


def test_a_group_named_value_is_what_is_found() -> None:
    engine = Engine([recognizer(Pattern(r"<(?P<value>\d{3})>", 0.9))])
    candidates = engine.scan("<123><456> 789").candidates
    assert [(c.start, c.end) for c in candidates] == [(1, 4), (6, 9)]


def test_a_pattern_may_have_a_check_of_its_own() -> None:
    even = Pattern(r"\d{3}", 0.9, is_valid=lambda text: int(text) % 2 == 0)
    engine = Engine([recognizer(even, Pattern(r"\d{3}", 0.1))])
    candidates = engine.scan("123 124").candidates
    found = {(c.start, c.pattern is even) for c in candidates}
    assert found == {(0, False), (4, True), (4, False)}


def test_labels_of_equal_length_all_stand() -> None:
    engine = Engine([recognizer(labels=("klant", "klantnr", "klant nr"))])
    labels = engine.scan("Klantnr. 12").labels
    assert sorted(label.word for label in labels) == ["klant", "klant nr", "klantnr"]
    assert {(label.start, label.end) for label in labels} == {(0, 7)}


def test_after_a_label_the_first_match_counts() -> None:
    engine = Engine([recognizer(Pattern(r"\d{3}", 0.9, after_label=True), labels=("nr",))])
    text = "nr 1234 of 567 of 890"
    scanned = engine.scan(text)
    (label,) = scanned.labels
    assert [text[c.start : c.end] for c in engine.after(scanned, label, len(text))] == ["567"]
    assert list(engine.after(scanned, label, 13)) == []
    assert list(engine.after(engine.scan("nr " + "x" * 70 + " 567"), label, 80)) == []


@pytest.mark.parametrize(
    "regex", [r"[a-z]{1,9}+-\d{3}", r"(?>[a-z]{1,9})-\d{3}", r"([a-z])\1{2}-\d{3}"]
)
def test_what_stands_before_the_digits_behind_a_label_counts(regex: str) -> None:
    engine = Engine([recognizer(Pattern(regex, 0.9, after_label=True), labels=("nr",))])
    scanned = engine.scan("nr aaa-567")
    (label,) = scanned.labels
    assert [(c.start, c.end) for c in engine.after(scanned, label, 10)] == [(3, 10)]


def test_an_anchor_behind_a_label_hides_nothing() -> None:
    plain = Engine(
        [
            replace(
                one,
                patterns=tuple(
                    replace(p, anchor=None) if p.after_label else p for p in one.patterns
                ),
            )
            for one in PACK
        ]
    )
    for recognizer in PACK:
        for text in map(normalise, (*recognizer.match, *recognizer.no_match)):
            found, expected = (
                {
                    (c.start, c.end, c.pattern.regex)
                    for c in labelled(engine.scan(text), sniff(text), engine)
                }
                for engine in (ENGINE, plain)
            )
            assert found == expected, text


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("xyyyyyyc!", Pattern(r"xc?y{6}c", 0.9, anchor="c")),
        ("xxxyyyyyyc", Pattern(r"xc{0,2}?[xy]{8}c", 0.9, anchor="c")),
        ("xxaaaa3 ", Pattern(r"x{1,3}aaaa3", 0.9, anchor="3")),
        ("cacb", Pattern(r"[ac]{1,3}cb|cb", 0.9, anchor="cb")),
        ("x'abcdefgh' ", Pattern(r"(['\"])abc[a-z]{5,40}\1", 0.9, anchor="abc")),
        ("'qabcdefgh' q", Pattern(r"(['\"])(q)abc[a-z]{5,40}\1 \2", 0.9, anchor="abc")),
        ("'q'abcdefgh' ", Pattern(r"(['\"])?q(?(1)\1|x)abc[a-z]{5,40}", 0.9, anchor="abc")),
    ],
)
def test_an_anchor_hides_nothing(text: str, pattern: Pattern) -> None:
    engine = Engine([recognizer(pattern)])
    expected = {(c.start, c.end) for c in engine.alone(text)}
    assert {(c.start, c.end) for c in engine.scan(text).candidates} == expected != set()


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern(r"\d{3", 0.5, anchor="("),
        Pattern(r"a(b", 0.5),
        Pattern(r"\d+", 0.5),
        Pattern("caf\u00e9", 0.5),
        Pattern(r"\d{1,1200}", 0.5),
    ],
)
def test_a_bad_pattern_does_not_start(pattern: Pattern) -> None:
    with pytest.raises(ConfigError, match=r"^X: "):
        Engine([recognizer(pattern)])
