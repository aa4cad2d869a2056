"""Stage 1, source: place -> Item. One module a kind of place, each defining `SOURCE`."""

import re
from functools import cache

from pii_scan import plugins
from pii_scan.errors import ConfigError
from pii_scan.model import Source
from pii_scan.sources._pace import paced

__all__ = ["by_scheme", "is_local", "paced", "source_of"]

_SCHEME = re.compile(r"([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:/")
"""Of `smb://…`; `postgresql+psycopg://…` names a driver too."""


@cache
def by_scheme() -> dict[str, Source]:
    """Return every source by the scheme of its addresses."""
    return {source.scheme: source for source in plugins.load(__name__, "SOURCE", Source)}


def source_of(place: str) -> Source:
    """Return the source that a place or a locator belongs to; what is no URL is a local path.

    Raises:
        ConfigError: nothing reads addresses of this kind.
    """
    match = _SCHEME.match(place) if "://" in place else None
    scheme = match[1] if match else "file"
    source = by_scheme().get(scheme)
    if source is None:
        known = ", ".join(f"{name}://" for name in sorted(by_scheme()) if name != "file")
        raise ConfigError(f"{scheme}:// is no kind of place that is read; those are {known}")
    return source


def address(place: str) -> str:
    """Return what the addresses of all items at a place begin with: no account, no options."""
    source = source_of(place)
    return source.address(place)


def is_local(place: str) -> bool:
    """Tell whether a place is a path on this machine."""
    return source_of(place).scheme == "file"
