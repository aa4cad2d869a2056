"""Every part against what states its digest: SHA256SUMS, the manifest and what was signed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pii_scan.evidence.container import NAME, Problem, Sum, is_readable, shown
from pii_scan.evidence.parts import (
    MANIFEST,
    NOT_IN_MANIFEST,
    NOT_IN_SUMS,
    POLICY,
    REQUIRED,
    SIGNATURE,
    SUMS,
    TYPE,
)
from pii_scan.evidence.reading import Odd, Parts

_SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def sum_problems(parts: Parts, signed: bytes | None) -> list[Problem]:
    """Compare every part; `signed` is what SHA256SUMS was when it was signed, if that is certain.

    What was signed says who is wrong. Without it, a part is when all that state its digest agree.
    """
    problems: list[Problem] = []
    stated = _stated(parts, problems)
    listed = _listed(parts, problems)
    certain = None if signed is None else dict(_lines(signed.decode("utf-8", "replace")))
    broken = {one.part for one in problems}
    named = stated.keys() | listed.keys() if certain is None else certain.keys()
    for name in sorted(REQUIRED | named | parts.entries.keys()):
        if name not in parts.entries:
            problems.append(Problem(shown(name), "removed"))
            continue
        if not is_readable(parts.entries[name]):
            continue  # said already by its shape
        places: dict[str, str | None] = {}
        if name not in NOT_IN_SUMS and (SUMS not in broken or name in listed):
            places[SUMS] = listed.get(name)
        if name not in NOT_IN_MANIFEST and (MANIFEST not in broken or name in stated):
            places[MANIFEST] = stated[name].sha256 if name in stated else None
        actual = parts.sum(name)
        if actual is None:
            what = "changed: its bytes do not match its checksum in the zip"
            problems.append(Problem(shown(name), what))
        elif certain is None or name in NOT_IN_SUMS:
            problems += _against(name, actual, places, stated.get(name))
        elif name not in certain:
            problems.append(Problem(shown(name), f"added: {SIGNATURE} is not over it"))
        elif certain[name] != actual.sha256:
            problems.append(Problem(shown(name), "changed: not the sum that was signed"))
    problems += [
        Problem(shown(name), "added: no part of a bundle has that name")
        for name in parts.entries
        if name not in REQUIRED and not name.startswith(f"{POLICY}/") and NAME.fullmatch(name)
    ]
    if signed is not None and SUMS in parts.entries and _content(parts, SUMS) != signed:
        problems.append(Problem(SUMS, "changed: not what was signed"))
    return sorted(set(problems), key=lambda one: (one.part, one.what))


def _against(
    name: str, actual: Sum, places: Mapping[str, str | None], stated: Sum | None
) -> Iterator[Problem]:
    """Say which is wrong: the part, or one of the `places` that state its sum or lack it."""
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


def _content(parts: Parts, name: str) -> bytes | None:
    try:
        return parts.content(name)
    except Odd:
        return None


def _stated(parts: Parts, problems: list[Problem]) -> dict[str, Sum]:
    """Return the sums in the manifest."""
    try:
        manifest = parts.json(MANIFEST)
        found = [_part(one) for one in manifest["parts"]]
    except Odd as error:
        problems.append(error.problem)
        return {}
    except (KeyError, TypeError):
        problems.append(Problem(MANIFEST, "changed: its list of parts does not read as one"))
        return {}
    if manifest.get("type") != TYPE:
        problems.append(Problem(MANIFEST, "changed: it is not the manifest of a bundle"))
    if len({name for name, _ in found}) != len(found):
        problems.append(Problem(MANIFEST, "changed: it names a part twice"))
    return dict(found)


def _part(one: Any) -> tuple[str, Sum]:
    name, sha256, size = one["name"], one["sha256"], one["size"]
    if not (isinstance(name, str) and isinstance(sha256, str) and isinstance(size, int)):
        raise TypeError
    return name, Sum(sha256, size)


def _listed(parts: Parts, problems: list[Problem]) -> dict[str, str]:
    """Return the sums in SHA256SUMS."""
    try:
        text = parts.content(SUMS).decode("utf-8", "replace")
    except Odd as error:
        problems.append(error.problem)
        return {}
    if not text.endswith("\n"):
        problems.append(Problem(SUMS, "changed: it breaks off"))
    listed: dict[str, str] = {}
    for number, line in enumerate(text.rpartition("\n")[0].split("\n"), start=1):
        match = _SUM_LINE.fullmatch(line)
        if match is None or match[2] in listed or match[2] in NOT_IN_SUMS:
            what = f"changed: line {number} is not the sum of one part, named once"
            problems.append(Problem(SUMS, what))
        else:
            listed[match[2]] = match[1]
    return listed


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        if match := _SUM_LINE.fullmatch(line):
            yield match[2], match[1]
