"""On which line of a TOML file each table, key and element stands; tomllib does not tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\n\[\]{}=,.]"
    r"|[^\s\[\]{}=,.\"'#]+",
    re.DOTALL,
)


def lines_of(text: str) -> dict[Path, int]:
    r"""Return the line, from 1, of every table, key and element of valid TOML.

    >>> lines_of("[[rule]]\nid = 'a'\n[[rule]]\nterms = [\n  1,\n  2,\n]")["rule", 1, "terms", 1]
    6
    """
    reader = _Reader([(token, line) for token, line in _tokens(text) if token[0] != "#"])
    while reader.left:
        reader.statement()
    return reader.found


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        yield match.group(), line


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, int]]
    found: dict[Path, int] = field(default_factory=dict)
    table: Path = ()
    lengths: dict[Path, int] = field(default_factory=dict)
    """Of arrays of tables."""
    at: int = 0

    @property
    def left(self) -> bool:
        return self.at < len(self.tokens)

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.left else "\n"

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def skip(self, *tokens: str) -> None:
        while self.left and self.peek() in tokens:
            self.at += 1

    def statement(self) -> None:
        self.skip("\n")
        if not self.left:
            return
        if self.peek() != "[":
            self.pair(self.table)
            return
        line = self.tokens[self.at][1]
        self.take()
        is_array = self.peek() == "["
        self.skip("[")
        keys = self.keys("]")
        self.skip("]")
        self.table = self.within((), keys[:-1])
        if is_array:
            array = (*self.table, keys[-1])
            self.found.setdefault(array, line)
            self.lengths[array] = self.lengths.get(array, 0) + 1
        self.table = self.within(self.table, keys[-1:])
        self.found[self.table] = line
        for end in range(1, len(self.table)):
            self.found.setdefault(self.table[:end], line)

    def within(self, path: Path, keys: list[str]) -> Path:
        """Go down by keys, into the last element of every array of tables on the way."""
        for key in keys:
            path = (*path, key)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        return path

    def keys(self, end: str) -> list[str]:
        keys = []
        while self.left and self.peek() != end:
            key = self.take()
            if key != ".":
                keys.append(key[1:-1] if key[0] in "\"'" else key)
        return keys

    def pair(self, table: Path) -> None:
        line = self.tokens[self.at][1]
        path = table
        for key in self.keys("="):
            path = (*path, key)
            self.found.setdefault(path, line)
        self.take()
        self.value(path)

    def value(self, path: Path) -> None:
        opening = self.take()
        if opening == "[":
            self.skip("\n", ",")
            index = 0
            while self.left and self.peek() != "]":
                self.found[(*path, index)] = self.tokens[self.at][1]
                self.value((*path, index))
                index += 1
                self.skip("\n", ",")
            self.take()
        elif opening == "{":
            self.skip("\n", ",")
            while self.left and self.peek() != "}":
                self.pair(path)
                self.skip("\n", ",")
            self.take()
        else:
            while self.peek() not in ("\n", ",", "]", "}"):
                self.take()
