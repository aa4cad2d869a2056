"""Disposal: what is over its term taken away, by two people, and only that.

    verdicts -> plan -> approval -> run -> (quarantine -> undo | end)

A plan names files by their content. Each step stands in the log before it is taken and after, so
that whatever is stopped half-way is seen and finished, and nothing is touched twice.
"""

from pii_scan.disposal.journal import Journal, Outcome
from pii_scan.disposal.paper import Paper, Signature, approved_by, paper_of, signed, written
from pii_scan.disposal.planning import (
    Left,
    Plan,
    Target,
    is_wholly_late,
    plan_of,
    rows_of,
    unlike,
    why_not,
)
from pii_scan.disposal.running import end, fits, run, undo

__all__ = [
    "Journal",
    "Left",
    "Outcome",
    "Paper",
    "Plan",
    "Signature",
    "Target",
    "approved_by",
    "end",
    "fits",
    "is_wholly_late",
    "paper_of",
    "plan_of",
    "rows_of",
    "run",
    "signed",
    "undo",
    "unlike",
    "why_not",
    "written",
]
