"""Who may read a file of Windows, from descriptors as servers send them."""

import struct

import pytest

from pii_scan.sources._dacl import rights

OWNER = "S-1-5-21-1-2-3-1000"
COLLEAGUE = "S-1-5-21-1-2-3-1001"
GROUP = "S-1-5-21-1-2-3-2000"
EVERYONE, AUTHENTICATED, USERS = "S-1-1-0", "S-1-5-11", "S-1-5-32-545"
DOMAIN_USERS, DOMAIN_ADMINS = "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-512"
ADMINISTRATORS, SYSTEM, CREATOR = "S-1-5-32-544", "S-1-5-18", "S-1-3-0"
READ, WRITE, ALL = 0x1, 0x2, 0x1000_0000
ALLOW, DENY, ALLOW_OBJECT, ALLOW_IF = 0x00, 0x01, 0x05, 0x09
INHERIT_ONLY = 0x08

Entry = tuple[int, int, int, str]
"""Type, flags, mask, SID."""


def sid(text: str) -> bytes:
    """[MS-DTYP] 2.4.2.2"""
    _, revision, authority, *rest = text.split("-")
    head = struct.pack("<BB", int(revision), len(rest)) + int(authority).to_bytes(6, "big")
    return head + b"".join(struct.pack("<I", int(one)) for one in rest)


def ace(kind: int, flags: int, mask: int, who: str) -> bytes:
    """[MS-DTYP] 2.4.4.2 and, of an object, 2.4.4.3 with one GUID."""
    inside = struct.pack("<I", mask)
    if kind == ALLOW_OBJECT:
        inside += struct.pack("<I", 1) + bytes(range(16))
    inside += sid(who)
    return struct.pack("<BBH", kind, flags, 4 + len(inside)) + inside


def descriptor(entries: list[Entry] | None, *, has_dacl: bool = True) -> bytes:
    """[MS-DTYP] 2.4.6; `None` is a list that is present and null."""
    owner = sid(OWNER)
    control = 0x8000 | (0x4 if has_dacl else 0)
    at = 20 + len(owner) if has_dacl and entries is not None else 0
    body = b"".join(ace(*entry) for entry in entries or ())
    acl = struct.pack("<BBHHH", 4, 0, 8 + len(body), len(entries or ()), 0) + body
    head = struct.pack("<BBHIIII", 1, 0, control, 20, 0, 0, at)
    return head + owner + (acl if at else b"")


@pytest.mark.parametrize(
    ("entries", "access"),
    [
        ([(ALLOW, 0, ALL, OWNER)], "private"),
        ([(ALLOW, 0, ALL, who) for who in (ADMINISTRATORS, SYSTEM, CREATOR)], "private"),
        ([(ALLOW, 0, ALL, DOMAIN_ADMINS)], "private"),
        ([(ALLOW, 0, READ, COLLEAGUE)], "group"),
        ([(ALLOW, 0, READ, GROUP)], "group"),
        ([(ALLOW, 0, READ, EVERYONE)], "everyone"),
        ([(ALLOW, 0, ALL, AUTHENTICATED)], "everyone"),
        ([(ALLOW, 0, READ, USERS)], "everyone"),
        ([(ALLOW, 0, READ, DOMAIN_USERS)], "everyone"),
        ([(ALLOW_OBJECT, 0, READ, EVERYONE)], "everyone"),
        ([(ALLOW_IF, 0, READ, EVERYONE)], "everyone"),
        # May write, may not read; and what folders hand down says nothing of the folder itself.
        ([(ALLOW, 0, WRITE, EVERYONE)], "private"),
        ([(ALLOW, INHERIT_ONLY, READ, EVERYONE)], "private"),
        # What is refused first stays refused; what is refused later was allowed already.
        ([(DENY, 0, READ, EVERYONE), (ALLOW, 0, READ, EVERYONE)], "private"),
        ([(DENY, 0, READ, EVERYONE), (ALLOW, 0, READ, USERS)], "private"),
        ([(ALLOW, 0, READ, EVERYONE), (DENY, 0, READ, EVERYONE)], "everyone"),
        ([(DENY, 0, READ, GROUP), (ALLOW, 0, READ, GROUP)], "private"),
        ([(DENY, 0, WRITE, EVERYONE), (ALLOW, 0, READ, EVERYONE)], "everyone"),
        ([], "private"),
        (None, "everyone"),
    ],
)
def test_entries_are_weighed_in_their_order(entries: list[Entry] | None, access: str) -> None:
    assert rights(descriptor(entries)) == (OWNER, access)


def test_a_descriptor_without_a_list_tells_nothing() -> None:
    assert rights(descriptor([], has_dacl=False)) == (OWNER, None)
