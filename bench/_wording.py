"""The wording of the generated texts: how Dutch organisations note, mail and write.

`{surname}` … are the slots of `bench._corpora.Writer`; a snippet is followed by as much neutral
prose as keeps findings at the wanted distance.
"""

NOTES = (
    "{date} {time} {agent}: dhr. {surname} belt over {subject}. Klantnr {customer}. "
    "Terugbellen op {phone}.",
    "{date} {agent} - mw. {surname}, geb. {born}, wil weten hoe het staat met {subject}. "
    "Mail gestuurd naar {mail}.",
    "{time} inkomend. Klantnummer: {customer}. Adres gecontroleerd: {street}, {postcode} {place}.",
    "Kl. geeft nieuw nr door: {phone}. Oude nummer verwijderd. Rest van de gegevens klopt.",
    "BSN {bsn} genoteerd voor de aanvraag, kopie volgt per post.",
    "Uitbetaling graag op {iban} t.n.v. {initials}. Binnen vijf werkdagen geregeld.",
    "tel {phone} / mail {mail}, bereikbaar na 17 uur ivm {subject}",
    "Auto met kenteken {plate} stond verkeerd geregistreerd, aangepast.",
    "Geverifieerd op gebdat {born} en relatienummer {customer}; daarna pas {subject} besproken.",
    "Monteur langs bij {street} te {place}, bewoner was er niet; gebeld op {phone}.",
    "wachtwoord: {password} (tijdelijk, klant wijzigt zelf)",
    "Inlog mislukt vanaf {ip}, account tijdelijk dicht; klant krijgt bericht op {mail}.",
)
MAILS = (
    "Beste mevrouw {surname},\n\nDank voor uw bericht over {subject}. Wilt u uw antwoord sturen "
    "naar {mail}? Bellen mag ook: {phone}.",
    "Geachte heer {surname},\n\nOp rekening {iban} storten wij het bedrag terug. Uw polisnummer "
    "is {customer}.",
    "Mijn adres wijzigt per 1 {month}: {street}, {postcode} {place}. Kunt u dat verwerken?\n\n"
    "Met vriendelijke groet,\n{first} {surname}\n{phone}",
    "Ik heb met creditcard {card} betaald, maar zie {subject} nog niet terug. Mijn mailadres is "
    "{mail}.",
    "Hierbij mijn burgerservicenummer: {bsn}. Ik hoop dat de aanvraag nu door kan.",
    "Voor de vergoeding: kenteken {plate}, rekening {iban}. Ik ben geboren op {born}.",
    "Graag de factuur sturen naar {mail}; ons btw-nummer is {vat} en wij staan bij de Kamer van "
    "Koophandel onder KvK-nummer {kvk}.",
)
LETTERS = (
    "{initials}\n{street}\n{postcode} {place}\n\n{place}, {date}\n\nBetreft: {subject}\n\n"
    "Geachte heer, mevrouw,\n\nUw klantnummer is {customer}. Belt u ons met vragen op {phone}.",
    "Wij ontvingen een kopie van het paspoort met documentnummer {passport}; het "
    "burgerservicenummer {bsn} is onleesbaar gemaakt.",
    "Het rijbewijsnummer {licence} hebben wij niet nodig en is verwijderd. U bereikt ons via "
    "{mail}.",
    "Wij maken het bedrag over op {iban}. Klopt dit nummer niet, bel dan {phone}.",
)
FORMS = (
    "Naam: {first} {surname}\nGeboortedatum: {born}\nAdres: {street}\nPostcode: {postcode}\n"
    "Woonplaats: {place}\nTelefoon: {phone}\nE-mail: {mail}",
    "BSN: {bsn}\nIBAN: {iban}\nPersoneelsnummer: {customer}\nIn dienst per: {date}",
    "Bedrijf: {company}\nKvK: {kvk}\nBtw-id: {vat}\nContact: {mail}\nTel.: {phone}",
    "Voertuig: {plate}\nRijbewijsnr: {licence}\nBestuurder: {initials}\nGeb.datum: {born}",
)
TABLE_HEAD = "datum;klantnummer;telefoon;e-mail;postcode;onderwerp"
TABLE_ROW = "{date};{customer};{phone};{mail};{postcode};{subject}"

