"""Stage 3, extract: JSON Lines, one value a line."""

from pii_scan.extract._json import json_lines
from pii_scan.model import Extractor

EXTRACTOR = Extractor(
    media_types=("application/x-ndjson",),
    suffixes=(".jsonl", ".ndjson"),
    parts=json_lines,
)
