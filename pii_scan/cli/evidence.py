"""`pii-scan evidence`: a scan as a bundle that an auditor can check, and the checking of it."""

from __future__ import annotations

import getpass
import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pii_scan import __version__
from pii_scan.errors import ConfigError

if TYPE_CHECKING:
    from pii_scan.evidence import Grounds, Maker
    from pii_scan.model import Scan
    from pii_scan.page import Language
    from pii_scan.store import Store

CREATE_EXAMPLES = """Examples:

\b
  pii-scan evidence create --output scan-2026-11.zip
\b
  pii-scan evidence create --store sqlite:///out/scan.db --scan 4 \\
    --output scan-4.zip --previous scan-3.zip

The digest of the bundle goes to stdout. Keep it apart from the bundle: on paper, in a ticket.
"""
VERIFY_EXAMPLES = """Examples:

\b
  pii-scan evidence verify scan-2026-11.zip
\b
  pii-scan evidence verify scan-2026-11.zip --public-key pii-scan.pem \\
    --previous scan-2026-08.zip --digest 9f86d081884c7d65…

The key is what pii-scan keys public writes; have it from another hand than the bundle.
Ends with 0 when the bundle is whole, 1 when it is not, 2 when it cannot be read as a bundle.
"""
TIMESTAMP_EXAMPLES = """Examples:

\b
  pii-scan evidence timestamp scan-2026-11.zip
  curl -H 'Content-Type: application/timestamp-query' --data-binary @scan-2026-11.zip.tsq \\
    https://tsa.example/tsr -o scan-2026-11.zip.tsr
  pii-scan evidence verify scan-2026-11.zip --timestamp scan-2026-11.zip.tsr

Only the second line needs a network, and may run on another machine.
"""
REPORT_EXAMPLES = """Examples:

\b
  pii-scan evidence report scan-2026-11.zip --public-key pii-scan.pem --output report/
"""
BARE = (
    "Without a key this shows integrity against accident only: whoever changes a part can make\n"
    "the sums anew. It shows that nobody tampered when the key is given with --public-key, or\n"
    "what create printed with --digest."
)
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
"""There when systemd-timesyncd has set the clock (systemd-timesyncd.service(8), FILES)."""
LIBRARIES = (
    *("hyperscan", "lxml", "pandas", "pdfplumber", "phonenumbers", "presidio-analyzer"),
    *("pypdfium2", "python-calamine", "python-docx", "selectolax", "spacy", "SQLAlchemy"),
    "whenever",
)
"""Packages that decide what is read and found, named in a bundle with their versions."""


@click.group("evidence", epilog=CREATE_EXAMPLES)
def command() -> None:
    """Make a scan into evidence that an auditor can check, and check such a bundle."""


@command.command("create", epilog=CREATE_EXAMPLES)
@click.option("--store", "url", metavar="URL", help="Database; default: as for report.")
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Zip to write, readable by its owner alone.",
)
@click.option(
    "--previous",
    metavar="BUNDLE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Bundle that this one follows; its manifest's digest goes into this one.",
)
@click.option("--config", metavar="FILE", help="Settings that the scan was made with.")
@click.option(
    "--accuracy",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How well the detector did on labelled texts of your own, as bench/accuracy.py --record "
    "writes it; default: what was measured before release.",
)
def create_command(
    url: str | None,
    scan_id: int | None,
    output: Path,
    previous: Path | None,
    config: str | None,
    accuracy: Path | None,
) -> None:
    """Write the evidence of a scan as one zip and print its SHA-256."""
    from pii_scan.config.accuracy import load_accuracy
    from pii_scan.evidence import Record, create, manifest_of
    from pii_scan.store import Store, default_url

    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        grounds = _grounds(scan, config)
        maker = _maker()
        record = Record(
            list(store.log()),
            _trend(store, scan),
            load_accuracy(accuracy),
            store.assignments(),
        )
        digest = create(
            scan, lambda: store.results(scan.id), grounds, record, maker, output, previous
        )
        told = {"scan": scan.id, "sha256": digest}
        store.record("evidence.created", maker.name, told, maker.signer)
    if scan.finished is None:
        click.echo(f"scan {scan.id} did not finish: the bundle covers what it got to", err=True)
    if manifest_of(output)[1]["population"]["is_equal"] is False:
        click.echo("the walk counted other files than the store holds: see manifest.json", err=True)
    if grounds.config_digest != scan.config_digest:
        click.echo(
            "the settings, rules or program changed since the scan: the rules and recognizers in "
            "the bundle are those of now, and its manifest says so",
            err=True,
        )
    click.echo(f"{digest}  {output}")
    click.echo(f"scan {scan.id} written to {output}; keep the digest apart from it", err=True)


