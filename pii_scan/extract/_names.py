"""Stage 3, extract: what members are called: harmless, recognisable, each name once."""

import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 1_000
"""Characters of a path; PATH_MAX of Linux is 4,096 bytes, of Windows 260 characters."""
HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that do not show, or change how the rest shows."""
DRIVE: Final = re.compile(r"([A-Za-z]:)/?")
UNNAMED: Final = "unnamed"


def harmless(name: str) -> str:
    r"""Return a member's path as a relative one that leads nowhere else and shows all it holds.

    >>> harmless("../../etc/passwd"), harmless("/etc/passwd"), harmless("C:\\map\\a.txt")
    ('(..)/(..)/etc/passwd', '(root)/etc/passwd', '(C:)/map/a.txt')
    >>> harmless("a\0b.txt"), harmless("./map//b.txt"), harmless("fdp\u202e.exe")
    ('a\\x00b.txt', 'map/b.txt', 'fdp\\u202e.exe')
    """
    path = name.replace("\\", "/")
    drive = DRIVE.match(path)
    if drive:
        path = f"({drive[1]})/{path[drive.end() :]}"
    elif path.startswith("/"):
        path = f"(root){path}"
    steps = (step for step in path.split("/") if step not in {"", "."})
    clean = visible("/".join("(..)" if step == ".." else step for step in steps))
    if len(clean) > LONGEST_NAME:
        half = LONGEST_NAME // 2 - 1
        clean = f"{clean[:half]}…{clean[-half:]}"
    return clean or UNNAMED


def visible(text: str) -> str:
    r"""Return a text with what does not show, or changes how the rest shows, written out.

    >>> visible("fdp\u202e.exe"), visible("cv.pdf")
    ('fdp\\u202e.exe', 'cv.pdf')
    """
    if text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode("ascii")
        if unicodedata.category(each) in HIDDEN
        else each
        for each in text
    )


class Names:
    """The names that were given out of one file."""

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: dict[str, int] = {}
        """How often each was asked for."""

    def unique(self, name: str) -> str:
        """Return a name that was not given before: the second "a.txt" is "a (2).txt"."""
        unique = name
        while unique in self._taken:
            self._taken[name] += 1
            folder, slash, last = name.rpartition("/")
            stem, dot, suffix = last.rpartition(".")
            stem, suffix = (stem, dot + suffix) if stem else (last, "")
            unique = f"{folder}{slash}{stem} ({self._taken[name]}){suffix}"
        self._taken[unique] = 1
        return unique
