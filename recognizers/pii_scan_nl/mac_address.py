"""MAC address of a device: six pairs of hexadecimal digits, or three groups of four.

Longer rows of pairs are fingerprints of keys; pairs of digits alone with hyphens may be a date.
"""

from pii_scan.model import Pattern, Recognizer

_BEFORE, _BEHIND = r"(?:^|[^0-9A-Za-z:.-])", r"(?:$|[^0-9A-Za-z:-])"
_PAIR = r"[0-9A-Fa-f]{2}"
_FOUR = r"[0-9A-Fa-f]{4}"


def bare(text: str) -> str:
    """Return the twelve digits.

    >>> bare("00-1A-2b-3C-4d-5E")
    '001a2b3c4d5e'
    """
    return "".join(character for character in text.lower() if character.isalnum())


def is_mac(text: str) -> bool:
    """Tell whether the address is a device's: neither none nor all."""
    return len(set(bare(text))) > 1


def is_lettered_mac(text: str) -> bool:
    """Tell the same where only letters set the address apart from other numbers."""
    return is_mac(text) and not bare(text).isdigit()


RECOGNIZER = Recognizer(
    entity="MAC_ADDRESS",
    category="N11",
    patterns=(
        Pattern(f"{_BEFORE}(?P<value>{_PAIR}(?::{_PAIR}){{5}}){_BEHIND}", prior=0.95),
        Pattern(
            f"{_BEFORE}(?P<value>{_PAIR}(?:-{_PAIR}){{5}}){_BEHIND}",
            0.9,
            None,
            False,
            is_lettered_mac,
        ),
        Pattern(
            f"{_BEFORE}(?P<value>{_FOUR}\\.{_FOUR}\\.{_FOUR}){_BEHIND}",
            0.7,
            None,
            False,
            is_lettered_mac,
        ),
        Pattern(r"\b[0-9A-Fa-f]{12}\b", prior=0.3, after_label=True, is_valid=is_lettered_mac),
    ),
    edges="none",
    labels=("mac", "mac-adres", "mac address", "macaddr", "mac_address", "hwaddr"),
    against=("fingerprint", "vingerafdruk", "serienummer", "sha1", "md5"),
    source="IEEE 802-2014, 8.2: EUI-48; https://standards.ieee.org/products-programs/regauth",
    match=(
        "modem 00:1a:2b:3c:4d:5e online",
        "00-1A-2B-3C-4D-5E",
        "001a.2b3c.4d5e",
        "MAC-adres: 001A2B3C4D5E",
        "tijd;mac;duur\n10:00;001a2b3c4d5e;12",
    ),
    no_match=(
        "001A2B3C4D5E",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "01-02-03-04-05-06",
        "00:1a:2b:3c:4d:5e:6f:70",
        "om 12:30:45 en 13:30:45",
    ),
    is_valid=is_mac,
    normalise=bare,
)
