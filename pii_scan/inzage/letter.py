"""Inzage: the letter: the answer itself, with all that art. 15 AVG asks of it.

What the scanner knows is written out; what it cannot know is left as a mark that stands out, so
that nobody signs a sentence that a program made up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from pii_scan.inzage import _dutch as dutch
from pii_scan.inzage.answer import Answer, Found
from pii_scan.inzage.frame import Frame
from pii_scan.inzage.searched import searched
from pii_scan.model import Role, Verdict
from pii_scan.page import Page

TITLE = "Antwoord op een verzoek om inzage"
WIDTHS = (3.6, 4.6, 7.8)
EXPLAINED: dict[Verdict, str] = {
    "overdue": "Over termijn: wij hadden deze gegevens al moeten verwijderen. Wij ruimen ze op "
    "nadat dit verzoek is afgehandeld.",
    "possibly_overdue": "Mogelijk over termijn: de termijn lijkt voorbij. Dat controleren wij nog.",
    "within": "Binnen termijn: wij mogen deze gegevens nog bewaren.",
    "must_keep": "Moet nog bewaard worden: een wet verplicht ons deze gegevens te bewaren.",
    "undetermined": "Niet te bepalen: de termijn begint op een gebeurtenis waarvan wij de datum "
    "nog moeten vaststellen.",
    "controller_decides": "Opdrachtgever bepaalt: een opdrachtgever voor wie wij werken, stelt "
    "de termijn vast.",
    "on_hold": "Bevroren: er loopt een onderzoek of procedure waarvoor wij deze gegevens bewaren.",
}
"""Verdict -> what it means to the person."""


def letter(answer: Answer, frame: Frame) -> Page:
    """Return the letter."""
    page = Page(TITLE, frame.today)
    _head(page, answer, frame)
    if answer.is_processors:
        _passed_on(page, answer, frame)
    else:
        _confirmation(page, answer, frame)
        if answer.found:
            _contents(page, answer, frame)
        _referral(page, answer)
        page.heading("Wat is doorzocht?")
        page.points(searched(answer))
        _rights(page, frame)
        _decision(page, answer, frame)
    _close(page, answer, frame)
    return page


def _head(page: Page, answer: Answer, frame: Frame) -> None:
    case = answer.case
    told = frame.handling
    page.lines([frame.organisation, *frame.policy.contact])
    name = case.names[0] if case.names else dutch.fill_in("naam van de verzoeker")
    street, comma, town = (case.address[0] if case.address else "").partition(",")
    address = [street, town.strip()] if comma else [street or dutch.fill_in("adres of e-mail")]
    page.lines(["", name, *address])
    received = dutch.day(case.received) if case.received else dutch.fill_in("datum van ontvangst")
    page.lines(
        [
            f"Datum: {dutch.day(frame.today)}",
            f"Ons kenmerk: {dutch.known(told.reference, 'kenmerk')}",
            f"Uw verzoek van: {received}, ontvangen via {dutch.known(told.channel, 'kanaal')}",
            f"Uiterste datum van antwoord: {_due(frame)}",
            f"Verzonden via: {dutch.fill_in('beveiligde wijze van verzending en bewijs daarvan')}",
        ]
    )
    page.text("Betreft: uw verzoek om inzage in uw persoonsgegevens (artikel 15 AVG)", bold=True)
    page.text(f"Geachte {_addressed(answer)},")


def _addressed(answer: Answer) -> str:
    return answer.case.names[0] if answer.case.names else "heer of mevrouw"


def _due(frame: Frame) -> str:
    if frame.due is None or frame.extended is None:
        return dutch.fill_in("uiterste datum, gerekend vanaf de ontvangst")
    text = dutch.day(frame.due)
    if frame.handling.extension:
        return f"{text}, verlengd: {frame.handling.extension}"
    if frame.today > frame.due:
        why = "reden van de verlenging en datum waarop die is gemeld"
        text += f", met verlenging {dutch.day(frame.extended)} {dutch.fill_in(why)}"
    return text


def _confirmation(page: Page, answer: Answer, frame: Frame) -> None:
    told = frame.handling
    asked = dutch.known(told.scope, "reikwijdte van het verzoek, en een afgesproken precisering")
    who = dutch.known(
        told.identity, "wijze en datum van controle, door wie, en een machtiging als die er is"
    )
    page.text(
        f"U vroeg ons welke persoonsgegevens wij van u verwerken. {asked} Wij hebben vastgesteld "
        f"dat het verzoek van u komt: {who}."
    )
    page.heading("Verwerken wij gegevens van u?")
    if answer.found:
        items = {one.place.result.item.uri for one in answer.found}
        page.text(
            f"Ja. {frame.organisation} verwerkt persoonsgegevens van u. Wij vonden ze op "
            f"{dutch.counted(len(answer.found), 'plaats', 'plaatsen')} in "
            f"{dutch.counted(len(items), 'bestand', 'bestanden')}. Het rapport bij deze brief "
            "bevat een kopie van de gegevens zelf."
        )
    else:
        page.text(
            "Nee. In de systemen die hieronder staan vonden wij geen gegevens waarvan vaststaat of "
            "aannemelijk is dat ze over u gaan en waarvoor wij verantwoordelijk zijn."
        )
    page.text(
        f"Peildatum van dit antwoord is {dutch.day(answer.scan.started.date())}; op die dag zijn "
        f"de systemen doorzocht. {dutch.fill_in('bevestiging door de behandelaar')}"
    )


def _contents(page: Page, answer: Answer, frame: Frame) -> None:
    if any(one.place.result.role == "unknown" for one in answer.found):
        page.text(dutch.fill_in("bevestig dat wij voor deze gegevens verantwoordelijke zijn"))
    page.heading("Welke gegevens, en hoe lang bewaren wij ze?")
    page.table(
        ("Soort document", "Categorieën gegevens", "Bewaartermijn"),
        _kinds(answer.found, frame),
        WIDTHS,
    )
    page.points(_explained(answer.found))
    page.heading("Waarvoor, en op welke grondslag?")
    page.table(("Soort document", "Doel", "Grondslag"), _purposes(answer.found, frame), WIDTHS)
    told = frame.processing(answer.found)
    if told:
        confirm = "bevestig dat doelen, grondslagen en ontvangers voor deze gegevens kloppen"
        page.text(f"Ontleend aan: {frame.policy.statement}. {dutch.fill_in(confirm)}")
    page.heading("Wie ontvangen de gegevens?")
    recipients = dict.fromkeys(name for it in told for name in it.recipients)
    page.text(_completed("Ontvangers", recipients, "ontvangers bij naam, ook verwerkers"))
    why = "landen of organisaties buiten de EER met de waarborgen, of: geen"
    page.text(f"Doorgifte buiten de Europese Economische Ruimte: {dutch.fill_in(why)}")
    page.heading("Waar komen de gegevens vandaan?")
    places = sorted({_store_of(one) for one in answer.found})
    page.text(f"De gegevens stonden in: {dutch.listed(places)}.")
    source = "herkomst van wat u ons niet zelf gaf, zoals een opdrachtgever of verwijzer"
    page.text(_completed("Herkomst", dict.fromkeys(it.origin for it in told if it.origin), source))
    page.heading("Nemen wij besluiten zonder tussenkomst van mensen?")
    logic = "niet van toepassing, of: de logica, het belang en de gevolgen (art. 22 AVG)"
    page.text(dutch.fill_in(logic))
    page.heading("De kopie, en wat wij hebben afgedekt")
    page.text(
        "De kopie is uw eigen exemplaar; het eerste is gratis. Voor elk volgend exemplaar: "
        f"{dutch.fill_in('kosten, of: geen')}. Vorm: rapport en een bestand dat met software te "
        f"lezen is (JSON); {dutch.fill_in('op papier, als daarom gevraagd is')}."
    )
    _masked(page, answer)


def _masked(page: Page, answer: Answer) -> None:
    """Say what was masked and why, and what was left readable on a decision."""
    masks = [mask for mask in answer.redactor.review.masks if mask.count]
    if not masks:
        page.text("In de kopie is niets afgedekt.")
        return
    page.text(
        "In de kopie staan ook gegevens van anderen. Die zijn afgedekt, omdat het recht op een "
        "kopie geen afbreuk doet aan de rechten van anderen (artikel 15, lid 4 AVG). Op zo'n plek "
        "staat tussen haken wat er stond, bijvoorbeeld [medewerker 1]; hetzelfde nummer is steeds "
        "dezelfde persoon. Wat nodig is om uw eigen gegevens te begrijpen, is blijven staan."
    )
    reasons = Counter(mask.reason for mask in masks)
    page.points(
        f"{dutch.counted(number, 'gegeven', 'gegevens')}: {dutch.to_you(reason)}"
        for reason, number in reasons.most_common()
    )
    page.text(
        "Is er iets afgedekt dat van uzelf is, laat het ons weten; dan krijgt u het alsnog. "
        f"{dutch.fill_in('controle van de afdekking, en per plek de reden van een weigering')}"
    )


def _explained(found: tuple[Found, ...]) -> Iterator[str]:
    """Yield what the verdicts in the table mean, for who never saw one."""
    met = {it.verdict for one in found for it in one.place.judgements}
    yield from (text for verdict, text in EXPLAINED.items() if verdict in met)


def _purposes(found: tuple[Found, ...], frame: Frame) -> Iterator[tuple[str, str, str]]:
    for kind, ones in _by_kind(found, frame).items():
        told = frame.processing(ones)
        purposes = dict.fromkeys(it.purpose for it in told)
        bases = dict.fromkeys(it.legal_basis for it in told if it.legal_basis)
        yield (
            kind,
            "\n".join(purposes) or dutch.fill_in("doel van de verwerking"),
            "\n".join(map(_ground, bases)) or dutch.fill_in("grondslag, art. 6 AVG"),
        )


def _ground(basis: str) -> str:
    """Return a legal basis with what its letters mean."""
    meant = dutch.listed(dutch.GROUNDS[it] for it in dutch.grounds(basis) or ())
    return f"{basis}: {meant}" if meant else basis


def _completed(what: str, known: Iterable[str], wanted: str) -> str:
    """Return what the policy names, and a mark for what it cannot know."""
    names = list(known)
    if not names:
        return f"{what}: {dutch.fill_in(wanted)}"
    return f"{what}: {dutch.listed(names)}. {dutch.fill_in(f'andere {wanted}, of: geen')}"


def _store_of(one: Found) -> str:
    """Return the folder above an item, which is as near as a path comes to a system."""
    item = one.place.result.item
    own = (item.within or item.uri).count("!/") + 1  # a folder may be called "LET OP!"
    return "!/".join(one.address.split("!/")[:own]).rpartition("/")[0] or one.address


def _by_kind(found: tuple[Found, ...], frame: Frame) -> dict[str, list[Found]]:
    kinds: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        kinds[frame.doc_type(one)].append(one)
    return dict(sorted(kinds.items()))


def _kinds(found: tuple[Found, ...], frame: Frame) -> Iterator[tuple[str, str, str]]:
    for kind, ones in _by_kind(found, frame).items():
        terms = dict.fromkeys(line for one in ones for line in frame.retention(one))
        if not terms:
            terms = {dutch.fill_in("bewaartermijn, of de criteria ervoor"): None}
        yield kind, "\n".join(frame.categories_of(ones)), "\n".join(terms)


def _referral(page: Page, answer: Answer) -> None:
    """Say whom to ask about what is held for somebody else; nothing of it is given."""
    if not answer.referred:
        return
    names = sorted({place.result.controller or "" for place in answer.referred})
    page.heading("Gegevens die wij voor een opdrachtgever verwerken")
    for name in names:
        who = name or dutch.fill_in("naam en contactgegevens van de opdrachtgever")
        page.text(
            f"Wij verwerken mogelijk ook gegevens van u in opdracht van {_ended(who)} Wij zijn "
            "daarvoor verwerker en mogen er niet zelf over beslissen. Uw verzoek sturen wij door "
            "naar de opdrachtgever, die u antwoordt; u kunt zich ook rechtstreeks tot de "
            f"opdrachtgever wenden. {dutch.fill_in('datum van doorsturen')}"
        )


def _ended(name: str) -> str:
    """Return a name as the end of a sentence; that of a B.V. has its dot."""
    return name if name.endswith(".") else f"{name}."


def _passed_on(page: Page, answer: Answer, frame: Frame) -> None:
    """Write the whole letter of a case that an opdrachtgever has to answer."""
    who = answer.case.controller or ""
    page.text(
        f"U vroeg ons om inzage in gegevens die {frame.organisation} verwerkt in opdracht van "
        f"{_ended(who)} Wij zijn voor deze gegevens verwerker: {who} bepaalt waarvoor en hoe lang "
        "ze worden gebruikt, en moet daarom zelf op uw verzoek antwoorden."
    )
    page.text(
        f"Wij hebben uw verzoek doorgestuurd op {dutch.fill_in('datum van doorsturen')} en helpen "
        f"{who} bij het antwoord (artikel 28, lid 3, onder e AVG). U kunt zich rechtstreeks wenden "
        f"tot: {dutch.fill_in('contactgegevens van de opdrachtgever')}."
    )
    page.heading("Klacht")
    _complaint(page)


def _rights(page: Page, frame: Frame) -> None:
    page.heading("Uw rechten")
    page.text(
        "U kunt ons vragen gegevens te verbeteren of aan te vullen (artikel 16 AVG), te wissen "
        "(artikel 17) of het gebruik ervan te beperken (artikel 18), en u kunt bezwaar maken tegen "
        "het gebruik (artikel 21). Wat u zelf gaf op grond van toestemming of een overeenkomst, "
        "kunt u in een gangbaar bestand meekrijgen (artikel 20). Een toestemming kunt u altijd "
        f"intrekken. Richt een verzoek aan {frame.contact}."
    )
    page.heading("Klacht")
    _complaint(page)


def _complaint(page: Page) -> None:
    page.text(
        "Bent u het niet eens met dit antwoord, dan kunt u een klacht indienen bij de Autoriteit "
        "Persoonsgegevens (autoriteitpersoonsgegevens.nl), Postbus 93374, 2509 AJ Den Haag. Ook "
        "kunt u zich tot de rechter wenden (artikel 79 AVG en artikel 35 UAVG): binnen zes weken "
        "na ontvangst van dit antwoord."
    )


def _decision(page: Page, answer: Answer, frame: Frame) -> None:
    page.heading("Besluit")
    what = "volledig, gedeeltelijk of geweigerd; bij weigering de motivering (art. 12, lid 4 AVG)"
    page.text(f"Op uw verzoek besluiten wij: {dutch.fill_in(what)}", stays_with_next=True)


def _close(page: Page, answer: Answer, frame: Frame) -> None:
    page.text("Met vriendelijke groet,", stays_with_next=True)
    page.lines(
        [
            frame.organisation,
            dutch.fill_in("naam en functie van de ondertekenaar"),
            dutch.fill_in("datum van ondertekening"),
        ]
    )
    if answer.found and not answer.is_processors:
        page.text(
            "Bijlagen: het rapport met de kopie van uw gegevens (rapport.pdf), en dezelfde kopie "
            "als bestand dat met software te lezen is (subject.json)."
        )


ROLES: dict[Role, str] = {
    "verantwoordelijke": "verantwoordelijke",
    "verwerker": "verwerker",
    "unknown": dutch.fill_in("verantwoordelijke of verwerker"),
}
"""In what role data is held, for the report."""
