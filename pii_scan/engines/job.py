"""What workers are made for: how one gets ready, and what it says of an item."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pii_scan.model import Item


class Answer(Protocol):
    """What a worker says of an item or of a file within it: a scan gives results."""

    @property
    def item(self) -> Item:
        """What it is about."""


A = TypeVar("A", bound=Answer)
Scanner = Callable[[Item], Iterable[A]]


@dataclass(frozen=True, slots=True)
class Job(Generic[A]):
    """How a worker is made: `prepare(argument)` gives the function that it calls on every item.

    That gives the answers on the files within an item, and then on the item itself.
    """

    prepare: Callable[[Any], Scanner[A]]
    """A module-level function, since it is called in another process."""
    argument: Any
    bytes_per_second: float | None = None
    """How fast a worker reads on purpose; what that takes does not count as taking too long."""
