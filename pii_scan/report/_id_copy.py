"""Whether a copy of an identity document shows the citizen service number."""

from collections.abc import Iterable

from pii_scan.model import Result

ID_COPY = "kopie_id"
BSN = "NL_BSN"


def bsn_readable(result: Result, entities: Iterable[str]) -> bool | None:
    """Return whether a BSN can be read on a copy of an identity document; `None` if it is none.

    `False` is masked, on the other side, or not recognised in the picture. An employer may have the
    number on it (art. 7.5 Uitvoeringsregeling loonbelasting 2011), others need a law that says so
    (art. 46 UAVG).
    """
    return BSN in set(entities) if result.doc_type == ID_COPY else None
