"""Stage 3, extract: Outlook's own mailboxes (.pst, .ost): every item a member, as a .msg.

The items are those that the file has nodes for, in a folder or not: also what was taken out of its
folder and not yet overwritten.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract import _mapi
from pii_scan.extract._cfb import Content, packed
from pii_scan.extract._guard import guarded
from pii_scan.extract._limits import MAX_PART_BYTES
from pii_scan.extract._msg import (
    ATTACHMENT,
    INNER,
    LOOSE,
    MOST,
    NAMES,
    RECIPIENT,
    TOP,
    Raw,
    storage,
    stream,
)
from pii_scan.extract._pst import Heap, Node, Store
from pii_scan.extract._reasons import TOO_DEEP, TOO_MANY_PARTS
from pii_scan.model import Extractor, Gap, Member, Part

KIND: Final = 0x1F
"""Bits of a node's number that say what it is ([MS-PST] 2.2.2.1)."""
FOLDER, ITEM, ATTACHED = 0x02, 0x04, 0x05
NAME_MAP: Final = 0x61
"""The node that tells what named properties are called (2.4.7)."""
NAME_STREAMS: Final = (2, 3, 4)
"""Its properties: sets, entries, strings."""
RECIPIENTS: Final = 0x692
"""The table of recipients in an item (2.4.5.3)."""
MOST_FOLDERS: Final = 50
"""Folders in one another."""
MOST_ITEMS: Final = 50
"""Items attached to one another."""
LOST: Final = "lost"
"""Where items are that have no folder any more."""


def parts(source: BinaryIO) -> Iterator[Part]:
    """Yield the items of all folders, each under the name of its folder and its number in it.

    Raises:
        ExtractError: it is no such mailbox, or its list of nodes ends in damage.
    """
    store = Store(source)
    folders = _folders(store)
    names = _names(store, folders)
    paths: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for number, above, node in store.nodes():
        if number & KIND != ITEM:
            continue
        if above not in paths:
            paths[above] = _path(store, folders, above)
        path = paths[above]
        counts[path] += 1
        name = f"{path}/{counts[path]}.msg"
        store.left = MAX_PART_BYTES
        cut: list[Gap] = []
        try:
            tree = guarded(partial(_item, store, node, TOP, cut))
        except ExtractError as error:
            yield Gap(error.reason, name)
            continue
        yield Member(name, packed({**tree, NAMES: names}))
        yield from (Gap(gap.reason, f"{name} {gap.where}") for gap in dict.fromkeys(cut))


def _folders(store: Store) -> dict[int, tuple[int, Node]]:
    """Return (folder above, node) of all folders by number, and of the map of names."""
    found: dict[int, tuple[int, Node]] = {}
    nodes = store.nodes()
    try:
        while (each := guarded(partial(next, nodes, None))) is not None:
            number, above, node = each
            if number & KIND == FOLDER or number == NAME_MAP:
                found[number] = (above, node)
    except ExtractError:
        # Whoever goes through the items comes upon the same damage, after those before it.
        return found
    return found


def _names(store: Store, folders: dict[int, tuple[int, Node]]) -> dict[str, bytes]:
    """Return the map of names as the streams that a .msg holds it in."""
    if NAME_MAP not in folders:
        return {}
    try:
        raws = guarded(lambda: list(Heap(store, folders[NAME_MAP][1]).properties()))
    except ExtractError:
        return {}
    return {
        stream(number, _mapi.BINARY): data
        for number, _, data in raws
        if number in NAME_STREAMS and isinstance(data, bytes)
    }


def _path(store: Store, folders: dict[int, tuple[int, Node]], number: int) -> str:
    """Return the names of a folder and of those that it is in."""
    names: list[str] = []
    while number in folders and len(names) < MOST_FOLDERS:
        above, node = folders[number]
        if above == number:
            break
        names.append(_name(store, node) or "folder")
        number = above
    return "/".join(reversed(names)) or LOST


def _name(store: Store, node: Node) -> str:
    store.left = MAX_PART_BYTES
    try:
        raws = guarded(lambda: list(Heap(store, node).properties()))
    except ExtractError:
        return ""
    found = next((each for each in raws if each[0] == _mapi.DISPLAY_NAME), None)
    if found is None or not isinstance(found[2], bytes):
        return ""
    name = _mapi.value(found[1], found[2], None)
    return " ".join(name.replace("/", "_").split()) if isinstance(name, str) else ""


def _item(
    store: Store, node: Node, before: int, cut: list[Gap], depth: int = 0
) -> dict[str, Content]:
    """Return an item as the streams of a .msg; what that has no room for goes to `cut`."""
    if depth > MOST_ITEMS:
        raise ExtractError(TOO_DEEP)
    heap = Heap(store, node)
    found: dict[str, Content] = {**storage(map(_plain, heap.properties()), before)}
    if RECIPIENTS in heap.nodes:
        for number, row in enumerate(Heap(store, heap.nodes[RECIPIENTS]).rows()):
            if number == MOST:
                cut.append(Gap(TOO_MANY_PARTS, "recipients"))
                break
            found[f"{RECIPIENT}{number:08X}"] = storage(row, LOOSE)
    attached = [each for each in sorted(heap.nodes) if each & KIND == ATTACHED]
    for number, each in enumerate(attached[:MOST]):
        found[f"{ATTACHMENT}{number:08X}"] = _attachment(store, heap.nodes[each], cut, depth)
    if len(attached) > MOST:
        cut.append(Gap(TOO_MANY_PARTS, "attachments"))
    return found


def _attachment(store: Store, node: Node, cut: list[Gap], depth: int) -> dict[str, Content]:
    heap = Heap(store, node)
    raws = list(heap.properties())
    found: dict[str, Content] = {**storage(raws, LOOSE)}
    for number, kind, data in raws:
        if number == _mapi.ATTACHED and kind == _mapi.OBJECT and isinstance(data, bytes):
            # Of an object the heap holds the node that it is, and its size (2.3.3.5).
            inner = heap.nodes.get(int.from_bytes(data[:4], "little"))
            if inner is not None:
                name = stream(_mapi.ATTACHED, _mapi.OBJECT)
                found[name] = _item(store, inner, INNER, cut, depth + 1)
    return found


def _plain(raw: Raw) -> Raw:
    """Return a property as it is elsewhere: a subject here begins with two marks (2.5.3.1.1.1)."""
    number, kind, data = raw
    mark = b"\1\0" if kind == _mapi.STRING else b"\1"
    if number == _mapi.SUBJECT and isinstance(data, bytes) and data.startswith(mark):
        return number, kind, data[2 * len(mark) :]
    return raw


EXTRACTOR = Extractor(
    media_types=("application/vnd.ms-outlook-pst",), suffixes=(".pst", ".ost"), parts=parts
)
