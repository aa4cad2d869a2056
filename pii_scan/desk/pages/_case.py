"""A case as its pages have it: the file, the folder, and the work that runs for it."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from pii_scan.desk.asking import Ask
from pii_scan.desk.casework import CaseFolder, docket, in_dutch, is_number
from pii_scan.desk.jobs import Work
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.inzage.casefile import CaseFile
from pii_scan.inzage.docket import Docket
from pii_scan.model import Entry


@dataclass(frozen=True, slots=True)
class Held:
    """A case that somebody looks at or works on."""

    docket: Docket
    file: CaseFile
    folder: CaseFolder
    work: tuple[Work, ...]
    """The newest first."""
    log: tuple[Entry, ...]
    """What was done in it, the oldest first."""

    @property
    def busy(self) -> Work | None:
        """What runs for it now: what would be decided meanwhile, that would not know of."""
        return next((it for it in self.work if it.state == "running"), None)

    @property
    def found(self) -> int:
        """How many places the last search has found, where its list is here."""
        counts = self.file.searched.counts if self.file.searched else {}
        is_here = self.folder.has_places
        return sum(n for match, n in counts.items() if match != "included") if is_here else 0

    @property
    def is_stale(self) -> bool:
        """Whether the last answer was made before something that was stated or decided."""
        kinds = [it.kind.removeprefix("inzage.") for it in self.log]
        made = [n for n, kind in enumerate(kinds) if kind in ("drafted", "exported")]
        later = [n for n, kind in enumerate(kinds) if kind in ("reviewed", "amended", "searched")]
        return bool(made) and max(later, default=-1) > made[-1]


def held(ask: Ask, *, is_to_change: bool = False) -> Held:
    """Return the case of a page.

    Raises:
        PiiScanError: there is none, or it cannot be changed now.
    """
    desk, number = ask.desk, ask.path["number"]
    if not is_number(number) or number not in {it.number for it in desk.store.cases()}:
        raise PiiScanError("Deze zaak is er niet.")
    cases = docket(desk.store, desk.serving.signer, ask.person.name)
    work = tuple(
        it for it in desk.jobs.all() if it.kind.startswith("inzage") and it.title == number
    )
    folder = CaseFolder(desk.jobs.folder.parent / "inzage" / number)
    found = Held(cases, cases.file(number), folder, work, tuple(cases.log(number)))
    if is_to_change and found.busy:
        raise PiiScanError("Voor deze zaak loopt werk. Wacht tot het klaar is, of stop het.")
    if is_to_change and found.file.closing:
        raise PiiScanError("Deze zaak is gesloten.")
    return found


def page(ask: Ask, name: str, case: Held, *, status: int = 200, **told: Any) -> Response:
    """Return a page of a case, with its deadline."""
    notes = [] if case.file.closing else list(case.file.deadline.notes(ask.desk.serving.today()))
    return ask.page(name, status=status, held=case, case=case.file, notes=notes, **told)


def said(ask: Ask, error: ConfigError) -> str:
    """Return what is wrong in the language of the page."""
    return str(error) if ask.language == "en" else in_dutch(str(error))


def reason(text: str) -> str:
    """Return why something is decided.

    Raises:
        PiiScanError: it is not said, or is more than a line.
    """
    told = " ".join(text.split())
    if not told or len(told) > 300 or not told.isprintable():
        raise PiiScanError("Geef een reden, in één regel van hoogstens 300 tekens.")
    return told
