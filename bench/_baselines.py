"""The same recognizers as others would run them: as patterns that stand by themselves.

Edges become look-arounds, and a pattern that is sought after a label becomes label, gap and value
in one. Presidio, Python's `re` and ripgrep get these, each in its own dialect.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pii_scan.detect._syntax import begins, ends
from pii_scan.model import Pattern, Recognizer

_OUTSIDE = {"digit": ("[0-9]", str.isdecimal), "word": ("[0-9A-Za-z]", str.isalnum)}
_GAP = 60
"""Characters between a label and its value, as in the engine."""
_SHORT = 6
"""Letters below which a label must begin a word."""
_BEYOND_ASCII = re.compile(r"\\u0[0-9a-f]{3}|[^\x00-\x7f]")
_ANY_BYTES = r"[\\x80-\\xff]{2}"
_NEEDLESS_ESCAPE = re.compile(r"\\([\"'<>/ ])")
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")


Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Plain:
    """A pattern of a recognizer that needs nothing around it; its group `value` is the value."""

    entity: str
    regex: str
    score: float
    is_valid: Check = field(repr=False)


def plain(recognizer: Recognizer) -> Iterator[Plain]:
    """Yield the patterns of a recognizer with edges and labels written into them.

    Those behind a label become one pattern, so that the labels are sought once.
    """
    labelled = [pattern for pattern in recognizer.patterns if pattern.after_label]
    for pattern in recognizer.patterns:
        if not pattern.after_label:
            regex = _edged(recognizer, pattern, pattern.regex)
            if "(?P<value>" not in regex:
                regex = f"(?P<value>{regex})"
            yield Plain(recognizer.entity, regex, pattern.prior, _check(recognizer, [pattern]))
    if labelled:
        values = "|".join(_edged(recognizer, one, _unnamed(one.regex)) for one in labelled)
        regex = rf"{_labels(recognizer)}[\s\S]{{0,{_GAP}}}?(?P<value>{values})"
        prior = max(one.prior for one in labelled)
        yield Plain(recognizer.entity, regex, prior, _check(recognizer, labelled))


def _check(recognizer: Recognizer, patterns: Sequence[Pattern]) -> Check:
    """Return the check of any of these patterns."""
    checks = {one.is_valid or recognizer.is_valid for one in patterns}
    if None in checks:
        return lambda _: True
    return lambda value: any(check(value) for check in checks if check)


def _edged(recognizer: Recognizer, pattern: Pattern, regex: str) -> str:
    left, right = _edges(recognizer, pattern)
    return f"{left}(?:{regex}){right}"


def _unnamed(regex: str) -> str:
    return regex.replace("(?P<value>", "(?:")


def _edges(recognizer: Recognizer, pattern: Pattern) -> tuple[str, str]:
    """Return look-arounds by which no digit or letter touches a match that ends with one."""
    if recognizer.edges == "none":
        return "", ""
    inside, touches = _OUTSIDE[recognizer.edges]
    left, right = f"(?<!{inside})", f"(?!{inside})"
    if not begins(pattern.regex, touches):
        left = f"(?:{left}|(?!{inside}))"
    if not ends(pattern.regex, touches):
        right = f"(?:{right}|(?<!{inside}))"
    return left, right


def _labels(recognizer: Recognizer) -> str:
    """Return the labels as a tree by their first letters, cases spelled out: quick to refuse."""
    long = [word for word in recognizer.labels if len(word) >= _SHORT]
    short = [word for word in recognizer.labels if len(word) < _SHORT]
    trees = [_tree(long)] if long else []
    if short:
        trees.append(rf"(?<![A-Za-z]){_tree(short)}")
    return f"(?:{'|'.join(trees)})"


def _tree(words: Iterable[str]) -> str:
    by_first: dict[str, set[str]] = {}
    for word in words:
        by_first.setdefault(word[:1], set()).add(word[1:])
    optional = "?" if by_first.pop("", None) else ""
    if not by_first:
        return ""
    branches = [_letter(first) + _tree(rest) for first, rest in sorted(by_first.items())]
    return f"(?:{'|'.join(branches)}){optional}"


def _letter(letter: str) -> str:
    if letter in " -":
        return "[ _-]?"
    return f"[{letter}{letter.upper()}]" if letter.isalpha() else re.escape(letter)


# Python's re


class OneByOne:
    """Runs each pattern by itself over the text, with its check; no context."""

    def __init__(self, recognizers: Iterable[Recognizer]) -> None:
        """Compile."""
        self._patterns = [
            (re.compile(one.regex), one.is_valid) for each in recognizers for one in plain(each)
        ]

    def count(self, data: bytes) -> int:
        """Return how many values are found in UTF-8 text."""
        text = data.decode()
        return sum(
            is_valid(match["value"])
            for regex, is_valid in self._patterns
            for match in regex.finditer(text)
        )


# Presidio


class Presidio:
    """An AnalyzerEngine with these recognizers and Presidio's own context enhancer."""

    def __init__(self, recognizers: Sequence[Recognizer]) -> None:
        """Load Presidio and make the engine: blank Dutch pipeline, lemmas in lower case."""
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

        from pii_scan.detect.presidio import LANGUAGE, BlankNlp

        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(
                recognizers=list(map(_pattern_recognizer, recognizers)),
                supported_languages=[LANGUAGE],
            ),
            nlp_engine=BlankNlp(),
            supported_languages=[LANGUAGE],
            context_aware_enhancer=LemmaContextAwareEnhancer(),
        )
        self._language = LANGUAGE

    def count(self, documents: Iterable[str]) -> int:
        """Return how many results stand in the documents."""
        analyze = self._analyzer.analyze
        return sum(
            len(analyze(text, language=self._language, score_threshold=0.5)) for text in documents
        )


