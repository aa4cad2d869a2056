"""Stage 5, classify: whose a value is, a person's or an organisation's.

The default is a person. An organisation has to be plain from the value (info@, 088), from what
stands beside it with no person in between, or from the whole document (a privacy statement).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pii_scan.classify.knowledge import OrganisationCues
from pii_scan.model import Hit

Owner = Literal["person", "organisation", "sole_trader", "unclear"]

CONTACT: Final = frozenset(
    {"PHONE_NUMBER", "EMAIL_ADDRESS", "STREET_ADDRESS", "NL_POSTCODE", "LOCATION", "IBAN_CODE"}
)
"""Entities that persons and organisations have alike."""
REGISTRATION: Final = frozenset(
    {"NL_KVK", "NL_VAT", "NL_RSIN", "NL_WAGE_TAX_NUMBER", "NL_BRANCH_NUMBER", "SEPA_CREDITOR_ID"}
)
"""Entities that are an organisation's unless it is one person's business."""

_REACH: Final = 300
"""Characters on either side of a value in which cues count."""
_NEAR: Final = 120
"""Characters on either side in which running text has to name the organisation."""
_SENTENCE_LINE: Final = 90
"""A longer line is running text, a shorter one may be a line of a block."""
_SENTENCE_END: Final = re.compile(r"[.!?]\s+(?=[A-Z])|\n")
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Scene:
    """The text around a value: where it stands, and where persons' names do."""

    text: str
    names: Sequence[tuple[int, int]]
    """Half-open spans of the persons' names in `text` in order, companies' excepted."""
    is_table: bool = False
    """Its lines are rows, each about someone else."""
    has_person_columns: bool = False
    """The headings of the table say that its rows are about persons."""


def owner(hit: Hit, scene: Scene, cues: OrganisationCues) -> Owner:
    """Return whose `hit` is, as far as what stands around it tells; `unclear` if it does not."""
    if hit.entity in REGISTRATION:
        alone = _near(cues.sole_trader, scene.text, hit) or _is_persons_vat(hit.value)
        return "sole_trader" if alone else "organisation"
    if hit.entity == "PERSON":
        return "organisation" if is_company(scene.text, hit.start, hit.end, cues) else "person"
    if hit.entity not in CONTACT:
        return "person"
    found = (
        "organisation"
        if is_functional(hit.entity, hit.value, cues)
        else _by_surroundings(hit, scene, cues)
    )
    if found == "person":
        return found
    if _near(cues.sole_trader, scene.text, hit):
        return "sole_trader"
    return found


def is_company(text: str, start: int, end: int, cues: OrganisationCues) -> bool:
    """Tell whether the name at `start:end` is part of an organisation's: "Jansen B.V."."""
    after = text[end : end + 40].lstrip(" \t")
    if cues.company_suffix.match(after):
        return True
    words_before = text[max(0, start - 40) : start].rstrip(" \t")
    return any(
        match.end() == len(words_before) for match in cues.company_prefix.finditer(words_before)
    )


def phone_digits(value: str) -> str:
    """Return a phone number with the national prefix 0 and digits only.

    >>> phone_digits("+31 (0)88 - 123 45 67")
    '0881234567'
    """
    digits = re.sub(r"\D", "", value)
    if value.lstrip().startswith(("+31", "(+31", "0031")):
        return "0" + digits.removeprefix("00").removeprefix("31").removeprefix("0")
    return digits


def is_functional(entity: str, value: str, cues: OrganisationCues) -> bool:
    """Tell whether the value itself says that it is an organisation's: info@, 088."""
    if entity == "EMAIL_ADDRESS":
        local = value.partition("@")[0].lower()
        return local in cues.mailboxes or re.split(r"[._+-]", local)[0] in cues.mailboxes
    if entity == "PHONE_NUMBER":
        return cues.phones.fullmatch(phone_digits(value)) is not None
    return False


