"""Fits the weights in `rules/special/`.

    python -m training.calibrate_special [--write] [JSONL...]

Fitted on `training/corpus`: logistic regression over the groups, persons and cues of each term met,
each weight held near the one that stands in the rules. Some files of the corpus were written to
hold the same words said of nobody, so how often a term is a statement there tells nothing of a
share: each file beside the `NATURAL` ones has an offset of its own, which is left out of use. What
it is worth on texts that it has not seen is told by folds: each fifth of the texts is judged with
the weights fitted on the other four.
Annotated JSONL sets (as for bench/accuracy.py) are judged with all, and not fitted on.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path

import click
import numpy as np

from bench._report import table
from bench._scoring import FREE, Found, calibration_error, matched, reliability, tallies
from pii_scan.config._rules import rules_dir
from pii_scan.config.special import LANGUAGE, load_examples, load_special
from pii_scan.detect import best, readings
from pii_scan.detect._normalise import normalise
from pii_scan.detect.engine import Engine
from pii_scan.detect.layout import sniff
from pii_scan.detect.special import SpecialFinder
from pii_scan.detect.voters import Names
from pii_scan.model import Hit, NameModel, Recognizer
from pii_scan.plugins import load, offered
from training.calibrate_context import read
from training.numbered import numbered_corpus

PACK = "pii_scan_nl"
HOLD = 1.5
"""How firmly a weight is held to the one in the rules: a normal prior, standard deviation 0.8."""
FIRM = 60.0
"""The same for what decides by the meaning of the marks (what somebody has not is not marked), and
for persons that are not near, of which the texts have too many: a cell or the name of a file has
none."""
DECIDING = frozenset(
    {
        *(
            "negation",
            "negation behind",
            "not",
            "answered no",
            "answered yes",
            "empty box",
            "ticked",
        ),
        *("no person", "person in the record", "person near", "role near", "named person near"),
    }
)
FOLDS = 5
MIN_SCORE = 0.5
NATURAL = frozenset("ab")
"""The first letters of files whose texts are as they come: call notes, letters, mail."""
KEEN = 0.8
"""Log-odds that each group is given on top: what is missed is worse than what is found wrongly, and
texts of which half was written to mislead are not what lies on a share."""
LOOSE = 0.1
"""How firmly the offset of a file is held to none."""

Key = tuple[str, str]
"""The entity in whose file a reason is named, or "" for those of all; its name."""
Weights = Mapping[Key, float]


@dataclass(frozen=True, slots=True)
class Text:
    """An annotated text, what was found beside statements, and every term met."""

    file: str
    """First letter of its file; empty for other sets."""
    marked: tuple[Found, ...]
    others: tuple[Hit, ...]
    terms: tuple[Hit, ...]


def corpus() -> Iterator[tuple[str, str, list[Found]]]:
    """Yield the file, text and marks of the project's own texts."""
    for one in numbered_corpus():
        marked = [Found(span.start, span.end, span.label) for span in one.spans]
        yield one.id.split("-")[1][0], one.text, marked


def examples() -> Iterator[tuple[str, str, list[Found]]]:
    """Yield the examples of the vocabularies, each as a text that is marked as a whole."""
    for one in load_examples():
        for text in one.match:
            yield "a", text, [Found(0, len(text), one.entity)]
        for text in one.no_match:
            yield "a", text, []


def scanned(texts: Iterable[tuple[str, str, list[Found]]]) -> list[Text]:
    """Find every term in texts, as a scan does."""
    knowledge = offered(PACK, "NAMES", NameModel)
    engine = Engine(load(PACK, "RECOGNIZER", Recognizer))
    namer = Names(knowledge, None).weighed if knowledge else None
    finder = SpecialFinder(*load_special())
    found = []
    for file, text, marked in texts:
        plain = normalise(text)
        layout = sniff(plain)
        hits = readings(plain, engine, layout, MIN_SCORE, namer)
        free = tuple(one for one in marked if one.label in FREE)
        found.append(Text(file, free, tuple(hits), tuple(finder(plain, layout, hits))))
    return found


