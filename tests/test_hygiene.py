"""What must hold of the repository as a whole, whoever adds to it."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
CODE = sorted(
    path
    for folder in ("pii_scan", "recognizers", "tests", "fixtures", "fuzz", "bench", "training")
    for path in (ROOT / folder).rglob("*.py")
)
MEGABYTE = 1_000_000

# Put together here, so that this file does not hold what it forbids.
REGISTRY_HOSTS = re.compile("|".join(("py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.org")))
UNFINISHED = re.compile("|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b")))


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def kept_files() -> list[Path]:
    """Return the files that git keeps, or all but the obvious in an unpacked release."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_registry_host() -> None:
    naming = [
        label(path)
        for path in kept_files()
        if REGISTRY_HOSTS.search(path.read_bytes().decode("latin-1"))
    ]
    assert naming == []


def test_no_file_is_large_or_made_by_a_tool() -> None:
    paths = kept_files()
    large = [path for path in paths if path.stat().st_size > 3 * MEGABYTE]
    weights = ROOT / "recognizers/pii_scan_nl/model"
    assert [label(path) for path in large if weights not in path.parents] == []
    assert sum(path.stat().st_size for path in paths if weights in path.parents) < 20 * MEGABYTE
    made = {"uv.lock", ".DS_Store", "Thumbs.db"}
    assert [label(path) for path in paths if path.name in made or path.suffix == ".pyc"] == []


def test_the_licence_is_the_one_that_the_package_states() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")[:200]


@pytest.mark.parametrize("path", CODE, ids=label)
def test_a_module_says_what_it_is_and_is_finished(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.parent.name != "tests":
        assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert UNFINISHED.search(text) is None


@pytest.mark.parametrize("path", LOCKS, ids=label)
def test_every_line_of_a_lock_has_a_version_and_hashes(path: Path) -> None:
    text = path.read_text("utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(pins) > 3
    assert [pin for pin in pins if not re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:", pin)] == []


def test_the_locks_hold_every_dependency_at_one_version() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)(?: \\)?$", path.read_text("utf-8"), re.MULTILINE))
        for path in LOCKS
    ]
    by_name = {path.name: lock for path, lock in zip(LOCKS, pins, strict=True)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[<>=!~ ;\[]", entry)[0].lower() for entry in project["dependencies"]}
    assert sorted(wanted - by_name["requirements.txt"].keys()) == []
    dev = by_name["requirements-dev.txt"]
    for lock in pins:
        assert {name: dev.get(name) for name in lock} == lock
