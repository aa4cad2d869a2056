"""Evidence: a scan as one file that an auditor can check without this program.

    findings.jsonl -> scope.json, coverage.csv, verdicts.csv, oscal.json
    log.jsonl      -> decisions.json                          -> manifest.json -> SHA256SUMS
    the one before -> follow-up.json                                           -> signature

What follows from the findings is worked out again when a bundle is verified.
"""

from pii_scan.evidence.consistency import trend_row
from pii_scan.evidence.container import Problem
from pii_scan.evidence.making import Grounds, Maker, Record, create
from pii_scan.evidence.reading import manifest_of
from pii_scan.evidence.timestamp import query, stamped
from pii_scan.evidence.verifying import Verification, verify

__all__ = [
    "Grounds",
    "Maker",
    "Problem",
    "Record",
    "Verification",
    "create",
    "manifest_of",
    "query",
    "stamped",
    "trend_row",
    "verify",
]
