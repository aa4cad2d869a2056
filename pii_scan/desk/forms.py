"""The fields of a form, files that somebody gives with it included: small ones, of text."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import parse_qsl

MOST_FIELDS = 100


def fields(body: bytes, content_type: str) -> dict[str, str]:
    """Return the fields of a form, in either way that browsers send one; nothing if it is none."""
    try:
        if content_type.startswith("multipart/form-data"):
            pairs = _parts(body, content_type)
        else:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: value.replace("\r\n", "\n").strip() for name, value in pairs}


def _parts(body: bytes, content_type: str) -> list[tuple[str, str]]:
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    whole = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    found: list[tuple[str, str]] = []
    for part in whole.iter_parts() if isinstance(whole, EmailMessage) else ():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes) and len(found) < MOST_FIELDS:
            found.append((name, data.decode("utf-8", "replace")))
    return found
