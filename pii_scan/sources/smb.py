"""Shares of Windows and Samba: `smb://user@server/share/folder`. Needs pii-scan[smb].

Files are opened so that others can go on with them. Owner and access come from the DACL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pii_scan.config.credentials import load_credential
from pii_scan.errors import ConfigError
from pii_scan.model import Access
from pii_scan.sources._dacl import rights
from pii_scan.sources._place import Place
from pii_scan.sources._remote import TIMEOUT_SECONDS, Entry, Kind, Protocolled

if TYPE_CHECKING:
    from fsspec.implementations.smb import SMBFileSystem

PORT: Final = 445
OTHERS_GO_ON: Final = "rwd"
"""Share access: others may read, write and remove the file meanwhile."""
OWNER_AND_DACL: Final = 0x1 | 0x4
"""[MS-SMB2] 2.2.37, AdditionalInformation."""
DESCRIPTOR_BYTES: Final = 1 << 16
REPARSE_POINT: Final = 0x400
DIRECTORY: Final = 0x10
LINKS: Final = frozenset({0xA000_000C, 0xA000_0003})
"""Reparse tags of symbolic links and mount points ([MS-FSCC] 2.1.2.1); other tags mark files that
are kept elsewhere or in fewer bytes, and read as usual."""
GONE: Final = frozenset(
    {0xC000_0034, 0xC000_003A, 0xC000_0033, 0xC000_00CC, 0xC000_000F, 0xC000_0225}
)
"""No such name, path, share or file; no valid name ([MS-ERREF] 2.3)."""
REFUSED: Final = frozenset({0xC000_0022, 0xC000_0043, 0xC000_0054, 0xC000_0061})
"""Access denied, opened by somebody for themselves alone, locked, no privilege."""
NOT_LET_IN: Final = frozenset((*range(0xC000_006D, 0xC000_0073), 0xC000_0193, 0xC000_0234))
"""Unknown account or wrong password, not at this hour or place, expired, disabled, locked out."""
UNKNOWN_USER: Final = "the server does not let us in: see docs/sources.md for how to sign in"


class Share:
    """A server, signed in to."""

    def __init__(self, place: Place) -> None:
        """Sign in."""
        self._host, self._port = place.host.strip("[]"), place.port or PORT
        self._files = _signed_in(place)

    def entries(self, path: str) -> Iterator[Entry]:
        """Yield what is in a folder; one question tells names, sizes and times together."""
        import smbclient

        with _translated(), smbclient.scandir(self._unc(path), port=self._port) as found:
            for one in found:
                it = one.smb_info
                kind = _kind(it.file_attributes, it.ea_size)
                version = str(it.file_id)
                modified = it.last_write_time.astimezone(UTC)
                yield Entry(it.file_name, kind, it.end_of_file, modified, version)

    def entry(self, path: str) -> Entry:
        """Return what is at a path now."""
        import smbclient

        with _translated():
            it = smbclient.lstat(self._unc(path), port=self._port)
        kind = _kind(it.st_file_attributes, it.st_reparse_tag)
        # As the listing has it: Windows counts in tenths of a microsecond.
        modified = datetime.fromtimestamp(it.st_mtime_ns // 1000 / 1e6, tz=UTC)
        return Entry(path.rpartition("/")[2], kind, it.st_size, modified, str(it.st_ino))

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        with _translated():
            file: BinaryIO = self._files.open(path, share_access=OTHERS_GO_ON, block_size=0)
        return file

    def rights(self, path: str) -> tuple[str | None, Access | None]:
        """Return the SID of the owner, and who may read."""
        from smbclient._io import SMBFileTransaction, SMBRawIO
        from smbprotocol.file_info import InfoType
        from smbprotocol.open import SMB2QueryInfoRequest, SMB2QueryInfoResponse
        from smbprotocol.security_descriptor import AccessMask

        def received(request: Any) -> bytes:
            response = SMB2QueryInfoResponse()
            response.unpack(raw.fd.connection.receive(request)["data"].get_value())
            return bytes(response["buffer"].get_value())

        with _translated():
            raw = SMBRawIO(
                self._unc(path),
                share_access=OTHERS_GO_ON,
                desired_access=AccessMask.READ_CONTROL,
                port=self._port,
            )
            with SMBFileTransaction(raw) as asked:
                query = SMB2QueryInfoRequest()
                query["info_type"] = InfoType.SMB2_0_INFO_SECURITY
                query["additional_information"] = OWNER_AND_DACL
                query["output_buffer_length"] = DESCRIPTOR_BYTES
                query["file_id"] = raw.fd.file_id
                asked += (query, received)
        return rights(asked.results[0])

    def close(self) -> None:
        """Hang up."""
        import smbclient

        with _translated():
            smbclient.delete_session(self._host, self._port)

    def _unc(self, path: str) -> str:
        return rf"\\{self._host}" + path.replace("/", "\\")


def _signed_in(place: Place) -> "SMBFileSystem":
    try:
        from fsspec.implementations.smb import SMBFileSystem
        from smbprotocol.exceptions import SMBAuthenticationError
    except ImportError:
        raise ConfigError("smb:// needs more: install pii-scan[smb]") from None
    if not place.path.strip("/"):
        raise ConfigError(f"name a share: {place.shown}/share")
    who = load_credential("smb", place.host_and_port, place.user)
    try:
        with _translated():
            return SMBFileSystem(
                place.host.strip("[]"),
                port=place.port or PORT,
                username=who.user,
                password=who.secret,
                timeout=TIMEOUT_SECONDS,
                register_session_retries=0,
                skip_instance_cache=True,
            )
    except (SMBAuthenticationError, PermissionError):
        raise ConfigError(f"{place.shown}: {UNKNOWN_USER}") from None


def _kind(attributes: int, tag: int) -> Kind:
    if attributes & REPARSE_POINT and tag in LINKS:
        return "link"
    return "folder" if attributes & DIRECTORY else "file"


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what a server answers into the errors that files on this machine give."""
    from smbprotocol.exceptions import SMBOSError, SMBResponseException

    try:
        yield
    except SMBOSError as error:
        raise _translation(error.ntstatus) from None
    except SMBResponseException as error:
        raise _translation(error.status) from None
    except ValueError as error:  # what smbprotocol makes of a server that is not there
        raise ConnectionError from error


def _translation(status: int) -> OSError:
    if status in GONE:
        return FileNotFoundError()
    return PermissionError() if status in REFUSED | NOT_LET_IN else ConnectionError()


def _broken() -> tuple[type[Exception], ...]:
    from smbprotocol.exceptions import SMBException

    return (SMBException,)


SOURCE = Protocolled("smb", Share, _broken, Share.rights).source()
