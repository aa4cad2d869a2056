"""What is signed when something is signed: a payload with its type, by the encoding of DSSE.

So no signature over one kind of paper can pass for one over another.
https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md
"""


def before_signing(kind: str, payload: bytes) -> bytes:
    """Return the "pre-authentication encoding" of a payload of some type."""
    name = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)
