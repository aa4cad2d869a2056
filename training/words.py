"""Writes the list of ordinary words: `python -m training.words`.

A word that the corpus uses in lower case outside names, in several texts, is a word of the
language. One that is not, and is part of a certain name, is that name again wherever it stands.
"""

import re
from collections import Counter
from pathlib import Path

from training.markup import CORPUS, Document, read_corpus
from training.pipeline import LABELS

WORDS = Path("recognizers/pii_scan_nl/data/words.txt")
LEAST_TEXTS = 2
_WORD = re.compile(r"\b[^\W\d_]{4,24}\b")
_HEAD = """# Ordinary Dutch words: in lower case outside names in the project's own texts.
# Written by `python -m training.words`; Apache-2.0, as the project.
"""


def ordinary(documents: list[Document]) -> list[str]:
    """Return the words in lower case, of four letters or more, that two texts use outside names."""
    texts: Counter[str] = Counter()
    for document in documents:
        plain = list(document.text)
        for span in document.spans:
            if span.label in LABELS or span.label in ("STREET_ADDRESS", "EMAIL_ADDRESS"):
                plain[span.start : span.end] = " " * (span.end - span.start)
        texts.update({word for word in _WORD.findall("".join(plain)) if word.islower()})
    return sorted(word for word, count in texts.items() if count >= LEAST_TEXTS)


if __name__ == "__main__":
    WORDS.write_text(_HEAD + "\n".join(ordinary(read_corpus(CORPUS))) + "\n", "utf-8")
