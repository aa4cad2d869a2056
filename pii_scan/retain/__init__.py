"""Stage 6, retain: Evidence, Rule -> Judgement. Pure: `today` is an argument."""

from pii_scan.retain._decide import Applied
from pii_scan.retain._selection import Lost
from pii_scan.retain.contracts import ends_of_service, with_contracts
from pii_scan.retain.judging import Explanation, explain, judge
from pii_scan.retain.rows import judge_rows

__all__ = [
    "Applied",
    "Explanation",
    "Lost",
    "ends_of_service",
    "explain",
    "judge",
    "judge_rows",
    "with_contracts",
]
