"""Stage 5, classify: Hit -> Finding: what a value is, whose, and how bad; personal data stops here.

`Dossier` takes in one item part by part. The other modules hold what it decides by (`knowledge`),
its questions (`doctype`, `organisation`, `tally`) and what a value becomes (`mask`, `fingerprint`).
"""

from pii_scan.classify.dossier import Classified, Dossier
from pii_scan.classify.knowledge import Knowledge

__all__ = ["Classified", "Dossier", "Knowledge"]
