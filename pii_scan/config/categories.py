"""rules/categories.toml -> Categories."""

from importlib.resources.abc import Traversable
from typing import Annotated

from pydantic import Field

from pii_scan.classify.knowledge import LEVELS, Categories, Category
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.errors import ConfigError
from pii_scan.model import Level

Score = Annotated[int, Field(ge=1, le=3)]


class _Level(Strict):
    name: Level
    meaning: str


class _Category(Strict):
    id: str = Field(pattern=r"^[A-Z]\d\d$")
    nl: str
    en: str
    legal: str
    level: Level
    biv: tuple[Score, Score, Score]
    labels: tuple[str, ...]
    note: str | None = None


class _Aggregation(Strict):
    subjects: int = Field(ge=2)
    identity_set: tuple[str, ...] = Field(min_length=2)


class _Roles(Strict):
    unmapped: str
    organisation: str
    sole_trader: str


class _File(Strict):
    level: tuple[_Level, ...]
    aggregation: _Aggregation
    entities: dict[str, str]
    roles: _Roles
    category: tuple[_Category, ...]


def load_categories(directory: Traversable | None = None) -> Categories:
    """Return the taxonomy of a rules folder; `None` is the folder that is shipped.

    Raises:
        ConfigError: the file is missing, breaks its schema or names a category it does not define.
    """
    path = (directory or rules_dir()) / "categories.toml"
    file = read(path, _File)
    by_id = {item.id: Category(**item.model_dump()) for item in file.category}
    if len(by_id) != len(file.category):
        raise ConfigError(f"{path} defines a category twice")
    if tuple(level.name for level in file.level) != LEVELS:
        raise ConfigError(f"{path} must define the levels {', '.join(LEVELS)} in this order")
    named = {
        *file.entities.values(),
        *file.aggregation.identity_set,
        *file.roles.model_dump().values(),
    }
    if unknown := sorted(named - by_id.keys()):
        raise ConfigError(f"{path} names categories it does not define: {', '.join(unknown)}")
    return Categories(
        by_id=by_id,
        meanings={level.name: level.meaning for level in file.level},
        entities=file.entities,
        unmapped=file.roles.unmapped,
        organisation=file.roles.organisation,
        sole_trader=file.roles.sole_trader,
        subjects=file.aggregation.subjects,
        identity_set=frozenset(file.aggregation.identity_set),
    )
