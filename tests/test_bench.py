"""The measurements measure what they say: generated texts, baselines, scores and tables."""

import re
import shutil
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bench import _files, _report, formats
from bench._baselines import OneByOne, Presidio, by_hand, for_ripgrep, plain
from bench._corpora import DENSE_GAP, NAMES, PATHOLOGICAL, corpus, documents
from bench._scoring import (
    IDENTIFIERS,
    Found,
    Tally,
    calibration_error,
    fits,
    matched,
    reliability,
    tallies,
)
from bench.accuracy import calibration_tables, labels_table
from bench.detection import PRESIDIO, RG_SAME, RG_SHORT, measure, report
from bench.linearity import Run, _numbers, run
from bench.linearity import report as sizes
from pii_scan import plugins
from pii_scan.detect import MIN_SCORE, hits_in
from pii_scan.detect.engine import Engine
from pii_scan.model import Pattern, Recognizer

PACK = [
    one for one in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer) if one.entity not in NAMES
]
ENGINE = Engine(PACK)


# generated texts


@pytest.mark.parametrize("kind", ["dense", "sparse", *PATHOLOGICAL])
def test_a_seed_gives_the_same_text_of_the_size_asked(kind: str) -> None:
    first = corpus(kind, 50_001)
    assert first == corpus(kind, 50_001)
    assert len(first) == 50_001
    assert first.decode()
    if kind not in ("at signs", "label words"):
        assert first != corpus(kind, 50_001, seed=2)


def test_input_made_to_hurt_is_as_it_is_called() -> None:
    assert set(corpus("digits only", 3_000)) == set(b"0123456789")
    assert set(corpus("at signs", 3_000)) == set(b"@")
    assert b"\n" not in corpus("one line", 30_000)


def test_documents_have_2_to_6_kb_and_a_finding_every_300_characters() -> None:
    dense = list(islice(documents("dense"), 60))
    planted = [span for one in dense for span in one.spans if span.label not in NAMES]
    length = sum(len(one.text) for one in dense)
    assert DENSE_GAP <= length / len(planted) <= 1.1 * DENSE_GAP
    assert {span.label for span in planted} == set(IDENTIFIERS)
    for one in (*dense, *islice(documents("sparse"), 20)):
        assert 2_000 <= len(one.text) <= 6_200


def test_what_is_planted_is_found() -> None:
    planted, hits = {}, {}
    for one in islice(documents("dense"), 60):
        planted[one.id] = [
            Found(span.start, span.end, span.label) for span in one.spans if span.label not in NAMES
        ]
        hits[one.id] = [
            Found(hit.start, hit.end, hit.entity) for hit in hits_in(one.text, ENGINE, MIN_SCORE)
        ]
    by_label = tallies(planted, hits, strict=True)
    assert sum(by_label.values(), Tally()).recall > 0.97
    assert [label for label, one in by_label.items() if one.recall < 0.9] == []


def test_nothing_is_found_in_sparse_text() -> None:
    texts = [one.text for one in islice(documents("sparse"), 20)]
    assert [hit.entity for text in texts for hit in hits_in(text, ENGINE, MIN_SCORE)] == []


# baselines


@pytest.mark.parametrize("recognizer", PACK, ids=lambda one: one.entity)
def test_patterns_that_stand_by_themselves_find_the_examples(recognizer: Recognizer) -> None:
    alone = OneByOne([recognizer])
    found = sum(alone.count(text.encode()) > 0 for text in recognizer.match)
    assert found > len(recognizer.match) / 2  # not under a column's heading, nor odd spaces


def test_edges_and_labels_are_written_into_a_pattern() -> None:
    patterns = (Pattern(r"\d{9}", prior=0.2), Pattern(r"\d{4,6}", prior=0.3, after_label=True))
    code = Recognizer(
        "CODE", "X", patterns, "", (), (), "digit", labels=("code", "klant-code", "klantnummer")
    )
    bare, labelled = (re.compile(one.regex) for one in plain(code))
    assert bare.search("x999990019x") is not None
    assert bare.search("8999990019") is None
    for text in ("code 4471", "KLANT CODE van hem: 4471", "Klantnummer\n4471", "klantcode: 4471."):
        match = labelled.search(text)
        assert match is not None
        assert match["value"] == "4471"
    for text in ("decode 4471", "klantnr 4471", "code 447", "code " + "." * 61 + "4471"):
        assert labelled.search(text) is None


