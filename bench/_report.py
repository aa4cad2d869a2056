"""Tables of measurements, on the screen and in docs/benchmarks.md."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_INTRODUCTION = """# Benchmarks

What was measured, on which machine, with which command. Each part is written by its own command
(`--write`) and replaced by the next run; texts are generated from a seed, so that anybody can
repeat it. Rounds are interleaved and medians are shown; on a shared machine the ratios count.
"""


def machine() -> str:
    """Describe where this runs."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in _lines("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.processor() or platform.machine(),
    )
    kilobytes = next((int(line.split()[1]) for line in _lines("/proc/meminfo")), 0)
    memory = f", {kilobytes / 1_048_576:.0f} GiB" if kilobytes else ""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    python = platform.python_version()
    return f"{model}, {os.cpu_count()} cores{memory}{load}; {platform.system()}, Python {python}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a markdown table; numbers stand to the right."""
    marks = ["---", *("---:" for _ in heading[1:])]
    lines = [f"| {' | '.join(cells)} |" for cells in (heading, marks, *rows)]
    return "\n".join(lines)


def figure(value: float | None) -> str:
    """Return a number in three digits; a dash for none.

    >>> figure(0.01234), figure(123.4), figure(None)
    ('0.0123', '123', '-')
    """
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def finish(title: str, body: str, *, write: bool) -> None:
    """Show a part, and put it in the page when asked."""
    arguments = [one.name if (one := Path(each)).exists() else each for each in sys.argv[1:]]
    command = " ".join([f"bench/{Path(sys.argv[0]).name}", *arguments])
    today = datetime.now(UTC).date().isoformat()
    part = f"{body}\n\n{today}, `{command}`. {machine()}.\n"
    click.echo(f"\n{title}\n\n{part}")
    if write:
        old = PAGE.read_text("utf-8") if PAGE.exists() else _INTRODUCTION
        PAGE.write_text(with_part(old, title, part), "utf-8")
        click.echo(f"written to {PAGE}", err=True)


def with_part(page: str, title: str, part: str) -> str:
    """Return a page with the part of that title in place of the one it has, or at its end."""
    text = f"## {title}\n\n{part}"
    found = re.search(rf"(?ms)^## {re.escape(title)}\n.*?(?=^## |\Z)", page)
    if found is None:
        return f"{page.rstrip()}\n\n{text}"
    rest = page[found.end() :]
    return page[: found.start()] + text + (f"\n{rest}" if rest else "")


def ripgrep() -> str | None:
    """Return where ripgrep is, or say that it is not there."""
    path = shutil.which("rg")
    if path is None:
        click.echo("ripgrep (rg) is not installed: its rows are left out", err=True)
    return path
