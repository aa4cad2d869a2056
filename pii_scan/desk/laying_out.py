"""A document of an office program laid out as PDF, by LibreOffice where that is installed.

The document is hostile: LibreOffice gets a profile of its own for the one file, runs no macro,
follows no link, is sent to a proxy that is not there, and ends with all it started.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

SUFFIXES: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}
SECONDS: Final = 60.0
_COMMON: Final = "/org.openoffice.Office.Common"
_SETTINGS: Final = (
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
"""Port 9 takes what it gets and gives nothing back (RFC 863)."""


def as_pdf(data: bytes, media_type: str | None) -> bytes | None:
    """Return a document as PDF; `None` where nothing here lays it out."""
    suffix, program = SUFFIXES.get(media_type or ""), shutil.which("soffice")
    if suffix is None or program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="pii-scan-page-") as name:
        folder = Path(name)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_settings(), encoding="ascii")
        source = folder / f"page{suffix}"
        source.write_bytes(data)
        _run([
            program,
            f"-env:UserInstallation={profile.parent.as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", "pdf", "--outdir", str(folder), str(source)),
        ])  # fmt: skip
        made = folder / "page.pdf"
        return made.read_bytes() if made.is_file() else None


def _run(command: list[str]) -> None:
    folder = Path(command[-1]).parent
    program = subprocess.Popen(  # noqa: S603 - found on the path, with arguments of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    with suppress(subprocess.TimeoutExpired):
        program.wait(SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def _settings() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items '
        'xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
    )
