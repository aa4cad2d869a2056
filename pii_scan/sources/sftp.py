"""Files over SSH: `sftp://user@server/folder`. Needs pii-scan[sftp].

The server's key must be known (`~/.ssh/known_hosts`): an unknown one is refused, since whoever sits
in between would see everything. Keys and agents of the account are used as `ssh` does.
"""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, cast

from pii_scan.config.credentials import load_credential
from pii_scan.errors import ConfigError
from pii_scan.sources._place import Place
from pii_scan.sources._remote import BLOCK_BYTES, TIMEOUT_SECONDS, Entry, Kind, Protocolled
from pii_scan.sources._rights import of_mode

if TYPE_CHECKING:
    from fsspec.implementations.sftp import SFTPFileSystem
    from paramiko import SFTPAttributes


class Account:
    """A server, signed in to."""

    def __init__(self, place: Place) -> None:
        """Sign in."""
        self._files = _signed_in(place)

    def entries(self, path: str) -> Iterator[Entry]:
        """Yield what is in a folder; names come with sizes, times, modes and owners."""
        for it in self._files.ftp.listdir_iter(path or "/"):
            yield _entry(it.filename, it)

    def entry(self, path: str) -> Entry:
        """Return what is at a path now."""
        return _entry(path.rpartition("/")[2], self._files.ftp.lstat(path or "/"))

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        return cast(BinaryIO, self._files.ftp.open(path, "rb", BLOCK_BYTES))

    def close(self) -> None:
        """Hang up."""
        self._files.client.close()


def _signed_in(place: Place) -> "SFTPFileSystem":
    try:
        import paramiko
        from fsspec.implementations.sftp import SFTPFileSystem
    except ImportError:
        raise ConfigError("sftp:// needs more: install pii-scan[sftp]") from None

    class Verified(SFTPFileSystem):  # type: ignore[misc, unused-ignore]  # has no types
        """The file system of fsspec, that looks at whom it talks to."""

        def _connect(self) -> None:
            self.client = paramiko.SSHClient()
            self.client.load_system_host_keys()
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
            self.client.connect(self.host, **self.ssh_kwargs)
            self.ftp = self.client.open_sftp()

    who = load_credential("sftp", place.host_and_port, place.user)
    try:
        return Verified(
            place.host.strip("[]"),
            port=place.port or 22,
            username=who.user,
            password=who.secret,
            timeout=TIMEOUT_SECONDS,
            banner_timeout=TIMEOUT_SECONDS,
            skip_instance_cache=True,
        )
    except paramiko.AuthenticationException:
        raise ConfigError(
            f"{place.shown}: the server does not let us in: see docs/sources.md for how to sign in"
        ) from None
    except paramiko.BadHostKeyException:
        raise ConfigError(f"{place.shown}: its key is another than in known_hosts") from None
    except paramiko.SSHException as error:
        if "not found in known_hosts" not in str(error):
            raise
        raise ConfigError(
            f"{place.shown}: its key is not in ~/.ssh/known_hosts; sign in with ssh once to see it"
        ) from None


def _entry(name: str, it: "SFTPAttributes") -> Entry:
    mode = it.st_mode or 0
    modified = None if it.st_mtime is None else datetime.fromtimestamp(it.st_mtime, tz=UTC)
    return Entry(name, _kind(mode), it.st_size or 0, modified, None, _owner(it), of_mode(mode))


def _owner(it: "SFTPAttributes") -> str | None:
    """Return the name of the owner: OpenSSH tells it in the line that `ls -l` would show."""
    columns = getattr(it, "longname", "").split()
    if len(columns) > 4:
        return str(columns[2])
    return None if it.st_uid is None else str(it.st_uid)


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "special"


def _broken() -> tuple[type[Exception], ...]:
    from paramiko import SSHException

    return (SSHException,)


SOURCE = Protocolled("sftp", Account, _broken).source()
