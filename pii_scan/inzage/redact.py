"""Inzage: everything in an extract that is somebody else's becomes a mask.

What the detectors find is masked unless it is the person's own; so is what tells of health and the
like, where others are named beside it. Names that they may have missed are
masked by their shape, since one mask too many is mended in a minute and a name given away is not.
The outcome is scanned again until nothing of others is left.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pii_scan.classify.mask import PHRASES, STARS, mask
from pii_scan.classify.names import PREFIXES
from pii_scan.classify.roles import Standing
from pii_scan.inzage.subject import Detect, Subject
from pii_scan.model import Chunk, Hit, PersonRole, Table

ROUNDS: Final = 5
HIDDEN: Final = "*" * STARS
KEPT: Final = frozenset({"ORGANIZATION", "LOCATION"})
"""Firms and towns are no person's, and a text without them cannot be read."""
NAME_COLUMNS: Final = re.compile(
    r"naam|\bname\b|agent|medewerker|collega|behandel|contactpersoon|auteur|partner", re.IGNORECASE
)
"""Headings of columns whose cells are people's names."""
_WORD: Final = r"[A-Z\u00c0-\u00de](?:[^\W\d_]|['\u2019-])+"
_INITIALS: Final = r"(?:[A-Z]\.){1,5}"
_PREFIX: Final = "|".join(re.escape(word) for word in sorted(PREFIXES, key=len, reverse=True))
_NAME: Final = re.compile(
    rf"(?<![\w.])(?:{_INITIALS}|{_WORD}) (?:(?i:{_PREFIX}) ){{0,3}}{_WORD}(?: {_WORD}){{0,3}}"
    r"\b(?![\w'\u2019-])(?! (?:B\.?V|N\.?V|V\.?O\.?F)\b)"
)
_MACHINE_READABLE: Final = re.compile(r"(?:[A-Z]+<){1,4}<(?:[A-Z]+<)+")
"""A name in a passport's lower lines: surname, two fillers, given names, fillers."""
_MASKED: Final = re.compile(r"(?:[A-Za-z]\.? )*[A-Za-z]\.?")
# fmt: off
_NO_NAME: Final = frozenset(
    (
        "de", "het", "een", "in", "op", "aan", "bij", "met", "van", "voor", "naar", "uit", "om",
        "als", "dat", "dit", "die", "deze", "er", "hier", "daar", "ik", "wij", "we", "u", "uw",
        "zij", "ze", "hij", "je", "jij", "mijn", "onze", "ons", "geachte", "beste", "hallo",
        "goedemorgen", "goedemiddag", "dag", "graag", "nadat", "toen", "omdat", "maar", "en", "of",
        "dus", "want", "ook", "nog", "niet", "wel", "ja", "nee", "bedankt", "dank", "betreft",
        "onderwerp", "datum", "klant", "mevrouw", "mevr", "mw", "meneer", "heer", "dhr",
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december", "maandag", "dinsdag", "woensdag", "donderdag",
        "vrijdag", "zaterdag", "zondag",
    )
)
# fmt: on
"""Words that begin a sentence and no name."""
_TITLES: Final = frozenset(
    (
        *("verklaring omtrent", "koninkrijk der nederlanden", "burgerlijke staat"),
        *("document number", "personal number", "date of birth", "place of birth"),
        *("given names", "european union", "europese unie", "autoriteit persoonsgegevens"),
    )
)
"""What documents print in capitals and is no name."""
_DOCUMENTS: Final = frozenset(
    (
        *("arbeidscontract", "arbeidsovereenkomst", "contract", "cv", "sollicitatie", "verslag"),
        *("sollicitatiebrief", "motivatiebrief", "loonstrook", "jaaropgave", "dossier", "factuur"),
        *("paspoort", "rijbewijs", "klacht", "brief", "mail", "gesprek", "gespreksverslag"),
    )
)
"""What a file is called before the name of the person it is about."""


Roles = Callable[[str, Iterable[Hit]], Mapping[Hit, Standing]]
WHY: Final[Mapping[PersonRole, str]] = {"agent": "medewerker", "third_party": "derde"}
"""What stands behind a masked name, in Dutch, where the text tells."""


