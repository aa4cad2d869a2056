"""Puts numbers in the project's annotated texts that pass their checks, or fail them as marked.

`training.markup` puts digits of the right shape only, which is all that the language model reads.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from fixtures._values import fill, luhn
from training.markup import CORPUS, Document, parse

_PLACEHOLDER = re.compile(
    r"\{(bsn|bsn_sp|bsn_dot|notbsn|bsnlike|iban|iban_c|badiban|card|card_c|badcard)(?:#(\w+))?\}"
)


def numbered_corpus(folder: Path = CORPUS) -> Iterator[Document]:
    """Yield every document of a folder, in the order of file names."""
    for path in sorted(folder.glob("*.txt")):
        blocks = re.split(r"(?m)^(?==== )", path.read_text("utf-8"))
        yield from parse("".join(map(numbered, blocks)))


def numbered(block: str) -> str:
    """Return one marked text with its numbers; a tag stands for one number in it."""
    name = "-".join(re.findall(r"\w+", block.partition(" genre=")[0]))

    def one(match: re.Match[str]) -> str:
        kind = match[1]
        tag = f"{name}-{match[2] or match.start()}"
        if "card" in kind:
            number = _card(tag, passes=kind != "badcard")
            return number if kind == "card_c" else re.sub(r"\d{4}(?=\d)", r"\g<0> ", number)
        return fill(f"{{{'order' if kind == 'bsnlike' else kind}#{tag}}}")

    return _PLACEHOLDER.sub(one, block)


def _card(tag: str, *, passes: bool) -> str:
    """Return a card number of a range that test numbers come from."""
    first = f"411111{random.Random(tag).randrange(10**9):09d}"  # noqa: S311
    return next(first + last for last in "0123456789" if luhn(first + last) == passes)
