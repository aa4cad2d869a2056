"""Fits the weights of `pii_scan/detect/context.py`, and shows how far its scores can be trusted.

    PYTHONPATH=.:recognizers python -m training.calibrate_context [--write] [JSONL...]

Fitted on `training/corpus`: logistic regression over the reasons of each candidate, the prior of
its pattern being an offset, each weight held near what was guessed for it. What is printed under
"before" uses the guesses. Annotated JSONL sets (as for bench/accuracy.py) are not fitted on.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import exp
from pathlib import Path

import click
import numpy as np

from bench._report import table, with_part
from bench._scoring import (
    BINS,
    IDENTIFIERS,
    NAMES,
    Bin,
    Found,
    calibration_error,
    matched,
    reliability,
)
from pii_scan.detect import best, readings
from pii_scan.detect._normalise import normalise
from pii_scan.detect.context import WEIGHTS
from pii_scan.detect.engine import Engine
from pii_scan.detect.layout import sniff
from pii_scan.measure.intervals import wilson
from pii_scan.model import Hit, Recognizer
from pii_scan.plugins import load
from training.numbered import numbered_corpus

PAGE = Path(__file__).parents[1] / "docs" / "scores.md"
TITLE = "The figures"
GUESSED: Mapping[str, float] = {
    "heading": 5.0,
    "context heading": 2.5,
    "against heading": -5.0,
    "other heading": -2.5,
    "full column": 2.4,
    "mixed column": -2.4,
    "label": 4.5,
    "near label": 2.5,
    "asked label": 2.5,
    "label above": 1.5,
    "used label": 1.5,
    "label behind": 2.5,
    "against": -4.5,
    "near against": -2.5,
    "against behind": -1.5,
    "other label": -2.0,
    "context": 1.0,
}
"""What the weights were before any text was counted."""
HOLD = 4.0
"""How firmly a weight is held to its guess: a normal prior with a standard deviation of 1/2."""
ROUNDS = 4
"""The weights decide which of overlapping readings stay, and those decide the weights."""
LEAST = 10
"""Candidates that it takes to doubt the prior of their pattern."""
NEARLY = 0.005
"""Priors are written in hundredths, more or less."""
_KINDS = sorted(WEIGHTS, key=len, reverse=True)

Weights = Mapping[str, float]
Patterns = Mapping[float, tuple[str, int]]
"""Prior -> the entity whose pattern it is, and the pattern's number."""


@dataclass(frozen=True, slots=True)
class Text:
    """An annotated text with every reading of it."""

    marked: tuple[Found, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate that no likelier one overlaps."""

    entity: str
    prior: float
    """In log-odds."""
    kinds: tuple[str, ...]
    score: float
    is_right: bool


def told_apart(recognizers: Iterable[Recognizer]) -> tuple[list[Recognizer], Patterns]:
    """Return recognizers whose priors differ by a hair, so that a prior tells the pattern."""
    apart: list[Recognizer] = []
    patterns: dict[float, tuple[str, int]] = {}
    for recognizer in recognizers:
        own = []
        for number, pattern in enumerate(recognizer.patterns, start=1):
            prior = round(pattern.prior + 1e-7 * (1000 - len(patterns)), 9)
            patterns[prior] = recognizer.entity, number
            own.append(replace(pattern, prior=prior))
        apart.append(replace(recognizer, patterns=tuple(own)))
    return apart, patterns


def corpus() -> Iterator[tuple[str, list[Found]]]:
    """Yield the project's own texts."""
    for one in numbered_corpus():
        yield one.text, [Found(span.start, span.end, span.label) for span in one.spans]


def read(path: Path) -> Iterator[tuple[str, list[Found]]]:
    """Yield the texts of an annotated set."""
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            document = json.loads(line)
            spans = document["spans"]
            yield document["text"], [Found(s["start"], s["end"], s["label"]) for s in spans]


def scanned(texts: Iterable[tuple[str, list[Found]]], engine: Engine) -> list[Text]:
    """Find every reading in texts."""
    found = []
    for text, marked in texts:
        plain = normalise(text)
        found.append(Text(tuple(marked), tuple(readings(plain, engine, sniff(plain), 0))))
    return found


def judged(texts: Iterable[Text], weights: Weights) -> list[Judged]:
    """Return what would be found with these weights, without a least score."""
    kept = []
    for text in texts:
        hits = best(replace(hit, score=_score(hit, weights)) for hit in text.hits)
        mine = {
            Found(hit.start, hit.end, hit.entity, hit.score): hit
            for hit in hits
            if hit.entity in IDENTIFIERS
        }
        for found, is_right in matched(text.marked, mine)[0]:
            prior, *reasons = mine[found].reasons
            kinds = tuple(_kind(reason) for reason, _ in reasons)
            kept.append(Judged(found.label, prior[1], kinds, found.score, is_right))
    return kept


def fitted(texts: Sequence[Text]) -> dict[str, float]:
    """Return the weights under which the texts are likeliest, held near the guesses."""
    weights = dict(GUESSED)
    for _ in range(ROUNDS):
        kept = judged(texts, weights)
        weights = {kind: round(weight, 1) for kind, weight in _regressed(kept).items()}
    return weights


def _regressed(kept: Sequence[Judged]) -> dict[str, float]:
    """Newton's method on the penalised likelihood, which has one top."""
    kinds = list(GUESSED)
    seen = np.array([[one.kinds.count(kind) for kind in kinds] for one in kept], dtype=float)
    prior = np.array([one.prior for one in kept])
    right = np.array([one.is_right for one in kept], dtype=float)
    guess = np.array([GUESSED[kind] for kind in kinds])
    weights = guess.copy()
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(prior + seen @ weights)))
        slope = seen.T @ (chance - right) + HOLD * (weights - guess)
        bend = (seen.T * (chance * (1 - chance))) @ seen + HOLD * np.eye(len(kinds))
        weights = weights - np.linalg.solve(bend, slope)
    return dict(zip(kinds, map(float, weights), strict=True))


