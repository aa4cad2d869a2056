"""Stage 3, extract: XML of any length, a piece of its tree in memory at a time."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from pii_scan.errors import ExtractError
from pii_scan.extract import _xml
from pii_scan.extract._limits import MAX_DEPTH
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP, TOO_LARGE

BLOCK_BYTES: Final = 1 << 18
PIECE_BYTES: Final = 2 << 20
"""Of the file, before a piece of it is given; its tree takes some ten times as much."""
LARGEST_BYTES: Final = 64 << 20
"""Of the file, in a piece that cannot be divided."""
MANY: Final = 100
"""Children of an element that is divided between two of them, and not within one."""


class Document:
    """A document that is being read."""

    def __init__(self, stream: BinaryIO) -> None:
        """Begin at the start of a stream."""
        self._stream = stream
        self._open: list[etree._Element] = []
        """The elements that have begun and not ended, the root first."""
        self._entities = _xml.Entities()
        self.root: etree._Element | None = None

    @property
    def line(self) -> int:
        """Number of the line where the innermost of the elements begins that have not ended."""
        return (self._open[-1].sourceline or 1) if self._open else 1

    def pieces(self) -> Iterator[tuple[etree._Element, ...]]:
        """Yield whenever there is enough to tell of: which elements go on, the root first.

        The last child of each of these is the next of them or will be told of later; what stands
        before it is whole, and gone after this. The last time all that is left is whole.

        Raises:
            ExtractError: it is not well-formed, is nested beyond `MAX_DEPTH`, cannot be divided, or
                declares entities that are long or made of entities.
        """
        parser = etree.XMLPullParser(("start", "end"), **_xml.OPTIONS)
        self._stream.seek(0)
        held = 0
        while block := self._stream.read(BLOCK_BYTES):
            _xml.feed(parser, block)
            self._follow(parser)
            held += len(block)
            chain = self._divided(MANY if held < 4 * PIECE_BYTES else 2)
            if held >= PIECE_BYTES and chain:
                yield from self._piece(chain)
                held = 0
            elif held > LARGEST_BYTES:
                raise ExtractError(TOO_LARGE)
        _xml.close(parser)
        self._follow(parser)
        if self.root is None:
            raise ExtractError(DAMAGED)
        self._entities.fill(self.root)
        yield ()

    def _follow(self, parser: "etree.XMLPullParser[etree._Element]") -> None:
        for event, node in parser.read_events():
            if event == "end":
                self._open.pop()
                continue
            if self.root is None:
                self.root = node
            self._open.append(node)
            if len(self._open) > MAX_DEPTH:
                raise ExtractError(TOO_DEEP)

    def _divided(self, least: int) -> tuple[etree._Element, ...]:
        """Return the elements from the root to the first that has so many children."""
        for depth, node in enumerate(self._open, start=1):
            if len(node) >= least:
                return tuple(self._open[:depth])
        return ()

    def _piece(self, chain: tuple[etree._Element, ...]) -> Iterator[tuple[etree._Element, ...]]:
        # The last child is left alone: the parser may still be adding to what follows it.
        for node in chain:
            for child in node[:-1]:
                self._entities.fill(child)
        yield chain
        for node in chain:
            node.text = None
            node.attrib.clear()
            del node[:-1]
