"""Sources on other machines, against real servers: Samba, sshd, and an S3."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from pii_scan.errors import ConfigError, ExtractError
from pii_scan.model import LINK, LOST, SPECIAL, VANISHED, Item, Result, Source
from pii_scan.sources import _remote, address, source_of
from tests import servers
from tests.servers import HOST, PASSWORD, USER, Relay, Server

Run = Callable[..., subprocess.CompletedProcess[str]]

CONTENT = {
    "open/bsn.txt": "Mevrouw De Vries, BSN 999990019",
    "dicht/bsn.txt": "Meneer Jansen, BSN 999990020",
    "naam #1%20é.txt": "niets",
    "leeg.txt": "",
    "a.zip": "x",
    "a.zip!": "x",
}


def kind_of(source: Source) -> _remote.Protocolled:
    """Return the connections behind a source."""
    return cast(_remote.Protocolled, source.items.__self__)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing of the account that runs the tests, no connection of before, and no waiting."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(_remote, "WAITS", [0.0, 0.0])
    yield
    for scheme in ("smb", "sftp", "s3"):
        kind = kind_of(source_of(f"{scheme}://"))
        for remote in kind.connections.values():
            remote.close()
        kind.connections.clear()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is served: two folders of which one is closed to others, and names that are odd."""
    root = tmp_path_factory.mktemp("served")
    for name, text in CONTENT.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o644)
    (root / "groot.bin").write_bytes(os.urandom(3 << 20))
    root.chmod(0o755)
    (root / "open").chmod(0o755)
    (root / "dicht" / "bsn.txt").chmod(0o640)
    (root / "dicht").chmod(0o750)
    return root


