"""Coming in by the organisation's own log-in service: what is believed of it, and what is not."""

import base64
import hmac
import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from click.testing import CliRunner
from joserfc import jwt
from joserfc.jwk import ECKey

from pii_scan.cli import main
from pii_scan.desk.accounts import RIGHTS, save_account
from pii_scan.desk.provider import KEYS_SECONDS, Provider, load_terms
from pii_scan.desk.sessions import MOST_TRIES
from pii_scan.desk.trips import MOST_OUT, SECONDS, Trips
from pii_scan.errors import ConfigError
from tests import oidc_provider
from tests.desk_server import Answer, Client, Clock, Served, serving
from tests.oidc_provider import CLIENT, SECRET, providing, rsa

PASSWORD = "een heel lang wachtwoord"
TERMS = """
issuer = "{issuer}"
client_id = "pii-scan"
client_secret_file = "secret"
role_claim = "roles"
[roles]
approvers = "approver"
fg = "officer"
all = "viewer"
"""


def written(folder: Path, issuer: str, text: str = TERMS) -> Path:
    secret, file = folder / "secret", folder / "oidc.toml"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    file.write_text(text.replace("{issuer}", issuer))
    return file


@contextmanager
def desk(folder: Path, issuer: str, text: str = TERMS) -> Iterator[Served]:
    """Serve a desk with an account and a provider."""
    users = folder / "users.json"
    save_account(users, "lokaal", "viewer", PASSWORD)
    clock = Clock()
    provider = Provider(load_terms(written(folder, issuer, text)), clock, time.time)
    with serving(folder, [], users=users, provider=provider, clock=clock) as made:
        made.clock = clock
        yield made


@pytest.fixture
def known(tmp_path: Path) -> Iterator[tuple[oidc_provider.Provider, Served]]:
    with providing() as it, desk(tmp_path, it.issuer) as served:
        yield it, served


def elsewhere(place: str) -> str:
    """Go to the provider as a browser does; return where it sends one back to."""
    parts = urlsplit(place)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = str(connection.getresponse().headers["Location"])
    connection.close()
    found = urlsplit(back)
    return f"{found.path}?{found.query}"


def came_back(client: Client) -> Answer:
    out = client.ask("/oidc")
    assert out.status == 303, out.text
    return client.ask(elsewhere(out.headers["location"]))


def why(served: Served) -> str:
    last = list(served.desk.store.log())[-1]
    assert last.kind == "desk.login_failed"
    return str(last.data["why"])


def test_somebody_comes_in_with_the_role_that_the_provider_states(
    known: tuple[oidc_provider.Provider, Served],
) -> None:
    it, served = known
    client = served.client()
    answer = came_back(client)
    assert answer.status == 200
    assert 'content="0; url=/"' in answer.text
    page = client.ask("/").text
    assert re.search(r"A\. Tester #[0-9a-f]{8}", page)
    login = next(one for one in served.desk.store.log() if one.kind == "desk.login")
    assert login.data == {"role": "officer", "issuer": it.issuer, "subject": "u-1"}
    (session,) = served.desk.sessions._held.values()
    assert session.person.rights == RIGHTS["officer"]


def test_names_are_never_taken_for_another_persons(
    known: tuple[oidc_provider.Provider, Served],
) -> None:
    it, served = known
    names = []
    for subject in ("u-1", "u-2", "u-1"):
        it.claims["sub"] = subject
        client = served.client()
        assert came_back(client).status == 200
        names.append(list(served.desk.store.log())[-1].operator)
    assert names[0] == names[2] != names[1]


@pytest.mark.parametrize("secret", [SECRET, None], ids=["confidential", "public"])
@pytest.mark.parametrize(
    "key", [rsa("a"), ECKey.generate_key("P-256", {"kid": "b"})], ids=["rsa", "ec"]
)
def test_clients_and_keys_of_every_sort(tmp_path: Path, secret: str | None, key: Any) -> None:
    text = TERMS if secret else TERMS.replace('client_secret_file = "secret"', "")
    with providing(secret=secret) as it, desk(tmp_path, it.issuer, text) as served:
        it.keys = [key]
        assert came_back(served.client()).status == 200


Wrong = Callable[[oidc_provider.Provider], None]


def claimed(**claims: object) -> Wrong:
    def apply(it: oidc_provider.Provider) -> None:
        it.change = lambda told: told | claims

    return apply


def without(name: str) -> Wrong:
    def apply(it: oidc_provider.Provider) -> None:
        it.change = lambda told: {key: value for key, value in told.items() if key != name}

    return apply


def signed(make: Callable[[oidc_provider.Provider, dict[str, Any]], str]) -> Wrong:
    def apply(it: oidc_provider.Provider) -> None:
        it.sign = lambda claims: make(it, claims)

    return apply


