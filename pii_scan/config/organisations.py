"""rules/organisations.toml -> OrganisationCues."""

import re
from importlib.resources.abc import Traversable

from pydantic import Field

from pii_scan.classify.knowledge import OrganisationCues
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.config._words import phrases
from pii_scan.errors import ConfigError


class _File(Strict):
    mailboxes: frozenset[str] = Field(min_length=1)
    phones: tuple[str, ...] = Field(min_length=1)
    organisation: tuple[str, ...] = Field(min_length=1)
    block: tuple[str, ...] = Field(min_length=1)
    company_suffix: tuple[str, ...] = Field(min_length=1)
    company_prefix: tuple[str, ...] = Field(min_length=1)
    sole_trader: tuple[str, ...] = Field(min_length=1)
    person: tuple[str, ...] = Field(min_length=1)
    statement: tuple[str, ...] = Field(min_length=1)
    statement_terms: int = Field(ge=1)
    letter: tuple[str, ...] = Field(min_length=1)
    voice: tuple[str, ...] = Field(min_length=1)
    singular: tuple[str, ...] = Field(min_length=1)


def load_organisations(directory: Traversable | None = None) -> OrganisationCues:
    """Return the cues of a rules folder; `None` is the folder that is shipped.

    Raises:
        ConfigError: the file is missing, breaks its schema or holds a phone shape that is no regex.
    """
    path = (directory or rules_dir()) / "organisations.toml"
    file = read(path, _File)
    try:
        phones = re.compile("|".join(file.phones))
    except re.error:
        raise ConfigError(f"{path}, phones: not a regular expression") from None
    return OrganisationCues(
        mailboxes=file.mailboxes,
        phones=phones,
        organisation=phrases(file.organisation),
        block=phrases((*file.organisation, *file.block)),
        company_suffix=phrases(file.company_suffix),
        company_prefix=phrases(file.company_prefix),
        sole_trader=phrases(file.sole_trader),
        person=phrases(file.person),
        statement=phrases(file.statement),
        statement_terms=file.statement_terms,
        letter=phrases(file.letter),
        voice=phrases(file.voice),
        singular=phrases(file.singular),
        spoken=phrases((*file.statement, *file.letter, *file.voice, *file.singular)),
    )
