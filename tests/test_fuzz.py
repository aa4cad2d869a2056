"""Detection is fuzzed for a moment: its target runs, from the pack's own examples, and holds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pii_scan import plugins
from pii_scan.model import Recognizer

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_what_is_found_in_any_bytes_holds_together(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this platform or this Python")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for recognizer in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer):
        for number, text in enumerate((*recognizer.match, *recognizer.no_match)):
            (seeds / f"{recognizer.entity}_{number}").write_text(text, encoding="utf-8")
    target = subprocess.run(
        [
            *(sys.executable, "fuzz/fuzz_detect.py", f"-artifact_prefix={tmp_path}/"),
            *("-max_total_time=10", "-max_len=1024", "-seed=1", str(tmp_path), str(seeds)),
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert target.returncode == 0, target.stderr[-2000:]
    assert "Done " in target.stderr
