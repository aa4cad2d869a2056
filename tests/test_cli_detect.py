"""`pii-scan detect` by its contract: offsets, lines, options, and texts longer than a block."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.cli import detect

BSN = "999990019"


def run(*arguments: object, text: str | bytes = "") -> Result:
    return CliRunner().invoke(cli.main, ["detect", "--no-names", *map(str, arguments)], text)


def findings(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.stderr
    (line,) = done.stdout.splitlines()
    document = json.loads(line)
    assert document["id"] is None
    found: list[dict[str, Any]] = document["findings"]
    return found


def test_stdin_and_a_file(tmp_path: Path) -> None:
    text = f"\U0001f600 café, bsn {BSN}\r\nen tel 06-12345678"
    path = tmp_path / "een.txt"
    path.write_bytes(text.encode())
    from_file, from_stdin = findings(run(path)), findings(run(text=text))
    assert from_file == from_stdin
    assert [text[f["start"] : f["end"]] for f in from_file] == [BSN, "06-12345678"]
    assert [f["entity_type"] for f in from_file] == ["NL_BSN", "PHONE_NUMBER"]
    assert all(set(f) == {"start", "end", "entity_type", "score"} for f in from_file)


def test_values_and_reasons_only_when_asked() -> None:
    assert BSN not in run(text=f"bsn {BSN}").stdout
    (found,) = findings(run("--show-values", "--explain", text=f"bsn {BSN}"))
    assert found["value"] == BSN
    assert any(reason.startswith("label bsn") for reason, _ in found["reasons"])


def test_reasons_tell_nothing_of_a_heading_but_our_words() -> None:
    done = run("--explain", text=f"BSN van Piet Vos\tSoort\tDatum\n{BSN}\tx\ty\n")
    (found,) = findings(done)
    assert "heading bsn" in [reason for reason, _ in found["reasons"]]
    assert "Vos" not in done.stdout


def test_the_least_score() -> None:
    text = f"iets met {BSN} erin"
    assert findings(run(text=text)) == []
    (found,) = findings(run("--min-score", 0.01, text=text))
    assert found["score"] < 0.5


def test_lines_of_json() -> None:
    lines = [{"id": "a", "text": f"bsn {BSN}"}, {"id": 2, "text": ""}, {"id": "ç", "text": "niets"}]
    done = run("--jsonl", text="\n".join(map(json.dumps, lines)) + "\n\n")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in told] == ["a", 2, "ç"]
    assert [len(one["findings"]) for one in told] == [1, 0, 0]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"text": "x"}', "7"])
def test_a_line_that_is_not_such(line: str) -> None:
    done = run("--jsonl", text='{"id": 1, "text": "x"}\n' + line + "\n")
    assert done.exit_code == 2
    assert "line 2" in done.stderr
    assert [json.loads(one)["id"] for one in done.stdout.splitlines()] == [1]


def test_a_text_longer_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"regel {n} over niets, bsn {BSN}\n" for n in range(200))
    whole = findings(run(text=text))
    monkeypatch.setattr(detect, "BLOCK", 777)
    assert findings(run(text=text)) == whole
    assert len(whole) == 200


def test_bytes_that_are_no_utf8() -> None:
    (found,) = findings(run(text=b"caf\xe9 bsn 999990019"))
    assert (found["start"], found["end"]) == (9, 18)


def test_a_file_that_is_not_there() -> None:
    done = run("/nergens/een.txt")
    assert (done.exit_code, done.stdout) == (2, "")


def test_half_a_pair_in_an_id_goes_out_as_it_came() -> None:
    done = run("--jsonl", text='{"id": "\\ud800", "text": "x"}')
    assert done.exit_code == 0
    assert json.loads(done.stdout)["id"] == "\ud800"


def test_half_a_pair_in_a_text_hides_nothing_and_moves_nothing() -> None:
    line = '{"id": null, "text": "Piet \\ud800 Vos, wachtwoord: Welk\\udc00om12!, bsn 999990019"}'
    found = findings(CliRunner().invoke(cli.main, ["detect", "--jsonl", "--show-values"], line))
    assert [it["value"] for it in found if it["entity_type"] == "NL_BSN"] == ["999990019"]
    assert {it["end"] for it in found if it["entity_type"] == "NL_BSN"} == {49}


def test_a_line_nested_too_deeply_is_a_bad_line() -> None:
    done = run("--jsonl", text='{"id": ' + "[" * 200_000)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "line 1" in done.stderr
