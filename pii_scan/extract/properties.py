r"""Stage 3, extract: Java properties: text in which characters may stand as "\u00e9".

Other settings (ini, env, toml, cfg, conf) are text as it stands, which the reader of text does.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from pii_scan.extract._decode import lines
from pii_scan.extract._text import chunks
from pii_scan.model import Extractor, Part

ESCAPE: Final = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+")
"""java.util.Properties.load; characters beyond 16 bits are two of these."""


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield chunks that begin at a line, comments too, continued lines as they stand."""
    yield from chunks(ESCAPE.sub(_character, line) for line in lines(stream))


def _character(escape: re.Match[str]) -> str:
    raw = bytes.fromhex(escape[0].replace("\\u", ""))
    return raw.decode("utf-16-be", "replace")


EXTRACTOR = Extractor(
    media_types=("text/x-java-properties",), suffixes=(".properties",), parts=parts
)
