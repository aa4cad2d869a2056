"""Generated texts to measure on: Dutch as it lies on file shares, and input made to hurt.

The same seed gives the same bytes. Every value is invented (see `fixtures/_values.py`).
"""

import random
import re
from collections.abc import Callable, Iterator
from functools import partial

from bench import _wording as wording
from fixtures._people import Person, person
from fixtures._values import bsn, luhn
from training.markup import Document, marked

MEGABYTE = 1_000_000
DENSE_GAP = 300
"""Characters of dense text to a finding."""
_BLOCK = 4 * MEGABYTE
"""Longer corpora repeat a block of this size; nothing that is measured remembers texts."""
_SLOT = re.compile(r"\{([a-z]+)\}")
_LENGTHS = (2_000, 3_900)
"""Characters, from and to, after which a document ends with the snippet that it is in."""
_TABLES = 0.15
"""Share of the dense documents that begin with a table."""
_CONSONANTS = "BFGHJLNRTXZ"
"""Letters that stand on number plates in every combination."""
_LABELS = (
    b"BSN IBAN telefoon klantnummer postcode geboortedatum wachtwoord kenteken kvk btw-nummer "
    b"e-mail polisnummer rijbewijs paspoort adres order factuur ticket ip creditcard "
)

_MARKS = {
    "bsn": "NL_BSN",
    "iban": "IBAN_CODE",
    "phone": "PHONE_NUMBER",
    "mail": "EMAIL_ADDRESS",
    "street": "STREET_ADDRESS",
    "postcode": "NL_POSTCODE",
    "place": "LOCATION",
    "born": "DATE_OF_BIRTH",
    "customer": "CUSTOMER_NUMBER",
    "plate": "NL_LICENSE_PLATE",
    "kvk": "NL_KVK",
    "vat": "NL_VAT",
    "card": "CREDIT_CARD",
    "ip": "IP_ADDRESS",
    "passport": "NL_ID_DOCUMENT",
    "licence": "NL_DRIVERS_LICENSE",
    "password": "CREDENTIALS",
    "surname": "PERSON",
    "initials": "PERSON",
}
NAMES = frozenset({"PERSON", "LOCATION"})
"""Labels that a pattern scan without names leaves out."""


class Writer:
    """Fills templates with invented values; one snippet has one person in it."""

    def __init__(self, seed: int) -> None:
        """Begin a stream of texts."""
        self.rng = random.Random(seed)  # noqa: S311
        self._person: Person = person(self.rng)
        self._marks = 0
        self._unused: list[str] = []

    def dense(self, number: int) -> Document:
        """Write a document in which a finding stands about every `DENSE_GAP` characters."""
        least = self.rng.randint(*_LENGTHS)
        self._marks = 0
        pieces: list[str] = []
        length = 0
        while length < least:
            piece = self._table() if not pieces and self.rng.random() < _TABLES else self._snippet()
            length += len(_unmarked(piece))
            while length < DENSE_GAP * self._marks:
                sentence = self._neutral()
                piece += f" {sentence}"
                length += len(sentence) + 1
            pieces.append(piece)
        return marked(f"dense-{number}", "mixed", "\n\n".join(pieces) + "\n")

    def sparse(self, number: int) -> Document:
        """Write a document of prose without any identifier."""
        least = self.rng.randint(*_LENGTHS)
        paragraphs: list[str] = []
        length = 0
        while length < least:
            paragraphs.append(" ".join(self._neutral() for _ in range(self.rng.randint(3, 7))))
            length += len(paragraphs[-1]) + 2
        return Document(f"sparse-{number}", "prose", "\n\n".join(paragraphs) + "\n", ())

    def _snippet(self) -> str:
        self._person = person(self.rng)
        kind = self.rng.random()
        if kind < 0.2:
            return self._fill(self.rng.choice(wording.FORMS)) + "\n"
        if kind < 0.4:
            return self._fill(self.rng.choice(wording.MAILS))
        if kind < 0.55:
            return self._fill(self.rng.choice(wording.LETTERS))
        return self._fill(self.rng.choice(wording.NOTES))

    def _neutral(self) -> str:
        """Return a sentence that has not been used for a while."""
        if not self._unused:
            self._unused = self.rng.sample(wording.NEUTRAL, len(wording.NEUTRAL))
        return self._fill(self._unused.pop())

    def _table(self) -> str:
        rows = [wording.TABLE_HEAD]
        for _ in range(self.rng.randint(3, 4)):
            self._person = person(self.rng)
            rows.append(self._fill(wording.TABLE_ROW))
        return "\n".join(rows) + "\n\n"

    def _fill(self, template: str) -> str:
        return _SLOT.sub(self._slot, template)

    def _slot(self, match: re.Match[str]) -> str:
        name = match[1]
        value = self._value(name)
        if name not in _MARKS:
            return value
        self._marks += _MARKS[name] not in NAMES
        return f"⟦{_MARKS[name]}|{value}⟧"

    def _value(self, name: str) -> str:
        rng, one = self.rng, self._person
        match name:
            case "first" | "born" | "street" | "postcode" | "place" | "phone" | "mail" | "iban":
                return str(getattr(one, name))
            case "surname":
                return one.last[0].upper() + one.last[1:]
            case "initials":
                return f"{one.first[0]}. {one.last}"
            case "customer":
                return one.customer
            case "bsn":
                return bsn(f"bench{rng.randrange(10**6)}")
            case "card":
                return _card(rng)
            case "plate":
                return _plate(rng)
            case "kvk":
                return f"{rng.randrange(10**7, 9 * 10**7)}"
            case "vat":
                return f"NL{bsn(f'vat{rng.randrange(10**6)}')}B0{rng.randrange(1, 4)}"
            case "ip":
                return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randrange(256)}"
            case "passport":
                return f"N{''.join(rng.choices(_CONSONANTS, k=2))}{rng.randrange(10**5, 10**6)}"
            case "licence":
                return f"{rng.randrange(4 * 10**9, 6 * 10**9)}"
            case "password":
                return f"{rng.choice(wording.WORDS)}{rng.choice('!#%&')}{rng.randrange(10, 10**4)}"
            case _:
                return self._plain(name)

    def _plain(self, name: str) -> str:
        """Return what is no identifier."""
        rng = self.rng
        match name:
            case "date":
                return (
                    f"{rng.randint(1, 28):02d}-{rng.randint(1, 12):02d}-{rng.randint(2015, 2026)}"
                )
            case "time":
                return f"{rng.randint(8, 21):02d}:{rng.randrange(60):02d}"
            case "agent":
                return rng.choice(wording.AGENTS)
            case "subject":
                return self._fill(rng.choice(wording.SUBJECTS))
            case "month":
                return rng.choice(wording.MONTHS)
            case "weekday":
                return rng.choice(wording.WEEKDAYS)
            case "company":
                return rng.choice(wording.COMPANIES)
            case "amount":
                return f"{rng.randrange(20, 900)},{rng.randrange(100):02d}"
            case "percent" | "pages" | "days":
                return str(rng.randint(2, 95))
            case _:
                raise ValueError(name)


