"""What the sheets of the workbook are called and hold, for who writes it and who reads it back."""

from pii_scan.model import GroupStatus

OVERVIEW = "Overzicht"
GROUPS = "Groepen"
ITEMS = "Bestanden"
VERDICTS = "Oordelen"
COVERAGE = "Dekking"
PROMISES = "Beloften"
"""Only there when a promise is broken, or may be."""

OWNER, DUE, STATUS, NOTE = "Eigenaar", "Uiterlijk", "Stand", "Opmerking"
REVISION, ID = "Versie", "Kenmerk"

Column = tuple[str, float]
"""(heading, width in characters)."""

FILLED_IN: tuple[Column, ...] = ((OWNER, 22), (DUE, 12), (STATUS, 16), (NOTE, 40))
"""What people fill in."""
BOOKKEEPING: tuple[Column, ...] = ((REVISION, 8), (ID, 16))
"""Hidden: which group a row is, and which step of its history the person had in front of them."""

COLUMNS: dict[str, tuple[Column, ...]] = {
    GROUPS: (
        *(("Map", 60), ("Soort", 22), ("Categorie", 34), ("Niveau", 14), ("Bestanden", 11)),
        *(("Vondsten", 11), ("Oordeel", 24), *FILLED_IN, *BOOKKEEPING),
    ),
    ITEMS: (
        *(("Bestand", 60), ("Niveau", 14), ("Documenttype", 20), ("Betrokkenen", 22)),
        *(
            ("Opdrachtgever", 22),
            ("Van", 16),
            ("Leesbaar voor", 18),
            ("Categorieën", 40),
            ("Vondsten", 11),
            ("Mensen", 9),
        ),
        *(("Oordeel", 24), ("Bewaren t/m", 12), ("Dagen over", 11), ("Te doen", 16)),
        *(("Score", 9), ("Via de groep", 34), *FILLED_IN, *BOOKKEEPING),
    ),
    VERDICTS: (
        *(("Bestand", 60), ("Waar", 22), ("Beleid", 20), ("Regel", 40), ("Oordeel", 24)),
        *(("Termijn vanaf", 20), ("Referentiedatum", 15), ("Datumbron", 28)),
        *(("Bewaren t/m", 12), ("Moet er zijn t/m", 15), ("Te doen", 24), ("Aannames", 60)),
    ),
    COVERAGE: (
        *(("Bestand", 60), ("Status", 18), ("Reden", 34), ("Soort bestand", 24)),
        *(("Bytes", 14), ("Gewijzigd", 12)),
    ),
    PROMISES: (
        *(("Bestand", 60), ("Waar", 22), ("Belofte", 50), ("Bepaling", 14), ("Beleid", 20)),
        *(("Uitkomst", 20), ("Waarom", 70)),
    ),
}

STATUSES: dict[GroupStatus, str] = {
    "open": "open",
    "busy": "in behandeling",
    "done": "klaar",
    "accepted": "geaccepteerd",
}
