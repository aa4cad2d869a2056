"""The signature: what was changed is named whoever made the sums anew; and openssl agrees."""

import base64
import json
import re
import shlex
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pii_scan.errors import ConfigError
from pii_scan.evidence import Problem, query, signature, stamped, verify
from pii_scan.evidence.parts import REQUIRED, SIGNATURE, SUMS
from tests.invented_log import KEY, OTHER_KEY, check
from tests.test_evidence import RESULTS, TAMPERED, Parts, make, packed, parts_of, resummed

DOCS = Path(__file__).parents[1] / "docs" / "evidence.md"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("evidence") / "bundle.zip")


def told(path: Path) -> set[tuple[str, str]]:
    problems = verify(path, None, check(KEY)).problems
    return {(one.part, one.what.split(":")[0]) for one in problems}


def test_who_has_the_key_can_tell_who_signed(bundle: Path) -> None:
    assert verify(bundle, None, check(KEY)).signed_by == KEY.id
    assert verify(bundle, None, check(OTHER_KEY, KEY)).problems == ()
    assert verify(bundle).signed_by is None


@pytest.mark.parametrize("tamper", [one for one, _ in TAMPERED.values()], ids=TAMPERED.keys())
def test_the_key_names_each_part_whatever_the_sums_say(
    bundle: Path, tmp_path: Path, tamper: Callable[[Parts], Parts]
) -> None:
    """Parts, manifest and sums may agree with each other: they are not what was signed."""
    before = parts_of(bundle)
    after = tamper(before) | {SIGNATURE: before[SIGNATURE]}
    expected = {(name, "changed") for name in before if after.get(name, b"") != before[name]}
    expected = {(name, what) for name, what in expected if name in after}
    expected |= {(name, "removed") for name in before.keys() - after.keys()}
    named = told(packed(tmp_path / "t.zip", after))
    added = {re.sub("\x1b", r"\\x1b", name) for name in after.keys() - before.keys()}
    assert {part for part, what in named if what == "added"} == added
    assert {(part, what) for part, what in named if part not in added} >= expected
    assert {part for part, _ in named} == added | {part for part, _ in expected}


@pytest.mark.parametrize("name", sorted(REQUIRED | {"policy/nl-default.toml"}))
@pytest.mark.parametrize("at", [0, -2], ids=["first", "last"])
def test_a_byte_in_any_part_names_that_part(
    bundle: Path, tmp_path: Path, name: str, at: int
) -> None:
    parts = parts_of(bundle)
    content = bytearray(parts[name])
    content[at] ^= 1
    named = told(packed(tmp_path / "t.zip", parts | {name: bytes(content)}))
    assert named == {(name, "changed")}


def envelope_with(**changes: object) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        value = json.loads(parts[SIGNATURE]) | changes
        return parts | {SIGNATURE: json.dumps(value, indent=2).encode() + b"\n"}

    return apply


def signed_by_another(parts: Parts) -> Parts:
    return parts | {SIGNATURE: signature.envelope(parts[SUMS], OTHER_KEY)}


def under_another_name(parts: Parts) -> Parts:
    forged = signature.envelope(parts[SUMS], OTHER_KEY)
    return parts | {SIGNATURE: forged.replace(OTHER_KEY.id.encode(), KEY.id.encode())}


def over_other_sums(parts: Parts) -> Parts:
    value = json.loads(parts[SIGNATURE])
    payload = base64.b64encode(parts[SUMS] + b"0" * 64 + b"  x\n").decode()
    return envelope_with(payload=payload, signatures=value["signatures"])(parts)


def signed_twice(parts: Parts) -> Parts:
    signatures = json.loads(parts[SIGNATURE])["signatures"]
    return envelope_with(signatures=signatures * 2)(parts)


