"""The promises of a pack as values, and what is wrong with them and with the data it names."""

from collections.abc import Iterator

from pii_scan.config._lines import Path
from pii_scan.config._pack import PackFile, PromiseEntry
from pii_scan.config.categories import load_categories
from pii_scan.config.exports import load_exports
from pii_scan.config.vocabulary import load_vocabulary
from pii_scan.model import Promise

Wrong = tuple[Path, str]
"""Where in the file, and what."""


def promise(entry: PromiseEntry, policy: str) -> Promise:
    """Return the value of an entry."""
    return Promise(
        id=entry.id,
        policy=policy,
        kind=entry.kind,
        title=entry.title,
        clause=entry.clause,
        source=entry.source,
        subject_groups=entry.subject_group,
        doc_types=entry.doc_type,
        profiles=entry.profile,
        folders=tuple(glob.lower() for glob in entry.folders),
        locations=entry.locations,
        controllers=entry.controllers,
        age=entry.age,
    )


def wrong_in_promises(pack: PackFile) -> Iterator[Wrong]:
    """Yield what is wrong with promises and named data: ids, and words that nobody knows."""
    vocabulary = load_vocabulary()
    profiles = {profile.id for profile in load_exports().profiles}
    ids = [entry.id for entry in pack.promise]
    for index, entry in enumerate(pack.promise):
        if entry.id in ids[:index]:
            yield ("promise", index, "id"), "the id is used twice"
        for name, given, known in (
            ("subject_group", entry.subject_group, vocabulary.subject_groups),
            ("doc_type", entry.doc_type, vocabulary.doc_types),
            ("profile", entry.profile, profiles),
        ):
            for word in given:
                if word not in known:
                    yield ("promise", index, name), f"unknown {name} {word!r}"
    for index, told in enumerate(pack.processing):
        for category in told.categories:
            if category not in load_categories().by_id:
                yield ("processing", index, "categories"), f"unknown category {category!r}"
