"""One page for the privacy officer, that needs nothing but itself: no network, no other file."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, BinaryIO

from pii_scan.model import Beside, Report, Result, Scan
from pii_scan.report import _dutch as dutch
from pii_scan.report import _figures, _score, _summary

if TYPE_CHECKING:
    from jinja2 import Template

SHOWN_WORST = 10
SHOWN_OVERDUE = 15


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    style, script = _text("report.css"), _text("report.js")
    found = _figures.figures(scan, results)
    page = _template().generate(
        scan=scan,
        # What every path starts with is said once, at the top.
        root=f"{scan.targets[0].rstrip('/')}/" if len(scan.targets) == 1 else "",
        figures=found,
        summary=found.summary,
        dutch=dutch,
        levels=_summary.LEVELS[::-1],
        verdicts=_summary.VERDICTS,
        statuses=_summary.STATUSES,
        suppressed_by=_summary.suppressed_by,
        level_factors=_score.LEVEL,
        by_category=_by_category(found.summary),
        category_rows=[(_category(it), count, 0) for it, count in _by_category(found.summary)],
        anchors={it.result.item.uri: place for place, it in enumerate(found.listed, start=1)},
        shown_worst=SHOWN_WORST,
        shown_overdue=SHOWN_OVERDUE,
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_allowed(style)}; script-src {_allowed(script)}; "
        "base-uri 'none'; form-action 'none'",
    )
    for part in page:
        sink.write(part.encode("utf-8", "backslashreplace"))


@cache
def _template() -> "Template":
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
        "category": _category,
        "day": dutch.day,
        "media_type": dutch.media_type,
        "moment": dutch.moment,
        "number": dutch.number,
        "place": dutch.place,
        "reason": dutch.reason,
        "rule": dutch.rule,
        "size": dutch.size,
        "visible": dutch.visible,
        "words": _words,
    }
    return environment.get_template("report.html.j2")


def _text(name: str) -> str:
    """Return a file that goes into the page word for word, since its hash is stated there."""
    return (files("pii_scan.report") / "templates" / name).read_text(encoding="utf-8")


def _allowed(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _category(name: str) -> str:
    return dutch.categories().get(name, dutch.visible(name))


def _words(name: str | None) -> str:
    """Return an id as words: `einde_vacature` is "einde vacature"."""
    return dutch.visible((name or "").replace("_", " "))


def _by_category(summary: _summary.Summary) -> list[tuple[str, int]]:
    return sorted(summary.items_by_category.items(), key=lambda pair: (-pair[1], pair[0]))


REPORT = Report("html", _write)
