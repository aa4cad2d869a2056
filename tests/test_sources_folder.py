"""Every entry of a folder is met once; what is no file says what it is; nothing is written."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pii_scan.errors import ExtractError
from pii_scan.model import DENIED, LINK, SPECIAL, VANISHED, Item, Result
from pii_scan.sources.folder import DEEPEST, SOURCE, TOO_DEEP


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
    real = os.open

    def opened(path: str, flags: int, **more: Any) -> int:
        if path.endswith("dicht"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, **more)

    monkeypatch.setattr(os, "open", opened)  # root may open everything
    assert met(tmp_path) == {"/dicht": DENIED, "/open.txt": "file"}


@pytest.mark.parametrize("swapped", ["a/map", "a"])
def test_what_takes_the_place_of_a_folder_is_not_followed(tmp_path: Path, swapped: str) -> None:
    """Between the look at a folder and its opening somebody puts a link there, or above it."""
    elsewhere, share = tmp_path / "elders", tmp_path / "share"
    for place in (elsewhere, elsewhere / "map", share / "a" / "map"):
        place.mkdir(parents=True, exist_ok=True)
    (elsewhere / "geheim.txt").write_text("x")
    (elsewhere / "map" / "geheim.txt").write_text("x")
    (share / "a" / "een.txt").write_text("x")
    (share / "a" / "map" / "twee.txt").write_text("x")
    walk = iter(SOURCE.items(str(share)))
    names = [next(walk)]  # "een.txt": "map" is next
    (share / swapped).rename(tmp_path / "weg")
    (share / swapped).symlink_to(elsewhere)
    names += walk
    uris = [one.uri if isinstance(one, Item) else one.item.uri for one in names]
    assert not any(uri.endswith("geheim.txt") for uri in uris)
    if swapped == "a":  # it is still the folder that was met
        assert uris[-1].endswith("share/a/map/twee.txt")
    else:
        assert isinstance(names[-1], Result)
        assert names[-1].coverage.reason == LINK


def test_a_folder_swapped_after_the_look_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share" / "map").mkdir(parents=True)
    (tmp_path / "elders").mkdir()
    (tmp_path / "elders" / "geheim.txt").write_text("x")
    real = os.open

    def opened(path: str, flags: int, **more: Any) -> int:
        if path == "map":
            (tmp_path / "share" / "map").rmdir()
            (tmp_path / "share" / "map").symlink_to(tmp_path / "elders")
        return real(path, flags, **more)

    monkeypatch.setattr(os, "open", opened)
    assert met(tmp_path / "share") == {"/map": "cannot be opened"}


def test_folders_nested_without_end_are_named_and_left(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(DEEPEST + 5):
        os.mkdir("m", dir_fd=handle)
        inner = os.open("m", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    found = met(tmp_path)
    assert list(found.values()) == [TOO_DEEP]
    assert next(iter(found)) == "/m" * DEEPEST


def test_a_time_that_no_calendar_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "een.txt").write_text("x")
    real = os.stat

    def told(path: str, **more: Any) -> Any:
        status = real(path, **more)
        return SimpleNamespace(st_mode=status.st_mode, st_mtime=1e13, st_size=1, st_uid=0, st_ino=1)

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", told)
        (item,) = SOURCE.items(str(tmp_path))
    assert isinstance(item, Item)
    assert item.modified is None


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
