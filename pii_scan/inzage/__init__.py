"""Inzage: the answer to a person's request (art. 15 AVG), on top of the store.

    request -> subject -> places -> copies -> documents
    Case       Subject    Place     Copy      brief.docx, rapport.docx, places.json, subject.json

Places are found by keyed fingerprints alone. Only what is part of the answer is opened again, and
what leaves that room has everybody else's names and numbers masked.
"""

from pii_scan.inzage.answer import Answer, Tools, find
from pii_scan.inzage.frame import Frame
from pii_scan.inzage.request import Case, parse
from pii_scan.inzage.writing import write

__all__ = ["Answer", "Case", "Frame", "Tools", "find", "parse", "write"]