ENVELOPES: dict[str, Callable[[Parts], Parts]] = {
    "another key": signed_by_another,
    "another key under its name": under_another_name,
    "other sums": over_other_sums,
    "two signatures": signed_twice,
    "no signature": envelope_with(signatures=[]),
    "another type": envelope_with(payloadType="text/plain"),
    "something more": envelope_with(note="x"),
    "no payload": envelope_with(payload=None),
    "written in another way": lambda parts: parts | {SIGNATURE: parts[SIGNATURE] + b" "},
    "nothing": lambda parts: parts | {SIGNATURE: b""},
    "a list": lambda parts: parts | {SIGNATURE: b"[]"},
    "nested without end": lambda parts: parts | {SIGNATURE: b"[" * 100_000},
}


@pytest.mark.parametrize("tamper", ENVELOPES.values(), ids=ENVELOPES.keys())
def test_another_envelope_is_no_signature(
    bundle: Path, tmp_path: Path, tamper: Callable[[Parts], Parts]
) -> None:
    path = packed(tmp_path / "t.zip", tamper(parts_of(bundle)))
    assert told(path) == {(SIGNATURE, "changed")}
    assert verify(path, None, check(KEY)).signed_by is None


def test_a_bundle_made_anew_by_another_is_not_signed_by_the_key(
    bundle: Path, tmp_path: Path
) -> None:
    path = packed(tmp_path / "t.zip", resummed(parts_of(bundle)))
    assert verify(path).problems == ()
    (problem,) = verify(path, None, check(KEY)).problems
    assert problem.what == f"changed: signed with key {OTHER_KEY.id}, not the one given"


def is_refused(content: bytes, path: Path) -> bool:
    path.write_bytes(content)
    try:
        return bool(verify(path, None, check(KEY)).problems)
    except ConfigError:
        return True


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("evidence") / "small.zip", RESULTS[:1])


def test_nothing_hides_in_the_list_of_parts(small: Path, tmp_path: Path) -> None:
    content = bytearray(small.read_bytes())
    with zipfile.ZipFile(small) as archive:
        start, last = archive.start_dir, archive.infolist()[-1]
    hidden = struct.pack("<HH", 0xCAFE, 8) + b"verborgen"[:8]
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 30, len(hidden))
    end = at + 46 + len(last.filename)
    content[end:end] = hidden
    struct.pack_into("<L", content, len(content) - 10, len(content) - 22 - start)
    (tmp_path / "t.zip").write_bytes(content)
    assert zipfile.ZipFile(tmp_path / "t.zip").testzip() is None
    what = "rewritten: bytes stand between, before or within the entries"
    assert Problem("", what) in verify(tmp_path / "t.zip").problems


def test_no_byte_around_the_parts_can_change(small: Path, tmp_path: Path) -> None:
    """Headers too: another program may read in them what this one does not."""
    content = small.read_bytes()
    with zipfile.ZipFile(small) as archive:
        entries, start = archive.infolist(), archive.start_dir
    at = [one.header_offset + step for one in entries for step in range(30 + len(one.filename))]
    at += range(start, len(content))
    escaped = []
    for offset in at[::5]:  # every fifth: fields are longer or differ from entry to entry
        changed = bytearray(content)
        changed[offset] ^= 1 << offset % 8
        if not is_refused(bytes(changed), tmp_path / "t.zip"):
            escaped.append(offset)
    assert len(at) > 2_000
    assert escaped == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nothing_can_be_changed_cut_or_put_in_anywhere(
    small: Path, tmp_path: Path, data: st.DataObject
) -> None:
    content = small.read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    piece = data.draw(st.binary(max_size=4))
    length = data.draw(st.integers(0, 4))
    changed = content[:at] + piece + content[at + length :]
    assert changed == content or is_refused(changed, tmp_path / "t.zip")


# What an auditor does who has none of our programs


