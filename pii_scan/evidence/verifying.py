"""Verifying a bundle: its zip, its signature, its sums, and what its parts say of each other."""

from dataclasses import dataclass
from pathlib import Path

from pii_scan.chain import Check
from pii_scan.errors import ConfigError
from pii_scan.evidence import signature
from pii_scan.evidence.consistency import consistency_problems
from pii_scan.evidence.container import Problem, digest_of, opened, shape_problems
from pii_scan.evidence.parts import MANIFEST, SIGNATURE, SUMS
from pii_scan.evidence.reading import Odd, Parts
from pii_scan.evidence.sums import sum_problems


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out of verifying a bundle."""

    sha256: str
    """Of the bundle itself, in hex."""
    parts: int
    problems: tuple[Problem, ...]
    """Empty: every part is as it was when the sums were made."""
    signed_by: str | None = None
    """Id of the key whose signature was checked and is right."""


def verify(
    bundle: Path,
    digest: str | None = None,
    check: Check | None = None,
    previous: Path | None = None,
) -> Verification:
    """Check a bundle that may have been made to harm.

    `digest` is what its SHA-256 must be, `check` knows the keys that may have signed it, `previous`
    is the bundle that it must follow.

    Raises:
        ConfigError: it, or `previous`, cannot be read as a bundle at all.
    """
    sha256 = digest_of(bundle)
    problems = []
    if digest is not None and digest.lower() != sha256:
        problems.append(Problem("", "changed: its SHA-256 is not the digest that was given"))
    with opened(bundle) as archive:
        if not {MANIFEST, SUMS} & set(archive.namelist()):
            raise ConfigError(f"{bundle} is no evidence bundle: it has no {MANIFEST} and no {SUMS}")
        problems += shape_problems(archive)
        parts = Parts(archive)
        wrong, signed = _signature(parts, check)
        unlike = sum_problems(parts, signed)
        if check is None and any(one.part == SUMS for one in unlike):
            wrong = []  # it is the sums that differ from what the signature is over
        problems += [*wrong, *unlike]
        if not problems:
            # With a part that was changed, what it says of the others means nothing.
            problems += _previous_problems(previous, check)
        if not problems:
            problems += consistency_problems(parts, check, previous)
        is_certain = signed is not None and not problems
        signed_by = signature.key_id_of(parts.content(SIGNATURE)) if is_certain else None
    return Verification(sha256, len(archive.namelist()), tuple(problems), signed_by)


def _signature(parts: Parts, check: Check | None) -> tuple[list[Problem], bytes | None]:
    try:
        envelope = parts.content(SIGNATURE)
    except Odd as error:
        # A part that is not there at all is named with the others.
        return ([error.problem] if SIGNATURE in parts.entries else []), None
    try:
        sums = parts.content(SUMS)
    except Odd:
        sums = None
    problem, signed = signature.looked_at(envelope, sums, check)
    return ([problem] if problem else []), signed


def _previous_problems(previous: Path | None, check: Check | None) -> list[Problem]:
    if previous is None or not verify(previous, None, check).problems:
        return []
    return [Problem("", "not held against the bundle before it: that one is not whole")]
