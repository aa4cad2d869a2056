"""The whole program is killed, again and again: the report is that of an undisturbed scan."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Run
from tests.test_chaos import files

pytestmark = pytest.mark.slow

MOMENTS = (0, 1, 2, 3, 5, 7, 11, 13, 17, 23)
"""Results that have come by when the program is killed; drawn once, in the order of the kills."""
DOOMED = """
import os, signal, sys
from pii_scan.cli import main, scan
from pii_scan.store import _saving
_saving.BATCH_ITEMS = 3
named = scan._named
def doomed(results, say):
    for number, result in enumerate(named(results, say)):
        if number == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
        yield result
scan._named = doomed
main(sys.argv[2:])
"""


def lines(run: Run, store: Path) -> list[dict[str, Any]]:
    report = run("report", "--store", store, "--format", "jsonl")
    assert report.returncode == 0, report.stderr
    assert "did not finish" not in report.stderr
    told = [json.loads(line) for line in report.stdout.splitlines()]
    for name in ("started", "finished", "config_digest"):
        told[-1]["scan"].pop(name)
    return told


def test_ten_kills_of_the_whole_scan_change_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    place, store = tmp_path / "share", tmp_path / "killed.db"
    place.mkdir()
    for name, data in files().items():
        (place / name).write_bytes(data)
    (tmp_path / "off.toml").write_text("[detect]\nnames = false\n")
    asked = ["scan", place, "--config", tmp_path / "off.toml", "--today", "2026-11-01"]
    assert run(*asked, "--store", tmp_path / "whole.db").returncode == 0
    environment = os.environ | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}",
    }
    for moment in MOMENTS:
        words = [str(moment), *map(str, asked), "--store", str(store)]
        done = subprocess.run(
            [sys.executable, "-c", DOOMED, *words],
            env=environment,
            check=False,
            capture_output=True,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
    last = run(*asked, "--store", store)
    assert last.returncode == 0, last.stderr
    assert lines(run, store) == lines(run, tmp_path / "whole.db")
    log = run("log", "show", "--store", store).stdout
    assert log.count("scan.resumed") == len(MOMENTS)
    assert run("log", "verify", "--store", store).returncode == 0
