"""A name is the name alone: no title or label in it, nothing of the next line."""

import pytest

from pii_scan import plugins
from pii_scan.detect import MIN_SCORE, hits_in
from pii_scan.detect.engine import Engine
from pii_scan.model import Recognizer

ENGINE = Engine(plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer))


def found(text: str) -> list[str]:
    return [hit.value for hit in hits_in(text, ENGINE, MIN_SCORE) if hit.entity == "PERSON"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dhr. J.P. van der Voorbeeld belde", ["J.P. van der Voorbeeld"]),
        ("Geachte mevrouw De Verzinner,", ["De Verzinner"]),
        ("Geachte heer Voorbeeld,\n\nUw brief", ["Voorbeeld"]),
        ("Naam: Anna Voorbeeld\nTelefoon: -", ["Anna Voorbeeld"]),
        ("naam: mw. A. Özverzin\nAdres", ["A. Özverzin"]),
        ("t.a.v. mevr. A. Voorbeeld-de Verzinner", ["A. Voorbeeld-de Verzinner"]),
        ("Van: Anna van 't Verzin <anna@kantoor.example>", ["Anna van 't Verzin"]),
        ("Van: Voorbeeld, A.B. van <a@kantoor.example>", ["Voorbeeld, A.B. van"]),
        ("Met vriendelijke groet,\n\nAnna Voorbeeld\nTeamleider", ["Anna Voorbeeld"]),
        ("Groet, Anna\n", ["Anna"]),
        ("Beste Anna,\n", ["Anna"]),
        ("u spreekt met Anna, goedemorgen", ["Anna"]),
        ("\n[10:12] Anna: hallo daar", ["Anna"]),
        ("gebeld met dochter Anna over", ["Anna"]),
        ("voornaam;achternaam;plaats\nAnna;van Voorbeeld;X\n", ["Anna", "van Voorbeeld"]),
        ("nr;naam;x\n1;Voorbeeld, Anna van;2\n", ["Voorbeeld, Anna van"]),
    ],
    ids=repr,
)
def test_the_name_alone(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Geachte heer, mevrouw,",
        "Beste klant,\n",
        "Beste Team Planning,\n",
        "t.n.v. Voorbeeld B.V.",
        "Met vriendelijke groet,\n\nTeam Klantenservice\n",
        "Van: Klantenservice <info@kantoor.example>",
        "Naam:\nAdres:\n",
        "dhr. belt terug",
        "\n[10:12] Agent: hallo daar",
        "A. Voorbeeld B.V.",
    ],
    ids=repr,
)
def test_no_person(text: str) -> None:
    assert found(text) == []
