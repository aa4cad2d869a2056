"""`pii-scan detect`: what is found in a text, as JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pii_scan.model import Hit

EXAMPLES = """Examples:

\b
  echo 'bsn 999990019, tel 06-12345678' | pii-scan detect
\b
  pii-scan detect --explain --show-values notitie.txt
\b
  pii-scan detect --jsonl --min-score 0 documenten.jsonl > gevonden.jsonl

Offsets are Unicode code points, the end exclusive. Values stay hidden unless asked for.
"""


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
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def command(
    jsonl: bool,
    no_names: bool,
    min_score: float,
    show_values: bool,
    explain: bool,
    config: str | None,
    file: TextIO,
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
    for name, text in _texts(file, jsonl):
        _, hits = detect(Chunk(text, ""))
        findings = [_finding(hit, show_values, explain) for hit in hits]
        click.echo(json.dumps({"id": name, "findings": findings}, ensure_ascii=False))


_NAMES = frozenset({"PERSON", "LOCATION"})


def _texts(file: TextIO, jsonl: bool) -> Iterator[tuple[Any, str]]:
    if not jsonl:
        yield None, file.read()
        return
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            yield document["id"], str(document["text"])
        except (ValueError, KeyError, TypeError):
            raise click.ClickException(
                f'line {number} is not {{"id": …, "text": …}} in JSON'
            ) from None


def _finding(hit: Hit, show_values: bool, explain: bool) -> dict[str, Any]:
    finding: dict[str, Any] = {
        "start": hit.start,
        "end": hit.end,
        "entity_type": hit.entity,
        "score": round(hit.score, 4),
    }
    if show_values:
        finding["value"] = hit.value
    if explain:
        finding["reasons"] = [[why, round(weight, 2)] for why, weight in hit.reasons]
    return finding