def named() -> Callable[[Hit, str], Key]:
    """Return what tells in which file a reason of a finding is named."""
    vocabularies, _ = load_special()
    own = {
        one.entity: {group.name for group in one.groups} | {cue.name for cue in one.cues}
        for one in vocabularies
    }
    return lambda hit, name: (hit.entity if name in own[hit.entity] else "", name)


def is_right(hit: Hit, marked: Iterable[Found]) -> bool:
    """Tell whether anything is marked there under that label."""
    return any(
        one.label == hit.entity and one.start < hit.end and hit.start < one.end for one in marked
    )


def fitted(
    texts: Sequence[Text], start: Weights, key: Callable[[Hit, str], Key]
) -> dict[Key, float]:
    """Return the weights under which the texts are likeliest, held near `start`."""
    kinds = {one: place for place, one in enumerate(start)}
    terms = [(hit, text) for text in texts for hit in text.terms]
    files = sorted({text.file for text in texts} - NATURAL)
    seen = np.zeros((len(terms), len(kinds) + len(files)))
    for row, (hit, text) in enumerate(terms):
        for name, _weight in hit.reasons:
            seen[row, kinds[key(hit, name)]] += 1
        if text.file in files:
            seen[row, len(kinds) + files.index(text.file)] = 1
    right = np.array([is_right(hit, text.marked) for hit, text in terms], dtype=float)
    groups = {(one.entity, group.name) for one in load_special()[0] for group in one.groups}
    on_top = np.array([KEEN if one in groups else 0.0 for one in kinds])
    guess = np.array([*(np.array(list(start.values())) - on_top), *(0.0 for _ in files)])
    hold = np.array(
        [*(FIRM if name in DECIDING else HOLD for _, name in kinds), *(LOOSE for _ in files)]
    )
    weights = guess.copy()
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(seen @ weights)))
        slope = seen.T @ (chance - right) + hold * (weights - guess)
        bend = (seen.T * (chance * (1 - chance))) @ seen + np.diag(hold)
        weights = weights - np.linalg.solve(bend, slope)
    in_use = weights[: len(kinds)] + on_top
    return {one: round(float(weight), 1) for one, weight in zip(kinds, in_use, strict=True)}


def used(
    texts: Iterable[Text], key: Callable[[Hit, str], Key]
) -> tuple[dict[Key, float], Counter[Key]]:
    """Return the weights of the rules that were met, and how often."""
    weights: dict[Key, float] = {}
    seen: Counter[Key] = Counter()
    for text in texts:
        for hit in text.terms:
            for name, weight in hit.reasons:
                weights[key(hit, name)] = weight
                seen[key(hit, name)] += 1
    return weights, seen


def judged(
    texts: Iterable[Text], weights: Weights, key: Callable[[Hit, str], Key], least: float
) -> list[list[Found]]:
    """Return by text the statements that are found with these weights."""
    found = []
    for text in texts:
        scored = (
            replace(
                hit, score=1 / (1 + exp(-sum(weights[key(hit, name)] for name, _ in hit.reasons)))
            )
            for hit in text.terms
        )
        hits = best([*text.others, *(hit for hit in scored if hit.score >= least)])
        found.append([Found(h.start, h.end, h.entity, h.score) for h in hits if h.entity in FREE])
    return found


def report(
    texts: Sequence[Text], found: Sequence[Sequence[Found]], all_found: Sequence[Sequence[Found]]
) -> str:
    """Return precision, recall and calibration."""
    marked = {str(place): text.marked for place, text in enumerate(texts)}
    hits = {str(place): some for place, some in enumerate(found)}
    rows = [
        (
            label,
            f"{one.right + one.missed}",
            f"{one.precision:.3f}",
            f"{one.recall:.3f}",
            f"{one.f1:.3f}",
        )
        for label, one in tallies(marked, hits).items()
    ]
    pairs = [
        pair
        for text, some in zip(texts, all_found, strict=True)
        for pair in matched(text.marked, some)[0]
    ]
    error = calibration_error(reliability(pairs))
    return table(["label", "marked", "P", "R", "F1"], rows) + f"\n\ncalibration error {error:.3f}"


