"""`pii-scan inzage`: answer a person's request for what is held of them (art. 15 AVG)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from pii_scan.cli import _case_answer, _case_erasure, _case_file
from pii_scan.cli._answering import frame_of, say, say_suppressed, tools_of
from pii_scan.cli._asking import asked, controller_of, decided
from pii_scan.cli._options import FOLDER, SCAN, day_of

EXAMPLES = """Examples:

\b
  pii-scan inzage open --request verzoek.toml
  pii-scan inzage search I-2026-001 --output zaak
  pii-scan inzage review I-2026-001 --from zaak/review.csv
  pii-scan inzage export I-2026-001 --output zaak
  pii-scan inzage close I-2026-001 --outcome volledig

\b
The short way, in one go and without a case:
  pii-scan inzage --request verzoek.json --output zaak-2026-014
\b
  pii-scan inzage --request - --store sqlite:///out/scan.db --output zaak <verzoek.json

\b
The request is JSON, or TOML; every field may be left out but one that identifies the person:
  {"name": "…", "names": ["…"], "date_of_birth": "1985-03-12", "email": ["…"],
   "phone": ["…"], "address": ["street number, postcode town"],
   "customer_number": ["…"], "iban": ["…"], "bsn": null, "bsn_basis": null,
   "nicknames": false, "received": "2026-11-01", "channel": "e-mail", "policy": "…",
   "controller": null}

\b
Without --request it is asked for. Others are masked; masks.csv lists every mask with its reason.
Change besluit there to "tonen" with door and waarom, or add a line with a tekst to mask, and run
again with --review masks.csv. What is written is scanned again before it is released.

\b
Ends with 0; with 1 when something of others is still readable and nobody decided on it (nothing is
released then: the files lie in the folder concept); with 2 when it could not start; and with 3 when
a place of the answer could not be copied: the report says which.
"""


@click.group("inzage", epilog=EXAMPLES, invoke_without_command=True)
@click.option("--request", metavar="FILE", help="The request as JSON or TOML; - is stdin.")
@click.option("--store", "url", metavar="URL", help="Where the scan is kept; default: as scan.")
@click.option(
    "--output",
    metavar="DIR",
    type=FOLDER,
    help="Folder for the letter, the report and the copy; its owner's alone.",
)
@SCAN
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.option("--today", metavar="DATE", help="Date of the letter; default: today.")
@click.option(
    "--review",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A masks.csv with decisions: what stays masked, what may be shown, by whom and why.",
)
@click.pass_context
def command(
    ctx: click.Context,
    request: str | None,
    url: str | None,
    output: Path | None,
    scan_id: int | None,
    config: str | None,
    today: str | None,
    review: Path | None,
) -> None:
    """Answer a person's request: find their data, write the letter and the report."""
    if ctx.invoked_subcommand is not None:
        if request or url or output or scan_id or config or today or review:
            raise click.UsageError(f"options go behind {ctx.invoked_subcommand}")
        return
    if output is None:
        raise click.UsageError("name a folder for the answer: --output DIR")
    from pii_scan import inzage
    from pii_scan.config.settings import load_settings
    from pii_scan.inzage.reviewing import case_of
    from pii_scan.inzage.writing import prepare
    from pii_scan.scan import load_recognizers
    from pii_scan.store import Store, default_url

    day = day_of(today)
    settings = load_settings(config)
    recognizers = {it.entity: it for it in load_recognizers(settings.packs)}
    case = inzage.parse(asked(request), recognizers, day)
    case = replace(case, controller=controller_of(case.controller, settings))
    prepare(output, has_review=review is not None)
    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        frame = frame_of(case, scan, day)
        kit = tools_of(settings, recognizers, frame.policy, scan.key_id)
        decisions, added = decided(review, case_of(case, "", kit.key(case.controller)))
        answer = inzage.find(store, scan, case, replace(kit, decisions=decisions, added=added))
        written = inzage.write(answer, frame, output)
        say_suppressed(store, scan)
    say(answer, written, output)


for _step in (*_case_file.STEPS, *_case_answer.STEPS, *_case_erasure.STEPS):
    command.add_command(_step)
