"""Stage 3, extract: invoices in XML (OASIS UBL 2): what a reader would see at the top of one.

All that stands in the file is read as any XML; here parties get their names in one piece, labels
that invoices have, and the date its meaning.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml import etree

from pii_scan.extract._text import fields
from pii_scan.model import Evidence, Part

SCHEMA: Final = "{urn:oasis:names:specification:ubl:schema:xsd:%s-2}%s"
TITLES: Final = {
    SCHEMA % ("Invoice", "Invoice"): "Factuur",
    SCHEMA % ("CreditNote", "CreditNote"): "Creditfactuur",
}
PARTIES: Final = (
    ("Leverancier", "AccountingSupplierParty"),
    ("Debiteur", "AccountingCustomerParty"),
)
NAMES: Final = (
    "{*}Person/{*}FirstName|{*}Person/{*}MiddleName|{*}Person/{*}FamilyName",
    "{*}PartyName/{*}Name",
    "{*}PartyLegalEntity/{*}RegistrationName",
)
"""Where a party says what it is called; parts of one name are joined."""


def heading(root: etree._Element) -> Iterator[Part]:
    """Yield number, date, parties, contacts and account of an invoice or credit note, if it is one.

    Labels are those of Dutch invoices, by which the type of a document is told.
    """
    title = TITLES.get(str(root.tag))
    if not title:
        return
    issued = _text(root, "{*}IssueDate")
    pairs = [("", title), ("Factuurnummer", _text(root, "{*}ID")), ("Factuurdatum", issued)]
    for label, name in PARTIES:
        party = root.find(f"{{*}}{name}/{{*}}Party")
        if party is not None:
            pairs += [(label, called) for paths in NAMES if (called := _text(party, paths))]
            pairs.append(("Contactpersoon", _text(party, "{*}Contact/{*}Name")))
    account = "{*}PaymentMeans/{*}PayeeFinancialAccount/{*}ID"
    pairs.append(("Bankrekening", _text(root, account)))
    yield from fields(pairs, "heading")
    try:
        yield Evidence("documentdatum", date.fromisoformat(issued[:10]), "metadata", "IssueDate")
    except ValueError:
        return


def _text(node: etree._Element, paths: str) -> str:
    texts = (node.findtext(path) or "" for path in paths.split("|"))
    return " ".join(text.strip() for text in texts if text.strip())
