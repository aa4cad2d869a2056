"""One digest over everything that decides what a scan finds and says."""

import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from pii_scan import __version__
from pii_scan.config._rules import rules_dir
from pii_scan.errors import ConfigError


def config_digest(packs: Iterable[str], told: str) -> str:
    """Return "sha256:…" over the version, the recognizers, the rules and what was `told`.

    `told` is the settings and policies in use, written out.

    Raises:
        ConfigError: a pack is not installed.
    """
    digest = hashlib.sha256(f"{__version__}\n{told}\n".encode())
    for place in (rules_dir(), *map(_pack, packs)):
        for name, file in _files(place, ""):
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
