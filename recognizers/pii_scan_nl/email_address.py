"""E-mail addresses, of persons and organisations, on public and private domains."""

from pii_scan.model import Pattern, Recognizer


def is_email(text: str) -> bool:
    """Tell whether the local part and the domain are well formed (RFC 5321, 4.1.2 and 4.5.3)."""
    local, _, domain = text.partition("@")
    if local.endswith((".", "'")) or len(local) > 64:
        return False
    return "-." not in f"{domain}." and ".-" not in f".{domain}"


_SPOKEN = (
    r"(?i:[a-z0-9]{1,30}(?: (?:punt|streepje|min|underscore) [a-z0-9]{1,30}){0,4} apen?staartje "
    r"[a-z0-9]{1,30}(?: (?:punt|streepje|min) [a-z0-9]{1,30}){0,3} punt "
    r"(?:nl|com|be|de|net|org|eu|info|example))"
)
"""As it is said over the telephone: "j punt jansen apenstaartje post punt nl"."""
_SIGNS = {
    "punt": ".",
    "streepje": "-",
    "min": "-",
    "underscore": "_",
    "apenstaartje": "@",
    "apestaartje": "@",
}


def written(text: str) -> str:
    """Return an address in lower case, as it is written.

    >>> written("J punt Jansen apenstaartje post punt example")
    'j.jansen@post.example'
    """
    words = text.lower().split()
    return "".join(_SIGNS.get(word, word) for word in words)


def is_spoken_email(text: str) -> bool:
    """Tell whether words say an address that is well formed."""
    return is_email(written(text))


# Of what RFC 5321 allows in a local part, = & ? / | and the like part fields far more often.
RECOGNIZER = Recognizer(
    entity="EMAIL_ADDRESS",
    category="N02",
    patterns=(
        Pattern(
            r"[A-Za-z0-9_][A-Za-z0-9.%'+_~-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,6}"
            r"[A-Za-z]{2,24}",
            prior=0.985,
            anchor=r"@[A-Za-z0-9]",
        ),
        Pattern(_SPOKEN, 0.97, anchor=r"(?i: apen?staartje )", is_valid=is_spoken_email),
    ),
    labels=("e-mail", "e-mailadres", "mailadres", "mail"),
    source="RFC 5321, https://www.rfc-editor.org/rfc/rfc5321",
    match=(
        "mail naar j.jansen+werk@post.kantoor.example.",
        "<INFO@BEDRIJF.LOCAL>",
        "user=anna@kantoor.example&taal=nl",
        "dat is j punt jansen apenstaartje post punt nl",
        "mailto:o'brien@voorbeeld.example",
    ),
    no_match=(
        "volg @kantoor op X",
        "jan@localhost",
        "met een apenstaartje in het adres",
        "12 stuks @ 4.50",
        "jan@-kantoor.example",
        "https://kantoor.example/@jan",
        "jan.@kantoor.example",
    ),
    is_valid=is_email,
    normalise=written,
)
