"""Stage 3, extract: a JSON text too long to hold: the elements of its lists, one after another."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import blocks
from pii_scan.extract._json import BLOCK_LINES, Pairs, document, flat, records, told
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP, TOO_LARGE
from pii_scan.extract._text import chunks, fields
from pii_scan.model import Gap, Part

DECODER: Final = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_int=str, parse_float=str, parse_constant=str
)
SPACE: Final = " \t\r\n\ufeff"


class Window:
    """The text from where it is being read, as far as it is in memory."""

    def __init__(self, stream: BinaryIO, longest: int) -> None:
        """Begin; no value may be of more than `longest` characters."""
        self._blocks = blocks(stream)
        self._longest = longest
        self._text = ""
        self._at = 0

    def _more(self) -> bool:
        """Hold twice as much, so that trying again stays linear; tell whether there was any."""
        wanted = max(len(self._text) - self._at, 1)
        added = []
        while wanted > 0 and (block := next(self._blocks, None)) is not None:
            added.append(block)
            wanted -= len(block)
        self._text, self._at = "".join([self._text[self._at :], *added]), 0
        return bool(added)

    def peek(self) -> str:
        """Return the next character that is no space; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, mark: str) -> bool:
        """Go past a character if it comes next."""
        is_next = self.peek() == mark
        self._at += is_next
        return is_next

    def value(self) -> object:
        """Return the value that comes next.

        Raises:
            ExtractError: there is none, or it is too long or too deep.
        """
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except ValueError:
                end = len(self._text)
                value = None
            except RecursionError:
                raise ExtractError(TOO_DEEP) from None
            # A number, or a word, may go on in the next block.
            if end < len(self._text):
                self._at = end
                return value
            if len(self._text) - self._at > self._longest:
                raise ExtractError(TOO_LARGE)
            if not self._more():
                raise ExtractError(DAMAGED)

    def rest(self) -> Iterator[str]:
        """Yield all that is left, as text."""
        yield self._text[self._at :]
        yield from self._blocks


def parts(stream: BinaryIO, longest: int) -> Iterator[Part]:
    """Yield the elements of a list, or of the lists in an object, as rows; other values as lines.

    From where it is no JSON any more, it is read as the text it is, beside a `Gap`.
    """
    window = Window(stream, longest)
    try:
        yield from _values(window)
    except ExtractError as error:
        yield Gap(error.reason)
        yield from chunks(window.rest())


def _values(window: Window) -> Iterator[Part]:
    if window.take("{"):
        while not window.take("}"):
            key = str(window.value())
            _expect(window, ":")
            yield from _branch(window, key)
            if window.peek() != "}":
                _expect(window, ",")
    else:
        yield from _branch(window, "")
    if window.peek():
        raise ExtractError(DAMAGED)


def _branch(window: Window, key: str) -> Iterator[Part]:
    where = "$"
    if not window.take("["):
        yield from document(Pairs([(key, window.value())]) if key else window.value())
        return
    yield from fields([("", key)], where)
    elements = enumerate(_elements(window), start=1)
    while block := list(islice(elements, BLOCK_LINES)):
        yield from records([each for each in block if isinstance(each[1], Pairs)], where)
        for number, value in block:
            if not isinstance(value, Pairs):
                yield from told(flat(value, key), f"{where} row {number}")


def _elements(window: Window) -> Iterator[object]:
    while not window.take("]"):
        yield window.value()
        if window.peek() != "]":
            _expect(window, ",")


def _expect(window: Window, mark: str) -> None:
    if not window.take(mark):
        raise ExtractError(DAMAGED)