def documents(kind: str, seed: int = 1) -> Iterator[Document]:
    """Yield "dense" or "sparse" documents of 2,000 to 6,000 characters, without end."""
    writer = Writer(seed)
    write = {"dense": writer.dense, "sparse": writer.sparse}[kind]
    number = 0
    while True:
        number += 1
        yield write(number)


def blocks(kind: str, size: int, seed: int = 1) -> Iterator[bytes]:
    """Yield a corpus of `size` bytes (of `PATHOLOGICAL` or documents) in pieces; UTF-8."""
    if kind in PATHOLOGICAL:
        yield from PATHOLOGICAL[kind](size, seed)
        return
    block = bytearray()
    for document in documents(kind, seed):
        block += document.text.encode() + b"\n"
        if len(block) >= min(size, _BLOCK):
            break
    while size > 0:
        yield _whole(bytes(block[:size]), len(block))
        size -= len(block)


def corpus(kind: str, size: int, seed: int = 1) -> bytes:
    """Return the whole corpus."""
    return b"".join(blocks(kind, size, seed))


def _whole(piece: bytes, wanted: int) -> bytes:
    """Put spaces for a character that the end cuts in two."""
    if len(piece) == wanted:
        return piece
    plain = piece.decode("utf-8", "ignore").encode()
    return plain + b" " * (len(piece) - len(plain))


def _digits(size: int, seed: int) -> Iterator[bytes]:
    """Digits only, all on one line."""
    rng = random.Random(seed)  # noqa: S311
    for first in range(0, size, MEGABYTE):
        yield bytes(rng.choices(b"0123456789", k=min(MEGABYTE, size - first)))


def _repeated(unit: bytes, size: int, seed: int) -> Iterator[bytes]:
    del seed
    block = unit * (MEGABYTE // len(unit) + 1)
    while size > 0:
        yield block[:size]
        size -= len(block)


def _one_line(size: int, seed: int) -> Iterator[bytes]:
    """Dense text without a single line end."""
    for block in blocks("dense", size, seed):
        yield block.replace(b"\n", b" ")


PATHOLOGICAL: dict[str, Callable[[int, int], Iterator[bytes]]] = {
    "digits only": _digits,
    "one line": _one_line,
    "at signs": partial(_repeated, b"@"),
    "label words": partial(_repeated, _LABELS),
}
"""Input made to hurt, by name."""


def _card(rng: random.Random) -> str:
    """A card number that passes Luhn, of a range that test numbers come from."""
    first = f"411111{rng.randrange(10**9):09d}"
    digits = next(first + last for last in "0123456789" if luhn(first + last))
    return rng.choice((digits, " ".join(digits[i : i + 4] for i in range(0, 16, 4))))


def _plate(rng: random.Random) -> str:
    """A number plate in one of two series that are given out."""
    letters = "".join(rng.choices(_CONSONANTS, k=3))
    if rng.random() < 0.5:
        return f"{letters[:2]}-{rng.randrange(100, 999)}-{letters[2]}"
    return f"{rng.randrange(10, 99)}-{letters}-{rng.randrange(1, 9)}"


def _unmarked(text: str) -> str:
    return re.sub(r"⟦[A-Z_]+\||⟧", "", text)
