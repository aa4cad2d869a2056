"""Cuts text into the stretches that a language model reads at once.

A stretch is some lines that belong together: a model sees a few words around each word, and a
signature below its greeting or a value below its label must be within them. Cuts depend on the text
alone, so that a repeated stretch is met as the same stretch again.
"""

from collections.abc import Iterator

_ENOUGH = 160
"""Characters from which a stretch ends at an empty line."""
_MUCH = 600
"""Characters from which it ends at any line end."""
_MOST = 4_000
"""Characters at which it is cut, at a space if there is one."""


def units(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open spans of the stretches of `text`, in order; together they cover it."""
    first = place = 0
    while place < len(text):
        end = text.find("\n", place) + 1 or len(text)
        while end - first > _MOST:
            cut = text.rfind(" ", first + 1, first + _MOST) + 1 or first + _MOST
            yield first, cut
            first = cut
        is_blank = text[place:end].isspace()
        if end - first >= (_ENOUGH if is_blank else _MUCH):
            yield first, end
            first = end
        place = end
    if first < len(text):
        yield first, len(text)
