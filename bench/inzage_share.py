"""A share of a contact centre, made from a seed, with the truth of whose every place is.

Families live at one address, with a father and a son of one name, a partner with two surnames and a
shared mailbox and telephone; namesakes live in one town; members of staff are customers too. What
is written of them is of our own wording. `make` writes the files and returns the truth.
"""

import csv
import io
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 1)
# fmt: off
_WOMEN = ("Anna", "Petra", "Ingrid", "Fatima", "Marieke", "Saskia", "Yvonne", "Loes", "Carla",
          "Hatice", "Nienke", "Tineke", "Wendy", "Esther", "Monique", "Renske", "Jolanda", "Mirjam")
_MEN = ("Kees", "Jeroen", "Mohammed", "Bram", "Willem", "Sjoerd", "Pieter", "Ruben", "Erik",
        "Johannes", "Hendrik", "Marcel", "Dennis", "Arjan", "Gerrit", "Tobias", "Niels", "Rob")
_SURNAMES = ("Jansen", "de Vries", "van der Meulen", "Bakker", "Yilmaz", "van 't Hof", "Dijkstra",
             "Müller", "Visser", "Hoekstra", "van den Heuvel", "Kuipers", "Postma", "Çelik",
             "de Bruijn", "Schouten", "van Leeuwen", "Willems", "Verhoeven", "Molenaar", "Prins",
             "Brouwer", "ter Horst", "Wijnands", "Roelofs", "El Amrani", "Terpstra", "Kooijman")
_TOWNS = (("Zwolle", 8011), ("Deventer", 7411), ("Kampen", 8261), ("Meppel", 7941),
          ("Hardenberg", 7771), ("Raalte", 8102))
_STREETS = ("Dorpsstraat", "Kerkweg", "Lindelaan", "Burgemeester Kampstraat", "Hoofdweg",
            "Molenpad", "Eikenlaan", "Stationsstraat", "Veldweg", "Kastanjelaan", "Schoolstraat")
_AGENTS = ("Sanne Wolters", "Jeffrey Blom", "Lotte Veenstra", "Daan Mulder", "Priya Ramdin",
           "Tom Evers", "Iris Nijland", "Karim Haddad")
# fmt: on
_PRODUCTS = ("internetabonnement", "energiecontract", "mobiele bundel", "televisiepakket")
_ABOUT = (
    "De rekening van vorige maand klopt niet.",
    "De monteur is niet op de afgesproken tijd gekomen.",
    "Wil het {product} opzeggen per volgende maand.",
    "Vraagt waarom het voorschot omhoog is gegaan.",
    "De verbinding valt elke avond weg.",
    "Heeft nog geen bevestiging van het {product} gekregen.",
)
_DONE = (
    "Uitgelegd hoe de jaarafrekening is opgebouwd.",
    "Storing gemeld bij de technische dienst.",
    "Opzegging verwerkt, bevestiging gaat per mail.",
    "Afspraak gemaakt voor een nieuw bezoek.",
)


@dataclass(frozen=True)
class Person:
    """A customer."""

    id: int
    given: str
    surname: str
    born: date
    street: str
    postcode: str
    town: str
    number: str
    phone: str
    email: str
    iban: str
    kind: str
    """What is special: "plain", "father", "son", "partner", "mailbox", "namesake", "agent"."""
    partner: str = ""
    """Surname of the partner, for who bears both."""
    before: tuple[str, str] | None = None
    """Street and postcode of before a move."""
    landline: str = ""
    """Of the household."""

    @property
    def name(self) -> str:
        """The name in full, as the person gives it."""
        return f"{self.given} {self.surname}"

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Ways in which the name is written, the first in full."""
        *prefix, last = self.surname.split()
        initial = f"{self.given[0]}."
        ways = [
            self.name,
            f"{initial} {self.surname}",
            f"{last}, {initial} {' '.join(prefix)}".strip(),
        ]
        if self.partner:
            ways += [f"{initial} {self.surname}-{self.partner}", f"{self.given} {self.partner}"]
        return tuple(ways)


def secrets(people: Iterable[Person], whose: Person) -> Iterator[tuple[str, str]]:
    """Yield (sort, text) of what may not be read in an answer to `whose`: others' identifiers.

    Numbers are digits alone; a text is compared without its spaces and marks.
    """
    own = {bare(value) for value in (*_identifiers(whose).values(), *whose.spellings)}
    for one in people:
        for sort, value in _identifiers(one).items():
            if one.id != whose.id and bare(value) not in own:
                yield sort, bare(value)
    yield from (("agent", bare(agent)) for agent in _AGENTS if bare(agent) not in own)


def bare(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    return "".join(filter(str.isalnum, text.lower()))


def _identifiers(one: Person) -> dict[str, str]:
    found = {
        "name": one.name,
        "e-mail": one.email,
        "telephone": one.phone[1:],
        "landline": one.landline[1:],
        "customer number": one.number,
        "IBAN": one.iban,
        "address": f"{one.street}{one.postcode}",
        "address before": "".join(one.before or ()),
    }
    return {sort: value for sort, value in found.items() if value}


@dataclass
class Truth:
    """Whose every place is: (address, where) -> ids of persons."""

    about: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    mentions: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    """Who is only named there, in somebody else's matter or as a member of staff."""
    untold: set[tuple[str, str]] = field(default_factory=set)
    """Places that hold nothing of the person but a name, or a name and an address that somebody
    else of that name has too: nobody can tell from them whose they are."""
    documents: int = 0

    def add(self, uri: str, where: str, whose: Person, *, untold: bool = False) -> None:
        """Note down that a place is about somebody."""
        self.about[uri, where].add(whose.id)
        if untold:
            self.untold.add((uri, where))


