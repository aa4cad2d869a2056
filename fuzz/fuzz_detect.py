"""Fuzz detection with the whole pack: whatever the bytes are, what is found holds together.

    PYTHONPATH=.:recognizers python fuzz/fuzz_detect.py -max_total_time=60 [folder of texts]

Takes the options of libFuzzer. What fails is kept as a file, which runs again when it is named.
"""

import sys
from collections.abc import Sequence
from itertools import pairwise

import atheris

with atheris.instrument_imports(include=["pii_scan.detect", "pii_scan_nl"]):
    from pii_scan import plugins
    from pii_scan.detect import MIN_SCORE, hits_in
    from pii_scan.detect.engine import Engine
    from pii_scan.model import Hit, Recognizer

    ENGINE = Engine(plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer))

MOST = 4096
"""Code points of a text: more of them say nothing new, only later."""
NEUTRAL = "Er gebeurde die dag verder niets dat het opschrijven waard was.\n" * 8
"""A paragraph without labels or values, longer than evidence reaches."""
CERTAIN = 0.9
"""From here on a finding does not hang on what else stands far from it."""


class Broken(AssertionError):
    """Says which promise does not hold; never what stands in the text."""


def check(text: str) -> None:
    """Check what must hold of the findings in any text.

    Raises:
        Broken: something does not.
    """
    hits = found(text, 0.0)
    for hit in hits:
        _hold(0 <= hit.start < hit.end <= len(text), "a finding lies outside the text")
        _hold(hit.value == text[hit.start : hit.end], "a value is not what stands there")
        _hold(0 <= hit.score <= 1, "a score is no chance")
    _hold(all(a.end <= b.start for a, b in pairwise(hits)), "findings overlap or are out of order")
    _hold(found(text, 0.0) == hits, "the same text gives something else")
    _embedded(text)


def found(text: str, least: float) -> list[Hit]:
    """Return the findings in `text` that score at least `least`."""
    return list(hits_in(text, ENGINE, least))


def _embedded(text: str) -> None:
    """A text between two others gives what it gives by itself."""
    head = NEUTRAL + "\n"
    around = found(f"{head}{text}\n\n{NEUTRAL}", MIN_SCORE)
    spans = [(hit.start - len(head), hit.end - len(head)) for hit in around]
    for hit in found(text, CERTAIN):
        _hold(
            any(start < hit.end and hit.start < end for start, end in spans),
            f"a finding ({hit.entity}) is lost between other text",
        )


def _hold(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


def one_input(data: bytes) -> None:
    """Check one text: as UTF-8, each stray byte as a surrogate, as undecodable names come in."""
    check(data.decode("utf-8", "surrogateescape")[:MOST])


def main(arguments: Sequence[str]) -> None:
    """Fuzz until something breaks or a bound among the arguments is reached."""
    atheris.Setup(list(arguments), one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