@command.command("verify", epilog=VERIFY_EXAMPLES)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--digest", metavar="SHA256", help="What create printed, kept apart since.")
@click.option(
    "--public-key",
    "keys",
    multiple=True,
    metavar="PEM",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Key that must have signed it; may be repeated for keys that were replaced.",
)
@click.option(
    "--previous",
    metavar="BUNDLE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bundle that it follows: log and follow-up are held against that one.",
)
@click.option(
    "--timestamp",
    "response",
    metavar="TSR",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Answer of a time-stamping authority over the bundle (RFC 3161).",
)
def verify_command(
    bundle: Path,
    digest: str | None,
    keys: tuple[Path, ...],
    previous: Path | None,
    response: Path | None,
) -> None:
    """Tell whether a bundle is whole, and what was changed, added or removed."""
    from pii_scan.config.keys import checking, public_key
    from pii_scan.evidence import stamped, verify

    if digest is not None:
        digest = digest.strip().lower().removeprefix("sha256:")
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise click.UsageError("--digest is no SHA-256: 64 digits and letters a to f")
    check = checking(map(public_key, keys)) if keys else None
    found = verify(bundle, digest, check, previous)
    stamp = stamped(response, found.sha256) if response else None
    for problem in found.problems:
        click.echo(f"{problem.part or 'the bundle'}: {problem.what}")
    click.echo(f"sha256 {found.sha256}")
    if found.problems:
        click.echo(f"NOT WHOLE: {len(found.problems)} problems")
        raise SystemExit(1)
    click.echo(f"WHOLE: {found.parts} parts, and what follows from the findings is what is stated")
    if digest is not None:
        click.echo("The digest is the one that was given.")
    if found.signed_by is not None:
        click.echo(f"Signed with key {found.signed_by}.")
    if stamp is not None:
        click.echo(f"{response} tells {stamp}; who says so is checked with openssl ts -verify.")
    if digest is None and not keys:
        click.echo(BARE)


@command.command("report", epilog=REPORT_EXAMPLES)
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the report, as PDF and Word; made if it is not there.",
)
@click.option("--language", type=click.Choice(["nl", "en"]), help="Default: both.")
@click.option(
    "--public-key",
    "keys",
    multiple=True,
    metavar="PEM",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Key that must have signed it; the report names it.",
)
def report_command(
    bundle: Path, output: Path, language: Language | None, keys: tuple[Path, ...]
) -> None:
    """Write what an auditor can read of a bundle in ten minutes."""
    from pii_scan.config.keys import checking, public_key
    from pii_scan.evidence import verify
    from pii_scan.evidence.cover import cover
    from pii_scan.evidence.cover_facts import bundle_of
    from pii_scan.page.pdf import pdf
    from pii_scan.page.word import word

    found = verify(bundle, None, checking(map(public_key, keys)) if keys else None)
    if found.problems:
        raise ConfigError(f"{bundle} is not whole: run pii-scan evidence verify {bundle}")
    told = bundle_of(bundle, found)
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    names: tuple[tuple[Language, str], ...] = (("nl", "verslag"), ("en", "report"))
    for code, name in names:
        if language in (None, code):
            page = cover(told, code)
            for suffix, content in ((".pdf", pdf(page)), (".docx", word(page))):
                path = output / f"{name}{suffix}"
                path.touch(mode=0o600)
                path.write_bytes(content)
                click.echo(path)


@command.command("timestamp", epilog=TIMESTAMP_EXAMPLES)
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Query to write; default: the bundle's name with .tsq behind it.",
)
def timestamp_command(bundle: Path, output: Path | None) -> None:
    """Write the question that a time-stamping authority answers (RFC 3161)."""
    from pii_scan.evidence import query, verify

    found = verify(bundle)
    if found.problems:
        raise ConfigError(f"{bundle} is not whole: run pii-scan evidence verify {bundle}")
    target = output or bundle.with_name(f"{bundle.name}.tsq")
    target.write_bytes(query(found.sha256))
    click.echo(f"{found.sha256}  {bundle}")
    click.echo(f"{target} written; it holds that digest and nothing of the bundle", err=True)


def _grounds(scan: Scan, config: str | None) -> Grounds:
    """Return what the scan judges by, as it is installed now."""
    from pii_scan import plugins
    from pii_scan.config.controls import load_controls
    from pii_scan.config.digest import file_digests
    from pii_scan.config.in_use import digest_in_use, files_in_use, policies_in_use
    from pii_scan.config.settings import load_settings
    from pii_scan.evidence import Grounds
    from pii_scan.model import Recognizer

    settings = replace(load_settings(config), policy=scan.policy)
    return Grounds(
        config_digest=digest_in_use(settings, policies_in_use(settings), scan.suppressions),
        policy_files=files_in_use(settings),
        recognizers={
            name: one
            for pack in settings.packs
            for name, one in plugins.load_by_module(pack, "RECOGNIZER", Recognizer).items()
        },
        recognizer_files=file_digests(settings.packs),
        settings={
            "packs": list(settings.packs),
            "analyzer": settings.analyzer,
            "presidio_recognizers": [one.name for one in settings.presidio_recognizers],
            "min_score": settings.min_score,
            "exclude": list(settings.exclude),
            "suppressions": list(settings.suppressions),
        },
        norm=load_controls(),
    )


def _trend(store: Store, scan: Scan) -> list[dict[str, Any]]:
    """Return the figures of the scans of the same places before this one."""
    from pii_scan.evidence import trend_row

    rows = []
    for one in store.scans():
        if one.series == scan.series and one.id < scan.id and one.finished:
            totals = store.totals(one.id)
            started = one.started.astimezone(UTC).isoformat().replace("+00:00", "Z")
            figures = {
                "items": sum(it.items for it in totals),
                "missed": sum(it.items for it in totals if not it.coverage.is_complete),
                "items_with_findings": sum(it.items_with_findings for it in totals),
                "items_by_verdict": store.verdicts(one.id),
            }
            rows.append(trend_row({"id": one.id, "started": started}, figures))
    return rows


def _maker() -> Maker:
    from pii_scan.config.keys import is_signed, signing_key
    from pii_scan.evidence import Maker

    return Maker(
        name=getpass.getuser(),
        when=datetime.now().astimezone(),
        tool_version=__version__,
        packages={name: _version(name) for name in LIBRARIES},
        is_clock_synchronised=True if SYNCHRONISED.exists() else None,
        signer=signing_key(),
        check=is_signed,
    )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
