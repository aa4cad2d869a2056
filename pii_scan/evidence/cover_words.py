"""The words of the covering report, in Dutch and in English."""

from collections.abc import Mapping

from pii_scan.page import Language

Words = Mapping[Language, str]

STATUSES: Mapping[str, Words] = {
    "scanned": {"nl": "volledig gelezen", "en": "read in full"},
    "partial": {"nl": "deels gelezen", "en": "read in part"},
    "skipped": {"nl": "overgeslagen", "en": "left out"},
    "unreadable": {"nl": "niet te lezen", "en": "not readable"},
}
LEVELS: Mapping[str, Words] = {
    "Geheim": {"nl": "Geheim", "en": "Secret (Geheim)"},
    "Vertrouwelijk": {"nl": "Vertrouwelijk", "en": "Confidential (Vertrouwelijk)"},
    "Intern": {"nl": "Intern", "en": "Internal (Intern)"},
    "Openbaar": {"nl": "Openbaar", "en": "Public (Openbaar)"},
}
OUTCOMES: Mapping[str, Words] = {
    "gone": {
        "nl": "verdwenen; het logboek zegt niet door wie",
        "en": "gone; the log does not say by whom",
    },
    "disposed": {
        "nl": "opgeruimd volgens een goedgekeurd plan",
        "en": "disposed of by an approved plan",
    },
    "moved": {
        "nl": "verplaatst: dezelfde inhoud staat elders",
        "en": "moved: the same content is elsewhere",
    },
    "kept": {"nl": "er nog, en nog over termijn", "en": "still there, and still past its term"},
    "no_longer_overdue": {
        "nl": "er nog, met een ander oordeel",
        "en": "still there, with another verdict",
    },
    "not_read": {"nl": "er nog, deze keer niet gelezen", "en": "still there, not read this time"},
    "not_looked_at": {
        "nl": "niet onderzocht in deze scan",
        "en": "not looked at in this scan",
    },
}
GROUP_STATUSES: Mapping[str, Words] = {
    "open": {"nl": "open", "en": "open"},
    "busy": {"nl": "bezig", "en": "busy"},
    "done": {"nl": "klaar", "en": "done"},
    "accepted": {"nl": "aanvaard", "en": "accepted"},
}
STRENGTHS: Mapping[str, Words] = {
    "direct": {"nl": "direct bewijs", "en": "direct evidence"},
    "steun": {"nl": "ondersteunend", "en": "supporting"},
    "signaal": {"nl": "signaal", "en": "signal"},
}

