"""Work on the cases of requests: the steps of `pii-scan inzage`, done by somebody at the desk."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from pii_scan.config.keys import derive, fingerprint_key_id, load_key
from pii_scan.config.policies import load_policy
from pii_scan.config.settings import Settings
from pii_scan.desk.deciding import MeanwhileError
from pii_scan.errors import ConfigError
from pii_scan.inzage.casefile import CaseFile, Choice
from pii_scan.inzage.docket import Docket
from pii_scan.inzage.masks import Added, Decision
from pii_scan.inzage.request import Case, parse
from pii_scan.inzage.reviewing import lines
from pii_scan.inzage.sealing import Sealer
from pii_scan.inzage.writing import BESIDE, DRAFT, LISTS, NAMES, PORTABLE
from pii_scan.model import Recognizer
from pii_scan.scan import load_recognizers
from pii_scan.store import Signer, Store

ONES: Final = ("name", "date_of_birth", "bsn", "bsn_basis", "controller", "received", "channel")
MANY: Final = ("names", "email", "phone", "address", "customer_number", "iban")
"""Fields of a request that hold several values, a line each."""
FILES: Final = (*NAMES, *PORTABLE, *LISTS, "verklaring.docx", "verklaring.json")
"""What may be taken along once it is there; a draft may not."""


def docket(store: Store, signer: Signer | None, operator: str) -> Docket:
    """Return the cases of a store, for one person."""
    return Docket(store, _sealer, signer, operator)


def asked(form: Mapping[str, str], settings: Settings, today: date) -> Case:
    """Return the case that a form states.

    Raises:
        ConfigError: it states none; no value is quoted.
    """
    told: dict[str, Any] = {name: form[name] for name in ONES if form.get(name)}
    for name in MANY:
        if values := [it.strip() for it in form.get(name, "").split("\n") if it.strip()]:
            told[name] = values
    told["nicknames"] = form.get("nicknames") == "ja"
    case = parse(json.dumps(told), _recognizers(settings.packs), today)
    return replace(case, controller=_controller(case.controller, settings))


def stated(case: Case) -> dict[str, str]:
    """Return a case as it stands in a form."""
    told = {name: "\n".join(getattr(case, name)) for name in MANY if name != "names"}
    told |= {"name": case.names[0] if case.names else "", "names": "\n".join(case.names[1:])}
    told |= {name: str(getattr(case, name) or "") for name in ONES if name != "name"}
    return told | {"nicknames": "ja" if case.nicknames else ""}


def open_case(cases: Docket, case: Case, settings: Settings, today: date) -> CaseFile:
    """Open a case.

    Raises:
        ConfigError: the day of receipt is missing.
    """
    policy = load_policy(case.policy or settings.policy)
    return cases.open(case, policy.answer_term, today)


def decide_places(
    cases: Docket, file: CaseFile, seen: Mapping[str, str], choice: Choice
) -> CaseFile:
    """Decide on places; `seen` has of each what the person saw decided on it.

    Raises:
        MeanwhileError: somebody else has decided on one of them since; nothing is written.
    """
    if any(seen_of(file.choices.get(place)) != was for place, was in seen.items()):
        raise MeanwhileError("somebody else has decided on this meanwhile")
    word = "in" if choice.included else "out"
    after = file.decided(dict.fromkeys(seen, choice))
    keep(cases, after, "reviewed", **{word: len(seen)})
    return after


def decide_mask(
    cases: Docket, file: CaseFile, text: str, seen: str, decision: Decision
) -> CaseFile:
    """Decide on a text wherever it stands.

    Raises:
        MeanwhileError: somebody else has decided on it since; nothing is written.
    """
    if seen_of(file.masks.get(text)) != seen:
        raise MeanwhileError("somebody else has decided on this meanwhile")
    after = file.masked({text: decision}, ())
    keep(cases, after, "reviewed", masks=1, added=0)
    return after


def add_mask(cases: Docket, file: CaseFile, added: Added) -> CaseFile:
    """Mask a text that nothing had found, wherever it stands."""
    after = file.masked({}, [added])
    keep(cases, after, "reviewed", masks=0, added=1)
    return after


def keep(cases: Docket, file: CaseFile, deed: str, **told: Any) -> None:
    """Keep a file that was read a moment ago.

    Raises:
        MeanwhileError: somebody else changed it in that moment.
    """
    try:
        cases.keep(file, deed, **told)
    except ConfigError:
        raise MeanwhileError("somebody else has decided on this meanwhile") from None


def seen_of(made: Choice | Decision | None) -> str:
    """Return what a form says of a decision that its reader saw."""
    if made is None:
        return ""
    what = made.included if isinstance(made, Choice) else made.shows
    when = made.on.isoformat() if isinstance(made, Choice) else ""
    return f"{'ja' if what else 'nee'}|{made.by}|{when}|{made.why}"


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """What the steps of a case left on this machine."""

    path: Path

    def places(self) -> list[dict[str, Any]]:
        """Return the places of the last search."""
        places: list[dict[str, Any]] = (self._json("review.json") or {}).get("places", [])
        return places

    def copies(self) -> list[dict[str, Any]]:
        """Return the places of the last answer, each with its copy; a draft counts."""
        places: list[dict[str, Any]] = self._answer().get("places", [])
        return places

    def original(self, place: Mapping[str, Any]) -> tuple[int, str] | None:
        """Return the scan, and the address in it, of a place of the last answer.

        What leaves has the names of others in an address masked; what is internal has not.
        """
        told: list[dict[str, Any]] = self._json("places.json") or []
        inside = [it for it in told if it["included"]]
        at = place["number"] - 1
        if at >= len(inside) or inside[at]["where"] != place["where"]:
            return None
        return self._answer()["scan"]["id"], inside[at]["uri"]

    def masks(self) -> list[dict[str, str]]:
        """Return the texts of the last answer that are masked, or must be decided on."""
        try:
            return lines((self.path / "masks.csv").read_bytes())
        except OSError:
            return []

    @property
    def has_places(self) -> bool:
        """Whether the list of the last search is here."""
        return (self.path / "review.json").is_file()

    @property
    def is_draft(self) -> bool:
        """Whether the last answer may not leave yet."""
        return (self.path / DRAFT / "brief.pdf").is_file()

    @property
    def letter(self) -> Path | None:
        """The letter of the last answer."""
        places = (self.path / "brief.pdf", self.path / DRAFT / "brief.pdf")
        return next((it for it in places if it.is_file()), None)

    def files(self) -> list[str]:
        """Return the names of what may be taken along."""
        return [name for name in FILES if (self.path / name).is_file()]

    def remove(self) -> None:
        """Take it away with all that is in it: what the steps of a case write, and nothing else."""
        known = {*FILES, *BESIDE, "places.json", "masks.csv", DRAFT}
        if self.path.is_dir() and not {it.name for it in self.path.iterdir()} - known:
            shutil.rmtree(self.path)

    def _answer(self) -> dict[str, Any]:
        return self._json("subject.json") or self._json(f"{DRAFT}/subject.json") or {}

    def _json(self, name: str) -> Any:
        try:
            return json.loads((self.path / name).read_text("utf-8"))
        except (OSError, ValueError):
            return None


_SAID: Final = (
    ("nothing to search by", "Noem ten minste één gegeven waarop gezocht kan worden."),
    ("bsn needs", "Een BSN vraagt om de wet die het gebruik ervoor toestaat (art. 46 UAVG)."),
    ("in the future", "Een datum ligt in de toekomst."),
    ("cannot exist", "Een gegeven kan niet bestaan: is er een tikfout in e-mail, telefoon, IBAN "
                     "of BSN?"),
    ("received is missing", "Noem de dag van ontvangst: daar loopt de termijn vanaf."),
    ("is no date", "Schrijf de datum als 2026-11-26."),
    ("in no [[scope]]", "Deze opdrachtgever staat niet in de instellingen."),
    ("must be told of an extension", "Verlengen kan alleen als dat binnen een maand is gemeld "
                                     "(art. 12 lid 3 AVG)."),
    ("before the request was received", "Gemeld voor de ontvangst kan niet."),
    ("was extended already", "Deze zaak is al eens verlengd; dat kan één keer."),
    ("no answer yet", "Er is nog geen antwoord gemaakt: maak het, of kies een andere uitkomst."),
    ("not searched yet", "Zoek eerst: het verzoek is veranderd, of er is nog niet gezocht."),
    ("last search", "Deze plaats is sinds de zoekopdracht veranderd: zoek opnieuw."),
    ("give the --reason", "Deze uitkomst vraagt om een reden (art. 12 lid 4 AVG)."),
)  # fmt: skip


def in_dutch(message: str) -> str:
    """Return what the command line says in English as the page says it."""
    return next((dutch for needle, dutch in _SAID if needle in message), message)


def is_number(text: str) -> bool:
    """Tell whether a text is written as the number of a case."""
    return re.fullmatch(r"I-\d{4}-\d{3,9}", text) is not None


def _controller(name: str | None, settings: Settings) -> str | None:
    """Return an opdrachtgever as the settings spell it: its key is made from the name."""
    if name is None:
        return None
    for known in settings.controllers:
        if known.casefold() == name.casefold():
            return known
    raise ConfigError("request: the controller is in no [[scope]] of the settings")


@cache
def _recognizers(packs: tuple[str, ...]) -> dict[str, Recognizer]:
    return {it.entity: it for it in load_recognizers(packs)}


def _sealer(key_id: str | None) -> Sealer:
    key = load_key(key_id)
    return Sealer(derive(key, "case", None), fingerprint_key_id(key))
