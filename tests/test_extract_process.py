from pathlib import Path

import pytest

from pii_scan.errors import ExtractError
from pii_scan.extract import _process


def test_what_goes_in_and_comes_out() -> None:
    assert _process.run(("cat",), b"tekst", seconds=60) == (0, b"tekst")
    assert _process.run(("false",), seconds=60)[0] == 1


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(ExtractError, match=r"^took too long$"):
        _process.run(("sleep", "600"), seconds=0.01)


def test_nothing_of_the_environment_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PII_SCAN_KEY", "geheim")
    _, written = _process.run(("env",), seconds=60, env={"OMP_THREAD_LIMIT": "1"})
    assert b"geheim" not in written
    assert b"OMP_THREAD_LIMIT=1" in written


def test_what_it_starts_ends_with_it() -> None:
    _, written = _process.run(("sh", "-c", "sleep 600 >/dev/null & echo $!"), seconds=60)
    assert any(is_gone(int(written)) for _ in range(1_000_000))


def is_gone(process: int) -> bool:
    """Tell whether a process has ended, be it that nobody has asked how."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").split()[2] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True
