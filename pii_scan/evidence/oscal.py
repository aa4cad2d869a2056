"""The same as OSCAL assessment results, for programs of auditors, and as a table for people.

Model: https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/assessment-results/json-reference/ and
usnistgov/OSCAL v1.2.2. A scan is a result, what is found of one sort an observation, a control with
figures that show deviations a finding, what is over one term, was excepted or is dealt with by
somebody a risk. What was measured on the places themselves is an observation by test.
"""

import csv
import io
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pii_scan.evidence.facts import Groups
from pii_scan.evidence.oscal_forms import moment, numbers, some, text, zulu
from pii_scan.evidence.oscal_risks import risks
from pii_scan.evidence.parts import FINDINGS, LOG, OSCAL, OSCAL_TABLE, RECALL, VERDICTS
from pii_scan.model import Entry
from pii_scan.report import encoded
from pii_scan.report.csv import cell

VERSION = "1.2.2"
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pii-scan.example/oscal")
CATALOG = {"annex": "iso27001-2022-a.", "clause": "iso27001-2022-"}
"""Beginning of a control's id by its kind: ids only, the titles are the standard's."""
COLUMNS = ("kind", "id", "title", "state", "figures", "description")
LINKED = (FINDINGS, VERDICTS, LOG, RECALL)
"""Parts that are named with their digests."""


def oscal(
    manifest: Mapping[str, Any],
    controls: Any,
    groups: Groups,
    measured: Mapping[str, Any],
    entries: Sequence[Entry],
) -> dict[str, bytes]:
    """Return both parts by name; they follow from the others, and so do the UUIDs in them."""
    writer = _Writer(manifest)
    value = writer.document(controls, groups, measured, entries)
    (result,) = value["assessment-results"]["results"]
    return {
        OSCAL: encoded(value, indent=2) + b"\n",
        OSCAL_TABLE: _table(result),
    }


