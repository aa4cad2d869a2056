"""Stage 5, classify: Hit -> Finding: what a value is, whose, and how bad; personal data stops here.

`Dossier` takes in one item part by part. The other modules hold what it decides by (`knowledge`),
its questions (`doctype`, `exports`, `organisation`, `tally`), what a value becomes (`mask`, `fingerprint`) and
what is left out (`suppress`).
"""

from pii_scan.classify.dossier import Classified, Dossier
from pii_scan.classify.knowledge import Knowledge
from pii_scan.classify.suppress import Suppressor

__all__ = ["Classified", "Dossier", "Knowledge", "Suppressor"]