def test_ripgrep_gets_what_it_can_read(tmp_path: Path) -> None:
    lines = for_ripgrep(PACK, labels=True)
    bare = for_ripgrep(PACK, labels=False)
    assert 0 < len(by_hand(PACK)) < len(bare) < len(lines)
    assert set(by_hand(PACK)) < set(bare) < set(lines)
    assert [line for line in lines if "(?<" in line or "(?!" in line or not line.isascii()] == []
    program = shutil.which("rg")
    if program is None:
        pytest.skip("ripgrep is not installed")
    (tmp_path / "patterns").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "text").write_text("niets\nmail aan jan@bakkerij.example\nbsn 999990019\n", "utf-8")
    command = [program, "-c", "--no-config", "--no-unicode", "--regex-size-limit=1G", "-f"]
    done = subprocess.run(
        [*command, tmp_path / "patterns", tmp_path / "text"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("2", "")


# scores


@pytest.mark.parametrize(
    ("found", "marked", "lenient", "strict"),
    [
        (Found(0, 10, "NL_BSN"), Found(0, 10, "NL_BSN"), True, True),
        (Found(0, 5, "NL_BSN"), Found(0, 10, "NL_BSN"), True, False),
        (Found(0, 4, "NL_BSN"), Found(0, 10, "NL_BSN"), False, False),
        (Found(0, 20, "NL_BSN"), Found(5, 15, "NL_BSN"), True, False),
        (Found(0, 10, "NL_BSN"), Found(0, 10, "NL_KVK"), False, False),
        (Found(0, 1, "HEALTH"), Found(0, 40, "HEALTH"), True, False),
        (Found(10, 20, "HEALTH"), Found(0, 10, "HEALTH"), False, False),
    ],
)
def test_a_span_counts(found: Found, marked: Found, lenient: bool, strict: bool) -> None:
    assert fits(found, marked, strict=False) is lenient
    assert fits(found, marked, strict=True) is strict


def test_each_marked_span_is_matched_once() -> None:
    marked = [Found(0, 10, "HEALTH")]
    judged, missed = matched(marked, [Found(0, 4, "HEALTH"), Found(5, 9, "HEALTH")])
    assert [is_right for _, is_right in judged] == [True, False]
    assert missed == []


MARKED = {
    "a": [Found(0, 9, "NL_BSN"), Found(20, 30, "PERSON")],
    "b": [Found(5, 14, "NL_BSN")],
    "c": [],
}
HITS = {
    "a": [Found(0, 9, "NL_BSN", 0.95), Found(40, 45, "PERSON", 0.5)],
    "c": [Found(1, 9, "NL_BSN", 0.65)],
}


def test_precision_recall_and_f1() -> None:
    assert tallies(MARKED, HITS) == {"PERSON": Tally(0, 1, 1), "NL_BSN": Tally(1, 1, 1)}
    one = Tally(right=3, wrong=1, missed=2)
    assert (one.precision, one.recall, one.f1) == (0.75, 0.6, 6 / 9)
    assert (Tally().precision, Tally().recall, Tally().f1) == (0, 0, 0)
    lines = labels_table(MARKED, HITS).splitlines()
    assert "| NL_BSN | 2 | 2 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 |" in lines
    assert lines[-1].startswith("| **all, micro** | 3 | 3 | 0.333 | 0.333 | 0.333 |")


def test_calibration() -> None:
    judged = [(Found(0, 1, "X", 0.9), True)] * 9 + [(Found(0, 1, "X", 0.9), False)]
    assert calibration_error(reliability(judged)) == pytest.approx(0)
    judged += [(Found(0, 1, "X", 0.2), True)] * 10
    assert calibration_error(reliability(judged)) == pytest.approx(0.4)
    assert [len(one.scores) for one in reliability([(Found(0, 1, "X", 1.0), True)])][-1] == 1
    assert calibration_error(reliability([])) == 0
    lines = calibration_tables(MARKED, HITS).splitlines()
    assert "| 0.9-1.0 | 1 | 0.950 | 1.000 |" in lines
    assert "| NL_BSN | 2 | 0.350 |" in lines


# tables


def test_speeds_are_held_against_each_other() -> None:
    def at(rate: float) -> Any:
        return lambda corpus: (sum(map(len, corpus)) / rate / 1e6, len(corpus))

    runs = {"ours": at(50), PRESIDIO: at(0.5), RG_SAME: at(100)}
    text = report(measure(runs, size=20_000, rounds=3))
    assert "| ours | 50 | 100 | 0.5 | - | - |" in text
    assert text.count(f"| {PRESIDIO} | 0.5 | 1 |") == 2
    assert RG_SHORT not in text


def test_sizes_are_held_against_the_first_of_their_kind() -> None:
    text = sizes("pass", [Run("a", 1, 1.0, 10**8, 3), Run("b", 1, 9, 10**8), Run("a", 4, 8.0, 2)])
    assert "| a | 1 | 1000 | 1 | 1 | 100 | 3 |" in text
    assert "| a | 4 | 2000 | 2 | 0.5 | 2e-06 | - |" in text


def test_a_process_tells_its_peak_memory(tmp_path: Path) -> None:
    size = 900_000_000  # more than this process has: a child begins as a copy of it
    _, small, output = run([sys.executable, "-c", "print('klaar')"], tmp_path)
    _, large, _ = run([sys.executable, "-c", f"len(b'x' * {size})"], tmp_path)
    assert output.strip() == b"klaar"
    assert small < size < large


def test_a_part_of_the_page_is_replaced_by_its_title() -> None:
    page = "# Benchmarks\n\nIntroduction.\n"
    page = _report.with_part(page, "Speed", "one\n")
    page = _report.with_part(page, "Memory", "two\n")
    assert _report.with_part(page, "Speed", "three\n") == (
        "# Benchmarks\n\nIntroduction.\n\n## Speed\n\nthree\n\n## Memory\n\ntwo\n"
    )
    assert _report.with_part(page, "Memory", "two\n") == page


# formats


@pytest.mark.parametrize("place", range(len(_files.SHARE)))
def test_a_file_of_the_mixed_share_is_read_in_both_ways(place: int, tmp_path: Path) -> None:
    suffix, write, _ = _files.SHARE[place]
    path = tmp_path / f"a.{suffix}"
    write(path, 1 if suffix in {"pdf", "docx", "eml"} else 40, 3, "sparse")
    plain = sum(len(line.replace("\t", "").strip()) for line in formats.lines_of(path))
    assert formats.ours(path) > 0.8 * plain > 0


def test_readers_are_raced_on_the_same_text(tmp_path: Path) -> None:
    one, *_, last = (race for race in formats.races(tmp_path, 1) if race.other != "pdftotext")
    assert (one.path.suffix, last.path.suffix) == (".pdf", ".csv")
    assert formats.ours(last.path) == pytest.approx(last.read(last.path), rel=0.01)
    row = formats.raced(last, rounds=1)
    assert row[0] == "CSV, pandas, in chunks"
    assert all(float(cell) > 0 for cell in row[1:])


def test_our_way_and_the_plain_way_find_something(tmp_path: Path) -> None:
    paths = _files.share(tmp_path / "share", len(_files.SHARE))
    texts = [path for path in paths if path.suffix in {".eml", ".csv"}]
    assert formats.OurWay(tmp_path)(texts) > formats.OurWay(tmp_path)(texts[1:]) > 0
    by_line = formats.PlainWay(Presidio(PACK), formats.lines_of)
    by_cell = formats.PlainWay(Presidio(PACK), formats.cells_of)
    assert by_line(texts[:1]) == by_cell(texts[:1]) > 0
    assert 0 < by_cell(texts[1:]) != by_line(texts[1:])


def test_of_a_share_one_file_in_so_many_is_dense(tmp_path: Path) -> None:
    paths = _files.share(tmp_path / "share", 3 * len(_files.SHARE), every=2)
    tables = [path.read_text("utf-8") for path in paths if path.suffix == ".csv"]
    assert ["@" in text for text in tables] == [True, False, True]


@pytest.mark.parametrize(("told", "sizes"), [("1,4", [1, 4]), ("0", []), ("", []), ("2,0", [2])])
def test_a_size_of_nothing_is_not_measured(told: str, sizes: list[float]) -> None:
    assert _numbers(told) == sizes
