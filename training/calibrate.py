"""Fits the weights of the evidence for names: `python -m training.calibrate --model FOLDER …`.

Run it on a model that was trained with `--held-out`, on the texts that it has not seen: as they are
and in lower case. Prints the weights for `pii_scan.detect.voters.WEIGHTS`, and how good the chances
are. Those of `pii_scan_nl` (what speaks against a person's name) are fitted along and printed too.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pii_scan import plugins
from pii_scan.detect import readings
from pii_scan.detect._normalise import normalise
from pii_scan.detect.engine import Engine
from pii_scan.detect.layout import sniff
from pii_scan.detect.voters import ENTITIES, Names, Weights
from pii_scan.model import Hit, NameModel, Recognizer
from training.augment import lowered
from training.markup import Document, Span, read_corpus
from training.outside import held_out

PACK = "pii_scan_nl"
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate, its evidence, and whether it is right."""

    entity: str
    evidence: dict[str, float]
    is_right: bool


def cases(documents: Iterable[Document], names: Names, engine: Engine) -> Iterator[Case]:
    """Yield every candidate in the texts."""
    for document in documents:
        text = normalise(document.text)
        hits = readings(text, engine, sniff(text), 0.0, names.weighed)
        found = [hit for hit in hits if hit.entity in ENTITIES]
        spans = {(hit.start, hit.end, hit.entity) for hit in found}
        for hit in found:
            weights = names_of(hit.entity)
            evidence = {
                why: weight / weights.get(why, 1.0)
                for why, weight in hit.reasons[_first_own(hit) :]
                if weights.get(why, 1.0)
            }
            yield Case(hit.entity, evidence, _is_right(hit, document.spans, spans))


def names_of(entity: str) -> dict[str, float]:
    """Return the weights in use, by the name of their evidence."""
    from pii_scan.detect.voters import WEIGHTS

    return {one.name: getattr(WEIGHTS[entity], one.name) for one in fields(Weights)}


def _first_own(hit: Hit) -> int:
    """Return where the reasons of a name begin, behind those of its pattern."""
    return max(i for i, (why, _) in enumerate(hit.reasons) if why == "prior")


def _is_right(hit: Hit, wanted: Iterable[Span], found: set[tuple[int, int, str]]) -> bool:
    """Exact ends are right; others only where nothing has the exact ends and half is shared."""
    for span in wanted:
        if span.label != hit.entity:
            continue
        if (span.start, span.end) == (hit.start, hit.end):
            return True
        shared = min(hit.end, span.end) - max(hit.start, span.start)
        longer = max(hit.end - hit.start, span.end - span.start)
        if shared >= 0.5 * longer and (span.start, span.end, span.label) not in found:
            return True
    return False


def fitted(some: list[Case]) -> dict[str, float]:
    """Return the weights by logistic regression with a light pull to zero."""
    kinds = ["prior", *sorted({why for case in some for why in case.evidence} - {"prior"})]
    table: Vector = np.array([[case.evidence.get(kind, 0.0) for kind in kinds] for case in some])
    right: Vector = np.array([float(case.is_right) for case in some])
    weights: Vector = np.zeros(len(kinds))
    pull: Vector = np.ones(len(kinds))
    pull[0] = 0.01
    for _ in range(60):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - right) + pull * weights
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(pull)
        weights -= np.linalg.solve(curve, slope)
    return dict(zip(kinds, weights.tolist(), strict=True))


def main() -> None:
    """Print the fitted weights of both entities."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--held-out", type=float, default=0.15)
    asked = parser.parse_args()
    knowledge = plugins.offered(PACK, "NAMES", NameModel)
    if knowledge is None:
        parser.error(f"{PACK} offers no names")
    names = Names(knowledge, asked.model)
    engine = Engine(plugins.load(PACK, "RECOGNIZER", Recognizer))
    kept = [one for one in read_corpus() if held_out(one.id, asked.held_out)]
    found = list(cases([*kept, *map(lowered, kept)], names, engine))
    for entity in ENTITIES:
        some = [case for case in found if case.entity == entity]
        weights = ", ".join(f"{kind} {weight:+.2f}" for kind, weight in fitted(some).items())
        print(f"{entity}, {len(some)} candidates: {weights}")  # noqa: T201


if __name__ == "__main__":
    main()
