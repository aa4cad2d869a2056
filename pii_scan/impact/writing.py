"""What would be out, as text for whoever notifies, and as JSON."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pii_scan.impact.facts import Impact
from pii_scan.report import dutch, encoded

SCHEMA = 1
LEVELS = ("Geheim", "Vertrouwelijk", "Intern", "Openbaar")

FORM = "https://www.autoriteitpersoonsgegevens.nl/themas/beveiliging/datalekken"
BY_PEOPLE = (
    "wat er gebeurd is, wanneer het begon, wanneer het ontdekt is (de 72 uur lopen vanaf dan)",
    "of gegevens zijn ingezien, gekopieerd, gewijzigd of verloren, en door wie",
    "of ze versleuteld of anders onleesbaar waren voor wie erbij kon",
    "de waarschijnlijke gevolgen (art. 33 lid 3 onder c)",
    "welke maatregelen genomen of voorgesteld zijn (art. 33 lid 3 onder d)",
    "naam en contactgegevens van de FG of een ander contactpunt (art. 33 lid 3 onder b)",
    "of, wanneer en hoe de betrokkenen bericht krijgen (art. 34)",
    "of mensen in andere landen geraakt zijn",
)
"""What art. 33(3) AVG and the form of the Autoriteit Persoonsgegevens ask and no file tells."""


def _text(told: Impact) -> bytes:
    lines = [line for part in PARTS for line in (*part(told), "")]
    return "\n".join(lines).encode("utf-8", "backslashreplace")


def _head(told: Impact) -> Iterator[str]:
    scan = told.scan
    yield "ALS DIT OP STRAAT LAG"
    yield from (f"  {dutch.visible(path)}" for path in told.paths)
    yield (
        f"Naar de stand van scan {scan.id}, {dutch.between(scan.started, scan.finished)}. Geen "
        "bestand is er opnieuw voor geopend."
    )
    if scan.finished is None:
        yield "LET OP: deze scan is niet afgerond. Er kan meer staan dan hier."
    if told.unread:
        unread = told.unread.total()
        why = ", ".join(f"{dutch.reason(it)} {n}" for it, n in told.unread.most_common(4))
        yield (
            f"LET OP: {dutch.number(unread)} van {dutch.number(told.items)} bestanden "
            f"{'is' if unread == 1 else 'zijn'} niet of deels gelezen ({why}). Wat daarin staat, "
            "is hier niet meegeteld."
        )


def _people(told: Impact) -> Iterator[str]:
    people = told.people
    yield "Hoeveel mensen (art. 33 lid 3 onder a)"
    yield (
        f"  minimaal {dutch.number(people.low)}, waarschijnlijk ongeveer "
        f"{dutch.number(people.likely)}, maximaal {dutch.number(people.high)}"
    )
    yield "  Geteld naar namen, nummers en adressen die bij elkaar staan; naamgenoten maken het"
    yield "  verschil tussen minimaal en maximaal. Mensen die met geen van alle genoemd worden,"
    yield "  zijn niet geteld."
    if told.controllers:
        yield "  Wie bij twee opdrachtgevers voorkomt, telt twee keer: hun gegevens worden niet"
        yield "  aan elkaar gekoppeld."
    yield f"  Bestanden met persoonsgegevens: {dutch.number(told.personal)}"
    groups = [(dutch.subject_group(it) if it else "onbekend", n) for it, n in _most(told)]
    yield f"  Groepen: {_listed(groups)}"


def _most(told: Impact) -> list[tuple[str, int]]:
    return sorted(told.subject_groups.items(), key=lambda it: (-it[1], it[0]))


def _kinds(told: Impact) -> Iterator[str]:
    yield "Welke gegevens (art. 33 lid 3 onder a)"
    for category, (items, findings) in told.categories.items():
        law = told.laws[category]
        yield (
            f"  {law.name}: {dutch.number(findings)} keer in {dutch.number(items)} "
            f"{'bestand' if items == 1 else 'bestanden'}"
        )
    yield f"  Niveaus: {_listed((it, told.levels[it]) for it in LEVELS if told.levels[it])}"


def _heavy(told: Impact) -> Iterator[str]:
    yield "Wat het zwaar maakt"
    named = {
        "Bijzondere gegevens (art. 9 AVG)": told.special,
        "Strafrechtelijke gegevens (art. 10 AVG)": told.criminal,
        "Kinderen": told.children,
    }
    for what, categories in named.items():
        found = [f"{told.laws[it].name} ({told.categories[it][0]})" for it in categories]
        yield f"  {what}: {', '.join(found) or 'niet gevonden'}"
    yield "  Van kinderen is alleen gevonden waar de tekst het zegt; geboortedata zijn niet geteld."
    late = told.verdicts.get("overdue", 0)
    if late:
        yield (
            f"  {dutch.number(late)} bestanden hadden er volgens het bewaarbeleid geheel of deels "
            "niet meer mogen zijn."
        )
    if told.levels["Geheim"]:
        yield "  Er is niveau Geheim bij: beoordeel of de mensen bericht moeten krijgen (art. 34)."


def _controllers(told: Impact) -> Iterator[str]:
    yield "Opdrachtgevers om te berichten (art. 33 lid 2: zonder onredelijke vertraging)"
    for name, items in sorted(told.controllers.items(), key=lambda it: (-it[1], it[0])):
        yield f"  {dutch.visible(name)}: {dutch.number(items)} bestanden"
    if told.unknown_controller:
        yield (
            f"  Van {dutch.number(told.unknown_controller)} bestanden van opdrachtgevers is niet "
            "bekend van welke: zoek dat uit."
        )
    if not told.controllers and not told.unknown_controller:
        yield "  geen gevonden"


def _rest(told: Impact) -> Iterator[str]:
    yield "Wat u zelf invult op het meldformulier van de Autoriteit Persoonsgegevens"
    yield from (f"  - {it}" for it in BY_PEOPLE)
    yield f"  {FORM}"


PARTS: tuple[Callable[[Impact], Iterable[str]], ...] = (
    *(_head, _people, _kinds, _heavy, _controllers, _rest),
)


def _listed(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{dutch.visible(name)} {dutch.number(n)}" for name, n in pairs) or "geen"


def _json(told: Impact) -> bytes:
    return encoded(_as_dict(told), indent=1) + b"\n"


def _as_dict(told: Impact) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "type": "impact",
        "scan": {
            "id": told.scan.id,
            "today": told.scan.today.isoformat(),
            "complete": told.scan.finished is not None,
        },
        "paths": list(told.paths),
        "items": told.items,
        "bytes": told.bytes,
        "items_with_personal_data": told.personal,
        "not_read_in_full": _sorted(told.unread),
        "people": {
            "low": told.people.low,
            "likely": told.people.likely,
            "high": told.people.high,
        },
        "subject_groups": _sorted(told.subject_groups),
        "levels": {it: told.levels[it] for it in LEVELS},
        "categories": {
            it: {
                "name": told.laws[it].name,
                "legal": told.laws[it].legal,
                "items": items,
                "findings": findings,
            }
            for it, (items, findings) in told.categories.items()
        },
        "special": told.special,
        "criminal": told.criminal,
        "children": told.children,
        "controllers": _sorted(told.controllers),
        "items_of_unknown_controllers": told.unknown_controller,
        "verdicts": dict(sorted(told.verdicts.items())),
        "to_be_filled_in": list(BY_PEOPLE),
    }


def _sorted(counted: Counter[str] | Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items()))


WRITERS: dict[str, Callable[[Impact], bytes]] = {"text": _text, "json": _json}