@dataclass
class Share:
    """The people, the files and the truth."""

    people: list[Person]
    truth: Truth
    requests: list[tuple[Person, dict[str, object]]]
    """The persons who ask, and what they state."""


def make(folder: Path, documents: int, subjects: int, seed: int = 8) -> Share:
    """Write a share of at least so many documents below `folder`."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    people = list(_people(rng, max(60, documents // 12)))
    truth = Truth()
    writer = _Writer(folder, people, rng, truth)
    writer.exports(max(60, documents // 3))
    for number in range(documents - truth.documents):
        writer.document(number)
    return Share(people, truth, list(_requests(people, subjects, rng)))


# the people


def _people(rng: random.Random, count: int) -> Iterator[Person]:
    ids = iter(range(count * 2))
    made = 0
    agents = list(_AGENTS)
    names: set[str] = set()
    while made < count:
        turn = made % 12
        if turn == 0:
            family = list(_family(rng, ids))
        elif turn == 6:
            family = list(_namesakes(rng, ids))
        elif turn == 9 and agents:
            given, _, surname = agents.pop().partition(" ")
            family = [_person(rng, next(ids), given, surname, "agent")]
        else:
            given = rng.choice(_WOMEN + _MEN)
            family = [_person(rng, next(ids), given, rng.choice(_SURNAMES), "plain")]
            # In life too most people have a name of their own in a town.
            if family[0].name in names:
                continue
        names |= {one.name for one in family}
        made += len(family)
        yield from family


def _person(
    rng: random.Random, id_: int, given: str, surname: str, kind: str, **same: str
) -> Person:
    town, area = rng.choice(_TOWNS)
    letters = "ABCDEGHJKLMNPRSTVWXZ"
    bare = "".join(filter(str.isascii, f"{given}.{surname}".replace(" ", "").replace("'", "")))
    account = f"{rng.randrange(10**9, 10**10)}"
    has_moved = kind == "plain" and rng.random() < 0.3
    old = f"{area + rng.randrange(20)} {rng.choice(letters)}{rng.choice(letters)}"
    before = (f"{rng.choice(_STREETS)} {rng.randrange(1, 190)}", old) if has_moved else None
    stated: dict[str, Any] = {
        "street": f"{rng.choice(_STREETS)} {rng.randrange(1, 190)}",
        "postcode": f"{area + rng.randrange(20)} {rng.choice(letters)}{rng.choice(letters)}",
        "town": town,
        "phone": f"06{rng.randrange(10_000_000, 60_000_000)}",
        "email": f"{bare.lower()}{rng.randrange(100)}.{id_}@post.example",
    } | same
    return Person(
        id=id_,
        given=given,
        surname=surname,
        born=date(1945, 1, 1) + timedelta(days=rng.randrange(21_000)),
        number=f"{4_000_000 + id_ * 37 + rng.randrange(30)}",
        iban=_iban(account),
        kind=kind,
        before=before,
        **stated,
    )


def _iban(account: str) -> str:
    """Return an IBAN of a bank that does not exist (ISO 13616)."""
    letters = "".join(str(ord(char) - 55) for char in "TESTNL")
    digits = letters[:8] + account + letters[8:] + "00"
    return f"NL{98 - int(digits) % 97:02}TEST{account}"


def _family(rng: random.Random, ids: Iterator[int]) -> Iterator[Person]:
    """Father and son of one name, and a mother with both surnames; one mailbox for all."""
    surname, own = rng.sample(_SURNAMES, 2)
    given = rng.choice(_MEN)
    father = _person(rng, next(ids), given, surname, "father")
    landline = f"038{rng.randrange(4_000_000, 4_999_999)}"
    home = {"street": father.street, "postcode": father.postcode, "town": father.town}
    home["landline"] = landline
    bare = "".join(filter(str.isascii, surname.replace(" ", "").replace("'", ""))).lower()
    mailbox = f"familie.{bare}.{father.id}@post.example"
    son = _person(rng, next(ids), given, surname, "son", **home)
    mother = _person(rng, next(ids), rng.choice(_WOMEN), own, "partner", **home)
    yield Person(**{**_fields(father), "email": mailbox, "landline": landline})
    yield son
    yield Person(**{**_fields(mother), "email": mailbox, "partner": surname, "kind": "mailbox"})
    other = _person(rng, next(ids), rng.choice(_WOMEN), rng.choice(_SURNAMES), "partner", **home)
    yield Person(**{**_fields(other), "partner": surname})


def _fields(one: Person) -> dict[str, Any]:
    return {each.name: getattr(one, each.name) for each in fields(one)}


def _namesakes(rng: random.Random, ids: Iterator[int]) -> Iterator[Person]:
    given, surname = rng.choice(_WOMEN + _MEN), rng.choice(_SURNAMES)
    first = _person(rng, next(ids), given, surname, "namesake")
    yield first
    second = _person(rng, next(ids), given, surname, "namesake", town=first.town)
    yield second


def _requests(
    people: Sequence[Person], count: int, rng: random.Random
) -> Iterator[tuple[Person, dict[str, object]]]:
    """Yield who asks and what they state: an address for post or mail, seldom a number."""
    by_kind: dict[str, list[Person]] = defaultdict(list)
    for one in people:
        by_kind[one.kind].append(one)
    queues = [rng.sample(some, len(some)) for _, some in sorted(by_kind.items())]
    chosen = [one for turn in range(max(map(len, queues))) for q in queues for one in q[turn:][:1]]
    for index, one in enumerate(chosen[:count]):
        stated: dict[str, object] = {"name": one.name, "received": TODAY.isoformat()}
        if one.partner:
            stated["names"] = [one.spellings[3]]
        if index % 3 != 1:
            stated["date_of_birth"] = one.born.isoformat()
        if index % 3 != 2:
            stated["email"] = [one.email]
        if index % 2:
            stated["address"] = [f"{one.street}, {one.postcode} {one.town}"]
        if index % 5 == 0 or index % 3 == 2:
            stated["phone"] = [f"+31 6 {one.phone[2:6]} {one.phone[6:]}"]
        yield one, stated


# the files


class _Writer:
    def __init__(
        self, folder: Path, people: Sequence[Person], rng: random.Random, truth: Truth
    ) -> None:
        self.folder = folder
        self.people = people
        self.rng = rng
        self.truth = truth
        self.by_name = defaultdict(list)
        for one in people:
            self.by_name[one.name].append(one)

    def _address(self, one: Person) -> tuple[str, str]:
        """Return an address of a person, sometimes the one before."""
        if one.before and self.rng.random() < 0.4:
            return one.before
        return one.street, one.postcode

    def exports(self, rows: int) -> None:
        """Write tables: all customers, calls and orders by year, the newsletter, collections."""
        self._table("crm/klanten.csv", self._customers(), self.people)
        for year in (2023, 2024, 2025, 2026):
            some = [self.rng.choice(self.people) for _ in range(rows // 8)]
            self._table(f"belsysteem/gesprekken-{year}.csv", self._calls(some, year), some)
        for year in (2025, 2026):
            some = [self.rng.choice(self.people) for _ in range(rows // 8)]
            name = f"orders/orders-{year}.xlsx"
            orders = list(self._orders(some, year))
            self._sheet(name, orders, some)
            for number, one in enumerate(some, start=2):
                if not orders[number - 1][2] and one.kind in ("father", "son"):
                    self.truth.untold.add((f"share/{name}", f"row {number}"))
        some = self.rng.sample(list(self.people), len(self.people) // 3)
        some = list({one.email: one for one in some}.values())
        shared = {one.email for one in self.people if one.kind == "mailbox"}
        some = [one for one in some if one.email not in shared]
        self._table("nieuwsbrief/adressen.csv", _newsletter(some), some)
        some = self.rng.sample(list(self.people), len(self.people) // 4)
        self._sheet("incasso/opdrachten.xlsx", self._collections(some), some)

    def _table(self, name: str, rows: Iterable[Sequence[str]], whose: Sequence[Person]) -> None:
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)
        self._put(name, text.getvalue().encode())
        self._rows(name, whose)

    def _sheet(self, name: str, rows: Iterable[Sequence[str]], whose: Sequence[Person]) -> None:
        self._put(name, _xlsx(rows))
        self._rows(name, whose)

    def _rows(self, name: str, whose: Sequence[Person]) -> None:
        for number, one in enumerate(whose, start=2):
            self.truth.add(f"share/{name}", f"row {number}", one)

    def _customers(self) -> Iterator[Sequence[str]]:
        yield ("Klantnummer", "Naam", "Geboortedatum", "E-mail", "Telefoon", "Adres", "Postcode",
               "Plaats", "IBAN")  # fmt: skip
        for one in self.people:
            yield (one.number, self._name(one), f"{one.born:%d-%m-%Y}", one.email,
                   self._phone(one), one.street, one.postcode, one.town, one.iban)  # fmt: skip

    def _calls(self, some: Iterable[Person], year: int) -> Iterator[Sequence[str]]:
        yield "Datum", "Klantnummer", "Naam klant", "Telefoon", "Medewerker", "Notitie"
        for one in some:
            way = self.rng.randrange(4)
            day = date(year, 1, 1) + timedelta(days=self.rng.randrange(300))
            yield (
                f"{day:%d-%m-%Y}",
                one.number if way != 1 else "",
                self._name(one) if way != 2 else "",
                self._telephone(one) if way in (1, 3) else "",
                self.rng.choice(_AGENTS),
                f"{self._about()} {self.rng.choice(_DONE)}",
            )

    def _orders(self, some: Iterable[Person], year: int) -> Iterator[Sequence[str]]:
        yield "Ordernummer", "Naam", "E-mail", "Adres", "Postcode", "Bedrag"
        for number, one in enumerate(some):
            mail = one.email if self.rng.random() < 0.7 else ""
            street, postcode = self._address(one) if mail else (one.street, one.postcode)
            yield (f"W{year}-{number:05}", self._name(one), mail, street, postcode,
                   f"{self.rng.randrange(20, 300)},95")  # fmt: skip

    def _collections(self, some: Iterable[Person]) -> Iterator[Sequence[str]]:
        yield "Naam rekeninghouder", "IBAN", "Klantnummer", "Bedrag"
        for one in some:
            yield self._name(one), one.iban, one.number, f"{self.rng.randrange(20, 90)},50"

    def document(self, number: int) -> None:
        """Write one document of its own."""
        one = self.rng.choice(self.people)
        agent = self.rng.choice(_AGENTS)
        turn = number % 100
        if turn < 50:
            self._mail(number, one, agent)
        elif turn < 80:
            self._note(number, one, agent)
        elif turn < 95:
            self._chat(number, one, agent)
        elif turn < 99:
            self._letter(number, one, agent, "docx")
        else:
            self._letter(number, one, agent, "pdf")

    def _mail(self, number: int, one: Person, agent: str) -> None:
        name = f"post/{number % 12 + 1:02}/bericht-{number:06}.eml"
        mail = EmailMessage()
        office = "klantenservice@bedrijf.example"
        own = f"{one.name} <{one.email}>" if self.rng.random() < 0.7 else one.email
        is_reply = self.rng.random() < 0.4
        mail["From"], mail["To"] = (office, own) if is_reply else (own, office)
        day = date(2022, 1, 1) + timedelta(days=self.rng.randrange(1700))
        mail["Date"] = f"{day:%a, %d %b %Y} 10:00:00 +0100"
        mail["Subject"] = f"Vraag over {self.rng.choice(_PRODUCTS)}"
        told = self._about()
        if is_reply:
            body = (
                f"Beste {one.given},\n\nDank voor je bericht. {self.rng.choice(_DONE)}\n"
                f"Je klantnummer is {one.number}.\n\nMet vriendelijke groet,\n{agent}\n"
                "Klantenservice\nTelefoon 038 750 1200\n"
            )
        else:
            signature = [one.name, *([one.phone] if self.rng.random() < 0.5 else [])]
            mention = self._mention(one, name) if self.rng.random() < 0.1 else ""
            body = (
                f"Goedendag,\n\n{told} {mention}Kunt u mij terugbellen?\n\n"
                + "Groeten,\n"
                + "\n".join(signature)
                + "\n"
            )
        mail.set_content(body)
        self._put(name, mail.as_bytes())
        self.truth.add(f"share/{name}", "", one)

    def _mention(self, one: Person, name: str) -> str:
        other = self.rng.choice(self.people)
        if other.name == one.name:
            return ""
        for each in self.by_name[other.name]:
            self.truth.mentions[f"share/{name}", ""].add(each.id)
        return f"Mijn buurman {other.name} heeft hetzelfde. "

    def _note(self, number: int, one: Person, agent: str) -> None:
        name = f"notities/{number // 1000}/notitie-{number:06}.txt"
        way = self.rng.randrange(20)
        written, untold = self._name(one), False
        if way < 8:
            who = f"Klant: {written}\nKlantnummer: {one.number}"
        elif way < 12:
            who = f"Klant: {written}\nTelefoon: {self._phone(one)}"
        elif way < 15:
            who = f"Klant: {written}, geboren {one.born:%d-%m-%Y}"
        elif way < 18:
            street, postcode = self._address(one)
            who = f"Klant: {written}\nAdres: {street}, {postcode} {one.town}"
            untold = one.kind in ("father", "son")
        else:
            who = f"Klant: {one.name}"
            untold = True
        text = f"Gespreksnotitie\n{who}\n\n{self._about()} {self.rng.choice(_DONE)}\n\n"
        if number % 25 == 7 and one.kind not in ("father", "son"):
            other = self.rng.choice(self.people)
            text += f"Belt ook namens {other.name}, klantnummer {other.number}.\n\n"
            self.truth.add(f"share/{name}", "", other)
        self._put(name, f"{text}Genoteerd door {agent}\n".encode())
        self.truth.add(f"share/{name}", "", one, untold=untold)

    def _chat(self, number: int, one: Person, agent: str) -> None:
        name = f"chat/gesprek-{number:06}.txt"
        by = self.rng.choice((f"mijn klantnummer is {one.number}", f"mailen kan op {one.email}"))
        first = agent.split()[0]
        lines = (
            f"{first}: Goedemiddag, waarmee kan ik helpen?",
            f"{one.given}: {self._about()}",
            f"{first}: Wat zijn je gegevens?",
            f"{one.given}: ik ben {one.name}, {by}",
            f"{first}: Dank je. {self.rng.choice(_DONE)}",
        )
        self._put(name, ("\n".join(lines) + "\n").encode())
        self.truth.add(f"share/{name}", "", one)

    def _letter(self, number: int, one: Person, agent: str, form: str) -> None:
        name = f"brieven/brief-{number:06}.{form}"
        has_number = self.rng.random() < 0.6
        street, postcode = self._address(one)
        reference = f"Klantnummer {one.number}" if has_number else "Uw bericht"
        lines = (
            self._name(one), street, f"{postcode} {one.town}", "",
            f"Onderwerp: {reference}", "", f"Geachte heer of mevrouw {one.surname},",
            self.rng.choice(_DONE), "Met vriendelijke groet,", agent,
        )  # fmt: skip
        self._put(name, _docx(lines) if form == "docx" else _pdf(lines))
        untold = not has_number and one.kind in ("father", "son")
        self.truth.add(f"share/{name}", "", one, untold=untold)

    def _name(self, one: Person) -> str:
        if self.rng.random() < 0.02:
            # A slip of the keyboard: a letter too few.
            at = len(one.name) - 2
            return one.name[:at] + one.name[at + 1 :]
        return one.name if self.rng.random() < 0.6 else self.rng.choice(one.spellings)

    def _phone(self, one: Person) -> str:
        bare = one.phone
        ways = (
            bare,
            f"06-{bare[2:]}",
            f"+31 6 {bare[2:]}",
            f"0031{bare[1:]}",
            f"06 {bare[2:6]} {bare[6:]}",
        )
        return self.rng.choice(ways)

    def _telephone(self, one: Person) -> str:
        """Return the mobile number, or now and then that of the household."""
        if one.landline and self.rng.random() < 0.2:
            return one.landline
        return self._phone(one)

    def _about(self) -> str:
        return self.rng.choice(_ABOUT).format(product=self.rng.choice(_PRODUCTS))

    def _put(self, name: str, data: bytes) -> None:
        path = self.folder / "share" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.truth.documents += 1


def _newsletter(some: Iterable[Person]) -> Iterator[Sequence[str]]:
    yield "E-mailadres", "Voornaam"
    for one in some:
        yield one.email, one.given


def _xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Blad1")
    for row in rows:
        sheet.append(list(row))
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _docx(lines: Iterable[str]) -> bytes:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def _pdf(lines: Iterable[str]) -> bytes:
    import typst

    page = "#for line in json(bytes(sys.inputs.lines)) { text(line); linebreak() }"
    return typst.compile(page.encode(), sys_inputs={"lines": json.dumps([*lines])})
