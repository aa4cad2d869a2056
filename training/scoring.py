"""Scores a pipeline by itself: `python -m training.scoring --outside FOLDER --model FOLDER`.

Spans count when both ends are equal. What `training.train` holds back of the news is scored, and of
the second newspaper corpus the sentences that the first does not hold.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import spacy
from spacy.language import Language

from pii_scan.detect.units import units
from training.augment import lowered
from training.markup import Document
from training.outside import NEWS_KEPT, held_out, sentences
from training.pipeline import LABELS

Scores = Mapping[str, tuple[float, float, float]]


def scores(nlp: Language, documents: Iterable[Document]) -> Scores:
    """Return precision, recall and F1 a label; what nobody marked for sure is left out."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for document in documents:
        want = {(s.start, s.end, s.label) for s in document.spans if s.label in LABELS}
        got = {
            (start + ent.start_char, start + ent.end_char, ent.label_)
            for start, end in units(document.text)
            for ent in nlp(document.text[start:end]).ents
            if not any(
                a.start < start + ent.end_char and start + ent.start_char < a.end
                for a in document.unknown
            )
        }
        for counts, spans in ((right, want & got), (found, got), (wanted, want)):
            counts.update(label for _, _, label in spans)
    return {label: _measures(right[label], found[label], wanted[label]) for label in LABELS}


def _measures(right: int, found: int, wanted: int) -> tuple[float, float, float]:
    precision, recall = right / (found or 1), right / (wanted or 1)
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def news(folder: Path) -> dict[str, list[Document]]:
    """Return the news that no training sees, by the name of its corpus."""
    first = list(sentences(folder / "ud_lassy_alpino.jsonl"))
    seen = {one.text for one in first}
    return {
        "UD LassySmall and Alpino, held back": [o for o in first if held_out(o.text, NEWS_KEPT)],
        "Alpino, sentences of its own": [
            one for one in sentences(folder / "alpino.jsonl") if one.text not in seen
        ],
        "Europeana, newspapers before 1900": list(sentences(folder / "europeana_heldout.jsonl")),
    }


def all_scores(nlp: Language, texts: Mapping[str, list[Document]]) -> list[tuple[str, Scores]]:
    """Return the scores of each group of texts, as it is and in lower case."""
    return [
        (title, scores(nlp, group))
        for name, documents in texts.items()
        for title, group in ((name, documents), (f"{name}, lower case", map(lowered, documents)))
    ]


def table(rows: Iterable[tuple[str, Scores]]) -> list[str]:
    """Return the rows of a Markdown table: texts, label, precision, recall, F1."""
    return [
        f"| {texts} | {label} | {p:.3f} | {r:.3f} | {f:.3f} |"
        for texts, by_label in rows
        for label, (p, r, f) in by_label.items()
    ]


def main() -> None:
    """Print the scores of a pipeline on the news."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outside", type=Path, required=True, help="folder with ner/")
    parser.add_argument("--model", type=Path, required=True)
    asked = parser.parse_args()
    rows = all_scores(spacy.load(asked.model), news(asked.outside / "ner"))
    print("\n".join(table(rows)))  # noqa: T201


if __name__ == "__main__":
    main()
