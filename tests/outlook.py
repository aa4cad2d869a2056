"""Small files of Outlook for the tests of extract, made on the spot: .msg, winmail.dat, .pst."""

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from pii_scan.extract._cfb import Content, packed
from pii_scan.extract._pst import ANSI, LARGE, UNICODE, Form

Value = str | bytes | int | datetime | Sequence[str]
Properties = Mapping[int | tuple[bytes, int | str], Value]
"""By number, or for named ones by (set, number or name)."""

ADDRESS = bytes.fromhex("0420060000000000c000000000000046")
APPOINTMENT = bytes.fromhex("0220060000000000c000000000000046")
PUBLIC = bytes.fromhex("2903020000000000c000000000000046")
HEADERS = bytes.fromhex("8603020000000000c000000000000046")
SENT = datetime(2021, 3, 14, 22, 30, tzinfo=UTC)
PEOPLE: tuple[Properties, ...] = (
    {0x0C15: 1, 0x3001: "Info", 0x39FE: "info@bedrijf.example", 0x3002: "SMTP"},
    {0x0C15: 2, 0x3001: "P. Vos", 0x39FE: "p.vos@bedrijf.example"},
    {0x0C15: 3, 0x3001: "A. de Wit", 0x39FE: "a.wit@bedrijf.example", 0x3A08: "020-1234567"},
)
MESSAGE: Properties = {
    0x001A: "IPM.Note",
    0x0037: "Dossier Jansen",
    0x0039: SENT,
    0x0042: "René Jansen",
    0x0065: "r.jansen@post.example",
    0x007D: "X-Mailer: y\r\nReply-To: antwoord@post.example\r\nDate: x\r\n",
    0x1000: "Beste,\r\n\r\nMijn BSN is 999994256.\r\n",
    0x3FDE: 65001,
    (PUBLIC, "Klantnummer"): "K-4711",
    (PUBLIC, "Keywords"): ("spoed", "klacht"),
    (HEADERS, "x-spam"): "nee",
    (ADDRESS, 0x8083): "rene@thuis.example",
}


def ticks(moment: datetime) -> int:
    return int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000


def encoded(value: Value) -> tuple[int, bytes | list[bytes]]:
    """Return the type of a value, and its bytes."""
    match value:
        case str():
            return 0x1F, value.encode("utf-16-le")
        case bytes():
            return 0x102, value
        case int():
            return 0x03, struct.pack("<I", value)
        case datetime():
            return 0x40, struct.pack("<q", ticks(value))
    return 0x101F, [each.encode("utf-16-le") for each in value]


class Names:
    """The map from names to numbers of one file."""

    def __init__(self) -> None:
        self.sets: list[bytes] = []
        self.entries = b""
        self.strings = b""

    def number(self, key: int | tuple[bytes, int | str]) -> int:
        if isinstance(key, int):
            return key
        property_set, name = key
        if property_set not in self.sets:
            self.sets.append(property_set)
        place = self.sets.index(property_set) + 3
        index = len(self.entries) // 8
        if isinstance(name, str):
            raw = name.encode("utf-16-le")
            self.entries += struct.pack("<IHH", len(self.strings), place << 1 | 1, index)
            self.strings += struct.pack("<I", len(raw)) + raw + bytes(-len(raw) % 4)
        else:
            self.entries += struct.pack("<IHH", name, place << 1, index)
        return 0x8000 + index

    def streams(self) -> tuple[bytes, bytes, bytes]:
        return b"".join(self.sets), self.entries, self.strings


def storage(properties: Properties, before: int, names: Names) -> dict[str, Content]:
    """Return the streams of an item, a recipient or an attachment of a .msg."""
    found: dict[str, Content] = {}
    listed = bytes(before)
    for key, value in properties.items():
        number, (kind, data) = names.number(key), encoded(value)
        name = f"__substg1.0_{number:04X}{kind:04X}"
        if isinstance(data, list):
            found[name] = b"".join(struct.pack("<I", len(each)) for each in data)
            found |= {f"{name}-{index:08X}": each for index, each in enumerate(data)}
        elif kind in {0x03, 0x40}:
            listed += struct.pack("<HHI", kind, number, 6) + data.ljust(8, b"\0")
        else:
            found[name] = data
    return {**found, "__properties_version1.0": listed}


