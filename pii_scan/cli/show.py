"""`pii-scan show`: open an item once more, and show where a finding stands and why it scored so."""

from __future__ import annotations

import getpass
import json
import resource
from dataclasses import asdict

import click

from pii_scan.errors import ConfigError

EXAMPLES = """Examples:

\b
  pii-scan show share/hr/verslag.docx --entity NL_BSN
\b
  pii-scan show share/hr/lijst.csv --entity PERSON --where 'row 12' --show-values

Writes a JSON line for each finding: the text around it masked, and what raised and lowered its
score, in log-odds. With --show-values the value itself is in clear, which is written in the log.
"""


@click.command("show", epilog=EXAMPLES)
@click.argument("uri", metavar="ADDRESS")
@click.option("--entity", required=True, help="What was found: NL_BSN, PERSON …")
@click.option("--where", metavar="PLACE", help="Only there: 'page 3', 'row 12'.")
@click.option("--show-values", is_flag=True, help="Show the value itself; this is logged.")
@click.option("--by", metavar="NAME", help="Who asks; default: this account.")
@click.option("--store", "url", metavar="URL", help="Database; default: as for scan.")
@click.option("--scan", "scan_id", type=int, help="Number of the scan; default: the newest.")
@click.option("--config", metavar="FILE", help="Settings; default: the user's pii-scan.toml.")
def command(
    uri: str,
    entity: str,
    where: str | None,
    show_values: bool,
    by: str | None,
    url: str | None,
    scan_id: int | None,
    config: str | None,
) -> None:
    """Show where a finding stands in an item, the text around it masked, and why it scored so."""
    from pii_scan.config.keys import signing_key
    from pii_scan.config.settings import load_settings
    from pii_scan.desk.showing import sights
    from pii_scan.engines.local import MEMORY_BYTES
    from pii_scan.store import Store, default_url

    with Store.open(url or default_url(), must_exist=True) as store:
        scan = store.scan(scan_id)
        result = store.result(scan.id, uri)
        if result is None:
            raise ConfigError("the scan has no such item: name it as the report does")
        if show_values:
            # Before anything is seen: what cannot be logged is not shown.
            told = {"uri": uri, "entity": entity, "where": where, "scan": scan.id}
            store.record("value.shown", by or getpass.getuser(), told, signing_key())
    # The file is hostile: a reader that wants more than a worker of a scan gets ends by itself.
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, most))
    settings = load_settings(config)
    for sight in sights(result.item, settings, entity, where, is_clear=show_values):
        click.echo(json.dumps(asdict(sight), ensure_ascii=True))
