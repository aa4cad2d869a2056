"""Reads data from outside the repository: annotated sentences, name lists, texts without names.

Nothing of it is committed; where each comes from and under which licence, the model card says.
"""

import csv
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.markup import Document, Span

_LABELS = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
_NO_SPACE_BEFORE = frozenset([*".,;:!?)]}%»", "...", "'s"])
_NO_SPACE_AFTER = frozenset("([{«")


@dataclass(frozen=True, slots=True)
class NameLists:
    """Names to put in the place of others; the commoner the more often."""

    given: tuple[str, ...]
    given_counts: tuple[int, ...]
    surnames: tuple[str, ...]
    surname_counts: tuple[int, ...]


def name_lists(folder: Path) -> NameLists:
    """Read first names with their counts, and surnames of which a thousand have counts."""
    counts: dict[str, int] = {}
    for entry in json.loads((folder / "first_names.json").read_text("utf-8")):
        counts[entry["naam"]] = 20
    with (folder / "first_names_popularity_1880_2014.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counts[row["naam"]] = counts.get(row["naam"], 20) + int(float(row["aantal"] or 0))
    surnames = dict.fromkeys((folder / "surnames.txt").read_text("utf-8").split("\n"), 10)
    surnames.pop("", None)
    with (folder / "surnames_top1000_2007.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            surnames[row["surname"]] = int(row["count_2007"])
    return NameLists(
        tuple(counts), tuple(counts.values()), tuple(surnames), tuple(surnames.values())
    )


def sentences(path: Path) -> Iterator[Document]:
    """Yield annotated sentences (tokens and BIO tags, "-" for unknown) as documents."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            entry = json.loads(line)
            tokens = entry["tokens"]
            yield _document(f"{path.stem}-{number}", tokens, entry["tags"])


def _document(name: str, tokens: list[str], tags: list[str]) -> Document:
    text = ""
    spans: list[Span] = []
    unknown: list[Span] = []
    for token, tag, before in zip(tokens, tags, ["", *tokens], strict=False):
        if text and token not in _NO_SPACE_BEFORE and before not in _NO_SPACE_AFTER:
            text += " "
        start = len(text)
        text += token
        label = _LABELS.get(tag[2:])
        if tag.startswith("I-") and label and spans and spans[-1].label == label:
            spans[-1] = Span(spans[-1].start, len(text), label)
        elif label:
            spans.append(Span(start, len(text), label))
        elif tag != "O":
            unknown.append(Span(start, len(text), ""))
    return Document(name, "news", text, tuple(spans), tuple(unknown))


def without_names(path: Path) -> Iterator[Document]:
    """Yield dossiers in which no name stands but after a title ("Mevrouw De Vries")."""
    blocks = re.split(r"(?m)^(?=Patiëntdossier \d+)", path.read_text("utf-8"))
    for number, block in enumerate(block for block in blocks if block.strip()):
        spans = [
            Span(*match.span(1), "PERSON")
            for match in re.finditer(
                r"\b(?:[Mm]evrouw|[Mm]eneer|[Dd]e heer|[Hh]eer|[Dd]hr\.|[Mm]w\.) "
                r"((?:(?:[Vv]an|[Dd]e|[Dd]en|[Dd]er|'t) )*[A-Z][\w-]+)",
                block,
            )
        ]
        yield Document(f"dossier-{number}", "dossier", block.strip(), tuple(spans))


NEWS_KEPT = 0.12
"""Share of the news that is kept for scoring."""


def held_out(name: str, share: float) -> bool:
    """Tell whether a document is kept for scoring: always the same ones."""
    return random.Random(name).random() < share  # noqa: S311
