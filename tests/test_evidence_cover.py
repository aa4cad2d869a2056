"""The covering report says what the bundle says, in both languages, and can be read aloud."""

import dataclasses
import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pii_scan import cli
from pii_scan.config.accuracy import load_accuracy
from pii_scan.evidence import Record, create, verify
from pii_scan.evidence.cover import cover
from pii_scan.evidence.cover_facts import bundle_of
from pii_scan.evidence.cover_words import WORDS
from pii_scan.page import Chart, Grid, Heading, Language, Page, Text
from tests.invented_log import KEY, MEASURED, check, entries, log_of, steps_of, with_containers
from tests.invented_results import SCAN, results
from tests.test_evidence import GROUNDS, MAKER, RESULTS, make, packed, parts_of


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second of two bundles, of fewer files than the first."""
    folder = tmp_path_factory.mktemp("evidence")
    first, second = make(folder / "1.zip"), folder / "2.zip"
    kept = with_containers(results(45))
    log = entries(steps_of(kept, 2), after=log_of(RESULTS))
    accuracy = {name: it for name, it in load_accuracy().items() if name != "schema"}
    scan = dataclasses.replace(SCAN, id=2)
    create(scan, lambda: iter(kept), GROUNDS, Record(log, (), accuracy), MAKER, second, first)
    return second


def page(bundle: Path, language: Language) -> Page:
    return cover(bundle_of(bundle, verify(bundle, None, check(KEY))), language)


def text(page: Page) -> str:
    said = []
    for block in page.blocks:
        match block:
            case Grid():
                said += [" | ".join(row) for row in (block.heading, *block.rows)]
            case Chart():
                said.append(block.alt)
            case Heading() | Text():
                said.append(block.text)
    return "\n".join(said)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_tells_what_the_bundle_holds(bundle: Path, language: Language) -> None:
    said = text(page(bundle, language))
    found = verify(bundle, None, check(KEY))
    for told in (found.sha256, KEY.id, "A.18.1.3", "testpersoon uit de", "2026-01-05"):
        assert told in said
    assert re.search(r"NL_BSN \| 7 \| 100% \(65-100%\)", said)
    assert "{" not in said


@pytest.mark.parametrize(
    ("language", "own", "checked"),
    [
        ("nl", "410 van 420 gegevens gevonden: 97,6% (95,7-98,7%)", "C. Tester heeft 59"),
        ("en", "410 of 420 values were found: 97.6% (95.7-98.7%)", "C. Tester looked through 59"),
    ],
)
def test_recall_on_the_own_files_and_who_deals_with_what_are_told(
    tmp_path: Path, language: Language, own: str, checked: str
) -> None:
    said = text(page(make(tmp_path / "b.zip"), language))
    assert own in said
    said = re.sub(r"(\d),(\d)", r"\1.\2", said)
    assert said.count("97.6% (95.7-98.7%)") == 2
    assert said.count(checked) == 2
    assert "NL_BSN | 100 | 99.0% (94.5-99.8%)" in said
    (row,) = re.findall(r"[^\n]*A\. Tester \|[^\n]*2026-11-01[^\n]*", said)
    assert re.search(r"\(verlopen|past\)", row)
    assert r"\x1b C.  Tester" in said


def test_what_was_not_measured_is_said_not_to_be(bundle: Path) -> None:
    assert "geen steekproef nagekeken" in text(page(bundle, "nl"))


def test_a_sample_that_was_drawn_and_not_checked_is_told(tmp_path: Path) -> None:
    log = entries([*steps_of(RESULTS), *MEASURED, MEASURED[1]])
    said = text(page(make(tmp_path / "b.zip", log=log), "en"))
    assert "2 samples were drawn and 1 looked through" in said


def test_both_languages_have_the_same_words_and_places_for_figures() -> None:
    nl, en = WORDS["nl"], WORDS["en"]
    assert nl.keys() == en.keys()
    places = r"\{\w+\}"
    assert [
        k for k in nl if sorted(re.findall(places, nl[k])) != sorted(re.findall(places, en[k]))
    ] == []


def test_charts_say_in_words_what_they_show(bundle: Path) -> None:
    charts = [block for block in page(bundle, "nl").blocks if isinstance(block, Chart)]
    assert len(charts) == 3
    for chart in charts:
        for label, parts in chart.rows:
            assert label in chart.alt
            assert all(str(part) in chart.alt for part in parts)


def test_a_scan_of_nothing_has_a_report_too(tmp_path: Path) -> None:
    path = make(tmp_path / "b.zip", [], scan=dataclasses.replace(SCAN, finished=None))
    said = text(page(path, "en"))
    assert "The scan was not finished" in said


def test_the_program_writes_tagged_pdf_and_word(bundle: Path, tmp_path: Path) -> None:
    import pikepdf
    from docx import Document

    (tmp_path / "key.pem").write_text(KEY.pem())
    done = CliRunner().invoke(
        cli.main,
        [
            *("evidence", "report", str(bundle), "--output", str(tmp_path / "out")),
            *("--public-key", str(tmp_path / "key.pem")),
        ],
    )
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["report.docx", "report.pdf", "verslag.docx", "verslag.pdf"]
    for name, language in (("verslag", "nl"), ("report", "en")):
        with pikepdf.open(tmp_path / "out" / f"{name}.pdf") as pdf:
            assert bool(pdf.Root.MarkInfo.Marked)
            assert str(pdf.Root.Lang).startswith(language)
            assert "pdfuaid" in pdf.Root.Metadata.read_bytes().decode()
            assert len(pdf.pages) <= 6
        document = Document(io.BytesIO((tmp_path / "out" / f"{name}.docx").read_bytes()))
        assert [len(shape._inline.docPr.get("descr")) > 40 for shape in document.inline_shapes] == [
            *(True, True, True)
        ]


def test_no_report_is_made_of_a_bundle_that_is_not_whole(bundle: Path, tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", parts_of(bundle) | {"verdicts.csv": b""})
    done = CliRunner().invoke(
        cli.main, ["evidence", "report", str(path), "--output", str(tmp_path)]
    )
    assert (done.exit_code, "is not whole" in done.stderr) == (2, True)
    assert [it.name for it in tmp_path.iterdir()] == ["t.zip"]
