"""Settings, keys and registers: right ones are read, wrong ones stop with one line."""

from datetime import date
from pathlib import Path

import pytest

from pii_scan.config.events import load_events
from pii_scan.config.keys import derive, load_key
from pii_scan.config.settings import Plugged, Scope, Settings, load_settings
from pii_scan.errors import ConfigError
from pii_scan.model import Event

TRIGGERS = frozenset({"einde_vacature", "uitdiensttreding"})
HEADER = "subject,key,event,date,consent\n"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("PII_SCAN_KEY_FILE", raising=False)


def written(folder: Path, text: str) -> str:
    path = folder / "file"
    path.write_text(text)
    return str(path)


def test_defaults_and_a_full_file(tmp_path: Path) -> None:
    assert load_settings(None) == Settings()
    text = """
    policy = "quality-contacts"
    exclude = ["*.iso"]
    suppressions = ["testnummers", "judged.toml"]
    [detect]
    min_score = 0.7
    [[scope]]
    path = "klanten/noord/*"
    controller = "Noord Energie"
    role = "verwerker"
    """
    settings = load_settings(written(tmp_path, text))
    assert (settings.policy, settings.min_score) == ("quality-contacts", 0.7)
    assert settings.suppressions == ("testnummers", "judged.toml")
    assert settings.scope("share/klanten/noord/2020/a.csv").controller == "Noord Energie"
    assert settings.scope("share/hr/a.csv") == Scope(path="*")


def test_zones_grounds_and_lists(tmp_path: Path) -> None:
    text = """
    contracts = ["register/contracten.csv"]
    holds = ["/elders/bevroren.toml"]
    [[scope]]
    path = "*/bedrijfsarts/*"
    protected = true
    [[scope]]
    path = "post/*"
    kind = "mailbox"
    ground = "onderzoek 2026-14, akkoord FG"
    """
    settings = load_settings(written(tmp_path, text))
    assert settings.contracts == (str(tmp_path / "register" / "contracten.csv"),)
    assert settings.holds == ("/elders/bevroren.toml",)
    assert settings.protected == ("*/bedrijfsarts/*",)
    assert settings.grounds == ("mailbox post/*: onderzoek 2026-14, akkoord FG",)


def test_presidio_recognizers_by_name_or_with_options(tmp_path: Path) -> None:
    text = """
    [detect]
    presidio_recognizers = ["a.b:C", { class = "d.e:F", options = { model_name = "/opt/m" } }]
    presidio_nlp = { nlp_engine_name = "spacy", models = [] }
    """
    settings = load_settings(written(tmp_path, text))
    assert settings.presidio_recognizers == (
        Plugged("a.b:C"),
        Plugged("d.e:F", {"model_name": "/opt/m"}),
    )
    assert settings.presidio_nlp == {"nlp_engine_name": "spacy", "models": []}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy = ", "not valid TOML"),
        ("polcy = 'x'", "polcy"),
        ("[detect]\nmin_score = 2", "min_score"),
        ("packs = []", "packs"),
        ("[[scope]]\npath = 'a'\nrole = 'baas'", "role"),
        ("[[scope]]\npath = 'post/*'\nkind = 'mailbox'", "scope post/.* of kind mailbox.*ground"),
        ("[[scope]]\npath = 'a'\nkind = 'home'\nground = ' '", "of kind home.*ground"),
        ("[[scope]]\npath = 'a'\nkind = 'home'\nground = \"a\\nb\"", "one line"),
    ],
)
def test_wrong_settings(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load_settings(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said() -> None:
    with pytest.raises(ConfigError, match="no such configuration"):
        load_settings("/nergens/pii-scan.toml")


def test_the_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    key = load_key()
    path = tmp_path / "config" / "pii-scan" / "fingerprint.key"
    assert load_key() == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_key()
    path.chmod(0o600)
    path.write_text("abc")
    with pytest.raises(ConfigError, match="holds no key") as caught:
        load_key()
    assert "abc" not in str(caught.value)


def test_derived_keys_differ_by_purpose_and_controller() -> None:
    key = bytes(range(32))
    made = {
        derive(key, purpose, controller)
        for purpose in ("fingerprint", "case")
        for controller in (None, "Noord", "Zuid")
    }
    assert len(made) == 6
    assert derive(key, "case", "Noord") == derive(key, "case", "Noord")


def test_a_register(tmp_path: Path) -> None:
    text = (
        HEADER
        + "J. Bakker,P1234,uitdiensttreding,2021-03-14,ja\n,23-14,einde_vacature,2020-01-02,\n"
    )
    assert load_events(written(tmp_path, text), TRIGGERS) == (
        Event("J. Bakker", "P1234", "uitdiensttreding", date(2021, 3, 14), "yes"),
        Event("", "23-14", "einde_vacature", date(2020, 1, 2), "unknown"),
    )


def test_every_wrong_line_of_a_register_is_named_by_its_number(tmp_path: Path) -> None:
    good, wrong = "Bakker,1,einde_vacature,2021-03-14,\n", "Bakker,1,feest,2021-03-14,\n"
    text = HEADER + good + wrong + "Bakker,1,einde_vacature,14-3,\n" + good + wrong
    with pytest.raises(ConfigError) as caught:
        load_events(written(tmp_path, text), TRIGGERS)
    assert "lines 3, 6: unknown event" in str(caught.value)
    assert "line 4: the date" in str(caught.value)
    assert "Bakker" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("naam,datum\n", "first line"),
        (HEADER + "Bakker,1,feest,2021-03-14,ja\n", "line 2: unknown event"),
        (HEADER + "Bakker,1,einde_vacature,14-03-2021,ja\n", "2026-11-01"),
        (HEADER + "Bakker,1,einde_vacature,2021-03-14,misschien\n", "ja, nee or empty"),
        (HEADER + ",,einde_vacature,2021-03-14,ja\n", "neither subject nor key"),
        (HEADER + "Bakker,1\n", "2 fields"),
    ],
)
def test_a_wrong_register_is_said_without_its_content(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load_events(written(tmp_path, text), TRIGGERS)
    assert "Bakker" not in str(caught.value)
