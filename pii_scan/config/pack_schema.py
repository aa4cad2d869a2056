"""The JSON schema of a policy pack, with the words of the vocabulary in it."""

from typing import Any

from pii_scan.config._pack import PackFile
from pii_scan.config._reading import records
from pii_scan.config.vocabulary import load_vocabulary


def pack_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a TOML pack read as JSON, dates as ISO strings."""
    schema = PackFile.model_json_schema()
    vocabulary = load_vocabulary()
    groups = ["*", *vocabulary.subject_groups]
    for name in ("RuleEntry", "ProcessingEntry"):
        fields = schema["$defs"][name]["properties"]
        _limit(fields["subject_group"], groups)
        _limit(fields["doc_type"], list(vocabulary.doc_types))
    record = schema["$defs"]["RuleEntry"]["properties"]["record"]
    record["anyOf"][0]["enum"] = list(records())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _limit(field: dict[str, Any], words: list[str]) -> None:
    one, several = field["anyOf"]
    one["enum"] = words
    several["items"]["enum"] = words
