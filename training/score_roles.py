"""Scores who is who on the project's own texts: `python -m training.score_roles`.

`training/roles/*.txt` gives each PERSON of a text of `training/corpus` a role. Cues and weights
were set while looking at tune.txt; held_out.txt and letters.txt were marked afterwards and judge
them. All that is marked in a text but the roles is given, as if detection had found it.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pii_scan.classify.knowledge import RoleCues
from pii_scan.classify.roles import Standing, roles
from pii_scan.config.roles import load_roles
from pii_scan.model import Hit
from training.markup import Document, read_corpus

ROLES = Path(__file__).parent / "roles"
NAMED = ("subject", "agent", "third_party")
UNCLEAR = "unclear"
"""Nobody can say from the text; such a name is not scored."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the role of each name in it."""

    document: Document
    names: tuple[Hit, ...]
    wanted: tuple[str, ...]


def read_roles(path: Path, documents: Mapping[str, Document]) -> Iterator[Marked]:
    """Yield the texts of one file.

    Raises:
        ValueError: a text no longer holds the names that the file gives a role.
    """
    for block in path.read_text("utf-8").split("\n=== ")[1:]:
        name, *lines = block.strip().splitlines()
        document = documents[name]
        names = tuple(hit for hit in hits_of(document) if hit.entity == "PERSON")
        pairs = [line.split(maxsplit=1) for line in lines]
        if [value for _, value in pairs] != [hit.value for hit in names]:
            raise ValueError(f"{path.name}, {name}: its names are not those of the corpus")
        yield Marked(document, names, tuple(role for role, _ in pairs))


def hits_of(document: Document) -> list[Hit]:
    """Return what is marked in a text as if detection had found it."""
    return [
        Hit(span.label, span.start, span.end, 1.0, "", document.text[span.start : span.end])
        for span in document.spans
    ]


def judged(texts: Iterable[Marked], cues: RoleCues) -> Iterator[tuple[Marked, Hit, str, Standing]]:
    """Yield each name with the role that it has, and what the rules make of it."""
    for text in texts:
        found = roles(text.document.text, hits_of(text.document), cues)
        for hit, wanted in zip(text.names, text.wanted, strict=True):
            if wanted != UNCLEAR:
                yield text, hit, wanted, found[hit]


def table(pairs: Counter[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of a table: precision and recall a role, and how often all was right."""
    yield "| role | names | precision | recall |"
    yield "|---|---:|---:|---:|"
    for role in NAMED:
        names = sum(count for (wanted, _), count in pairs.items() if wanted == role)
        said = sum(count for (_, given), count in pairs.items() if given == role)
        right = pairs[role, role]
        yield f"| {role} | {names} | {_share(right, said)} | {_share(right, names)} |"
    right = sum(pairs[role, role] for role in NAMED)
    unknown = sum(count for (_, given), count in pairs.items() if given == "unknown")
    total = pairs.total()
    yield f"| all: accuracy {_share(right, total)} | {total} | unknown {_share(unknown, total)} | |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def report(errors: str | None) -> Iterator[str]:
    """Yield the scores of every file, and what went wrong in the one that is named `errors`."""
    documents = {one.id: one for one in read_corpus()}
    cues = load_roles()
    for path in sorted(ROLES.glob("*.txt")):
        texts = list(read_roles(path, documents))
        outcome = list(judged(texts, cues))
        yield f"\n{path.stem}: {len(texts)} texts\n"
        yield from table(Counter((want, found.role) for _, _, want, found in outcome))
        if errors == path.stem:
            for text, hit, want, found in outcome:
                if want != found.role:
                    why = " ".join(f"{words} {weight:+.1f};" for words, weight in found.reasons)
                    yield f"{text.document.id} {hit.value!r}: {want}, not {found.role} {why}"


def main() -> None:
    """Print the scores, and with `--errors` what went wrong in one file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--errors", metavar="FILE", help="tune, held_out or letters")
    sys.stdout.writelines(f"{line}\n" for line in report(parser.parse_args().errors))


if __name__ == "__main__":
    main()
