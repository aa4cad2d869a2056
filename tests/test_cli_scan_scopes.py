"""Contracts, holds, zones and grounds through `pii-scan scan`, as an organisation sets them up."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.slow

CONFIG = """
policy = "quality-contacts"
contracts = ["contracts.csv"]
holds = ["holds.csv"]
[[scope]]
path = "share/*"
controller = "Noord Energie"
role = "verwerker"
[[scope]]
path = "*/bedrijfsarts/*"
protected = true
"""
CONTRACTS = """controller,term,trigger,action,source
Noord Energie,P6M,laatste_contact,delete,VO 2023
Zuid Verzekeringen,P5Y,laatste_contact,return,VO 2022
"""
HOLDS = """person,path,case,reason,by,since,until
J. de Vries,,,geschil,P. de Boer,2024-01-01,
,,Z-2024-0117,onderzoek,P. de Boer,2024-01-01,2025-01-01
"""
ROWS = """naam,telefoon,datum gesprek,notitie,opdrachtgever
Jan de Vries,06-12345678,2024-01-31,Klant belde over zijn factuur,Noord Energie
Piet Bakker,06-12345679,2026-11-01,Klant belde over een storing,Noord Energie
Klaas Smit,06-12345670,2024-01-31,"Klant belde, zie Z-2024-0117",Zuid Verzekeringen
Maria Visser,06-12345671,2024-01-31,Klant belde terug,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "pii-scan.toml": CONFIG, "contracts.csv": CONTRACTS, "holds.csv": HOLDS,
        "share/gesprekken.csv": ROWS, "share/hr/bedrijfsarts/Jan Jansen.txt": "bsn 999990019",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def report(run: Run, folder: Path, *more: str, **how: Any) -> tuple[str, list[dict[str, Any]]]:
    done = run(
        "scan", "share", "--config", "pii-scan.toml", "--store", "s.db", "--workers", "1",
        "--today", "2026-11-26", *more, cwd=folder, **how,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = run("report", "--store", "s.db", "--format", "jsonl", cwd=folder).stdout.splitlines()
    return done.stdout, [json.loads(line) for line in lines]


def test_rows_contracts_holds_and_zones(run: Run, folder: Path) -> None:
    shown, lines = report(run, folder)
    items = {line["uri"]: line for line in lines[:-1]}
    assert set(items) == {"share/gesprekken.csv", "share/hr/bedrijfsarts/protected zone 1"}
    zone = items["share/hr/bedrijfsarts/protected zone 1"]
    assert (zone["status"], zone["reason"], zone["size"]) == ("skipped", "protected zone", 0)
    rows = {one["where"]: one for one in items["share/gesprekken.csv"]["retention"]}
    assert {place: (one["rule"], one["verdict"]) for place, one in rows.items()} == {
        "row 2": ("contract-1", "on_hold"),
        "row 3": ("contract-1", "within"),
        "row 4": ("contract-2", "within"),
        "row 5": ("contract-1", "overdue"),
    }
    assert "Zonder bevriezing: over termijn" in rows["row 2"]["assumptions"][0]
    assert "De bevriezing is afgelopen" in rows["row 4"]["assumptions"][0]
    assert "Holds      1 in force, 1 past their end" in shown
    assert "holds.csv, line 3 ended on 2025-01-01" in shown
    kept = b"".join(path.read_bytes() for path in folder.glob("s.db*"))
    assert not [name for name in (b"Jansen", b"de Vries") if name in kept or name in shown.encode()]


def test_rows_of_two_opdrachtgevers_are_not_linked(run: Run, folder: Path) -> None:
    same = "Jan de Vries,06-12345678,2024-01-31,Klant belde"
    text = f"naam,telefoon,datum gesprek,notitie,opdrachtgever\n{same},Noord Energie\n"
    text += f"{same},Zuid Verzekeringen\n{same},Noord Energie\n"
    (folder / "share" / "gesprekken.csv").write_text(text)
    _, lines = report(run, folder)
    (item,) = (line for line in lines if line.get("uri") == "share/gesprekken.csv")
    phones = [
        it["fingerprints"]["value"]
        for it in item["findings"]
        if it["entity_type"] == "PHONE_NUMBER"
    ]
    assert len(phones) == 3
    assert phones[0] == phones[2] != phones[1]


def test_a_mailbox_needs_a_ground_which_is_kept_with_the_scan(run: Run, folder: Path) -> None:
    config = folder / "pii-scan.toml"
    scope = '[[scope]]\npath = "post/*"\nkind = "mailbox"\n'
    config.write_text(CONFIG + scope)
    done = run("scan", "share", "--config", config, "--store", "s.db", cwd=folder)
    assert done.returncode == 2
    assert "scope post/* is of kind mailbox: write down why it may be searched" in done.stderr
    config.write_text(f'{CONFIG}{scope}ground = "onderzoek 2026-14, akkoord FG"\n')
    _, lines = report(run, folder)
    assert lines[-1]["scan"]["grounds"] == ["mailbox post/*: onderzoek 2026-14, akkoord FG"]


def test_several_registers(run: Run, folder: Path) -> None:
    heading = "subject,key,event,date,consent\n"
    (folder / "share" / "dossier.txt").write_text(
        "Personeelsdossier\nJ. Bakker (P10482), bsn 999990019\n"
    )
    (folder / "a.csv").write_text(heading + "J. Bakker,P10482,uitdiensttreding,2020-01-01,\n")
    (folder / "b.csv").write_text(heading + ",P10482,toestemming_gegeven,2021-01-01,ja\n")
    _, lines = report(run, folder, "--events", "a.csv", "--events", "b.csv")
    (item,) = (line for line in lines if line.get("uri") == "share/dossier.txt")
    assert (item["reference_date"], item["reference_source"]) == ("2020-01-01", "register")
