"""Stage 3, extract: bytes -> text, by one rule.

BOM, else UTF-16 that shows itself by its NULs, else UTF-8 without a single error, else cp1252.
Detectors that guess from letter frequencies were tried on Dutch cp1252 text and failed.
"""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

BLOCK_BYTES: Final = 1 << 20
CHARSETS: Final = re.compile(
    r"utf-(?:8|8-sig|16|16-le|16-be)|ascii|iso8859-\d+|cp(?:125\d|437|737|775|85\d|86\d|874|932|949"
    r"|950|1006|1125)|koi8-[rtu]|mac-\w+|gb2312|gbk|gb18030|hz|big5\w*|shift_jis\w*|euc_\w+"
    r"|iso2022_\w+|johab|tis-620|ptcp154|kz1048"
)
"""Codecs of Python that mail and pages are written in. Others turn letters into something else
(cp037, rot13) or take time beyond measure (punycode): there the rule holds."""
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 stands first, since its little-endian mark begins with that of UTF-16."""

CODE_PAGES: Final[Mapping[int, str]] = {
    367: "ascii",
    708: "iso8859-6",
    1200: "utf-16-le",
    1201: "utf-16-be",
    1361: "johab",
    10000: "mac_roman",
    32768: "mac_roman",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    **{28590 + part: f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    32769: "cp1252",
    51932: "euc_jp",
    51949: "euc_kr",
    52936: "hz",
    54936: "gb18030",
    65001: "utf-8",
}
"""Code pages of Windows that Python calls otherwise than by their number."""


def code_page(number: int) -> str:
    """Return what Python calls a code page; that of Western Europe for one that it does not know.

    >>> code_page(1250), code_page(65001), code_page(4711)
    ('cp1250', 'utf-8', 'cp1252')
    """
    name = CODE_PAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def utf16_without_bom(head: bytes) -> str | None:
    r"""Name the byte order of UTF-16 that has no mark: nearly every other byte is NUL.

    >>> utf16_without_bom("Beste mevrouw".encode("utf-16-le"))
    'utf-16-le'
    >>> utf16_without_bom(b"Beste\x00mevrouw") is None
    True
    """
    even, odd = head[0::2], head[1::2]
    if len(odd) < 4:
        return None
    low, high = even.count(0) / len(even), odd.count(0) / len(odd)
    if high > 0.7 and low < 0.1:
        return "utf-16-le"
    if low > 0.7 and high < 0.1:
        return "utf-16-be"
    return None


def encoding_of(stream: BinaryIO) -> str:
    """Name the encoding of a whole stream. Reads it once; only its first megabyte when marked."""
    stream.seek(0)
    block = stream.read(BLOCK_BYTES)
    for mark, name in BOMS:
        if block.startswith(mark):
            return name
    wide = utf16_without_bom(block[:4096])
    if wide:
        return wide
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    is_proven = False
    """Whether a character of several bytes was met."""
    try:
        while block:
            is_proven = not decoder.decode(block).isascii() or is_proven
            block = stream.read(BLOCK_BYTES)
        if not is_proven:
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    # Half a character at the end of text that has whole ones is a file that was cut off.
    return "utf-8"


def blocks(stream: BinaryIO) -> Iterator[str]:
    r"""Yield the text of a stream in blocks, every line end as "\n"."""
    decode = codecs.getincrementaldecoder(encoding_of(stream))("replace")
    newlines = io.IncrementalNewlineDecoder(decode, translate=True)
    stream.seek(0)
    while block := stream.read(BLOCK_BYTES):
        yield newlines.decode(block)
    rest = newlines.decode(b"", final=True)
    if rest:
        yield rest


def lines(stream: BinaryIO) -> Iterator[str]:
    r"""Yield the lines of a stream, each with its "\n"; the last one may lack it."""
    rest = ""
    for block in blocks(stream):
        if "\n" not in block:
            rest += block
            continue
        held = io.StringIO(rest + block, newline="\n").readlines()
        rest = "" if held[-1].endswith("\n") else held.pop()
        yield from held
    if rest:
        yield rest


def _codec(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""


def decode(data: bytes, charset: str | None = None) -> str:
    r"""Return the text of bytes, by the stated charset where it holds, else by the rule.

    >>> decode(b"caf\xe9"), decode(b"caf\xc3\xa9"), decode(b"caf\xc3\xa9", "us-ascii")
    ('café', 'café', 'café')
    """
    codec = _codec(charset) if charset else ""
    is_plain = data.isascii() and b"\0" not in data
    if CHARSETS.fullmatch(codec) and not (is_plain and codec.startswith("utf-16")):
        try:
            return data.decode(codec).replace("\r\n", "\n")
        except ValueError:
            pass
    return "".join(blocks(io.BytesIO(data)))
