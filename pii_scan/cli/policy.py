"""`pii-scan policy`: make a policy pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pii_scan.errors import ConfigError, ExtractError

if TYPE_CHECKING:
    from pii_scan.drafting import Draft

DRAFT_EXAMPLES = """Examples:

\b
  pii-scan policy draft privacyverklaring.pdf
\b
  pii-scan policy draft privacyverklaring.docx --output packs/onze-organisatie.toml
  pii-scan retention explain --policy packs/onze-organisatie.toml \\
    --subject-group sollicitant --doc-type sollicitatie \\
    --event einde_vacature=2021-03-14 --consent no --today 2021-04-12
"""


@click.group("policy")
def command() -> None:
    """Draft a policy pack from a privacy statement."""


@command.command("draft", epilog=DRAFT_EXAMPLES)
@click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pack to a new file; an existing one is left alone.",
)
def draft_command(statement: Path, output: Path | None) -> None:
    """Draft a pack from a privacy STATEMENT (txt, html, pdf, docx …) for a person to finish.

    Each rule says where it was read, how sure the reading is and what is still open, and is not
    confirmed: it gives at most "possibly overdue".
    """
    from pii_scan.config.drafting import load_language
    from pii_scan.drafting import toml

    language = load_language()
    if output is not None and output.exists():
        raise ConfigError(f"{output} exists; give another name, so that no work is lost")
    text = toml(_drafted(statement), language)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"wrote {output}", err=True)


def _drafted(statement: Path) -> Draft:
    from pii_scan import extract
    from pii_scan.config.drafting import load_language
    from pii_scan.drafting import draft

    try:
        with statement.open("rb") as stream:
            extractor = extract.extractor_for(extract.media_type(stream, statement.name))
            if extractor is None:
                raise ConfigError(f"{statement}: no reader for this type; see pii-scan formats")
            return draft(extract.extract(stream, extractor), load_language(), statement.stem)
    except ExtractError as error:
        raise ConfigError(f"{statement}: cannot be read ({error.reason})") from None
