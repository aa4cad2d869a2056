"""Spelling that carries no meaning is evened out before matching, one character for one."""

import unicodedata

import numpy as np

_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad"
_QUOTES = "\u2018\u2019\u201b\u02bc\u00b4"
_HALVES = "".join(map(chr, range(0xD800, 0xE000)))
"""Of a pair of UTF-16; JSON may hold one alone, and no library that reads UTF-8 takes it."""

_PLAIN = {
    character: plain
    for characters, plain in (
        (_SPACES, " "),
        (_HYPHENS, "-"),
        (_QUOTES, "'"),
        (_HALVES, "\ufffd"),
    )
    for character in characters
}


def _plain(odd: str) -> str:
    value = unicodedata.decimal(odd, None)
    return _PLAIN.get(odd, odd) if value is None else str(value)


def normalise(text: str) -> str:
    r"""Return `text` with spaces, hyphens, apostrophes and digits in ASCII, equally long.

    >>> normalise("0224\u00a0\u2013\u00a0224 224"), normalise("\uff11\uff12\uff13")
    ('0224 - 224 224', '123')
    """
    if text.isascii():
        return text
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    for odd in map(chr, set(points[points > 0x7F].tolist())):
        plain = _plain(odd)
        if plain != odd:
            text = text.replace(odd, plain)
    return text
