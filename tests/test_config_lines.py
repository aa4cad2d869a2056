"""Lines of a TOML file: every place that tomllib finds has the line on which it stands."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from pii_scan.config._lines import lines_of
from pii_scan.config._rules import rules_dir

ODD = """
title = "a # no comment [ nor = table"   # a comment
multi = \"\"\"
first
[not.a.table]
\"\"\"
[a."b.c"]
'd e' = [ 1, # one
  2, { f = 3 },
  [ 4,
    5 ] ]
dotted.key = 2024-02-29 10:00:00
[[many]]
x = 1
[many.sub]
y = '''
[[many]]
'''
[[many]]
[[many.inner]]
z = 1.5
"""


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if at:
        yield at
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        yield from places(child, (*at, key))


FILES = [file for file in (rules_dir() / "policies").iterdir() if file.name.endswith(".toml")]


@pytest.mark.parametrize("text", [ODD, *(file.read_text("utf-8") for file in FILES)])
def test_every_place_has_a_line(text: str) -> None:
    found = lines_of(text)
    assert not set(places(tomllib.loads(text))) - set(found)
    assert max(found.values()) <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("multi",), 3),
        (("a", "b.c"), 7),
        (("a", "b.c", "d e"), 8),
        (("a", "b.c", "d e", 1), 9),
        (("a", "b.c", "d e", 2, "f"), 9),
        (("a", "b.c", "d e", 3, 1), 11),
        (("a", "b.c", "dotted", "key"), 12),
        (("many", 0), 13),
        (("many", 0, "sub", "y"), 16),
        (("many", 1), 19),
        (("many", 1, "inner", 0, "z"), 21),
    ],
)
def test_the_line_is_the_one(place: tuple[str | int, ...], line: int) -> None:
    assert lines_of(ODD)[place] == line
