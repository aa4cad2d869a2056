"""Office files for the tests of extract, made on the spot: those that no library here writes.

The binary ones are as small as [MS-DOC], [MS-PPT] and [MS-XLS] allow.
"""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from pii_scan.extract._cfb import Container, packed, streams

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:r="{RELATIONS}" xmlns:dgm="urn:dgm" xmlns:c="urn:c" xmlns:p188="urn:p188" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return out.getvalue()


# PowerPoint 2007 and later

Relations = Iterable[tuple[str, str]]
"""Last word of the type, and target; ids count from rId1."""


def rels(relations: Relations) -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"'
        + (' TargetMode="External"' if ":" in target else "")
        + "/>"
        for number, (kind, target) in enumerate(relations, start=1)
    )
    return f"<Relationships>{entries}</Relationships>"


def paragraph(text: str) -> str:
    return f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"


def shape(text: str, kind: str = "", behind: str = "") -> str:
    """Return a shape with a paragraph, as a placeholder of a kind, with attributes behind it."""
    holder = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else "<p:nvPr/>"
    name = f'<p:cNvPr id="2" name="x" {behind}/>'
    return f"<p:sp><p:nvSpPr>{name}{holder}</p:nvSpPr><p:txBody>{paragraph(text)}</p:txBody></p:sp>"


def page(body: str, kind: str = "sld", attributes: str = "") -> str:
    return f"<p:{kind} {NAMESPACES} {attributes}><p:cSld>{body}</p:cSld></p:{kind}>"


def pptx(
    slides: Iterable[str],
    parts: Mapping[str, str | bytes] | None = None,
    *,
    related: Relations = (),
    inside: str = "",
) -> bytes:
    """Return a presentation.

    Args:
        slides: bodies, or whole parts that begin with `<p:sld`.
        parts: more parts of the package, by name.
        related: what the last slide relates to.
        inside: what `p:presentation` holds beside the list of slides.
    """
    made = [each if each.startswith("<p:sld ") else page(each) for each in slides]
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in range(1, len(made) + 1))
    main = f"<p:presentation {NAMESPACES}><p:sldIdLst>{ids}</p:sldIdLst>{inside}</p:presentation>"
    numbered = list(enumerate(made, start=1))
    # The order of the show is not that of the names.
    names = {number: f"slide{len(made) + 1 - number}.xml" for number, _ in numbered}
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": main,
            "ppt/_rels/presentation.xml.rels": rels(
                ("slide", f"slides/{names[number]}") for number, _ in numbered
            ),
            **{f"ppt/slides/{names[number]}": each for number, each in numbered},
            f"ppt/slides/_rels/{names[len(made)]}.rels": rels(related),
            **(parts or {}),
        }
    )


# OpenDocument

ODF_NAMES = {
    "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
    "form": "form", "presentation": "presentation", "meta": "meta", "svg": "svg-compatible",
    "manifest": "manifest", "script": "script",
}  # fmt: skip
ODF_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in ODF_NAMES.items()
) + (' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"')


