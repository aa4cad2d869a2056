"""The rule files that classify goes by: what is shipped holds together, what is wrong is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pii_scan.classify.knowledge import LEVELS
from pii_scan.config._rules import rules_dir
from pii_scan.config.categories import load_categories
from pii_scan.config.doctypes import load_doctypes
from pii_scan.config.organisations import load_organisations
from pii_scan.errors import ConfigError


def test_the_taxonomy_is_whole() -> None:
    categories = load_categories()
    assert len(categories.by_id) == 35
    assert set(categories.meanings) == set(LEVELS)
    secret = {"B01", "B02", "C01", "G02", "G03", "G04", *(f"S0{n}" for n in range(1, 9))}
    assert all(categories.by_id[name].level == "Geheim" for name in secret)
    assert categories.by_id["O01"].level == "Openbaar"
    assert all(item.labels and item.legal for item in categories.by_id.values())


@pytest.mark.parametrize(
    ("entity", "category"),
    [("PERSON", "N01"), ("HEALTH", "S07"), ("CRIMINAL", "C01"), ("NL_BSN", "B01"), ("X", "N06")],
)
def test_an_entity_has_a_category(entity: str, category: str) -> None:
    assert load_categories().of(entity).id == category


BROKEN: list[tuple[Callable[[Path], object], str, str, str, str]] = [
    (load_categories, "categories.toml", 'level = "Geheim"', 'level = "Top"', "level"),
    (load_categories, "categories.toml", "biv = [1, 2, 2]", "biv = [1, 2, 9]", "biv"),
    (load_categories, "categories.toml", 'HEALTH = "S07"', 'HEALTH = "S99"', "S99"),
    (load_categories, "categories.toml", 'id = "N02"', 'id = "N01"', "twice"),
    (load_categories, "categories.toml", "subjects = 50", "subjects = 50\nsubject = 3", "subject"),
    (load_categories, "categories.toml", "subjects = 50", "subjects =", "TOML"),
    (load_doctypes, "doctypes.toml", 'fallback_type = "overig"', 'fallback_type = "x"', "x"),
    (load_doctypes, "doctypes.toml", 'fallback_group = "onbekend"', 'fallback_group = "y"', "y"),
    (load_doctypes, "doctypes.toml", '"linkedin",', '"linkedin", "linkedin",', "linkedin"),
    (load_doctypes, "doctypes.toml", "[cue.mrz]", "[cue.mrx]", "mrz"),
    (load_doctypes, "doctypes.toml", "pattern = '", "pattern = '(", "regular expression"),
    (load_doctypes, "doctypes.toml", "line = '", "line = '(", "regular expression"),
    (load_doctypes, "doctypes.toml", "pattern = '\\?'\n", "", "a cue needs words"),
    (load_doctypes, "doctypes.toml", "weak = 0.5\n", "", "weak"),
    (load_organisations, "organisations.toml", "'14\\d{3,4}'", "'14('", "regular"),
    (load_organisations, "organisations.toml", "statement_terms = 4", "", "statement_terms"),
]


@pytest.mark.parametrize(("load", "name", "old", "new", "says"), BROKEN)
def test_a_broken_file_is_one_line_that_names_file_and_place(
    load: Callable[[Path], object], name: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    text = (rules_dir() / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    assert name in message
    assert says in message


def test_a_missing_file_is_a_setting_that_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"categories\.toml"):
        load_categories(tmp_path)
