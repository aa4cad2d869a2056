"""rules/controls.toml -> Norm."""

from importlib.resources.abc import Traversable
from typing import Literal

from pydantic import Field

from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read
from pii_scan.errors import ConfigError
from pii_scan.evidence.controls import Bilingual, Control, Norm, Strength


class _Norm(Strict):
    edition: str
    former: str
    care: str


class _Bilingual(Strict):
    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def value(self) -> Bilingual:
        return Bilingual(self.nl, self.en)


class _Control(Strict):
    id: str = Field(pattern=r"^\d{1,2}\.\d{1,2}$")
    kind: Literal["annex", "clause"] = "annex"
    former: tuple[str, ...]
    strength: Strength
    title: _Bilingual
    parts: tuple[str, ...]
    figures: tuple[str, ...]
    deviates: tuple[str, ...] = ()
    shows: _Bilingual
    not_shown: _Bilingual


class _File(Strict):
    norm: _Norm
    control: tuple[_Control, ...] = Field(min_length=1)


def load_controls(directory: Traversable | None = None) -> Norm:
    """Return the controls of a rules folder; `None` is the folder that is shipped.

    Raises:
        ConfigError: the file is missing, breaks its schema or states a control twice.
    """
    path = (directory or rules_dir()) / "controls.toml"
    file = read(path, _File)
    ids = [one.id for one in file.control]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ConfigError(f"{path} states controls twice: {', '.join(twice)}")
    return Norm(
        file.norm.edition,
        file.norm.former,
        file.norm.care,
        tuple(
            Control(
                id=one.id,
                kind=one.kind,
                former=one.former,
                strength=one.strength,
                title=one.title.value(),
                parts=one.parts,
                figures=one.figures,
                deviates=one.deviates,
                shows=one.shows.value(),
                not_shown=one.not_shown.value(),
            )
            for one in file.control
        ),
    )
