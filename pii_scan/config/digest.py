"""One digest over everything that decides what a scan finds and says."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from pii_scan import __version__
from pii_scan.config._rules import rules_dir
from pii_scan.errors import ConfigError

POLICY_RULES = ("policies", "records.toml", "vocabulary.toml")
"""Of rules/, what decides verdicts alone."""
OTHER_RULES = ("accuracy.json", "controls.toml", "suppressions")
"""Of rules/, what decides neither, or is told where it is in use."""
READING = ("detect", "classify", "extract", "model", "scan")
"""Of the program, what decides what is read and found."""


def config_digest(packs: Iterable[str], told: str) -> str:
    """Return "sha256:…" over the version, the recognizers, the rules and what was `told`.

    `told` is the settings and policies in use, written out.

    Raises:
        ConfigError: a pack is not installed.
    """
    return _digest(told, (rules_dir(), *map(_pack, packs)))


def detection_digest(packs: Iterable[str], told: str, model: Traversable | None) -> str:
    """Return "sha256:…" over all that decides what is read and found, the program included.

    `model` is a folder of a language model beside those of the packs.

    Raises:
        ConfigError: a pack is not installed.
    """
    places = [rules_dir(), *map(_pack, packs), *(files("pii_scan") / name for name in READING)]
    if model is not None:
        places.append(model)
    return _digest(told, places, without=(*POLICY_RULES, *OTHER_RULES))


def policy_digest(told: str) -> str:
    """Return "sha256:…" over all that decides verdicts on what was found, but for the day."""
    return _digest(told, (files("pii_scan") / "retain",))


def _digest(told: str, places: Iterable[Traversable], without: Sequence[str] = ()) -> str:
    digest = hashlib.sha256(f"{__version__}\n{told}\n".encode())
    for place in places:
        named = _files(place, "") if place.is_dir() else (("", place),)
        for name, file in named:
            if place != rules_dir() or name.split("/")[1] not in without:
                digest.update(f"{name}\n".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()}"


def file_digests(packs: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 in hex of every file of the packs: "pii_scan_nl/bsn.py" -> "…".

    Raises:
        ConfigError: a pack is not installed.
    """
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for pack in packs
        for name, file in _files(_pack(pack), pack.replace(".", "/"))
    }


def _pack(name: str) -> Traversable:
    try:
        return files(name)
    except ModuleNotFoundError:
        raise ConfigError(f"recognizer pack {name} is not installed") from None


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{above}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry, name)
        else:
            yield name, entry