@pytest.fixture(scope="module")
def samba(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.samba(tmp_path_factory.mktemp("samba") / "run", tree) as server:
        yield server


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.sshd(tmp_path_factory.mktemp("sshd") / "run") as server:
        yield server


@pytest.fixture(scope="module")
def s3(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    import boto3

    with servers.s3(tmp_path_factory.mktemp("s3") / "run") as server:
        client = boto3.client(
            "s3",
            endpoint_url=server.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id=server.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=PASSWORD,
            region_name="eu-west-1",
        )
        where = {"LocationConstraint": "eu-west-1"}
        for bucket, ownership in (("map", "ObjectWriter"), ("dicht", "BucketOwnerEnforced")):
            client.create_bucket(
                Bucket=bucket, CreateBucketConfiguration=where, ObjectOwnership=ownership
            )
        for name in CONTENT:
            public = {"ACL": "public-read"} if name.startswith("open/") else {}
            client.put_object(Bucket="map", Key=name, Body=(tree / name).read_bytes(), **public)
        client.put_object(Bucket="map", Key="open/", Body=b"")
        client.put_object(Bucket="map", Key="groot.bin", Body=(tree / "groot.bin").read_bytes())
        client.put_object(Bucket="dicht", Key="x.txt", Body=b"x")
        client.close()
        yield server


def signed_in(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give this process what it needs to get in."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    if server.known_hosts:
        folder = tmp_path / "home" / ".ssh"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(server.root / "client", folder / "id_ed25519")
        (folder / "known_hosts").write_text(server.known_hosts)


@pytest.fixture(params=["smb", "sftp", "s3"])
def place(
    request: pytest.FixtureRequest, tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> str:
    """The URL of the tree at each kind of server."""
    name = {"smb": "samba", "sftp": "sshd", "s3": "s3"}[request.param]
    server: Server = request.getfixturevalue(name)
    signed_in(server, monkeypatch, tmp_path)
    return {
        "smb": f"smb://{HOST}:{server.port}/share",
        "sftp": f"sftp://{USER}@{HOST}:{server.port}{tree}",
        "s3": "s3://map",
    }[request.param]


def met(place: str) -> dict[str, Item | Result]:
    """Return everything at a place by the rest of its address."""
    begin = address(place)
    found: dict[str, Item | Result] = {}
    for one in source_of(place).items(place):
        item = one.item if isinstance(one, Result) else one
        found[item.uri.removeprefix(f"{begin}/")] = one
    return found


def read(item: Item | Result) -> bytes:
    assert isinstance(item, Item)
    with source_of(item.locator).open(item) as stream:
        return stream.read()


def test_everything_is_met_once_and_reads_as_it_is(place: str, tree: Path) -> None:
    found = met(place)
    assert set(found) == {*CONTENT, "groot.bin", "a.zip\\x21"} - {"a.zip!"}
    for name, item in found.items():
        content = (tree / name.replace("\\x21", "!")).read_bytes()
        assert isinstance(item, Item)
        assert item.size == len(content)
        assert item.modified is not None
        assert read(item) == content
    assert list(found) == sorted(found)


def test_a_file_is_a_place_too(place: str) -> None:
    (only,) = source_of(place).items(f"{place}/open/bsn.txt")
    assert isinstance(only, Item)
    assert only.uri == f"{address(place)}/open/bsn.txt"


def test_what_is_not_there_is_said(place: str) -> None:
    (gone,) = source_of(place).items(f"{place}/nee")
    assert isinstance(gone, Result)
    assert gone.coverage.reason == VANISHED


def test_who_may_read_is_told(place: str) -> None:
    found = met(place)
    told = {
        name: source_of(place).told(item)
        for name, item in found.items()
        if isinstance(item, Item) and name.endswith("bsn.txt")
    }
    assert told["open/bsn.txt"].access == "everyone"
    assert told["dicht/bsn.txt"].access in {"group", "private"}
    assert all(item.owner for item in told.values())


def test_a_file_read_again_is_not_fetched_again(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, item = source_of(place), met(place)["groot.bin"]
    assert isinstance(item, Item)
    with source.open(item) as stream:
        first = stream.read()
        monkeypatch.setattr(_remote.Fetched, "_block", None)
        stream.seek(0)
        assert stream.read() == first
        assert stream.seek(-5, io.SEEK_END) == len(first) - 5
        assert stream.read() == first[-5:]


def test_a_file_that_changes_meanwhile_is_noticed(
    samba: Server, sshd: Server, tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tree / "veranderlijk.txt"
    for server, begin in (
        (samba, f"smb://{HOST}:{samba.port}/share"),
        (sshd, f"sftp://{USER}@{HOST}:{sshd.port}{tree}"),
    ):
        signed_in(server, monkeypatch, tmp_path)
        path.write_text("eerst")
        source = source_of(begin)
        (item,) = source.items(f"{begin}/{path.name}")
        assert isinstance(item, Item)
        with source.open(item) as stream:
            before = source.state(stream)
            assert source.state(stream) == before
            stream.read()
            assert source.state(stream) == before
            path.write_text("later en langer")
            assert source.state(stream) != before
    path.unlink()


@pytest.mark.filterwarnings("ignore:unclosed SMB handle")  # it went with the line
@pytest.mark.parametrize("scheme", ["smb", "sftp"])
def test_a_line_that_breaks_is_taken_up_where_it_was(
    scheme: str,
    samba: Server,
    sshd: Server,
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    server = samba if scheme == "smb" else sshd
    signed_in(server, monkeypatch, tmp_path)
    relay = Relay(server.port, cut_after=2 << 20)
    known = server.known_hosts.replace(str(server.port), str(relay.port))
    if known:
        (tmp_path / "home" / ".ssh" / "known_hosts").write_text(known)
    begin = f"{scheme}://{USER}@{HOST}:{relay.port}"
    place = f"{begin}/share" if scheme == "smb" else f"{begin}{tree}"
    (item,) = source_of(place).items(f"{place}/groot.bin")
    assert read(item) == (tree / "groot.bin").read_bytes()
    assert relay.cuts == 1
    relay.close()


def test_a_server_that_is_gone_is_a_reason_and_not_a_crash(
    tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with servers.samba(tmp_path / "samba", tree) as server:
        signed_in(server, monkeypatch, tmp_path)
        place = f"smb://{HOST}:{server.port}/share"
        item = met(place)["groot.bin"]
    with pytest.raises(ExtractError, match=LOST):
        read(item)
    with pytest.raises(ConfigError, match="cannot be reached"):
        list(source_of(place).items(place))


def test_links_lead_nowhere_else_and_never_in_a_circle(
    samba: Server, sshd: Server, tree: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tree / "rond"
    folder.mkdir()
    (folder / "rond").symlink_to(".")
    os.mkfifo(folder / "pijp")
    try:
        signed_in(sshd, monkeypatch, tmp_path)
        found = met(f"sftp://{USER}@{HOST}:{sshd.port}{folder}")
        reasons = {k: v.coverage.reason for k, v in found.items() if isinstance(v, Result)}
        assert reasons == {"rond": LINK, "pijp": SPECIAL}
        # Samba follows links itself; that the folder is one we are in, we see.
        signed_in(samba, monkeypatch, tmp_path)
        found = met(f"smb://{HOST}:{samba.port}/share/rond")
        (link,) = (one for one in found.values() if isinstance(one, Result))
        assert (link.item.uri.rpartition("/")[2], link.coverage.reason) == ("rond", LINK)
    finally:
        shutil.rmtree(folder)


def test_whoever_is_not_let_in_is_told_so_once(
    samba: Server, sshd: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    signed_in(samba, monkeypatch, tmp_path)
    monkeypatch.setenv("PII_SCAN_SMB_PASSWORD", "fout")
    place = f"smb://{HOST}:{samba.port}/share"
    with pytest.raises(ConfigError, match="does not let us in"):
        list(source_of(place).items(place))
    place = f"sftp://{USER}@{HOST}:{sshd.port}/tmp"
    with pytest.raises(ConfigError, match="known_hosts; sign in"):
        list(source_of(place).items(place))
    signed_in(sshd, monkeypatch, tmp_path)
    place = f"sftp://iemand@{HOST}:{sshd.port}/tmp"
    with pytest.raises(ConfigError, match="does not let us in"):
        list(source_of(place).items(place))


@pytest.mark.parametrize(
    "place",
    [
        f"smb://jan:{PASSWORD}@server/share",
        f"sftp://jan:{PASSWORD}@server/x",
        f"postgresql://jan:{PASSWORD}@server/x",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(
    run: Run, tmp_path: Path, place: str
) -> None:
    done = run("scan", place, "--store", tmp_path / "s.db")
    assert done.returncode == 2
    assert "leave it out" in done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert not (tmp_path / "s.db").exists()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("ftp://server/x", "ftp:// is no kind of place"),
        ("smb://server", "name a share"),
        ("smb:///share", "smb://user@host/path"),
        ("s3://", "s3://user@host/path"),
        ("sqlite:///nergens.db", "there is no file"),
        ("postgresql://server/x?sample=veel", "?sample=ROWS"),
    ],
)
def test_what_is_no_place_is_said_in_one_line(
    run: Run, tmp_path: Path, place: str, said: str
) -> None:
    done = run("scan", place, "--store", tmp_path / "s.db")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_scan_over_smb_says_who_may_read_and_keeps_the_password_to_itself(
    run: Run, samba: Server, home: Path, tmp_path: Path
) -> None:
    config = home / "config" / "pii-scan"
    config.mkdir(parents=True, exist_ok=True)
    kept = config / "credentials.toml"
    kept.write_text(
        f'[[credential]]\nurl = "smb://{HOST}:{samba.port}"\nuser = "{USER}"\n'
        f'password = "{PASSWORD}"\n'
    )
    kept.chmod(0o644)
    place, store = f"smb://{HOST}:{samba.port}/share", tmp_path / "s.db"
    try:
        refused = run("scan", place, "--store", store)
        assert refused.returncode == 2
        assert "chmod 600" in refused.stderr
        kept.chmod(0o600)
        with process_list() as processes:
            done = run("scan", place, "--store", store, "--workers", 2, "--exclude", "groot.bin")
    finally:
        kept.unlink()
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in _report(run, store, "jsonl").splitlines()]
    items: dict[str, dict[str, Any]] = {it["uri"]: it for it in lines[:-1]}
    everyones, closed = items[f"{place}/open/bsn.txt"], items[f"{place}/dicht/bsn.txt"]
    assert (everyones["access"], closed["access"] == "everyone") == ("everyone", False)
    assert lines[-1]["open_items"] == 1
    assert lines[-1]["open_items_by_category"]["B01"] == 1
    assert "1 met BSN" in _report(run, store, "html")
    assert "iedereen" in _report(run, store, "csv")
    assert any(b"pii_scan" in one for one in processes)
    assert not [one for one in processes if PASSWORD.encode() in one]
    written = [done.stdout, done.stderr, *(_report(run, store, name) for name in ("html", "csv"))]
    written += [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("s.db*")]
    assert not [text for text in written if PASSWORD in text]


@contextlib.contextmanager
def process_list() -> Iterator[set[bytes]]:
    """Collect what `ps` shows meanwhile."""
    seen: set[bytes] = set()
    is_done = threading.Event()

    def look() -> None:
        while not is_done.wait(0.1):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):
                    seen.add(path.read_bytes())

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        is_done.set()
        watching.join()


def _report(run: Run, store: Path, name: str) -> str:
    done = run("report", "--store", store, "--format", name)
    assert done.returncode == 0, done.stderr
    return done.stdout
