"""5, classify: what was found, masked, and what the file tells of its dates."""

from dataclasses import dataclass
from datetime import date

from pii_scan.model.packed import Packed
from pii_scan.model.parts import Evidence, Runs
from pii_scan.model.words import Consent, Level, PersonRole


@dataclass(frozen=True, slots=True)
class DatedRows:
    """The rows of a table whose rows have dates, equal ones together."""

    where: str
    """Sheet or part that the table stands in."""
    consent: Consent
    dates: tuple[tuple[Runs, tuple[Evidence, ...]], ...]
    """(rows, their dates); rows without any are there too."""
    controller: str | None = None
    """The opdrachtgever that the rows name; `None`: whose the item is."""
    holds: tuple[str, ...] = ()
    """Labels of what holds them, beside what holds the item."""


@dataclass(frozen=True, slots=True)
class DatedSection:
    """One of several documents that a file is made of."""

    where: str
    """ "pages 3-5"."""
    doc_type: str
    subject_groups: tuple[str, ...]
    consent: Consent
    evidence: tuple[Evidence, ...]
    """What its own text and registers tell; what dates the place of the file holds as well."""


Spots = tuple[tuple[str, Runs], ...]
"""Places in an item: (sheet, rows of it), or (place in a text, nothing)."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What bears on promises about content, beside findings; none of it is a value."""

    system: str = ""
    """The system that an export is out of, as reports name it."""
    is_scanned: bool = False
    """It is a picture: of paper, or taken with a camera."""
    controllers: int = 0
    """Different opdrachtgevers: in a column that names them, and of the item itself."""
    texts: Spots = ()
    """Rows with something in a column of free text."""
    withheld: Spots = ()
    """Rows with a telephone number that its owner did not send along."""
    young: Spots = ()
    """Dates of birth of persons younger than the policy allows."""


@dataclass(frozen=True, slots=True)
class Finding(Packed):
    """A hit after classify: whose and what it is, and no value any more."""

    entity: str
    category: str
    level: Level
    where: str
    score: float
    masked: str
    fingerprints: tuple[tuple[str, str], ...]
    """(kind, hex HMAC-SHA256): "value" for most; "full", "surname_initial", "surname" for names."""
    row: int | None = None
    person_role: PersonRole | None = None
    """Of a PERSON: whose matter it is, who acts or writes for the organisation, or somebody else;
    `None` for all else, and where nobody looked."""
    role_reasons: tuple[tuple[str, float], ...] = ()
    """What spoke for the role and against it, in log-odds, without any value."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings that an organisation has judged and does not want reported, until a day.

    What has `fingerprints` is about a value, what has a `pattern` about values of one shape;
    otherwise it is about all of an entity or category below a path.
    """

    id: str
    """Follows from what is suppressed, so that it stays when the reason or the date changes."""
    entity: str | None
    category: str | None
    fingerprints: tuple[str, ...]
    """Hex, of one value: one for each controller's key."""
    pattern: str | None
    """Matches the whole of a value in its normal form."""
    path: str | None
    """Glob over the address of an item; `None`: anywhere."""
    reason: str
    by: str
    """The person who judged."""
    added: date
    until: date
    """The last day on which it holds."""

    @property
    def told(self) -> tuple[str | tuple[str, ...] | None, ...]:
        """What is suppressed and where, less by whom, why and until when."""
        return self.id, self.entity, self.category, self.fingerprints, self.pattern, self.path
