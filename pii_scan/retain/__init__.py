"""Stage 6, retain: Evidence, Rule -> Judgement. Pure: `today` is an argument."""

from pii_scan.retain._decide import Applied
from pii_scan.retain._selection import Lost
from pii_scan.retain.corrections import in_force, judge_corrected
from pii_scan.retain.judging import Explanation, explain, judge
from pii_scan.retain.matter import Matter, Sheet, judge_matter
from pii_scan.retain.promises import born_by, breaches
from pii_scan.retain.results import dated_rows, judge_result
from pii_scan.retain.rows import judge_rows

__all__ = [
    "Applied",
    "Explanation",
    "Lost",
    "Matter",
    "Sheet",
    "born_by",
    "breaches",
    "dated_rows",
    "explain",
    "in_force",
    "judge",
    "judge_corrected",
    "judge_matter",
    "judge_result",
    "judge_rows",
]
