"""Plans of disposal at the desk: the papers on this machine, and people's signatures on them."""

import json
import re
import secrets
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pii_scan.config.keys import PublicKey, checking, own_key_of
from pii_scan.desk.deciding import MeanwhileError
from pii_scan.disposal import Paper, approved_by, paper_of, signed, written
from pii_scan.disposal.paper import APPROVED
from pii_scan.enrolment import KIND, as_planner, checker, names, require_enrolled, told
from pii_scan.errors import ConfigError
from pii_scan.inzage.writing import put
from pii_scan.model import Entry
from pii_scan.store import Store

NAME: Final = re.compile(r"plan-\d{8}-\d{6}-[0-9a-f]{8}")
BECAME: Final = {
    "dispose.done": "weggehaald",
    "dispose.left": "blijven staan",
    "dispose.undone": "teruggezet",
    "dispose.ended": "voorgoed weg",
    "dispose.intent": "afgebroken",
    "dispose.undo": "afgebroken",
    "dispose.ending": "afgebroken",
}
"""Last entry on a file -> what became of it."""
_SIGNING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan, with who stand behind it."""

    name: str
    paper: Paper
    planner: str
    approver: str | None
    wrong: str = ""
    """Why it cannot be run, where it is signed: in English, as the command line says it."""

    @property
    def is_signed(self) -> bool:
        """Whether its planner has signed."""
        return bool(self.paper.signatures)


class Plans:
    """The plans in a folder that its owner alone can open."""

    def __init__(self, folder: Path, store: Store) -> None:
        """Use a folder, which is made with the first plan."""
        self.folder = folder
        self._store = store

    def new(self) -> Path:
        """Return where a new plan is to be written."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"plan-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        return self.path(name)

    def keep_lists(self, name: str, lists: Mapping[str, str]) -> None:
        """Keep which lists the scan was given, for the run of the plan."""
        put(self.folder / f"{name}.lists", json.dumps(lists).encode())

    def lists(self, name: str) -> dict[str, str]:
        """Return which lists the scan was given."""
        try:
            told: dict[str, str] = json.loads((self.folder / f"{name}.lists").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return told

    def path(self, name: str) -> Path:
        """Return the file of a plan."""
        return self.folder / f"{name}.json"

    def all(self) -> tuple[list[Standing], list[str]]:
        """Return every plan, the newest first, and the names of files that hold none."""
        found = sorted((it.stem for it in self.folder.glob("plan-*.json")), reverse=True)
        people = told(self._store) if found else {}
        plans, others = [], []
        for name in filter(NAME.fullmatch, found):
            try:
                plans.append(self._standing(name, people))
            except (ConfigError, OSError):
                others.append(name)
        return plans, others

    def get(self, name: str) -> Standing | None:
        """Return a plan, if there is one of that name."""
        if not NAME.fullmatch(name) or not self.path(name).is_file():
            return None
        return self._standing(name, told(self._store))

    def sign(self, name: str, key: bytes, passphrase: str) -> Standing:
        """Sign a plan as its planner; the key is used once and kept nowhere.

        Raises:
            ConfigError: it is not the planner's key, or the plan is signed already.
        """
        own = own_key_of(key, lambda: passphrase, "the file")
        with _SIGNING:
            require_enrolled(self._store, own.id)
            self._write(name, as_planner(self._paper(name), own))
        return self._standing(name, told(self._store))

    def approve(self, name: str, key: bytes, passphrase: str) -> tuple[Standing, str]:
        """Approve a plan with another person's key; return it, and the id of the key.

        Raises:
            ConfigError: it is no other person's key, or the plan is not signed by its planner.
            MeanwhileError: somebody else has approved it.
        """
        own = own_key_of(key, lambda: passphrase, "the file")
        with _SIGNING:
            paper = self._paper(name)
            if any(one.role == APPROVED for one in paper.signatures):
                raise MeanwhileError("somebody else has decided on this meanwhile")
            require_enrolled(self._store, own.id)
            approved = signed(paper, APPROVED, own)
            approved_by(approved, names(self._store), checker(self._store))
            self._write(name, approved)
        return self._standing(name, told(self._store)), own.id

    def became(self, paper: Paper) -> tuple[dict[int, str], Counter[str]]:
        """Return what became of the files of a plan, by their number, and counted."""
        last: dict[int, Entry] = {}
        for entry in self._store.log(KIND):
            number = entry.data.get("number")
            if entry.kind in BECAME and entry.data.get("plan") == paper.digest:
                last[int(number or 0)] = entry
        became = {number: BECAME[entry.kind] for number, entry in last.items()}
        return became, Counter(became.values())

    def _standing(self, name: str, people: Mapping[str, tuple[str, PublicKey]]) -> Standing:
        called = {key_id: person for key_id, (person, _) in people.items()}
        paper, approver, wrong = self._paper(name), None, ""
        if any(one.role == APPROVED for one in paper.signatures):
            try:
                _, approver = approved_by(
                    paper, called, checking(key for _, key in people.values())
                )
            except ConfigError as error:
                wrong = str(error)
        planner = paper.plan.planner
        return Standing(name, paper, called.get(planner, planner), approver, wrong)

    def _paper(self, name: str) -> Paper:
        return paper_of(self.path(name).read_bytes())

    def _write(self, name: str, paper: Paper) -> None:
        draft = self.folder / f".{name}.part"
        put(draft, written(paper))
        draft.replace(self.path(name))
