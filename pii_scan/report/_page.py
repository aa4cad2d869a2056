"""What every page has in common: templates that escape, and a policy that lets nothing else in."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pii_scan.report import _dutch as dutch

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def template(name: str) -> "Template":
    """Return a template of this package."""
    return _environment().get_template(name)


def text(name: str) -> str:
    """Return a file that goes into a page word for word, since its hash is stated there."""
    return (files("pii_scan.report") / "templates" / name).read_text(encoding="utf-8")


def content_policy(style: str, script: str | None = None) -> str:
    """Return the Content-Security-Policy of a page with this style and script and nothing else."""
    allowed = f"default-src 'none'; style-src {_allowed(style)}; "
    if script is not None:
        allowed += f"script-src {_allowed(script)}; "
    return allowed + "base-uri 'none'; form-action 'none'"


def category(name: str) -> str:
    """Return what a category is called in Dutch."""
    return dutch.categories().get(name, dutch.visible(name))


def words(name: str | None) -> str:
    """Return an id as words: `einde_vacature` is "einde vacature"."""
    return dutch.visible((name or "").replace("_", " "))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pii_scan.report", "templates"),
        # Always, whatever a template is called: file names are hostile.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "category": category,
        "day": dutch.day,
        "export": dutch.export,
        "media_type": dutch.media_type,
        "moment": dutch.moment,
        "number": dutch.number,
        "place": dutch.place,
        "reason": dutch.reason,
        "rule": dutch.rule,
        "size": dutch.size,
        "visible": dutch.visible,
        "words": words,
    }
    return environment


def _allowed(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
