"""The words that values are made of, each a closed list."""

from typing import Literal

Status = Literal["scanned", "partial", "skipped", "unreadable"]
Level = Literal["Openbaar", "Intern", "Vertrouwelijk", "Geheim"]
Role = Literal["verantwoordelijke", "verwerker", "unknown"]
PersonRole = Literal["subject", "agent", "third_party", "unknown"]
Consent = Literal["yes", "no", "unknown"]
Bound = Literal["min", "max", "fixed", "open"]
Shift = Literal["none", "calendar_year_end", "book_year_end"]
Action = Literal["delete", "anonymise", "return", "review"]
Verdict = Literal[
    "overdue",
    "possibly_overdue",
    "within",
    "must_keep",
    "no_rule",
    "undetermined",
    "controller_decides",
    "on_hold",
]
Access = Literal["private", "group", "everyone"]
DateSource = Literal["register", "row", "text", "metadata", "path", "file"]
GroupStatus = Literal["open", "busy", "done", "accepted"]
PromiseKind = Literal[
    "only_in",
    "stored_in",
    "no_paper",
    "no_content",
    "no_recording",
    "no_withheld_number",
    "no_readable_ip",
    "no_readable_bsn",
    "gone_after_request",
    "one_controller",
    "least_age",
]
"""What can be promised about where data is and what is in it; retain/promises.py checks each."""
Outcome = Literal["broken", "possibly_broken", "undetermined"]
DecisionKind = Literal["finding", "date", "doc_type"]
