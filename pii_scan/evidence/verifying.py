"""Verifying a bundle: its zip, its sums, its manifest, and what its parts say of each other."""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pii_scan.errors import ConfigError
from pii_scan.evidence.container import (
    Problem,
    Sum,
    digest_of,
    is_readable,
    opened,
    shape_problems,
    shown,
    sum_of,
)
from pii_scan.evidence.controls import figure
from pii_scan.evidence.facts import derive, lines
from pii_scan.evidence.parts import (
    CONTROLS,
    COVERAGE,
    FINDINGS,
    MADE,
    MANIFEST,
    NOT_IN_MANIFEST,
    REQUIRED,
    SCHEMA,
    SCOPE,
    SUMS,
    TYPE,
    VERDICTS,
)

MAX_JSON_BYTES = 16 << 20
"""Of a part that is read as a whole."""

_SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out of verifying a bundle."""

    sha256: str
    """Of the bundle itself, in hex."""
    parts: int
    problems: tuple[Problem, ...]
    """Empty: every part is as it was when the sums were made."""


class _Odd(Exception):
    """A part does not read as it is written here; holds the problem."""

    def __init__(self, part: str, what: str) -> None:
        super().__init__(what)
        self.problem = Problem(part, what)


def verify(bundle: Path, digest: str | None = None) -> Verification:
    """Check a bundle that may have been made to harm; `digest` is what its SHA-256 must be.

    Raises:
        ConfigError: it cannot be read as a bundle at all.
    """
    sha256 = digest_of(bundle)
    problems = []
    if digest is not None and digest.lower() != sha256:
        problems.append(Problem("", "changed: its SHA-256 is not the digest that was given"))
    with opened(bundle) as archive:
        if not {MANIFEST, SUMS} & set(archive.namelist()):
            raise ConfigError(f"{bundle} is no evidence bundle: it has no {MANIFEST} and no {SUMS}")
        problems += shape_problems(archive)
        reader = _Reader(archive)
        problems += reader.sum_problems()
        if not problems:
            # With a part that was changed, what it says of the others means nothing.
            problems += reader.fact_problems()
    return Verification(sha256, len(archive.namelist()), tuple(problems))


def manifest_of(bundle: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the manifest of a bundle that was verified: its bytes and what it says."""
    with opened(bundle) as archive:
        reader = _Reader(archive)
        return reader.content(MANIFEST), reader.json(MANIFEST)