def _pattern_recognizer(recognizer: Recognizer) -> Any:
    from presidio_analyzer import Pattern as PresidioPattern
    from presidio_analyzer import PatternRecognizer

    patterns = list(plain(recognizer))
    compiled = [(re.compile(one.regex), one.is_valid) for one in patterns]

    class Checked(PatternRecognizer):  # type: ignore[misc,unused-ignore]
        """A recognizer whose check removes and does not prove."""

        def invalidate_result(self, pattern_text: str) -> bool:
            """Tell whether no pattern finds a value in the match that passes its check."""
            return not any(
                (match := regex.fullmatch(pattern_text)) and is_valid(match["value"])
                for regex, is_valid in compiled
            )

    return Checked(
        supported_entity=recognizer.entity,
        supported_language="nl",
        name=f"Plain{recognizer.entity}",
        patterns=[
            PresidioPattern(f"{one.entity} {number}", one.regex, one.score)
            for number, one in enumerate(patterns, start=1)
        ],
        context=[*recognizer.labels, *recognizer.context],
        global_regex_flags=0,
    )


# ripgrep


def for_ripgrep(recognizers: Iterable[Recognizer], *, labels: bool) -> list[str]:
    """Return what the multi-pattern pass seeks, as lines for `rg --no-unicode -f`.

    That is each pattern's anchor, or the pattern itself with its edges consumed, since ripgrep has
    no look-around; with `labels` also label, gap and value where a pattern is sought behind one.
    Beyond ASCII any byte will do, and what spans lines is left out, since ripgrep reads line by
    line.
    """
    lines: list[str] = []
    for recognizer in recognizers:
        for pattern in recognizer.patterns:
            if not pattern.after_label:
                lines.append(_rust(_consuming(recognizer, pattern)))
            elif labels:
                words = _labels(recognizer).replace("(?<![A-Za-z])", r"\b")
                lines.append(_rust(f"{words}.{{0,{_GAP}}}?(?:{pattern.regex})"))
    return [line for line in dict.fromkeys(lines) if r"\n" not in _CLASS.sub("", line)]


def by_hand(recognizers: Iterable[Recognizer]) -> list[str]:
    """Return one line an identifier, as one would type it: its first pattern without a label."""
    return [line for one in recognizers for line in for_ripgrep([one], labels=False)[:1]]


def _consuming(recognizer: Recognizer, pattern: Pattern) -> str:
    if pattern.anchor or recognizer.edges == "none":
        return pattern.anchor or pattern.regex
    inside, touches = _OUTSIDE[recognizer.edges]
    outside = f"[^{inside[1:]}"
    left = f"(?:^|{outside})" if begins(pattern.regex, touches) else ""
    right = f"(?:{outside}|$)" if ends(pattern.regex, touches) else ""
    return f"{left}(?:{pattern.regex}){right}"


def _rust(regex: str) -> str:
    regex = _unnamed(regex).replace(r"\n?", "")
    regex = _CLASS.sub(lambda match: _bytes_class(match[0]), regex)
    return _NEEDLESS_ESCAPE.sub(r"\1", _BEYOND_ASCII.sub(_ANY_BYTES, regex))


def _bytes_class(text: str) -> str:
    if not _BEYOND_ASCII.search(text):
        return text
    inner = re.sub(rf"(?:{_BEYOND_ASCII.pattern})(?:-(?:{_BEYOND_ASCII.pattern}))?", "", text)
    return inner[:-1] + r"\x80-\xff]" if len(inner) > 2 else r"[\x80-\xff]{2}"
