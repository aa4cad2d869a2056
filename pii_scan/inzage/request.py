"""Inzage: the request of a person, checked. What is wrong is said without quoting a value."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pii_scan.errors import ConfigError
from pii_scan.model import Recognizer

MAX_CHARS: Final = 100_000
"""A request is a page at most; what is longer is another file."""
CHECKED: Final = {
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "iban": "IBAN_CODE",
    "bsn": "NL_BSN",
}
"""Field -> entity whose check the value must pass: one typing error finds nothing at all."""
_HALF: Final = re.compile(r"[\ud800-\udfff]")
"""Half of a pair of UTF-16, which JSON can spell and no file can hold."""
IDENTIFYING: Final = (
    *("name", "names", "email", "phone", "address", "customer_number", "iban", "bsn"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """What was asked and by whom."""

    names: tuple[str, ...] = field(default=(), repr=False)
    """As stated; the first is the name by which the person is addressed."""
    date_of_birth: date | None = field(default=None, repr=False)
    email: tuple[str, ...] = field(default=(), repr=False)
    phone: tuple[str, ...] = field(default=(), repr=False)
    address: tuple[str, ...] = field(default=(), repr=False)
    customer_number: tuple[str, ...] = field(default=(), repr=False)
    iban: tuple[str, ...] = field(default=(), repr=False)
    bsn: str | None = field(default=None, repr=False)
    nicknames: bool = False
    """Whether a roepnaam counts as the person's: Jan for Johannes."""
    bsn_basis: str | None = None
    """The law that allows the BSN to be used for the search (art. 46 UAVG)."""
    received: date | None = None
    channel: str | None = None
    """How the request came in: "e-mail", "brief", "telefoon"."""
    policy: str | None = None
    controller: str | None = None
    """The opdrachtgever whose data is asked for; `None`: what the organisation holds itself."""

    @property
    def has_name_only(self) -> bool:
        """Whether nothing stands beside the name, so that no place can be more than possible."""
        others = (self.email, self.phone, self.address, self.customer_number, self.iban)
        return not any(others) and self.bsn is None and self.date_of_birth is None


def _day(value: object) -> object:
    """Take an ISO date only; pydantic would read a bare number as seconds."""
    is_iso = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    if value is None or type(value) is date or is_iso:
        return value
    raise ValueError("not a date")


def _texts(value: object) -> object:
    return () if value is None else value


def _text(value: str) -> str:
    bare = " ".join(value.split())
    if not bare:
        raise ValueError("empty")
    return bare


Text = Annotated[str, BeforeValidator(lambda value: _text(value) if isinstance(value, str) else 0)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_texts)]
Flag = Annotated[bool, BeforeValidator(lambda value: False if value is None else value)]
Day = Annotated[date | None, BeforeValidator(_day)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text | None = None
    names: Texts = ()
    date_of_birth: Day = None
    email: Texts = ()
    phone: Texts = ()
    address: Texts = ()
    customer_number: Texts = ()
    iban: Texts = ()
    nicknames: Flag = False
    bsn: Text | None = None
    bsn_basis: Text | None = None
    received: Day = None
    channel: Text | None = None
    policy: Text | None = None
    controller: Text | None = None


FIELDS: Final = tuple(_File.model_fields)


def parse(text: str, recognizers: Mapping[str, Recognizer], today: date) -> Case:
    """Return the case that a request file states.

    Raises:
        ConfigError: it is no request, and what to do; no value is ever quoted.
    """
    file = _read(text)
    for wrong in _wrong(file, recognizers, today):
        raise ConfigError(f"request: {wrong}")
    return Case(
        names=tuple(dict.fromkeys((*((file.name,) if file.name else ()), *file.names))),
        date_of_birth=file.date_of_birth,
        email=file.email,
        phone=file.phone,
        address=file.address,
        customer_number=file.customer_number,
        iban=file.iban,
        nicknames=file.nicknames,
        bsn=file.bsn,
        bsn_basis=file.bsn_basis,
        received=file.received,
        channel=file.channel,
        policy=file.policy,
        controller=file.controller,
    )


def _read(text: str) -> _File:
    if len(text) > MAX_CHARS:
        raise ConfigError("request: far too long for a request; is this the right file?")
    fields = _fields(text)
    if not isinstance(fields, dict):
        raise ConfigError('request: write one JSON object, such as {"email": ["…"]}')
    try:
        return _File.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    raise ConfigError(f"request: {_explained(first['type'], first['loc'])}")


def _fields(text: str) -> Any:
    """Return what the text says, JSON or TOML; a JSON text begins with a brace or a bracket."""
    try:
        if text.lstrip()[:1] in ("{", "[", '"', ""):
            return json.loads(text)
        return tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"request: no valid JSON, line {error.lineno}") from None
    except tomllib.TOMLDecodeError:
        raise ConfigError("request: no valid JSON, nor TOML") from None
    except (RecursionError, ValueError):
        raise ConfigError("request: no valid JSON") from None


def _explained(kind: str, place: tuple[int | str, ...]) -> str:
    name = str(place[0])
    if kind == "extra_forbidden":
        # Whoever swaps keys and values must not see a name come back in a log.
        shown = f" {name!r}" if re.fullmatch(r"[a-z_]{1,24}", name) else ""
        return f"unknown field{shown}; choose from {', '.join(FIELDS)}"
    item = f", item {place[1] + 1}" if len(place) > 1 and isinstance(place[1], int) else ""
    if name in {"date_of_birth", "received"}:
        return f"{name} is no date: write it as 2026-11-01"
    if kind == "tuple_type":
        return f"{name} is no list: write it between [ and ]"
    if kind.startswith("bool"):
        return f"{name} is true or false"
    return f"{name}{item} is no text, or empty"


def _wrong(file: _File, recognizers: Mapping[str, Recognizer], today: date) -> Iterator[str]:
    """Yield what the fields say, alone or together, that cannot be."""
    for name in FIELDS:
        told: Any = getattr(file, name)
        values = (told,) if isinstance(told, str) else told if isinstance(told, tuple) else ()
        for number, value in enumerate(values, start=1):
            if _HALF.search(value):
                item = "" if isinstance(told, str) else f", item {number}"
                yield f"{name}{item} holds half a character (\\ud800-\\udfff): type it again"
    if not any(getattr(file, name) for name in IDENTIFYING):
        yield f"nothing to search by: give at least one of {', '.join(IDENTIFYING)}"
    if file.bsn and not file.bsn_basis:
        yield (
            "bsn needs bsn_basis, the law that lets you use it for this (art. 46 UAVG); "
            "leave the bsn out when there is none"
        )
    for name in ("date_of_birth", "received"):
        day: date | None = getattr(file, name)
        if day is not None and day > today:
            yield f"{name} lies in the future"
    for name, entity in CHECKED.items():
        stated: Any = getattr(file, name)
        values = (stated,) if isinstance(stated, str) else stated or ()
        for number, value in enumerate(values, start=1):
            if not _can_be(value, recognizers.get(entity)):
                item = f", item {number}," if not isinstance(stated, str) else ""
                yield f"{name}{item} cannot exist; is there a typing error?"


def _can_be(value: str, recognizer: Recognizer | None) -> bool:
    """Tell whether a value is written as its recognizer knows it and passes the check."""
    if recognizer is None:
        return True
    if recognizer.entity == "EMAIL_ADDRESS" and re.fullmatch(r"[^@\s]+@[^@\s]+", value) is None:
        return False
    return recognizer.is_valid is None or recognizer.is_valid(value)
