"""The step of `pii-scan inzage` after an erasure: scanned again, and what is left, signed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from pii_scan.cli._case_room import CASE, common, room_of
from pii_scan.cli._options import BY, FOLDER, as_scanned

FOUND_EXIT: Final = 1


@click.command("verify-erased")
@CASE
@click.option("--output", required=True, metavar="DIR", type=FOLDER, help="For the statement.")
@click.option(
    "--scan",
    "again",
    is_flag=True,
    help="Scan the places that the case was searched in first, as pii-scan scan does.",
)
@as_scanned
@BY
@common
def verify_erased(
    number: str,
    output: Path,
    again: bool,
    by: str | None,
    url: str | None,
    config: str | None,
    today: str | None,
    **lists: tuple[str, ...],
) -> None:
    """State, signed, what a scan after the erasure holds of the person; ends with 1 when anything.

    --events, --holds and --suppressions are for --scan.
    """
    from pii_scan.inzage import answer, erasing, stating
    from pii_scan.inzage.writing import prepare, put
    from pii_scan.page.word import word

    if again:
        with room_of(url, config, today, by) as room:
            before = room.store.scan(room.docket.file(number).was_searched.scan)
        _scan(before.targets, before.policy, store=url, config=config, today=today, **lists)
    with room_of(url, config, today, by) as room:
        file = room.docket.file(number)
        after = erasing.scan_after(room.store, file, room.store.log())
        scan, _, tools, known = room.setting(file, after.id)
        before, _, then, _ = room.setting(file, file.was_searched.scan)
        was = answer.search(room.store, before, file.request, then, known)
        found = answer.search(room.store, scan, file.request, tools, known)
        told = erasing.erasure(room.store, file, (before, was), (scan, found), tools, room.today)
        prepare(output, has_review=True)
        room.docket.require_unchanged(number)
        put(output / "verklaring.json", stating.signed(told, room.signer))
        put(output / "verklaring.docx", word(stating.page(told)))
        room.docket.keep(
            replace(file, erased=told.is_gone),
            "erasure_verified",
            scan=scan.id,
            found=len(told.found),
            undecided=told.unsure,
            not_read_again=told.unseen,
        )
    for sentence in stating.sentences(told):
        click.echo(sentence)
    if not told.is_gone:
        raise SystemExit(FOUND_EXIT)


STEPS: Final[tuple[Any, ...]] = (verify_erased,)


def _scan(targets: tuple[str, ...], policy: str, **options: Any) -> None:
    """Scan as `pii-scan scan` does; what it could not read in full is for the statement to tell."""
    from pii_scan.cli import scan

    try:
        click.get_current_context().invoke(scan.command, targets=targets, policy=policy, **options)
    except SystemExit as ended:
        if ended.code not in (0, scan.INCOMPLETE):
            raise
