"""Scores found spans against marked ones, and tells how far the scores can be trusted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

FREE = frozenset(
    [
        "HEALTH",
        "CRIMINAL",
        "RELIGION_OR_BELIEF",
        "ETHNICITY",
        "POLITICAL_OPINION",
        "TRADE_UNION",
        "SEXUAL_ORIENTATION",
    ]
)
"""Labels of free phrases, whose ends are a matter of taste: any overlap counts."""
NAMES = frozenset({"PERSON", "LOCATION"})
IDENTIFIERS = [
    "STREET_ADDRESS",
    "NL_POSTCODE",
    "PHONE_NUMBER",
    "EMAIL_ADDRESS",
    "IBAN_CODE",
    "NL_BSN",
    "DATE_OF_BIRTH",
    "NL_ID_DOCUMENT",
    "NL_DRIVERS_LICENSE",
    "NL_LICENSE_PLATE",
    "NL_KVK",
    "NL_VAT",
    "CREDIT_CARD",
    "IP_ADDRESS",
    "CUSTOMER_NUMBER",
    "CREDENTIALS",
]
LABELS = (*sorted(NAMES), *IDENTIFIERS, *sorted(FREE))
BINS = 10


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A span in a document; half-open, code points."""

    start: int
    end: int
    label: str
    score: float = 1.0


@dataclass(slots=True)
class Tally:
    """What was right, wrong and missed of a label."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of the found that is right; 0 when nothing was found."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Share of the marked that was found."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 0.0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


def fits(found: Found, marked: Found, *, strict: bool) -> bool:
    """Tell whether one span counts for the other.

    Strict: both ends are equal. Lenient: the overlap is at least half of the longer of the two, and
    for free phrases there is any.
    """
    if found.label != marked.label:
        return False
    if strict:
        return (found.start, found.end) == (marked.start, marked.end)
    overlap = min(found.end, marked.end) - max(found.start, marked.start)
    longer = max(found.end - found.start, marked.end - marked.start)
    return overlap > 0 and (found.label in FREE or 2 * overlap >= longer)


def matched(
    marked: Iterable[Found], found: Iterable[Found], *, strict: bool = False
) -> tuple[list[tuple[Found, bool]], list[Found]]:
    """Return each found span with whether it is right, and the marked ones that were missed.

    Each marked span is matched once, by the first in order that fits.
    """
    left: defaultdict[str, list[Found]] = defaultdict(list)
    for one in sorted(marked):
        left[one.label].append(one)
    judged: list[tuple[Found, bool]] = []
    for one in sorted(found):
        hit = next((m for m in left[one.label] if fits(one, m, strict=strict)), None)
        if hit is not None:
            left[one.label].remove(hit)
        judged.append((one, hit is not None))
    return judged, [one for rest in left.values() for one in rest]


def tallies(
    marked: Mapping[str, Sequence[Found]],
    found: Mapping[str, Sequence[Found]],
    *,
    strict: bool = False,
) -> dict[str, Tally]:
    """Return a tally for each label that was marked or found; both are given by document."""
    by_label: defaultdict[str, Tally] = defaultdict(Tally)
    for name, spans in marked.items():
        judged, missed = matched(spans, found.get(name, ()), strict=strict)
        for one, is_right in judged:
            if is_right:
                by_label[one.label].right += 1
            else:
                by_label[one.label].wrong += 1
        for one in missed:
            by_label[one.label].missed += 1
    return {label: by_label[label] for label in LABELS if label in by_label}


@dataclass(slots=True)
class Bin:
    """Candidates of about the same score."""

    scores: list[float] = field(default_factory=list)
    right: int = 0

    @property
    def mean(self) -> float:
        """Mean score."""
        return sum(self.scores) / len(self.scores)

    @property
    def share(self) -> float:
        """Share that is right."""
        return self.right / len(self.scores)


def reliability(judged: Iterable[tuple[Found, bool]]) -> list[Bin]:
    """Put judged candidates in `BINS` bins of equal width by their score."""
    bins = [Bin() for _ in range(BINS)]
    for one, is_right in judged:
        place = bins[min(int(one.score * BINS), BINS - 1)]
        place.scores.append(one.score)
        place.right += is_right
    return bins


def calibration_error(bins: Iterable[Bin]) -> float:
    """Return the expected calibration error: the mean gap between score and share that is right."""
    filled = [one for one in bins if one.scores]
    total = sum(len(one.scores) for one in filled)
    return sum(abs(one.mean - one.share) * len(one.scores) for one in filled) / max(1, total)
