"""Trains the language model: `python -m training.train --outside FOLDER --output FOLDER`.

The same texts and seed give the same model on the same machine.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Adam, fix_random_seed, warmup_linear

from pii_scan.detect.units import units
from training.augment import PREFIXES, Augmenter, Rates
from training.card import write_card
from training.generate import synthetic
from training.markup import CORPUS, Document, Span, read_corpus
from training.outside import (
    NEWS_KEPT,
    NameLists,
    held_out,
    name_lists,
    sentences,
    without_names,
)
from training.pipeline import LABELS, LISTS, TAGS, blank
from training.scoring import all_scores, news

PLACES = Path("recognizers/pii_scan_nl/data/places.txt")
BATCH = 24
NEWS, DOSSIERS, SYNTHETIC = 2500, 15, 1000
"""How many of each an epoch has, beside all of the project's own texts."""


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
    ruler: Any = nlp.get_pipe(LISTS)
    patterns = ruler.patterns  # initialising forgets them
    nlp.initialize(lambda: first[:500])
    ruler.add_patterns(patterns)
    batches = len(first) // BATCH + 1
    steps = batches * epochs
    optimizer = Adam(
        warmup_linear(0.0018, min(200, steps // 10), steps),  # type: ignore[arg-type]
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
        for start in range(0, len(batch), BATCH):
            some = batch[start : start + BATCH]
            nlp.update(some, sgd=optimizer, drop=0.15, losses=losses)
            optimizer.step_schedules()
        seconds = time.monotonic() - started
        told = " ".join(f"{name} {loss:.0f}" for name, loss in losses.items())
        log(f"epoch {number + 1}: {len(batch)} stretches, {told}, {seconds:.0f} s")
    with nlp.use_params(optimizer.averages):
        state = nlp.to_bytes()
    return nlp.from_bytes(state)


def save(nlp: Language, folder: Path) -> None:
    """Write the pipeline, without the words that it met in training.

    They are of texts and lists that do not ship; the weights know words by their hashes.
    """
    nlp.to_disk(folder)
    ruler: Any = nlp.get_pipe(LISTS)
    features = {entry["attrs"]["MORPH"] for entry in ruler.patterns}
    words = sorted({*LABELS, *TAGS, *features})
    (folder / "vocab/strings.json").write_text(json.dumps(words, indent=1), "utf-8")


class Mixture:
    """The texts that the model learns from: all of the project's own, and draws of the rest."""

    def __init__(self, outside: Path, seed: int, held_out_share: float = 0.0) -> None:
        """Read everything; a share of the project's own texts is kept apart."""
        self._rng = random.Random(seed)  # noqa: S311
        self.names = name_lists(outside / "lists")
        lines = PLACES.read_text("utf-8").splitlines()
        self.places = [line for line in lines if line and not line.startswith("#")]
        texts = read_corpus(CORPUS)
        self.kept = [one for one in texts if held_out(one.id, held_out_share)]
        self.own = [one for one in texts if not held_out(one.id, held_out_share)]
        self.news = [
            one
            for one in sentences(outside / "ner/ud_lassy_alpino.jsonl")
            if not held_out(one.text, NEWS_KEPT)
        ]
        self.dossiers = list(without_names(outside / "negatives/physio_dossiers_odd.txt"))
        self._augmenter = Augmenter(self.names, self.places, self._rng)

    def epoch(self, _: int) -> list[Document]:
        """Return the texts of one epoch, changed anew."""
        changed, rng = self._augmenter.changed, self._rng
        return [
            *(changed(one, Rates()) for one in self.own),
            *(changed(one, Rates(typos=0)) for one in rng.sample(self.news, NEWS)),
            *(changed(one, Rates()) for one in rng.sample(self.dossiers, DOSSIERS)),
            *synthetic(SYNTHETIC, self._augmenter, self.places, rng),
        ]

    def described(self) -> list[tuple[str, str, str]]:
        """Return the rows of the model card: texts, amount, licence."""
        return [
            ("training/corpus, of the project itself", f"{len(self.own)} texts", "Apache-2.0"),
            ("training/generate.py, of the project itself", f"{SYNTHETIC} an epoch", "Apache-2.0"),
            (
                "UD Dutch LassySmall and Alpino, name spans",
                f"{NEWS} of {len(self.news)} sentences an epoch",
                "CC BY-SA 4.0; lists LGPL-2.1-or-later",
            ),
            (
                "physiotherapy dossiers written by a machine",
                f"{DOSSIERS} of {len(self.dossiers)} an epoch",
                "CC0",
            ),
        ]


def main() -> None:
    """Read the texts, train, score on what was kept apart, write model and card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outside", type=Path, required=True, help="lists/, ner/, negatives/")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--held-out", type=float, default=0.0, help="share of own texts kept apart")
    parser.add_argument("--kept-scores", type=Path, help="kept.json of a run with --held-out")
    asked = parser.parse_args()

    def log(line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201

    mixture = Mixture(asked.outside, asked.seed, asked.held_out)
    pipeline = blank(feature_lists(mixture.names, mixture.places))
    nlp = train(pipeline, mixture.epoch, epochs=asked.epochs, seed=asked.seed, log=log)
    save(nlp, asked.output)
    if mixture.kept:
        kept = all_scores(nlp, {"texts of the project, kept apart": mixture.kept})
        (asked.output / "kept.json").write_text(json.dumps(kept), "utf-8")
    elif asked.kept_scores:
        kept = json.loads(asked.kept_scores.read_text("utf-8"))
    else:
        kept = []
    write_card(
        asked.output,
        settings=f"seed {asked.seed}, {asked.epochs} epochs",
        data=mixture.described(),
        scores=[*kept, *all_scores(nlp, news(asked.outside / "ner"))],
    )


if __name__ == "__main__":
    main()
