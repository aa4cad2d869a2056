"""`pii-scan detect`: what is found in a text, as JSON lines."""

import json
import sys
from collections.abc import Iterator
from typing import TextIO

import click


@click.command("detect")
@click.option("--jsonl", is_flag=True, help='Read lines {"id": …, "text": …}.')
@click.option("--no-names", is_flag=True, help="Seek identifiers only, no names.")
@click.option("--min-score", default=0.5, show_default=True, type=click.FloatRange(0, 1))
@click.option("--show-values", is_flag=True, help="Show what was found in clear.")
@click.option("--explain", is_flag=True, help="Say what raised and lowered each score.")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
def command(
    jsonl: bool, no_names: bool, min_score: float, show_values: bool, explain: bool, file: TextIO
) -> None:
    """Find personal data in plain text (FILE or stdin) and write a JSON line for each text."""
    from pii_scan import plugins
    from pii_scan.detect import hits_in
    from pii_scan.detect.engine import Engine
    from pii_scan.model import Recognizer

    engine = Engine(plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer))
    for name, text in _texts(file, jsonl):
        findings = []
        for hit in hits_in(text, engine, min_score):
            found = {
                "start": hit.start,
                "end": hit.end,
                "entity_type": hit.entity,
                "score": round(hit.score, 4),
            }
            if show_values:
                found["value"] = hit.value
            if explain:
                found["reasons"] = [[why, round(weight, 2)] for why, weight in hit.reasons]
            findings.append(found)
        sys.stdout.write(json.dumps({"id": name, "findings": findings}, ensure_ascii=False) + "\n")


def _texts(file: TextIO, jsonl: bool) -> Iterator[tuple[str | None, str]]:
    if not jsonl:
        yield None, file.read()
        return
    for line in file:
        if line.strip():
            document = json.loads(line)
            yield document["id"], document["text"]


if __name__ == "__main__":
    command()
