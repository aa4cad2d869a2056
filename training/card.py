"""Writes the model card: what the model was made of, how well it does, where it fails."""

from collections.abc import Sequence
from pathlib import Path

from spacy.about import __version__ as version

from training.pipeline import DEPTH, WIDTH
from training.scoring import Scores, table

_CARD = """# The Dutch language model of pii_scan

Finds names of people (PERSON), places (LOCATION) and organisations (ORGANIZATION) in Dutch
text: call notes, mail, forms, letters, tables. It is one voter among several;
`pii_scan.detect.voters` says how its word is weighed. Load it with `spacy.load(folder)`;
nothing else is needed.

Made by `python -m training.train --outside FOLDER --output FOLDER`: {settings}. The same texts,
seed and versions (spaCy {spacy}) give the same weights on the same machine.

## How it is built
A blank Dutch tokeniser that parts words at more signs, an `attribute_ruler` that marks the
words on name lists, a convolutional encoder (width {width}, depth {depth}) and two heads: `ner`
says what is a name, `chances` how likely each word is part of one. {size}.

## What it was trained on

| texts | amount | licence |
|---|---|---|
{data}

Names in them were exchanged for others from the lists, 30 % was turned to lower case, 3 % to
capitals, and some was mistyped, anew in every epoch. No text of the sets that the program is
scored on was used.

### Notices
- UD Dutch-LassySmall and UD Dutch-Alpino, Universal Dependencies (Gosse Bouma, Gertjan van
  Noord), CC BY-SA 4.0, https://universaldependencies.org/: name spans were derived from them.
  As far as the weights are an adaptation of those texts, they are offered under CC BY-SA 4.0.
- The name lists by which their spans were told apart are LGPL-2.1-or-later (Alpino).
- First names: MIT. Surnames: MIT compilation; the model carries the words of the commonest
  thousand only. Places: Faker, nl_NL, MIT, Copyright (c) 2012 Daniele Faraglia.

## Scores of the bare model
The `ner` component alone; spans count when both ends are equal. The texts of the project that were
kept apart are scored by a model of the same making that did not see them: one in seven, names and
style like those of the others. For comparison: spaCy states F1 0.72 (small) to 0.77 (large) over
all entity types for its own Dutch pipelines on news; the types and texts differ.

| texts | label | precision | recall | F1 |
|---|---|---|---|---|
{scores}

## Limits
- Made for texts of offices and call centres of the last decades. Novels, law, medical
  literature and text before 1950 were not looked at; other languages are not read.
- Names of one lower-case word that is also a word ("roos", "bos", "wil") are found by their
  surroundings only, and missed more often than others.
- Names from origins that are rare in the lists are found less well; the synthetic texts draw a
  third of their people from fourteen groups of origins to lessen that.
- Towns inside names of organisations are not marked, villages outside the lists sometimes
  missed.
- ORGANIZATION serves to hold persons and firms apart; it is not accurate by itself.
"""


def write_card(
    folder: Path,
    *,
    settings: str,
    data: Sequence[tuple[str, str, str]],
    scores: Sequence[tuple[str, Scores]],
) -> None:
    """Write MODEL_CARD.md beside the weights in `folder`."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    card = _CARD.format(
        settings=settings,
        spacy=version,
        width=WIDTH,
        depth=DEPTH,
        size=f"{size / 1e6:.1f} MB",
        data="\n".join(f"| {texts} | {amount} | {licence} |" for texts, amount, licence in data),
        scores="\n".join(table(scores)),
    )
    (folder / "MODEL_CARD.md").write_text(card, "utf-8")
