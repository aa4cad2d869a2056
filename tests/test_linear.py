"""Detection costs as much for the third stretch of a text as for the second, however it is made.

Work is counted, not timed: the lines of ours that run (each match that the multi-pattern engine
reports is a call of ours) and the characters that are handed to regular expressions.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_scan import plugins
from pii_scan.detect import MIN_SCORE, context, detect, engine, layout
from pii_scan.detect._first import compiled
from pii_scan.detect._syntax import width
from pii_scan.detect.engine import Engine
from pii_scan.model import Chunk, Recognizer, Table

PACK = plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)
OURS = tuple(str(Path(__file__).parents[1] / folder) for folder in ("pii_scan", "recognizers"))
STRETCH = 2_100
"""Longer than any window around a match and any line that may be a heading: edges weigh alike."""
MOST = 2_000
"""Work for one character at most: a bound on windows that grow with the number of patterns."""

PIECES = st.sampled_from(
    [
        *("0", "06", "1", "12", "1988", "12345678", "999990019", "0.0.0.0", "::", "2001:db8"),
        *(" ", "  ", "\t", "\n", "\r\n", "\u00a0", ".", "-", "/", ",", ";", "|", ":", "="),
        *("@", "a@", "@a.", "www.", "'", '"', "(", ")", "<", "<<", "?", "_", "#"),
        *("a", "A", "Aa", "NL", "NL91", "B01", "X", "GX", "\u00e9", "\u0130", "\U0001f600"),
        *("van", "de ", "van der ", "'t ", "dhr. ", "J.", "Jan ", "straat", "Dorpsstraat 1"),
        *("bsn", "BSN: ", "klantnr ", "naam: ", "geb. ", "tel", "wachtwoord ", "nummer", "iban"),
        *("NL91ABNA0417164300", "06-12345678", "203.0.113.24 ", "a@b.example", "GX-94-SH"),
        *("is ", "mijn ", "uw ", "order", "ordernummer ", "postbus ", "1234 AB", "paspoort "),
    ]
)
BLOCKS = st.lists(PIECES, min_size=1, max_size=6).map("".join)
HOSTILE = (
    *("1", "a", "A", "@", " ", "\n", '"', "'", "<", ":", ".", "a@", "a.", "1 ", "1.", "1:"),
    *("a;", "a;b;c\n", "A  b  ", '"a";', "a\tb\t1\n", "bsn ", "bsn? ", "bsn 1\n", "06-", "06 1"),
    *("van de ", "Jan van der ", "naam: ", "geb. 1-1-", "wachtwoord ", "klantnummer: ", "NL91"),
    *("Dorpsstraat 1 ", "1234 AB ", "0.0.0.0", "\u00e9", "\u00a0", "is mijn ", "nummer"),
    *("999990019 ", "BSN 999990019, ", "order 999990019\n", '{"bsn": "999990019"}', "a@b.example "),
    *("NL91ABNA0417164300", "Dorpsstraat 1, 1234 AB Ede\n", "tel 06-12345678 iban ", "GX-94-SH;"),
    *("dhr. J. van Dam ", "naam;bsn;tel\nJan;999990019;06\n", "203.0.113.24 ip ", "geb. 1-1-1988 "),
    *("?" * 50 + "bsn 999990019 ", "klantnummer 88120347 wachtwoord Lente-fiets22! "),
)


class Counted:
    """A regular expression that counts the characters it looks at."""

    seen = 0

    def __init__(self, regex: re.Pattern[str], longest: int | None = None) -> None:
        self.regex = regex
        self.width = width(regex.pattern) if longest is None else longest

    @property
    def groupindex(self) -> Mapping[str, int]:
        return self.regex.groupindex

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return next(self.finditer(text, start, end), None)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        Counted.seen += min(self.width, max(0, min(end, len(text)) - start))
        return self.regex.match(text, start, end)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        Counted.seen += len(text)
        return self.regex.fullmatch(text)

    def split(self, text: str) -> list[str | Any]:
        Counted.seen += len(text)
        return self.regex.split(text)

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        for match in self.regex.finditer(text, start, end):
            Counted.seen += match.end() - start
            start = match.end()
            yield match
        Counted.seen += max(0, min(end, len(text)) - start)


def counted(recognizers: Sequence[Recognizer]) -> Engine:
    """Return an engine whose patterns count."""
    counting = SimpleNamespace(
        compile=lambda regex: Counted(re.compile(regex)), escape=re.escape, error=re.error
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "re", counting)
        patch.setattr(
            engine,
            "compiled",
            lambda regex, inside: Counted(compiled(regex, inside), width(regex)),
        )
        return Engine(recognizers)


ALONE = {recognizer.entity: counted([recognizer]) for recognizer in PACK}
TOGETHER = counted(PACK)


@pytest.fixture(autouse=True, scope="module")
def _all_count() -> Iterator[None]:
    """Let the expressions that no recognizer owns count too."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (context, engine, layout):
            for name, value in list(vars(module).items()):
                if isinstance(value, re.Pattern):
                    patch.setattr(module, name, Counted(value))
        headings = tuple((mark, Counted(regex)) for mark, regex in layout._HEADINGS)
        patch.setattr(layout, "_HEADINGS", headings)
        yield


def work(part: Chunk | Table, made: Engine) -> int:
    """Count the lines of ours that run and the characters looked at."""
    lines = 0

    def traced(frame: FrameType, event: str, _argument: object) -> Callable[..., Any] | None:
        nonlocal lines
        if event == "line":
            lines += 1
        elif not frame.f_code.co_filename.startswith(OURS):
            return None
        return traced

    Counted.seen = 0
    before = sys.gettrace()
    sys.settrace(traced)
    try:
        detect(part, made, MIN_SCORE)
    finally:
        sys.settrace(before)
    return lines + Counted.seen


def assert_linear(part: Callable[[int], Chunk | Table], made: Engine) -> None:
    """Compare `part` at one, two and three times its length."""
    work(part(1), made)  # headings are looked up once
    one, two, three = (work(part(times), made) for times in (1, 2, 3))
    assert three - two <= 1.1 * (two - one) + STRETCH
    assert three <= MOST * STRETCH * 3


def running(block: str) -> Callable[[int], Chunk]:
    """Return a stretch of text that is made of one block."""
    stretch = block * (STRETCH // len(block) + 1)
    return lambda times: Chunk(stretch * times, "")


@pytest.mark.parametrize("block", HOSTILE, ids=repr)
def test_one_piece_over_and_over(block: str) -> None:
    assert_linear(running(block), TOGETHER)


@settings(max_examples=40)
@given(BLOCKS)
def test_any_mixture_over_and_over(block: str) -> None:
    assert_linear(running(block), TOGETHER)


@pytest.mark.parametrize("entity", ALONE)
@settings(max_examples=8)
@given(BLOCKS)
def test_each_recognizer_alone(entity: str, block: str) -> None:
    assert_linear(running(block), ALONE[entity])


ROW = ("999990019", "J. van Dam", "Dorpsstraat 1, 1234 AB Ede", "order 12", "")
HEADING = ("bsn", "naam", "adres", "order", "iban")


def test_a_table_of_ever_more_rows() -> None:
    assert_linear(
        lambda times: Table(HEADING, (ROW,) * 60 * times, tuple(range(60 * times))), TOGETHER
    )


def test_a_table_of_ever_more_columns() -> None:
    assert_linear(lambda times: Table(HEADING * 60 * times, (ROW * 60 * times,), (2,)), TOGETHER)
