"""The names of what is in a bundle."""

SCHEMA = 1
TYPE = "pii-scan evidence"

ACCURACY = "accuracy.json"
CONTROLS = "controls.json"
COVERAGE = "coverage.csv"
DECISIONS = "decisions.json"
FINDINGS = "findings.jsonl"
FOLLOW_UP = "follow-up.json"
LOG = "log.jsonl"
MADE = "made.json"
MANIFEST = "manifest.json"
OSCAL = "oscal.json"
OSCAL_TABLE = "oscal.csv"
POLICY = "policy"
README = "README.txt"
RECALL = "recall.json"
RECOGNIZERS = "recognizers.json"
SCOPE = "scope.json"
SIGNATURE = "signature.dsse.json"
SUMS = "SHA256SUMS"
TREND = "trend.json"
VERDICTS = "verdicts.csv"

REQUIRED = frozenset(
    (
        *(ACCURACY, CONTROLS, COVERAGE, DECISIONS, FINDINGS, FOLLOW_UP, LOG, MADE, MANIFEST),
        *(OSCAL, OSCAL_TABLE, README, RECALL, RECOGNIZERS, SCOPE, SIGNATURE, SUMS, TREND),
        VERDICTS,
    )
)
NOT_IN_SUMS = frozenset((SUMS, SIGNATURE))
"""The sums cannot name themselves, nor the signature that is over them."""
NOT_IN_MANIFEST = NOT_IN_SUMS | {MADE, MANIFEST}
"""The manifest cannot name itself, nor what differs each time a bundle is made."""