WORDS: Mapping[Language, Mapping[str, str]] = {
    "nl": {
        "title": "Verslag bij het bewijspakket van een scan op persoonsgegevens",
        "what": "Dit verslag vat een bewijspakket samen. Alles erin volgt uit het pakket, dat bij "
        "het maken van dit verslag is gecontroleerd. Gevonden waarden zijn gemaskeerd.",
        "fact": "Gegeven",
        "value": "Waarde",
        "scan": "Scan",
        "moment": "Uitgevoerd",
        "unfinished": "niet afgemaakt",
        "period": "Periode",
        "policy": "Beleid",
        "as_on": "beoordeeld per",
        "operator": "Uitgevoerd door",
        "tool": "Gereedschap",
        "maker": "Pakket gemaakt door",
        "before": "Vorig pakket (manifest)",
        "none": "geen",
        "head": "Einde van het logboek",
        "digest": "SHA-256 van het pakket",
        "key": "Handtekening van sleutel",
        "key_not_checked": "niet gecontroleerd: er is geen publieke sleutel opgegeven",
        "short": "In het kort",
        "short_items": "{items} bestanden aangetroffen; {missed} daarvan zijn niet volledig "
        "gelezen zonder dat daarom was gevraagd. In {found} staan persoonsgegevens.",
        "short_terms": "{overdue} zijn over hun bewaartermijn, {possibly} mogelijk.",
        "short_follow_up": "Van de {then} die de vorige keer over termijn waren, zijn er {gone} "
        "weg en {kept} er nog; {newly} zijn erbij gekomen.",
        "short_owners": "Van wat over termijn is, heeft dit een eigenaar: {owned}, en dit niet: "
        "{alone}. Afspraken die over hun datum zijn: {past}.",
        "short_canaries": "Van wat ter controle op deze plaatsen is geplant, is {share} gevonden: "
        "{found} van {of} gegevens.",
        "short_exceptions": "{count} uitzonderingen laten vondsten buiten het verslag.",
        "short_unfinished": "De scan is niet afgemaakt: wat hij niet bereikte, is niet onderzocht.",
        "short_changed": "Instellingen of regels zijn sinds de scan gewijzigd; die in het pakket "
        "zijn van nu.",
        "completeness": "Volledigheid",
        "population": "De bestanden zijn twee keer geteld: bij het doorlopen {walked}, in de "
        "opslag {kept}. {verdict}",
        "equal": "Beide tellingen, ook die van bytes, zijn gelijk.",
        "unequal": "De tellingen verschillen; zoek uit waarom.",
        "not_counted": "Bij het doorlopen is niet geteld of de telling ging verloren.",
        "chart_kinds": "Bestanden naar soort, en hoe ver ze zijn gelezen.",
        "status": "Stand",
        "reason": "Reden",
        "items": "Bestanden",
        "findings": "Vondsten",
        "findings_what": "Het niveau van een bestand is dat van de zwaarste vondst erin; het is "
        "een voorstel, de eigenaar beslist.",
        "chart_places": "Bestanden met persoonsgegevens naar plaats en niveau.",
        "terms": "Bewaartermijnen",
        "chart_trend": "Bestanden over termijn, per scan van dezelfde plaatsen.",
        "overdue": "over termijn",
        "rule": "Regel",
        "first": "Oudste einddatum",
        "follow_up": "Wat er met de vorige is gebeurd",
        "outcome": "Uitkomst",
        "assigned": "Wie wat oppakt",
        "nobody": "Er is niets aan iemand toegewezen.",
        "what_group": "Wat",
        "owner": "Eigenaar",
        "due": "Uiterlijk",
        "past_due": "(verlopen)",
        "of_items": "Over termijn / alle",
        "more": "Nog {count} staan in {part}.",
        "decisions": "Uitzonderingen en besluiten",
        "id": "Nummer",
        "approver": "Beoordeeld door",
        "until": "Geldt tot en met",
        "left_out": "Vondsten",
        "expired": "(vervallen)",
        "no_exceptions": "Er zijn geen uitzonderingen.",
        "decisions_where": "Alle besluiten, met wie wanneer, staan in decisions.json en log.jsonl.",
        "accuracy": "Nauwkeurigheid van de detector",
        "accuracy_what": "Gemeten op gelabelde teksten: {sets}, op {day}. Tussen haakjes het "
        "95%-interval. Hoe goed hij is op de eigen bestanden, volgt hier niet uit.",
        "own_files": "Gemeten op de eigen bestanden",
        "not_measured": "Voor deze scan is dat niet gemeten: er zijn geen documenten ter controle "
        "geplant en er is geen steekproef nagekeken.",
        "canaries": "Documenten ter controle (kanaries), gemeten op {at}: in {documents} geplante "
        "documenten, waarvan {unmet} niet aangetroffen, zijn {found} van {of} gegevens gevonden: "
        "{share}. Tussen haakjes het 95%-interval (Wilson). De documenten zijn verzonnen; of de "
        "eigen bestanden erop lijken, is een oordeel.",
        "kind_or_format": "Soort of formaat",
        "planted": "Geplant",
        "sample": "Steekproef, {at}: {by} heeft {answered} willekeurige bestanden zonder vondst "
        "nagekeken ({open} niet beantwoord); in {missed} stonden toch persoonsgegevens. Met 95% "
        "zekerheid geldt dat voor {share} van die bestanden, en is {recall} van alle bestanden met "
        "persoonsgegevens gevonden (Clopper-Pearson).",
        "drawn": "Er zijn {drawn} steekproeven getrokken en {checked} nagekeken; vraag naar de "
        "andere.",
        "texts": "teksten",
        "label": "Soort",
        "marked": "Aanwezig",
        "recall": "Gevonden",
        "precision": "Terecht",
        "controls": "Beheersmaatregelen (ISO/IEC 27001:2022 en 2013, NEN 7510)",
        "controls_what": "Omschrijvingen zijn van ons, niet van de norm. NEN 7510 volgt de nummers "
        "van 2022. Wat geen bewijs oplevert, staat in controls.json.",
        "control": "Onderwerp",
        "new": "nieuw",
        "shows": "Wat het aantoont",
        "not_shown": "Wat het niet aantoont",
        "integrity": "Integriteit",
        "integrity_points": "De handtekening toont aan dat niets in het pakket is gewijzigd sinds "
        "het is ondertekend met de sleutel hierboven. Laat de sleutel langs een andere weg "
        "bevestigen dan het pakket.\nZij toont niet aan dat de scan eerlijk is uitgevoerd: wie de "
        "machine beheerst, kan iets anders laten scannen of de klok verzetten.\nControleren kan "
        "zonder dit programma, met sha256sum en openssl: zie README.txt in het pakket.",
        "custody": "Overdracht",
        "received_by": "Ontvangen door",
        "when": "Datum",
        "by_what": "Langs welke weg",
        "digest_checked": "SHA-256 klopt (ja/nee)",
    },
    "en": {
        "title": "Report on the evidence bundle of a scan for personal data",
        "what": "This report sums up an evidence bundle. All of it follows from the bundle, which "
        "was verified when this report was made. Values found are masked.",
        "fact": "Fact",
        "value": "Value",
        "scan": "Scan",
        "moment": "Carried out",
        "unfinished": "not finished",
        "period": "Period",
        "policy": "Policy",
        "as_on": "judged as on",
        "operator": "Operator",
        "tool": "Tool",
        "maker": "Bundle made by",
        "before": "Bundle before (manifest)",
        "none": "none",
        "head": "End of the log",
        "digest": "SHA-256 of the bundle",
        "key": "Signature of key",
        "key_not_checked": "not checked: no public key was given",
        "short": "In short",
        "short_items": "{items} files were met; {missed} of them were not read in full although "
        "nobody asked for that. {found} hold personal data.",
        "short_terms": "{overdue} are past their retention term, {possibly} possibly.",
        "short_follow_up": "Of the {then} that were past their term last time, {gone} are gone and "
        "{kept} still there; {newly} are new.",
        "short_owners": "Of what is past its term, with an owner: {owned}, without: {alone}. "
        "Agreements past their day: {past}.",
        "short_canaries": "Of what was planted in these places as a check {share} was found: "
        "{found} of {of} values.",
        "short_exceptions": "{count} exceptions leave findings out of the report.",
        "short_unfinished": "The scan was not finished: what it did not reach was not looked at.",
        "short_changed": "Settings or rules changed since the scan; those in the bundle are of "
        "now.",
        "completeness": "Completeness",
        "population": "Files were counted twice: {walked} by the walk, {kept} in the store. "
        "{verdict}",
        "equal": "Both counts, those of bytes too, are equal.",
        "unequal": "The counts differ; find out why.",
        "not_counted": "The walk did not count, or its count was lost.",
        "chart_kinds": "Files by kind, and how far they were read.",
        "status": "Status",
        "reason": "Reason",
        "items": "Files",
        "findings": "Findings",
        "findings_what": "The level of a file is that of the gravest finding in it; it is a "
        "proposal, the owner decides.",
        "chart_places": "Files with personal data by place and level.",
        "terms": "Retention terms",
        "chart_trend": "Files past their term, by scan of the same places.",
        "overdue": "past its term",
        "rule": "Rule",
        "first": "Earliest end",
        "follow_up": "What became of those before",
        "outcome": "Outcome",
        "assigned": "Who deals with what",
        "nobody": "Nothing was assigned to anybody.",
        "what_group": "What",
        "owner": "Owner",
        "due": "Due",
        "past_due": "(past)",
        "of_items": "Past term / all",
        "more": "{count} more are in {part}.",
        "decisions": "Exceptions and decisions",
        "id": "Number",
        "approver": "Judged by",
        "until": "Holds until",
        "left_out": "Findings",
        "expired": "(expired)",
        "no_exceptions": "There are no exceptions.",
        "decisions_where": "All decisions, by whom and when, are in decisions.json and log.jsonl.",
        "accuracy": "Accuracy of the detector",
        "accuracy_what": "Measured on labelled texts: {sets}, on {day}. In brackets the 95 % "
        "interval. How well it does on the organisation's own files does not follow from this.",
        "own_files": "Measured on the organisation's own files",
        "not_measured": "That was not measured for this scan: no documents were planted as a "
        "check, and no sample was looked through.",
        "canaries": "Planted documents (canaries), measured on {at}: in {documents} documents, "
        "{unmet} of which were not met, {found} of {of} values were found: {share}. In brackets "
        "the 95 % interval (Wilson). The documents are made up; whether the organisation's own are "
        "like them is a judgement.",
        "kind_or_format": "Kind or format",
        "planted": "Planted",
        "sample": "Sample, {at}: {by} looked through {answered} random files without findings "
        "({open} not answered); {missed} held personal data all the same. With 95 % confidence "
        "that holds for {share} of those files, and {recall} of all files with personal data was "
        "found (Clopper-Pearson).",
        "drawn": "{drawn} samples were drawn and {checked} looked through; ask about the others.",
        "texts": "texts",
        "label": "Kind",
        "marked": "Present",
        "recall": "Found",
        "precision": "Right",
        "controls": "Controls (ISO/IEC 27001:2022 and 2013, NEN 7510)",
        "controls_what": "Descriptions are ours, not the standard's. NEN 7510 has the numbers of "
        "2022. Controls on which there is no evidence are in controls.json.",
        "control": "Subject",
        "new": "new",
        "shows": "What it shows",
        "not_shown": "What it does not show",
        "integrity": "Integrity",
        "integrity_points": "The signature shows that nothing in the bundle changed since it was "
        "signed with the key above. Have the key confirmed by another way than the bundle came.\n"
        "It does not show that the scan was honest: who controls the machine can have something "
        "else scanned, or set the clock.\nIt can be verified without this program, with sha256sum "
        "and openssl: see README.txt in the bundle.",
        "custody": "Chain of custody",
        "received_by": "Received by",
        "when": "Date",
        "by_what": "By what means",
        "digest_checked": "SHA-256 right (yes/no)",
    },
}
