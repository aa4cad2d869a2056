"""What is installed is what is in the checkout, and it starts."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "pii_scan": "pii_scan",
    "recognizers/pii_scan_nl": "pii_scan_nl",
    "rules": "pii_scan/rules",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def test_the_wheel_holds_the_three_folders_and_nothing_else(wheel: Path) -> None:
    expected = {
        f"{place}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, place in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_the_installed_command_starts_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(sys.executable, "-m", "venv", "--without-pip", "fresh")
    python = str(tmp_path / "fresh/bin/python")
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--quiet")
    run(*install, "--no-index", str(wheel))
    # Dependencies are those of this environment; only the package itself is the installed one.
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    where = run(python, "-c", "import pii_scan; print(pii_scan.__file__)")
    assert where.startswith(str(tmp_path))
    command = str(tmp_path / "fresh/bin/pii-scan")
    assert run(command, "--version").startswith("pii-scan, version ")
    assert "Commands:" in run(command, "--help")
    assert "Commands:" in run(python, "-m", "pii_scan", "--help")
