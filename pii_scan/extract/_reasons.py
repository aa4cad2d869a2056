"""Stage 3, extract: the reasons that a `Gap` or an `ExtractError` may state. They are stable."""

from typing import Final

ENCRYPTED: Final = "encrypted"
DAMAGED: Final = "damaged"
TOO_DEEP: Final = "too deeply nested"
TOO_LARGE: Final = "too large"
TOO_MANY_PARTS: Final = "too many parts"
TOO_MANY_ROWS: Final = "too many rows"
EXPANDS: Final = "expands too much"
NO_TEXT: Final = "image without text"
EXTERNAL: Final = "refers to another file"
NEEDS_OCR: Final = "needs tesseract-ocr-nld"
"""A picture, and on this machine nothing reads Dutch pictures (a package of Debian)."""
NOT_RECOGNISED: Final = "image could not be recognised"
TIMED_OUT: Final = "took too long"
TOO_MANY_PICTURES: Final = "too many images"
