"""Stage 5, classify: Hit -> Finding: what a value is, whose, and how bad; personal data stops here.

`Dossier` takes in one item part by part. The other modules hold what it decides by (`knowledge`),
its questions (`doctype`, `exports`, `organisation`, `tally`), what a value becomes (`mask`,
`fingerprint`) and what is left out (`suppress`). Beside it go the dates (`timeline`) and what bears
on promises (`contents`).
"""

from pii_scan.classify.dossier import Classified, Dossier
from pii_scan.classify.knowledge import Knowledge
from pii_scan.classify.suppress import Suppressor

__all__ = ["Classified", "Dossier", "Knowledge", "Suppressor"]
