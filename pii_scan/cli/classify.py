"""`pii-scan classify`: what a file is taken for, with the evidence and its weight."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pii_scan.errors import ExtractError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pii_scan.classify.dates import DateRules
    from pii_scan.classify.doctype import Verdict
    from pii_scan.classify.knowledge import DocTypes
    from pii_scan.model import Chunk, Evidence, Item, Part, Table
    from pii_scan.scan import Detector

EXAMPLES = """Examples:

\b
  pii-scan classify brief.docx
\b
  pii-scan classify --json dossier.pdf

Every piece of evidence adds its weight to a type; the highest sum is the answer. A file that is
several documents after each other is told part by part. Evidence is words of rules/doctypes.toml
and shapes of the text, never what a person is called. Files within the file are not opened.
"""
SHOWN = 12
"""Pieces of evidence, and a quarter of it types, that are shown without --json."""


@click.command("classify", epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="All evidence, for another program to read.")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(as_json: bool, config: str | None, file: Path) -> None:
    """Say what kind of document a file is, whose data it holds and from which day, and why."""
    from pii_scan.config.doctypes import load_doctypes
    from pii_scan.config.settings import load_settings
    from pii_scan.config.triggers import load_date_rules
    from pii_scan.scan import detector, load_recognizers

    settings = load_settings(config)
    detect = detector(settings, load_recognizers(settings.packs), settings.min_score)
    told = _classified(file, detect, load_doctypes(), load_date_rules())
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_lines(told)))


def _classified(
    file: Path, detect: Detector, doctypes: DocTypes, dates: DateRules
) -> dict[str, Any]:
    from pii_scan.classify.contents import Inventory
    from pii_scan.classify.dates import reference
    from pii_scan.classify.doctype import Evidence as Weighed
    from pii_scan.classify.register import Register
    from pii_scan.classify.sections import Sections
    from pii_scan.classify.timeline import Timeline
    from pii_scan.config.exports import load_exports
    from pii_scan.detect import joined, parted
    from pii_scan.model import Chunk, Evidence, Table

    item = _item(file)
    weighed, sections = Weighed(item.uri), Sections(doctypes)
    exports = load_exports()
    timeline = Timeline(item, dates, Register(()), exports)
    inventory = Inventory(exports, dates, None, None)
    parts = list(_parts(file))
    chunks = [part for part in parts if isinstance(part, Chunk)]
    read: list[tuple[Chunk | Table, str, Any]] = [
        (chunk, chunk.text, hits) for chunk, hits in parted(detect(joined(chunks))[1], chunks)
    ]
    read += [(part, *detect(part)) for part in parts if isinstance(part, Table)]
    for part, text, hits in read:
        weighed.add(part, text, hits)
        timeline.add(part, hits)
        inventory.add(part, hits)
        if isinstance(part, Chunk):
            sections.add(part, hits)
    for piece in parts:
        if isinstance(piece, Evidence):
            timeline.note(piece)
    weighed.recognise(inventory.profile)
    verdict, evidence = weighed.weigh(doctypes), timeline.evidence(None)
    told = {
        "file": file.name,
        "profile": inventory.profile.id if inventory.profile else None,
        **_told(verdict),
        "reference": _dated(reference(evidence, verdict.doc_type, dates, verdict.groups)),
        "dates": [_dated(one) for one in evidence],
    }
    told["parts"] = [{"where": one.where, **_told(one.verdict)} for one in sections.parted()]
    return told


def _item(file: Path) -> Item:
    from pii_scan.model import Item

    state = file.stat()
    return Item(str(file), str(file), state.st_size, datetime.fromtimestamp(state.st_mtime, tz=UTC))


def _parts(file: Path) -> Iterator[Part]:
    """Yield what can be read of a file."""
    from pii_scan import extract

    with file.open("rb") as stream:
        extractor = extract.extractor_for(extract.media_type(stream, file.name))
        if extractor is None:
            raise click.ClickException("no reader for files of this kind")
        try:
            yield from extract.extract(stream, extractor)
        except ExtractError as error:
            click.echo(f"not read in full: {error.reason}", err=True)


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "doc_type": verdict.doc_type,
        "scores": [[name, round(score, 2)] for name, score in verdict.scores],
        "reasons": [list(reason) for reason in verdict.reasons],
        "subject_groups": list(verdict.groups),
        "group_reasons": [list(reason) for reason in verdict.group_reasons],
    }


def _dated(piece: Evidence | None) -> dict[str, str] | None:
    if piece is None:
        return None
    return {
        "trigger": piece.trigger,
        "date": piece.date.isoformat(),
        "source": piece.source,
        "where": piece.where,
    }


def _lines(told: dict[str, Any]) -> Iterator[str]:
    if told["profile"]:
        yield f"Export    {told['profile']}"
    yield from _about("Type", told["doc_type"], told["reasons"])
    yield "Next      " + ", ".join(
        f"{name} {score:+.1f}" for name, score in told["scores"][: SHOWN // 4]
    )
    yield from _about("Whose", ", ".join(told["subject_groups"]), told["group_reasons"])
    if told["reference"]:
        yield "Date      {date} ({trigger}, {source})".format(**told["reference"])
    for part in told["parts"]:
        yield ""
        yield f"{part['where']}:"
        yield from _about("Type", part["doc_type"], part["reasons"])
        yield from _about("Whose", ", ".join(part["subject_groups"]), part["group_reasons"])


def _about(label: str, answer: str, reasons: list[Any]) -> Iterator[str]:
    yield f"{label:10}{answer}"
    for reason, weight in reasons[:SHOWN]:
        yield f"{weight:+9.1f} {reason}"
