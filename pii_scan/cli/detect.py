"""`pii-scan detect`: what is found in a text, as JSON lines."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pii_scan.model import Hit
    from pii_scan.scan import Detector

EXAMPLES = """Examples:

\b
  echo 'bsn 999990019, tel 06-12345678' | pii-scan detect
\b
  pii-scan detect --explain --show-values notitie.txt
\b
  pii-scan detect --jsonl --min-score 0 documenten.jsonl > gevonden.jsonl

Offsets are Unicode code points, the end exclusive. Values stay hidden unless asked for.
"""
_NAMES = frozenset({"PERSON", "LOCATION"})
BLOCK = 2_000_000
"""Characters that are read of a text at a time."""
AHEAD = 64
"""Lines that are read ahead."""


@click.command("detect", epilog=EXAMPLES)
@click.option("--jsonl", is_flag=True, help='Read lines {"id": …, "text": …}.')
@click.option(
    "--no-names", is_flag=True, help="Seek identifiers only: no names, no statements about people."
)
@click.option(
    "--min-score",
    default=0.5,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Chance of being right from which a finding counts.",
)
@click.option("--show-values", is_flag=True, help="Show what was found in clear.")
@click.option("--explain", is_flag=True, help="Say what raised and lowered each score.")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.argument("file", type=click.File("rb"), default="-")
def command(
    jsonl: bool,
    no_names: bool,
    min_score: float,
    show_values: bool,
    explain: bool,
    config: str | None,
    file: BinaryIO,
) -> None:
    """Find personal data in plain text (FILE or stdin) and write a JSON line for each text."""
    from pii_scan.config.settings import load_settings
    from pii_scan.model import Chunk
    from pii_scan.scan import detector, load_recognizers

    settings = load_settings(config)
    recognizers = [
        recognizer
        for recognizer in load_recognizers(settings.packs)
        if not (no_names and recognizer.entity in _NAMES)
    ]
    detect = detector(settings, recognizers, min_score, names=not no_names)
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        # Half a pair of UTF-16, which JSON may hold and UTF-8 may not, goes out as JSON's escape.
        out.reconfigure(errors="backslashreplace")
    # newline="": line ends stay as they are, so that offsets are those of the file.
    with io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="") as text:
        for name, blocks in _ahead(_documents(text), detect) if jsonl else [(None, _blocks(text))]:
            out.write(f'{{"id": {json.dumps(name, ensure_ascii=False)}, "findings": [')
            separator, offset = "", 0
            for block in blocks:
                for hit in detect(Chunk(block, ""))[1]:
                    finding = _finding(hit, offset, show_values, explain)
                    out.write(separator + json.dumps(finding, ensure_ascii=False))
                    separator = ", "
                offset += len(block)
            out.write("]}\n")


def _documents(lines: TextIO) -> Iterator[tuple[Any, tuple[str]]]:
    """Yield (id, text) of each line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            yield document["id"], (str(document["text"]),)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise click.ClickException(
                f'line {number} is not {{"id": …, "text": …}} in JSON'
            ) from None


def _ahead(
    documents: Iterator[tuple[Any, tuple[str]]], detect: Detector
) -> Iterator[tuple[Any, tuple[str]]]:
    """Yield the documents, some at a time, so that a language model may read them together."""
    group: list[tuple[Any, tuple[str]]] = []
    try:
        for document in documents:
            group.append(document)
            if len(group) == AHEAD:
                detect.ahead([text for _, (text,) in group])
                yield from group
                group = []
    except click.ClickException:
        yield from group  # a bad line takes nothing from those before it
        raise
    detect.ahead([text for _, (text,) in group])
    yield from group


def _blocks(text: TextIO) -> Iterator[str]:
    """Yield a text in blocks that end at a line end or a space, if there is one: bounded memory."""
    rest = ""
    while read := text.read(BLOCK):
        rest += read
        if len(read) == BLOCK:  # there may be more
            cut = (rest.rfind("\n") + 1) or (rest.rfind(" ") + 1) or len(rest)
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _finding(hit: Hit, offset: int, show_values: bool, explain: bool) -> dict[str, Any]:
    finding: dict[str, Any] = {
        "start": hit.start + offset,
        "end": hit.end + offset,
        "entity_type": hit.entity,
        "score": round(hit.score, 4),
    }
    if show_values:
        finding["value"] = hit.value
    if explain:
        finding["reasons"] = [[why, round(weight, 2)] for why, weight in hit.reasons]
    return finding
