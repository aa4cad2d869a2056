"""Stage 5, classify: the knowledge that comes from rules/ as values; config loads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from pii_scan.classify._terms import Vocabulary
from pii_scan.classify.cues import Cues
from pii_scan.model import Level

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""From low to high."""
Place = Literal["before", "after", "label", "above", "below"]
"""Where a cue stands, seen from the name."""
Kind = Literal["turn", "letter", "note"]
"""A turn of a chat or a transcript, a letter or a mail, or anything else."""
Scored = Literal["subject", "agent", "third_party"]
Part = Literal["subject", "agent", "third_party", "self", "addressed"]
"""A role, or the one who speaks or is spoken to."""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of personal data, by which findings are grouped and rated."""

    id: str
    nl: str
    en: str
    legal: str
    level: Level
    biv: tuple[int, int, int]
    """Availability, integrity, confidentiality; 1 low - 3 high."""
    labels: tuple[str, ...]
    """Words by which forms and tables name the data."""
    note: str | None = None
    """Dutch remark for the privacy officer."""


@dataclass(frozen=True, slots=True)
class Categories:
    """The taxonomy: the categories, and which entity is of which."""

    by_id: Mapping[str, Category]
    meanings: Mapping[Level, str]
    """What a level means, in Dutch."""
    entities: Mapping[str, str]
    """Entity -> category id, for entities whose recognizer does not tell."""
    unmapped: str
    """Category of an entity that nothing maps."""
    organisation: str
    """Category of what belongs to an organisation."""
    sole_trader: str
    """Category of an organisation's number when the business is one person's."""
    subjects: int
    """So many different persons at Vertrouwelijk make an item Geheim."""
    identity_set: frozenset[str]
    """Categories that together about one person make an item Geheim."""

    def of(self, entity: str) -> Category:
        """Return the category of an entity by the taxonomy's own map."""
        return self.by_id[self.entities.get(entity, self.unmapped)]


@dataclass(frozen=True, slots=True)
class OrganisationCues:
    """By which words and shapes an organisation's own data is told from a person's."""

    mailboxes: frozenset[str]
    """Local parts of functional mailboxes, lower case."""
    phones: re.Pattern[str]
    """Matches the whole of a number, written with digits only, that only organisations have."""
    organisation: re.Pattern[str]
    """What names an organisation, or only stands beside its data, in running text."""
    block: re.Pattern[str]
    """The same in the lines of an address block or a signature, where more tells."""
    company_suffix: re.Pattern[str]
    """What straight after a name makes it an organisation's."""
    company_prefix: re.Pattern[str]
    """What straight before a name makes it an organisation's."""
    sole_trader: re.Pattern[str]
    """What tells that the organisation is one person's business."""
    person: re.Pattern[str]
    """Words that stand for a natural person: titles, "klant", "mijn"."""
    statement: re.Pattern[str]
    """Wording of what an organisation publishes: privacy statements, terms."""
    statement_terms: int
    """So many different ones make a document a statement."""
    letter: re.Pattern[str]
    """Wording of what is written to or by a person, which a statement does not hold."""
    voice: re.Pattern[str]
    """An organisation speaking: "wij", "onze"."""
    singular: re.Pattern[str]
    """One person speaking: "ik", "mijn"."""
    spoken: re.Pattern[str]
    """All of the last four, sought at once; which it is, each of them tells."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a document may be, and the evidence for and against each."""

    bias: Mapping[str, float]
    """The score of each without any evidence."""
    bearing: Mapping[str, Mapping[str, Mapping[str, float]]]
    """Place -> term -> outcome -> weight, which may be negative. Places are the "heading" (first
    line), the "title" (first lines), the "text", the "columns" of tables, the "path" of the item;
    and for other evidence the "cues" by name and the entities "found"."""


@dataclass(frozen=True, slots=True)
class DocTypes:
    """What tells document types and subject groups apart."""

    types: Outcomes
    groups: Outcomes
    usual_groups: Mapping[str, Mapping[str, float]]
    """What a document type says of the subject group: type -> group -> weight."""
    cues: Cues
    vocabulary: Vocabulary
    """The terms of all of these."""
    names: Mapping[str, str]
    """What documents are headed with, lower case -> their type."""
    named: Vocabulary
    """Those names."""
    fallback_type: str
    """The type of a text without any evidence ("overig")."""
    fallback_group: str
    """The group of a text without any evidence ("onbekend")."""
    second_group: float
    """How far below the best group another may score and still be named."""


@dataclass(frozen=True, slots=True)
class RoleCue:
    """Words that say something of the name that they stand by."""

    part: Part
    place: Place
    weight: float
    words: re.Pattern[str]
    """Sought in the text up to the name's start, or from its end; its group 1 is the cue."""
    only: Kind | None = None
    """Counts in this kind of text only."""
    is_kin: bool = False
    """It begins another person, even if the surname is the same: "zoon Jansen"."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Words that an organisation (a positive weight) or a person (a negative one) uses."""

    weight: float
    words: re.Pattern[str]
    """Sought in lower-cased text."""


@dataclass(frozen=True, slots=True)
class Letters:
    """By what a letter or a mail is told, and parted from the one below it."""

    headers: frozenset[str]
    """Labels of a mail's header, lower case: no speakers of a chat."""
    begins: re.Pattern[str]
    """The line with which a message begins that is quoted below another."""
    wording: re.Pattern[str]
    """What only letters and mails hold: headers, greetings."""
    to: re.Pattern[str]
    """The line that says to whom it goes; group 1 is what stands behind the label."""
    sender: re.Pattern[str]
    """The same for who sends it."""


@dataclass(frozen=True, slots=True)
class RoleCues:
    """All that rules/roles.toml says."""

    cues: tuple[RoleCue, ...]
    headings: Mapping[Scored, re.Pattern[str]]
    """What the heading of a column or the label of a field says of the names under it."""
    voices: tuple[Voice, ...]
    spoken: re.Pattern[str]
    """The words of all voices, sought in lower-cased text."""
    speakers: tuple[Voice, ...]
    """Labels of speakers in a chat."""
    letters: Letters
    joined: re.Pattern[str]
    """What stands between two names of which the same is said: "en"."""
    aside: re.Pattern[str]
    """What stands between a name and another spelling of it: "(ook wel"."""
    asks_name: re.Pattern[str]
    """How an organisation asks who speaks."""
    male: re.Pattern[str]
    """A man's title, straight before a name."""
    female: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that classify has from rules/."""

    categories: Categories
    doctypes: DocTypes
    organisations: OrganisationCues
    roles: RoleCues | None = None
    """`None`: nobody's role is told."""
