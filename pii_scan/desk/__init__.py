"""The desk: a local web page over the store, where findings become decisions.

It does nothing that the command line cannot, and leaves what it does in the log of the store.
"""

from pii_scan.desk.app import application
from pii_scan.desk.desk import Serving
from pii_scan.desk.showing import Sight, sights

__all__ = ["Serving", "Sight", "application", "sights"]