def item(
    properties: Properties,
    people: Iterable[Properties],
    attached: Iterable[Mapping[str, Content]],
    names: Names,
    before: int = 32,
) -> dict[str, Content]:
    found = storage(properties, before, names)
    for number, person in enumerate(people):
        found[f"__recip_version1.0_#{number:08X}"] = storage(person, 8, names)
    for number, each in enumerate(attached):
        found[f"__attach_version1.0_#{number:08X}"] = each
    return found


def msg(
    properties: Properties = MESSAGE,
    people: Iterable[Properties] = PEOPLE,
    files: Iterable[Properties] = (),
    inner: Properties | None = None,
) -> bytes:
    """Return a .msg with files attached, and an item if there is an inner one."""
    names = Names()
    attached = [storage(each, 8, names) for each in files]
    if inner is not None:
        within = item(inner, PEOPLE[:1], (), names, before=24)
        attached.append(
            {
                **storage({0x3001: "Doorgestuurd", 0x3705: 5}, 8, names),
                "__substg1.0_3701000D": within,
            }
        )
    whole = item(properties, people, attached, names)
    sets, entries, strings = names.streams()
    whole["__nameid_version1.0"] = {
        "__substg1.0_00020102": sets,
        "__substg1.0_00030102": entries,
        "__substg1.0_00040102": strings,
    }
    return packed(whole)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def mapi(properties: Properties) -> bytes:
    """Return an encoded list of properties (2.1.3.4)."""
    out = struct.pack("<I", len(properties))
    for key, value in properties.items():
        kind, data = encoded(value)
        if key == 0x3701:
            kind = 0x0D
        if isinstance(key, int):
            out += struct.pack("<HH", kind, key)
        else:
            property_set, name = key
            out += struct.pack("<HH", kind, 0x8000) + property_set
            if isinstance(name, str):
                raw = (name + "\0").encode("utf-16-le")
                out += struct.pack("<II", 1, len(raw)) + padded(raw)
            else:
                out += struct.pack("<II", 0, name)
        if kind in {0x03, 0x40}:
            out += data if isinstance(data, bytes) else b""
            continue
        values = data if isinstance(data, list) else [data]
        out += struct.pack("<I", len(values))
        out += b"".join(struct.pack("<I", len(each)) + padded(each) for each in values)
    return out


def attribute(level: int, number: int, data: bytes) -> bytes:
    return (
        struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    )


def tnef(
    properties: Properties = MESSAGE,
    people: Sequence[Properties] = PEOPLE,
    files: Iterable[tuple[str, bytes]] = (),
    inner: bytes | None = None,
    plain: bytes = b"",
) -> bytes:
    """Return a winmail.dat with files attached, another one if there is an inner one.

    Args:
        properties: of the item.
        people: its recipients.
        files: name and content.
        inner: a winmail.dat.
        plain: attributes as they are, to stand before the others.
    """
    out = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, b"\0\0\1\0")
    out += attribute(1, 0x00069007, struct.pack("<II", 1252, 0)) + plain
    rows = struct.pack("<I", len(people)) + b"".join(map(mapi, people))
    out += attribute(1, 0x00069004, rows) + attribute(1, 0x00069003, mapi(properties))
    for name, content in files:
        out += attribute(2, 0x00069002, bytes(14))
        out += attribute(2, 0x00018010, name.encode("cp1252") + b"\0")
        out += attribute(2, 0x0006800F, content)
    if inner is not None:
        is_item = bytes.fromhex("0703020000000000c000000000000046")
        held = mapi({0x3001: "Doorgestuurd", 0x3701: is_item + inner})
        out += attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00069005, held)
    return out


BLOCK = 8176
FROM_CLEAR = bytes(range(256))


