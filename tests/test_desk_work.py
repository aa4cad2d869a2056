"""Long work that is stopped, cut off and taken up again; the log by the page; TLS and accounts."""

import json
import os
import re
import signal
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pii_scan.desk.accounts import save_account
from pii_scan.desk.desk import MOST_NAMED
from pii_scan.desk.jobs import MOST_RUNNING, Jobs
from pii_scan.desk.pages.work import LOGGED
from pii_scan.errors import PiiScanError
from pii_scan.model import Coverage, Entry, Item, Result
from pii_scan.store.browsing import Filter
from tests.desk_server import Client, fill, serving

TEXT = "Mevrouw Anna Proefpersoon, burgerservicenummer (BSN) 999990019, tel. 06-12345678.\n"
PASSWORD = "een heel lang wachtwoord"


@pytest.fixture
def environment(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PII_SCAN_KEY_FILE", str(tmp_path / "fingerprint.key"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    root = Path(__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", f"{root}{os.pathsep}{root / 'recognizers'}")
    return tmp_path


def until(is_so: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if is_so():
            return
        Event().wait(0.1)
    pytest.fail("it did not come to pass")


def left(folder: Path, kind: str = "scan", end: str | None = None) -> str:
    """Leave a piece of work as a machine leaves it that went off; return what it goes by."""
    name = "20261126-120000-0a1b2c3d"
    work = folder / name
    work.mkdir(parents=True)
    told = {"kind": kind, "title": "share", "by": "A. Tester", "arguments": ["--", "share"]}
    told |= {"began": datetime.now(UTC).isoformat(), "command": [kind]}
    (work / "job.json").write_text(json.dumps(told))
    (work / "lock").write_text("1")
    if end is not None:
        (work / "end").write_text(end)
    return name


@pytest.mark.parametrize(
    ("kind", "end", "state", "goes_on"),
    [
        ("scan", None, "interrupted", True),
        ("scan", "130", "stopped", True),
        ("scan", "0", "done", False),
        ("scan", "3", "incomplete", False),
        ("scan", "2", "failed", False),
        ("inzage", None, "interrupted", False),
        ("inzage", "130", "stopped", False),
    ],
)
def test_how_work_ended_and_whether_it_goes_on(
    tmp_path: Path, kind: str, end: str | None, state: str, goes_on: bool
) -> None:
    name = left(tmp_path, kind, end)
    work = Jobs(tmp_path, "store.db", None).get(name)
    assert work is not None
    assert (work.state, work.goes_on) == (state, goes_on)


@pytest.mark.parametrize("name", ["..", ".", "", "../20261126-120000-0a1b2c3d", "x" * 300, "a\0b"])
def test_what_is_no_work_is_none(tmp_path: Path, name: str) -> None:
    left(tmp_path)
    jobs = Jobs(tmp_path / "other", "store.db", None)
    jobs.folder.mkdir()
    assert jobs.get(name) is None
    jobs.stop(name)
    with pytest.raises(PiiScanError):
        jobs.go_on(name, "A. Tester")


@pytest.mark.slow
def test_a_scan_that_was_cut_off_goes_on_where_it_was(environment: Path) -> None:
    share = environment / "share"
    share.mkdir()
    for number in range(300):
        (share / f"verslag-{number}.txt").write_text(TEXT)
    with serving(environment, []) as served:
        client = served.entered()
        job = client.send("/taken/scan", places=str(share)).headers["location"]
        place = served.folder / "desk" / Path(job).name
        told = (place / "job.json").read_text()
        assert "inventory.db" not in told, "a store's address may hold a password"
        until(lambda: served.kinds().count("scan.started") == 3)
        os.killpg(int((place / "lock").read_text()), signal.SIGKILL)
        until(lambda: "afgebroken" in client.ask(job).text)
    with serving(environment, []) as served:  # the server was started again
        client = served.entered()
        assert "afgebroken" in client.ask("/taken").text
        assert "Ga verder" in client.ask(job).text
        following = client.send(f"{job}/verder").headers["location"]
        assert following != job
        until(lambda: "Stoppen" not in client.ask(following).text)
        assert 'class="state done"' in client.ask(following).text
        assert len(served.desk.browse().lines(Filter(), limit=500)) == 300
        kinds = served.kinds()
        assert "scan.resumed" in kinds
        assert "desk.resumed" in kinds


@pytest.mark.slow
def test_a_scan_is_stopped_and_leaves_out_what_was_judged_wrong(environment: Path) -> None:
    share = environment / "share"
    share.mkdir()
    (share / "verslag.txt").write_text(TEXT)
    with serving(environment, []) as served:
        client = served.entered()

        def scanned() -> None:
            job = client.send("/taken/scan", places=str(share)).headers["location"]
            until(lambda: "Stoppen" not in client.ask(job).text)
            assert 'class="state done"' in client.ask(job).text

        scanned()
        group = next(it for it in served.desk.browse().clusters(Filter()) if it.entity == "NL_BSN")
        told = {"groep": group.subject, "choice": "wrong", "revision": 0, "reason": "oefening"}
        assert client.send("/beoordelen/besluit", **told, until="2027-06-30").status == 303
        scanned()
        assert served.desk.browse().group(group.subject) is None
        assert "95" in client.ask("/").text
        job = client.send("/taken/scan", places=str(share)).headers["location"]
        client.send(f"{job}/stop")
        until(lambda: "Stoppen" not in client.ask(job).text)
        assert re.search(r'class="state (stopped|done)"', client.ask(job).text)


def test_no_more_work_is_begun_at_once_than_may_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(tmp_path, "store.db", None)
    monkeypatch.setattr(jobs, "_start", lambda *_: left(tmp_path))
    for number in range(MOST_RUNNING):
        work = tmp_path / f"20261126-12000{number}-0a1b2c3d"
        work.mkdir()
        told = {"kind": "scan", "title": "x", "by": "y", "began": datetime.now(UTC).isoformat()}
        (work / "job.json").write_text(json.dumps(told))
    monkeypatch.setattr("pii_scan.desk.jobs._is_held", lambda _: True)
    with pytest.raises(PiiScanError, match="Er loopt al werk"):
        jobs.start("scan", "x", "y", [])


def test_the_log_is_read_a_page_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(tmp_path, []) as served:
        client = served.entered()
        for number in range(LOGGED):
            served.desk.record("test.step", "A. Tester", {"n": number})
        asked: list[int] = []
        latest = served.desk.store.latest

        def noted(most: int, before: int | None) -> list[Entry]:
            asked.append(most)
            return latest(most, before)

        monkeypatch.setattr(served.desk.store, "latest", noted)
        monkeypatch.setattr(served.desk.store, "log", lambda: pytest.fail("it read all"))
        first = client.ask("/journaal").text
        numbers = [int(it) for it in re.findall(r'<tr><td class="num">(\d+)', first)]
        assert numbers == sorted(numbers, reverse=True)
        assert len(numbers) == LOGGED
        link = re.search(r'href="(/journaal\?voor=\d+)"', first)
        assert link
        second = client.ask(link[1]).text
        older = [int(it) for it in re.findall(r'<tr><td class="num">(\d+)', second)]
        assert max(older) == min(numbers) - 1
        assert min(older) == 1
        assert "Eerdere regels" not in second
        assert set(asked) == {LOGGED + 1}


def test_what_changed_since_the_scan_before_is_told_and_listed(tmp_path: Path) -> None:
    def of(name: str, digest: str) -> Result:
        return Result(
            Item(f"share/{name}", name, 1), Coverage("scanned"), digest=f"sha256:{digest}"
        )

    many = [of(f"veel-{number:04}.txt", f"n{number}") for number in range(MOST_NAMED + 1)]
    before = [of("gelijk.txt", "1"), of("oud.txt", "2"), of("weg.txt", "3"), of("hier.txt", "4")]
    after = [of("gelijk.txt", "1"), of("oud.txt", "5"), of("daar.txt", "4"), *many]
    fill(str(tmp_path / "inventory.db"), before)
    fill(str(tmp_path / "inventory.db"), after)
    with serving(tmp_path) as served:
        client = served.entered()
        page = client.ask("/").text
        for told in (f"nieuw: {MOST_NAMED + 1}", "gewijzigd: 1", "verplaatst: 1", "verdwenen: 1"):
            assert told in page
        page = client.ask("/wijzigingen").text
        assert 'stond in <bdi class="told">share/hier.txt' in page
        assert f"De eerste {MOST_NAMED} van {MOST_NAMED + 1}" in page
        assert "weg.txt" in page
        assert "gelijk.txt" not in page, "read again, and the same"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody else has signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "desk.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "desk.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "desk.pem", folder / "desk.key"


def test_the_desk_behind_tls(tmp_path: Path, tls: tuple[Path, Path]) -> None:
    users = tmp_path / "users.json"
    save_account(users, "A. Tester", "officer", PASSWORD)
    with serving(tmp_path, [], tls=tls, users=users) as served:
        trust = ssl.create_default_context(cafile=tls[0])
        client = Client(served.port, trust=trust)
        answer = client.ask("/aanmelden", {"name": "A. Tester", "password": PASSWORD})
        assert answer.status == 303
        told = set(answer.headers["set-cookie"].split("; "))
        assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= told
        assert not any(it.startswith("Domain") for it in told)
        assert list(client.cookies) == ["__Host-desk"]
        page = client.ask("/taken")
        assert page.status == 200
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert client.send("/afmelden").status == 303
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(tls[0])
        old.minimum_version = ssl.TLSVersion.TLSv1_2
        assert Client(served.port, trust=old).ask("/aanmelden").status == 200
        strangers = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            Client(served.port, trust=strangers).ask("/aanmelden")
        with pytest.raises(OSError, match=r".*"):
            served.client().ask("/aanmelden")  # in clear


def test_a_session_ends_with_its_account(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    for name in ("weg", "anders", "blijft"):
        save_account(users, name, "officer", PASSWORD)
    with serving(tmp_path, [], users=users) as served:
        clients = {it: served.as_user(it, PASSWORD) for it in ("weg", "anders", "blijft")}
        assert all(it.ask("/taken").status == 200 for it in clients.values())
        held = json.loads(users.read_text())["users"]
        told = [it | {"role": "viewer"} if it["name"] == "anders" else it for it in held]
        users.write_text(json.dumps({"users": [it for it in told if it["name"] != "weg"]}))
        os.utime(users, ns=(1, 1))
        found = {name: it.ask("/taken").status for name, it in clients.items()}
        assert found == {"weg": 303, "anders": 303, "blijft": 200}
        users.write_text("{")
        os.utime(users, ns=(2, 2))
        assert clients["blijft"].ask("/taken").status == 303
