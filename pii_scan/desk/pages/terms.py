"""What is past its term: by rule and event, with the evidence of the date."""

from starlette.responses import Response

from pii_scan.desk.asking import Ask, at
from pii_scan.desk.rendering import address
from pii_scan.model import Verdict
from pii_scan.store.browsing import Ruling

PAGE = 50
VERDICTS: tuple[Verdict, ...] = (
    "overdue",
    "possibly_overdue",
    "undetermined",
    "controller_decides",
    "on_hold",
)


@at("/termijnen", "see")
def board(ask: Ask) -> Response:
    """Show what the rules say, what asks for a hand first."""
    rulings = ask.desk.browse().rulings(VERDICTS)
    return ask.page("terms.html.j2", columns=[(it, _of(it, rulings)) for it in VERDICTS])


@at("/termijnen/regel", "see")
def rule(ask: Ask) -> Response:
    """List the items of which a rule says something."""
    query = ask.query
    verdict: Verdict = next((it for it in VERDICTS if it == query.get("oordeel")), "overdue")
    asked = {name: query.get(name, "") for name in ("beleid", "regel", "gebeurtenis")}
    of = Ruling(verdict, asked["beleid"], asked["regel"], asked["gebeurtenis"], 0, None)
    after = query.get("na", "")
    is_ours = after.count("|") == 1 and after.replace("|", "").isdecimal()
    browse = ask.desk.browse()
    lines = browse.due(of, after if is_ours else "", PAGE + 1)
    more = lines[PAGE - 1].after if len(lines) > PAGE else ""
    dates = ask.desk.store.decided("date", [it.uri for it in lines])
    return ask.page(
        "rule.html.j2",
        ruling=of,
        lines=[(it, dates.get(it.uri)) for it in lines[:PAGE]],
        more=address("/termijnen/regel", oordeel=verdict, **asked, na=more) if more else "",
    )


def _of(verdict: Verdict, rulings: list[Ruling]) -> list[Ruling]:
    return [it for it in rulings if it.verdict == verdict]
