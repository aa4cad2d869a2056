"""Names as they stand in addresses: each can be printed, and no two places share an address."""

import os
import re
from collections.abc import Collection

ESCAPE = re.compile(r"\\(x[0-9a-f]{2})")


def printable(path: str) -> str:
    r"""Return a path as an address of its own: no two paths share one.

    Bytes that are no UTF-8 are written as escapes, and so is what would read as such an escape.

    >>> printable(os.fsdecode(b"caf\xe9.txt"))
    'caf\\xe9.txt'
    >>> printable(r"caf\xe9.txt")
    'caf\\x5cxe9.txt'
    """
    if path.isascii() and "\\" not in path:
        return path
    literal = ESCAPE.sub(r"\\x5c\1", path)
    return os.fsencode(literal).decode("utf-8", "backslashreplace")


def shown(name: str, beside: Collection[str]) -> str:
    r"""Return a name as the last step of an address, among all the names in its folder.

    >>> shown("a.zip!", {"a.zip", "a.zip!"})  # beside "a.zip", "a.zip!/b" is a member
    'a.zip\\x21'
    """
    address = printable(name)
    if name.endswith("!") and name[:-1] in beside:
        return f"{address[:-1]}\\x21"
    return address
