"""What comes out of archives within archives: each file with a result of its own, within bounds."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pii_scan import scan
from pii_scan.errors import ExtractError
from pii_scan.model import Member
from pii_scan.scan import within as limits
from tests.conftest import Run

BSN = b"Uw BSN is 999994256.\n"


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def nested(levels: int) -> bytes:
    data = BSN
    for _ in range(levels):
        data = zipped(a_txt=BSN, b_zip=data)
    return data


def test_files_and_bytes_are_counted_at_all_depths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILES_WITHIN", 3)
    within = scan.Within(10)
    for _ in range(3):
        within.take(Member("a", b""))
    with pytest.raises(ExtractError, match=r"^too many parts$"):
        within.take(Member("a", b""))


@pytest.mark.parametrize(("size", "allowed"), [(0, 100), (4, 100), (10, 200), (99, 1000)])
def test_what_may_come_out_depends_on_what_lies_there(
    size: int, allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FREE_BYTES", 100), ("MAX_RATIO", 20), ("MAX_BYTES", 1000)):
        monkeypatch.setattr(limits, f"{name}_WITHIN", value)
    within = scan.Within(size)
    within.take(Member("a", bytes(allowed)))
    with pytest.raises(ExtractError, match=r"^expands too much$"):
        within.take(Member("a", b"x"))


@pytest.mark.slow
def test_every_file_in_an_archive_has_a_result(run: Run, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    locked = bytearray(zipped(c_txt=BSN, d_txt=BSN))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    files = {"diep.zip": nested(7), "half.zip": bytes(locked), "brief.txt.gz": gzip.compress(BSN)}
    for name, data in files.items():
        (share / name).write_bytes(data)
    store = tmp_path / "s.db"
    done = run("scan", share, "--store", store)
    assert done.returncode == 3, done.stderr
    lines = run("report", "--store", store, "--format", "jsonl").stdout.splitlines()
    found: dict[str, dict[str, Any]] = {
        item["uri"].removeprefix(f"{share}/"): item
        for item in map(json.loads, lines)
        if item["type"] == "item"
    }
    deep = ["diep.zip" + "!/b.zip" * level for level in range(6)]
    for parent in deep[:-1]:
        assert {it["entity_type"] for it in found[f"{parent}!/a.txt"]["findings"]} == {"NL_BSN"}
    for name in ("a.txt", "b.zip"):
        item = found[f"{deep[-1]}!/{name}"]
        assert (item["status"], item["reason"]) == ("skipped", "too deeply nested")
    assert (found["half.zip"]["status"], found["half.zip"]["reason"]) == ("partial", "encrypted")
    assert found["half.zip!/d.txt"]["findings"]
    assert found["brief.txt.gz!/content"]["findings"]
    assert len(found) == 3 + 2 * 6 + 1 + 1
