"""How a term of a vocabulary is written, and what is sought for it.

A term is a word or a phrase. In it ` ` is any space, `-` a hyphen, a space or nothing, `*` the rest
of a compound, `#` a number, `...` up to four words of the same sentence, `{a|b}` either, `<name>` a
set of words of the same file. Accents do not count. A word with a capital counts only
so written.
"""

import codecs
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pii_scan.errors import ConfigError

_SIGNS = {
    " ": r"[ \r\n]{1,3}",
    "-": r"[ -]?",
    "*": r"[0-9A-Za-z-]{0,30}",
    "#": r"[0-9][0-9.,]{0,7}",
    "…": r"(?: [^\s.;:!?]{1,25}){0,4} ",
}
_WIDTHS = {" ": 3, "*": 30, "#": 8, "…": 105}
_LITERAL = re.compile(r"[^*#… -]+")
_SPACED = re.compile(r"(?<= )|(?= )")
_SET = re.compile(r"<([a-z_]+)>")
_SHORT = 6
"""Letters below which an anchor is sought with its edges; longer ones are plain, and faster."""
_OFTEN = 1 / 32
"""Above this an anchor is met so often that the whole term is sought instead."""
_LONG = 300
"""Characters of an expression from which on it takes a multi-pattern search too long to prepare."""
_FOLD = bytes.maketrans(
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿ".encode("latin-1"),
    b"AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyy",
)

Node = str | list["Sequence[Node]"]
"""A run of characters, or the options between braces."""


@dataclass(frozen=True)
class Sought:
    """A term made ready; its patterns are for folded text."""

    term: str
    nodes: tuple[Node, ...]

    @cached_property
    def regex(self) -> re.Pattern[bytes]:
        """Its form in lower case, less its left edge. Compiled when needed: there are thousands."""
        return re.compile(f"{_regex(self.nodes, _plain)}(?![0-9a-z])".encode("latin-1"))

    @cached_property
    def exact(self) -> re.Pattern[bytes] | None:
        """Its form with the capitals that count; `None` if none do."""
        if self.term == self.term.lower():
            return None
        return re.compile(_regex(self.nodes, _word).encode("latin-1"))

    @cached_property
    def width(self) -> int:
        """How many characters it can match at most."""
        return _width(self.nodes)

    def anchors(self, common: Mapping[str, float]) -> tuple[bytes, ...]:
        """Return expressions of which one ends in every match, in lower case.

        They are words of it, no `common` ones where there is a choice, or else all of it; `common`
        says how common each is.

        Raises:
            ConfigError: no word of it is in every match.
        """
        often, runs = _anchor(self.nodes, common, left=True, right=True)
        if often == math.inf:
            raise ConfigError(f"term {self.term!r}: needs a word that is always there")
        if self.word is None and often > _OFTEN:
            whole = _regex(self.nodes, _plain)
            if len(whole) < _LONG:
                runs = frozenset({f"(?:^|[^0-9a-z]){whole}"})
        return tuple(sorted(run.lower().encode("latin-1") for run in runs))

    @cached_property
    def word(self) -> bytes | None:
        """The term itself, in lower case, where it is nothing but letters."""
        node = self.nodes[0]
        is_plain = len(self.nodes) == 1 and isinstance(node, str) and node.isalnum()
        return node.lower().encode("latin-1") if is_plain and isinstance(node, str) else None

    def find(self, plain: bytes, lower: bytes, end: int) -> tuple[int, int] | None:
        """Return where it stands with its anchor ending at `end`, in folded text.

        `lower` is `plain` in lower case. The left edge is checked here, since a search that begins
        with letters skips ahead faster.
        """
        if self.word is not None:
            start = end - len(self.word)
            is_exact = self.exact is None or self.exact.fullmatch(plain, start, end)
            is_within = lower[start - 1 : start].isalnum() or lower[end : end + 1].isalnum()
            return (start, end) if is_exact and not is_within else None
        position, stop = max(0, end - self.width), min(len(lower), end + self.width)
        while match := self.regex.search(lower, position, stop):
            start, last = match.span()
            if start >= end:
                return None
            is_exact = self.exact is None or self.exact.fullmatch(plain, start, last)
            if is_exact and last >= end and not lower[start - 1 : start].isalnum():
                return start, last
            position = start + 1
        return None


def fold(text: str) -> bytes:
    r"""Return `text` without accents, a byte a code point, so that places stay.

    >>> fold("één knie… ła")
    b'een knie\x1a \x1aa'
    """
    if text.isascii():
        return text.encode("ascii")
    return text.encode("latin-1", "pii_scan.substitute").translate(_FOLD)


def sought(term: str, sets: Mapping[str, str]) -> Sought:
    """Read a term.

    Raises:
        ConfigError: it names an unknown set or does not close a brace.
    """
    written = _SET.sub(lambda found: _of_set(found[1], term, sets), term)
    written = re.sub(" ?\\.\\.\\. ?", "\x1a", written)
    written = fold(written).decode("latin-1").replace("\x1a", "…")
    nodes, rest = _parse(written, 0, term)
    if rest != len(written):
        raise ConfigError(f"term {term!r}: its braces do not match")
    return Sought(term, nodes[0])


