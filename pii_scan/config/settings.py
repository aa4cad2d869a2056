"""The settings of an installation: `pii-scan.toml`. Every one has a sensible default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

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
    location: str | None = None
    """Where it is kept, as a policy names it: "EER"."""
    protected: bool = False
    """Of the company doctor, a confidential adviser, whistle-blowers, the works council: what is
    there is counted, never opened, and no name of it is kept."""
    kind: Literal["mailbox", "home"] | None = None
    """A person's own place, which is searched on a recorded ground only."""
    ground: str = ""
    """Why it may be searched."""

    def holds(self, uri: str) -> bool:
        """Tell whether an address lies in the scope."""
        return fnmatchcase(uri, self.path) or fnmatchcase(uri, f"*/{self.path}")


_UNKNOWN = Scope(path="*")


@dataclass(frozen=True, slots=True)
class Plugged:
    """A Presidio recognizer that joins in."""

    name: str
    """ "package.module:Class"."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What it is made with: a `model_name` is a folder on this machine."""


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
    presidio_recognizers: tuple[Plugged, ...] = ()
    presidio_nlp: Mapping[str, Any] | None = None
    """Presidio's own configuration of an NLP engine whose names count; its models are folders."""
    names: Path | bool = True
    """How names are sought: with the language model of the packs, with the spaCy pipeline in a
    folder, or not at all."""
    exclude: tuple[str, ...] = ()
    suppressions: tuple[str, ...] = ()
    """Names of shipped lists and paths of files of what the organisation has judged."""
    scopes: tuple[Scope, ...] = ()
    contracts: tuple[str, ...] = ()
    """Files with what opdrachtgevers have laid down on their data."""
    holds: tuple[str, ...] = ()
    """Files with what may not be deleted for now."""
    terms: Terms = Terms()

    @property
    def protected(self) -> tuple[str, ...]:
        """The globs of protected zones."""
        return tuple(scope.path for scope in self.scopes if scope.protected)

    def is_protected(self, uri: str) -> bool:
        """Tell whether an address lies in a protected zone, whatever other scope it is in."""
        return any(scope.protected and scope.holds(uri) for scope in self.scopes)

    @property
    def grounds(self) -> tuple[str, ...]:
        """Why persons' own places may be searched, a line each."""
        return tuple(f"{it.kind} {it.path}: {it.ground}" for it in self.scopes if it.kind)

    @property
    def controllers(self) -> tuple[str, ...]:
        """The opdrachtgevers that the scopes name, each once."""
        return tuple(dict.fromkeys(one.controller for one in self.scopes if one.controller))

    def scope(self, uri: str) -> Scope:
        """Return the first scope that an address falls in, or one that knows nothing."""
        for scope in self.scopes:
            if scope.holds(uri):
                return scope
        return _UNKNOWN


class _Plugged(Strict):
    name: str = Field(alias="class")
    options: dict[str, Any] = Field(default_factory=dict)


_Term = Annotated[
    str, Field(min_length=3, pattern=r"^P(\d{1,4}Y)?(\d{1,5}M)?(\d{1,5}W)?(\d{1,6}D)?$")
]


class _Detect(Strict):
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.5
    analyzer: Literal["fast", "presidio"] = "fast"
    presidio_recognizers: tuple[str | _Plugged, ...] = ()
    presidio_nlp: dict[str, Any] | None = None
    names: bool | str = True


class _Scope(Strict):
    path: str
    policy: str | None = None
    controller: str | None = None
    role: Role = "unknown"
    location: str | None = None
    protected: bool = False
    kind: Literal["mailbox", "home"] | None = None
    ground: str = ""


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
    contracts: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
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
        presidio_recognizers=tuple(
            Plugged(one) if isinstance(one, str) else Plugged(one.name, one.options)
            for one in file.detect.presidio_recognizers
        ),
        presidio_nlp=file.detect.presidio_nlp,
        names=_names(file.detect.names),
        exclude=file.exclude,
        suppressions=file.suppressions,
        scopes=tuple(_scope(str(chosen), scope) for scope in file.scope),
        contracts=tuple(_beside(chosen, name) for name in file.contracts),
        holds=tuple(_beside(chosen, name) for name in file.holds),
        terms=Terms(file.terms.scans, file.terms.reports, file.terms.bundles),
    )


def _scope(file: str, told: _Scope) -> Scope:
    if told.kind is not None and not told.ground.strip():
        raise ConfigError(
            f"{file}: scope {told.path} is of kind {told.kind}: write down why it may be searched, "
            'as ground = "…" (AVG art. 5(2) and 6)'
        )
    if not told.ground.isprintable():
        raise ConfigError(f"{file}: scope {told.path}: the ground must be one line of text")
    return Scope(**dict(told))


def _beside(file: Path, name: str) -> str:
    """Return the path of a file that is named in another: from the folder that one lies in."""
    return str(file.parent / Path(name).expanduser())


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
