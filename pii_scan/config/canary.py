"""rules/canary.toml -> what planted documents are made from."""

from importlib.resources.abc import Traversable

from pydantic import Field

from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.errors import ConfigError
from pii_scan.measure.documents import FIELDS, Pools

SEVERAL = Field(min_length=2)


class _File(Strict):
    mark: str = Field(pattern=r"\{id\}")
    first: tuple[str, ...] = SEVERAL
    last: tuple[str, ...] = SEVERAL
    streets: tuple[str, ...] = SEVERAL
    places: tuple[str, ...] = SEVERAL
    texts: tuple[str, ...] = Field(min_length=1)
    rows: int = Field(ge=1)
    columns: dict[str, str] = Field(min_length=1)
    entities: dict[str, str] = Field(min_length=1)


def load_canary(directory: Traversable | None = None) -> Pools:
    """Return what the documents are made from; `None` is the folder that is shipped.

    Raises:
        ConfigError: the file is missing, breaks its schema or names a field that there is not.
    """
    path = (directory or rules_dir()) / "canary.toml"
    file = read(path, _File)
    fields = dict.fromkeys(FIELDS, "")
    if unknown := {*file.columns.values(), *file.entities} - set(fields):
        raise ConfigError(f"{path} names fields that there are not: {', '.join(sorted(unknown))}")
    try:
        for text in file.texts:
            text.format(**fields)
    except (KeyError, IndexError, ValueError):
        raise ConfigError(f"{path}: a text names a field that there is not") from None
    return Pools(**file.model_dump())
