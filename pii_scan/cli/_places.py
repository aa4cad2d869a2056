"""The targets of a scan: each is there, none within another, and all can be shown."""

import os
from pathlib import Path, PurePath


def on_one_line(uri: str) -> str:
    """Return an address without what would move the cursor or turn the text around."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in uri)


def distinct(targets: tuple[str, ...]) -> tuple[str, ...]:
    """Return the targets without those that lie within another, so that nothing is met twice.

    Raises:
        ConfigError: one is empty, not there, or cannot be reached.
    """
    from pii_scan.errors import ConfigError
    from pii_scan.sources import address, is_local

    if not all(targets):
        # What an unset variable of the shell gives; as a path it would be everything there is.
        raise ConfigError("a target is empty: name a folder or file")
    real: dict[str, PurePath] = {}
    for target in dict.fromkeys(targets):
        if is_local(target):
            real[target] = Path(os.path.realpath(target))
            is_there = os.path.exists(real[target])  # noqa: PTH110 - also of links in a circle
        else:
            real[target] = PurePath(address(target))
            is_there = _is_reached(target)
        if not is_there:
            raise ConfigError(f"{on_one_line(target)}: there is no such file or folder")
    return tuple(
        target
        for target, path in real.items()
        if not any(path != other and path.is_relative_to(other) for other in real.values())
        and next(t for t, p in real.items() if p == path) == target
    )


def _is_reached(target: str) -> bool:
    """Tell whether there is anything at a target elsewhere, before the scan has begun."""
    from pii_scan.model import Result
    from pii_scan.sources import address, source_of

    first = next(iter(source_of(target).items(target)), None)
    return not (isinstance(first, Result) and first.item.uri == address(target))
