from datetime import date

import pytest

from pii_scan.model import Chunk, Evidence
from tests.documents import at, parts, words

COMMON = "urn:oasis:names:specification:ubl:schema:xsd:Common"
PARTY = """<a:Party><a:PartyName><b:Name>{name}</b:Name></a:PartyName>
<a:Contact><b:Name>P. Vos</b:Name></a:Contact>
<a:Person><b:FirstName>Jan</b:FirstName><b:MiddleName>de</b:MiddleName>
<b:FamilyName>Vries</b:FamilyName></a:Person></a:Party>"""


def ubl(kind: str, issued: str = "2024-03-01") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
 xmlns:a="{COMMON}AggregateComponents-2" xmlns:b="{COMMON}BasicComponents-2">
<b:ID>F-17</b:ID><b:IssueDate>{issued}</b:IssueDate><b:Note>BSN 999994256</b:Note>
<a:AccountingSupplierParty>{PARTY.format(name="Ons Bedrijf")}</a:AccountingSupplierParty>
<a:AccountingCustomerParty>{PARTY.format(name="Klant")}</a:AccountingCustomerParty>
<a:PaymentMeans><a:PayeeFinancialAccount><b:ID>NL91ABNA0417164300</b:ID>
</a:PayeeFinancialAccount></a:PaymentMeans></{kind}>""".encode()


@pytest.mark.parametrize(
    ("kind", "title"), [("Invoice", "Factuur"), ("CreditNote", "Creditfactuur")]
)
def test_an_invoice_is_headed_as_one(kind: str, title: str) -> None:
    found = parts(ubl(kind), "a.xml")
    assert at(found, "heading").splitlines() == [
        title,
        "Factuurnummer: F-17",
        "Factuurdatum: 2024-03-01",
        "Leverancier: Jan de Vries",
        "Leverancier: Ons Bedrijf",
        "Contactpersoon: P. Vos",
        "Debiteur: Jan de Vries",
        "Debiteur: Klant",
        "Contactpersoon: P. Vos",
        "Bankrekening: NL91ABNA0417164300",
    ]
    assert Evidence("documentdatum", date(2024, 3, 1), "metadata", "IssueDate") in found
    assert "BSN 999994256" in words(found)


def test_a_date_that_is_none_and_other_xml_give_no_evidence() -> None:
    for data in (ubl("Invoice", "1 maart"), b"<Invoice><ID>1</ID></Invoice>"):
        found = parts(data, "a.xml")
        assert all(isinstance(part, Chunk) for part in found)
