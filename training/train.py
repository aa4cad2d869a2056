"""Trains the language model: `python -m training.train --outside FOLDER --output FOLDER`.

The same texts and seed give the same model on the same machine.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch
from thinc.api import Adam, warmup_linear

from pii_scan.detect.units import units
from training.augment import PREFIXES, Augmenter, Rates, lowered
from training.generate import synthetic
from training.markup import CORPUS, Document, Span, read_corpus
from training.outside import NameLists, held_out, name_lists, sentences, without_names
from training.pipeline import LABELS, LISTS, blank

PLACES = Path("recognizers/pii_scan_nl/data/places.txt")


def feature_lists(names: NameLists, places: Sequence[str]) -> dict[str, list[str]]:
    """Return the lists that ship with the model, by the feature that they give a word."""
    by_count = sorted(zip(names.given_counts, names.given, strict=True), reverse=True)
    given = [name.lower() for _, name in by_count]
    surnames = [
        name.split(" ")[-1].lower()
        for name, count in zip(names.surnames, names.surname_counts, strict=True)
        if count > 1000
    ][:1000]
    return {
        "Given=Often": given[:1500],
        "Given=Yes": sorted(set(given[1500:]) - set(given[:1500])),
        "Surname=Yes": sorted(set(surnames)),
        "Place=Yes": sorted({place.lower() for place in places if " " not in place}),
    }


def examples(
    documents: Iterable[Document], nlp: Language, rng: random.Random, keep_lists: float = 0.85
) -> Iterator[Example]:
    """Yield the stretches of documents with what is marked in them.

    Some are without the features of the lists, or the model would lean on those alone.
    """
    ruler = nlp.get_pipe(LISTS)
    for document in documents:
        for start, end in _stretches(document.text, rng):
            text = document.text[start:end]
            if not text.strip():
                continue
            reference = nlp.make_doc(text)
            _annotate(reference, document, start, end)
            predicted = Doc(
                nlp.vocab,
                words=[token.text for token in reference],
                spaces=[bool(token.whitespace_) for token in reference],
            )
            if rng.random() < keep_lists:
                predicted = ruler(predicted)
            yield Example(predicted, reference)


def _stretches(text: str, rng: random.Random) -> Iterator[tuple[int, int]]:
    """Cut as detection does; one document in four line by line, as cells come."""
    if rng.random() < 0.75:
        yield from units(text)
        return
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)


def _annotate(reference: Doc, document: Document, start: int, end: int) -> None:
    """Set the names that lie within a stretch, and leave out what cannot be learned."""
    names, missing = [], []
    for span in (*document.spans, *document.unknown):
        if span.end <= start or span.start >= end:
            continue
        if span.label not in (*LABELS, ""):
            continue
        first, last = max(0, span.start - start), min(end, span.end) - start
        exact = reference.char_span(first, last, label=span.label)
        wide = reference.char_span(first, last, alignment_mode="expand")
        if exact is not None and span.label and _is_telling(document.text, span):
            names.append(exact)
        elif wide is not None:
            missing.append(wide)
    taken = {token.i for name in names for token in name}
    left_out = {token.i for one in missing for token in one} - taken
    missing = [reference[i : i + 1] for i in sorted(left_out)]
    reference.set_ents(names, missing=missing, default="outside")
    for token in reference:
        token.tag_ = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"
    for i in left_out:
        reference[i].tag_ = ""


def _is_telling(text: str, span: Span) -> bool:
    """A cell that holds initials or a tussenvoegsel alone teaches nothing."""
    words = text[span.start : span.end].replace(".", " ").replace("<", " ").lower().split()
    return any(len(word) > 1 and word not in PREFIXES for word in words)


def train(
    nlp: Language,
    epoch: Callable[[int], list[Document]],
    *,
    epochs: int,
    seed: int,
    log: Callable[[str], None] = lambda _: None,
) -> Language:
    """Train on what `epoch(number)` gives, and leave the averaged weights in the pipeline."""
    fix_random_seed(seed)
    rng = random.Random(seed)  # noqa: S311
    first = list(examples(epoch(0), nlp, rng))
    patterns = nlp.get_pipe(LISTS).patterns  # initialising forgets them
    nlp.initialize(lambda: first[:500])
    nlp.get_pipe(LISTS).add_patterns(patterns)
    batches = len(first) // 24 + 1
    optimizer = Adam(
        warmup_linear(0.0018, 200, batches * epochs),
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        L2=0.01,
        grad_clip=1.0,
        L2_is_weight_decay=True,
        use_averages=True,
    )
    for number in range(epochs):
        started = time.monotonic()
        batch = first if number == 0 else list(examples(epoch(number), nlp, rng))
        rng.shuffle(batch)
        losses: dict[str, float] = {}
        for some in minibatch(batch, size=24):
            nlp.update(some, sgd=optimizer, drop=0.15, losses=losses)
            optimizer.step_schedules()
        seconds = time.monotonic() - started
        told = " ".join(f"{name} {loss:.0f}" for name, loss in losses.items())
        log(f"epoch {number + 1}: {len(batch)} stretches, {told}, {seconds:.0f} s")
    with nlp.use_params(optimizer.averages):
        state = nlp.to_bytes()
    return nlp.from_bytes(state)


def main() -> None:
    """Read the texts, train, score on what was kept apart, write model and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outside", type=Path, required=True, help="folder with lists/ and ner/")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--held-out", type=float, default=0.0, help="share of the texts kept apart")
    parser.add_argument("--synthetic", type=int, default=1500, help="texts an epoch")
    parser.add_argument("--news", type=int, default=4000, help="sentences an epoch")
    parser.add_argument("--corpora", nargs="*", default=["ud_lassy_alpino"])
    asked = parser.parse_args()

    def log(line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201

    rng = random.Random(asked.seed)  # noqa: S311
    names = name_lists(asked.outside / "lists")
    places = [p for p in PLACES.read_text("utf-8").splitlines() if p and not p.startswith("#")]
    own = read_corpus(CORPUS)
    kept = [one for one in own if held_out(one.id, asked.held_out)]
    own = [one for one in own if not held_out(one.id, asked.held_out)]
    news = [
        one
        for corpus in asked.corpora
        for one in sentences(asked.outside / "ner" / f"{corpus}.jsonl")
        if not held_out(one.text, NEWS_KEPT)
    ]
    dossiers = list(without_names(asked.outside / "negatives/physio_dossiers_odd.txt"))
    augmenter = Augmenter(names, places, rng)
    log(f"{len(own)} own texts, {len(kept)} kept apart, {len(news)} sentences of news")

    def epoch(_: int) -> list[Document]:
        texts = [augmenter.changed(one, Rates()) for one in own]
        texts += [
            augmenter.changed(one, Rates(typos=0))
            for one in rng.sample(news, min(len(news), asked.news))
        ]
        texts += [augmenter.changed(one, Rates()) for one in rng.sample(dossiers, 15)]
        texts += synthetic(asked.synthetic, augmenter, places, rng)
        return texts

    nlp = train(
        blank(feature_lists(names, places), asked.width, asked.depth),
        epoch,
        epochs=asked.epochs,
        seed=asked.seed,
        log=log,
    )
    nlp.to_disk(asked.output)
    for title, texts in (("kept", kept), ("kept, lower case", [lowered(one) for one in kept])):
        log(f"{title}: {scores(nlp, texts)}")


NEWS_KEPT = 0.12


def scores(nlp: Language, documents: Sequence[Document]) -> dict[str, tuple[float, float, float]]:
    """Return precision, recall and F1 of the bare model a label; spans must be equal."""
    right: dict[str, int] = {}
    found: dict[str, int] = {}
    wanted: dict[str, int] = {}
    for document in documents:
        want = {(s.start, s.end, s.label) for s in document.spans if s.label in LABELS}
        got = set()
        for start, end in units(document.text):
            for ent in nlp(document.text[start:end]).ents:
                got.add((ent.start_char + start, ent.end_char + start, ent.label_))
        unknown = [(s.start, s.end) for s in document.unknown]
        got = {g for g in got if not any(a < g[1] and g[0] < b for a, b in unknown)}
        for counts, spans in ((right, want & got), (found, got), (wanted, want)):
            for _, _, label in spans:
                counts[label] = counts.get(label, 0) + 1
    result = {}
    for label in LABELS:
        hits = right.get(label, 0)
        precision, recall = hits / (found.get(label, 0) or 1), hits / (wanted.get(label, 0) or 1)
        f1 = 2 * precision * recall / ((precision + recall) or 1)
        result[label] = (round(precision, 3), round(recall, 3), round(f1, 3))
    return result


if __name__ == "__main__":
    main()
