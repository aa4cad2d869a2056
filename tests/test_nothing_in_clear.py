"""What is planted in files is in clear nowhere else: store, log, messages, list of processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

pytestmark = pytest.mark.slow

PLANTED = ("999994256", "NL91ABNA0417164300", "j.devries@post.example", "Zwaluwstraat 417")
WATCHED = """
import multiprocessing, os, sys
from pathlib import Path
from pii_scan.cli import main, scan
named = scan._named
def watched(results, say):
    for number, result in enumerate(named(results, say)):
        if number == 0:
            here = [os.getpid(), *(it.pid for it in multiprocessing.active_children())]
            told = [Path(f"/proc/{pid}/{name}") for pid in here for name in ("cmdline", "environ")]
            Path(sys.argv[1]).write_bytes(b"".join(it.read_bytes() for it in told))
        yield result
scan._named = watched
main(sys.argv[2:])
"""


def test_what_is_planted_is_found_and_kept_in_clear_nowhere(
    run: Run, home: Path, tmp_path: Path
) -> None:
    place, kept = tmp_path / "share", tmp_path / "kept"
    place.mkdir()
    kept.mkdir()
    for number in range(5):
        (place / f"{number}.txt").write_text(f"{number}: bsn {' en '.join(PLANTED)}\n")
    (tmp_path / "off.toml").write_text("[detect]\nnames = false\n")
    environment = os.environ | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}",
    }
    words = [kept / "processes", "-vv", "scan", place, "--config", tmp_path / "off.toml"]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, words), "--store", str(kept / "inventory.db")],
        env=environment,
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert b"spawn" in (kept / "processes").read_bytes()  # a worker was among them
    log = run("log", "show", "--json", "--store", kept / "inventory.db").stdout.encode()
    assert log.count(b"\n") == 2
    report = run("report", "--store", kept / "inventory.db", "--format", "jsonl").stdout.encode()
    assert report.count(b'"NL_BSN"') >= 5
    written = [done.stdout, done.stderr, log, report, *(it.read_bytes() for it in kept.iterdir())]
    for data in written:
        assert [value for value in PLANTED if value.encode() in data] == []
