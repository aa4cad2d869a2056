"""`pii-scan recognizers`: what is sought, and its examples run on this machine."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pii_scan import plugins
from pii_scan.cli import main
from pii_scan.model import Recognizer

PACK = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["recognizers", *arguments])


def test_every_recognizer_is_listed_with_its_source() -> None:
    rows = json.loads(run("list", "--json").stdout)
    assert [row["entity"] for row in rows] == sorted(one.entity for one in PACK)
    assert all(row["source"] and row["category"] and row["patterns"] for row in rows)
    shown = run("list").stdout
    assert all(one.entity in shown and one.source in shown for one in PACK)


def test_one_is_shown_with_its_check_and_examples() -> None:
    shown = run("show", "nl_bsn").stdout
    assert "is_bsn" in shown
    assert "burgerservicenummer" in shown
    assert "'BSN 111222333'" in shown


def test_an_unknown_one_is_one_line() -> None:
    result = run("show", "NL_NONE")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "pii-scan: there is no recognizer of NL_NONE: see pii-scan recognizers list"
    ]


def test_the_examples_hold() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{len(PACK)} recognizers, ")


def test_an_example_that_goes_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "own_pack"
    pack.mkdir()
    (pack / "__init__.py").write_text("")
    (pack / "ticket.py").write_text(
        "from pii_scan.model import Pattern, Recognizer\n"
        "RECOGNIZER = Recognizer('OWN_TICKET', 'N06', (Pattern(r'T-[0-9]{4}', prior=0.9),), 'us',\n"
        "    match=('T-1234', 'zie T-12'), no_match=('T-9999',))\n"
    )
    settings = tmp_path / "pii-scan.toml"
    settings.write_text('packs = ["own_pack"]\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    result = run("check", "--config", str(settings))
    sys.modules.pop("own_pack", None)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "OWN_TICKET: found 0, not 1: 'zie T-12'",
        "OWN_TICKET: found 1, not 0: 'T-9999'",
        "pii-scan: examples that go wrong: 2",
    ]
