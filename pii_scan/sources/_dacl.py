"""Who may read a file of Windows, from the security descriptor that a server tells over SMB."""

import re
import struct
from collections.abc import Iterator
from typing import Any, Final

from pii_scan.model import Access

READ: Final = 0x0000_0001 | 0x8000_0000 | 0x1000_0000
"""FILE_READ_DATA, GENERIC_READ, GENERIC_ALL: [MS-DTYP] 2.4.3, [MS-SMB2] 2.2.13.1.1."""
EVERYONE: Final = re.compile(
    r"S-1-1-0|S-1-5-(?:2|4|7|11)|S-1-5-32-54[56]|S-1-5-21-[\d-]+-51[34]", re.ASCII
)
"""Everyone; network, interactive, anonymous and authenticated users; the built-in users and guests;
domain users and guests ([MS-DTYP] 2.4.2.4)."""
ALL: Final = "S-1-1-0"
OWNERS: Final = re.compile(
    r"S-1-3-[04]|S-1-5-18|S-1-5-32-544|S-1-5-21-[\d-]+-(?:500|512|519)", re.ASCII
)
"""The owner, the system, administrators of the machine and of the domain (the same place)."""
ALLOWED: Final = frozenset({0x00, 0x05, 0x09, 0x0B})
DENIED: Final = frozenset({0x01, 0x06, 0x0A, 0x0C})
"""Plain, of an object, with a condition: [MS-DTYP] 2.4.4.1. A condition is taken to be met."""
INHERIT_ONLY: Final = 0x08


def rights(raw: bytes) -> tuple[str | None, Access | None]:
    """Return the SID of the owner, and who may read, from a self-relative security descriptor.

    Entries are weighed in their order, as Windows does: what is refused first stays refused.
    """
    from smbprotocol.security_descriptor import SDControl, SMB2CreateSDBuffer

    told = SMB2CreateSDBuffer()
    told.unpack(raw)
    owner = told.get_owner()
    sid = None if owner is None else str(owner)
    if not told["control"].has_flag(SDControl.DACL_PRESENT):
        return sid, None
    if not told["offset_dacl"].get_value():  # present and null: no limits at all
        return sid, "everyone"
    return sid, _access(sid, told.get_dacl())


def _access(owner: str | None, dacl: Any) -> Access:
    refused: set[str] = set()
    access: Access = "private"
    for kind, mask, sid in _entries(dacl):
        if kind in DENIED and mask & READ:
            refused.add(sid)
        if kind not in ALLOWED or not mask & READ or refused & {sid, ALL}:
            continue
        if EVERYONE.fullmatch(sid):
            return "everyone"
        if sid != owner and not OWNERS.fullmatch(sid):
            access = "group"
    return access


def _entries(dacl: Any) -> Iterator[tuple[int, int, str]]:
    """Yield (type, mask, SID) of the entries that are about the file itself."""
    from smbprotocol.security_descriptor import SIDPacket

    for ace in dacl["aces"].get_value():
        raw = ace if isinstance(ace, bytes) else ace.pack()
        kind, flags, _, mask = struct.unpack("<BBHI", raw[:8])
        if flags & INHERIT_ONLY:
            continue
        at = 8
        if kind in (0x05, 0x06, 0x0B, 0x0C):  # [MS-DTYP] 2.4.4.3: flags, then up to two GUIDs
            at += 4 + 16 * (raw[8] & 1) + 16 * (raw[8] >> 1 & 1)
        sid = SIDPacket()
        sid.unpack(raw[at:])
        yield kind, mask, str(sid)
