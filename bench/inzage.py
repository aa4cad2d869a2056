"""Whether a person's places are all found, and nobody else's.

    PYTHONPATH=.:recognizers python bench/inzage.py [--documents 5000] [--subjects 50] [--write]

The share of bench/inzage_share.py is scanned by the program as a user runs it; each request is then
worked out on the inventory and its places held against the truth.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click

from bench._report import figure, finish, table
from bench.inzage_share import TODAY, Person, Share, bare, make, secrets
from pii_scan import plugins
from pii_scan.config.keys import BYTES, derive
from pii_scan.config.organisations import load_organisations
from pii_scan.detect import detect
from pii_scan.detect.engine import Engine
from pii_scan.inzage.places import Place, linked, places
from pii_scan.inzage.request import parse
from pii_scan.inzage.subject import subject
from pii_scan.model import Recognizer
from pii_scan.store import Store

KEY = bytes(range(BYTES))

_NOTE = """A place is a row, a message, a note, a chat or a letter. *Found*: of all places about the
person or naming them, those found in any class. *In the answer*: of the places about the person
that can be told from (they hold more than a name, or than a name and an address that father and son
have both), those found as zeker or waarschijnlijk, which go into the answer without a person's
decision. *Right*: of those found as zeker or waarschijnlijk, the ones about the person or
naming them. Times are of finding and linking, the medians and the largest over the requests."""


@dataclass
class Outcome:
    """What was found of one sort of person."""

    requests: int = 0
    about: int = 0
    found: int = 0
    telling: int = 0
    answered: int = 0
    in_answer: int = 0
    right: int = 0
    seconds: list[float] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: "Outcome") -> "Outcome":
        """Take in the outcome of another request."""
        for name in ("requests", "about", "found", "telling", "answered", "in_answer", "right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds += other.seconds
        self.missed += other.missed
        self.wrong += other.wrong
        return self


def scanned(folder: Path) -> str:
    """Scan the share below a folder with the program and return where the inventory is."""
    (folder / "keys").mkdir(mode=0o700)
    key = folder / "keys" / "fingerprint.key"
    key.write_text(KEY.hex() + "\n", "ascii")
    key.chmod(0o600)
    url = str(folder / "inventory.db")
    command = ["scan", "share", "--store", url, "--today", TODAY.isoformat()]
    done = _program(folder, [*command, "--policy", "quality-contacts", "--workers", "1"])
    if done.returncode not in (0, 3):
        raise click.ClickException(done.stderr.decode()[-2000:])
    return url


def searcher(url: str) -> Callable[[dict[str, object]], list[Place]]:
    """Return what gives the places of a request in the newest scan of a store."""
    recognizers = {it.entity: it for it in plugins.load("pii_scan_nl", "RECOGNIZER", Recognizer)}
    finds = partial(detect, engine=Engine(tuple(recognizers.values())), min_score=0.3)
    key = derive(KEY, "fingerprint", None)
    cues = load_organisations()

    def search(stated: dict[str, object]) -> list[Place]:
        case = parse(json.dumps(stated), recognizers, TODAY)
        with Store.open(url, must_exist=True) as store:
            scan = store.scan()
            person = linked(store, scan.id, subject(case, recognizers, key, finds, cues=cues))
            return list(places(store, scan.id, person))

    return search


def measured(share: Share, url: str) -> Iterator[tuple[Person, Outcome]]:
    """Work out every request on the inventory."""
    search = searcher(url)
    for whose, stated in share.requests:
        began = time.perf_counter()
        outcome = compare(share, whose, search(stated))
        outcome.seconds.append(time.perf_counter() - began)
        yield whose, outcome


def compare(share: Share, whose: Person, found: Iterable[Place]) -> Outcome:
    """Hold the places that were found of a person against the truth."""
    truth = share.truth
    about = {place for place, ids in truth.about.items() if whose.id in ids}
    mentions = {place for place, ids in truth.mentions.items() if whose.id in ids} - about
    # A small document is one place, wherever in it the things stand.
    at = {_place(one): one.match for one in found}
    answered = {place for place, match in at.items() if match != "mogelijk"}
    telling = about - truth.untold
    outcome = Outcome(
        requests=1,
        about=len(about | mentions),
        found=len((about | mentions) & at.keys()),
        telling=len(telling),
        answered=len(telling & answered),
        in_answer=len(answered),
        right=len(answered & (about | mentions)),
    )
    for uri, where in telling - answered:
        outcome.missed[f"{uri.split('/')[1]} {at.get((uri, where), 'not found')}"] += 1
    for uri, _ in answered - about - mentions:
        outcome.wrong[uri.split("/")[1]] += 1
    return outcome


def _place(one: Place) -> tuple[str, str]:
    return one.result.item.uri, one.where if one.row is not None else ""


def leaks(folder: Path, share: Share, whose: Person) -> Counter[str]:
    """Return how many identifiers of others can be read in the files of an answer, by sort."""
    text = bare(" ".join(_texts(folder)))
    return Counter(sort for sort, value in set(secrets(share.people, whose)) if value in text)


def _texts(folder: Path) -> Iterator[str]:
    """Yield the text of every part of every file, as stored and as a reader shows it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _parts(path.name, path.read_bytes())


