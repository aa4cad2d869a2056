"""The tables of the store.

Everything below a scan is keyed by (scan, item, ordinal). The program does the numbering, so that
rows go in by the batch without asking the database for ids.

An item is kept once for as long as it stays the same: `scan_id` is the first scan that it held for
and `last_scan` the last. Scans of the same places are a series; one says "as it was" by writing
nothing. Judgements and broken promises have an interval of their own, since a day or a policy
changes them alone.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    false,
    text,
)

from pii_scan.store._types import (
    Counts,
    Held,
    HexBytes,
    Moment,
    PackedRows,
    PackedSections,
    PathBytes,
    SafeText,
    Strings,
    Suppressions,
)

metadata = MetaData()


def _part(name: str, *columns: Column[object] | Index) -> Table:
    """Make a table of numbered things of an item, stored in the order of its key."""
    return Table(
        name,
        metadata,
        Column("scan_id", Integer, primary_key=True, autoincrement=False),
        Column("item", Integer, primary_key=True, autoincrement=False),
        Column("ordinal", Integer, primary_key=True, autoincrement=False),
        *columns,
        ForeignKeyConstraint(["scan_id", "item"], ["items.scan_id", "items.item"]),
        sqlite_with_rowid=False,
    )


def _judged(name: str, *columns: Column[object]) -> Table:
    """Make a table of what a scan said of an item, which may be said otherwise by a later one."""
    return Table(
        name,
        metadata,
        Column("scan_id", Integer, primary_key=True, autoincrement=False),
        Column("item", Integer, primary_key=True, autoincrement=False),
        Column("judged", Integer, primary_key=True, autoincrement=False),
        Column("ordinal", Integer, primary_key=True, autoincrement=False),
        # The last scan that it held for; NULL as long as it does.
        Column("last_scan", Integer),
        *columns,
        ForeignKeyConstraint(["scan_id", "item"], ["items.scan_id", "items.item"]),
        sqlite_with_rowid=False,
    )


scans = Table(
    "scans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("targets", Strings, nullable=False),
    Column("started", Moment, nullable=False),
    Column("finished", Moment),
    Column("today", Date, nullable=False),
    Column("policy", SafeText, nullable=False),
    Column("tool_version", SafeText, nullable=False),
    Column("config_digest", SafeText, nullable=False),
    Column("operator", SafeText, nullable=False),
    Column("suppressions", Suppressions, nullable=False, server_default="[]"),
    Column("grounds", Strings, nullable=False, server_default="[]"),
    Column("detection_digest", SafeText, nullable=False, server_default=""),
    Column("policy_digest", SafeText, nullable=False, server_default=""),
    Column("key_id", SafeText),
    Column("series", Integer, nullable=False, server_default="0"),
    Column("is_full", Boolean, nullable=False, server_default=false()),
    # What places it is of, for the next scan of them; NULL: nothing is carried over from it.
    Column("places", SafeText),
    Column("purged", Moment),
    Index("scans_by_places", "places"),
)

items = Table(
    "items",
    metadata,
    Column("scan_id", Integer, ForeignKey("scans.id"), primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    # Collation "C" makes the order that of code points, as Python and SQLite have it.
    Column("uri", SafeText().with_variant(SafeText(collation="C"), "postgresql"), nullable=False),
    Column("locator", PathBytes, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("modified", Moment),
    Column("version", SafeText),
    Column("status", SafeText, nullable=False),
    Column("stage", SafeText, nullable=False),
    Column("reason", SafeText),
    Column("media_type", SafeText),
    Column("digest", SafeText),
    Column("doc_type", SafeText),
    Column("subject_groups", Strings, nullable=False),
    Column("controller", SafeText),
    Column("role", SafeText, nullable=False),
    Column("level", SafeText),
    Column("reference_trigger", SafeText),
    Column("reference_date", Date),
    Column("reference_source", SafeText),
    Column("reference_place", SafeText),
    Column("suppressed", Counts, nullable=False, server_default="[]"),
    Column("profile", SafeText),
    Column("contents", Held),
    Column("owner", SafeText),
    Column("access", SafeText),
    Column("within", SafeText),
    Column("consent", SafeText, nullable=False, server_default="unknown"),
    Column("rows", PackedRows),
    Column("sections", PackedSections),
    Column("holds", Strings, nullable=False, server_default="[]"),
    Column("findings", Integer, nullable=False, server_default="0"),
    Column("series", Integer, nullable=False, server_default="0"),
    # The last scan that it held for; NULL as long as it does.
    Column("last_scan", Integer),
    Column("stamp", BigInteger),
    Index("items_by_uri", "series", "uri", "scan_id", unique=True),
    Index("items_by_digest", "digest"),
    # Few have ended: what changed between two scans is found without a pass over what did not.
    Index(
        "items_ended",
        "series",
        "last_scan",
        sqlite_where=text("last_scan IS NOT NULL"),
        postgresql_where=text("last_scan IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

findings = _part(
    "findings",
    Column("entity", SafeText, nullable=False),
    Column("category", SafeText, nullable=False),
    Column("level", SafeText, nullable=False),
    Column("place", SafeText, nullable=False),
    Column("score", Double, nullable=False),
    Column("masked", SafeText, nullable=False),
    Column("row_number", Integer),
    Column("person_role", SafeText),
    Column("role_reasons", Counts),
    Index("findings_by_row", "scan_id", "item", "row_number"),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("scan_id", Integer, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("finding", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("kind", SafeText, nullable=False),
    Column("digest", HexBytes, nullable=False),
    ForeignKeyConstraint(
        ["scan_id", "item", "finding"], ["findings.scan_id", "findings.item", "findings.ordinal"]
    ),
    Index("fingerprints_by_digest", "digest", "scan_id"),
    sqlite_with_rowid=False,
)

evidence = _part(
    "evidence",
    Column("trigger", SafeText, nullable=False),
    Column("date", Date, nullable=False),
    Column("source", SafeText, nullable=False),
    Column("place", SafeText, nullable=False),
)

judgements = _judged(
    "judgements",
    Column("policy", SafeText, nullable=False),
    Column("rule", SafeText),
    Column("place", SafeText, nullable=False),
    Column("verdict", SafeText, nullable=False),
    Column("trigger", SafeText),
    Column("reference_date", Date),
    Column("reference_source", SafeText),
    Column("keep_until", Date),
    Column("must_keep_until", Date),
    Column("action", SafeText),
    Column("assumptions", Strings, nullable=False),
)

breaches = _judged(
    "breaches",
    *(
        Column[object](name, SafeText, nullable=False)
        for name in ("policy", "promise", "kind", "title", "clause", "outcome", "place", "reason")
    ),
)

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("time", SafeText, nullable=False),
    Column("operator", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    Column("data", SafeText, nullable=False),
    Column("previous", SafeText, nullable=False),
    Column("hash", SafeText, nullable=False),
    Column("key_id", SafeText),
    Column("signature", SafeText),
)
"""Entries are added, never changed; the time is text, so that what was hashed is what is kept."""

JUDGED = (judgements, breaches)
cases = Table(
    "cases",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("number", SafeText, nullable=False),
    Column("key_id", SafeText, nullable=False),
    # Encrypted by whoever has the key; the store cannot read it.
    Column("sealed", LargeBinary, nullable=False),
    # Last day on which a closed case may be there.
    Column("kept_until", Date),
    Index("cases_by_number", "number", unique=True),
)

IN_ORDER = (items, findings, fingerprints, evidence, *JUDGED)
"""The tables below a scan, each after the one that it points at."""
