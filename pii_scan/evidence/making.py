"""Making a bundle: the parts in a folder of their own, then one zip."""

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.evidence.container import Sum, digest_of, names_below, pack, sum_of
from pii_scan.evidence.controls import Norm, statement
from pii_scan.evidence.facts import derive, lines
from pii_scan.evidence.parts import (
    CONTROLS,
    COVERAGE,
    FINDINGS,
    MADE,
    MANIFEST,
    NOT_IN_MANIFEST,
    POLICY,
    README,
    RECOGNIZERS,
    SCHEMA,
    SCOPE,
    SUMS,
    TYPE,
    VERDICTS,
)
from pii_scan.evidence.verifying import manifest_of, verify
from pii_scan.model import Recognizer, Result, Scan
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


def create(
    scan: Scan,
    results: Callable[[], Iterator[Result]],
    grounds: Grounds,
    maker: Maker,
    output: Path,
    previous: Path | None = None,
) -> str:
    """Write the bundle of a scan to `output`, mode 0600, and return its SHA-256 in hex.

    `results` starts a pass over the results in order of URI. The same scan and grounds give the
    same bytes, but for made.json and its line in SHA256SUMS.

    Raises:
        ConfigError: `output` cannot be written, or `previous` is no whole bundle.
        PiiScanError: the bundle that was made is not whole, because the scan was still running.
    """
    before = _previous(previous) if previous else None
    with _draft(output) as (parts, draft):
        _write_parts(parts, scan, results, grounds, maker, before)
        with draft.open("wb") as sink:
            pack(parts, sink, scan.started)
        if verify(draft).problems:
            raise PiiScanError(f"scan {scan.id} changed while it was bundled: try again later")
        digest = digest_of(draft)
        draft.replace(output.resolve())
    return digest


def _write_parts(
    folder: Path,
    scan: Scan,
    results: Callable[[], Iterator[Result]],
    grounds: Grounds,
    maker: Maker,
    before: dict[str, Any] | None,
) -> None:
    with (folder / FINDINGS).open("wb") as sink:
        write("jsonl", scan, results, sink)
    with (
        (folder / FINDINGS).open("rb") as found,
        (folder / SCOPE).open("wb") as scope,
        (folder / COVERAGE).open("wb") as coverage,
        (folder / VERDICTS).open("wb") as verdicts,
    ):
        _, summary = derive(lines(found), scope, coverage, verdicts)
    (folder / README).write_bytes((files(__package__) / README).read_bytes())
    for name, content in grounds.policy_files.items():
        path = folder / POLICY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    figures = {key: summary[key] for key in summary if key not in {"schema", "type", "scan"}}
    _json(folder / RECOGNIZERS, _recognizers(grounds))
    _json(folder / CONTROLS, statement(grounds.norm, figures))
    _json(folder / MADE, _made(maker))
    sums = {name: _sum(folder / name) for name in names_below(folder)}
    _json(folder / MANIFEST, _manifest(summary["scan"], figures, grounds, before, sums))
    sums[MANIFEST] = _sum(folder / MANIFEST)
    text = "".join(f"{sums[name].sha256}  {name}\n" for name in sorted(sums))
    (folder / SUMS).write_text(text, encoding="ascii")


def _manifest(
    scan: dict[str, Any],
    figures: dict[str, Any],
    grounds: Grounds,
    before: dict[str, Any] | None,
    sums: dict[str, Sum],
) -> dict[str, Any]:
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
        "previous": before,
        "figures": figures,
        "parts": [
            {"name": name, "sha256": one.sha256, "size": one.size}
            for name, one in sorted(sums.items())
            if name not in NOT_IN_MANIFEST
        ],
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
        "clock": "system clock of the machine that made the bundle",
        "tool_version": maker.tool_version,
        "environment": {
            "python": platform.python_version(),
            "implementation": sys.implementation.name,
            "platform": platform.platform(),
            "packages": dict(sorted(maker.packages.items())),
        },
    }


def _previous(bundle: Path) -> dict[str, Any]:
    if verify(bundle).problems:
        raise ConfigError(f"{bundle} is not whole: run pii-scan evidence verify {bundle}")
    content, manifest = manifest_of(bundle)
    return {
        "manifest_sha256": hashlib.sha256(content).hexdigest(),
        "scan": manifest["scan"]["id"],
        "started": manifest["scan"]["started"],
    }


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
