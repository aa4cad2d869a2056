"""Signed and packed contents (CMS, RFC 5652) for the tests of extract, without a signature."""

OIDS = {
    "data": "06092a864886f70d010701",
    "signed": "06092a864886f70d010702",
    "enveloped": "06092a864886f70d010703",
    "digested": "06092a864886f70d010705",
    "encrypted": "06092a864886f70d010706",
    "compressed": "060b2a864886f70d0109100109",
    "authenticated": "060b2a864886f70d0109100117",
}


def der(tag: int, *inside: bytes) -> bytes:
    """Return an element with its length stated."""
    content = b"".join(inside)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + content


def endless(tag: int, *inside: bytes) -> bytes:
    """Return an element that ends where it says so."""
    return bytes([tag, 0x80]) + b"".join(inside) + b"\0\0"


def oid(name: str) -> bytes:
    return bytes.fromhex(OIDS[name])


def named(tag: int, text: str, charset: str = "utf-8") -> bytes:
    return der(0x31, der(0x30, bytes.fromhex("0603550403"), der(tag, text.encode(charset))))


def certificate(subject: bytes, address: str = "") -> bytes:
    names = der(0x04, der(0x30, der(0x81, address.encode())))
    extension = der(0x30, bytes.fromhex("0603551d11"), names)
    fields = [
        der(0xA0, b"\2\1\2"),
        b"\2\1\1",
        der(0x30),
        der(0x30, named(0x0C, "Uitgever")),
        der(0x30),
        der(0x30, subject),
        der(0x30),
        der(0xA3, der(0x30, extension)),
    ]
    return der(0x30, der(0x30, *fields), der(0x30), b"\3\1\0")


def signed(content: bytes | None, *certificates: bytes) -> bytes:
    inside = b"" if content is None else der(0xA0, der(0x04, content))
    body = [b"\2\1\1", der(0x31), der(0x30, oid("data"), inside)]
    if certificates:
        body.append(der(0xA0, *certificates))
    return der(0x30, oid("signed"), der(0xA0, der(0x30, *body, der(0x31))))