def _by_surroundings(hit: Hit, scene: Scene, cues: OrganisationCues) -> Owner:
    if scene.has_person_columns:
        return "person"
    start, end, is_block = _surroundings(scene, hit)
    low, high = bisect_left(scene.names, (start,)), bisect_left(scene.names, (end,))
    persons = list(scene.names[low:high])
    if persons and not is_block:
        return "person"
    if is_block:
        organisations = list(_places(cues.block, scene.text, start, end))
    else:
        sentence = _between(_SENTENCE_END, scene.text, start, hit, end)
        near = max(sentence[0], hit.start - _NEAR), min(sentence[1], hit.end + _NEAR)
        organisations = list(_places(cues.organisation, scene.text, *near))
    persons += [
        place
        for place in _places(cues.person, scene.text, start, end)
        if place[1] <= hit.start or place[0] >= hit.end
    ]
    if not organisations:
        return "person" if persons else "unclear"
    if persons:
        if _is_mobile_or_account(hit) or not is_block:
            return "person"
        return _in_mixed_block(hit, scene.text, organisations, persons)
    if _is_mobile_or_account(hit) and not is_block:
        return "unclear"
    return "organisation"


def _in_mixed_block(
    hit: Hit, text: str, organisations: list[tuple[int, int]], persons: list[tuple[int, int]]
) -> Owner:
    """Decide in a block with a person and an organisation, as in the signature of a mail.

    The value is the organisation's if that stands on a line of its own between the person and it.
    """
    before = [place for place in organisations if place[0] < hit.end]
    if not before:
        return "person"
    last = max(before)
    if any(place[0] >= last[0] for place in persons):
        return "person"
    line = text[text.rfind("\n", 0, last[0]) + 1 : last[0]]
    return "person" if ":" in line else "organisation"


def _surroundings(scene: Scene, hit: Hit) -> tuple[int, int, bool]:
    """Return the stretch in which persons count, and whether it is a block of short lines.

    In running text and in tables that is the line; an organisation has to be much nearer there.
    """
    text = scene.text
    low, high = max(0, hit.start - _REACH), min(len(text), hit.end + _REACH)
    line_start = max(low, text.rfind("\n", low, hit.start) + 1)
    line_end = text.find("\n", hit.end, high)
    line_end = high if line_end < 0 else line_end
    if not scene.is_table and line_end - line_start <= _SENTENCE_LINE:
        start, end = _between(_BLANK_LINE, text, low, hit, high)
        if text.count("\n", start, end):
            return start, end, True
    return line_start, line_end, False


def _between(border: re.Pattern[str], text: str, low: int, hit: Hit, high: int) -> tuple[int, int]:
    """Return the stretch around `hit` between the nearest borders, or `low` and `high`."""
    start = low
    for match in border.finditer(text, low, hit.start):
        start = match.end()
    after = border.search(text, hit.end, high)
    return start, after.start() if after else high


def _places(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text, start, end))


def _near(pattern: re.Pattern[str], text: str, hit: Hit) -> bool:
    return pattern.search(text, max(0, hit.start - 150), min(len(text), hit.end + 150)) is not None


def _is_mobile_or_account(hit: Hit) -> bool:
    """Tell whether it is of a kind that mostly persons have, even among organisations' data."""
    if hit.entity == "IBAN_CODE":
        return True
    return hit.entity == "PHONE_NUMBER" and phone_digits(hit.value).startswith("06")


def _is_persons_vat(value: str) -> bool:
    """Tell whether a btw-id has the form that one-person businesses have since 1-1-2020.

    Theirs passes ISO 7064 mod 97-10 as a whole (letters as 10-35); a legal person's holds an RSIN,
    which passes the 11-proef.
    """
    bare = re.sub(r"[^A-Za-z0-9]", "", value).upper()
    if not re.fullmatch(r"NL\d{9}B\d{2}", bare):
        return False
    if int("".join(str(int(char, 36)) for char in bare)) % 97 != 1:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, bare[2:11], strict=True)) % 11 != 0


@dataclass(frozen=True, slots=True)
class Voice:
    """What a whole document says about who speaks in it."""

    is_statement: bool
    """An organisation publishes it: a privacy statement, terms, a product sheet."""
    is_impersonal: bool
    """No word stands for a natural person, and an organisation speaks."""


def voice(text: str, cues: OrganisationCues) -> Voice:
    """Return who speaks in the document that begins with `text`."""
    said = "|".join(cues.spoken.findall(text))
    terms = {match.group().lower() for match in cues.statement.finditer(said)}
    letter = {match.group().lower() for match in cues.letter.finditer(said)}
    speaks = len(cues.voice.findall(said))
    by_one = len(cues.singular.findall(said))
    return Voice(
        is_statement=(
            len(terms) >= cues.statement_terms and len(letter) < 2 and speaks > 2 * by_one
        ),
        is_impersonal=(
            speaks >= 2
            and not letter
            and cues.person.search(text) is None
            and cues.block.search(text) is not None
        ),
    )
