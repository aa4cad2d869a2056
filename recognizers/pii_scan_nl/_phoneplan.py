"""The Dutch telephone numbering plan as data, and the reading of a number by it.

Source: Nummerplan telefoon- en ISDN-diensten, annexes 1 to 3, https://wetten.overheid.nl/BWBR0010198
"""

_AREA_CODES = (
    "010 013 015 020 023 024 026 030 033 035 036 038 040 043 045 046 050 053 055 058 070 "
    "071 072 073 074 075 076 077 078 079 0111 0113 0114 0115 0117 0118 0161 0162 0164 "
    "0165 0166 0167 0168 0172 0174 0180 0181 0182 0183 0184 0186 0187 0222 0223 0224 0226 "
    "0227 0228 0229 0251 0252 0255 0294 0297 0299 0313 0314 0315 0316 0317 0318 0320 0321 "
    "0341 0342 0343 0344 0345 0346 0347 0348 0411 0412 0413 0416 0418 0475 0478 0481 0485 "
    "0486 0487 0488 0492 0493 0495 0497 0499 0511 0512 0513 0514 0515 0516 0517 0518 0519 "
    "0521 0522 0523 0524 0525 0527 0528 0529 0541 0543 0544 0545 0546 0547 0548 0561 0562 "
    "0566 0570 0571 0572 0573 0575 0577 0578 0591 0592 0593 0594 0595 0596 0597 0598 0599"
)
_GEOGRAPHIC = frozenset(_AREA_CODES.split())
"""The subscriber's part after an area code starts with 2 to 8."""
_MOBILE = ("061", "062", "063", "064", "065", "068")
_OTHER = ("066", "084", "085", "087", "088", "091")
"""Paging, personal assistant, location-independent, companies; ten digits like mobile numbers."""
_NOT_GEOGRAPHIC = (*_MOBILE, *_OTHER)
_FREE = (
    "00 01 03 04 05 06 07 08 10 11 12 13 14 15 16 17 18 19 20 21 41 43 46 49 50 51 60 61 70 71 "
    "80 81 90 91"
)
_PAID = "00 01 02 03 05 06 07 08 09 13 14 15 17 18 19 80 81 83 84 86 88 92 93 95 96 97 98"
_SHORT = {
    "0800": frozenset(_FREE.split()),
    "0900": frozenset(_PAID.split()),
    "0906": frozenset(_PAID.split()),
    "0909": frozenset(_PAID.split()),
}
"""Per service prefix the next two digits after which a number has 8 digits; after others, 11."""
_M2M = "0970"
COUNTRY = "31"


def is_national(number: str) -> bool:
    """Tell whether `number`, digits with their leading 0, can be given out in the Netherlands.

    >>> is_national("0612345678"), is_national("0123456789"), is_national("09002001201")
    (True, False, True)
    """
    if number[:4] in _SHORT:
        return len(number) == (8 if number[4:6] in _SHORT[number[:4]] else 11)
    if number.startswith(_M2M):
        return len(number) == 12
    if len(number) != 10:
        return False
    if number.startswith(_NOT_GEOGRAPHIC):
        return True
    if number[:3] in _GEOGRAPHIC:
        return number[3] in "2345678"
    return number[:4] in _GEOGRAPHIC and number[4] in "2345678"


_SHORTEST = 7
"""Digits of a foreign number with its country; what is shorter is a service's, if anything."""


def international(text: str) -> str | None:
    """Return a number as written in its E.164 form, or `None` if there can be no such number.

    >>> international("+31 (0)6 - 1234 5678"), international("0032 9 311 40 22")
    ('+31612345678', '+3293114022')
    """
    number = "".join(filter("0123456789".__contains__, text))
    abroad = text.lstrip("( ").startswith("+")
    if not abroad and number.startswith("00"):
        abroad, number = True, number[2:]
    if abroad and number.startswith(COUNTRY):
        number = "0" + number.removeprefix(COUNTRY).removeprefix("0")
        abroad = False
    elif not abroad and number.startswith("0" + COUNTRY) and len(number) == 12:
        number = "0" + number.removeprefix("0" + COUNTRY)
    if abroad:
        return _foreign(number)
    return f"+{COUNTRY}{number[1:]}" if is_national(number) else None


def _foreign(number: str) -> str | None:
    if len(number) < _SHORTEST:
        return None
    # Loading its tables takes a while, and most texts hold no foreign number.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
