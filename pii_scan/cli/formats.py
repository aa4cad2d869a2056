"""`pii-scan formats`: which files are read, and what this machine lacks to read them all."""

import json

import click

EXAMPLES = """Examples:

\b
  pii-scan formats
\b
  pii-scan formats --json | jq 'map(select(.missing)) | map(.format)'
"""


@click.command("formats", epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(as_json: bool) -> None:
    """Say which kinds of files are read, and what to install to read more."""
    from pii_scan.extract import formats

    known = [(name, one) for name, one in sorted(formats().items()) if one.suffixes]
    if as_json:
        rows = [
            {
                "format": name,
                "suffixes": one.suffixes,
                "media_types": one.media_types,
                "missing": one.missing(),
            }
            for name, one in known
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(name) for name, _ in known)
    for name, one in known:
        missing = one.missing()
        click.echo(f"{name:{width}}  {' '.join(one.suffixes)}".rstrip())
        if missing:
            click.secho(f"{'':{width}}  {missing}", fg="yellow")
    click.echo("\nContent decides what a file is; its suffix only where the content does not tell.")