AGENTS = ("IB", "KvdM", "team 2", "MJ", "nachtdienst", "SB", "balie")
SUBJECTS = (
    "de nota van {month}",
    "een storing in het modem",
    "de levering van de wasmachine",
    "het jaarverbruik",
    "een verhuizing",
    "de eigen bijdrage",
    "een dubbele incasso",
    "het opzeggen van het abonnement",
    "de afspraak van {weekday}",
    "een kapotte lantaarn",
    "de wachttijd aan de telefoon",
    "het aanvragen van een parkeervergunning",
)
MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
WEEKDAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"]
COMPANIES = (
    "Bakkerij Het Voorbeeld B.V.",
    "Stichting De Proefpolder",
    "Installatiebedrijf Testerhof",
    "Rijwielhandel Modelweg V.O.F.",
)
WORDS = ("Herfst", "Tulp", "Fiets", "Lente", "Kaas", "Molen")

NEUTRAL = (
    "De vergadering van {weekday} is verzet omdat de zaal al bezet was.",
    "In {month} was het drukker dan anders, vooral aan het begin van de middag.",
    "We hebben afgesproken dat elk team zelf bijhoudt welke vragen het vaakst terugkomen.",
    "Het nieuwe formulier is korter en vraagt alleen nog wat echt nodig is.",
    "Uit de meting blijkt dat {percent} procent van de bellers binnen twee minuten iemand spreekt.",
    "De leverancier heeft beloofd dat de onderdelen voor eind {month} binnen zijn.",
    "Wie later binnenkomt, kan de fiets achter het gebouw zetten.",
    "Een klacht wordt binnen {days} dagen beantwoord, of de klant hoort waarom dat niet lukt.",
    "De kosten kwamen uit op € {amount} en dat is minder dan begroot.",
    "Let erop dat de brief ook in eenvoudige taal begrepen wordt.",
    "Bij storm blijven de buitenploegen binnen en schuift de planning een dag op.",
    "Het systeem was om {time} weer beschikbaar en daarna liep alles zonder haperen door.",
    "Volgens de handleiding moet de klep eerst dicht voordat de pomp gestart wordt.",
    "Er is gekozen voor een eenvoudige oplossing die iedereen zonder uitleg kan gebruiken.",
    "De oefening van {weekday} ging goed, al duurde het verzamelen op het plein te lang.",
    "Onze collega's in het zuiden werken al langer zo en zijn er tevreden over.",
    "Het rapport telt {pages} bladzijden, waarvan de helft uit tabellen bestaat.",
    "Als het regent lekt het dak boven de kantine, maar de aannemer komt pas in {month}.",
    "Niemand had verwacht dat de belangstelling voor de open dag zo groot zou zijn.",
    "Na de pauze bespreken we de rooster van de feestdagen en de bezetting in de zomer.",
    "De afspraak blijft dat geen enkel dossier langer dan nodig op een bureau ligt.",
    "In de wijk staan {days} nieuwe bomen, en de oude bankjes zijn opgeknapt.",
    "Het is de bedoeling dat ieder overleg eindigt met een korte lijst van besluiten.",
    "Deze regeling geldt niet voor wie al eerder gebruik heeft gemaakt van het aanbod.",
    "De koffieautomaat op de tweede verdieping doet het weer, met dank aan de monteur.",
    "Sinds de aanpassing wordt er minder afval opgehaald en meer gescheiden ingeleverd.",
    "Het gesprek verliep rustig en aan het eind waren beide partijen het eens.",
    "Een goede samenvatting noemt de vraag, het antwoord en wat er nog moet gebeuren.",
    "Wij verwachten dat de prijzen in het voorjaar met ongeveer {percent} procent stijgen.",
    "De schilder begint {weekday} aan de voorgevel en is daar een week mee bezig.",
    "Voor vragen over het rooster kun je terecht bij de planning, liefst voor de lunch.",
    "Op het scherm staat nu duidelijk welke stap nog openstaat en wie eraan werkt.",
    "De financiële ruimte is beperkt, dus er komt geen tweede ronde voor nieuwe ideeën.",
    "Voor de coördinatie tussen de vestigingen is {weekday} een vast overleg gepland.",
    "De reünie van oud-medewerkers trok ruim {pages} bezoekers en werd laat afgesloten.",
    "Tussen {time} en het einde van de dienst kwamen er nog {days} meldingen binnen.",
    "De gemeente overweegt om het plein autovrij te maken, te beginnen in {month}.",
    "Een café in de buurt levert voortaan de broodjes, en dat scheelt de helft in prijs.",
    "Wie vóór {weekday} reageert, krijgt de voorkeur bij het kiezen van een tijd.",
    "Van alle vragen ging {percent} procent over hetzelfde onderdeel van de rekening.",
    "De proef wordt met twee maanden verlengd, omdat de resultaten nog te wisselend zijn.",
    "Bij twijfel vraag je eerst een collega, daarna pas de leidinggevende.",
    "De cursus bestaat uit drie dagdelen en een opdracht die je in je eigen tijd maakt.",
    "Het verslag van {month} is vastgesteld zonder wijzigingen.",
)
