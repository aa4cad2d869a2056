"""Stage 3, extract: the XMP packets that pictures and PDFs carry, wherever in the file they stand.

ISO 16684-3, 5: packets are made to be found by their marks, and are not to be compressed.
"""

from collections.abc import Container, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Gap, Part

if TYPE_CHECKING:
    from lxml import etree

START, END = b"<x:xmpmeta", b"</x:xmpmeta>"
MAX_PACKETS: Final = 100
"""Of one file: a PDF may have one for every picture in it."""
MAX_BYTES: Final = 4 << 20
"""Of one packet; those of a picture edited a hundred times reach one million."""
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IDLE: Final = (
    RDF,
    "http://www.w3.org/XML/1998/namespace",
    "http://ns.adobe.com/xap/1.0/mm/",
    "http://ns.adobe.com/xap/1.0/sType/",
    "http://ns.adobe.com/xap/1.0/g/",
    "http://ns.adobe.com/xap/1.0/t/pg/",
    "http://ns.adobe.com/camera-raw-settings/",
    "http://ns.adobe.com/exif/",
    "http://ns.adobe.com/tiff/",
    "http://ns.google.com/",
    "http://www.aiim.org/",
    "adobe:ns:meta/",
)
"""Namespaces that say how a file was made, in identifiers and numbers."""
PERSONAL: Final = frozenset(
    {"Artist", "Copyright", "GPSLatitude", "GPSLongitude", "ImageDescription", "OwnerName"}
    | {"UserComment"}
)
"""Of these namespaces what somebody has typed, or tells where he was."""
MACHINE: Final = frozenset(
    {"format", "Producer", "CreatorTool", "Software", "MetadataDate", "History", "ColorMode"}
    | {"DocumentAncestors", "LegacyIPTCDigest", "ICCProfile"}
)
DATES: Final = {"CreateDate": "created", "DateCreated": "created", "ModifyDate": "modified"}


def parts(data: bytes, said: Container[str] = ()) -> Iterator[Part]:
    """Yield the properties of all packets in a file, but for those whose value is in `said`."""
    known: set[str] = set()
    for packet in islice(_packets(data), MAX_PACKETS):
        try:
            pairs = list(_properties(packet))
        except ExtractError as error:
            yield Gap(error.reason, "properties (xmp)")
            continue
        for label, value in pairs:
            if value not in known and value not in said:
                known.add(value)
                yield from _part(label, value)


def _packets(data: bytes) -> Iterator[bytes]:
    end = 0
    while (start := data.find(START, end)) >= 0 and (end := data.find(END, start)) >= 0:
        if end - start <= MAX_BYTES:
            yield data[start : end + len(END)]


def _properties(packet: bytes) -> Iterator[tuple[str, str]]:
    from pii_scan.extract import _xml

    for node in _xml.parse(packet).iter():
        if not isinstance(node.tag, str):
            continue
        for name, value in node.attrib.items():
            yield from _pair(str(name), str(value))
        yield from _pair(_owner(node), node.text or "")


def _owner(node: "etree._Element") -> str:
    """Return the property whose value a node is: of an item of a list, that of the list."""
    for each in (node, *islice(node.iterancestors(), 3)):
        if isinstance(each.tag, str) and not each.tag.startswith(f"{{{RDF}"):
            return each.tag
    return f"{{{RDF}}}li"


def _pair(name: str, value: str) -> Iterator[tuple[str, str]]:
    namespace, _, label = name.removeprefix("{").rpartition("}")
    is_idle = namespace.startswith(IDLE) and label not in PERSONAL
    if value.strip() and not is_idle and label not in MACHINE:
        yield label, value.strip()


def _part(label: str, value: str) -> Iterator[Part]:
    if label not in DATES:
        yield from fields([("", value)], f"property {label}")
        return
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return
    yield Evidence("documentdatum", day, "metadata", f"property {DATES[label]}")
