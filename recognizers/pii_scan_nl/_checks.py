"""Check digits that more than one Dutch identifier uses."""

from collections.abc import Sequence
from operator import mul
from string import ascii_letters

BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_VALUES = {ord(letter): str(int(letter, 36)) for letter in ascii_letters}
"""What a letter stands for in ISO 7064 mod 97-10."""


def digits(text: str) -> str:
    """Return the digits in `text` in ASCII, separators left out.

    >>> digits("1234.56.782")
    '123456782'
    """
    if text.isascii():
        return text if text.isdecimal() else "".join(filter(str.isdecimal, text))
    return "".join(str(int(one)) for one in text if one.isdecimal())


def elfproef(number: str) -> bool:
    """Tell whether nine digits pass the 11-proef of the BSN (weights 9…2 and -1).

    >>> elfproef("123456782"), elfproef("123456789")
    (True, False)
    """
    return len(number) == len(BSN_WEIGHTS) and weighted(number, BSN_WEIGHTS) % 11 == 0


def weighted(number: str, weights: Sequence[int]) -> int:
    """Return the sum of the digits, each times its weight.

    >>> weighted("123", (3, 2, 1))
    10
    """
    return sum(map(mul, weights, map(int, number)))


def gs1(number: str) -> bool:
    """Tell whether digits pass the check of GS1 numbers: 3 and 1 by turns from the right.

    >>> gs1("8712345678906"), gs1("8712345678907")
    (True, False)
    """
    weights = [3 if index % 2 else 1 for index in reversed(range(len(number)))]
    return weighted(number, weights) % 10 == 0


def luhn(number: str) -> bool:
    """Tell whether digits pass the Luhn check of ISO/IEC 7812-1.

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mod97(text: str) -> bool:
    """Tell whether letters and digits leave 1 by ISO 7064 mod 97-10, A being 10.

    >>> mod97("ABNA0417164300NL91")
    True
    """
    return int(text.translate(_VALUES)) % 97 == 1


def after_check(share: float, one_in: int) -> float:
    """Return the chance that a number which passes its check is what it looks like (Bayes).

    Of such numbers `share` is; of the others one in `one_in` passes by chance.

    >>> round(after_check(1 / 45, 11), 3)
    0.2
    """
    return share / (share + (1 - share) / one_in)
