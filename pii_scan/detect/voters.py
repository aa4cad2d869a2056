"""Weighs all that speaks for and against a name: the model, the patterns, repetition, addresses.

As in `context`, a score is a chance summed in log-odds. The weights were fitted to texts that the
model had not seen (training/calibrate.py), and what weighed nothing was left out.
"""

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path

from pii_scan.detect import best
from pii_scan.detect._normalise import normalise
from pii_scan.detect.layout import Layout
from pii_scan.detect.names import Reader, Reading
from pii_scan.model import Hit, NameModel

Reason = tuple[str, float]
Key = tuple[int, int, str]

ENTITIES = ("PERSON", "LOCATION")
LIKELY = 0.5
"""The score from which another hit holds back a name within it."""
SURE = 0.9
"""The score from which a name is certain, so that it tells of itself elsewhere in the text."""
LEAST = 4
"""Letters from which a word of a certain name counts by itself, and lies in an address."""
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_MOST = 3.5


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each piece of evidence weighs, in log-odds."""

    prior: float
    partly: float
    """The model takes for such a name what overlaps this and is not the same."""
    chance: float
    """Times the log-odds that the words are of this kind, to the model."""
    firm: float
    """Times the chance that they are of an organisation."""
    pattern: float
    """Times the log-odds of a pattern that finds exactly this."""
    again: float
    """A certain name of this text holds a word of it."""
    unusual: float
    """Moreover that word is no ordinary word of the language."""
    address: float
    """An e-mail address of this text holds its words: "j.devries@" and "De Vries"."""
    lower: float
    """It has no capital."""
    within: float
    """Something else that is likely holds it: a street with its number, an e-mail address."""
    alone: float
    """For each doubling of `SHORT`, two at most, that a text is long in which nothing surely is of
    somebody: long texts about people hold more than one uncertain name."""
    nobody: float
    """Nothing else in the text is of a person: a town is, when somebody lives there."""


WEIGHTS: Mapping[str, Weights] = {
    "PERSON": Weights(-1.4, -4.5, 0.9, -1.9, 1.1, 1.2, 0.9, 1.2, 0.6, -2.5, -1.1, 0.0),
    "LOCATION": Weights(-2.0, -1.1, 1.1, 0.0, 1.4, 0.0, 0.0, 0.0, 1.6, -2.5, 0.0, -3.0),
}

SOMEBODY = 0.7
"""The score from which a person may be the one who lives in a town of the text."""
SHORT = 400
"""Code points; a note of this length may well name one person and nothing else."""
DOMAIN = -4.0
"""Against a person: the name, written together, is a domain in the same text, as a firm's is."""
_DOMAIN = re.compile(r"(?:@|\bwww\.)(?:[\w-]{1,63}\.){0,3}?([\w-]{1,63})\.[a-z]{2,10}\b")


class Names:
    """The model and what its language knows of names; make it once a process."""

    def __init__(self, knowledge: NameModel, pipeline: Path | None = None) -> None:
        """Load the pipeline at `pipeline`, or the one that ships with the pack.

        Raises:
            ConfigError: there is none.
        """
        self._knowledge = knowledge
        self._reader = Reader(pipeline or knowledge.pipeline)

    def ahead(self, texts: Iterable[str]) -> None:
        """Read texts that will be asked for: many at once are read faster than one by one."""
        self._reader.ahead(normalise(text) for text in texts)

    def weighed(self, text: str, hits: Sequence[Hit], layout: Layout) -> list[Hit]:
        """Return `hits`, names in them weighed anew, with the names that the model finds.

        Overlapping readings and unlikely ones too; `hits` should hold those of a low score.
        """
        others = [hit for hit in hits if hit.entity not in ENTITIES]
        patterns = {(h.start, h.end, h.entity): h for h in hits if h.entity in ENTITIES}
        reading = self._reader.read(text, layout)
        read = list(_names_in(text, reading, self._knowledge))
        longer = _longer(patterns.values(), self._knowledge)
        patterns = {key: hit for key, hit in patterns.items() if not _is_within(key, longer)}
        read = [key for key in read if not _is_within(key, longer)]
        keys = dict.fromkeys([*patterns, *read])
        scale = _Scale(text, reading, read, layout, self._knowledge, patterns, others)
        found = [scale.weighed(key) for key in keys]
        scale.certain = _certain(found, self._knowledge)
        if scale.certain or scale.addresses:
            taken = [*keys, *((hit.start, hit.end, hit.entity) for hit in others)]
            keys.update(dict.fromkeys(_repeated(text, scale.certain, scale.addresses, taken)))
            found = [scale.weighed(key) for key in keys]
        return [*others, *scale.in_company(found)]


