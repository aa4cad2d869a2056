"""What runs a scan: processes on this machine, or workers on others."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import click

from pii_scan import __version__
from pii_scan.config.in_use import digest_in_use
from pii_scan.engines.job import Job
from pii_scan.engines.local import run
from pii_scan.errors import ConfigError
from pii_scan.model import Item, Result
from pii_scan.scan import Plan, prepare

Run = Callable[[Iterable[Item | Result], Plan], Iterator[Result]]
"""Gives the results of what was met, by a plan."""


def machine(
    engine: str,
    scheduler: str | None,
    workers: int | None,
    timeout_seconds: float,
    max_rate: float | None,
) -> Run:
    """Return what runs a plan over items; `max_rate` is in MB a second.

    Raises:
        ConfigError: the engine that is asked for is not installed.
    """
    if (engine == "dask") != bool(scheduler):
        raise click.UsageError("--engine dask and --scheduler ADDRESS go together")
    if engine == "dask":
        if workers or max_rate:
            raise click.UsageError("--workers and --max-rate are of the local engine")
        try:
            from pii_scan.engines import dask
        except ImportError:
            raise ConfigError("--engine dask needs more: install pii-scan[dask]") from None

        def there(items: Iterable[Item | Result], plan: Plan) -> Iterator[Result]:
            alike = partial(_alike, plan)
            return dask.run(items, Job(prepare, plan), str(scheduler), timeout_seconds, alike)

        return there
    count = workers or os.cpu_count() or 1
    rate = max_rate * 1e6 / count if max_rate else None

    def here(items: Iterable[Item | Result], plan: Plan) -> Iterator[Result]:
        job = Job(prepare, replace(plan, bytes_per_second=rate), rate)
        return run(items, job, count, timeout_seconds)

    return here


def _alike(plan: Plan) -> str:
    """Return what two machines must agree on to find the same."""
    digest = digest_in_use(plan.settings, plan.policies, plan.suppressions)
    return f"{__version__} {digest}"
