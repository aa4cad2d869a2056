"""Layouts of exports: told by their columns in either language, and what that does to rows."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from pii_scan.classify.contents import Inventory
from pii_scan.classify.dates import dates_in_table
from pii_scan.classify.exports import Exports
from pii_scan.config._rules import rules_dir
from pii_scan.config.exports import load_exports
from pii_scan.config.roles import load_roles
from pii_scan.config.settings import Settings
from pii_scan.config.triggers import load_date_rules
from pii_scan.detect.engine import Engine
from pii_scan.errors import ConfigError
from pii_scan.model import Contents, Table
from pii_scan.scan import detector, load_recognizers

EXPORTS = load_exports()
DATES = load_date_rules()

KNOWN = [
    ("pipedrive-people", "Name,Organization,Email - Work,Phone - Mobile,Owner,Last activity date"),
    ("pipedrive-people", "Naam;Organisatie;E-mail - Werk;Telefoon - Mobiel;Eigenaar"),
    ("pipedrive-people", "id,name,org_name,email.0.value,phone.0.value,last_activity_date"),
    ("pipedrive-organizations", "Name,Address,People,Owner,Open deals"),
    ("pipedrive-organizations", "Organisatie - Naam;Organisatie - Personen;Organisatie - Adres;"
     "Organisatie - Eigenaar"),
    ("pipedrive-deals", "Deal - Title,Deal - Stage,Deal - Value,Contact person,Status"),
    ("pipedrive-deals", "Titel;Fase;Waarde;Contactpersoon;Eigenaar;Gewonnen op"),
    ("moneybird-contacts", "customer_id,company_name,firstname,lastname,address1,delivery_method"),
    ("moneybird-contacts", "Klantnummer;Bedrijfsnaam;Voornaam;Achternaam;Adres;Verzendmethode"),
    ("moneybird-invoices", "invoice_id,invoice_date,due_date,contact,state,paid_at"),
    ("moneybird-invoices", "Factuurnummer;Factuurdatum;Vervaldatum;Klant;Totaal incl. btw;Status"),
    ("topdesk-incidents", "number,caller.dynamicName,briefDescription,creationDate,closedDate"),
    ("topdesk-incidents", "Meldingnummer;Melder;Korte omschrijving;Aanmelddatum;Datum afgemeld"),
    ("messagebird-sms", "direction,originator,body,recipients.items.0.recipient,createdDatetime"),
    ("messagebird-sms", "Ontvanger;Bericht;Status;Verzonden op"),
    ("office365-mail", "Subject,Body,From: (Name),To: (Name),CC: (Name),Importance"),
    ("office365-mail", "Onderwerp;Hoofdtekst;Van: (naam);Aan: (naam);CC: (naam)"),
    ("office365-calendar", "Subject,Start Date,Start Time,All day event,Required Attendees"),
    ("office365-calendar", "Onderwerp;Begindatum;Duurt hele dag;Vereiste deelnemers;Locatie"),
    ("office365-contacts", "First Name,Last Name,Company,Job Title,Business Phone,E-mail Address"),
    ("office365-contacts", "Voornaam;Achternaam;Bedrijf;Functie;Telefoon op werk;E-mailadres"),
    ("voip-cdr", "calldate,clid,src,dst,dcontext,channel,lastapp,duration,billsec,disposition"),
    ("voip-cdr", "Begintijd;A-nummer;B-nummer;Gespreksduur;Wachtrij"),
    ("agent-report", "Date,Agent,Calls handled,Login time,Avg handle time"),
    ("agent-report", "Dag;Naam medewerker;Aantal gesprekken;Inlogtijd toestel;Nawerktijd"),
    ("voice-logging", "Call ID,Recorded at,Caller number,Agent,Length,Recording file"),
    ("voice-logging", "Opnamedatum;Telefoonnummer klant;Medewerker;Duur;Naam opnamebestand"),
    ("clang-subscribers", "Email address;First name;Last name;Company;Unsubscribed at"),
    ("clang-subscribers", "E-mailadres;Naam;Bedrijfsnaam;Ingeschreven op;Uitgeschreven op"),
    ("govmetric-feedback", "Case number,Date submitted,Rating,Comment,Hashed IP,Browser"),
    ("govmetric-feedback", "Zaaknummer;Datum;Cijfer;Toelichting klant;IP-hash;Besturingssysteem"),
    ("smile-report", "Month,Organisation,Smiley score,Channel,Employee"),
    ("smile-report", "Week;Opdrachtgever;Smileys;Zaaknummer"),
    ("ivr-choices", "Timestamp,Caller,Menu,Key pressed"),
    ("ivr-choices", "Tijdstip;Telefoonnummer;Toetskeuze 1;Vraag"),
    ("zivver-messages", "Sender,Recipients,Subject,Access right,Sent at"),
    ("zivver-messages", "Afzender;Ontvanger(s);Onderwerp;Verificatie;Verzonden op"),
    ("crm-contacts", "Account,Contact name,Email,Phone,LinkedIn,Last contact date"),
    ("crm-contacts", "Relatienummer;Contactpersoon;E-mail;Telefoon;Laatste contactmoment"),
    ("linkedin-screening", "Candidate,Vacancy,LinkedIn profile,Findings,Screened by"),
    ("linkedin-screening", "Kandidaat;Functie;LinkedIn;Bevindingen;Datum screening"),
]  # fmt: skip

UNKNOWN = [
    "Naam|E-mail|Telefoon|Woonplaats|Vacature|Vacature gesloten|Toestemming|Uitslag",
    "Nr|Ontvangen|Naam|E-mailadres|Telefoon|Bericht",
    "datum|tijd|agent|klantnr|klantnaam|telefoonnummer|belnotitie",
    "naam|geboren|telefoon ouder|bijzonderheden",
    "personeelsnummer|naam|geboortedatum|bsn|iban|in dienst|uit dienst",
    "artikel|prijs|voorraad",
    "name|email|phone",
    "",
]


def columns(heading: str) -> tuple[str, ...]:
    return tuple(re.split(r"[,;|]", heading))


@pytest.mark.parametrize(("profile", "heading"), KNOWN)
def test_a_layout_is_told_by_its_headings(profile: str, heading: str) -> None:
    found = EXPORTS.recognise(columns(heading)).profile
    assert found is not None
    assert found.id == profile


@pytest.mark.parametrize("heading", UNKNOWN)
def test_other_tables_are_nobodys_export(heading: str) -> None:
    assert EXPORTS.recognise(columns(heading)).profile is None


def test_every_layout_is_tried_in_two_languages() -> None:
    tried = [profile for profile, _ in KNOWN]
    assert {one.id for one in EXPORTS.profiles} == set(tried)
    assert min(map(tried.count, tried)) >= 2


def test_a_layout_that_nobody_describes_says_so() -> None:
    for path in (Path(str(rules_dir())) / "exports").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert ("assumed = true" in text) == ('source = "no public description' in text), path.name


def test_what_a_column_is_read_as_says_what_it_means() -> None:
    recognizers = {one.entity: one for one in load_recognizers(("pii_scan_nl",))}
    engine, headings = Engine(tuple(recognizers.values())), load_roles().headings
    for profile in EXPORTS.profiles:
        for column in profile.columns:
            said = (profile.id, column.id)
            if column.entity is None:
                continue
            own = engine.words_for(recognizers[column.entity])
            assert set(engine.words_of(column.reads)) & {*own.labels, *own.context}, said
            if column.role is not None and column.role != "unknown":
                assert headings[column.role].search(column.reads), said


@pytest.mark.parametrize(
    ("heading", "row", "entities"),
    [
        ("starttijd,a_nummer,b_nummer,gespreksduur_s", "2025-01-01,651702237,880990101,7", 2),
        ("Agent,Datum,Aantal gesprekken,Ingelogd", "x,2025-01-01,651702237,880990101", 0),
    ],
)
def test_the_meaning_of_a_column_is_evidence(heading: str, row: str, entities: int) -> None:
    """A number that lost its zero is a telephone number only where the column says so."""
    detect = detector(Settings(), load_recognizers(("pii_scan_nl",)), min_score=0.5, names=False)
    table = Table(columns(heading), (columns(row),), (2,))
    assert [hit.entity for hit in detect(table)[1]] == ["PHONE_NUMBER"] * entities


def dated(heading: str, row: str) -> dict[str, date]:
    table = Table(columns(heading), (columns(row),), (2,))
    found = dates_in_table(table, DATES, EXPORTS.recognise(table.columns))
    return {piece.trigger: piece.date for piece in found.get(2, ())}


def test_a_date_is_of_what_the_layout_says() -> None:
    heading = "Deal title|Stage|Value|Owner|Person name|Deal closed on|Expected close date"
    assert dated(heading, "a|won|1|b|c|2021-05-01|2030-01-01") == {
        "laatste_contact": date(2021, 5, 1)
    }


def test_the_date_that_a_term_runs_from_goes_before_others_of_the_event() -> None:
    heading = "Titel|Fase|Waarde|Eigenaar|Contactpersoon|Deal closed on|Last activity date"
    both = dated(heading, "a|won|1|b|c|2021-05-01|2019-01-01")
    later = dated(heading, "a|won|1|b|c||2019-01-01")
    assert both == {"laatste_contact": date(2021, 5, 1)}
    assert later == {"laatste_contact": date(2019, 1, 1)}


def test_an_unknown_table_is_dated_by_its_headings() -> None:
    assert dated("naam|uit dienst|salaris", "a|2020-01-31|1") == {
        "uitdiensttreding": date(2020, 1, 31)
    }


def contents(tables: Sequence[Table], controller: str | None = None) -> Contents:
    inventory = Inventory(EXPORTS, DATES, controller, None)
    for table in tables:
        inventory.add(table, ())
    return inventory.contents("text/csv")


def test_what_bears_on_promises_is_gathered_without_a_value() -> None:
    heading = columns("starttijd,a_nummer,onderdrukt,b_nummer,duur,notitie,opdrachtgever")
    rows = (
        columns("2025-01-01,0651702237,nee,0880990101,7,,Energie"),
        columns("2025-01-01,0651702238,ja,0880990101,7,belt terug,energie"),
        columns("2025-01-01,anoniem,ja,0880990101,7,boos,Water"),
    )
    found = contents([Table(heading, rows, (2, 3, 4), "Blad1")])
    assert found == Contents(
        system="telefoniecentrale (VoIP)",
        controllers=2,
        texts=(("Blad1", ((3, 4),)),),
        withheld=(("Blad1", ((3, 3),)),),
    )
    assert not re.search("boos|0651", repr(found))


@pytest.mark.parametrize(
    ("controller", "named", "count"),
    [(None, "A", 1), ("A", "a", 1), ("A", "B", 2), ("A", "", 1), (None, "", 0)],
)
def test_the_items_own_controller_counts(controller: str | None, named: str, count: int) -> None:
    table = Table(("opdrachtgever", "x"), ((named, "1"),), (2,))
    assert contents([table], controller).controllers == count


def test_of_several_layouts_that_of_most_rows_is_the_items() -> None:
    people = columns("Name,Organization,Email,Phone,Owner")
    deals = columns("Title,Stage,Value,Owner,Status")
    inventory = Inventory(EXPORTS, DATES, None, None)
    inventory.add(Table(people, (people,), (2,)), ())
    inventory.add(Table(deals, (deals, deals), (2, 3)), ())
    assert inventory.profile is not None
    assert inventory.profile.id == "pipedrive-deals"


def test_a_hostile_number_of_headings_is_not_kept() -> None:
    exports = Exports(EXPORTS.profiles)
    for number in range(1500):
        exports.recognise((f"kolom {chr(65 + number % 26)}{number}x",))
    assert len(exports._known) == 1000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('id = "agent-report"', 'id = "Agent Report"'), "profile.0.id"),
        (('doc_type = "belrapportage"', 'doc_type = "rapport"'), "unknown doc_type 'rapport'"),
        (('group = "medewerker"', 'group = "chef"'), "unknown subject_group 'chef'"),
        (('needed = ["agent"', 'needed = ["baas"'), "columns that it does not define: baas"),
        (('term_from = "dag"', 'term_from = "agent"'), "'agent' is a column without a trigger"),
        (('trigger = "registratie"', 'trigger = "ooit"'), "column 'dag': unknown trigger 'ooit'"),
        (("least = 2", "least = 9"), "least is 9, of 6 likely columns"),
        (('"skill", "team"]', '"skill", "pauze"]'), "heading 'pauze' is of two columns"),
        (('"skill", "team"]', '"12"]'), "column 'wachtrij': a heading has no letters"),
        (('reads = "naam agent"', 'reed = "naam agent"'), "reed"),
        (('id = "agent-report"', 'id = "clang-subscribers"'), "the id is used twice"),
    ],
)
def test_a_wrong_file_says_what_is_wrong_and_where(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    copytree(str(rules_dir()), tmp_path / "rules")
    file = tmp_path / "rules" / "exports" / "agent-report.toml"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(change[0], change[1], 1), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_exports(tmp_path / "rules")
    assert said in str(error.value)
    assert ".toml" in str(error.value)
    assert "\n" not in str(error.value)