def _parts(name: str, data: bytes) -> Iterator[str]:
    yield name
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                yield from _parts(part, archive.read(part))
    elif name.endswith(".pdf"):
        import pdfplumber

        with pdfplumber.open(io.BytesIO(data)) as pages:
            yield json.dumps(pages.metadata, default=str)
            yield from (page.extract_text() for page in pages.pages)
    else:
        text = data.decode("utf-8", "replace")
        yield text
        if name.endswith((".xml", ".rels")):
            # A name may be cut up by the marks of its formatting.
            yield re.sub(r"<[^>]*>", "", text)


@dataclass
class Exports:
    """What came of answers that were written."""

    answers: int = 0
    held: int = 0
    """Not released: a person has to decide on a text first."""
    places: int = 0
    leaked: Counter[str] = field(default_factory=Counter)
    """Identifiers of others that can be read, by sort; in drafts that are held up too."""


def exported(folder: Path, share: Share, url: str, count: int) -> Exports:
    """Write the answers to the first requests with the program, and search them for others."""
    told = Exports()
    shutil.rmtree(folder / "answers", ignore_errors=True)
    for number, (whose, stated) in enumerate(share.requests[:count]):
        output = folder / "answers" / str(number)
        request = folder / "verzoek.json"
        request.write_text(json.dumps(stated), "utf-8")
        command = ["inzage", "--request", str(request), "--store", url, "--output", str(output)]
        done = _program(folder, [*command, "--today", TODAY.isoformat()])
        if done.returncode not in (0, 1, 3):
            raise click.ClickException(done.stderr.decode()[-2000:])
        is_held = done.returncode == 1
        copy = output / ("concept" if is_held else ".") / "subject.json"
        told.answers += 1
        told.held += is_held
        told.places += len(json.loads(copy.read_text("utf-8"))["places"])
        told.leaked += leaks(output, share, whose)
    return told


def _program(folder: Path, arguments: list[str]) -> "subprocess.CompletedProcess[bytes]":
    """Run the program with the key of the folder."""
    environment = os.environ | {"PII_SCAN_KEY_FILE": str(folder / "keys" / "fingerprint.key")}
    environment["PYTHONPATH"] = os.pathsep.join(
        str(Path(path).absolute()) for path in (".", "recognizers")
    )
    command = [sys.executable, "-m", "pii_scan", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603


def line(name: str, one: Outcome) -> tuple[str, ...]:
    """Return a row of the table."""
    return (
        name,
        str(one.requests),
        f"{one.about:,}",
        _share_of(one.found, one.about),
        _share_of(one.answered, one.telling),
        _share_of(one.right, one.in_answer),
        figure(sorted(one.seconds)[len(one.seconds) // 2]),
        figure(max(one.seconds)),
    )


def _share_of(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "-"


@click.command(help=__doc__)
@click.option("--documents", default=5_000, show_default=True)
@click.option("--subjects", default=50, show_default=True)
@click.option("--seed", default=8, show_default=True)
@click.option("--exports", default=10, show_default=True, help="Answers that are written.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder to keep, or to use again.")
@click.option("--write", is_flag=True, help="Put the result in docs/benchmarks.md.")
def main(
    documents: int, subjects: int, seed: int, exports: int, keep: Path | None, write: bool
) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = keep or Path(name)
        url = folder / "inventory.db"
        folder.mkdir(parents=True, exist_ok=True)
        share = make(folder, documents, subjects, seed)
        by_kind: dict[str, Outcome] = {}
        whole = Outcome()
        store = str(url) if url.exists() else scanned(folder)
        written = exported(folder.absolute(), share, store, exports)
        for whose, outcome in measured(share, store):
            by_kind.setdefault(whose.kind, Outcome()).__iadd__(outcome)
            whole += outcome
    heading = [
        "who asks",
        "requests",
        "places",
        "found",
        "in the answer",
        "right",
        "s",
        "s at most",
    ]
    lines = [line(kind, one) for kind, one in sorted(by_kind.items())]
    for told, counted in (("missed", whole.missed), ("wrong", whole.wrong)):
        click.echo(f"{told}: {dict(counted.most_common(12))}", err=True)
    body = table(heading, [*lines, line("all", whole)])
    told = f"{share.truth.documents:,} documents, {len(share.people):,} people."
    others = (
        f"Of {written.answers} answers, with {written.places:,} places copied, all files were "
        f"taken apart to their last part and searched for everybody else's identifiers: "
        f"{written.leaked.total() or 'none'} found. {written.held} were held up, with a draft "
        "that was searched as well, until a person decides on a text that may be somebody else's."
    )
    click.echo(f"leaked: {dict(written.leaked)}", err=True)
    finish("Finding a person", f"{told}\n\n{body}\n\n{_NOTE}\n\n{others}", write=write)


if __name__ == "__main__":
    main()
