"""Inzage: the report: what is held, where, why, until when, and the copy of it."""

from collections import Counter
from itertools import groupby
from typing import Final

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.answer import Answer, Found
from pii_scan.inzage.copies import Copy, Passage
from pii_scan.inzage.frame import Frame
from pii_scan.inzage.letter import ROLES
from pii_scan.inzage.searched import searched
from pii_scan.page import Page

TITLE = "Rapport bij een verzoek om inzage"
HELP = "Hulppakket bij een verzoek om inzage"
"""For the opdrachtgever, who has to answer."""
WIDE: Final = 16.0
"""Centimetres between the margins."""
MAX_COLUMNS: Final = 6
CHANGED = "Het bestand is na de zoekactie gewijzigd; de kopie toont wat er nu staat."
CHANGED_AWAY = (
    "Het bestand is na de zoekactie gewijzigd; op deze plaats is niets meer van u gevonden."
)
GONE = "Het bestand is er na de zoekactie niet meer; er is geen kopie van te geven."
MISSING = dutch.fill_in("de kopie, die hier niet gemaakt kon worden")
PARTIAL = "Een deel van het bestand kon niet worden gelezen en staat niet in de kopie."
UNREADABLE = "Het bestand kon niet opnieuw worden gelezen; er is geen kopie van te geven."


def rapport(answer: Answer, frame: Frame) -> Page:
    """Return the report."""
    title = HELP if answer.is_processors else TITLE
    page = Page(title, frame.today)
    who = "de verzoeker" if answer.is_processors else "u"
    page.heading(title)
    page.text(
        f"{frame.organisation}, {dutch.day(frame.today)}. "
        f"Gegevens zoals gevonden op {dutch.day(answer.scan.started.date())}."
    )
    if answer.is_processors:
        page.text(
            f"Dit pakket is voor {answer.case.controller}, verantwoordelijke voor deze gegevens, "
            "en niet voor de verzoeker (artikel 28, lid 3, onder e AVG). Het bevat geen oordeel "
            "over het verzoek. "
            f"Ontvanger: {dutch.fill_in('gerechtigd contactpersoon, en de controle')}"
        )
        page.heading("Wat is doorzocht?")
        page.points(searched(answer))
    if not answer.found:
        page.text("Er zijn geen gegevens gevonden die in dit rapport thuishoren.")
        return page
    page.text(
        "Gegevens van anderen zijn afgedekt: tussen haken staat wat er stond, bijvoorbeeld "
        "[medewerker 1] of [telefoonnummer 2]. Hetzelfde nummer is steeds dezelfde persoon of "
        f"hetzelfde gegeven. Afgedekt is ook wat van {who} kan zijn en niet in het verzoek stond. "
        "Achter in dit rapport staat waarom elk gegeven is afgedekt."
    )
    page.heading("Overzicht")
    page.table(
        ("Nr.", "Waar", "Soort document", f"Waarom dit over {who} gaat"),
        (
            (
                str(number),
                f"{one.address}, {dutch.place(one.where)}",
                frame.doc_type(one),
                f"{one.place.match}: {', '.join(one.reasons)}",
            )
            for number, one in enumerate(answer.found, start=1)
        ),
        (1.0, 6.6, 3.4, 5.0),
    )
    page.heading("Kopie van de gegevens")
    for number, one in enumerate(answer.found, start=1):
        _place(page, number, one, frame)
    _masked(page, answer)
    return page


def _masked(page: Page, answer: Answer) -> None:
    """List every mask with its reason; what is equal stands together."""
    say = str if answer.is_processors else dutch.to_you
    counts: Counter[tuple[str, str]] = Counter()
    for mask in answer.redactor.review.masks:
        counts[mask.shown, mask.reason] += mask.count
    masked = [(shown, say(why), str(number)) for (shown, why), number in counts.items() if number]
    if masked:
        page.heading("Wat is afgedekt, en waarom?")
        page.table(("In de kopie", "Reden", "Aantal keer"), masked, (4.4, 9.2, 2.4))


def _place(page: Page, number: int, one: Found, frame: Frame) -> None:
    page.heading(f"{number}. {one.address.rpartition('/')[2]}", 2)
    retention = list(frame.retention(one))
    page.lines(
        [
            f"Plaats: {one.address}, {dutch.place(one.where)}",
            f"Categorieën: {', '.join(frame.categories_of([one])) or 'geen'}",
            f"Wij zijn hiervoor: {ROLES[one.place.result.role]}",
            *(f"Bewaren: {line}" for line in retention),
            "" if retention else f"Bewaren: {dutch.fill_in('bewaartermijn en regel')}",
        ]
    )
    if remark := told(one.copy):
        page.text(remark, bold=True)
    if one.copy.is_partial:
        page.text(PARTIAL, bold=True)
    for headings, passages in groupby(one.copy.passages, _headings):
        if headings is None:
            for passage in passages:
                page.quote(f"Tekst, {dutch.place(passage.where)}:", passage.text)
        else:
            _rows(page, headings, list(passages))
    if one.copy.is_cut:
        page.text(dutch.fill_in("het document is langer: vul de kopie aan"))


def _headings(passage: Passage) -> tuple[str, ...] | None:
    return tuple(heading for heading, _ in passage.cells) if passage.cells else None


def _rows(page: Page, headings: tuple[str, ...], passages: list[Passage]) -> None:
    """Write several rows of a narrow table as they stand, and any other row cell by cell."""
    if len(passages) > 1 and len(headings) <= MAX_COLUMNS:
        rows = [[value for _, value in passage.cells] for passage in passages]
        page.table(headings, rows, [WIDE / len(headings)] * len(headings))
        return
    for passage in passages:
        cells = [(heading, value) for heading, value in passage.cells if value]
        page.table(("Kolom", "Waarde"), cells, (5.0, WIDE - 5.0))


def told(copy: Copy) -> str:
    """Return what a reader must know of a copy, in Dutch; empty when all is as it was."""
    if copy.state == "changed":
        return CHANGED if copy.passages else CHANGED_AWAY
    by_state = {"gone": GONE, "unreadable": UNREADABLE}
    return by_state.get(copy.state, "" if copy.passages else MISSING)
