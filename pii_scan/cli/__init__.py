"""The command line: parse, call, print, exit code.

One file a command: `pii_scan/cli/report.py` holds `command`, the click command or group `report`.
"""

import errno
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import click

from pii_scan import __version__
from pii_scan.errors import PiiScanError

# Read when tldextract is imported, by Presidio: it would seek the network at the first e-mail
# address. Set here, before anything imports it, and passed on to worker processes.
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")

CONFIG_EXIT = 2
INTERRUPT_EXIT = 128 + 2  # as a shell shows SIGINT
PIPE_EXIT = 128 + 13  # SIGPIPE
BUG_EXIT = os.EX_SOFTWARE if hasattr(os, "EX_SOFTWARE") else 70

OWN_LOGGERS = ("pii_scan", "pii_scan_nl")

SUMMARIES = {
    "scan": "Find personal data in files and databases, judge its terms, and keep the result.",
    "report": "Write a report of a scan.",
    "diff": "Say what is new, gone, heavier, newly overdue or cleaned up between two scans.",
    "assign": "Set who deals with a group of findings, by when, and how far that is.",
    "canary": "Measure recall on a share of one's own: plant, score and remove made-up documents.",
    "sample": "Draw items without findings for a person to check, or read the answers.",
    "impact": "Say who and what is affected if folders or files leaked.",
    "inzage": "Answer a person's request: find their data, write the letter and the report.",
    "evidence": "Make a scan into evidence that an auditor can check, and check such a bundle.",
    "serve": "Serve the desk: a local page where findings become decisions.",
    "users": "Keep the accounts of the desk: names, roles and hashed passwords.",
    "decide": "Decide on what a scan says: which findings are right, a date, a kind of document.",
    "show": "Show where a finding stands in an item, the text around it masked, and why it scored "
    "so.",
    "dispose": "Take away what is over its term, by two people, and only that.",
    "suppress": "Keep the lists of findings that are judged not to be reported: why, by whom, how "
    "long.",
    "log": "Show and verify the log of what was done: scans, decisions, purges, keys.",
    "purge": "Remove scans, reports and bundles that are past the terms of the scanner itself.",
    "keys": "Tell which keys this installation has, and replace one.",
    "detect": "Find personal data in plain text (FILE or stdin) and write a JSON line for each "
    "text.",
    "classify": "Say what kind of document a file is, whose data it holds and from which day, and "
    "why.",
    "recognizers": "Say what is sought, how and after which source, and whether that works on this "
    "machine.",
    "formats": "Say which kinds of files are read, and what to install to read more.",
    "policy": "Show, check, question and draft packs of retention rules.",
    "retention": "Say what a retention policy makes of dates, with no file involved.",
}
"""Command -> its line in `pii-scan --help`, in the order shown. A table, so that help imports no
command; a test holds it equal to what the commands say of themselves."""


class CommandTree(click.Group):
    """The root: finds commands by name, imports one only to run it, and turns errors into codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of `SUMMARIES`."""
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, or return `None` when there is no such command."""
        if cmd_name not in SUMMARIES:
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name}")
        command: click.Command = module.command
        for part in command.commands.values() if isinstance(command, click.Group) else ():
            part.epilog = part.epilog or command.epilog  # a part's examples are among the group's
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it refuses is one line on stderr and an exit code."""
        with _exit_codes(ctx):
            value = super().invoke(ctx)
            sys.stdout.flush()
            return value


@contextmanager
def _exit_codes(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except PiiScanError as error:
        _stop(ctx, CONFIG_EXIT, str(error))
    except (KeyboardInterrupt, click.Abort):
        _stop(ctx, INTERRUPT_EXIT, "interrupted")
    except (click.exceptions.Exit, click.UsageError):
        raise
    except click.ClickException as error:
        # click would say 1, for a file that cannot be opened; here 1 means findings.
        _stop(ctx, CONFIG_EXIT, error.format_message())
    except OSError as error:
        if error.errno != errno.EPIPE:
            _crash(ctx, error)
        # The reader has gone (`| head`). What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        ctx.exit(PIPE_EXIT)
    except Exception as error:  # noqa: BLE001 - see _crash
        _crash(ctx, error)


def _stop(ctx: click.Context, code: int, message: str) -> None:
    click.echo(f"pii-scan: {message}", err=True)
    ctx.exit(code)


def _crash(ctx: click.Context, error: Exception) -> None:
    """End on a bug: not with 1, which means findings, nor with a message that may quote a file."""
    for frame in traceback.extract_tb(error.__traceback__):
        click.echo(f"  {frame.filename}:{frame.lineno} in {frame.name}", err=True)
    _stop(ctx, BUG_EXIT, f"internal error, {type(error).__name__}; please report the lines above")


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes our own records to whatever stderr is now; other libraries' may quote a file."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self.addFilter(lambda record: record.name.split(".")[0] in OWN_LOGGERS)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _log(verbose: int) -> None:
    root = logging.getLogger()
    if not any(isinstance(handler, _Stderr) for handler in root.handlers):
        root.addHandler(_Stderr())
    for name in OWN_LOGGERS:
        level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
        logging.getLogger(name).setLevel(level)
    # It can log matched text at ERROR, also to handlers that others add.
    logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)


@click.command(
    cls=CommandTree,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 complete, 1 findings at or above --fail-on, 2 could not start, "
    "3 something could not be read in full.",
)
@click.version_option(__version__, prog_name="pii-scan")
@click.option("-v", "--verbose", count=True, help="Say more on stderr; twice: everything.")
def main(verbose: int) -> None:
    """Find Dutch personal data, say whose it is and what is kept too long, and prove it."""
    _log(verbose)
