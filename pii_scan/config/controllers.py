"""By which columns and labels data names its opdrachtgever: `rules/controllers.toml`."""

from functools import cache

from pii_scan.classify.controllers import Words
from pii_scan.config._rules import rules_dir
from pii_scan.config._schema import Strict, read


class _File(Strict):
    columns: tuple[str, ...]
    labels: tuple[str, ...]


@cache
def load_controller_words() -> Words:
    """Return the shipped words."""
    file = read(rules_dir() / "controllers.toml", _File)
    return Words(file.columns, file.labels)
