"""Files opened again in a worker: what is as it was, what changed, and what kills its reader."""

import hashlib
import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from pii_scan.inzage import opening
from pii_scan.inzage.opening import Opened, Wanted, in_worker
from pii_scan.model import Chunk, Item, Member, Table
from pii_scan.sources.folder import SOURCE
from tests.invented_case import export, message

ROWS = tuple(("K-1", f"naam {n}", "", "", "", "", "") for n in range(5))


def wanted(data: bytes, *rows: int) -> Wanted:
    return Wanted(f"sha256:{hashlib.sha256(data).hexdigest()}", frozenset(rows) or None)


def uri(path: Path) -> str:
    (item,) = SOURCE.items(str(path))
    assert isinstance(item, Item)
    return item.uri


def test_a_worker_gives_the_rows_and_members_that_are_wanted(tmp_path: Path) -> None:
    table, mail = tmp_path / "lijst.csv", tmp_path / "post.eml"
    table.write_bytes(export(*ROWS))
    mail.write_bytes(message("Zie bijlage.", "inhoud van de bijlage", "bijlage!.txt"))
    inside = f"{uri(mail)}!/bijlage!.txt"
    files = {
        str(table): {uri(table): wanted(export(*ROWS), 3)},
        str(mail): {inside: Wanted(None, None)},
        str(tmp_path / "weg.txt"): {"weg.txt": Wanted(None, None)},
    }
    opened = {one.item.uri: one for _, one in in_worker(60)(files)}
    assert set(opened) == {uri(table), inside}
    (rows,) = opened[uri(table)].parts
    assert isinstance(rows, Table)
    assert rows.numbers == (3,)
    (text,) = opened[inside].parts
    assert isinstance(text, Chunk)
    assert "inhoud van de bijlage" in text.text


def test_of_a_table_that_changed_all_rows_are_looked_at(tmp_path: Path) -> None:
    table = tmp_path / "lijst.csv"
    table.write_bytes(export(*ROWS))
    files = {str(table): {uri(table): wanted(b"as it was", 3)}}
    ((_, one),) = in_worker(60)(files)
    assert [number for part in one.parts if isinstance(part, Table) for number in part.numbers] == [
        2, 3, 4, 5, 6
    ]  # fmt: skip


def deadly(files: opening.Files) -> object:
    """Prepare a reader that one file kills and another hangs."""

    def scanner(task: Item) -> Iterator[Opened]:
        if task.locator.endswith("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        if task.locator.endswith("hang"):
            time.sleep(600)
        for address in files[task.locator]:
            yield Opened(Item(address, task.locator, 0), "read")
        yield Opened(task, "end")

    return scanner


def test_a_file_that_kills_or_hangs_its_reader_costs_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "_prepare", deadly)
    files = {name: {f"share/{name}": Wanted(None, None)} for name in ("kill", "hang", "good")}
    opened = {one.item.uri: one.state for _, one in in_worker(1)(files)}
    assert opened == {
        "share/kill": "unreadable",
        "share/hang": "unreadable",
        "share/good": "read",
    }


def test_nothing_is_read_deeper_than_a_scan_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(uri: str, *_: object) -> Iterable[Member]:
        return [Member("a.zip", b"more")]

    monkeypatch.setattr(opening, "_parts", endless)
    path = tmp_path / "a.zip"
    path.write_bytes(b"more")
    address = uri(path) + "!/a.zip" * (opening.MAX_DEPTH + 5)
    found = list(opening.here(SOURCE)({str(path): {address: Wanted(None, None)}}))
    assert found == []
