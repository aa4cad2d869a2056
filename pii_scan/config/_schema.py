"""A TOML file of ours, checked against its schema; what is wrong is said in one line."""

from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pii_scan.config._rules import read_toml
from pii_scan.errors import ConfigError


class Strict(BaseModel):
    """A table of a TOML file in which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=Strict)


def read(path: Traversable, schema: type[S]) -> S:
    """Return the file at `path` as `schema`.

    Raises:
        ConfigError: it cannot be read, is no TOML or breaks the schema.
    """
    try:
        return schema.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ConfigError(f"{path}, {place}: {first['msg']}") from None
