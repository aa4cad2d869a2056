"""A `Result` as rows of the tables, and back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row

from pii_scan.model import Breach, Coverage, Evidence, Finding, Item, Judgement, Result, Scan

T = TypeVar("T")

Key = tuple[int, int]
"""The scan in which an item, as it is, was first met, and its number in there."""
_OF_SCAN = tuple(field.name for field in fields(Scan))

Rows = dict[str, list[tuple[Any, ...]]]
"""Table name -> rows, the values in the order of its columns."""


def rows_of(scan: Scan, number: int, result: Result, stamp: int | None, into: Rows) -> None:
    """Append the rows of `result`, the `number`th item of the scan, to `into`."""
    item, coverage = result.item, result.coverage
    scan_id = scan.id
    key = (scan_id, number)
    into["items"].append(
        (
            *key,
            *(item.uri, item.locator, item.size, item.modified, item.version),
            *(coverage.status, coverage.stage, coverage.reason),
            *(result.media_type, result.digest, result.doc_type, result.subject_groups),
            *(result.controller, result.role, result.level),
            *_reference_row(result.reference),
            *(result.suppressed, result.profile, result.contents, item.owner, item.access),
            *(item.within, result.consent, result.rows, result.sections, result.holds),
            *(len(result.findings), scan.series, None, stamp),
        )
    )
    findings, prints = into["findings"], into["fingerprints"]
    for n, it in enumerate(result.findings):
        findings.append(
            (
                scan_id, number, n, it.entity, it.category, it.level, it.where, it.score, it.masked,
                it.row, it.person_role, it.role_reasons or None,
            )
        )  # fmt: skip
        for place, (kind, digest) in enumerate(it.fingerprints):
            prints.append((scan_id, number, n, place, kind, digest))
    into["evidence"].extend(
        (*key, n, it.trigger, it.date, it.source, it.where) for n, it in enumerate(result.evidence)
    )
    judged_rows(key, scan_id, result, into)


def judged_rows(key: Key, judged: int, result: Result, into: Rows) -> None:
    """Append the rows of what the scan `judged` said of the item with that key."""
    into["judgements"].extend(
        (
            *(*key, judged, n, None, it.policy, it.rule, it.where, it.verdict, it.trigger),
            *(it.reference_date, it.reference_source, it.keep_until, it.must_keep_until),
            *(it.action, it.assumptions),
        )
        for n, it in enumerate(result.judgements)
    )
    into["breaches"].extend(
        (
            *(*key, judged, n, None, it.policy, it.promise, it.kind, it.title, it.clause),
            *(it.outcome, it.where, it.reason),
        )
        for n, it in enumerate(result.breaches)
    )


def _reference_row(it: Evidence | None) -> tuple[Any, ...]:
    return (None,) * 4 if it is None else (it.trigger, it.date, it.source, it.where)


def scan_of(row: Row[Any]) -> Scan:
    """Return the scan that a row of `scans` tells of."""
    return Scan(**{name: row._mapping[name] for name in _OF_SCAN})


def results_of(items: Sequence[Row[Any]], parts: dict[str, Sequence[Any]]) -> list[Result]:
    """Return the results of `items`, in their order, with their `parts` by table name."""
    # Unpacked, since a row's attributes are several times slower and these are the many.
    prints: dict[tuple[int, int, int], list[tuple[str, str]]] = defaultdict(list)
    for scan, item, finding, _, kind, digest in parts["fingerprints"]:
        prints[scan, item, finding].append((kind, digest))
    found = _grouped(
        (
            (scan, item),
            Finding(
                *(entity, category, level, where, score, masked),
                fingerprints=tuple(prints.get((scan, item, number), ())),
                row=row,
                person_role=role,
                role_reasons=reasons or (),
            ),
        )
        for scan, item, number, *told, row, role, reasons in parts["findings"]
        for entity, category, level, where, score, masked in (told,)
    )
    evidence = _grouped(
        (_key(row), Evidence(row.trigger, row.date, row.source, row.place))
        for row in parts["evidence"]
    )
    judged = _grouped((_key(row), _judgement(row)) for row in parts["judgements"])
    broken = _grouped(
        ((scan, item), Breach(*told)) for scan, item, _, _, _, *told in parts["breaches"]
    )
    return [
        _result(row, found.get(key), evidence.get(key), judged.get(key), broken.get(key))
        for row in items
        for key in (_key(row),)
    ]


def _key(row: Row[Any]) -> Key:
    return row.scan_id, row.item


def _grouped(pairs: Iterable[tuple[Key, T]]) -> dict[Key, list[T]]:
    groups: dict[Key, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _judgement(row: Row[Any]) -> Judgement:
    return Judgement(
        policy=row.policy,
        rule=row.rule,
        where=row.place,
        verdict=row.verdict,
        trigger=row.trigger,
        reference_date=row.reference_date,
        reference_source=row.reference_source,
        keep_until=row.keep_until,
        must_keep_until=row.must_keep_until,
        action=row.action,
        assumptions=row.assumptions,
    )


def _result(
    row: Row[Any],
    findings: list[Finding] | None,
    evidence: list[Evidence] | None,
    judgements: list[Judgement] | None,
    breaches: list[Breach] | None,
) -> Result:
    return Result(
        item=Item(
            *(row.uri, row.locator, row.size, row.modified, row.version),
            *(row.owner, row.access, row.within),
        ),
        coverage=Coverage(row.status, row.stage, row.reason),
        media_type=row.media_type,
        digest=row.digest,
        doc_type=row.doc_type,
        subject_groups=row.subject_groups,
        controller=row.controller,
        role=row.role,
        level=row.level,
        findings=tuple(findings or ()),
        suppressed=row.suppressed,
        evidence=tuple(evidence or ()),
        reference=_reference(row),
        consent=row.consent,
        rows=row.rows,
        sections=row.sections,
        holds=row.holds,
        judgements=tuple(judgements or ()),
        profile=row.profile,
        contents=row.contents,
        breaches=tuple(breaches or ()),
    )


def _reference(row: Row[Any]) -> Evidence | None:
    if row.reference_date is None:
        return None
    return Evidence(
        row.reference_trigger, row.reference_date, row.reference_source, row.reference_place
    )