def _of_set(name: str, term: str, sets: Mapping[str, str]) -> str:
    if name not in sets:
        raise ConfigError(f"term {term!r}: there is no set {name!r} in this file")
    return "{" + sets[name] + "}"


def _parse(text: str, at: int, term: str) -> tuple[list[tuple[Node, ...]], int]:
    """Return the options from `at` on and where they end: at a closing brace or the end."""
    options: list[tuple[Node, ...]] = []
    nodes: list[Node] = []
    run = ""
    depth_start = at
    while True:
        sign = text[at] if at < len(text) else ""
        if sign and sign not in "{|}":
            run += sign
            at += 1
            continue
        if run:
            nodes.append(run)
            run = ""
        if sign == "{":
            inner, at = _parse(text, at + 1, term)
            if at >= len(text):
                raise ConfigError(f"term {term!r}: its braces do not match")
            nodes.append(list(inner))
            at += 1
            continue
        options.append(tuple(nodes))
        nodes = []
        if sign != "|" or depth_start == 0:
            return options, at
        at += 1


def _regex(nodes: Sequence[Node], spelled: Callable[[str], str]) -> str:
    return "".join(
        "".join(map(spelled, _SPACED.split(node)))
        if isinstance(node, str)
        else f"(?:{'|'.join(_regex(option, spelled) for option in node)})"
        for node in nodes
    )


def _plain(word: str) -> str:
    return "".join(_SIGNS.get(sign) or re.escape(sign) for sign in word.lower())


def _word(word: str) -> str:
    if word == word.lower():
        return f"(?i:{_plain(word)})"
    return "".join(_SIGNS.get(sign) or re.escape(sign) for sign in word)


def _width(nodes: Sequence[Node]) -> int:
    return sum(
        sum(_WIDTHS.get(sign, 1) for sign in node)
        if isinstance(node, str)
        else max(map(_width, node))
        for node in nodes
    )


_Choice = tuple[float, frozenset[str]]
"""How often one of some runs may be met, and the runs; each match holds one of them."""


def _anchor(
    nodes: Sequence[Node], common: Mapping[str, float], *, left: bool, right: bool
) -> _Choice:
    """Return the rarest choice; `left`, `right`: whether a word ends where the nodes do."""
    choices: list[_Choice] = [(math.inf, frozenset())]
    for index, node in enumerate(nodes):
        starts = left if index == 0 else _parts(nodes[index - 1], -1)
        stops = right if index == len(nodes) - 1 else _parts(nodes[index + 1], 0)
        if isinstance(node, str):
            choices.extend(_runs(node, common, starts=starts, stops=stops))
        else:
            options = [_anchor(one, common, left=starts, right=stops) for one in node]
            runs = frozenset[str]().union(*(runs for _, runs in options))
            choices.append((sum(often for often, _ in options), runs))
    return min(choices, key=lambda choice: choice[0])


def _parts(node: Node, end: int) -> bool:
    return isinstance(node, str) and node[end] in " …"


def _runs(
    text: str, common: Mapping[str, float], *, starts: bool, stops: bool
) -> Iterator[_Choice]:
    for match in _LITERAL.finditer(text):
        run, (start, end) = match[0], match.span()
        is_short = len(run) < _SHORT
        left = starts if start == 0 else text[start - 1] in " …"
        right = stops if end == len(text) else text[end] in " …"
        edged = re.escape(run)
        edged = rf"\b{edged}" if is_short and left and run[0].isalnum() else edged
        edged = rf"{edged}\b" if is_short and right and run[-1].isalnum() else edged
        yield (
            _often(run, common.get(run.lower()), has_edges=left and right),
            frozenset({edged}),
        )


def _often(run: str, common: float | None, *, has_edges: bool) -> float:
    """Guess how often a run is met: half as often a letter, and more often within words."""
    if common is not None:
        return common * math.pow(2, -len(run) / 2)
    return (1 if has_edges else 8) * math.pow(2, -len(run))


def _substitute(error: UnicodeError) -> tuple[str, int]:
    """Put a character that no term holds in the place of each that Latin-1 lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].translate(_STRANGE), error.end


class _Strange(dict[int, str]):
    """What stands for a character that Latin-1 lacks: boxes, ticks and quotation marks have one."""

    def __missing__(self, code: int) -> str:
        return "\x1a"


_STRANGE = _Strange(
    {
        **dict.fromkeys(map(ord, "☐□◻❏❑▢"), "\x1b"),
        **dict.fromkeys(map(ord, "☑☒✓✔✗✘⊠"), "\x1c"),
        **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201c\u201d\u201e"), "\x1d"),
    }
)
codecs.register_error("pii_scan.substitute", _substitute)