def _longer(hits: Iterable[Hit], knowledge: NameModel) -> dict[int, int]:
    """Return where places of several words with a particle among them begin and end."""
    return {
        hit.start: hit.end
        for hit in hits
        if hit.entity == "LOCATION"
        and hit.score >= LIKELY
        and not knowledge.particles.isdisjoint(hit.value.split()[1:-1])
    }


def _is_within(key: Key, longer: Mapping[int, int]) -> bool:
    """Tell whether a place is but the beginning of a longer one: "Hoek" of "Hoek van Holland"."""
    return key[2] == "LOCATION" and key[1] < longer.get(key[0], 0)


def _names_in(text: str, reading: Reading, knowledge: NameModel) -> Iterator[Key]:
    """Yield what the model takes for names; "De Groot - van Dalen" is one of them, not two."""
    last: Key | None = None
    for key in _trimmed(text, reading, knowledge):
        if last is None:
            last = key
        elif last[2] == key[2] == "PERSON" and _goes_on(text, last[1], key, knowledge):
            last = (last[0], key[1], "PERSON")
        else:
            yield last
            last = key
    if last is not None:
        yield last


def _goes_on(text: str, end: int, key: Key, knowledge: NameModel) -> bool:
    between, second = text[end : key[0]], text[key[0] : key[1]].split()
    is_hyphen = between.strip() in ("-", "\u2013") and len(between) <= 3 and "\n" not in between
    return is_hyphen and len(second) > 1 and second[0] in knowledge.particles


def _trimmed(text: str, reading: Reading, knowledge: NameModel) -> Iterator[Key]:
    """Yield what the model takes for names, less titles and signs, each within one line."""
    for span in reading.spans:
        if span.label not in ENTITIES:
            continue
        for piece in re.finditer(r"[^\n\r\t]+", text[span.start : span.end]):
            start, end = knowledge.trim(piece[0])
            if start < end:
                offset = span.start + piece.start()
                yield offset + start, offset + end, span.label


def folded(text: str) -> str:
    """Return the letters of `text` without accents, in lower case, and nothing else."""
    lower = text.lower()
    if lower.isascii() and lower.isalpha():  # most single words
        return lower
    plain = unicodedata.normalize("NFKD", lower.replace("\u0131", "i"))
    return "".join(letter for letter in plain if letter.isalpha())


def _domains(text: str) -> frozenset[str]:
    """Return what domains in a text are called: "bakkerijsmit" of "info@bakkerij-smit.nl"."""
    labels = (folded(found[1]) for found in _DOMAIN.finditer(text))
    return frozenset(label for label in labels if len(label) >= LEAST)


def _addresses(hits: Iterable[Hit]) -> frozenset[str]:
    """Return what may be a surname in e-mail addresses: "devries" of "j.devries@", "jdevries@"."""
    parts = {
        folded(part)
        for hit in hits
        if hit.entity == "EMAIL_ADDRESS"
        for part in re.split(r"[\W\d_]+", hit.value.split("@")[0])
    }
    cut = {part[first:] for part in parts for first in range(3)}
    return frozenset(part for part in cut if len(part) >= LEAST)


@dataclass(frozen=True, slots=True)
class _Certain:
    """A word of certain names: where these begin, and the particles before it ("van der ")."""

    places: list[int]
    lead: str


def _certain(hits: Sequence[Hit], knowledge: NameModel) -> dict[str, _Certain]:
    """Return the words of people's names that are certain, in lower case."""
    words: dict[str, _Certain] = {}
    for hit in hits:
        if hit.score < SURE or hit.entity != "PERSON":
            continue
        name, lead = hit.value.lower(), ""
        for match in _WORD.finditer(name):
            if match[0] in knowledge.particles:
                lead += name[match.start() : match.end() + 1]
                continue
            if len(match[0]) >= LEAST:
                words.setdefault(match[0], _Certain([], lead)).places.append(hit.start)
            lead = ""
    return words


def _repeated(
    text: str, words: Mapping[str, _Certain], addresses: Container[str], found: Iterable[Key]
) -> Iterator[Key]:
    """Yield where a word of a certain name, or of an address, stands that nothing else found."""
    taken = sorted((start, end) for start, end, _ in found)
    place = 0
    for match in _WORD.finditer(text):
        known = words.get(match[0].lower())
        if known is None and folded(match[0]) not in addresses:
            continue
        start = match.start()
        if known and text[start - len(known.lead) : start].lower() == known.lead:
            start -= len(known.lead)
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        if place == len(taken) or taken[place][0] >= match.end():
            yield start, match.end(), "PERSON"