def coded(told: bytes) -> bytes:
    return base64.urlsafe_b64encode(told).rstrip(b"=")


def by_hand(algorithm: str, claims: dict[str, Any], key: bytes = b"") -> str:
    head = {"alg": algorithm, "kid": "one"}
    body = b".".join(coded(json.dumps(one).encode()) for one in (head, claims))
    mark = hmac.digest(key, body, "sha256") if key else b""
    return (body + b"." + coded(mark)).decode()


def unsigned(_: oidc_provider.Provider, claims: dict[str, Any]) -> str:
    return by_hand("none", claims)


def with_public_key_as_secret(it: oidc_provider.Provider, claims: dict[str, Any]) -> str:
    return by_hand("HS256", claims, it.keys[0].as_pem(private=False))


def with_another_key(it: oidc_provider.Provider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, rsa("one"), ["RS256"])


def with_an_unknown_key(it: oidc_provider.Provider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "other"}, claims, rsa("other"), ["RS256"])


HOLDS, FOR_US = "does not hold", "is not for this log-in"
LIES: dict[str, tuple[Wrong, str]] = {
    "another issuer": (claimed(iss="https://evil.example"), HOLDS),
    "for somebody else": (claimed(aud="other"), HOLDS),
    "another log-in": (claimed(nonce="x"), HOLDS),
    "no nonce": (without("nonce"), HOLDS),
    "no end": (without("exp"), HOLDS),
    "no audience": (without("aud"), HOLDS),
    "no beginning": (without("iat"), HOLDS),
    "past": (claimed(exp=int(time.time()) - 600), HOLDS),
    "of later": (claimed(iat=int(time.time()) + 86_400), HOLDS),
    "of long ago": (claimed(iat=int(time.time()) - 7_200), FOR_US),
    "of several, by nobody": (claimed(aud=[CLIENT, "other"]), FOR_US),
    "by another": (claimed(azp="other"), FOR_US),
    "of nobody": (claimed(sub=""), HOLDS),
    "a number": (claimed(sub=7), "does not"),
    "far too long": (claimed(sub="x" * 256), "does not say who"),
    "no role": (claimed(roles=["others"]), "no role"),
    "roles of another form": (claimed(roles={"fg": True}), "no role"),
    "unsigned": (signed(unsigned), HOLDS),
    "our own key": (signed(with_public_key_as_secret), HOLDS),
    "another key": (signed(with_another_key), HOLDS),
    "an unknown key": (signed(with_an_unknown_key), HOLDS),
    "no token": (signed(lambda *_: "x.y"), HOLDS),
    "refused there": (lambda it: setattr(it, "error", "access_denied"), "let nobody in"),
    "another client": (lambda it: setattr(it, "secret", "other"), "answers 400"),
}


@pytest.mark.parametrize("wrong", LIES)
def test_what_does_not_hold_lets_nobody_in(tmp_path: Path, wrong: str) -> None:
    lie, said = LIES[wrong]
    with providing() as it, desk(tmp_path, it.issuer) as served:
        lie(it)
        client = served.client()
        answer = came_back(client)
        assert answer.status == 403
        assert served.desk.cookie not in client.cookies
        assert client.ask("/").headers["location"] == "/aanmelden"
        assert said in why(served)


def test_a_code_is_of_the_browser_that_asked_and_works_once(
    known: tuple[oidc_provider.Provider, Served],
) -> None:
    _, served = known
    one, other = served.client(), served.client()
    back = elsewhere(one.ask("/oidc").headers["location"])
    assert other.ask(back).status == 403, "another browser"
    other.ask("/oidc")
    assert other.ask(back).status == 403, "another log-in"
    assert one.ask(back.replace("state=", "state=x")).status == 403
    assert one.ask(back).status == 403, "its trip ended with the wrong state"
    back = elsewhere(one.ask("/oidc").headers["location"])
    kept = dict(one.cookies)
    assert one.ask(back).status == 200
    one.cookies = kept
    assert one.ask(back).status == 403, "twice"
    back = elsewhere(one.ask("/oidc").headers["location"])
    served.clock.now += SECONDS + 1
    assert one.ask(back).status == 403, "too late"


def test_the_answer_of_another_issuer_is_not_taken(
    known: tuple[oidc_provider.Provider, Served],
) -> None:
    it, served = known
    client = served.client()
    path, _, query = elsewhere(client.ask("/oidc").headers["location"]).partition("?")
    told = dict(parse_qsl(query)) | {"iss": "https://evil.example"}
    assert client.ask(f"{path}?{urlencode(told)}").status == 403
    assert "/token" not in it.asked, "the code went to nobody"


