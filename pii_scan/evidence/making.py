"""Making a bundle: the parts in a folder of their own, then one zip."""

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from pii_scan.chain import Check, Signer
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.evidence import history, signature
from pii_scan.evidence.consistency import link_to, trend_row
from pii_scan.evidence.container import Sum, digest_of, names_below, pack, sum_of
from pii_scan.evidence.controls import Norm, statement
from pii_scan.evidence.facts import Facts, derive, lines
from pii_scan.evidence.follow_up import Overdue, agreed, follow_up, overdue_in
from pii_scan.evidence.history import Place
from pii_scan.evidence.oscal import oscal
from pii_scan.evidence.parts import (
    ACCURACY,
    CONTROLS,
    COVERAGE,
    DECISIONS,
    FINDINGS,
    FOLLOW_UP,
    LOG,
    MADE,
    MANIFEST,
    NOT_IN_MANIFEST,
    POLICY,
    README,
    RECALL,
    RECOGNIZERS,
    SCHEMA,
    SCOPE,
    SIGNATURE,
    SUMS,
    TREND,
    TYPE,
    VERDICTS,
)
from pii_scan.evidence.reading import parts_of
from pii_scan.evidence.recall import recall
from pii_scan.evidence.verifying import verify
from pii_scan.model import Assignment, Beside, Entry, Recognizer, Result, Scan
from pii_scan.report import encoded, write


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a scan judges by, as it is installed now."""

    config_digest: str
    """Equal to that of the scan when nothing changed since."""
    policy_files: Mapping[str, bytes]
    """Name below policy/, fit for every system -> content of a file of rules."""
    recognizers: Mapping[str, Recognizer]
    """Name of the module -> recognizer."""
    recognizer_files: Mapping[str, str]
    """Path of each file of the packs -> its SHA-256 in hex."""
    settings: Mapping[str, Any]
    """Settings that decide what is found, as JSON has them."""
    norm: Norm


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes a bundle, when and with what; all that differs from one making to the next."""

    name: str
    when: datetime
    """Aware, in the time zone of the machine."""
    tool_version: str
    packages: Mapping[str, str]
    """Name -> version."""
    is_clock_synchronised: bool | None
    """As far as the system tells."""
    signer: Signer
    check: Check
    """Knows the keys of the installation, those that were replaced as well."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a scan beside its results."""

    entries: Sequence[Entry]
    """The log of the store, the oldest first."""
    trend: Sequence[Mapping[str, Any]]
    """Figures of the scans of the same places before it, as `trend_row` gives them."""
    accuracy: Mapping[str, Any]
    """How well the detector did on labelled texts, as JSON has it."""
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    """Who deals with what, by the id of the group."""


@dataclass(frozen=True, slots=True)
class _Before:
    """The bundle that this one follows."""

    link: dict[str, Any] | None
    overdue: Mapping[str, Overdue]
    head: Place


def create(
    scan: Scan,
    results: Callable[[], Iterator[Result]],
    grounds: Grounds,
    record: Record,
    maker: Maker,
    output: Path,
    previous: Path | None = None,
) -> str:
    """Write the bundle of a scan to `output`, mode 0600, and return its SHA-256 in hex.

    `results` starts a pass over the results in order of URI. The same scan, grounds and record give
    the same bytes, but for made.json, its line in SHA256SUMS and the signature.

    Raises:
        ConfigError: `output` cannot be written, `previous` is no whole bundle of this installation,
            or the log does not go on where it ended.
        PiiScanError: the bundle that was made is not whole, because the scan was still running.
    """
    before = _before(previous, maker.check)
    with _draft(output) as (parts, draft):
        _write_parts(parts, scan, results, grounds, record, maker, before)
        with draft.open("wb") as sink:
            pack(parts, sink, scan.started)
        if verify(draft, None, maker.check, previous).problems:
            raise PiiScanError(f"scan {scan.id} changed while it was bundled: try again later")
        digest = digest_of(draft)
        draft.replace(output.resolve())
    return digest


def _write_parts(
    folder: Path,
    scan: Scan,
    results: Callable[[], Iterator[Result]],
    grounds: Grounds,
    record: Record,
    maker: Maker,
    before: _Before,
) -> None:
    with (folder / FINDINGS).open("wb") as sink:
        write("jsonl", scan, results, sink, Beside(record.assignments))
    facts = _derive(folder)
    entries = history.chapter(record.entries, scan.id, before.head)
    summary = facts.summary
    figures = {key: summary[key] for key in summary if key not in {"schema", "type", "scan"}}
    controls = statement(grounds.norm, figures)
    trend = [*record.trend, trend_row(summary["scan"], figures)]
    with (folder / FINDINGS).open("rb") as found:
        became = follow_up(before.link, before.overdue, lines(found), entries)
    (folder / README).write_bytes((files(__package__) / README).read_bytes())
    for name, content in grounds.policy_files.items():
        path = folder / POLICY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / LOG).write_bytes(b"".join(map(history.line_of, entries)))
    (folder / DECISIONS).write_bytes(history.decisions(figures["suppressions"], entries))
    _json(folder / FOLLOW_UP, {**became, **agreed(facts)})
    _json(folder / TREND, {"schema": SCHEMA, "scans": trend})
    _json(folder / ACCURACY, {"schema": SCHEMA, **record.accuracy})
    measured = recall(record.entries, scan.id)
    _json(folder / RECALL, measured)
    _json(folder / RECOGNIZERS, _recognizers(grounds))
    _json(folder / CONTROLS, controls)
    _json(folder / MADE, _made(maker))
    manifest = _manifest(facts, figures, grounds, before, entries)
    sums = {name: _sum(folder / name) for name in names_below(folder)}
    told = manifest | {"parts": _listed(sums)}
    for name, content in oscal(told, controls["controls"], facts.groups, measured, entries).items():
        (folder / name).write_bytes(content)
        sums[name] = _sum(folder / name)
    _json(folder / MANIFEST, manifest | {"parts": _listed(sums)})
    sums[MANIFEST] = _sum(folder / MANIFEST)
    text = "".join(f"{sums[name].sha256}  {name}\n" for name in sorted(sums)).encode("ascii")
    (folder / SUMS).write_bytes(text)
    (folder / SIGNATURE).write_bytes(signature.envelope(text, maker.signer))