class _Scale:
    """Weighs the candidates of one text."""

    def __init__(
        self,
        text: str,
        reading: Reading,
        read: Sequence[Key],
        layout: Layout,
        knowledge: NameModel,
        patterns: Mapping[Key, Hit],
        others: Sequence[Hit],
    ) -> None:
        self._text = text
        self._reading = reading
        self._layout = layout
        self._knowledge = knowledge
        self._patterns = patterns
        self.addresses = _addresses(others)
        self._domains = _domains(text)
        self._others = best(hit for hit in others if hit.score >= LIKELY)
        self._other_ends = [hit.end for hit in self._others]
        self._read = read
        self._ends = [end for _, end, _ in read]
        self.certain: Mapping[str, _Certain] = {}

    def weighed(self, key: Key) -> Hit:
        start, end, entity = key
        weights = WEIGHTS[entity]
        reasons = [("prior", weights.prior)]
        for name, value in self.evidence(key):
            reasons.append((name, round(getattr(weights, name) * value, 3)))
        if entity == "PERSON":
            reasons += self._knowledge.against(self._text, start, end)
            if folded(self._text[start:end]) in self._domains:
                reasons.append(("domain", DOMAIN))
        score = 1 / (1 + math.exp(-sum(weight for _, weight in reasons)))
        pattern = self._patterns.get(key)
        if pattern is not None:
            return replace(pattern, score=score, reasons=(*pattern.reasons, *reasons))
        cell = self._layout.at(start)
        row, column = (cell.row, cell.heading) if cell else (None, None)
        return Hit(
            entity, start, end, score, "", self._text[start:end], row, column, tuple(reasons)
        )

    def in_company(self, hits: Sequence[Hit]) -> list[Hit]:
        """Weigh anew what stands in a text that tells of nobody else for certain."""
        if self._others or self.certain:
            return list(hits)
        doublings = min(2.0, max(0.0, math.log2(max(len(self._text), 1) / SHORT)))
        people = [_less(hit, "alone", doublings) for hit in hits if hit.entity == "PERSON"]
        is_nobody = all(hit.score < SOMEBODY for hit in people)
        places = (_less(hit, "nobody", is_nobody) for hit in hits if hit.entity == "LOCATION")
        return [*people, *places]

    def evidence(self, key: Key) -> Iterator[tuple[str, float]]:
        """Yield each piece of evidence by its name in `Weights`, and how much of it there is."""
        start, end, entity = key
        value = self._text[start:end]
        if self._is_part(key):
            yield "partly", 1.0
        chance = self._reading.chance(start, end, entity)
        if chance is not None:
            yield "chance", _log_odds(chance)
            firm = self._reading.chance(start, end, "ORGANIZATION") or 0.0
            if firm > 0.1:
                yield "firm", firm
        pattern = self._patterns.get(key)
        if pattern is not None:
            yield "pattern", _log_odds(pattern.score)
        words = [word.lower() for word in _WORD.findall(value)]
        known = [word for word in words if word in self.certain]
        places = (place for word in known for place in self.certain[word].places)
        if entity == "PERSON" and any(not start <= place < end for place in places):
            yield "again", 1.0
            if not any(map(self._knowledge.is_word, known)):
                yield "unusual", 1.0
        if self.addresses and not self.addresses.isdisjoint(map(folded, (value, *words))):
            yield "address", 1.0
        if value.islower():
            yield "lower", 1.0
        index = bisect_right(self._other_ends, start)
        if index < len(self._others) and self._others[index].start < end:
            yield "within", 1.0

    def _is_part(self, key: Key) -> bool:
        """Tell whether what the model takes for such a name overlaps this and is not the same."""
        start, end, entity = key
        index = bisect_right(self._ends, start)
        overlapping = takewhile(lambda one: one[0] < end, islice(self._read, index, None))
        same_kind = [one for one in overlapping if one[2] == entity]
        return bool(same_kind) and key not in same_kind


def _less(hit: Hit, why: str, amount: float) -> Hit:
    """Return the hit with one more piece of evidence."""
    weight = round(getattr(WEIGHTS[hit.entity], why) * amount, 3)
    score = hit.score / (hit.score + (1 - hit.score) * math.exp(-weight))
    return replace(hit, score=score, reasons=(*hit.reasons, (why, weight))) if weight else hit


def _log_odds(chance: float) -> float:
    if chance <= 0 or chance >= 1:
        return _MOST if chance >= 1 else -_MOST
    return max(-_MOST, min(_MOST, math.log(chance / (1 - chance))))
