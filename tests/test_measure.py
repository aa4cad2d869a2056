"""Canaries and samples: planted and removed exactly, scored and counted with the right interval."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from math import comb
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pii_scan import cli, extract
from pii_scan.config._rules import rules_dir
from pii_scan.config.canary import load_canary
from pii_scan.errors import ConfigError
from pii_scan.measure.formats import WRITERS
from pii_scan.measure.intervals import clopper_pearson, wilson
from pii_scan.measure.planting import load, made
from pii_scan.measure.sampling import drawn, filled_in, table
from pii_scan.measure.scoring import score
from pii_scan.model import Chunk, Coverage, Finding, Item, Member, Table
from pii_scan.model import Result as Kept
from pii_scan.store import Store
from tests.conftest import Run
from tests.invented_results import HOSTILE, KINDS, TODAY, finding, results
from tests.test_report import plain

COUNT = len(WRITERS)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "keys" / "fingerprint.key"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "hers.txt").write_text("of somebody else")
    return folder


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [*map(str, arguments)])


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def planted(tmp_path: Path) -> list[str]:
    manifest = load(tmp_path / "data" / "pii-scan" / "canaries.json")
    return [canary.name for planting in manifest for canary in planting.files]


# intervals


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, 857-872, table I: methods 3 and 5.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_published(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
        (29, 29, 0.8806, 1.0),
    ],
)
def test_clopper_pearson_is_as_published(hits: int, of: int, low: float, high: float) -> None:
    assert clopper_pearson(hits, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 30), st.floats(0.01, 0.99))
def test_the_exact_interval_covers_as_often_as_it_says(of: int, share: float) -> None:
    covered = sum(
        comb(of, hits) * share**hits * (1 - share) ** (of - hits)
        for hits in range(of + 1)
        if (it := clopper_pearson(hits, of)).low <= share <= it.high
    )
    assert covered >= 0.95 - 1e-6


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_interval_holds_what_was_counted(hits: int, missed: int) -> None:
    of = hits + missed
    for low, high in (wilson(hits, of), clopper_pearson(hits, of)):
        assert 0 <= low <= (hits / of if of else 0.5) <= high <= 1


# canaries


def texts(data: bytes, name: str) -> str:
    """What our own readers read of a file, the files in it included."""
    found: list[str] = []
    stream = io.BytesIO(data)
    reader = extract.extractor_for(extract.media_type(stream, name))
    assert reader is not None
    stream.seek(0)
    for part in extract.extract(stream, reader):
        match part:
            case Chunk(text=text):
                found.append(text)
            case Table(columns=columns, rows=rows):
                found += [" ".join(columns), *(" ".join(row) for row in rows)]
            case Member(name=inner, data=inside):
                found.append(texts(inside, inner))
    return "\n".join(found)


def test_what_was_planted_is_removed_and_nothing_else(share: Path, tmp_path: Path) -> None:
    done = invoke("canary", "plant", share, "--count", COUNT)
    assert done.exit_code == 0
    listed = planted(tmp_path)
    assert sorted(names(share)) == sorted([*listed, "hers.txt"])
    assert {Path(name).suffix[1:] for name in listed} == set(WRITERS)
    manifest = tmp_path / "data" / "pii-scan" / "canaries.json"
    assert manifest.stat().st_mode & 0o777 == 0o600
    done = invoke("canary", "remove", share)
    assert (done.exit_code, done.stdout) == (0, f"{share}: {COUNT} removed, 0 gone already\n")
    assert names(share) == ["hers.txt"]
    assert planted(tmp_path) == []
    assert invoke("canary", "remove").exit_code == 2


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("hers.txt"))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [change, link, folder])
def test_what_is_not_as_it_was_planted_is_left_and_named(
    share: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    invoke("canary", "plant", share, "--count", 3)
    first, second, _ = planted(tmp_path)
    spoil(share / first)
    (share / second).unlink()
    done = invoke("canary", "remove")
    assert done.exit_code == 1
    assert f"left, it is not as it was planted: {first}" in done.stderr
    assert done.stdout == f"{share}: 1 removed, 1 gone already\n"
    assert sorted(names(share)) == sorted(["hers.txt", first])
    assert (share / "hers.txt").read_text() == "of somebody else"
    assert planted(tmp_path) == [first]


def test_look_alikes_and_other_folders_are_left_alone(share: Path, tmp_path: Path) -> None:
    invoke("canary", "plant", share, "--count", 2)
    first, _ = planted(tmp_path)
    copy = share / f"kopie van {first}"
    copy.write_bytes((share / first).read_bytes())
    other = tmp_path / "other"
    other.mkdir()
    (other / first).write_bytes((share / first).read_bytes())
    assert invoke("canary", "remove", other).exit_code == 2
    assert invoke("canary", "remove", share).exit_code == 0
    assert copy.exists()
    assert (other / first).exists()


def test_a_file_that_is_there_is_never_written_over(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = SimpleNamespace(token_hex=lambda _: "00000000")
    monkeypatch.setattr("pii_scan.cli.canary.secrets", same)
    taken = share / "pii-scan-kanarie-00000000-0001.docx"
    taken.write_text("hers")
    done = invoke("canary", "plant", share, "--count", 3)
    assert done.exit_code == 2
    assert "has a file pii-scan-kanarie-00000000-0001.docx already" in done.stderr
    assert sorted(names(share)) == sorted(["hers.txt", taken.name])
    assert taken.read_text() == "hers"


def test_the_manifest_stays_out_of_the_folder(share: Path) -> None:
    done = invoke("canary", "plant", share, "--manifest", share / "list.json")
    assert done.exit_code == 2
    assert "may not lie in the folder" in done.stderr
    assert names(share) == ["hers.txt"]


@pytest.mark.parametrize("name", ["../hers.txt", "/etc/passwd", "a/b"])
def test_a_manifest_reaches_no_further_than_its_folder(
    share: Path, tmp_path: Path, name: str
) -> None:
    invoke("canary", "plant", share, "--count", 1)
    manifest = tmp_path / "data" / "pii-scan" / "canaries.json"
    told = json.loads(manifest.read_text())
    told["plantings"][0]["files"][0]["name"] = name
    manifest.write_text(json.dumps(told))
    done = invoke("canary", "remove")
    assert done.exit_code == 2
    assert "cannot be read as a list of canaries" in done.stderr


def test_a_folder_that_became_a_link_is_not_followed(share: Path, tmp_path: Path) -> None:
    invoke("canary", "plant", share, "--count", 1)
    moved = tmp_path / "moved"
    share.rename(moved)
    share.symlink_to(moved)
    assert invoke("canary", "remove").exit_code == 2
    assert len(names(moved)) == 2


def test_planting_and_removing_are_in_the_log(share: Path, tmp_path: Path) -> None:
    store = tmp_path / "log.db"
    invoke("canary", "plant", share, "--count", 2, "--store", store)
    invoke("canary", "remove", "--store", store)
    with Store.open(str(store)) as opened:
        kinds = [(it.kind, it.data.get("removed")) for it in opened.log()]
    assert kinds == [("canary.plant", None), ("canary.remove", None), ("canary.removed", 2)]


def test_every_document_says_what_it_is_and_what_it_should_say() -> None:
    for canary, data in made(load_canary(), "abcd", COUNT):
        text = texts(data, canary.name)
        flat = "".join(text.split())
        assert "PII-SCANKANARIE" in flat
        assert len(canary.expected) >= 6
        for _, value in canary.expected:
            assert "".join(value.split()) in flat, (canary.format, value)


def prints(entity: str, value: str, controller: str | None) -> frozenset[str]:
    return frozenset({f"{entity} {value} {controller}".encode().hex()})


def test_recall_counts_what_was_found_under_the_key_of_its_opdrachtgever(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    invoke("canary", "plant", share, "--count", 3)
    manifest = load(tmp_path / "data" / "pii-scan" / "canaries.json")
    first, second, _ = manifest[0].files
    results = [
        Kept(
            Item(f"share/{canary.name}", "", 1),
            Coverage("scanned"),
            digest=canary.digest,
            controller=controller,
            findings=tuple(_found(entity, value, of) for entity, value in canary.expected[:found]),
        )
        for canary, controller, of, found in ((first, "X", "X", 4), (second, "X", "Y", 9))
    ]
    told = score(manifest, results, prints)
    assert (told.planted, len(told.not_met)) == (3, 1)
    assert told.whole.hits == 4
    assert told.whole.of == sum(len(it.expected) for it in manifest[0].files)
    assert told.formats[first.format].hits == 4
    assert sum(it.of for it in told.entities.values()) == told.whole.of


def _found(entity: str, value: str, controller: str) -> Finding:
    (digest,) = prints(entity, value, controller)
    made_up = finding((entity, "N01", "Vertrouwelijk", "*"), 1, "")
    return replace(made_up, fingerprints=(("value", digest),))


# samples


def test_a_sample_holds_clean_items_only_and_is_drawn_by_its_seed() -> None:
    made_up = [*results(200), *(plain(f"share/leeg/{n}") for n in range(300))]
    clean = {
        it.item.uri
        for it in made_up
        if it.coverage.status == "scanned" and not it.findings and not it.suppressed
    }
    sample = drawn(1, made_up, 40, "seed")
    assert {it.item.uri for it in sample.items} <= clean
    assert (len(sample.items), sample.clean) == (40, len(clean))
    assert sample.found == sum(bool(it.findings) for it in made_up)
    assert drawn(1, reversed(made_up), 40, "seed") == sample
    assert drawn(1, made_up, 40, "other").items != sample.items
    assert drawn(1, made_up, 20, "seed").items == sample.items[:20]
    assert len(drawn(1, made_up, 10**4, "seed").items) == len(clean)


def test_every_item_is_drawn_as_often_as_the_others() -> None:
    made_up = [plain(f"share/{n:02}") for n in range(20)]
    counts = dict.fromkeys((it.item.uri for it in made_up), 0)
    for seed in range(400):
        for it in drawn(1, made_up, 5, str(seed)).items:
            counts[it.item.uri] += 1
    # 100 each is expected, with a standard deviation of 8.7.
    assert min(counts.values()) > 60
    assert max(counts.values()) < 140


def sampled(tmp_path: Path, *extra: object) -> tuple[Path, Path]:
    """Return a store with 200 items without findings, and a sample that was drawn from them."""
    store, file = tmp_path / "inventory.db", tmp_path / "sample.csv"
    clean = [plain(f"share/{n:03}") for n in range(200)]
    dirty = [plain(f"share/x{n:03}", findings=(finding(KINDS[0], n, ""),)) for n in range(100)]
    with Store.open(str(store)) as opened:
        scan = opened.begin(["share"], TODAY, "nl-default", "0.1.0", "sha256:00", "tester")
        opened.save(scan.id, [*clean, *dirty])
        opened.finish(scan.id)
    done = invoke("sample", "--clean", 59, "--store", store, "--output", file, *extra)
    assert (done.exit_code, done.stderr) == (0, "59 of 200 items without findings\n")
    return store, file


def logged(store: Path) -> list[tuple[str, dict[str, object]]]:
    with Store.open(str(store)) as opened:
        return [(it.kind, dict(it.data)) for it in opened.log() if it.kind.startswith("sample")]


@pytest.mark.parametrize("seed", [(), ("--seed", "=1+1"), ("--seed", " 007 ")])
def test_drawing_and_answers_are_in_the_log(tmp_path: Path, seed: tuple[object, ...]) -> None:
    store, file = sampled(tmp_path, *seed)
    file.write_text(file.read_text("utf-8-sig").replace(";;;", ";n;;").replace(";n;;", ";j;;", 1))
    done = invoke("sample", "--store", store, "--from", file, "--by", "C. Tester")
    assert (done.exit_code, "1 of 59 hold" in done.stdout) == (0, True), done.output
    (drew, of), (checked, found) = logged(store)
    assert (drew, of["drawn"], of["clean"], of["found"]) == ("sample.drawn", 59, 200, 100)
    assert (checked, found["by"], found["missed"]) == ("sample.checked", "C. Tester", 1)
    assert (found["of"], found["open"], found["seed"]) == (59, 0, of["seed"])


@pytest.mark.slow
def test_what_was_measured_comes_into_the_evidence_of_its_scan(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an operator does it, from planting to the covering report."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PII_SCAN_STORE", str(tmp_path / "store.db"))
    settings = tmp_path / "config" / "pii-scan" / "pii-scan.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[detect]\nnames = false\n")
    sample, bundle = tmp_path / "sample.csv", tmp_path / "bundle.zip"

    def done(*arguments: object) -> str:
        result = invoke(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    done("canary", "plant", share, "--count", 4)
    done("scan", share)
    told = json.loads(done("canary", "score", "--format", "json"))
    done("sample", "--clean", 5, "--output", sample)
    sample.write_text(sample.read_text("utf-8-sig").replace(";;;", ";n;;"))
    done("sample", "--from", sample, "--by", "C. Tester")
    done("assign", share / planted(tmp_path)[0], "--owner", "A. Tester", "--due", "2026-01-01")
    done("evidence", "create", "--output", bundle)
    (tmp_path / "key.pem").write_text(done("keys", "public"))
    assert "WHOLE" in done("evidence", "verify", bundle, "--public-key", tmp_path / "key.pem")
    with zipfile.ZipFile(bundle) as archive:
        recall = json.loads(archive.read("recall.json"))
        follow_up = json.loads(archive.read("follow-up.json"))
        oscal = archive.read("oscal.json").decode()
    assert recall["canaries"][0]["all"] == told["all"]
    assert recall["samples"][0]["checked_by"] == "C. Tester"
    assert [it["owner"] for it in follow_up["assigned"]] == ["A. Tester"]
    assert '"deadline": "2026-01-01T23:59:59Z"' in oscal
    done("evidence", "report", bundle, "--language", "en", "--output", tmp_path / "report")


def less(lines: list[str]) -> list[str]:
    return lines[:-1]


def other(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1].replace("share/", "share/y")]


def again(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-2]]


def larger(lines: list[str]) -> list[str]:
    return [line.replace(";200;", ";900;") for line in lines]


def renumbered(lines: list[str]) -> list[str]:
    return [*lines[:-1], "x" + lines[-1]]


@pytest.mark.parametrize("change", [less, other, again, larger, renumbered])
def test_a_table_that_is_not_what_was_drawn_measures_nothing(
    tmp_path: Path, change: Callable[[list[str]], list[str]]
) -> None:
    store, file = sampled(tmp_path)
    lines = file.read_text("utf-8-sig").replace(";;;", ";n;;").splitlines()
    file.write_text("\n".join(change(lines)))
    done = invoke("sample", "--store", store, "--from", file)
    assert (done.exit_code, "draw the sample again" in done.stderr) == (2, True), done.output
    assert [kind for kind, _ in logged(store)] == ["sample.drawn"]


def test_rows_that_a_person_sorted_are_the_same_sample(tmp_path: Path) -> None:
    store, file = sampled(tmp_path)
    heading, *lines = file.read_text("utf-8-sig").replace(";;;", ";n;;").splitlines()
    file.write_text("\n".join([heading, *reversed(lines)]), "cp1252")
    assert invoke("sample", "--store", store, "--from", file).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_answers_come_back_as_a_spreadsheet_saves_them(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    sample = drawn(1, [plain(f"share/caf\u00e9 {n}.txt") for n in range(100)], 60, "s")
    rows = list(csv.DictReader(io.StringIO(table(sample).decode("utf-8-sig")), delimiter=";"))
    for number, row in enumerate(rows):
        row["persoonsgegevens_jn"] = ("J", "nee", "n", "")[min(number, 2) if number < 59 else 3]
    file = tmp_path / "answers.csv"
    with file.open("w", encoding=encoding, newline="") as sink:
        writer = csv.DictWriter(sink, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    told = filled_in(file).answers
    assert (told.missed, told.of, told.open, told.clean) == (1, 59, 1, 100)
    assert told.interval == clopper_pearson(1, 59)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_sample_starts_no_formula(name: str) -> None:
    text = table(drawn(1, [plain(name)], 1, "=1")).decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert not any(value.lstrip(" ").startswith(("=", "+", "-", "@")) for value in row)


def test_the_command_draws_and_says_what_follows(tmp_path: Path) -> None:
    store, file = sampled(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text("utf-8-sig").replace(";;;", ";n;;")
    file.write_text(text, "utf-8")
    done = invoke("sample", "--store", store, "--from", file)
    assert "0 of 59 hold personal data that was not found" in done.stdout
    assert "0.0% - 6.1% of those without" in done.stdout
    assert "of 200 items without findings: 0 - 12 with personal data" in done.stdout
    told = json.loads(invoke("sample", "--store", store, "--from", file, "--format", "json").stdout)
    assert told["recall_of_items"] == {"low": 0.8919, "high": 1.0}
    file.write_text(text.replace(";n;;", ";misschien;;"), "utf-8")
    assert "row 2 says neither j nor n" in invoke("sample", "--store", store, "--from", file).stderr
    file.write_text("a;b\n1;2\n", "utf-8")
    assert (
        "is no table of pii-scan sample"
        in invoke("sample", "--store", store, "--from", file).stderr
    )


@pytest.mark.slow
def test_a_real_scan_finds_what_was_planted(run: Run, tmp_path: Path) -> None:
    share, store = tmp_path / "planted", tmp_path / "inventory.db"
    share.mkdir()
    manifest = ("--manifest", tmp_path / "list.json", "--store", store)
    assert run("canary", "plant", share, "--count", COUNT, *manifest).returncode == 0
    assert run("scan", share, "--store", store, "--workers", 1).returncode == 0
    told = json.loads(run("canary", "score", "--format", "json", *manifest).stdout)
    assert (told["documents"], told["documents_not_met"]) == (COUNT, [])
    assert set(told["by_format"]) == set(WRITERS)
    assert told["all"]["recall"] > 0.95
    assert told["all"]["low"] < told["all"]["recall"] <= told["all"]["high"]
    assert run("canary", "remove", *manifest).returncode == 0
    assert names(share) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{id}", "id", "mark"),
        ('Naam = "name"', 'Naam = "naam"', "names fields that there are not: naam"),
        ("{phone}", "{telefoon}", "a text names a field"),
        ("rows = 5", "rows = 0", "rows"),
    ],
)
def test_a_list_of_canaries_that_is_wrong_is_one_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    text = (rules_dir() / "canary.toml").read_text(encoding="utf-8")
    (tmp_path / "canary.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load_canary(tmp_path)
