"""Pages from templates: everything escaped, what does not print made visible, in two languages."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from pii_scan.classify.knowledge import Categories
from pii_scan.config.categories import load_categories
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.report import dutch

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_CHARACTERS = 160
"""Of a name in a list; the rest is in its title."""
LONGEST_TITLE = 4_000


def render(name: str, language: str, told: Mapping[str, Any]) -> str:
    """Return a page."""
    return _environment(language).get_template(name).render(told)


def shown(text: str, most: int = MOST_CHARACTERS) -> Markup:
    """Return a text from elsewhere, safe to show: a name of a file, a reason, a remark."""
    told = dutch.visible(text)
    if len(told) <= most:
        return Markup('<bdi class="told">{}</bdi>').format(told)
    head, tail = told[: most - 40], told[-39:]
    cut = Markup('<bdi class="told" title="{}">{}<span class="cut">…</span>{}</bdi>')
    return cut.format(told[:LONGEST_TITLE], head, tail)


def address(path: str, **query: object) -> str:
    """Return a link to a page of ours with what it is asked; what is empty is left out."""
    asked = {name: str(value) for name, value in query.items() if value not in ("", None)}
    told = urlencode(asked, errors="backslashreplace")
    return quote(path, safe="/") + (f"?{told}" if told else "")


@cache
def english() -> Mapping[str, str]:
    """Return the English of what the pages say in Dutch."""
    return _words()["pages"]


@cache
def spoken() -> Mapping[str, str]:
    """Return the Dutch of what is said in English, because the command line says it too."""
    return {said: nl for nl, said in _words()["messages"].items()}


def _words() -> dict[str, dict[str, str]]:
    path = files("pii_scan.desk") / "english.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _say(language: str, text: str, **told: object) -> str:
    said = english().get(text, text) if language == "en" else spoken().get(text, text)
    return said.format(**told) if told else said


@cache
def _categories() -> Categories:
    return load_categories()


def _category(language: str, name: str) -> str:
    known = _categories().by_id.get(name)
    if known is None:
        return dutch.visible(name)
    return known.en if language == "en" else known.nl


def _counted(language: str, count: int, one: str, many: str) -> str:
    """Return a number with what is counted: "1 bestand", "12 bestanden"."""
    return f"{dutch.number(count)} {_say(language, one if count == 1 else many)}"


def _entity(language: str, name: str) -> str:
    known = _categories().entities
    return _category(language, known[name]) if name in known else dutch.visible(name)


def _label(language: str, code: str | None) -> str:
    """Return what a code of verdict, status, action or source is called."""
    if not code:
        return "-"
    if language == "en":
        return code.replace("_", " ")
    words = load_vocabulary()
    tables = (words.verdicts, words.actions, dutch.STATUSES, dutch.DATE_SOURCES)
    known = {str(name): said for table in tables for name, said in table.items()}
    return known.get(code) or dutch.visible(code)


def _named(language: str, kind: str, name: str) -> str:
    """Return what a value of a filter is called."""
    if not name or name == "-":
        return _say(language, "onbekend")
    if kind == "category":
        return _category(language, name)
    if kind in ("worst", "verdict", "status"):
        return _label(language, name)
    if kind == "doc_type":
        return dutch.doc_type(name)
    if kind == "reason":
        return dutch.visible(dutch.reason(name))
    return dutch.visible(name)


def _day(when: date | None) -> str:
    return dutch.day(when)


@cache
def _environment(language: str) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pii_scan.desk", "templates"),
        # Always, whatever a template is called: file names are hostile.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "_": partial(_say, language),
        "address": address,
        "counted": partial(_counted, language),
        "language": language,
        "named": partial(_named, language),
        "dutch": dutch,
    }
    environment.filters |= {
        "category": lambda name: shown(_category(language, name)),
        "day": _day,
        "entity": lambda name: shown(_entity(language, name)),
        "iso": lambda text: date.fromisoformat(text) if text else None,
        "label": partial(_label, language),
        "moment": dutch.moment,
        "number": dutch.number,
        "place": dutch.place,
        "reason": lambda code: shown(dutch.reason(code)),
        "shown": shown,
        "size": dutch.size,
        "visible": dutch.visible,
    }
    return environment
