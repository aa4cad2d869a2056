"""Check digits that more than one Dutch identifier uses."""


def digits(text: str) -> str:
    """Return the digits in `text` in ASCII, separators left out.

    >>> digits("1234.56.782")
    '123456782'
    """
    return "".join(str(int(character)) for character in text if character.isdecimal())


def elfproef(number: str) -> bool:
    """Tell whether nine digits pass the 11-proef of the BSN (weights 9…2 and -1).

    >>> elfproef("123456782"), elfproef("123456789")
    (True, False)
    """
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    if len(number) != len(weights):
        return False
    return sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11 == 0


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
    return int("".join(str(int(character, 36)) for character in text)) % 97 == 1
