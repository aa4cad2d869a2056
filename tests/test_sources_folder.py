"""Every entry of a folder is met once; what is no file says what it is; nothing is written."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import DENIED, LINK, SPECIAL, VANISHED, Item, Result
from pii_scan.sources.folder import SOURCE


def met(root: Path) -> dict[str, str]:
    return {
        (one.item.uri if isinstance(one, Result) else one.uri).removeprefix(str(root)): (
            one.coverage.reason or "" if isinstance(one, Result) else "file"
        )
        for one in SOURCE.items(str(root))
    }


def test_order_links_and_special_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert list(met(tmp_path).items()) == [
        ("/a/b/c.txt", "file"),
        ("/a/z.txt", "file"),
        ("/b.txt", "file"),
        ("/gone", LINK),
        ("/loop", LINK),
        ("/pipe", SPECIAL),
    ]


def test_a_single_file_and_a_trailing_slash(tmp_path: Path) -> None:
    path = tmp_path / "een.txt"
    path.write_text("x")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    (only,) = SOURCE.items(str(path))
    assert isinstance(only, Item)
    assert (only.uri, only.size) == (str(path), 1)
    assert only.modified == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    (again,) = SOURCE.items(f"{tmp_path}/")
    assert isinstance(again, Item)
    assert replace(again, access=only.access) == only  # above a root nothing is looked at


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(raw, "wb") as file:  # noqa: PTH123 - a Path has no bytes
        file.write(b"koffie")
    (item,) = SOURCE.items(str(tmp_path))
    assert isinstance(item, Item)
    assert item.uri.endswith("/caf\\xe9.txt")
    item.uri.encode()
    with SOURCE.open(item) as stream:
        assert stream.read() == b"koffie"


def test_a_missing_root_is_a_result(tmp_path: Path) -> None:
    assert met(tmp_path / "weg") == {"": VANISHED}


def test_a_folder_that_is_closed_to_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dicht").mkdir()
    (tmp_path / "open.txt").write_text("x")
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("dicht"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)  # root may open everything
    assert met(tmp_path) == {"/dicht": DENIED, "/open.txt": "file"}


def test_opening_changes_nothing_and_follows_no_link(tmp_path: Path) -> None:
    path = tmp_path / "een.txt"
    path.write_text("x")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    (item,) = SOURCE.items(str(path))
    assert isinstance(item, Item)
    with SOURCE.open(item) as stream:
        stream.read()
    assert path.stat().st_atime == 1_000_000_000
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(ExtractError):
        SOURCE.open(item)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ExtractError, match=SPECIAL):
        SOURCE.open(item)


def test_no_two_files_share_an_address(tmp_path: Path) -> None:
    names = [b"caf\xe9.txt", rb"caf\xe9.txt", rb"caf\x5cxe9.txt", b"\\\xe9", rb"\\xe9"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    assert len(met(tmp_path)) == len(names)
