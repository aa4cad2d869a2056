"""Evidence: bundles that anyone can check, and the ways in which one may be tampered with."""

import csv
import dataclasses
import hashlib
import io
import json
import stat
import struct
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pii_scan.config.controls import load_controls
from pii_scan.errors import ConfigError, PiiScanError
from pii_scan.evidence import (
    Grounds,
    Maker,
    Problem,
    Record,
    Verification,
    create,
    history,
    signature,
    verify,
)
from pii_scan.evidence.parts import MADE, NOT_IN_MANIFEST, REQUIRED, SIGNATURE, SUMS
from pii_scan.measure.intervals import clopper_pearson, wilson
from pii_scan.model import Assignment, GroupStatus, Recognizer, Result
from pii_scan.report import encoded
from tests.invented_log import (
    KEY,
    MEASURED,
    OTHER_KEY,
    check,
    entries,
    log_of,
    steps_of,
    with_containers,
)
from tests.invented_results import SCAN, results

BSN = "999990019"
RESULTS = with_containers(results(60))
RECOGNIZER = Recognizer("NL_BSN", "B01", (), "law", (f"bsn {BSN}",), ("1",))
GROUNDS = Grounds(
    config_digest=SCAN.config_digest,
    policy_files={"nl-default.toml": b"[policy]\n", "words/records.toml": b"[records]\n"},
    recognizers={"pack.bsn": RECOGNIZER},
    recognizer_files={"pack/bsn.py": "0" * 64},
    settings={"packs": ["pack"]},
    norm=load_controls(),
)
MAKER = Maker(
    *("tester", datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "0.1.0", {"lxml": "6.0"}, None),
    *(KEY, check(KEY)),
)
LATE = sorted(
    one.item.uri for one in RESULTS if any(it.verdict == "overdue" for it in one.judgements)
)
DEALT: tuple[tuple[str, str, date | None, GroupStatus, str], ...] = (
    (LATE[0], "A. Tester", date(2026, 11, 1), "busy", "asked twice"),
    (LATE[1], "", date(2027, 1, 1), "open", ""),
    (LATE[2], "\x1b C.  Tester ", None, "done", "=1+1"),
    ("nowhere", "D. Tester", None, "open", ""),
)
AGREED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ASSIGNED = tuple(
    Assignment(path, None, owner, due, status, note, "B. Tester", AGREED, 1)
    for path, owner, due, status, note in DEALT
)
ACCURACY = {"tool_version": "0.1.0", "measured": "2026-11-26", "sets": []}
Parts = dict[str, bytes]


def make(path: Path, some: list[Result] | None = None, **changes: Any) -> Path:
    """Make a bundle; `changes` are of scan, grounds, log or maker, or `previous`."""
    scan, grounds = changes.get("scan", SCAN), changes.get("grounds", GROUNDS)
    maker, kept = changes.get("maker", MAKER), RESULTS if some is None else some
    assigned = {one.group: one for one in changes.get("assigned", ASSIGNED)}
    record = Record(changes.get("log", log_of(kept)), (), ACCURACY, assigned)
    create(scan, lambda: iter(kept), grounds, record, maker, path, changes.get("previous"))
    return path


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("evidence") / "bundle.zip")


def parts_of(bundle: Path) -> Parts:
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def entry(name: str, mode: int = stat.S_IFREG | 0o600) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, (2026, 11, 26, 4, 0, 0))
    made.create_system, made.external_attr = 3, mode << 16
    return made