def by_hand(bundle: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Unpack a bundle and run what the documentation says, word for word."""
    block = re.search(r"```sh\n(# in the folder .*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert block is not None
    (folder / "unpacked").mkdir(parents=True)
    (folder / "pii-scan.pem").write_text(KEY.pem(), "ascii")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder / "unpacked")
    script = f"set -eo pipefail\n{block[1]}"
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder / "unpacked",
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_bundle_itself_tells_how(bundle: Path) -> None:
    block = re.search(r"```sh\n# in the folder .*?\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert block is not None
    lines = parts_of(bundle)["README.txt"].decode().splitlines()
    assert [lines.count(f"    {line}") for line in block[1].splitlines()] == [2] * 8


def test_openssl_and_sha256sum_suffice(bundle: Path, tmp_path: Path) -> None:
    done = by_hand(bundle, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout


BY_HAND = {
    name: tamper
    for name, (tamper, named) in TAMPERED.items()
    if not any(what == "unsafe" for _, what in named)
} | {
    name: ENVELOPES[name]
    for name in ("another key", "another key under its name", "no signature", "nothing")
}


@pytest.mark.parametrize("tamper", BY_HAND.values(), ids=BY_HAND.keys())
def test_openssl_and_sha256sum_see_tampering(
    bundle: Path, tmp_path: Path, tamper: Callable[[Parts], Parts]
) -> None:
    done = by_hand(packed(tmp_path / "t.zip", tamper(parts_of(bundle))), tmp_path)
    assert done.returncode != 0


# Time stamps: an authority of our own, made by openssl

AUTHORITY = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
[extensions]
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture
def authority(tmp_path: Path) -> Callable[[Path], Path]:
    """Return what answers a query as a time-stamping authority does."""
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "tsa.cnf").write_text(AUTHORITY.format(folder=tmp_path))
    openssl(
        f"req -x509 -newkey rsa:2048 -nodes -keyout {tmp_path}/tsa.key -out {tmp_path}/tsa.crt "
        f"-subj /CN=tsa.example -config {tmp_path}/tsa.cnf -extensions extensions"
    )

    def answer(asked: Path) -> Path:
        response = asked.with_suffix(".tsr")
        openssl(
            f"ts -reply -config {tmp_path}/tsa.cnf -queryfile {asked} -signer {tmp_path}/tsa.crt "
            f"-inkey {tmp_path}/tsa.key -out {response}"
        )
        return response

    return answer


def openssl(arguments: str) -> str:
    command = ["openssl", *shlex.split(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_authority_answers_and_openssl_and_we_read_the_answer(
    bundle: Path, tmp_path: Path, authority: Callable[[Path], Path]
) -> None:
    sha256 = verify(bundle).sha256
    (tmp_path / "b.tsq").write_bytes(query(sha256))
    assert "sha256" in openssl(f"ts -query -in {tmp_path}/b.tsq -text")
    response = authority(tmp_path / "b.tsq")
    text = openssl(f"ts -reply -in {response} -text")
    assert stamped(response, sha256).strftime("%b %e %H:%M:%S %Y GMT") in text.replace(".000", "")
    openssl(f"ts -verify -data {bundle} -in {response} -CAfile {tmp_path}/tsa.crt")
    with pytest.raises(ConfigError, match="over something else"):
        stamped(response, "0" * 64)
    content = response.read_bytes()
    assert content.count(bytes.fromhex(sha256)) == 1
    other = content.replace(bytes.fromhex(sha256), bytes(32)) + bytes.fromhex(sha256)
    rejected = content.replace(b"\x02\x01\x00", b"\x02\x01\x02", 1)
    for forged, says in ((other, "over something else"), (rejected, "no granted time stamp")):
        response.write_bytes(forged)
        with pytest.raises(ConfigError, match=says):
            stamped(response, sha256)


@pytest.mark.parametrize("content", [b"", b"\x30\x03\x02\x01\x02", b"no stamp", bytes(5_000)])
def test_what_is_no_stamp_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tsr").write_bytes(content)
    with pytest.raises(ConfigError, match="no granted time stamp"):
        stamped(tmp_path / "x.tsr", "0" * 64)