def test_a_session_that_was_there_before_is_not_taken_over(
    known: tuple[oidc_provider.Provider, Served],
) -> None:
    _, served = known
    client = served.as_user("lokaal", PASSWORD)
    before = client.cookies[served.desk.cookie]
    assert came_back(client).status == 200
    assert client.cookies[served.desk.cookie] != before
    client.cookies[served.desk.cookie] = before
    assert client.ask("/").headers["location"] == "/aanmelden"


def test_failures_are_braked_by_address(known: tuple[oidc_provider.Provider, Served]) -> None:
    it, served = known
    it.error = "access_denied"
    answers = [came_back(served.client()).status for _ in range(MOST_TRIES + 1)]
    assert answers == [403] * MOST_TRIES + [429]


def test_a_new_key_is_looked_for_once_in_a_while(
    known: tuple[oidc_provider.Provider, Served],
) -> None:
    it, served = known
    assert came_back(served.client()).status == 200
    it.keys = [rsa("two")]
    assert came_back(served.client()).status == 403, "asked a moment ago"
    served.clock.now += KEYS_SECONDS + 1
    assert came_back(served.client()).status == 200
    assert it.asked.count("/keys") == 2


@pytest.mark.parametrize(
    "about",
    [
        lambda told: told | {"issuer": "https://evil.example"},
        lambda told: told | {"authorization_endpoint": "http://evil.example/"},
        lambda told: told | {"authorization_endpoint": "javascript:alert(1)"},
        lambda told: {"issuer": told["issuer"]},
        lambda _: [],
    ],
)
def test_a_provider_that_is_not_what_it_was_said_to_be_is_not_gone_to(
    known: tuple[oidc_provider.Provider, Served], about: Callable[[Any], Any]
) -> None:
    it, served = known
    it.discovered = about
    answer = served.client().ask("/oidc")
    assert answer.status == 503
    assert "niet te bereiken" in answer.text


def test_a_provider_that_is_away_leaves_the_accounts(tmp_path: Path) -> None:
    with providing() as it:
        gone = it.issuer
    with desk(tmp_path, gone) as served:
        assert served.client().ask("/oidc").status == 503
        page = served.client().ask("/aanmelden").text
        assert 'href="/oidc"' in page
        assert served.as_user("lokaal", PASSWORD).ask("/taken").status == 200


def test_without_a_provider_there_is_no_such_way_in(tmp_path: Path) -> None:
    with serving(tmp_path, []) as served:
        client = served.client()
        assert [client.ask(it).status for it in ("/oidc", "/oidc/terug?code=x")] == [404, 404]
        assert "/oidc" not in client.ask("/aanmelden").text


def test_no_more_are_out_than_memory_holds() -> None:
    trips = Trips(Clock())
    first = trips.begin()
    for _ in range(MOST_OUT):
        last = trips.begin()
    assert trips.end(first[0], first[1].state) is None
    assert trips.end(last[0], last[1].state) == last[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('issuer = "{issuer}"', ""), "issuer is missing"),
        (("{issuer}", "http://login.example"), "must be an https address"),
        (("{issuer}", "ftp://login.example"), "must be an https address"),
        (("officer", "boss"), "unknown role"),
        (("client_id", "client"), "unknown setting client"),
        (("[roles]", "[rollen]"), "unknown setting rollen"),
        (("role_claim", "= ["), "is no TOML"),
        (('"secret"', '"nergens"'), "secret cannot be read"),
    ],
)
def test_terms_that_are_wrong_are_said_at_the_start(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    file = written(tmp_path, "https://login.example", TERMS.replace(*change))
    with pytest.raises(ConfigError, match=says):
        load_terms(file)


def test_the_secret_is_for_its_owner_and_shown_nowhere(tmp_path: Path) -> None:
    file = written(tmp_path, "https://login.example")
    assert SECRET not in repr(load_terms(file))
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(ConfigError, match="others can read"):
        load_terms(file)


def test_a_role_may_lie_within_other_claims(tmp_path: Path) -> None:
    text = TERMS.replace('role_claim = "roles"', 'role_claim = "realm_access.roles"')
    with providing() as it, desk(tmp_path, it.issuer, text) as served:
        it.claims = {"name": "x", "realm_access": {"roles": ["all"]}}
        assert came_back(served.client()).status == 200
        it.claims = {"name": "x", "realm_access": ["fg"], "roles": ["fg"]}
        assert came_back(served.client()).status == 403


def test_the_command_asks_for_accounts_too(tmp_path: Path) -> None:
    file = written(tmp_path, "https://login.example")
    run = CliRunner().invoke(main, ["serve", "--oidc", str(file)])
    assert run.exit_code == 2
    assert "--oidc goes with --users" in run.output
