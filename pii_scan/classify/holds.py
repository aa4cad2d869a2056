"""Stage 5, classify: which holds an item or a row falls under."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from pii_scan.model import Chunk, Finding, Hold, Table


class Holds:
    """The holds of a scan, ready to be looked up."""

    def __init__(self, holds: Iterable[Hold]) -> None:
        """Index them."""
        self.paths: list[Hold] = []
        self.by_print: dict[str, list[Hold]] = {}
        self._by_case: dict[str, list[Hold]] = {}
        for hold in holds:
            if hold.path is not None:
                self.paths.append(hold)
            if hold.case is not None:
                self._by_case.setdefault(_folded(hold.case), []).append(hold)
            for digest in hold.prints:
                self.by_print.setdefault(digest, []).append(hold)
        cases = sorted(map(re.escape, self._by_case), key=len, reverse=True)
        self._cases = re.compile(rf"(?<!\w)(?:{'|'.join(cases)})(?!\w)") if cases else None

    def of_text(self, text: str) -> list[Hold]:
        """Return the holds on the cases that a text names, whole and whatever their case."""
        if self._cases is None:
            return []
        named = dict.fromkeys(self._cases.findall(_folded(text)))
        return [hold for case in named for hold in self._by_case[case]]


class Held:
    """The holds that one item falls under, as its parts go by."""

    def __init__(self, uri: str, holds: Holds) -> None:
        """Begin with what the address tells."""
        self._holds = holds
        on_path = [one for one in holds.paths if one.path is not None and _below(uri, one.path)]
        self._item = dict.fromkeys([*on_path, *holds.of_text(uri)])
        self._rows: dict[int, dict[Hold, None]] = {}

    def add(self, part: Chunk | Table) -> None:
        """Take in the cases that a part names."""
        if isinstance(part, Chunk):
            self._item |= dict.fromkeys(self._holds.of_text(part.text))
            return
        for number, row in zip(part.numbers, part.rows, strict=True):
            if named := self._holds.of_text("\t".join(row)):
                self._rows.setdefault(number, {}).update(dict.fromkeys(named))

    def close(
        self, findings: Sequence[Finding]
    ) -> tuple[tuple[Hold, ...], Mapping[int, tuple[Hold, ...]]]:
        """Return the holds on the item as a whole, and those on its rows besides."""
        for finding in findings if self._holds.by_print else ():
            for _, digest in finding.fingerprints:
                named = dict.fromkeys(self._holds.by_print.get(digest, ()))
                if named and finding.row is not None:
                    self._rows.setdefault(finding.row, {}).update(named)
                else:
                    self._item |= named
        return tuple(self._item), {number: tuple(found) for number, found in self._rows.items()}


def _below(uri: str, path: str) -> bool:
    """Tell whether an address is at or below a path, which may be a glob."""
    below = f"{path.rstrip('/')}/*"
    return any(fnmatchcase(uri, glob) for glob in (path, f"*/{path}", below, f"*/{below}"))


def _folded(text: str) -> str:
    return " ".join(text.upper().split())