class _Writer:
    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._manifest = manifest
        self._scan: Mapping[str, Any] = manifest["scan"]
        self._sums = {one["name"]: one["sha256"] for one in manifest["parts"]}
        self._at = self._scan["finished"] or self._scan["started"]

    def _id(self, *names: object) -> str:
        """Return a UUID of version 5 that is the same for the same findings."""
        return str(uuid.uuid5(SPACE, "\0".join((self._sums[FINDINGS], *map(str, names)))))

    def document(
        self,
        controls: Any,
        groups: Groups,
        measured: Mapping[str, Any],
        entries: Sequence[Entry],
    ) -> dict[str, Any]:
        scan = self._scan
        observations = [*self._observations(groups), *self._measured(measured)]
        owners = sorted({str(one.assignment["owner"]) for one in groups.agreed.values()} - {""})
        return {
            "assessment-results": {
                "uuid": self._id("results"),
                "metadata": {
                    "title": "Scan for personal data past its retention term",
                    "last-modified": self._at,
                    "version": text(f"scan {scan['id']}"),
                    "oscal-version": VERSION,
                    "roles": [
                        {"id": "assessor", "title": "Operator of the scan"},
                        *([{"id": "owner", "title": "Deals with findings"}] if owners else []),
                    ],
                    "parties": [
                        self._person(self._id("operator"), scan["operator"]),
                        *(self._person(self._id("owner", one), one) for one in owners),
                    ],
                    "responsible-parties": [
                        {"role-id": "assessor", "party-uuids": [self._id("operator")]}
                    ],
                },
                "import-ap": {
                    "href": f"#{self._id('plan')}",
                    "remarks": "What the scan was asked to do; there is no other plan.",
                },
                "results": [
                    {
                        "uuid": self._id("result"),
                        "title": text(f"Scan {scan['id']}"),
                        "description": text(f"Scan of {', '.join(scan['targets'])}"),
                        "start": scan["started"],
                        **({"end": scan["finished"]} if scan["finished"] else {}),
                        "local-definitions": self._definitions(),
                        "reviewed-controls": {
                            "control-selections": [
                                {
                                    "description": "Controls on which the scan sheds light.",
                                    "include-controls": [
                                        {"control-id": _control_id(one)} for one in controls
                                    ],
                                }
                            ]
                        },
                        **_filled("assessment-log", entries=list(self._log(entries))),
                        **some("observations", observations),
                        **some(
                            "risks",
                            list(
                                risks(self._id, groups, self._manifest["figures"]["suppressions"])
                            ),
                        ),
                        **some("findings", list(self._findings(controls))),
                    }
                ],
                "back-matter": {"resources": list(self._resources())},
            }
        }

    def _person(self, identity: str, name: str) -> dict[str, Any]:
        return {"uuid": identity, "type": "person", "name": text(name)}

    def _definitions(self) -> dict[str, Any]:
        tool = self._manifest["tool"]
        return {
            "components": [
                {
                    "uuid": self._id("tool"),
                    "type": "software",
                    "title": "pii-scan",
                    "description": text(f"pii-scan {tool['version']}, {tool['config_digest']}"),
                    "status": {"state": "operational"},
                }
            ],
            "inventory-items": [
                {"uuid": self._id("target", one), "description": text(one)}
                for one in dict.fromkeys(self._scan["targets"])
            ],
            "assessment-assets": {
                "assessment-platforms": [
                    {
                        "uuid": self._id("platform"),
                        "uses-components": [{"component-uuid": self._id("tool")}],
                    }
                ]
            },
        }

    def _log(self, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
        for one in entries:
            yield {
                "uuid": self._id("log", one.number, one.hash),
                "title": text(f"{one.number} {one.kind}"),
                "start": moment(one.time),
                "props": [{"name": "operator", "value": text(one.operator)}],
            }

    def _observations(self, groups: Groups) -> Iterator[dict[str, Any]]:
        for (kind, category), items in sorted(groups.found.items()):
            yield {
                "uuid": self._id("observation", kind, category),
                "title": text(f"{category} in {kind}"),
                "description": text(f"Personal data of category {category} in files: {kind}"),
                "props": [{"name": "items", "value": str(items)}],
                "methods": ["EXAMINE"],
                "types": ["discovery"],
                **self._seen(FINDINGS, "Each item with its masked findings.", self._at),
            }

    def _measured(self, measured: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield how much was found of what is known to be there."""
        for one in measured["canaries"]:
            found = one["all"]
            yield {
                "uuid": self._id("canaries", one["entry"]),
                "title": "Recall on planted documents",
                "description": f"Found {found['found']} of {found['of']} made-up values in "
                f"{one['documents']} documents planted in the places that were scanned.",
                "props": numbers({it: found[it] for it in ("found", "of", "low", "high")}),
                "methods": ["TEST"],
                "types": ["control-objective"],
                **self._seen(RECALL, f"Entry {one['entry']} of the log.", zulu(one["at"])),
            }
        for one in measured["samples"]:
            low, high = (one["recall_of_items"][it] for it in ("low", "high"))
            yield {
                "uuid": self._id("sample", one["entry"]),
                "title": "Recall by a random sample of files without findings",
                "description": text(
                    f"{one['checked_by']} looked through {one['answered']} files without "
                    f"findings; {one['missed']} held personal data."
                ),
                "props": numbers(
                    {it: one[it] for it in ("answered", "not_answered", "missed")}
                    | {"recall-of-items-low": low, "recall-of-items-high": high}
                ),
                "methods": ["EXAMINE"],
                "types": ["control-objective"],
                **self._seen(RECALL, f"Entry {one['entry']} of the log.", zulu(one["at"])),
            }

    def _seen(self, part: str, what: str, when: str) -> dict[str, Any]:
        """Return what every observation says of who saw it, where, and in which part it is."""
        subjects = [
            {"subject-uuid": self._id("target", one), "type": "inventory-item"}
            for one in dict.fromkeys(self._scan["targets"])
        ]
        return {
            "origins": [{"actors": [{"type": "tool", "actor-uuid": self._id("tool")}]}],
            **some("subjects", subjects),
            "relevant-evidence": [{"href": f"#{self._id('part', part)}", "description": what}],
            "collected": when,
        }

    def _findings(self, controls: Any) -> Iterator[dict[str, Any]]:
        for one in controls:
            wrong = {path: count for path, count in one["deviates"].items() if count}
            if not wrong and (one["strength"] != "direct" or not one["deviates"]):
                continue  # a signal that is not given shows nothing
            told = wrong or one["deviates"]
            yield {
                "uuid": self._id("finding", one["id"]),
                "title": text(f"{one['id']} {one['title']['en']}"),
                "description": text(one["shows"]["en"]),
                "props": [
                    {"name": path.replace(" ", "-"), "value": str(count)}
                    for path, count in told.items()
                ],
                "target": {
                    "type": "objective-id",
                    "target-id": _control_id(one),
                    "status": {
                        "state": "not-satisfied" if wrong else "satisfied",
                        "reason": "fail" if wrong else "pass",
                        "remarks": f"As far as the scan shows. Not shown: {one['not_shown']['en']}",
                    },
                },
            }

    def _resources(self) -> Iterator[dict[str, Any]]:
        yield {
            "uuid": self._id("plan"),
            "title": "The scan as it was asked for",
            "description": "Targets, policy, day and settings: manifest.json in the bundle.",
            "rlinks": [{"href": "manifest.json", "media-type": "application/json"}],
        }
        for name in LINKED:
            yield {
                "uuid": self._id("part", name),
                "title": name,
                "rlinks": [
                    {
                        "href": name,
                        "hashes": [{"algorithm": "SHA-256", "value": self._sums[name]}],
                    }
                ],
            }


def _control_id(one: Mapping[str, Any]) -> str:
    return f"{CATALOG[one['kind']]}{one['id']}"


def _table(result: Mapping[str, Any]) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for kind in ("finding", "risk", "observation"):
        for one in result.get(f"{kind}s", ()):
            status = one["target"]["status"]["state"] if "target" in one else one.get("status", "")
            named = one["target"]["target-id"] if "target" in one else one["uuid"]
            figures = "; ".join(f"{it['name']} {it['value']}" for it in one.get("props", ()))
            row = (kind, named, one["title"], status, figures, one["description"])
            writer.writerow([cell(value) for value in row])
    return sink.getvalue().encode("utf-8", "backslashreplace")


def _filled(name: str, **lists: Sequence[Any]) -> dict[str, Any]:
    return {name: {key: some for key, some in lists.items() if some}} if any(lists.values()) else {}
