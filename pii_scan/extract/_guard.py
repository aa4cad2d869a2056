"""Stage 3, extract: the one place where whatever a foreign parser throws becomes a reason."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from pii_scan.errors import ExtractError
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP, TOO_LARGE

T = TypeVar("T")


def guarded(call: Callable[[], T]) -> T:
    """Return what `call` returns.

    Raises:
        ExtractError: `call` raised anything at all. What the parser said is dropped, since it may
            quote the document.
    """
    try:
        return call()
    except ExtractError:
        raise
    except RecursionError:
        raise ExtractError(TOO_DEEP) from None
    except MemoryError:
        raise ExtractError(TOO_LARGE) from None
    except Exception:  # noqa: BLE001
        raise ExtractError(DAMAGED) from None
    except BaseException as error:
        # A panic of Rust code (calamine) is no Exception. Interrupts and exits are none either,
        # but those have to get through.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise ExtractError(DAMAGED) from None


def each(parts: Iterator[T]) -> Iterator[T]:
    """Yield what an iterator yields.

    Raises:
        ExtractError: it raised anything at all; what it yielded before was given.
    """
    following = partial(next, parts, None)
    while (part := guarded(following)) is not None:
        yield part
