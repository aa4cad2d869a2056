"""Compiled patterns are kept for the next run, and only trusted when they are ours."""

from collections.abc import Sequence
from pathlib import Path

import hyperscan
import pytest

from pii_scan.detect import _database
from pii_scan.detect._database import database
from pii_scan.errors import ConfigError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "pii-scan"


def ends(made: "hyperscan.Database", text: bytes) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []

    def met(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        found.append((number, end))

    made.scan(text, match_event_handler=met)
    return found


def never(_expressions: Sequence[bytes], _flags: Sequence[int], _keep: Path) -> None:
    pytest.fail("compiled again")


def test_the_second_time_nothing_is_compiled(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expressions, flags = (b"[0-9]{3}", b"bsn"), (0, hyperscan.HS_FLAG_CASELESS)
    first = ends(database(expressions, flags), b"BSN 123")
    (kept,) = cache.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(_database, "_compiled", never)
    assert ends(database(expressions, flags), b"BSN 123") == first == [(1, 3), (0, 7)]


def test_other_patterns_are_kept_apart(cache: Path) -> None:
    database((b"ab", b"c"), (0, 0))
    assert ends(database((b"a", b"bc"), (0, 0)), b"abc") == [(0, 1), (1, 3)]
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("damage", ["content", "mode", "link", "folder"])
def test_what_cannot_be_trusted_is_compiled_again(cache: Path, damage: str) -> None:
    expressions, flags = (b"abc",), (0,)
    database(expressions, flags)
    (kept,) = cache.iterdir()
    match damage:
        case "content":
            kept.write_bytes(b"not a database")
        case "mode":
            kept.chmod(0o666)
        case "link":
            kept.rename(cache.parent / "elsewhere")
            kept.symlink_to(cache.parent / "elsewhere")
        case "folder":
            kept.unlink()
            cache.rmdir()
            cache.write_text("a file where the folder should be")
    assert ends(database(expressions, flags), b"abc") == [(0, 3)]


def test_a_wrong_pattern_is_said() -> None:
    with pytest.raises(ConfigError, match="not valid"):
        database((b"(?=a)b",), (0,))
