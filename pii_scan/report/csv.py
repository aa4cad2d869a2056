"""A table for a Dutch Excel: a row a finding, a judgement, a promise; at least one row an item.

What is suppressed is a row too, with how many findings, why, by whom and until when.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from pii_scan.model import Beside, Breach, Finding, Judgement, Report, Result, Scan, Suppression
from pii_scan.report._dutch import (
    ACCESS,
    ACTIONS,
    DATE_SOURCES,
    OUTCOMES,
    STATUSES,
    VERDICTS,
    export,
    place,
    reason,
)
from pii_scan.report._id_copy import bsn_readable
from pii_scan.report._summary import iso, moment

ITEM = ("bestand", "status", "reden", "mediatype", "bytes", "gewijzigd", "eigenaar", "toegang")
ITEM_MORE = ("documenttype", "betrokkenen", "opdrachtgever", "rol", "niveau", "bsn_op_kopie")
FINDING = ("waar", "entiteit", "categorie", "niveau_vondst", "zekerheid", "gemaskeerd")
JUDGEMENT = ("beleid", "regel", "oordeel", "termijn_vanaf", "referentiedatum", "datumbron")
JUDGEMENT_MORE = ("bewaren_tot_en_met", "moet_bewaard_tot_en_met", "actie", "aannames")
SUPPRESSED = ("aantal", "reden_onderdrukt", "onderdrukt_door", "onderdrukt_tot_en_met")
PROMISE = ("export", "belofte", "bepaling", "uitkomst_belofte", "toelichting_belofte")
_PARTS = (ITEM, ITEM_MORE, FINDING, JUDGEMENT, JUDGEMENT_MORE, SUPPRESSED, PROMISE)
COLUMNS = ("soort", *(name for part in _PARTS for name in part))

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
FORMULA_STARTS = f"{SIGNS}\t\r\n"
"""What Excel, LibreOffice and Sheets take for the start of a formula, full-width forms included."""


_BEGINS_AGAIN = re.compile(rf"([;,|\t\r\n][\"'\s]*)(?=[{re.escape(SIGNS)}])")
"""Where a cell would begin for a spreadsheet of another country, which separates otherwise.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def cell(value: Any) -> str:
    """Return a value as text that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell(" @x"), cell("a=1"), cell("a;=1"), cell(None)
    ("'=1+1", "' @x", 'a=1', "a;'=1", '')
    """
    text = "" if value is None else str(value)
    if text.lstrip(" ")[:1] in FORMULA_STARTS and text.strip(" "):
        text = f"'{text}"
    return _BEGINS_AGAIN.sub(r"\1'", text)


def _write(
    scan: Scan, results: Callable[[], Iterator[Result]], sink: BinaryIO, beside: Beside
) -> None:
    # The mark at the start tells Excel that it is UTF-8; the semicolon is its Dutch separator.
    text = io.TextIOWrapper(sink, "utf-8-sig", "backslashreplace", newline="", write_through=True)
    rows = csv.DictWriter(text, COLUMNS, restval="", delimiter=";", lineterminator="\r\n")
    rows.writeheader()
    judged = {it.id: it for it in scan.suppressions}
    for result in results():
        whole = _item(result)
        rows.writerows(
            {name: cell(value) for name, value in (whole | row).items()}
            for row in _rows(result, judged)
        )
    text.detach()


def _rows(result: Result, judged: Mapping[str, Suppression]) -> Iterator[dict[str, Any]]:
    if not (result.findings or result.judgements or result.suppressed or result.breaches):
        yield {"soort": "bestand"}
    for finding in result.findings:
        yield _finding(finding)
    for judgement in result.judgements:
        yield _judgement(judgement)
    for breach in result.breaches:
        yield _breach(breach)
    for name, count in result.suppressed:
        yield _suppressed(judged[name], count)


def _item(result: Result) -> dict[str, Any]:
    readable = bsn_readable(result, (it.entity for it in result.findings))
    return {
        "bestand": result.item.uri,
        "status": STATUSES[result.coverage.status],
        "reden": reason(result.coverage.reason),
        "mediatype": result.media_type,
        "bytes": result.item.size,
        "gewijzigd": moment(result.item.modified) if result.item.modified else None,
        "eigenaar": result.item.owner,
        "toegang": ACCESS[result.item.access] if result.item.access else None,
        "documenttype": result.doc_type,
        "betrokkenen": ", ".join(result.subject_groups),
        "opdrachtgever": result.controller,
        "rol": None if result.role == "unknown" else result.role,
        "niveau": result.level,
        "export": export(result.profile),
        "bsn_op_kopie": None if readable is None else ("leesbaar" if readable else "niet leesbaar"),
    }


def _finding(it: Finding) -> dict[str, Any]:
    return {
        "soort": "vondst",
        "waar": place(it.where),
        "entiteit": it.entity,
        "categorie": it.category,
        "niveau_vondst": it.level,
        "zekerheid": f"{it.score:.2f}".replace(".", ","),
        "gemaskeerd": it.masked,
    }


def _breach(it: Breach) -> dict[str, Any]:
    return {
        "soort": "belofte",
        "waar": place(it.where),
        "beleid": it.policy,
        "belofte": it.title,
        "bepaling": it.clause,
        "uitkomst_belofte": OUTCOMES[it.outcome],
        "toelichting_belofte": it.reason,
    }


def _suppressed(it: Suppression, count: int) -> dict[str, Any]:
    return {
        "soort": "onderdrukt",
        "entiteit": it.entity,
        "categorie": it.category,
        "aantal": count,
        "reden_onderdrukt": it.reason,
        "onderdrukt_door": it.by,
        "onderdrukt_tot_en_met": iso(it.until),
    }


def _judgement(it: Judgement) -> dict[str, Any]:
    return {
        "soort": "oordeel",
        "waar": place(it.where),
        "beleid": it.policy,
        "regel": it.rule,
        "oordeel": VERDICTS[it.verdict],
        "termijn_vanaf": it.trigger,
        "referentiedatum": iso(it.reference_date),
        "datumbron": DATE_SOURCES[it.reference_source] if it.reference_source else None,
        "bewaren_tot_en_met": iso(it.keep_until),
        "moet_bewaard_tot_en_met": iso(it.must_keep_until),
        "actie": ACTIONS[it.action] if it.action else None,
        "aannames": " ".join(it.assumptions),
    }


REPORT = Report("csv", _write)