@dataclass(frozen=True, slots=True)
class Redactor:
    """Masks for one person, under the key of one controller."""

    person: Subject
    detect: Detect
    run_chars: int
    """Characters of neighbouring text that a scan reads as one."""
    phrase: Callable[[str], str]
    """Entity -> the Dutch name of its category, shown for free text of art. 9 or 10 AVG."""
    firms: frozenset[str] = frozenset()
    """Names of organisations, which are nobody's, however much they look it."""
    roles: Roles | None = None
    """Tells who is who, so that a mask says why: "P. V. (medewerker)"; `None`: masks alone."""

    def text(self, text: str, start: int = 0, end: int | None = None) -> str:
        """Return a stretch of running text with what is others' masked, all of it being read."""

        def found(now: str) -> list[Hit]:
            return self.detect(Chunk(now, ""))[1]

        stop = len(text) if end is None else end
        return self._settled(text, found, _names, start, stop)

    def row(self, columns: tuple[str, ...], cells: tuple[str, ...]) -> tuple[str, ...]:
        """Return the cells of a row with what is others' masked."""
        flat = tuple(" ".join(cell.split()) for cell in cells)
        if not flat:
            return ()

        def found(now: str) -> list[Hit]:
            row = tuple(now.split("\t"))
            return self.detect(Table(columns, (row,), (2,)))[1]

        def names(now: str) -> Iterator[tuple[int, int]]:
            start = 0
            for index, cell in enumerate(now.split("\t")):
                heading = columns[index] if index < len(columns) else ""
                if NAME_COLUMNS.search(heading) and _is_words(cell):
                    yield start, start + len(cell)
                else:
                    yield from ((start + a, start + b) for a, b in _names(cell))
                start += len(cell) + 1

        line = "\t".join(flat)
        return tuple(self._settled(line, found, names, 0, len(line)).split("\t"))

    def _settled(
        self,
        text: str,
        found: Callable[[str], list[Hit]],
        names: Callable[[str], Iterator[tuple[int, int]]],
        start: int,
        end: int,
    ) -> str:
        """Mask, scan again, mask what shows only now; what will not settle is hidden outright."""
        for turn in range(ROUNDS + 1):
            spans = list(self._others(text, found(text), names, is_last=turn == ROUNDS))
            masked = _replaced(text, spans)
            if masked == text:
                break
            grown = [(at, len(shown) - (to - at)) for at, to, shown in spans]
            # A value that runs over an edge of the stretch belongs to the side it begins on.
            start, end = (
                edge + sum(more for at, more in grown if at < edge) for edge in (start, end)
            )
            text = masked
        return text[start:end]

    def _others(
        self,
        text: str,
        hits: list[Hit],
        names: Callable[[str], Iterator[tuple[int, int]]],
        is_last: bool,
    ) -> Iterator[tuple[int, int, str]]:
        own = [(hit.start, hit.end) for hit in hits if self.person.kind_of(hit) is not None]
        taken = [(hit.start, hit.end) for hit in hits]
        others = [hit for hit in hits if hit.entity == "PERSON" and (hit.start, hit.end) not in own]
        for start, end in names(text):
            if any(start < b and a < end for a, b in (*own, *taken)):
                continue
            # The machine-readable zone of a passport: VRIES<<JAN<PIET.
            value = text[start:end].replace("<<", ", ").replace("<", " ")
            as_name = Hit("PERSON", start, end, 1.0, "", value)
            if value not in self.firms and self.person.kind_of(as_name) is None:
                others.append(as_name)
                yield start, end, mask("PERSON", value, None, "")
        who = self.roles(text, hits) if self.roles else {}
        for hit in hits:
            # Of health and the like only what may be about somebody else: it is no identifier, and
            # the person is owed what is held of them.
            is_theirs = hit.entity in PHRASES and not others
            if is_theirs or hit.entity in KEPT or self.person.kind_of(hit) is not None:
                continue
            shown = HIDDEN if is_last else self._mask(hit, who.get(hit))
            yield hit.start, hit.end, _per_cell(text[hit.start : hit.end], shown)

    def _mask(self, hit: Hit, standing: Standing | None) -> str:
        recognizer = self.person.recognizers.get(hit.entity)
        custom = recognizer.mask if recognizer else None
        shown = mask(hit.entity, hit.value, custom, f"[{self.phrase(hit.entity)}]")
        why = WHY.get(standing.role) if standing and shown != hit.value else None
        return f"{shown} ({why})" if why else shown


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    for start, end, shown in sorted(spans, reverse=True):
        text = text[:start] + shown + text[end:]
    return text


def _per_cell(value: str, shown: str) -> str:
    """Keep the cells apart where a value runs over their border."""
    return shown + "\t" * value.count("\t") if "\t" in value else shown


def _is_words(cell: str) -> bool:
    return any(char.isalpha() for char in cell) and not re.search(r"[\d@]", cell)


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Yield spans that are written as names are: capitals in a row, tussenvoegsels between."""
    yield from (match.span() for match in _MACHINE_READABLE.finditer(text))
    for match in _NAME.finditer(text):
        if match[0].lower() in _TITLES:
            continue
        words = list(re.finditer(r"\S+", match[0]))
        least = 2
        while words and (first := words[0].group().lower().strip(".'")) in _NO_NAME | _DOCUMENTS:
            least = 1 if first in _DOCUMENTS else least
            words.pop(0)
        if len(words) >= least and not _MASKED.fullmatch(match[0]):
            yield match.start() + words[0].start(), match.end()
