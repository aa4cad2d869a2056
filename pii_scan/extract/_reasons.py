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
METHOD: Final = "unknown compression method"
SPEECH: Final = "speech is not transcribed"
BINARY: Final = "binary values"
NEEDS_PARQUET: Final = "needs pii-scan[parquet]"