class _Reader:
    """The parts of an opened bundle."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        # Of names that occur twice the first counts; the second is a problem by itself.
        self._entries = {one.filename: one for one in reversed(archive.infolist())}

    def content(self, name: str) -> bytes:
        """Return a part that is small enough to be read as a whole."""
        entry = self._entries.get(name)
        if entry is None:
            raise _Odd(name, "removed")
        if not is_readable(entry) or entry.file_size > MAX_JSON_BYTES:
            raise _Odd(name, "changed: it is compressed or too large")
        try:
            with self._archive.open(entry) as stream:
                return stream.read(MAX_JSON_BYTES)
        except _UNREADABLE:
            raise _Odd(name, "changed: it cannot be read from the zip") from None

    def json(self, name: str) -> dict[str, Any]:
        """Return what a part of ours says."""
        try:
            value = json.loads(self.content(name))
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict) or value.get("schema") != SCHEMA:
            raise _Odd(name, f"changed: it is no JSON of schema {SCHEMA}")
        return value

    def sum_problems(self) -> list[Problem]:
        """Compare every part with both lists of sums."""
        problems: list[Problem] = []
        stated, listed = self._stated(problems), self._listed(problems)
        broken = {one.part for one in problems}
        for name in sorted(REQUIRED | stated.keys() | listed.keys() | self._entries.keys()):
            entry = self._entries.get(name)
            if entry is None:
                problems.append(Problem(shown(name), "removed"))
                continue
            if not is_readable(entry):
                continue  # said already by its shape
            places: dict[str, str | None] = {}
            if name != SUMS and (SUMS not in broken or name in listed):
                places[SUMS] = listed.get(name)
            if name not in NOT_IN_MANIFEST and (MANIFEST not in broken or name in stated):
                places[MANIFEST] = stated[name].sha256 if name in stated else None
            problems += _against(name, self._sum(entry), places, stated.get(name))
        return sorted(set(problems), key=lambda one: (one.part, one.what))

    def _sum(self, entry: zipfile.ZipInfo) -> Sum | None:
        try:
            with self._archive.open(entry) as stream:
                return sum_of(cast(Any, stream))
        except _UNREADABLE:
            return None

    def _stated(self, problems: list[Problem]) -> dict[str, Sum]:
        """Return the sums in the manifest."""
        try:
            manifest = self.json(MANIFEST)
            parts = [_part(one) for one in manifest["parts"]]
        except _Odd as error:
            problems.append(error.problem)
            return {}
        except (KeyError, TypeError):
            problems.append(Problem(MANIFEST, "changed: its list of parts does not read as one"))
            return {}
        if manifest.get("type") != TYPE:
            problems.append(Problem(MANIFEST, "changed: it is not the manifest of a bundle"))
        if len({name for name, _ in parts}) != len(parts):
            problems.append(Problem(MANIFEST, "changed: it names a part twice"))
        return dict(parts)

    def _listed(self, problems: list[Problem]) -> dict[str, str]:
        """Return the sums in SHA256SUMS."""
        listed: dict[str, str] = {}
        try:
            text = self.content(SUMS).decode("utf-8", "replace")
        except _Odd as error:
            problems.append(error.problem)
            return {}
        whole, _, rest = text.rpartition("\n")
        if rest:
            problems.append(Problem(SUMS, "changed: it breaks off"))
        for number, line in enumerate(whole.split("\n"), start=1):
            match = _SUM_LINE.fullmatch(line)
            if match is None or match[2] in listed or match[2] == SUMS:
                what = f"changed: line {number} is not the sum of one part, named once"
                problems.append(Problem(SUMS, what))
            else:
                listed[match[2]] = match[1]
        return listed

    def fact_problems(self) -> list[Problem]:
        """Work out again what follows from the findings, and compare."""
        try:
            manifest = self.json(MANIFEST)
            self.json(MADE)
            return [*self._derived(manifest), *self._controls(manifest)]
        except _Odd as error:
            return [error.problem]

    def _derived(self, manifest: dict[str, Any]) -> Iterator[Problem]:
        hashes = {name: hashlib.sha256() for name in (SCOPE, COVERAGE, VERDICTS)}
        sinks = [_Digest(one) for one in hashes.values()]
        try:
            with self._archive.open(self._entries[FINDINGS]) as stream:
                counted, summary = derive(lines(cast(Any, stream)), *sinks)
        except ValueError as error:
            yield Problem(FINDINGS, f"inconsistent: {error}")
            return
        for name in counted.differences(summary):
            yield Problem(FINDINGS, f"inconsistent: its summary states other {name} than its lines")
        for name, digest in hashes.items():
            with self._archive.open(self._entries[name]) as stream:
                if sum_of(cast(Any, stream)).sha256 != digest.hexdigest():
                    yield Problem(name, f"inconsistent: it does not follow from {FINDINGS}")
        figures = {key: summary[key] for key in summary if key not in {"schema", "type", "scan"}}
        if manifest.get("figures") != figures:
            yield Problem(MANIFEST, f"inconsistent: its figures are not those of {FINDINGS}")
        scan = {**_table(manifest, "scan"), **_table(manifest, "tool")}
        scan["tool_version"] = scan.get("version")
        if any(scan.get(key) != told for key, told in _table(summary, "scan").items()):
            yield Problem(MANIFEST, f"inconsistent: its scan is not that of {FINDINGS}")
        if manifest.get("is_finished") is not (scan.get("finished") is not None):
            yield Problem(MANIFEST, "inconsistent: whether the scan finished")

    def _controls(self, manifest: dict[str, Any]) -> Iterator[Problem]:
        figures, controls = _table(manifest, "figures"), self.json(CONTROLS).get("controls")
        for one in controls if isinstance(controls, list) else [None]:
            told = one.get("figures") if isinstance(one, dict) else None
            if not isinstance(told, dict):
                raise _Odd(CONTROLS, "inconsistent: a control states no figures")
            for path, number in told.items():
                if number != figure(figures, path):
                    what = f"inconsistent: a control's {shown(path)} is not that of {MANIFEST}"
                    yield Problem(CONTROLS, what)


class _Digest:
    """Takes bytes for their digest alone."""

    def __init__(self, digest: "hashlib._Hash") -> None:
        self._digest = digest

    def write(self, data: bytes, /) -> None:
        self._digest.update(data)


_UNREADABLE = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error)


def _against(
    name: str, actual: Sum | None, places: Mapping[str, str | None], stated: Sum | None
) -> Iterator[Problem]:
    """Say which is wrong: the part, or one of the `places` that state its sum or lack it."""
    if actual is None:
        yield Problem(shown(name), "changed: its bytes do not match its checksum in the zip")
        return
    absent = [place for place, told in places.items() if told is None]
    wrong = [place for place, told in places.items() if told not in (None, actual.sha256)]
    if absent and len(absent) == len(places):
        yield Problem(shown(name), f"added: not named in {' and '.join(absent)}")
    elif wrong and len(wrong) + len(absent) == len(places):
        yield Problem(shown(name), f"changed: not the sum in {' and '.join(wrong)}")
    else:
        for place in (*absent, *wrong):
            yield Problem(place, f"changed: it states no sum, or another, for {shown(name)}")
    if stated and stated.sha256 == actual.sha256 and stated.size != actual.size:
        yield Problem(MANIFEST, f"changed: it states another size for {shown(name)}")


def _part(one: Any) -> tuple[str, Sum]:
    name, sha256, size = one["name"], one["sha256"], one["size"]
    if not (isinstance(name, str) and isinstance(sha256, str) and isinstance(size, int)):
        raise TypeError
    return name, Sum(sha256, size)


def _table(value: dict[str, Any], key: str) -> dict[str, Any]:
    table = value.get(key)
    return table if isinstance(table, dict) else {}
