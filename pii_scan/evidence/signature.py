"""The signature of a bundle: a DSSE envelope around SHA256SUMS, which names every other part.

https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md
"""

import base64
import json

from pii_scan.chain import Check, Signer
from pii_scan.dsse import before_signing
from pii_scan.evidence.container import Problem
from pii_scan.evidence.parts import SIGNATURE, SUMS
from pii_scan.report import encoded

PAYLOAD_TYPE = "application/vnd.pii-scan.sha256sums"


def envelope(sums: bytes, signer: Signer) -> bytes:
    """Return the envelope over the content of SHA256SUMS, as JSON."""
    return _written(sums, signer.id, bytes.fromhex(signer.sign(before_signing(PAYLOAD_TYPE, sums))))


def looked_at(
    content: bytes, sums: bytes | None, check: Check | None
) -> tuple[Problem | None, bytes | None]:
    """Return what is wrong with an envelope, and the sums that were signed if that is certain.

    Without a `check` nothing is certain: what is looked at is whether it is over `sums`, if any.
    """
    try:
        payload, key_id, signature = _read(content)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Problem(SIGNATURE, "changed: it is no envelope with one signature"), None
    if check is None:
        if sums is not None and payload != sums:
            return Problem(SIGNATURE, f"changed: it is not over {SUMS}"), None
        return None, None
    is_right = check(key_id, before_signing(PAYLOAD_TYPE, payload), signature)
    if is_right is None:
        shown = key_id if key_id.isalnum() and len(key_id) <= 64 else "of another form"
        return Problem(SIGNATURE, f"changed: signed with key {shown}, not the one given"), None
    if not is_right:
        return Problem(SIGNATURE, "changed: the signature is not of the key given"), None
    return None, payload


def key_id_of(content: bytes) -> str:
    """Return which key an envelope that was verified is signed with."""
    return _read(content)[1]


def _read(content: bytes) -> tuple[bytes, str, str]:
    value = json.loads(content)
    (one,) = value["signatures"]
    payload, signature = (base64.b64decode(text) for text in (value["payload"], one["sig"]))
    # One signature, written in one way: not a byte of it can change unseen.
    if _written(payload, one["keyid"], signature) != content:
        raise ValueError
    return payload, one["keyid"], signature.hex()


def _written(sums: bytes, key_id: str, signature: bytes) -> bytes:
    value = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(sums).decode(),
        "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode()}],
    }
    return encoded(value, indent=2) + b"\n"
