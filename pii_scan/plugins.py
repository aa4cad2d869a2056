"""The one way plugins are found: a module of a package that holds a constant of a type."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

from pii_scan.errors import ConfigError

T = TypeVar("T")


def offered(package: str, constant: str, kind: type[T]) -> T | None:
    """Return a constant of the package itself, or `None` where it offers none.

    Raises:
        ConfigError: the package is missing, or the constant is of another type.
    """
    value = getattr(_imported(package), constant, None)
    if value is not None and not isinstance(value, kind):
        raise ConfigError(f"{package}.{constant} is no {kind.__name__}")
    return value


def load(package: str, constant: str, kind: type[T]) -> tuple[T, ...]:
    """Return `constant` of every public module of `package`, in the order of module names.

    Raises:
        ConfigError: as for `load_by_module`.
    """
    return tuple(load_by_module(package, constant, kind).values())


def load_by_module(package: str, constant: str, kind: type[T]) -> dict[str, T]:
    """Return `constant` of every public module of `package` under the module's full name.

    Raises:
        ConfigError: the package is missing or empty, or a module lacks the constant. A scanner that
            loads nothing must not report "clean".
    """
    parent = _imported(package)
    found = {}
    for info in pkgutil.iter_modules(parent.__path__):
        if info.name.startswith("_"):
            continue
        name = f"{package}.{info.name}"
        value = getattr(importlib.import_module(name), constant, None)
        if not isinstance(value, kind):
            raise ConfigError(f"{name} has no {constant} of type {kind.__name__}")
        found[name] = value
    if not found:
        raise ConfigError(f"{package} holds no plugins")
    return found


def _imported(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ConfigError(f"cannot import {package}: is it installed? ({error})") from None
