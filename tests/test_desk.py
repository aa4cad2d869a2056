"""The desk: who comes in, what each may, what is written down, and what every page holds."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from starlette.requests import Request

from pii_scan.cli import main
from pii_scan.config.suppressions import append, load_suppressions, place_suppression
from pii_scan.desk import pages, rendering
from pii_scan.desk.accounts import RIGHTS, ROLES, load_accounts, person, save_account
from pii_scan.desk.app import HEADERS
from pii_scan.desk.asking import PLACES, Place
from pii_scan.desk.desk import VERIFIED_AT_ONCE
from pii_scan.desk.entering import ROUTES, _where
from pii_scan.desk.sessions import IDLE_SECONDS, LONGEST_SECONDS, MOST_TRIES, TRIES, TRIES_SECONDS
from pii_scan.errors import ConfigError
from pii_scan.model import Coverage, Finding, Item, Judgement, Result
from pii_scan.store.browsing import Filter, Group
from tests.desk_server import Client, Served, serving
from tests.invented_results import HOSTILE

pages.load()
TEMPLATES = Path(rendering.__file__).with_name("templates")
OPEN = {"/static/{name}", "/in", "/aanmelden", "/link", "/taal", "/oidc", "/oidc/terug"}
PASSWORD = "een heel lang wachtwoord"
EVIL = '<script>alert("x")</script>\u202e\n\u2066' + "z" * 4_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.fixture(scope="module")
def client(served: Served) -> Client:
    return served.entered()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with an account of each role."""
    folder = tmp_path_factory.mktemp("shared")
    users = folder / "users.json"
    for role in ROLES:
        save_account(users, role, role, PASSWORD)
    with serving(folder, users=users) as made:
        yield made


# coming in


def test_a_link_lets_one_browser_in_once(served: Served) -> None:
    served.desk.renew_link()
    link = f"/in?token={served.desk.once.token}"
    answer = served.client().ask(link)
    assert answer.status == 303
    assert {"HttpOnly", "SameSite=strict"} <= set(answer.headers["set-cookie"].split("; "))
    again = served.client().ask(link)
    assert again.status == 403
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_wrong_link_lets_nobody_in(served: Served, token: str) -> None:
    assert served.client().ask(f"/in?{urlencode({'token': token})}").status == 403


def test_a_new_link_is_said_at_the_terminal_and_nowhere_else(tmp_path: Path) -> None:
    said: list[str] = []
    with serving(tmp_path, say=said.append) as served:
        answers = [served.client().ask("/link", {}) for _ in range(TRIES + 1)]
        assert [it.status for it in answers] == [200] * TRIES + [429]
        assert len(said) == TRIES
        assert served.desk.once.token in said[-1]
        assert not any(served.desk.once.token in it.text for it in answers)


@pytest.mark.parametrize(
    ("idle", "times"), [(IDLE_SECONDS + 1, 1), (IDLE_SECONDS - 1, 17)], ids=["idle", "a day"]
)
def test_a_session_ends(tmp_path: Path, idle: float, times: int) -> None:
    with serving(tmp_path, []) as served:
        client = served.entered()
        assert (times == 1) == (idle * times < LONGEST_SECONDS)
        for _ in range(times):
            assert client.ask("/taken").status == 200
            served.clock.now += idle
        assert client.ask("/taken").headers["location"] == "/aanmelden"


def test_guessing_is_braked_by_name_and_address(shared: Served) -> None:
    client = shared.client()

    def tried(name: str, count: int) -> list[int]:
        wrong = {"name": name, "password": "y"}
        return [client.ask("/aanmelden", wrong).status for _ in range(count)]

    assert tried("x", TRIES + 1) == [403] * TRIES + [429]
    good = {"name": "viewer", "password": PASSWORD}
    assert client.ask("/aanmelden", good).status == 303, "a colleague behind the same address"
    for number in range(MOST_TRIES - TRIES):
        assert tried(f"x{number}", 1) == [403]
    assert client.ask("/aanmelden", good).status == 429
    shared.clock.now += TRIES_SECONDS + 1
    assert client.ask("/aanmelden", good).status == 303
    assert shared.kinds().count("desk.login_failed") == MOST_TRIES


