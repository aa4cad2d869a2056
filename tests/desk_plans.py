"""A share with a letter past its term, scanned; two people with keys of their own, enrolled."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pii_scan.cli import main
from pii_scan.config.keys import signing_key
from tests.desk_server import Served, serving
from tests.test_cli_evidence import EVENTS, LETTER

ROOT = Path(__file__).parents[1]
PASSPHRASE = "vier ogen"
PEOPLE = ("planner", "approver", "stranger")


@contextmanager
def planning(folder: Path, **changes: Any) -> Iterator[Served]:
    """Serve a desk over the scan of the share."""
    url, share = str(folder / "inventory.db"), folder / "share"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PII_SCAN_KEY_FILE", str(folder / "keys" / "fingerprint.key"))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{ROOT / 'recognizers'}")
        patch.chdir(folder)  # so that pictures show share/sollicitatie.txt
        (folder / "config" / "pii-scan").mkdir(parents=True)
        (folder / "config" / "pii-scan" / "pii-scan.toml").write_text("[detect]\nnames = false\n")
        share.mkdir()
        (share / "sollicitatie.txt").write_text(LETTER)
        (share / "recept.txt").write_text("Een recept voor appeltaart.\n")
        (folder / "events.csv").write_text(EVENTS)
        for name in PEOPLE:
            _key(folder, name)
        for arguments in (
            ["scan", share.name, "--policy", "quality-contacts", "--events", events(folder)],
            ["dispose", "enrol", "De planner", str(folder / "planner.pem")],
            ["dispose", "enrol", "De approver", str(folder / "approver.pem")],
        ):
            run = CliRunner().invoke(main, [*arguments, "--store", url])
            assert run.exit_code in (0, 1), run.output
        with serving(folder, signer=signing_key(), **changes) as served:
            yield served


def events(folder: Path) -> str:
    """Return where the register is that the scan was given."""
    return str(folder / "events.csv")


def _key(folder: Path, name: str) -> None:
    (folder / "pass").write_text(PASSPHRASE)
    private, public = folder / f"{name}.key", folder / f"{name}.pem"
    for command in (
        f"genpkey -algorithm ed25519 -aes256 -pass file:{folder}/pass -out {private}",
        f"pkey -in {private} -passin file:{folder}/pass -pubout -out {public}",
    ):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True)
    private.chmod(0o600)
