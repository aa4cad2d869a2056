"""How well findings match annotated texts, and how far their scores can be trusted.

    PYTHONPATH=.:recognizers python bench/accuracy.py [--no-names] [--write] [--record F] JSONL...

A line of a set is {"id": ..., "text": ..., "spans": [{"start": ..., "end": ..., "label": ...}]},
offsets in code points. Where every line has `doc_type`, `subject_group` and `reference_date` too,
each document is scanned as a file and these are scored; a set without `spans` is scored on them
alone. Without a set, generated texts are measured: they tell of a slip, not of
how real texts fare. The program itself is run (`pii-scan detect --jsonl`).
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from bench._corpora import documents
from bench._doctypes import documents_tables, is_labelled
from bench._report import finish, table
from bench._scoring import (
    BINS,
    FREE,
    IDENTIFIERS,
    LABELS,
    NAMES,
    Bin,
    Found,
    Tally,
    calibration_error,
    matched,
    reliability,
    tallies,
)
from pii_scan import __version__

Spans = Mapping[str, Sequence[Found]]
"""By document."""
_GENERATED = 300
"""Documents to measure on where no set is named."""


def read(path: Path, kept: frozenset[str]) -> dict[str, list[Found]]:
    """Return the marked spans of a set, those of `kept` labels."""
    marked: dict[str, list[Found]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            document = json.loads(line)
            marked[str(document["id"])] = [
                Found(span["start"], span["end"], span["label"])
                for span in document["spans"]
                if span["label"] in kept
            ]
    return marked


def found(path: Path, kept: frozenset[str], min_score: float) -> dict[str, list[Found]]:
    """Return what the program finds in a set."""
    command = [sys.executable, "-m", "pii_scan", "detect", "--jsonl", f"--min-score={min_score}"]
    command += [] if kept & NAMES else ["--no-names"]
    done = subprocess.run(  # noqa: S603
        [*command, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"pii-scan detect: {done.stderr.strip()}")
    return {
        str(one["id"]): [
            Found(each["start"], each["end"], each["entity_type"], each["score"])
            for each in one["findings"]
            if each["entity_type"] in kept
        ]
        for one in map(json.loads, done.stdout.splitlines())
    }


def generated(folder: Path) -> Path:
    """Write generated documents as a set."""
    path = folder / "generated texts"
    path.write_text(
        "".join(
            json.dumps(
                {
                    "id": one.id,
                    "text": one.text,
                    "spans": [
                        {"start": span.start, "end": span.end, "label": span.label}
                        for span in one.spans
                    ],
                }
            )
            + "\n"
            for one in islice(documents("dense"), _GENERATED)
        ),
        "utf-8",
    )
    return path


def labels_table(marked: Spans, hits: Spans) -> str:
    """Return precision, recall and F1 of each label, lenient and strict."""
    lenient, strict = tallies(marked, hits), tallies(marked, hits, strict=True)
    groups = {
        "identifiers": IDENTIFIERS,
        "all": LABELS,
    }
    rows = [(label, *_cells(one, strict[label])) for label, one in lenient.items()]
    for name, labels in groups.items():
        pair = [sum((t[one] for one in labels if one in t), Tally()) for t in (lenient, strict)]
        rows.append((f"**{name}, micro**", *_cells(*pair)))
    heading = ["label", "marked", "found", "P", "R", "F1", "P strict", "R strict", "F1 strict"]
    return table(heading, rows)


def _cells(lenient: Tally, strict: Tally) -> list[str]:
    counts = [lenient.right + lenient.missed, lenient.right + lenient.wrong]
    shares = [s for t in (lenient, strict) for s in (t.precision, t.recall, t.f1)]
    return [*map(str, counts), *(f"{share:.3f}" for share in shares)]


def calibration_tables(marked: Spans, candidates: Spans) -> str:
    """Return how often candidates of a score are right, over all and by entity."""
    judged: dict[str, list[tuple[Found, bool]]] = defaultdict(list)
    for name, spans in marked.items():
        for one, is_right in matched(spans, candidates.get(name, ()))[0]:
            judged[one.label].append((one, is_right))
    bins = reliability(pair for pairs in judged.values() for pair in pairs)
    by_score = [
        (
            f"{number / BINS:.1f}-{(number + 1) / BINS:.1f}",
            str(len(one.scores)),
            *((f"{one.mean:.3f}", f"{one.share:.3f}") if one.scores else ("-", "-")),
        )
        for number, one in enumerate(bins)
    ]
    groups: list[tuple[str, list[Bin]]] = [
        (label, reliability(judged[label])) for label in LABELS if label in judged
    ]
    for name, labels in (("identifiers", IDENTIFIERS), ("free phrases", sorted(FREE))):
        pairs = [pair for label in labels for pair in judged.get(label, ())]
        groups.append((f"**{name}**", reliability(pairs)))
    groups.append(("**all**", bins))
    by_label = [
        (label, str(sum(len(one.scores) for one in each)), f"{calibration_error(each):.3f}")
        for label, each in groups
        if any(one.scores for one in each)
    ]
    return "\n\n".join(
        (
            table(["score", "candidates", "mean score", "right"], by_score),
            table(["label", "candidates", "calibration error"], by_label),
        )
    )


def measure(path: Path, kept: frozenset[str]) -> str:
    """Return the tables of one set."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    told = [documents_tables(lines)] if is_labelled(lines) else []
    if told and not any("spans" in one for one in lines):
        return "\n\n".join((f"### {path.name}", *told))
    marked = read(path, kept)
    hits = found(path, kept, 0.5)
    empty = [name for name, spans in marked.items() if not spans]
    stray = sum(len(hits.get(name, ())) for name in empty)
    return "\n\n".join(
        (
            f"### {path.name}\n\n{len(marked)} documents; {len(empty)} without anything marked, "
            f"with {stray} findings in them.",
            labels_table(marked, hits),
            f"Calibration over all candidates (`--min-score 0`), {BINS} bins:",
            calibration_tables(marked, found(path, kept, 0)),
            *told,
        )
    )


def recorded(path: Path, kept: frozenset[str]) -> dict[str, Any]:
    """Return the counts of one set, as an evidence bundle has them."""
    told = tallies(read(path, kept), found(path, kept, 0.5))
    return {
        "name": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "documents": len(path.read_text("utf-8").splitlines()),
        "labels": [
            {"label": label, "right": it.right, "wrong": it.wrong, "missed": it.missed}
            for label, it in told.items()
        ],
    }


@click.command(help=__doc__)
@click.option("--no-names", is_flag=True, help="Identifiers and free phrases only.")
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the counts as JSON here instead, for pii-scan evidence create --accuracy.",
)
@click.argument("sets", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(no_names: bool, write: bool, record: Path | None, sets: tuple[Path, ...]) -> None:
    """Measure and report."""
    kept = frozenset(LABELS) - (NAMES if no_names else frozenset())
    with tempfile.TemporaryDirectory() as folder:
        paths = sets or (generated(Path(folder)),)
        if record is not None:
            told = {
                "schema": 1,
                "tool_version": __version__,
                "measured": datetime.now(UTC).date().isoformat(),
                "sets": [recorded(path, kept) for path in paths],
            }
            record.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
            return
        body = "\n\n".join(measure(path, kept) for path in paths)
    finish("Accuracy", body, write=write)


if __name__ == "__main__":
    main()
