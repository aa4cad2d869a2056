"""The names of what is in a bundle."""

SCHEMA = 1
TYPE = "pii-scan evidence"

CONTROLS = "controls.json"
COVERAGE = "coverage.csv"
FINDINGS = "findings.jsonl"
MADE = "made.json"
MANIFEST = "manifest.json"
POLICY = "policy"
README = "README.txt"
RECOGNIZERS = "recognizers.json"
SCOPE = "scope.json"
SUMS = "SHA256SUMS"
VERDICTS = "verdicts.csv"

REQUIRED = frozenset(
    (*(CONTROLS, COVERAGE, FINDINGS, MADE, MANIFEST), *(README, RECOGNIZERS, SCOPE, SUMS, VERDICTS))
)
NOT_IN_MANIFEST = frozenset((MADE, MANIFEST, SUMS))
"""The manifest cannot name itself, nor what differs each time a bundle is made."""