def odf(
    body: str,
    kind: str = "text",
    *,
    masters: str = "",
    meta: str = "",
    entries: str = "",
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return an OpenDocument file.

    Args:
        body: what stands in `office:text`, `office:spreadsheet` …
        kind: which of these.
        masters: what stands in `office:master-styles`.
        meta: what stands in `office:meta`.
        entries: of the manifest.
        parts: more parts of the package, by name.
    """

    def root(name: str, content: str) -> str:
        return f"<{name} {ODF_NAMESPACES}>{content}</{name}>"

    inner = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    styles = f"<office:master-styles>{masters}</office:master-styles>"
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": root("office:document-content", inner),
            "styles.xml": root("office:document-styles", styles),
            "meta.xml": root("office:document-meta", f"<office:meta>{meta}</office:meta>"),
            "META-INF/manifest.xml": root("manifest:manifest", entries),
            **(parts or {}),
        }
    )


# Before 2007


def compound(held: Mapping[str, bytes]) -> bytes:
    """Return a compound file with streams by their paths: "Macros/VBA/dir"."""
    tree: dict[str, Any] = {}
    for path, data in held.items():
        *folders, name = path.split("/")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = data
    return packed(tree)


def streams_of(data: bytes) -> dict[str, bytes]:
    """Return the streams of a compound file by their paths."""
    ole = Container(io.BytesIO(data))
    return {"/".join(path): ole.read(entry) for path, entry in streams(ole.root.inside or {})}


# Word before 2007

RANGES = ("body", "footnote", "header", "macro", "comment", "endnote", "box", "header_box")


def doc(
    *,
    plcs: Mapping[int, bytes] | None = None,
    table_ends: Mapping[int, bytes] | None = None,
    wide: bool = True,
    flags: int = 0,
    counts: tuple[int, ...] = (),
    streams: Mapping[str, bytes] | None = None,
    **ranges: str,
) -> bytes:
    """Return a Word 97 document with one piece.

    Args:
        plcs: structures of the table stream by their number in the FIB.
        table_ends: properties of the paragraph that ends at a character of the body.
        wide: two bytes a character.
        flags: of the FIB.
        counts: characters of the first ranges, where Word counts otherwise than Python.
        streams: more streams of the container.
        ranges: text of each of `RANGES`.
    """
    texts = [ranges.get(name, "") for name in RANGES]
    text = "".join(texts)
    begin = 2048
    width = 2 if wide else 1
    raw = text.encode("utf-16-le" if wide else "cp1252")
    pages = begin + len(raw) + -len(raw) % 512
    ends = sorted(table_ends or {})
    places = [begin, *(begin + (end + 1) * width for end in ends)]
    fkp = bytearray(512)
    fkp[511] = len(ends)
    struct.pack_into(f"<{len(places)}I", fkp, 0, *places)
    for index, end in enumerate(ends):
        start = 480 - index * 16
        fkp[len(places) * 4 + index * 13] = start // 2
        properties = b"\0\0" + (table_ends or {})[end]
        fkp[start : start + 2] = bytes([0, (len(properties) + 1) // 2])
        fkp[start + 2 : start + 2 + len(properties)] = properties
    place = begin if wide else begin * 2 | 0x40000000
    piece = struct.pack("<IIHIH", 0, len(raw) // width, 0, place, 0)
    clx = b"\x01" + struct.pack("<H", 2) + b"xx" + b"\x02" + struct.pack("<I", len(piece)) + piece
    held = {33: clx, 13: struct.pack("<III", begin, pages, pages // 512), **(plcs or {})}
    main = bytearray(begin)
    struct.pack_into("<HH", main, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", main, 10, flags)
    lengths = (*counts, *map(len, texts[len(counts) :]))
    struct.pack_into("<8I", main, 0x4C, *lengths)
    table = b""
    for number, data in held.items():
        struct.pack_into("<II", main, 154 + number * 8, len(table), len(data))
        table += data
    main += raw.ljust(pages - begin, b"\0") + fkp
    return compound({"WordDocument": bytes(main), "0Table": table, **(streams or {})})


def plc(*ends: int, data: bytes = b"") -> bytes:
    return struct.pack(f"<{len(ends)}I", *ends) + data


def sttb(*texts: str) -> bytes:
    """Return a table of strings ([MS-DOC] 2.2.4)."""
    return struct.pack("<HHH", 0xFFFF, len(texts), 0) + xsts(*texts)


def xsts(*texts: str) -> bytes:
    return b"".join(struct.pack("<H", len(text)) + text.encode("utf-16-le") for text in texts)


def officeart(key: int, text: str) -> bytes:
    """Return a table of properties with one that is a text ([MS-ODRAW] 2.2.9)."""
    value = text.encode("utf-16-le")
    entry = struct.pack("<HI", key | 0x8000, len(value))
    return struct.pack("<HHI", 1 << 4 | 3, 0xF00B, len(entry + value)) + entry + value


# PowerPoint before 2007


def record(kind: int, content: bytes = b"", instance: int = 0, *, container: bool = True) -> bytes:
    return (
        struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(content)) + content
    )


def text_atom(text: str) -> bytes:
    return record(4000, text.encode("utf-16-le"), container=False)


def string_atom(text: str, instance: int = 0) -> bytes:
    return record(4026, text.encode("utf-16-le"), instance, container=False)


def ppt(
    objects: Iterable[bytes],
    document: bytes = b"",
    *,
    before: bytes = b"",
    after: bytes = b"",
    token: int = 0xE391C05F,
    outline: bytes = b"",
) -> bytes:
    """Return a presentation whose slides are listed in the order given.

    Args:
        objects: records of slides, notes and masters.
        document: what the document holds beside the list of slides.
        before: records that an earlier save left.
        after: records after these, such as embedded objects.
        token: what says whether it is encrypted.
        outline: texts of the last slide that the list of slides holds.
    """
    made = list(objects)
    places, stream = [], before
    listed = b""
    for number, each in enumerate(made, start=2):
        places.append(len(stream))
        stream += each
        if struct.unpack_from("<H", each, 2)[0] == 1006:
            key = struct.pack("<IIIII", number, 0, 0, 255 + number, 0)
            listed += record(1011, key, container=False)
    places.insert(0, len(stream))
    stream += record(1000, record(4080, listed + outline) + document)
    stream += after
    directory = len(stream)
    runs = struct.pack("<I", len(places) << 20 | 1) + struct.pack(f"<{len(places)}I", *places)
    stream += record(6002, runs, container=False)
    edit = len(stream)
    stream += record(4085, struct.pack("<IIIIIII", 0, 0, 0, directory, 1, 0, 0), container=False)
    user = record(4086, struct.pack("<III", 20, token, edit) + bytes(8), container=False)
    return compound({"PowerPoint Document": stream, "Current User": user})


# Excel before 2007


def biff(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def short_text(text: str) -> bytes:
    """Return a text with its length in one byte ([MS-XLS] 2.5.240)."""
    return bytes([len(text), 0]) + text.encode("latin-1")


def long_text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 0) + text.encode("latin-1")


def xls(
    sheet: bytes = b"",
    book: bytes = b"",
    *,
    names: tuple[str, ...] = ("Blad1",),
    streams: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a workbook with one sheet.

    Args:
        sheet: records of the sheet.
        book: records of the workbook.
        names: of the sheet; with several it is listed as often.
        streams: more streams of the container.
    """

    def listed(place: int) -> bytes:
        head = struct.pack("<IBB", place, 0, 0)
        return b"".join(biff(0x85, head + short_text(name)) for name in names)

    begin = biff(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    head = begin + biff(0x42, struct.pack("<H", 1200)) + book
    place = len(head) + len(listed(0)) + len(biff(0x0A))
    head += listed(place) + biff(0x0A)
    inner = biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + sheet + biff(0x0A)
    return compound({"Workbook": head + inner, **(streams or {})})


def label(row: int, column: int, text: str) -> bytes:
    return biff(0x204, struct.pack("<HHH", row, column, 0) + long_text(text))


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return biff(0x203, struct.pack("<HHHd", row, column, style, value))


def blip(kind: int, instance: int, data: bytes) -> bytes:
    """Return a picture as drawings hold it ([MS-ODRAW] 2.2.23)."""
    before = bytes(32 if instance & 1 else 16) + b"\xff"
    return struct.pack("<HHI", instance << 4, kind, len(before + data)) + before + data