def _derive(folder: Path) -> Facts:
    with (
        (folder / FINDINGS).open("rb") as found,
        (folder / SCOPE).open("wb") as scope,
        (folder / COVERAGE).open("wb") as coverage,
        (folder / VERDICTS).open("wb") as verdicts,
    ):
        return derive(lines(found), scope, coverage, verdicts)


def _listed(sums: Mapping[str, Sum]) -> list[dict[str, Any]]:
    return [
        {"name": name, "sha256": one.sha256, "size": one.size}
        for name, one in sorted(sums.items())
        if name not in NOT_IN_MANIFEST
    ]


def _manifest(
    facts: Facts,
    figures: dict[str, Any],
    grounds: Grounds,
    before: _Before,
    entries: Sequence[Entry],
) -> dict[str, Any]:
    scan = facts.summary["scan"]
    return {
        "schema": SCHEMA,
        "type": TYPE,
        "tool": {
            "name": "pii-scan",
            "version": scan["tool_version"],
            "config_digest": scan["config_digest"],
        },
        "scan": {key: scan[key] for key in scan if key not in {"tool_version", "config_digest"}},
        "is_finished": scan["finished"] is not None,
        "configuration": {
            "digest_when_bundled": grounds.config_digest,
            "is_that_of_scan": grounds.config_digest == scan["config_digest"],
            "settings": dict(grounds.settings),
        },
        "clock": {
            "source": "system clock of the machine that scanned",
            "time_zone": "UTC",
            "is_synchronised": None,
        },
        "made": MADE,
        "previous": before.link,
        "period": {
            "start": (before.link or {}).get("finished") or scan["started"],
            "end": scan["finished"],
        },
        "log": history.told(entries, before.head),
        "population": history.population(entries, scan["id"], facts.kept),
        "figures": figures,
    }


def _recognizers(grounds: Grounds) -> dict[str, Any]:
    digests = grounds.recognizer_files
    return {
        "schema": SCHEMA,
        "recognizers": [
            {
                "name": name,
                "entity": one.entity,
                "category": one.category,
                "source": one.source,
                "sha256": digests.get(name.replace(".", "/") + ".py"),
            }
            for name, one in sorted(grounds.recognizers.items())
        ],
        "files": [{"name": name, "sha256": digests[name]} for name in sorted(digests)],
    }


def _made(maker: Maker) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "by": maker.name,
        "at": maker.when.isoformat(timespec="seconds"),
        "time_zone": maker.when.tzname(),
        "clock": {
            "source": "system clock of the machine that made the bundle",
            "is_synchronised": maker.is_clock_synchronised,
        },
        "tool_version": maker.tool_version,
        "environment": {
            "python": platform.python_version(),
            "implementation": sys.implementation.name,
            "platform": platform.platform(),
            "packages": dict(sorted(maker.packages.items())),
        },
    }


def _before(bundle: Path | None, check: Check) -> _Before:
    if bundle is None:
        return _Before(None, {}, Place())
    if verify(bundle, None, check).problems:
        raise ConfigError(f"{bundle} is not whole: run pii-scan evidence verify {bundle}")
    with parts_of(bundle) as parts:
        link = link_to(parts)
        with parts.stream(FINDINGS) as stream:
            return _Before(link, overdue_in(lines(stream)), Place(**link["log_head"]))


def _json(path: Path, value: dict[str, Any]) -> None:
    path.write_bytes(encoded(value, indent=2) + b"\n")


def _sum(path: Path) -> Sum:
    with path.open("rb") as stream:
        return sum_of(stream)


@contextmanager
def _draft(output: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder for parts and a file for the zip next to `output`, both the owner's alone."""
    target = output.resolve()
    if target.exists() and not target.is_file():
        raise ConfigError(f"cannot write {output}: it is there and no file")
    try:
        with tempfile.TemporaryDirectory(prefix=".evidence-", dir=target.parent) as name:
            parts, draft = Path(name) / "parts", Path(name) / "bundle"
            parts.mkdir()
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            yield parts, draft
    except OSError as error:
        raise ConfigError(f"cannot write {output}: {error.strerror}") from None