def test_many_guesses_at_once_are_no_more_than_one_by_one(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    save_account(users, "viewer", "viewer", PASSWORD)
    wrong = {"name": "viewer", "password": "y"}
    with serving(tmp_path, [], users=users) as served, ThreadPoolExecutor(20) as pool:
        tries = [pool.submit(served.client().ask, "/aanmelden", wrong) for _ in range(20)]
        found = Counter(it.result().status for it in tries)
    assert found[403] < TRIES + VERIFIED_AT_ONCE
    assert found[429] == 20 - found[403]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("testclient", "testclient", True),
    ],
)
def test_a_machine_is_one_address(one: str, other: str, is_same: bool) -> None:
    told = [_where(Request({"type": "http", "client": (it, 1)})) for it in (one, other)]
    assert (told[0] == told[1]) == is_same


def test_a_path_makes_no_line_in_the_log(
    client: Client,
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(served.desk.jobs, "get", lambda _: 1 / 0)
    assert client.ask("/taken/x%0AERROR%20all%20is%20well").status == 500
    assert "\nERROR" not in caplog.text.removeprefix("ERROR")
    assert len(caplog.records) == 1


def test_who_leaves_has_left(shared: Served) -> None:
    client = shared.as_user("viewer", PASSWORD)
    assert client.send("/afmelden").status == 303
    assert client.ask("/").headers["location"] == "/aanmelden"


def test_accounts_are_hashed_private_and_replaceable(tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    save_account(file, "A. Tester", "viewer", PASSWORD)
    save_account(file, "A. Tester", "officer", PASSWORD + "!")
    assert PASSWORD not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert person(file, "A. Tester", PASSWORD) is None
    found = person(file, "A. Tester", PASSWORD + "!")
    assert found is not None
    assert found.rights == RIGHTS["officer"]
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="others can read"):
        load_accounts(file)


@pytest.mark.parametrize(("name", "password"), [("x", "short"), ("", PASSWORD), ("a\nb", PASSWORD)])
def test_what_is_no_account_is_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(ConfigError):
        save_account(tmp_path / "users.json", name, "viewer", password)


@pytest.mark.parametrize(
    "options", [["--host", "0.0.0.0"], ["--host", "::"], ["--host", "desk.example"]]
)
def test_nothing_but_loopback_without_accounts_and_tls(options: list[str], tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    save_account(users, "x", "viewer", PASSWORD)
    for more in ([], ["--users", str(users)], ["--cert", "a", "--key", "b"]):
        run = CliRunner().invoke(main, ["serve", *options, *more])
        assert run.exit_code == 2
        assert "served there with --users, --cert and --key only" in run.output


# what each may


def filled(place: Place) -> str:
    return re.sub(r"\{\w+\}", "x", place.path)


def test_every_route_is_a_place_with_a_right_or_known_to_be_open() -> None:
    assert {route.path for route in ROUTES} == OPEN
    assert {place.right for place in PLACES} <= set().union(*RIGHTS.values())
    assert len({(place.path, place.method) for place in PLACES}) == len(PLACES) > 20


@pytest.mark.parametrize("place", PLACES, ids=lambda it: f"{it.method} {it.path}")
def test_nobody_passes_without_having_come_in(shared: Served, place: Place) -> None:
    form: dict[str, object] | None = {} if place.method == "POST" else None
    answer = shared.client().ask(filled(place), form)
    assert (answer.status, answer.headers["location"]) == (303, "/aanmelden")


@pytest.mark.parametrize("role", ROLES)
def test_each_route_refuses_who_lacks_its_right_and_says_so_in_the_log(
    shared: Served, role: str
) -> None:
    client = shared.as_user(role, PASSWORD)
    csrf = client.csrf()
    for place in PLACES:
        if place.right in RIGHTS[role]:  # type: ignore[index]
            continue
        before = shared.kinds().count("desk.refused")
        form = {"csrf": csrf} if place.method == "POST" else None
        assert client.ask(filled(place), form).status == 403, place
        last = list(shared.desk.store.log())[-1]
        assert (last.kind, last.operator) == ("desk.refused", role)
        assert (last.data["path"], last.data["right"]) == (filled(place), place.right)
        assert shared.kinds().count("desk.refused") == before + 1


def test_an_officer_may_what_the_others_may_not() -> None:
    assert "decide" not in RIGHTS["viewer"] | RIGHTS["approver"] | RIGHTS["administrator"]
    assert "approve" not in RIGHTS["officer"]


@pytest.mark.parametrize("place", [it for it in PLACES if it.method == "POST"], ids=filled)
def test_a_form_from_elsewhere_is_refused(served: Served, client: Client, place: Place) -> None:
    assert client.ask(filled(place), {}).status == 403
    assert client.ask(filled(place), {"csrf": "x"}).status == 403
    csrf = client.csrf()
    assert client.ask(filled(place), {"csrf": csrf}, Origin="https://evil.example").status == 403
    assert client.ask(filled(place), {"csrf": csrf}, Origin="null").status == 403
    site = {"Origin": "null", "Sec-Fetch-Site": "same-site"}
    assert client.ask(filled(place), {"csrf": csrf}, **site).status == 403


def test_a_browser_that_calls_our_origin_null_is_believed_of_the_site(client: Client) -> None:
    told = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    form = {"csrf": client.csrf(), "places": ""}
    assert client.ask("/taken/scan", form, **told).status == 409  # names no folder
    assert client.ask("/aanmelden", {"name": "x"}, Sec_Fetch_Site="cross-site").status == 403


def test_a_form_that_is_too_large_is_refused(client: Client) -> None:
    assert client.send("/taken/scan", places="x" * 300_000).status == 413


# what every answer carries


@pytest.mark.parametrize("path", ["/", "/aanmelden", "/static/desk.css", "/nergens", "/static/x"])
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    told = {name.lower(): value for name, value in client.ask(path).headers.items()}
    for name, value in HEADERS.items():
        if name == "Cache-Control" and path == "/static/desk.css":
            continue
        assert told[name.lower()] == value
    assert "unsafe" not in told["content-security-policy"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1.evil.example:80", ""])
def test_a_foreign_host_is_refused(served: Served, client: Client, host: str) -> None:
    assert client.ask("/", Host=host).status == 421


def test_what_goes_wrong_inside_is_not_told(
    served: Served,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("secret 999990019")

    monkeypatch.setattr(served.desk, "scan", fail)
    answer = client.ask("/")
    assert (answer.status, answer.text) == (500, "internal error")
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_a_way_back_leads_to_ourselves(client: Client, served: Served) -> None:
    group = served.desk.browse().clusters(Filter(), limit=9)[8]
    for number, back in enumerate(("//evil.example", "https://evil.example", "/\\evil.example")):
        choice = ("hold", "open")[number % 2]
        told = {"groep": group.subject, "choice": choice, "revision": number, "terug": back}
        assert client.send("/beoordelen/besluit", **told).headers["location"] == "/"


# what is shown


class Page(HTMLParser):
    """Finds what could run or break out in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.titles = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.titles += given.get("title") or ""
        if tag == "script" and not str(given.get("src", "")).startswith("/static/"):
            self.wrong.append("script")
        if tag in ("img", "iframe", "object", "embed", "base", "style"):
            self.wrong.append(tag)
        self.wrong += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        href = given.get("href") or given.get("action") or ""
        if href:
            self.links += [href] if tag == "a" else []
            if not href.startswith(("/", "#")) or href.startswith("//"):
                self.wrong.append(href)

    def handle_data(self, data: str) -> None:
        self.text += data


def evil_results() -> list[Result]:
    found = Finding(*("NL_BSN", "B01", "Geheim", EVIL, 0.9, EVIL, (("value", "ab" * 32),)), row=3)
    told = Judgement(
        *(EVIL, EVIL, EVIL, "overdue", EVIL, date(2020, 1, 1), "text"),
        *(date(2021, 1, 1), None, "delete", (EVIL,)),
    )
    names = [*HOSTILE, EVIL, "'; DROP TABLE items; --", "{{ 7 * 7 }}", "a b&c=d?e#f%00.txt"]
    return [
        Result(
            Item(f"share/{name}/x{name}", "x", 1),
            Coverage("partial", "extract", EVIL),
            EVIL,
            None,
            EVIL,
            (EVIL,),
            EVIL,
            level="Geheim",
            findings=(found, replace(found, entity=EVIL, category=EVIL)),
            judgements=(told,),
        )
        for name in names
    ]


def test_hostile_names_and_contents_run_nowhere(tmp_path: Path) -> None:
    with serving(tmp_path, evil_results()) as served:
        client = served.entered()
        first = [filled(it) for it in PLACES if it.method == "GET" and "{" not in it.path]
        waiting, seen = [*first, "/beoordelen?soort_groep=waarde"], set[str]()
        shapes: dict[str, int] = {}
        while waiting:
            link = waiting.pop(0)
            path = link.split("?")[0].split("#")[0]
            shapes[path] = shapes.get(path, 0) + 1
            if link in seen or shapes[path] > 40 or path == "/bestand/context":
                continue
            seen.add(link)
            answer = client.ask(link.split("#")[0].replace(" ", "%20"))
            assert answer.status in (200, 409), (link[:200], answer.status)
            page = Page(answer.text)
            assert page.wrong == [], link[:200]
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.text + page.titles), link[
                :200
            ]
            assert "49" not in re.findall(r"share/(\S+)/x", page.text)
            assert max(map(len, re.split(r"\s", page.text)), default=0) < 1_000, link[:200]
            waiting += [it for it in page.links if not it.startswith(("#", "/static"))]
        assert {"/bestand", "/beoordelen/groep", "/termijnen/regel", "/bestanden"} <= shapes.keys()
        assert len(seen) > 60


def test_a_long_name_is_cut_and_kept_in_its_title() -> None:
    told = str(rendering.shown("a" * 3_000 + ".docx"))
    assert "…" in told
    assert told.count("a" * 3_000) == 1
    assert rendering.shown("<b>\u202e") == '<bdi class="told">&lt;b&gt;\\u202e</bdi>'


def test_all_that_pages_say_has_its_english() -> None:
    said = {
        text
        for file in TEMPLATES.glob("*.j2")
        for text in re.findall(r"""_\(["']([^"']+)["'][,)]""", file.read_text("utf-8"))
    }
    inner = {
        text
        for file in TEMPLATES.glob("*.j2")
        for table in re.findall(r"_\(\{(.*?)\}\[", file.read_text("utf-8"))
        for text in re.findall(r': "([^"]+)"', table)
    }
    raised = {
        text
        for file in TEMPLATES.parent.rglob("*.py")
        for text in re.findall(r'Error\("([^"{]+)"\)', file.read_text("utf-8"))
        if text[0].isupper()
    }
    assert sorted((said | inner | raised) - rendering.english().keys()) == []
    assert len(said) > 80
    deciding = TEMPLATES.with_name("deciding.py").read_text("utf-8").replace("{LONGEST}", "300")
    assert [text for text in rendering.spoken() if text not in deciding] == []


def test_the_pages_speak_english_when_asked(served: Served) -> None:
    client = served.entered()
    assert 'lang="nl"' in client.ask("/").text
    assert client.ask("/taal", {"taal": "en"}).status == 303
    page = client.ask("/").text
    assert '<html lang="en">' in page
    assert "Where is personal data?" in page


# decisions


def test_a_decision_settles_a_group_and_is_in_the_log(served: Served, client: Client) -> None:
    browse = served.desk.browse()
    group = browse.clusters(Filter())[0]
    told = {"groep": group.subject, "choice": "right", "revision": 0}
    assert client.send("/beoordelen/besluit", **told).status == 303
    assert group.subject not in {it.subject for it in browse.clusters(Filter(), limit=500)}
    assert group in browse.clusters(Filter(), limit=500, is_open=False)
    last = [it for it in served.desk.store.log() if it.kind == "decision.finding"][-1]
    assert (last.operator, last.data["choice"]) == ("j.tester", "right")
    assert last.key_id


def test_the_second_of_two_who_decide_is_told(served: Served, client: Client) -> None:
    group = served.desk.browse().clusters(Filter())[1]
    told = {"groep": group.subject, "revision": 0}
    other = served.entered()
    assert client.send("/beoordelen/besluit", choice="hold", **told).status == 303
    answer = other.send("/beoordelen/besluit", choice="right", **told)
    assert answer.status == 409
    assert "Iemand anders heeft hier intussen over beslist" in answer.text
    assert "aangehouden" in answer.text
    kept = served.desk.store.decided("finding", [group.subject])[group.subject]
    assert (kept.choice, kept.revision) == ("hold", 1)


def test_wrong_becomes_a_suppression_with_reason_and_end(served: Served, client: Client) -> None:
    browse = served.desk.browse()
    place, value = browse.clusters(Filter())[2], browse.repeats(Filter())[0]
    for group in (place, value):
        told = {"groep": group.subject, "choice": "wrong", "revision": 0}
        assert client.send("/beoordelen/besluit", **told).status == 422
        told |= {"reason": "oefengegevens", "until": "2027-06-30"}
        assert client.send("/beoordelen/besluit", **told).status == 303
    made = load_suppressions([str(served.desk.serving.judged)])
    assert [(it.reason, it.by, it.until) for it in made] == [
        ("oefengegevens", "j.tester", date(2027, 6, 30))
    ] * 2
    assert made[0].path == f"{place.folder}/*"
    assert made[1].fingerprints == (value.subject,)


def test_what_is_not_wrong_after_all_is_not_suppressed_any_more(
    served: Served, client: Client
) -> None:
    groups = served.desk.browse().clusters(Filter())[4:7]
    wrong = {"choice": "wrong", "reason": "oefengegevens", "until": "2027-06-30"}

    def decided(group: Group, revision: int, **told: str) -> int:
        form = {"groep": group.subject, "revision": revision, **told}
        return client.send("/beoordelen/besluit", **form).status

    def paths() -> dict[str | None, date]:
        made = load_suppressions([str(served.desk.serving.judged)])
        return {f"{it.entity} {it.path}": it.until for it in made}

    before = paths() if served.desk.serving.judged.exists() else {}
    assert [decided(it, 0, **wrong) for it in groups] == [303] * 3
    made = [f"{it.entity} {it.folder}/*" for it in groups]
    assert paths().keys() - before.keys() == set(made)
    assert decided(groups[0], 1, choice="right") == 303
    assert decided(groups[1], 1, choice="open") == 303
    assert decided(groups[2], 1, **wrong | {"until": "2027-07-31"}) == 303
    assert paths() == before | {made[2]: date(2027, 7, 31)}


def test_of_two_who_judge_at_once_neither_is_lost(tmp_path: Path) -> None:
    file, day = tmp_path / "judged.toml", date(2026, 11, 26)
    made = [
        place_suppression("NL_BSN", f"share/{it}", "x", "y", day, date(2027, 1, 1))
        for it in range(30)
    ]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda it: append(file, [it]), made))
    assert {it.id for it in load_suppressions([str(file)])} == {it.id for it in made}


def test_a_group_is_assigned_and_the_second_is_told(served: Served, client: Client) -> None:
    group = served.desk.browse().clusters(Filter())[3]
    told = {"groep": group.subject, "owner": "A. Tester", "due": "2026-12-31", "assigned": 0}
    assert client.send("/beoordelen/toewijzen", **told).status == 303
    assert client.send("/beoordelen/toewijzen", **told).status == 409
    page = client.ask(f"/beoordelen/groep?{urlencode({'groep': group.subject})}").text
    assert 'value="A. Tester"' in page
    assert "assigned" in served.kinds()


def test_a_corrected_date_gives_another_verdict(served: Served, client: Client) -> None:
    browse = served.desk.browse()
    ruling = browse.rulings(("overdue",))[0]
    store = served.desk.store
    found = (store.result(browse.scan.id, it.uri) for it in browse.due(ruling))
    # What is open to all has no term.
    uri = next(it.item.uri for it in found if it and it.level != "Openbaar")
    told = {"uri": uri, "kind": "date", "choice": "2026-11-20", "trigger": ruling.trigger}
    assert client.send("/bestand/besluit", **told, revision=0).status == 303
    page = client.ask(f"/bestand?{urlencode({'uri': uri})}").text
    assert "Oordeel met uw correctie" in page
    assert "18 december 2026" in page
    assert client.send("/bestand/besluit", **told, revision=0).status == 409
    wrong = told | {"choice": "morgen"}
    assert client.send("/bestand/besluit", **wrong, revision=1).status == 409


def test_a_policy_can_be_tried_as_on_the_command_line(client: Client) -> None:
    told = {
        **{"beleid": "quality-contacts", "groep": "sollicitant", "soort": "sollicitatie"},
        **{"gebeurtenis": "einde_vacature", "datum": "2021-03-14", "toestemming": "no"},
        "dag": "2021-04-12",
    }
    page = client.ask(f"/beleid?{urlencode(told)}").text
    run = CliRunner().invoke(
        main,
        [
            *("retention", "explain", "--policy", "quality-contacts", "--json"),
            *("--subject-group", "sollicitant", "--doc-type", "sollicitatie"),
            *("--event", "einde_vacature=2021-03-14", "--consent", "no", "--today", "2021-04-12"),
        ],
    )
    told = json.loads(run.output)
    assert f'class="verdict {told["verdict"]}"' in page
    assert all(rule["id"] in page for rule in told["rules"])


def test_open_cases_show_until_when_they_must_be_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "keys" / "fingerprint.key"))
    told = {"name": "Anna Proefpersoon", "email": ["anna@klant.example"], "received": "2026-11-01"}
    (tmp_path / "verzoek.json").write_text(json.dumps(told))
    with serving(tmp_path) as served:
        opened = CliRunner().invoke(
            main,
            [
                *("inzage", "open", "--request", str(tmp_path / "verzoek.json")),
                *("--store", served.desk.serving.store, "--today", "2026-11-26"),
            ],
        )
        assert opened.exit_code == 0, opened.output
        for page in ("/", "/inzage"):
            text = served.entered().ask(page).text
            assert "I-2026-001" in text
            assert "1 december 2026" in text
            assert "Proefpersoon" not in text
