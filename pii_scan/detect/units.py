"""Cuts text into the stretches that a language model reads at once.

A stretch is some lines that belong together: a model sees a few words around each word, and a
signature below its greeting or a value below its label must be within them. Cuts depend on the text
alone, so that a repeated stretch is met as the same stretch again. Lines full of digits (of logs
and lists) stand alone for the same reason.
"""

from collections.abc import Iterator

_ENOUGH = 160
"""Characters from which a stretch ends at an empty line."""
_MUCH = 600
"""Characters from which it ends at any line end."""
_LEAST_LINE = 40
_LINE_OF_CODES = 0.2
"""Share of digits from which a line stands alone."""
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
        line = text[max(first, place) : end]
        if len(line) >= _LEAST_LINE and sum(map(str.isdigit, line)) >= _LINE_OF_CODES * len(line):
            if first < place:
                yield first, place
            yield max(first, place), end
            first = end
        elif end - first >= (_ENOUGH if line.isspace() else _MUCH):
            yield first, end
            first = end
        place = end
    if first < len(text):
        yield first, len(text)
