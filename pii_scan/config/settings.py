"""The settings of an installation: `pii-scan.toml`. Every one has a sensible default."""

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pii_scan.config._schema import Strict, read
from pii_scan.errors import ConfigError
from pii_scan.model import Role


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data lies below a path, and which policy holds there."""

    path: str
    """Glob over the address of an item: "*/klanten/*"."""
    policy: str | None = None
    controller: str | None = None
    role: Role = "unknown"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long the scanner keeps what it made itself (ISO 8601); that is personal data too.

    No law states these: art. 5(1)(e) AVG asks for no longer than needed. Bundles go with the three
    years of a certificate (ISO/IEC 17021-1, 9.1.3).
    """

    scans: str = "P1Y"
    """From their end; the newest of each place stays."""
    reports: str = "P1Y"
    bundles: str = "P3Y"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a configuration file can say."""

    packs: tuple[str, ...] = ("pii_scan_nl",)
    """Importable packages of recognizers."""
    policy: str = "nl-default"
    """Name of a shipped pack or path of a file."""
    min_score: float = 0.5
    analyzer: Literal["fast", "presidio"] = "fast"
    """Our own pass, or Presidio's AnalyzerEngine over the same recognizers."""
    presidio_recognizers: tuple[str, ...] = ()
    """Presidio recognizers that join in: "package.module:Class"."""
    names: Path | bool = True
    """How names are sought: with the language model of the packs, with the spaCy pipeline in a
    folder, or not at all."""
    exclude: tuple[str, ...] = ()
    suppressions: tuple[str, ...] = ()
    """Names of shipped lists and paths of files of what the organisation has judged."""
    scopes: tuple[Scope, ...] = ()
    terms: Terms = Terms()

    def scope(self, uri: str) -> Scope:
        """Return the first scope that an address falls in, or one that knows nothing."""
        for scope in self.scopes:
            if fnmatchcase(uri, scope.path) or fnmatchcase(uri, f"*/{scope.path}"):
                return scope
        return Scope(path="*")


_Term = Annotated[
    str, Field(min_length=3, pattern=r"^P(\d{1,4}Y)?(\d{1,5}M)?(\d{1,5}W)?(\d{1,6}D)?$")
]


class _Detect(Strict):
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.5
    analyzer: Literal["fast", "presidio"] = "fast"
    presidio_recognizers: tuple[str, ...] = ()
    names: bool | str = True


class _Scope(Strict):
    path: str
    policy: str | None = None
    controller: str | None = None
    role: Role = "unknown"


class _Terms(Strict):
    scans: _Term = "P1Y"
    reports: _Term = "P1Y"
    bundles: _Term = "P3Y"


class _File(Strict):
    packs: Annotated[tuple[str, ...], Field(min_length=1)] = ("pii_scan_nl",)
    policy: str = "nl-default"
    exclude: tuple[str, ...] = ()
    suppressions: tuple[str, ...] = ()
    detect: _Detect = _Detect()
    scope: tuple[_Scope, ...] = ()
    terms: _Terms = _Terms()


def load_settings(path: str | None) -> Settings:
    """Return the settings in the file at `path`, or in the user's own when `None`.

    Raises:
        ConfigError: the file named cannot be read or says something unknown.
    """
    chosen = Path(path) if path else config_folder() / "pii-scan.toml"
    if not chosen.exists():
        if path:
            raise ConfigError(f"{path}: there is no such configuration file")
        return Settings()
    file = read(chosen, _File)
    return Settings(
        packs=file.packs,
        policy=file.policy,
        min_score=file.detect.min_score,
        analyzer=file.detect.analyzer,
        presidio_recognizers=file.detect.presidio_recognizers,
        names=_names(file.detect.names),
        exclude=file.exclude,
        suppressions=file.suppressions,
        scopes=tuple(Scope(s.path, s.policy, s.controller, s.role) for s in file.scope),
        terms=Terms(file.terms.scans, file.terms.reports, file.terms.bundles),
    )


def _names(told: bool | str) -> Path | bool:
    if isinstance(told, bool):
        return told
    folder = Path(told).expanduser()
    if not (folder / "config.cfg").is_file():
        raise ConfigError(f"[detect] names: {told} is no folder with a spaCy pipeline")
    return folder


def config_folder() -> Path:
    """Return the folder for settings and keys: never the one that holds the store."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "pii-scan"
