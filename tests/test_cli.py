"""The root of the command line: what help costs, what errors end with, what gets logged."""

import importlib
import io
import logging
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pii_scan import cli
from pii_scan.errors import ConfigError, ExtractError

HEAVY = {
    "alembic",
    "docx",
    "hyperscan",
    "jinja2",
    "lxml",
    "numpy",
    "pandas",
    "pdfplumber",
    "phonenumbers",
    "presidio_analyzer",
    "pydantic",
    "pypdfium2",
    "rich",
    "spacy",
    "sqlalchemy",
}
VALUE = "999990019"


def run_with(monkeypatch: pytest.MonkeyPatch, callback: object, *options: str) -> Result:
    """Run the root with one command, `try`, that calls `callback`."""
    command = click.Command("try", callback=callback)  # type: ignore[arg-type]
    monkeypatch.setattr(cli.CommandTree, "get_command", lambda *_: command)
    return CliRunner().invoke(cli.main, [*options, "try"])


def raising(error: BaseException) -> object:
    def callback() -> None:
        raise error

    return callback


def test_the_table_of_commands_is_what_the_modules_say() -> None:
    modules = {
        info.name: importlib.import_module(f"pii_scan.cli.{info.name}").command
        for info in pkgutil.iter_modules(cli.__path__)
        if not info.name.startswith("_")
    }
    said = {name: command.get_short_help_str(limit=200) for name, command in modules.items()}
    assert said == cli.SUMMARIES
    assert {name: command.name for name, command in modules.items()} == {
        name: name for name in said
    }
    assert [name for name, summary in said.items() if not summary] == []


def test_help_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "pii_scan", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "click" in imported
    assert sorted(imported & HEAVY) == []
    for name in cli.SUMMARIES:
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError("no policy x; there are: y"), 2, "pii-scan: no policy x; there are: y\n"),
        (ExtractError("encrypted"), 2, "pii-scan: encrypted\n"),
        (click.FileError("x", "not there"), 2, "pii-scan: Could not open file 'x': not there\n"),
        (KeyboardInterrupt(), 130, "pii-scan: interrupted\n"),
        (click.Abort(), 130, "pii-scan: interrupted\n"),
        (click.exceptions.Exit(3), 3, ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_command_refuses_is_a_line_and_a_code(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    result = run_with(monkeypatch, raising(error))
    assert (result.exit_code, result.stderr, result.stdout) == (code, said, "")


@pytest.mark.parametrize("error", [ValueError(VALUE), OSError(5, VALUE), KeyError(VALUE)])
def test_a_bug_ends_with_a_code_of_its_own_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    result = run_with(monkeypatch, raising(error))
    assert result.exit_code == cli.BUG_EXIT
    assert type(error).__name__ in result.stderr
    assert "test_cli.py" in result.stderr
    assert VALUE not in result.output


def test_a_reader_that_goes_away_is_met_with_silence() -> None:
    program = (
        "import click\n"
        "from pii_scan import cli\n"
        "much = click.Command('much', callback=lambda: click.echo('x' * 1_000_000))\n"
        "cli.CommandTree.get_command = lambda *_: much\n"
        "cli.main(['much'])\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert isinstance(process.stdout, io.BufferedReader)
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == cli.PIPE_EXIT


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "WARNING pii_scan.walk: w\n"),
        (["-v"], "WARNING pii_scan.walk: w\nINFO pii_scan.walk: i\n"),
        (["-vv"], "WARNING pii_scan.walk: w\nINFO pii_scan.walk: i\nDEBUG pii_scan.walk: d\n"),
    ],
)
def test_only_our_own_records_reach_stderr(
    monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    def callback() -> None:
        log = logging.getLogger("pii_scan.walk")
        log.warning("w")
        log.info("i")
        log.debug("d")
        logging.getLogger("pdfminer.psparser").warning(VALUE)
        logging.getLogger("presidio-analyzer").error(VALUE)

    assert run_with(monkeypatch, callback, *options).stderr == said
    assert logging.getLogger("presidio-analyzer").level == logging.CRITICAL


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli.main, ["nope"])
    assert result.exit_code == 2
    assert "No such command 'nope'" in result.stderr


def test_help_names_the_exit_codes() -> None:
    assert "3 something could not be read in full" in " ".join(
        CliRunner().invoke(cli.main, ["--help"]).stdout.split()
    )


def test_the_version_is_that_of_the_package() -> None:
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    version = CliRunner().invoke(cli.main, ["--version"]).stdout.split()[-1]
    assert f'version = "{version}"' in text


def _commands(command: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(found, *path, name)
    if path:
        yield " ".join(path), command


def test_every_command_shows_examples_and_says_what_its_options_are() -> None:
    for path, command in _commands(cli.main):
        assert "xample" in command.get_help(click.Context(command)), path
        unsaid = [
            option.opts
            for option in command.params
            if isinstance(option, click.Option) and not option.hidden and not option.help
        ]
        assert not unsaid, path