def folded(texts: Sequence[Text], start: Weights, key: Callable[[Hit, str], Key]) -> str:
    """Return the report on texts that the weights were not fitted on."""
    parts: dict[int, list[list[Found]]] = {}
    every: dict[int, list[list[Found]]] = {}
    for fold in range(FOLDS):
        own = fitted([t for n, t in enumerate(texts) if n % FOLDS != fold], start, key)
        some = [t for n, t in enumerate(texts) if n % FOLDS == fold]
        parts[fold] = judged(some, own, key, MIN_SCORE)
        every[fold] = judged(some, own, key, 0)
    order = [(n % FOLDS, n // FOLDS) for n in range(len(texts))]
    return report(texts, [parts[f][n] for f, n in order], [every[f][n] for f, n in order])


def write(weights: Weights) -> None:
    """Put weights in the rules, each under its name."""
    by_file: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (entity, name), weight in weights.items():
        by_file[f"{entity.lower()}.toml" if entity else LANGUAGE][name] = weight
    for file, some in by_file.items():
        path = Path(str(rules_dir() / "special" / file))
        text = path.read_text("utf-8")
        for name, weight in some.items():
            text = _put(text, name, weight)
        path.write_text(text, "utf-8")


_FORM = {"ticked": "ticked", "empty box": "empty", "quoted": "quoted", "alone": "alone"}
_PERSON = {"person in the record": "record", "no person": "nobody"}


def _put(text: str, name: str, weight: float) -> str:
    place = {" in the sentence": "sentence", " near": "near"}
    if name in _FORM or name in _PERSON:
        field = _FORM.get(name) or _PERSON[name]
        return re.sub(rf"(?m)^{field} = .*$", f"{field} = {weight}", text, count=1)
    for suffix, field in place.items():
        stem = re.escape(name.removesuffix(suffix))
        pattern = rf'(?s)(\[\[person\.kind\]\]\nname = "{stem}"\n(?:[^\n]+\n)*?{field} = )[^\n]*'
        if name.endswith(suffix) and re.search(pattern, text):
            return re.sub(pattern, rf"\g<1>{weight}", text, count=1)
    pattern = rf'(name = "{re.escape(name)}"\nweight = )[^\n]*'
    return re.sub(pattern, rf"\g<1>{weight}", text, count=1)


@click.command(help=__doc__)
@click.option("--write", "is_written", is_flag=True, help="Put the weights in rules/special/.")
@click.argument("sets", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(*, is_written: bool, sets: tuple[Path, ...]) -> None:
    """Fit, and report."""
    texts = scanned(corpus())
    told = scanned(examples())
    key = named()
    others = {path.name: scanned(("", *one) for one in read(path)) for path in sets}
    start, _ = used((text for some in (texts, told, *others.values()) for text in some), key)
    _, seen = used(texts, key)
    weights = fitted([*texts, *told], start, key)
    rows = [
        (entity, name, str(seen[entity, name]), f"{start[entity, name]:+.1f}", f"{weight:+.1f}")
        for (entity, name), weight in sorted(weights.items())
    ]
    click.echo(table(["entity", "reason", "seen", "in use", "fitted"], rows))
    click.echo(f"\nthe corpus, as it is\n\n{_both(texts, start, key)}")
    click.echo(
        f"\nthe corpus, each text with weights fitted on others\n\n{folded(texts, start, key)}"
    )
    for name, some in others.items():
        click.echo(f"\n{name}, as it is\n\n{_both(some, start, key)}")
        click.echo(f"\n{name}, fitted\n\n{_both(some, weights, key)}")
    if is_written:
        write(weights)


def _both(texts: Sequence[Text], weights: Weights, key: Callable[[Hit, str], Key]) -> str:
    return report(texts, judged(texts, weights, key, MIN_SCORE), judged(texts, weights, key, 0))


if __name__ == "__main__":
    main()
