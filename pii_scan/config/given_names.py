"""First names that stand for each other: `rules/given_names.toml`."""

from functools import cache

from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read


class _File(Strict):
    groups: tuple[tuple[str, ...], ...]


@cache
def load_given_names() -> tuple[frozenset[str], ...]:
    """Return the shipped groups."""
    file = read(rules_dir() / "given_names.toml", _File)
    return tuple(map(frozenset, file.groups))
