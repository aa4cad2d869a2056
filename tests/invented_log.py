"""A log as a store keeps it, made up, and keys that sign it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pii_scan.chain import BEGINNING, Check, hashed, told
from pii_scan.config.keys import PublicKey, SigningKey, checking
from pii_scan.model import Coverage, Entry, Item, Result

KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(bytes(range(1, 33)))
BEGAN = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
Step = tuple[str, Mapping[str, Any]]
MEASURED: tuple[Step, ...] = (
    (
        "canary.scored",
        {
            "scan": 1,
            "plantings": ["ab12cd34"],
            "documents": 44,
            "documents_not_met": 1,
            "documents_not_read_in_full": {"damaged": 1},
            "all": [410, 420],
            "by_entity": {"NL_BSN": [99, 100], "PERSON": [311, 320]},
            "by_format": {"csv": [200, 200], "pdf": [210, 220]},
        },
    ),
    ("sample.drawn", {"scan": 1, "seed": "s1", "drawn": 60, "clean": 200, "found": 100}),
    (
        "sample.checked",
        {
            **{"scan": 1, "seed": "s1", "by": "C. Tester"},
            **{"missed": 1, "of": 59, "open": 1, "clean": 200, "found": 100},
        },
    ),
)
"""What comes after the first scan: how much it found."""


def check(*keys: SigningKey) -> Check:
    return checking(PublicKey(key.public) for key in keys)


def entries(
    steps: Sequence[Step], key: SigningKey | None = KEY, after: Sequence[Entry] = ()
) -> list[Entry]:
    """Return entries that follow those `after`, a minute apart."""
    made = list(after)
    for kind, data in steps:
        number, previous = len(made) + 1, made[-1].hash if made else BEGINNING
        moment = BEGAN + timedelta(minutes=number)
        bare = Entry(number, moment, "tester", kind, data, previous, "", None, None)
        digest = hashed(told(bare))
        signed = (key.id, key.sign(bytes.fromhex(digest))) if key else (None, None)
        made.append(Entry(number, moment, "tester", kind, data, previous, digest, *signed))
    return made


def with_containers(kept: Sequence[Result]) -> list[Result]:
    """Return results with those of the archives that some of them lie in, in order of address."""
    names = {one.item.uri.split("!/")[0] for one in kept if "!/" in one.item.uri}
    more = [Result(Item(name, name, 1_000), Coverage("scanned")) for name in names]
    return sorted([*kept, *more], key=lambda one: one.item.uri)


def steps_of(kept: Sequence[Result], scan_id: int = 1) -> list[Step]:
    """Return what a scan with these results writes in the log."""
    met = [one for one in kept if not any(one.item.uri.startswith(f"{it}!/") for it in _uris(kept))]
    walked = {"items": len(met), "bytes": sum(one.item.size for one in met)}
    return [
        ("scan.started", {"scan": scan_id}),
        ("decision", {"about": "a1", "by": "A. Tester"}),
        ("scan.finished", {"scan": scan_id, "walked": walked}),
    ]


def log_of(kept: Sequence[Result]) -> list[Entry]:
    return entries([*steps_of(kept), *MEASURED])


def _uris(kept: Sequence[Result]) -> frozenset[str]:
    return frozenset(one.item.uri for one in kept)
