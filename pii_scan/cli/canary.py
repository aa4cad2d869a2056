"""`pii-scan canary`: documents of known content, planted, found or not, and removed."""

from __future__ import annotations

import getpass
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.measure.scoring import Prints, Score

EXAMPLES = """Examples:

\b
  pii-scan canary plant /mnt/share/test --count 110
\b
  pii-scan scan /mnt/share
\b
  pii-scan canary score
\b
  pii-scan canary remove

Writes in DIR alone, never over a file. Each document says in its text that it is made up and how it
is removed. What was planted is listed in a manifest beside the store; removed is what is listed
there and has the same content still.
"""
_STORE = click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
_MANIFEST = click.option(
    "--manifest",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="List of what is planted; default: canaries.json in the user's data folder.",
)


@click.group("canary", epilog=EXAMPLES)
def command() -> None:
    """Measure recall on a share of one's own: plant, score and remove made-up documents."""


@command.command("plant")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--count",
    type=click.IntRange(1, 10_000),
    default=44,
    show_default=True,
    help="Documents; formats come in turn.",
)
@_MANIFEST
@_STORE
def plant_command(folder: str, count: int, manifest: Path | None, url: str | None) -> None:
    """Write made-up documents into a folder."""
    from pii_scan.config.canary import load_canary
    from pii_scan.config.keys import signing_key
    from pii_scan.measure.planting import Planting, made, plant
    from pii_scan.store import Store, default_url

    place, listed = Path(folder).resolve(), _manifest(manifest)
    if listed.resolve().is_relative_to(place):
        raise ConfigError("the manifest may not lie in the folder that is planted in")
    identity, operator = secrets.token_hex(4), getpass.getuser()
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    documents = list(made(load_canary(), identity, count))
    with Store.open(url or default_url()) as store:
        told = {"id": identity, "folder": str(place), "files": count}
        store.record("canary.plant", operator, told, signing_key())
        plant(documents, Planting(identity, str(place), at, operator, ()), listed)
    click.echo(f"{count} documents written in {place}, listed in {listed}")


@command.command("remove")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path())
@_MANIFEST
@_STORE
@click.pass_context
def remove_command(
    ctx: click.Context, folder: str | None, manifest: Path | None, url: str | None
) -> None:
    """Take away what was planted, in DIR or everywhere; ends with 1 when something is left."""
    from dataclasses import replace

    from pii_scan.config.keys import signing_key
    from pii_scan.measure.planting import load, remove, save
    from pii_scan.store import Store, default_url

    listed = _manifest(manifest)
    plantings = load(listed)
    place = str(Path(folder).resolve()) if folder else None
    chosen = [it for it in plantings if place in {None, it.folder}]
    if not chosen:
        raise ConfigError(
            f"{listed} lists nothing that was planted{f' in {place}' if place else ''}"
        )
    left = [it for it in plantings if it not in chosen]
    with Store.open(url or default_url()) as store:
        for planting in chosen:
            told = {"id": planting.id, "folder": planting.folder, "files": len(planting.files)}
            store.record("canary.remove", getpass.getuser(), told, signing_key())
            changed = []
            counts = {"removed": 0, "gone": 0, "changed": 0}
            for canary, outcome in remove(planting):
                counts[outcome] += 1
                if outcome == "changed":
                    changed.append(canary)
                    click.echo(f"left, it is not as it was planted: {canary.name}", err=True)
            if changed:
                left.append(replace(planting, files=tuple(changed)))
            told = {"id": planting.id, **counts}
            store.record("canary.removed", getpass.getuser(), told, signing_key())
            click.echo(
                f"{planting.folder}: {counts['removed']} removed, {counts['gone']} gone already"
            )
    save(listed, left)
    if left and any(it.id == one.id for it in left for one in chosen):
        ctx.exit(1)


@command.command("score")
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@_MANIFEST
@_STORE
def score_command(
    scan_id: int | None,
    config: str | None,
    format_name: str,
    manifest: Path | None,
    url: str | None,
) -> None:
    """Say how much of what was planted a scan found, with an interval.

    The figures go into the log, and with it into the evidence of that scan.
    """
    from pii_scan.config.keys import signing_key
    from pii_scan.measure.planting import load
    from pii_scan.measure.scoring import SCORED, score
    from pii_scan.report import encoded
    from pii_scan.store import Store, default_url

    plantings = load(_manifest(manifest))
    if not plantings:
        raise ConfigError(f"{_manifest(manifest)} lists nothing that was planted")
    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        told = score(plantings, store.results(scan.id), _prints(config, scan.key_id))
        counted = {"scan": scan.id, "plantings": [it.id for it in plantings], **told.counts()}
        store.record(SCORED, getpass.getuser(), counted, signing_key())
    if format_name == "json":
        document = {"schema": 1, "type": "canary", "scan": scan.id, **told.as_dict()}
        click.echo(encoded(document, indent=1))
    else:
        _say(told, scan.id)


def _say(told: Score, scan: int) -> None:
    click.echo(f"Scan {scan}: {told.planted} documents, {len(told.not_met)} not met by the scan")
    for reason, count in sorted(told.unread.items()):
        click.echo(f"  not read in full: {count}, {reason}")
    rows = [("all", told.whole), *sorted(told.entities.items()), *sorted(told.formats.items())]
    click.echo(f"{'':20} {'found':>6} {'of':>6} {'recall':>8}   95 % (Wilson)")
    for name, it in rows:
        one = it.as_dict()
        between = f"{one['low']:.1%} - {one['high']:.1%}"
        click.echo(f"{name:20} {it.hits:6} {it.of:6} {one['recall'] or 0:8.1%}   {between}")


def _prints(config: str | None, key_id: str | None) -> Prints:
    """Return how values are fingerprinted under the key of a scan."""
    from pii_scan.classify.fingerprint import fingerprints
    from pii_scan.config.keys import derive, load_key
    from pii_scan.config.settings import load_settings
    from pii_scan.scan import load_recognizers

    normalise = {it.entity: it.normalise for it in load_recognizers(load_settings(config).packs)}
    key = load_key(key_id)

    def prints(entity: str, value: str, controller: str | None) -> frozenset[str]:
        derived = derive(key, "fingerprint", controller)
        found = fingerprints(entity, value, normalise.get(entity), derived)
        return frozenset(digest for kind, digest in found if kind in {"value", "full"})

    return prints


def _manifest(named: Path | None) -> Path:
    from pii_scan.store import default_folder

    return named or default_folder() / "canaries.json"
