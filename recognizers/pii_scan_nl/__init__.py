"""Dutch recognizers: one module an identifier, each defining `RECOGNIZER`; and `NAMES`."""

from pii_scan_nl._naming import NAMES as NAMES
