"""Evidence: a scan as one file that an auditor can check without this program.

    findings.jsonl -> scope.json, coverage.csv, verdicts.csv -> manifest.json -> SHA256SUMS

What follows from the findings is worked out again when a bundle is verified.
"""

from pii_scan.evidence.container import Problem
from pii_scan.evidence.making import Grounds, Maker, create
from pii_scan.evidence.verifying import Verification, verify

__all__ = ["Grounds", "Maker", "Problem", "Verification", "create", "verify"]
