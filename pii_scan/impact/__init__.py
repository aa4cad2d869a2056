"""On top of the store: what it would mean if some folders leaked, from the inventory alone.

The facts that a notification to the Autoriteit Persoonsgegevens asks for (AVG art. 33(3)), as far
as files tell them; what only people know is named as such.
"""

from pii_scan.impact.facts import Impact, Law, impact
from pii_scan.impact.writing import WRITERS

__all__ = ["WRITERS", "Impact", "Law", "impact"]