def packed(path: Path, parts: Parts, *more: tuple[zipfile.ZipInfo, bytes]) -> Path:
    """Write parts in the form of a bundle, with more entries behind them."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(parts):
            archive.writestr(entry(name), parts[name])
        for info, content in more:
            archive.writestr(info, content)
    return path


def resummed(parts: Parts) -> Parts:
    """Make manifest and sums anew, as a forger who knows the form would."""
    manifest = json.loads(parts["manifest.json"])
    listed = {name: parts[name] for name in parts if name not in NOT_IN_MANIFEST}
    manifest["parts"] = [
        {
            "name": name,
            "sha256": hashlib.sha256(listed[name]).hexdigest(),
            "size": len(listed[name]),
        }
        for name in sorted(listed)
    ]
    parts = parts | {"manifest.json": encoded(manifest, indent=2) + b"\n"}
    names = sorted(parts.keys() - {SUMS, SIGNATURE})
    sums = "".join(f"{hashlib.sha256(parts[n]).hexdigest()}  {n}\n" for n in names).encode()
    envelope = {SIGNATURE: signature.envelope(sums, OTHER_KEY)} if SIGNATURE in parts else {}
    return parts | {SUMS: sums} | envelope


def resummed_as_is(parts: Parts) -> Parts:
    """Make the sums anew, and leave the manifest."""
    names = sorted(parts.keys() - {SUMS, SIGNATURE})
    sums = "".join(f"{hashlib.sha256(parts[n]).hexdigest()}  {n}\n" for n in names).encode()
    return parts | {SUMS: sums, SIGNATURE: signature.envelope(sums, OTHER_KEY)}


def told(path: Path) -> set[tuple[str, str]]:
    """Return the part and the first word of every problem."""
    return {(one.part, one.what.split(":")[0].split(" ")[0]) for one in verify(path).problems}


# What is in a bundle


def test_a_bundle_is_whole_and_holds_every_part(bundle: Path) -> None:
    names = zipfile.ZipFile(bundle).namelist()
    assert verify(bundle).problems == ()
    assert set(names) == REQUIRED | {"policy/nl-default.toml", "policy/words/records.toml"}
    assert names == sorted(names)
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600


def test_the_same_scan_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    assert make(tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


def test_only_one_part_and_its_sum_tell_who_made_a_bundle(bundle: Path, tmp_path: Path) -> None:
    other = dataclasses.replace(MAKER, name="someone", when=datetime(2027, 1, 1, tzinfo=UTC))
    one, two = parts_of(bundle), parts_of(make(tmp_path / "other.zip", maker=other))
    assert [name for name in one if one[name] != two[name]] == [SUMS, MADE, SIGNATURE]
    lines = zip(one[SUMS].splitlines(), two[SUMS].splitlines(), strict=True)
    assert [a.split()[1] for a, b in lines if a != b] == [MADE.encode()]


def test_an_auditor_needs_only_unzip_and_sha256sum(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path)
    check = ["sha256sum", "--strict", "-c", SUMS]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert len(lines) == len(zipfile.ZipFile(bundle).namelist()) - 2
    assert [line for line in lines if not line.endswith(": OK")] == []
    (tmp_path / "verdicts.csv").write_bytes(b"changed")
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "verdicts.csv: FAILED" in done.stdout


def test_the_figures_are_those_of_the_results(bundle: Path) -> None:
    parts = parts_of(bundle)
    scope, manifest = json.loads(parts["scope.json"]), json.loads(parts["manifest.json"])
    statuses = Counter(one.coverage.status for one in RESULTS)
    assert scope["population"]["by_status"] == statuses
    assert scope["population"]["items"] == manifest["figures"]["items"] == len(RESULTS)
    within = sum("!/" in one.item.uri for one in RESULTS)
    assert within
    assert scope["population"]["within_files"] == within
    unread = [one for one in RESULTS if one.coverage.status != "scanned"]
    assert [one["uri"] for one in scope["not_read_in_full"]] == [one.item.uri for one in unread]
    assert {one["missed"] for one in scope["not_read_in_full"]} == {True, False}
    asked = sum(one.coverage.reason == "excluded by request" for one in RESULTS)
    assert asked
    assert scope["left_out_by_request"] == asked
    rows = list(csv.DictReader(io.StringIO(parts["coverage.csv"].decode(), newline="")))
    assert sum(int(row["items"]) for row in rows) == len(RESULTS)
    assert sum(int(row["bytes"]) for row in rows) == sum(one.item.size for one in RESULTS)
    verdicts = list(csv.DictReader(io.StringIO(parts["verdicts.csv"].decode(), newline="")))
    assert Counter(row["verdict"] for row in verdicts) == Counter(
        it.verdict for one in RESULTS for it in one.judgements
    )
    assert [row["uri"] for row in verdicts if row["uri"][0] in "=+-@"] == []


def test_exceptions_come_with_who_judged_them_and_until_when(bundle: Path) -> None:
    figures = json.loads(parts_of(bundle)["manifest.json"])["figures"]
    left_out = sum(count for one in RESULTS for _, count in one.suppressed)
    assert left_out
    assert [
        (it["id"], it["by"], it["until"], it["state"], it["findings"])
        for it in figures["suppressions"]
    ] == [
        ("a1", "A. <b>Tester</b>", "2027-01-05", "used", left_out),
        ("b2", "B. Tester", "2027-01-05", "unused", 0),
        ("c3", "A. Tester", "2026-01-05", "expired", 0),
    ]
    assert figures["findings_suppressed"] == {"a1": left_out}


def test_recall_on_the_share_comes_with_its_interval_and_its_entries(bundle: Path) -> None:
    told = json.loads(parts_of(bundle)["recall.json"])
    (canaries,), (sample,) = told["canaries"], told["samples"]
    assert canaries["all"] == {
        **{"found": 410, "of": 420, "recall": 0.9762},
        **dict(zip(("low", "high"), (round(it, 4) for it in wilson(410, 420)), strict=True)),
    }
    assert canaries["by_entity"]["NL_BSN"]["found"] == 99
    assert (sample["checked_by"], sample["missed"], sample["not_answered"]) == ("C. Tester", 1, 1)
    low, high = clopper_pearson(1, 59)
    assert sample["missed_share"] == {"low": round(low, 4), "high": round(high, 4)}
    assert told["samples_drawn"] == 1
    assert [one["kind"] for one in told["entries"]] == [kind for kind, _ in MEASURED]


def test_a_scan_that_nobody_measured_says_so(tmp_path: Path) -> None:
    path = make(tmp_path / "b.zip", log=entries(steps_of(RESULTS)))
    told = json.loads(parts_of(path)["recall.json"])
    assert (told["canaries"], told["samples"], told["entries"]) == ([], [], [])
    assert verify(path).problems == ()


def test_measurements_of_other_scans_are_left_out(tmp_path: Path) -> None:
    log = entries([*steps_of(RESULTS), *((k, {**d, "scan": 7}) for k, d in MEASURED)])
    told = json.loads(parts_of(make(tmp_path / "b.zip", log=log))["recall.json"])
    assert told["entries"] == []


def test_a_measurement_in_the_log_cannot_be_left_out(tmp_path: Path) -> None:
    began, *rest = steps_of(RESULTS)
    parts = parts_of(make(tmp_path / "b.zip", log=entries([began, *MEASURED, *rest])))
    none = {"canaries": [], "samples": [], "samples_drawn": 0, "entries": []}
    forged = in_recall(lambda it: it.update(none))(parts)
    assert told(packed(tmp_path / "t.zip", forged)) == {("recall.json", "inconsistent")}


def test_a_measurement_of_another_key_is_seen(bundle: Path, tmp_path: Path) -> None:
    kinds = [*steps_of(RESULTS), *MEASURED]
    other = [json.loads(history.line_of(it)) for it in entries(kinds, OTHER_KEY)[3:]]
    for mine, theirs in zip(entries(kinds)[3:], other, strict=True):
        theirs.update(key_id=KEY.id, hash=mine.hash, previous=mine.previous)
    forged = in_recall(lambda it: it.update(entries=other))(parts_of(bundle))
    forged |= {SIGNATURE: signature.envelope(forged[SUMS], KEY)}
    (one, *_) = verify(packed(tmp_path / "t.zip", forged), None, check(KEY)).problems
    assert one == Problem(
        "recall.json", "inconsistent: entry 4: has a signature that is not of its key"
    )


def test_a_measurement_that_the_next_log_lacks_is_seen(bundle: Path, tmp_path: Path) -> None:
    """What was measured after a scan stands in the log that comes with the next one."""
    scan = dataclasses.replace(SCAN, id=2)
    log = log_of(RESULTS)
    good = entries(steps_of(RESULTS, 2), after=log)
    path = make(tmp_path / "good.zip", scan=scan, log=good, previous=bundle)
    assert verify(path, None, check(KEY), bundle).problems == ()
    rewritten = entries(steps_of(RESULTS, 2), after=log[:3])
    with pytest.raises(PiiScanError):
        make(tmp_path / "b.zip", scan=scan, log=rewritten, previous=bundle)


def test_who_deals_with_what_is_in_the_follow_up(bundle: Path, tmp_path: Path) -> None:
    now = json.loads(parts_of(bundle)["follow-up.json"])
    assert {(it["path"], it["owner"], it["due"], it["is_past_due"]) for it in now["assigned"]} == {
        (LATE[0], "A. Tester", "2026-11-01", True),
        (LATE[1], "", "2027-01-01", False),
        (LATE[2], ASSIGNED[2].owner, None, False),
    }
    assert now["overdue_now"] == {
        "items": len(LATE),
        "with_owner": 2,
        "without_owner": len(LATE) - 2,
    }
    assert now["past_due"] == 1
    path = make(tmp_path / "next.zip", previous=bundle)
    became = {it["uri"]: it for it in json.loads(parts_of(path)["follow-up.json"])["items"]}
    assert became[LATE[0]]["group"] == ASSIGNED[0].group
    assert "group" not in became[LATE[3]]
    owner = edit("follow-up.json", b'"A. Tester"', b'"B. Tester"', again=True)(parts_of(path))
    assert told(packed(tmp_path / "t.zip", owner)) == {("follow-up.json", "inconsistent")}


def test_a_control_has_the_figures_of_the_scan(bundle: Path) -> None:
    controls = {one["id"]: one for one in json.loads(parts_of(bundle)["controls.json"])["controls"]}
    found = sum(it.entity == "NL_BSN" for one in RESULTS for it in one.findings)
    assert controls["8.11"]["figures"]["findings_by_entity.NL_BSN"] == found > 0
    assert controls["5.33"]["former"] == ["A.18.1.3"]
    assert controls["8.10"]["former"] == []
    assert {one["strength"] for one in controls.values()} == {"direct", "steun", "signaal"}


def test_every_control_points_at_parts_that_are_there(bundle: Path) -> None:
    names = zipfile.ZipFile(bundle).namelist()
    pointed = {part for one in GROUNDS.norm.controls for part in one.parts}
    assert [
        p for p in pointed if not any(n.startswith(p) if p[-1] == "/" else n == p for n in names)
    ] == []


def test_every_figure_of_a_control_is_a_kind_that_a_summary_has(bundle: Path) -> None:
    figures = json.loads(parts_of(bundle)["manifest.json"])["figures"]
    paths = {path.split(".")[0] for one in GROUNDS.norm.controls for path in one.figures}
    assert paths - figures.keys() == set()


def test_no_value_of_a_recognizer_or_a_policy_is_added(bundle: Path) -> None:
    assert [name for name, content in parts_of(bundle).items() if BSN.encode() in content] == []


def test_rules_that_changed_since_the_scan_are_said_to(tmp_path: Path) -> None:
    other = dataclasses.replace(GROUNDS, config_digest="sha256:" + "1" * 64)
    path = make(tmp_path / "b.zip", grounds=other)
    assert json.loads(parts_of(path)["manifest.json"])["configuration"]["is_that_of_scan"] is False
    assert verify(path).problems == ()


def test_a_bundle_names_the_one_before_it(bundle: Path, tmp_path: Path) -> None:
    path = make(tmp_path / "next.zip", previous=bundle)
    before = json.loads(parts_of(path)["manifest.json"])["previous"]
    digest = hashlib.sha256(parts_of(bundle)["manifest.json"]).hexdigest()
    assert (before["manifest_sha256"], before["scan"]) == (digest, 1)
    assert before["finished"] == "2026-11-26T04:12:30Z"
    assert before["log_head"] == json.loads(parts_of(bundle)["manifest.json"])["log"]["head"]
    assert verify(path, None, check(KEY), bundle).problems == ()
    assert {it.what for it in verify(bundle, None, None, path).problems} == {
        "inconsistent: the bundle before it is another"
    }


def test_no_bundle_follows_one_that_is_not_whole(bundle: Path, tmp_path: Path) -> None:
    broken = packed(tmp_path / "b.zip", parts_of(bundle) | {"verdicts.csv": b""})
    with pytest.raises(ConfigError, match="not whole"):
        make(tmp_path / "next.zip", previous=broken)
    assert not (tmp_path / "next.zip").exists()


@pytest.mark.parametrize("some", [[], RESULTS[:1]], ids=["nothing met", "one item"])
def test_a_small_scan_that_did_not_finish_is_bundled_too(
    tmp_path: Path, some: list[Result]
) -> None:
    path = make(tmp_path / "b.zip", some, scan=dataclasses.replace(SCAN, finished=None))
    assert verify(path).problems == ()
    manifest = json.loads(parts_of(path)["manifest.json"])
    assert (manifest["is_finished"], manifest["scan"]["finished"]) == (False, None)


def test_a_scan_that_gives_nonsense_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Verification("", 0, (Problem("scope.json", "inconsistent"),))
    monkeypatch.setattr("pii_scan.evidence.making.verify", lambda *_: broken)
    with pytest.raises(PiiScanError, match="changed while it was bundled"):
        make(tmp_path / "b.zip")
    assert list(tmp_path.iterdir()) == []


def test_only_a_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for output in (tmp_path / "folder", Path("/dev/null")):
        with pytest.raises(ConfigError, match="it is there and no file"):
            make(output)
    assert Path("/dev/null").is_char_device()
    (tmp_path / "kept.zip").write_bytes(b"before")
    (tmp_path / "link.zip").symlink_to(tmp_path / "kept.zip")
    make(tmp_path / "link.zip")
    assert (tmp_path / "link.zip").is_symlink()
    assert verify(tmp_path / "kept.zip").problems == ()


# Tampering: what is done to the parts, and who is named for it


def edit(name: str, old: bytes, new: bytes, again: bool = False) -> Callable[[Parts], Parts]:
    """Replace the first `old` in a part; `again`: make the sums anew."""

    def apply(parts: Parts) -> Parts:
        assert old in parts[name]
        changed = parts | {name: parts[name].replace(old, new, 1)}
        return resummed(changed) if again else changed

    return apply


def without(name: str, again: bool = False) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        left = {key: parts[key] for key in parts if key != name}
        return resummed(left) if again else left

    return apply


def plus(name: str, again: bool = False) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        more = parts | {name: b"x"}
        return resummed(more) if again else more

    return apply


def without_line(parts: Parts) -> Parts:
    rest = parts["findings.jsonl"].split(b"\n", 1)[1]
    return resummed(parts | {"findings.jsonl": rest})


def log_with(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Parts], Parts]:
    """Change the lines of the log, and make the sums anew."""

    def apply(parts: Parts) -> Parts:
        lines = parts["log.jsonl"].splitlines(keepends=True)
        return resummed(parts | {"log.jsonl": b"".join(change(lines))})

    return apply


def in_log(old: bytes, new: bytes) -> Callable[[Parts], Parts]:
    def change(lines: list[bytes]) -> list[bytes]:
        assert old in lines[1]
        return [lines[0], lines[1].replace(old, new), *lines[2:]]

    return log_with(change)


LOG_TAMPERED = {
    "log entries swapped, sums anew": log_with(lambda lines: [lines[1], lines[0], *lines[2:]]),
    "a log entry less, sums anew": log_with(lambda lines: [lines[0], *lines[2:]]),
    "a log cut at its end, sums anew": log_with(lambda lines: lines[:-1]),
    "a log cut at its beginning, sums anew": log_with(lambda lines: lines[1:]),
    "a log emptied, sums anew": log_with(lambda _: []),
    "a log entry twice, sums anew": log_with(lambda lines: [*lines, lines[-1]]),
    "who decided, sums anew": in_log(b"A. Tester", b"B. Tester"),
    "when it was decided, sums anew": in_log(b"T04:02:00", b"T03:02:00"),
    "a log entry's operator, sums anew": in_log(b'"operator": "tester"', b'"operator": "rester"'),
    "a log entry's key, sums anew": in_log(KEY.id.encode(), OTHER_KEY.id.encode()),
    "another log, sums anew": log_with(
        lambda _: [history.line_of(one) for one in entries(steps_of(RESULTS[:5]), OTHER_KEY)]
    ),
    "a log that is none, sums anew": log_with(lambda _: [b"{}\n"]),
}


def in_recall(change: Callable[[dict[str, Any]], object]) -> Callable[[Parts], Parts]:
    """Change what was measured, and make the sums anew."""

    def apply(parts: Parts) -> Parts:
        value = json.loads(parts["recall.json"])
        change(value)
        content = encoded(value, indent=2) + b"\n"
        assert content != parts["recall.json"]
        return resummed(parts | {"recall.json": content})

    return apply


RECALL_TAMPERED = {
    "recall, sums anew": in_recall(lambda it: it["canaries"][0]["all"].update(found=420)),
    "its interval, sums anew": in_recall(lambda it: it["canaries"][0]["all"].update(low=0.99)),
    "a format of it, sums anew": in_recall(lambda it: it["canaries"][0]["by_format"].pop("pdf")),
    "a sample, sums anew": in_recall(lambda it: it["samples"][0].update(missed=0)),
    "who checked it, sums anew": in_recall(lambda it: it["samples"][0].update(checked_by="X")),
    "a sample less, sums anew": in_recall(lambda it: it["samples"].clear()),
    "a measurement less, sums anew": in_recall(lambda it: it["entries"].pop()),
    "a measurement twice, sums anew": in_recall(
        lambda it: it.update({name: it[name] * 2 for name in ("canaries", "entries")})
    ),
    "of another scan, sums anew": in_recall(lambda it: it.update(scan=2)),
    "its counts in the entry, sums anew": in_recall(
        lambda it: (
            it["entries"][2]["data"].update(missed=0),
            it["samples"][0].update(missed=0),
        )
    ),
    "no entries, sums anew": in_recall(lambda it: it.update(entries=None)),
    "entries that are none, sums anew": in_recall(lambda it: it["entries"].append({})),
}


def twice(name: str, key: bytes, value: bytes) -> Callable[[Parts], Parts]:
    """Let a key stand in a part twice: the first time with another value."""
    return edit(name, key, key + value + b", " + key, again=True)


TAMPERED: dict[str, tuple[Callable[[Parts], Parts], set[tuple[str, str]]]] = {
    "a finding": (edit("findings.jsonl", b"NL_BSN", b"NL_BSM"), {("findings.jsonl", "changed")}),
    "a verdict": (edit("verdicts.csv", b"overdue", b"within"), {("verdicts.csv", "changed")}),
    "a rule": (edit("policy/nl-default.toml", b"p", b"q"), {("policy/nl-default.toml", "changed")}),
    "the operator": (
        edit("manifest.json", b"j.tester", b"k.tester"),
        {("manifest.json", "changed")},
    ),
    "who made it": (edit(MADE, b'"tester"', b'"nobody"'), {(MADE, "changed")}),
    "a sum": (edit(SUMS, b"a", b"b"), {(SUMS, "changed")}),
    "a name in the sums": (
        edit(SUMS, b"scope.json", b"scopes.json"),
        {(SUMS, "changed"), ("scopes.json", "removed")},
    ),
    "sums cut off": (lambda parts: parts | {SUMS: parts[SUMS][:-3]}, {(SUMS, "changed")}),
    "sums emptied": (lambda parts: parts | {SUMS: b""}, {(SUMS, "changed")}),
    "manifest no JSON": (
        lambda parts: parts | {"manifest.json": b"{"},
        {("manifest.json", "changed")},
    ),
    "manifest nested without end": (
        lambda parts: parts | {"manifest.json": b"[" * 100_000},
        {("manifest.json", "changed")},
    ),
    "a part gone": (without("scope.json"), {("scope.json", "removed")}),
    "a rule gone": (without("policy/nl-default.toml"), {("policy/nl-default.toml", "removed")}),
    "sums gone": (without(SUMS), {(SUMS, "removed")}),
    "manifest gone": (without("manifest.json"), {("manifest.json", "removed")}),
    "a needed part gone, sums anew": (without("coverage.csv", True), {("coverage.csv", "removed")}),
    "a part more": (plus("notes.txt"), {("notes.txt", "added")}),
    "out of the folder": (plus("../notes.txt", True), {("../notes.txt", "unsafe")}),
    "from the root": (plus("/etc/notes", True), {("/etc/notes", "unsafe")}),
    "a drive": (plus("C:\\notes", True), {("C:\\notes", "unsafe")}),
    "a stream": (plus("scope.json:x", True), {("scope.json:x", "unsafe")}),
    "a name that moves the cursor": (plus("a\x1b[2J", True), {("a\\x1b[2J", "unsafe")}),
    "an item less, sums anew": (
        without_line,
        {(name, "inconsistent") for name in ("findings.jsonl", "scope.json", "coverage.csv")},
    ),
    "a verdict, sums anew": (
        edit("verdicts.csv", b"overdue", b"within", again=True),
        {("verdicts.csv", "inconsistent")},
    ),
    "coverage, sums anew": (
        edit("coverage.csv", b"pdf", b"odf", again=True),
        {("coverage.csv", "inconsistent")},
    ),
    "scope, sums anew": (
        edit("scope.json", b'"items": 61', b'"items": 62', again=True),
        {("scope.json", "inconsistent")},
    ),
    "a figure, sums anew": (
        edit("manifest.json", b'"people": ', b'"people": 1', again=True),
        {("manifest.json", "inconsistent"), ("controls.json", "inconsistent")},
    ),
    "the operator, sums anew": (
        edit("manifest.json", b"j.tester", b"k.tester", again=True),
        {("manifest.json", "inconsistent")},
    ),
    "a control's figure, sums anew": (
        edit("controls.json", b'"items": 61', b'"items": 62', again=True),
        {("controls.json", "inconsistent")},
    ),
    "a suppression's count, sums anew": (
        edit("findings.jsonl", b'"suppressed": {"a1": 1}', b'"suppressed": {"a1": 9}', again=True),
        {("findings.jsonl", "inconsistent")},
    ),
    "the summary gone, sums anew": (
        lambda parts: resummed(parts | {"findings.jsonl": b"{}\n"}),
        {("findings.jsonl", "inconsistent")},
    ),
    "findings no JSON, sums anew": (
        lambda parts: resummed(parts | {"findings.jsonl": b"\x00\n"}),
        {("findings.jsonl", "inconsistent")},
    ),
    **{name: (tamper, {("log.jsonl", "inconsistent")}) for name, tamper in LOG_TAMPERED.items()},
    "a decision, sums anew": (
        edit("decisions.json", b'"by": "B. Tester"', b'"by": "C. Tester"', again=True),
        {("decisions.json", "inconsistent")},
    ),
    "the population, sums anew": (
        edit("manifest.json", b'"is_equal": true', b'"is_equal": null', again=True),
        {("manifest.json", "inconsistent")},
    ),
    "where the log begins, sums anew": (
        edit("manifest.json", b'"previous": null', b'"previous": {"log_head": {}}', again=True),
        {("manifest.json", "inconsistent")},
    ),
    "the trend, sums anew": (
        edit("trend.json", b'"overdue": ', b'"overdue": 1', again=True),
        {("trend.json", "inconsistent")},
    ),
    **{
        name: (tamper, {("recall.json", "inconsistent")})
        for name, tamper in RECALL_TAMPERED.items()
    },
    "who deals with it, sums anew": (
        edit("follow-up.json", b'"A. Tester"', b'"B. Tester"', again=True),
        {("follow-up.json", "inconsistent")},
    ),
    "by when, sums anew": (
        edit("follow-up.json", b'"2026-11-01"', b'"2027-11-01"', again=True),
        {("follow-up.json", "inconsistent")},
    ),
    "who deals with a finding, sums anew": (
        edit("findings.jsonl", b'"owner": "A. Tester"', b'"owner": "B. Tester"', again=True),
        {(name, "inconsistent") for name in ("oscal.json", "oscal.csv", "follow-up.json")},
    ),
    "a follow-up of what was never there, sums anew": (
        edit("follow-up.json", b'"overdue_then": 0', b'"overdue_then": 9', again=True),
        {("follow-up.json", "inconsistent")},
    ),
    "a finding's key twice, sums anew": (
        twice("findings.jsonl", b'"level": ', b'"Openbaar"'),
        {("findings.jsonl", "inconsistent")},
    ),
    "a figure's key twice": (
        lambda parts: resummed_as_is(
            parts | {"manifest.json": parts["manifest.json"].replace(b"{", b'{"type": "x", ', 1)}
        ),
        {("manifest.json", "changed")},
    ),
    "an entry's key twice, sums anew": (
        twice("log.jsonl", b'"operator": ', b'"evil"'),
        {("log.jsonl", "inconsistent")},
    ),
    "the trend in UTF-16, sums anew": (
        lambda parts: resummed(
            parts | {"trend.json": parts["trend.json"].decode().encode("utf-16")}
        ),
        {("trend.json", "changed")},
    ),
    "recognizers with a mark before them, sums anew": (
        lambda parts: resummed(
            parts | {"recognizers.json": b"\xef\xbb\xbf" + parts["recognizers.json"]}
        ),
        {("recognizers.json", "changed")},
    ),
    "a name in capitals, sums anew": (
        plus("Findings.jsonl", True),
        {
            ("Findings.jsonl", "added"),
            ("Findings.jsonl", "unsafe"),
        },
    ),
    "a part that no bundle has, sums anew": (plus("notes.txt", True), {("notes.txt", "added")}),
    "a name with a step in it, sums anew": (plus("./notes", True), {("./notes", "unsafe")}),
    "OSCAL, sums anew": (
        edit("oscal.json", b"not-satisfied", b"satisfied", again=True),
        {("oscal.json", "inconsistent")},
    ),
    "its table, sums anew": (
        edit("oscal.csv", b"not-satisfied", b"satisfied", again=True),
        {("oscal.csv", "inconsistent")},
    ),
    "findings of other types, sums anew": (
        lambda parts: resummed(parts | {"findings.jsonl": b'{"type": "item", "status": []}\n'}),
        {("findings.jsonl", "inconsistent")},
    ),
}


@pytest.mark.parametrize(("tamper", "named"), TAMPERED.values(), ids=TAMPERED.keys())
def test_tampering_is_seen_and_named(
    bundle: Path, tmp_path: Path, tamper: Callable[[Parts], Parts], named: set[tuple[str, str]]
) -> None:
    assert told(packed(tmp_path / "t.zip", tamper(parts_of(bundle)))) == named


def test_a_bundle_packed_anew_in_the_same_form_is_whole(bundle: Path, tmp_path: Path) -> None:
    """The tests of tampering lean on this: what they see is the tampering alone."""
    assert told(packed(tmp_path / "t.zip", resummed(parts_of(bundle)))) == set()


EXTRA: dict[str, tuple[zipfile.ZipInfo, str, str]] = {
    "a link": (entry("zlink", stat.S_IFLNK | 0o777), "zlink", "added: a symbolic link"),
    "a folder": (entry("zfolder/", stat.S_IFDIR | 0o700), "zfolder/", "added: a folder"),
    "a program": (
        entry("zprogram", stat.S_IFREG | 0o755),
        "zprogram",
        "rewritten: its mode is not that of a part",
    ),
    "out of order": (entry("a.txt"), "", "rewritten: the entries are not in order of name"),
}


@pytest.mark.parametrize(("info", "part", "what"), EXTRA.values(), ids=EXTRA.keys())
def test_entries_that_are_no_parts_are_named(
    bundle: Path, tmp_path: Path, info: zipfile.ZipInfo, part: str, what: str
) -> None:
    path = packed(tmp_path / "t.zip", parts_of(bundle), (info, b""))
    assert Problem(part, what) in verify(path).problems


def test_a_name_that_occurs_twice_is_named(bundle: Path, tmp_path: Path) -> None:
    more = (entry("verdicts.csv"), b"other")
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = packed(tmp_path / "t.zip", parts_of(bundle), more)
    assert ("verdicts.csv", "duplicated") in told(path)


def test_a_bomb_is_not_unpacked(bundle: Path, tmp_path: Path) -> None:
    info = entry("zzz.txt")
    info.compress_type = zipfile.ZIP_DEFLATED
    path = packed(tmp_path / "t.zip", parts_of(bundle), (info, bytes(50 << 20)))
    assert path.stat().st_size < 1 << 20
    assert ("zzz.txt", "rewritten") in told(path)


def test_too_many_entries_are_not_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.zip", {f"{number}": b"" for number in range(1_001)})
    with pytest.raises(ConfigError, match="no evidence bundle"):
        verify(path)


def test_one_byte_names_the_part_it_is_in(bundle: Path, tmp_path: Path) -> None:
    content = bytearray(bundle.read_bytes())
    content[content.index(b'"entity_type"', content.index(b"findings.jsonl{"))] ^= 1
    (tmp_path / "t.zip").write_bytes(content)
    assert ("findings.jsonl", "changed") in told(tmp_path / "t.zip")


def test_a_size_that_lies_is_seen(bundle: Path, tmp_path: Path) -> None:
    content = bytearray(bundle.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFF_FF00)
    (tmp_path / "t.zip").write_bytes(content)
    assert ("verdicts.csv", "rewritten") in told(tmp_path / "t.zip")


def test_entries_over_each_other_are_not_read(bundle: Path, tmp_path: Path) -> None:
    content = bytearray(bundle.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 20 : at + 28] = struct.pack("<II", len(content) - 1_000, len(content) - 1_000)
    (tmp_path / "t.zip").write_bytes(content)
    with pytest.raises(ConfigError, match="lie over each other"):
        verify(tmp_path / "t.zip")


def test_the_form_for_gigabytes_is_a_bundle_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 5_000)
    path = make(tmp_path / "b.zip")
    assert b"PK\x06\x06" in path.read_bytes()
    assert verify(path).problems == ()


@pytest.mark.parametrize("how", ["before", "between"])
def test_nothing_hides_around_the_parts(bundle: Path, tmp_path: Path, how: str) -> None:
    path, content = tmp_path / "t.zip", bundle.read_bytes()
    if how == "before":
        path.write_bytes(b"#!/bin/sh\n" + content)
    else:
        at = content.index(b"PK\x01\x02")
        end = bytearray(content[at:])
        start = struct.unpack_from("<I", end, len(end) - 6)[0]
        struct.pack_into("<I", end, len(end) - 6, start + 5)
        path.write_bytes(content[:at] + b"extra" + end)
    assert told(path) == {("", "rewritten")}


def test_comments_are_seen(bundle: Path, tmp_path: Path) -> None:
    parts, info = parts_of(bundle), entry("verdicts.csv")
    info.comment = b"hidden"
    kept = {name: parts[name] for name in parts if name != "verdicts.csv"}
    path = packed(tmp_path / "t.zip", kept, (info, parts["verdicts.csv"]))
    assert told(path) == {("verdicts.csv", "added"), ("", "rewritten")}
    path = packed(tmp_path / "t.zip", parts)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"hidden"
    with pytest.raises(ConfigError, match="its end is not that"):
        verify(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"no zip", b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + b"\xff" * 18],
    ids=["empty", "text", "no entries", "absurd"],
)
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="no evidence bundle"):
        verify(path)


def test_another_zip_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no manifest"):
        verify(packed(tmp_path / "t.zip", {"a.txt": b""}))


@pytest.mark.parametrize("cut", [1, 100, 20_000])
def test_a_bundle_that_breaks_off_is_refused(bundle: Path, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(bundle.read_bytes()[:-cut])
    with pytest.raises(ConfigError, match="no evidence bundle"):
        verify(path)


def test_a_digest_kept_apart_sees_what_sums_cannot(bundle: Path, tmp_path: Path) -> None:
    digest = verify(bundle).sha256
    forged = edit(MADE, b'"tester"', b'"nobody"', again=True)(parts_of(bundle))
    path = packed(tmp_path / "t.zip", forged)
    assert verify(path).problems == ()
    assert [one.what for one in verify(path, digest).problems] == [
        "changed: its SHA-256 is not the digest that was given"
    ]
    assert verify(bundle, digest.upper()).problems == ()
