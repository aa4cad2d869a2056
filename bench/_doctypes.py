"""Scores document types, subject groups and dates that the program gives to whole documents."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from bench._report import table

FIELDS = ("doc_type", "subject_group", "reference_date")
Documents = Sequence[Mapping[str, Any]]


def is_labelled(documents: Documents) -> bool:
    """Tell whether the documents of a set say what they are and whose."""
    return bool(documents) and all(field in one for one in documents for field in FIELDS)


def scanned(documents: Documents) -> list[Mapping[str, Any]]:
    """Return what a scan says of each document, as a text file with a name that tells nothing."""
    with TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        for number, one in enumerate(documents):
            (files / f"{number:05}.txt").write_text(one["text"], "utf-8")
        store = f"--store=sqlite:///{folder}/scan.db"
        _run("scan", str(files), store, "--policy=nl-default")
        lines = map(json.loads, _run("report", store, "--format=jsonl").splitlines())
        items = {Path(one["uri"]).stem: one for one in lines if one["type"] == "item"}
    return [items[f"{number:05}"] for number in range(len(documents))]


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "pii_scan", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 3):
        raise click.ClickException(f"pii-scan {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def documents_tables(documents: Documents) -> str:
    """Return how often the three fields are right, and what is taken for what."""
    found = scanned(documents)
    pairs = list(zip(documents, found, strict=True))
    rows = [
        _share(field, [(one[field], said[field]) for one, said in pairs]) for field in FIELDS[:2]
    ]
    dated = [(one[FIELDS[2]], said[FIELDS[2]]) for one, said in pairs]
    rows.append(_share("date, where there is one", [pair for pair in dated if pair[0]]))
    rows.append(_share("no date, where there is none", [pair for pair in dated if not pair[0]]))
    confusions = [
        table([field, "taken for", "documents"], _confused(pairs, field)) for field in FIELDS[:2]
    ]
    return "\n\n".join((table(["field", "documents", "right", "share"], rows), *confusions))


def _share(name: str, pairs: Sequence[tuple[Any, Any]]) -> tuple[str, ...]:
    right = sum(one == other for one, other in pairs)
    return name, str(len(pairs)), str(right), f"{right / max(1, len(pairs)):.3f}"


def _confused(
    pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], field: str
) -> list[tuple[str, str, str]]:
    wrong = Counter((one[field], said[field]) for one, said in pairs if one[field] != said[field])
    return [(one, str(other), str(count)) for (one, other), count in sorted(wrong.items())]
