"""`pii-scan formats`: every plug-in is there, with what it lacks on this machine."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from pii_scan import extract
from pii_scan.cli import main


def test_every_format_is_listed() -> None:
    said = CliRunner().invoke(main, ["formats"]).output
    for name, one in extract.formats().items():
        assert (f"{name} " in said) is bool(one.suffixes)
        assert all(suffix in said for suffix in one.suffixes)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    known = extract.formats()
    lacking = replace(known["pdf"], missing=lambda: "needs a reader: apt-get install reader")
    monkeypatch.setattr(extract, "formats", lambda: {**known, "pdf": lacking})
    said = CliRunner().invoke(main, ["formats"]).output
    assert said.count("needs a reader: apt-get install reader") == 1
    rows = json.loads(CliRunner().invoke(main, ["formats", "--json"]).output)
    assert [one["format"] for one in rows if one["missing"] == lacking.missing()] == ["pdf"]
    assert {one["format"] for one in rows} == {name for name in known if known[name].suffixes}
