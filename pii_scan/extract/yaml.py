"""Stage 3, extract: YAML. Values as written, no objects made, no alias filled in; comments too."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import decode, lines
from pii_scan.extract._guard import guarded
from pii_scan.extract._json import Pairs, document, flat
from pii_scan.extract._limits import MAX_DEPTH
from pii_scan.extract._reasons import TOO_DEEP
from pii_scan.extract._text import chunks, fields
from pii_scan.model import Extractor, Part

if TYPE_CHECKING:
    from yaml import Event

MAX_TREE_BYTES: Final = 32 << 20
"""Of a file that is taken apart; a longer one is read as the text that it is."""
MARKS: Final = re.compile(r"^[\s\-?:,\[\]{}|>]+|[\s\-?:,\[\]{}|>]+$")
"""What parts values, and tells nothing."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the values of all documents with their names, then comments, anchors and tags.

    What does not parse (templates look like YAML) is read as text, in which nothing is hidden.
    """
    stream.seek(0)
    data = stream.read(MAX_TREE_BYTES + 1)
    text = decode(data) if len(data) <= MAX_TREE_BYTES else ""
    try:
        documents, asides = guarded(lambda: _read(text))
    except ExtractError:
        documents = []
    if not documents:
        yield from chunks(lines(stream))
        return
    yield from document(documents[0] if len(documents) == 1 else documents)
    yield from fields((("", each) for each in asides), "comments")


def _read(text: str) -> tuple[list[object], list[str]]:
    """Return the documents, and what stands between the values and is no mark."""
    import yaml

    documents: list[object] = []
    asides: list[str] = []
    open_ones: list[list[object]] = []
    """What has been read of each collection that is not closed; a mapping as keys and values."""
    value: object
    end = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        start, last = _span(event)
        asides += [text[end:start], *_beside(event, text[start:last])]
        end = max(end, last)
        match event:
            case yaml.CollectionStartEvent():
                open_ones.append([])
                if len(open_ones) > MAX_DEPTH:
                    raise ExtractError(TOO_DEEP)
                continue
            case yaml.MappingEndEvent():
                value = _pairs(open_ones.pop())
            case yaml.SequenceEndEvent():
                value = open_ones.pop()
            case yaml.ScalarEvent():
                value = event.value
            case yaml.AliasEvent():
                value = f"*{event.anchor}"
            case _:
                continue
        (open_ones[-1] if open_ones else documents).append(value)
    lines = (MARKS.sub("", line) for aside in asides for line in aside.splitlines())
    return documents, [line for line in lines if line]


def _span(event: "Event") -> tuple[int, int]:
    first, last = event.start_mark, event.end_mark
    return (first.index, last.index) if first and last else (0, 0)


def _beside(event: "Event", text: str) -> Iterator[str]:
    """Yield what stands within the text of a value and is no part of it."""
    if getattr(event, "style", None) in {"|", ">"}:
        yield text.partition("\n")[0]
    yield getattr(event, "anchor", None) or ""
    yield getattr(event, "tag", None) or ""


def _pairs(items: list[object]) -> Pairs:
    return Pairs(list(zip(map(_key, items[::2]), items[1::2], strict=True)))


def _key(key: object) -> str:
    """Return a key as text: it may be a mapping or a list itself."""
    told = (f"{label}: {value}" if label else value for label, value in flat(key))
    return ", ".join(told)


EXTRACTOR = Extractor(media_types=("application/yaml",), suffixes=(".yaml", ".yml"), parts=parts)