class Pst:
    """A mailbox that is being written."""

    def __init__(self, form: Form = UNICODE, cipher: bytes = FROM_CLEAR, method: int = 0) -> None:
        self.form = form
        self.word = form.word[1]
        self.cipher = cipher
        self.method = method
        self.names = Names()
        self.next = 4
        self._out = bytearray(4096)
        self._blocks: list[tuple[int, int, int, int]] = []
        self._nodes: list[tuple[int, int, int, int]] = []

    def block(self, data: bytes, *, is_internal: bool = False) -> int:
        number, self.next = self.next | (2 if is_internal else 0), self.next + 4
        self._out += bytes(-len(self._out) % 64)
        stored = data if is_internal else data.translate(self.cipher)
        smaller = zlib.compress(stored) if self.form is LARGE else stored
        written = min(stored, smaller, key=len)
        self._blocks.append((number, len(self._out), len(written), len(stored)))
        self._out += written
        return number

    def data(self, content: bytes) -> int:
        """Write content as one block, or as a list of them."""
        if len(content) <= BLOCK:
            return self.block(content)
        numbers = [self.block(content[at : at + BLOCK]) for at in range(0, len(content), BLOCK)]
        head = struct.pack("<BBHI", 1, 1, len(numbers), len(content))
        listed = struct.pack(f"<{len(numbers)}{self.word}", *numbers)
        return self.block(head + listed, is_internal=True)

    def inside(self, nodes: Mapping[int, tuple[int, int]]) -> int:
        if not nodes:
            return 0
        layout = "<" + 3 * self.word
        entries = b"".join(struct.pack(layout, key, *nodes[key]) for key in sorted(nodes))
        head = struct.pack("<BBH", 2, 0, len(nodes)) + bytes(4 if self.word == "Q" else 0)
        return self.block(head + entries, is_internal=True)

    def heap(self, properties: Properties, nodes: dict[int, tuple[int, int]]) -> tuple[int, int]:
        """Write properties as a heap; return its data and what is inside it."""
        items: list[bytes] = [b"", b""]
        records = []
        for key, value in properties.items():
            number, (kind, data) = self.names.number(key), encoded(value)
            if key == 0x3701 and isinstance(value, bytes) and value.startswith(b"node"):
                kind, data = 0x0D, value[4:] + bytes(4)
            if isinstance(data, list):
                starts, at = [], 4 + 4 * len(data)
                for each in data:
                    starts.append(at)
                    at += len(each)
                data = struct.pack(f"<{len(data) + 1}I", len(data), *starts) + b"".join(data)
            if kind == 0x03:
                records.append((number, kind, data))
            elif len(data) > 3580:
                node = 0x1F | (len(nodes) + 0x400) << 5
                nodes[node] = (self.data(data), 0)
                records.append((number, kind, struct.pack("<I", node)))
            else:
                items.append(data)
                records.append((number, kind, struct.pack("<I", len(items) << 5)))
        items[1] = b"".join(struct.pack("<HH4s", *each) for each in sorted(records))
        items[0] = struct.pack("<4BI", 0xB5, 2, 6, 0, 2 << 5)
        return self.data(heap(items, 0xBC)), self.inside(nodes)

    def table(self, rows: Sequence[Properties]) -> tuple[int, int]:
        """Write rows of strings and numbers as a table."""
        columns = sorted({key for row in rows for key in row if isinstance(key, int)})
        end = 4 * len(columns)
        width = end + -(-len(columns) // 8)
        items = [b"", b""]
        for row in rows:
            cells, exists = b"", 0
            for index, column in enumerate(columns):
                if column not in row:
                    cells += bytes(4)
                    continue
                exists |= 0x80 >> index % 8
                kind, data = encoded(row[column])
                assert isinstance(data, bytes)
                if kind != 0x03:
                    items.append(data)
                    data = struct.pack("<I", len(items) << 5)
                cells += data
            items[1] += cells + bytes([exists])
        described = b""
        for index, column in enumerate(columns):
            kind = 0x03 if column == 0x0C15 else 0x1F
            described += struct.pack("<HHHBB", kind, column, 4 * index, 4, index)
        info = struct.pack("<BB4HIII", 0x7C, len(columns), end, end, end, width, 0, 2 << 5, 0)
        items[0] = info + described
        return self.data(heap(items, 0x7C)), 0

    def item(
        self,
        properties: Properties,
        people: Sequence[Properties] = (),
        files: Sequence[Properties] = (),
        inner: Properties | None = None,
    ) -> tuple[int, int]:
        nodes: dict[int, tuple[int, int]] = {}
        if people:
            nodes[0x692] = self.table(people)
        held = [(each, dict[int, tuple[int, int]]()) for each in files]
        if inner is not None:
            node = b"node" + struct.pack("<I", 0x804)
            where: Properties = {0x3001: "Doorgestuurd", 0x3705: 5, 0x3701: node}
            held.append((where, {0x804: self.item(inner, people[:1])}))
        for number, (each, below) in enumerate(held):
            nodes[0x8005 + 32 * number] = self.heap(each, below)
        return self.heap(properties, nodes)

    def add(self, number: int, above: int, node: tuple[int, int]) -> None:
        self._nodes.append((number, *node, above))

    def _tree(self, kind: int, entries: list[bytes]) -> int:
        """Write a tree of two levels; return where it begins."""
        most, width = self.form.counts // len(entries[0]), self.form.width
        runs = [entries[at : at + most] for at in range(0, len(entries), most)]
        places = [self._page(kind, run, 0) for run in runs]
        pairs = zip(runs, places, strict=True)
        layout = "<" + 2 * self.word
        above = [run[0][:width] + struct.pack(layout, 0, place) for run, place in pairs]
        return self._page(kind, above, 1)

    def _page(self, kind: int, entries: list[bytes], level: int) -> int:
        form = self.form
        self._out += bytes(-len(self._out) % form.page)
        place = len(self._out)
        layout = "<HHBB" if form is LARGE else "<BBBB"
        page = b"".join(entries).ljust(form.counts, b"\0")
        page += struct.pack(layout, len(entries), 0, len(entries[0]), level)
        self._out += page.ljust(form.page - 24, b"\0") + bytes([kind]) * 2 + bytes(22)
        self._out += bytes(-len(self._out) % form.page)
        return place

    def written(self) -> bytes:
        sets, entries, strings = self.names.streams()
        self.names = Names()
        self.add(0x61, 0x61, self.heap({2: sets, 3: entries, 4: strings}, {}))
        form, word = self.form, self.word
        rest = "4x" if word == "Q" else ""
        nodes = [struct.pack(f"<3{word}I{rest}", *each) for each in sorted(self._nodes)]
        blocks = [struct.pack(f"<2{word}HH{rest}", *each) for each in sorted(self._blocks)]
        version = {ANSI: 14, UNICODE: 23, LARGE: 36}[form]
        header = bytearray(564)
        header[:12] = b"!BDN" + bytes(4) + b"SM" + struct.pack("<H", version)
        trees = self._tree(0x81, nodes), self._tree(0x80, blocks)
        for place, tree in zip(form.trees, trees, strict=True):
            struct.pack_into(form.word, header, place, tree)
        header[form.method] = self.method
        self._out[: len(header)] = header
        return bytes(self._out)


def heap(items: list[bytes], client: int) -> bytes:
    """Return a heap of one block (2.3.1)."""
    starts, at = [], 12
    for each in items:
        starts.append(at)
        at += len(each)
    body = b"".join(items)
    body += bytes(len(body) % 2)
    head = struct.pack("<HBBI4x", 12 + len(body), 0xEC, client, 1 << 5)
    return head + body + struct.pack(f"<HH{len(starts) + 1}H", len(items), 0, *starts, at)


def pst(form: Form = UNICODE, cipher: bytes = FROM_CLEAR, method: int = 0) -> bytes:
    """Return a mailbox: a message with a file and an item, one in a folder below, a lost one."""
    out = Pst(form, cipher, method)
    out.add(0x122, 0x122, out.heap({0x3001: "Map"}, {}))
    out.add(0x8022, 0x122, out.heap({0x3001: "Postvak IN"}, {}))
    out.add(0x8042, 0x8022, out.heap({0x3001: "Oud/nieuw"}, {}))
    file: Properties = {0x3707: "cv.txt", 0x3705: 1, 0x3701: b"BSN 999990019 " * 900}
    inner: Properties = {0x0037: "Binnenin", 0x1000: "BSN 999900109"}
    first: dict[int | tuple[bytes, int | str], Value] = {**MESSAGE}
    first[0x0037] = "\1\1Dossier Jansen"
    first[0x1013] = b"<p>" + b"lang " * 3000 + b"999900110</p>"
    out.add(0x200024, 0x8022, out.item(first, PEOPLE, [file], inner))
    out.add(0x200044, 0x8042, out.item({0x0037: "Tweede", 0x1000: "BSN 999900122"}))
    out.add(0x200064, 0x9999, out.item({0x0037: "Weg", 0x1000: "BSN 999900134"}))
    return out.written()
