"""The pages of the desk, one file a subject. Each names its path and the right it needs."""

import importlib
import pkgutil


def load() -> None:
    """Import every page, which enters it in `asking.PLACES`."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
