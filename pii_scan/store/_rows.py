"""A `Result` as rows of the tables, and back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row

from pii_scan.model import Coverage, Evidence, Finding, Item, Judgement, Result, Scan

T = TypeVar("T")

Rows = dict[str, list[tuple[Any, ...]]]
"""Table name -> rows, the values in the order of its columns."""


def rows_of(scan_id: int, number: int, result: Result, into: Rows) -> None:
    """Append the rows of `result`, the `number`th item of the scan, to `into`."""
    item, coverage = result.item, result.coverage
    key = (scan_id, number)
    into["items"].append(
        (
            *key,
            *(item.uri, item.locator, item.size, item.modified, item.version),
            *(coverage.status, coverage.stage, coverage.reason),
            *(result.media_type, result.digest, result.doc_type, result.subject_groups),
            *(result.controller, result.role, result.level),
            *_reference_row(result.reference),
            *(result.suppressed, result.profile, result.contents, result.breaches or None),
            *(item.owner, item.access),
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
    into["judgements"].extend(
        (
            *(*key, n, it.policy, it.rule, it.where, it.verdict, it.trigger),
            *(it.reference_date, it.reference_source, it.keep_until, it.must_keep_until),
            *(it.action, it.assumptions),
        )
        for n, it in enumerate(result.judgements)
    )


def _reference_row(it: Evidence | None) -> tuple[Any, ...]:
    return (None,) * 4 if it is None else (it.trigger, it.date, it.source, it.where)


def scan_of(row: Row[Any]) -> Scan:
    """Return the scan that a row of `scans` tells of."""
    return Scan(**row._mapping)


def results_of(items: Sequence[Row[Any]], parts: dict[str, Sequence[Any]]) -> list[Result]:
    """Return the results of `items`, in their order, with their `parts` by table name."""
    # Unpacked, since a row's attributes are several times slower and these are the many.
    prints: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for _, item, finding, _, kind, digest in parts["fingerprints"]:
        prints[item, finding].append((kind, digest))
    found = _grouped(
        (
            item,
            Finding(
                *(entity, category, level, where, score, masked),
                fingerprints=tuple(prints.get((item, number), ())),
                row=row,
                person_role=role,
                role_reasons=reasons or (),
            ),
        )
        for _, item, number, *told, row, role, reasons in parts["findings"]
        for entity, category, level, where, score, masked in (told,)
    )
    evidence = _grouped(
        (row.item, Evidence(row.trigger, row.date, row.source, row.place))
        for row in parts["evidence"]
    )
    judged = _grouped((row.item, _judgement(row)) for row in parts["judgements"])
    return [
        _result(row, found.get(row.item), evidence.get(row.item), judged.get(row.item))
        for row in items
    ]


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    groups: dict[int, list[T]] = defaultdict(list)
    for number, value in pairs:
        groups[number].append(value)
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
) -> Result:
    return Result(
        item=Item(row.uri, row.locator, row.size, row.modified, row.version, row.owner, row.access),
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
        judgements=tuple(judgements or ()),
        profile=row.profile,
        contents=row.contents,
        breaches=row.breaches,
    )


def _reference(row: Row[Any]) -> Evidence | None:
    if row.reference_date is None:
        return None
    return Evidence(
        row.reference_trigger, row.reference_date, row.reference_source, row.reference_place
    )
