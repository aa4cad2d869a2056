"""Inzage: the cases of an organisation, opened and sealed again, each step in the log."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from pii_scan.errors import ConfigError
from pii_scan.inzage.casefile import CaseFile, dump, load
from pii_scan.inzage.request import Case
from pii_scan.inzage.sealing import Sealer
from pii_scan.model import Entry
from pii_scan.store import Deed, Signer, Store, StoredCase

KIND: Final = "inzage."
"""What the kinds of its entries in the log begin with."""


class Docket:
    """The cases in a store, for one operator."""

    def __init__(
        self,
        store: Store,
        sealer: Callable[[str | None], Sealer],
        signer: Signer | None,
        operator: str,
        account: str | None = None,
    ) -> None:
        """Take a store that is open.

        Args:
            store: Where the cases are.
            sealer: Gives the one of a key by its id; of `None` the current one.
            signer: Signs the log.
            operator: Who does what follows.
            account: Under which it is done, where that is another name; it is logged too.
        """
        self._store = store
        self._sealer = sealer
        self._signer = signer
        self.operator = operator
        self._account = {"account": account} if account not in (None, operator) else {}
        self._read: dict[str, StoredCase] = {}

    def open(self, asked: Case, answer_term: str, today: date) -> CaseFile:
        """Open a case.

        Raises:
            ConfigError: the day of receipt is missing.
        """
        if asked.received is None:
            raise ConfigError('request: received is missing, say when it came in: "2026-11-01"')
        file = CaseFile(
            number="",
            opened=today,
            by=self.operator,
            received=asked.received,
            asked=asked,
            channel=asked.channel,
            policy=asked.policy,
            controller=asked.controller,
            answer_term=answer_term,
        )
        sealer = self._sealer(None)

        def seal(number: str) -> bytes:
            return sealer.close(number, dump(replace(file, number=number)))

        data = {"received": asked.received.isoformat(), "channel": asked.channel is not None}
        stored = self._store.add_case(today.year, sealer.id, seal, self._deed("opened", data))
        return replace(file, number=stored.number)

    def file(self, number: str) -> CaseFile:
        """Return the file of a case.

        Raises:
            ConfigError: there is none, or its key is not here.
        """
        return self._opened(self._store.case(number))

    def numbers(self) -> list[str]:
        """Return the numbers of all cases, the oldest first."""
        return [one.number for one in self._store.cases()]

    def files(self) -> Iterator[CaseFile]:
        """Yield every file, the oldest first."""
        yield from map(self._opened, self._store.cases())

    def keep(self, file: CaseFile, deed: str, **data: Any) -> None:
        """Seal a file that was read here before, and write down what was done.

        Raises:
            ConfigError: somebody else changed it meanwhile.
        """
        sealer = self._sealer(None)
        sealed = sealer.close(file.number, dump(file))
        until = file.closing.kept_until if file.closing else None
        after = StoredCase(file.number, sealer.id, sealed, until)
        self._store.keep_case(self._read[file.number], after, self._deed(deed, data, file.number))
        self._read[file.number] = after

    def require_unchanged(self, number: str) -> None:
        """Refuse to go on with a case that is not what was read here, before files are written.

        Raises:
            ConfigError: somebody else changed it meanwhile.
        """
        if self._store.case(number).sealed != self._read[number].sealed:
            raise ConfigError(f"case {number} was changed by another meanwhile; try again")

    def note(self, number: str, deed: str, **data: Any) -> None:
        """Write down what was done that changes no file."""
        self._store.record(
            f"{KIND}{deed}", self.operator, {"case": number, **data, **self._account}, self._signer
        )

    def purge(self, today: date) -> tuple[str, ...]:
        """Remove the files of closed cases that are past their term, and return their numbers."""
        past = tuple(
            one.number
            for one in self._store.cases()
            if one.kept_until is not None and one.kept_until < today
        )
        if past:
            self._store.remove_cases(past, self._deed("purged", {"cases": list(past)}))
        return past

    def log(self, number: str) -> Iterator[Entry]:
        """Yield what was done in a case, the oldest first."""
        for entry in self._store.log(KIND):
            told = entry.data
            if told.get("case") == number or number in told.get("cases", ()):
                yield entry

    def _opened(self, stored: StoredCase) -> CaseFile:
        self._read[stored.number] = stored
        sealer = self._sealer(stored.key_id)
        return load(sealer.open(stored.number, stored.sealed))

    def _deed(self, deed: str, data: dict[str, Any], number: str | None = None) -> Deed:
        told = {"case": number, **data} if number else data
        return Deed(f"{KIND}{deed}", self.operator, told | self._account, self._signer)
