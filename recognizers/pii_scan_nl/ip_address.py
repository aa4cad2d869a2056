"""IP address, version 4 or 6; not the version number of a program, which looks alike."""

from ipaddress import AddressValueError, IPv4Address, IPv6Address

from pii_scan.model import Pattern, Recognizer

_OCTETS = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"


def is_ipv4(text: str) -> bool:
    """Tell whether `text` is a host's or a network's address, not this host or the broadcast."""
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    return not (address.is_loopback or address.is_multicast or text.startswith(("0.", "255.")))


def is_ipv6(text: str) -> bool:
    """Tell whether `text` is an address with some number in it: not `::`, not a time."""
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)


def is_large_ipv4(text: str) -> bool:
    """Tell whether `text` is an address no version would be: two large parts, or all alike."""
    parts = text.split(".")
    return is_ipv4(text) and (sum(int(part) >= 20 for part in parts) >= 2 or len(set(parts)) == 1)


def is_private_ipv4(text: str) -> bool:
    """Tell whether `text` is an address for use inside a network (RFC 1918)."""
    return is_ipv4(text) and IPv4Address(text).is_private


def normalise(text: str) -> str:
    """Return one spelling of an address.

    >>> normalise("2001:0DB8:0:0::1")
    '2001:db8::1'
    """
    return str(IPv6Address(text)) if ":" in text else text


_BEFORE, _BEHIND = r"(?:^|[^0-9A-Za-z.])", r"(?:$|[^0-9A-Za-z.]|\.(?:$|[^0-9A-Za-z]))"

RECOGNIZER = Recognizer(
    entity="IP_ADDRESS",
    category="N11",
    patterns=(
        Pattern(f"{_BEFORE}(?P<value>{_OCTETS}){_BEHIND}", prior=0.95, is_valid=is_large_ipv4),
        Pattern(f"{_BEFORE}(?P<value>{_OCTETS}){_BEHIND}", prior=0.55, is_valid=is_private_ipv4),
        Pattern(f"{_BEFORE}(?P<value>{_OCTETS}){_BEHIND}", prior=0.2, is_valid=is_ipv4),
        Pattern(
            r"(?:^|[^0-9A-Za-z:])(?P<value>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})"
            r"(?:$|[^0-9A-Za-z:]|:(?:$|[^0-9A-Za-z:]))",
            prior=0.9,
            anchor=r":[0-9A-Fa-f]{0,4}:",
            is_valid=is_ipv6,
        ),
    ),
    edges="none",
    labels=(
        "ip",
        "ip-adres",
        "ip address",
        "ipv4",
        "ipv6",
        "client ip",
        "x-forwarded-for",
        "inlogpoging",
        "ingelogd",
        "remote addr",
        "dns",
        "src",
    ),
    context=(
        "gateway",
        "vpn",
        "inlog",
        "login",
        "vlan",
        "server",
        "host",
        "adres",
        "extern",
        "intern",
        "firewall",
        "node",
        "ping",
    ),
    against=(
        "versie",
        "versienummer",
        "driver",
        "geupdatet",
        "bijgewerkt",
        "version",
        "firmware",
        "fw",
        "software",
        "release",
        "build",
        "update",
        "patch",
        "upgrade",
        "android",
        "ios",
        "windows nt",
        "windows",
        "chrome",
        "firefox",
        "safari",
        "edge",
        "mozilla",
        "app",
        "hoofdstuk",
        "paragraaf",
        "artikel",
        "sectie",
        "lot",
        "batch",
        "oid",
    ),
    source="https://www.rfc-editor.org/rfc/rfc4291 and rfc791",
    match=(
        "ingelogd vanaf ip 203.0.113.24.",
        "203.0.113.24 - - [27/Jan/2024:06:30:11 +0100]",
        "extern 2001:db8:0:17::5, verder niets",
        "IP: 2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "DNS 9.9.9.9",
    ),
    no_match=(
        "versie 5.1.0.3",
        "firmware 10.4.12.7",
        "OID 1.3.6.1.4.1.311",
        "bereikbaar 12:30:45",
        "std::vector",
        "127.0.0.1",
        "300.1.2.3",
        "v2.3.1.0",
    ),
    normalise=normalise,
)
