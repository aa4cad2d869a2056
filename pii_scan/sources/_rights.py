"""Who may read something, from the bits that Unix keeps (POSIX.1-2017, 4.5 Access Permissions).

An access list beside them can only be narrower than what the bits of the group say.
"""

import pwd
import stat
from functools import cache
from typing import Final

from pii_scan.model import Access

_ORDER: Final[tuple[Access, ...]] = ("private", "group", "everyone")


def of_mode(mode: int) -> Access:
    """Return who may read a file with these bits, or pass through a folder.

    >>> of_mode(0o100640), of_mode(0o100604), of_mode(0o040700)
    ('group', 'everyone', 'private')
    """
    others, group = stat.S_IROTH, stat.S_IRGRP
    if stat.S_ISDIR(mode):
        others, group = stat.S_IXOTH, stat.S_IXGRP
    return "everyone" if mode & others else "group" if mode & group else "private"


@cache
def account(number: int) -> str:
    """Return the name of an account of this machine, or its number where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def narrower(one: Access | None, other: Access | None) -> Access | None:
    """Return the one that lets fewer in; `None` says nothing, and limits nothing.

    >>> narrower("everyone", "group"), narrower(None, "everyone")
    ('group', 'everyone')
    """
    told = [access for access in (one, other) if access]
    return min(told, key=_ORDER.index, default=None)