def _kind(reason: str) -> str:
    return next(kind for kind in _KINDS if reason.startswith(f"{kind} "))


def _score(hit: Hit, weights: Weights) -> float:
    prior, *reasons = hit.reasons
    return _chance(prior[1] + sum(weights[_kind(reason)] for reason, _ in reasons))


def _chance(odds: float) -> float:
    return 1 / (1 + exp(-odds))


def doubted(kept: Iterable[Judged], patterns: Patterns) -> Iterator[tuple[str, ...]]:
    """Yield the priors that lie outside the 95 % interval of what stands without evidence."""
    alone: defaultdict[float, list[bool]] = defaultdict(list)
    for one in kept:
        if not one.kinds:
            alone[round(_chance(one.prior), 9)].append(one.is_right)
    for prior, (entity, number) in patterns.items():
        right = alone[prior]
        if len(right) >= LEAST:
            low, high = wilson(sum(right), len(right))
            if not low - NEARLY <= prior <= high + NEARLY:
                counts = f"{sum(right)} of {len(right)}"
                yield f"{entity} {number}", f"{prior:.3f}", counts, f"{low:.3f}-{high:.3f}"


def weights_table(kept: Iterable[Judged], weights: Weights) -> str:
    """Return how often each kind of evidence was seen, and its weight."""
    seen = Counter(kind for one in kept for kind in one.kinds)
    rows = [
        (kind, str(seen[kind]), *(f"{each[kind]:+.1f}" for each in (GUESSED, weights, WEIGHTS)))
        for kind in GUESSED
    ]
    return table(["evidence", "seen", "guessed", "fitted", "in use"], rows)


def bins_table(texts: Sequence[Text], weights: Weights) -> str:
    """Return how many candidates of a score are right, before and after."""
    both = [reliability(_pairs(judged(texts, each))) for each in (GUESSED, weights)]
    rows = [
        [f"{number / BINS:.1f}-{(number + 1) / BINS:.1f}", *_cells(before), *_cells(after)]
        for number, (before, after) in enumerate(zip(*both, strict=True))
    ]
    errors = [cell for each in both for cell in ("", "", f"**{calibration_error(each):.3f}**")]
    heading = ["candidates", "mean score", "right"]
    return table(
        [
            "score",
            *(f"{each}, before" for each in heading),
            *(f"{each}, after" for each in heading),
        ],
        [*rows, ["**calibration error**", *errors]],
    )


def _cells(one: Bin) -> list[str]:
    if not one.scores:
        return ["0", "-", "-"]
    return [str(len(one.scores)), f"{one.mean:.2f}", f"{one.share:.2f}"]


def _pairs(kept: Iterable[Judged]) -> Iterator[tuple[Found, bool]]:
    for one in kept:
        yield Found(0, 0, one.entity, one.score), one.is_right


@click.command(help=__doc__)
@click.option("--write", is_flag=True, help="Put the tables in docs/scores.md.")
@click.argument("sets", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(write: bool, sets: tuple[Path, ...]) -> None:
    """Fit, and report."""
    recognizers = load("pii_scan_nl", "RECOGNIZER", Recognizer)
    apart, patterns = told_apart(one for one in recognizers if one.entity not in NAMES)
    engine = Engine(apart)
    own = scanned(corpus(), engine)
    weights = fitted(own)
    kept = judged(own, weights)
    doubts = list(doubted(kept, patterns))
    parts = [
        weights_table(kept, weights),
        "Priors outside the 95 % interval of candidates with no evidence around them:",
        table(["pattern", "prior", "right", "interval"], doubts) if doubts else "None.",
        f"training/corpus, {len(own)} texts, on which the weights were fitted:",
        bins_table(own, weights),
    ]
    for path in sets:
        texts = scanned(read(path), engine)
        parts += [
            f"{path.name}, {len(texts)} texts, none of which was fitted on:",
            bins_table(texts, weights),
        ]
    command = " ".join(["python -m training.calibrate_context", *(one.name for one in sets)])
    body = "\n\n".join([*parts, f"{datetime.now(UTC).date().isoformat()}, `{command}`.\n"])
    click.echo(body)
    if write:
        PAGE.write_text(with_part(PAGE.read_text("utf-8"), TITLE, body), "utf-8")


if __name__ == "__main__":
    main()
