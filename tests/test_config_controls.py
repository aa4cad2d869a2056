"""The shipped controls, and what a table of controls may not be."""

import re
from pathlib import Path

import pytest

from pii_scan.config._rules import rules_dir
from pii_scan.config.controls import load_controls
from pii_scan.errors import ConfigError

NEW_IN_2022 = {"5.23", "8.10", "8.11", "8.12", "8.16"}
ANNEX = {"5": 37, "6": 8, "7": 14, "8": 34}
"""How many controls each theme of the 2022 edition has."""


def test_numbers_are_those_of_the_two_editions() -> None:
    norm = load_controls()
    for one in norm.controls:
        theme, number = one.id.split(".")
        if one.kind == "clause":
            assert theme in {"9", "10"}
            continue
        assert 1 <= int(number) <= ANNEX[theme]
        assert all(re.fullmatch(r"A\.\d{1,2}\.\d\.\d", former) for former in one.former)
    new = {one.id for one in norm.controls if not one.former}
    assert new == NEW_IN_2022
    assert (norm.edition, norm.former) == ("ISO/IEC 27001:2022", "ISO/IEC 27001:2013")


def test_what_shows_something_points_at_a_part() -> None:
    for one in load_controls().controls:
        assert bool(one.parts) != one.shows.nl.startswith("Niets")
        assert bool(one.parts) != one.shows.en.startswith("Nothing")
        assert bool(one.parts) or not one.figures


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "5.10"', 'id = "5.9"', "states controls twice: 5.9"),
        ('strength = "direct"', 'strength = "strong"', "control.0.strength"),
        ('id = "5.9"', 'id = "A5"', "control.0.id"),
        ('former = ["A.8.1.1", "A.8.1.2"]', "", "control.0.former"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (rules_dir() / "controls.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "controls.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError, match=re.escape(says)):
        load_controls(tmp_path)
