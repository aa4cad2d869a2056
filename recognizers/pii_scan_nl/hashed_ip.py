"""Hashed IP address: what a log holds where the address itself was taken out.

A pseudonym is personal data still. A hash says nothing by itself, its column or label does.
"""

from pii_scan.model import Pattern, Recognizer

RECOGNIZER = Recognizer(
    entity="HASHED_IP",
    category="N11",
    patterns=(
        Pattern(
            r"[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9A-F]{64}|[0-9A-F]{40}|[0-9A-F]{32}",
            prior=0.05,
            after_label=True,
        ),
    ),
    labels=(
        "ip",
        "ip-adres",
        "ip address",
        "client ip",
        "remote addr",
        "ip hash",
        "hashed ip",
        "ip hashed",
    ),
    against=("md5", "sha1", "sha256", "checksum", "commit", "digest", "token", "sessie", "etag"),
    source="AVG art. 4(5) and recital 26; RFC 1321 (MD5), FIPS 180-4 (SHA)",
    match=(
        "ip: d41d8cd98f00b204e9800998ecf8427e",
        "ip_hash=da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "tijd;ip;pagina\n10:00;d41d8cd98f00b204e9800998ecf8427e;/start",
    ),
    no_match=(
        "d41d8cd98f00b204e9800998ecf8427e",
        "md5 d41d8cd98f00b204e9800998ecf8427e",
        "ip 203.0.113.24 commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "ip: d41d8cd98f00b204e9800998ecf8427",
        "tijd;hash;pagina\n10:00;d41d8cd98f00b204e9800998ecf8427e;/start",
    ),
    normalise=str.lower,
)
