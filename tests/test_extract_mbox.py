import io
from collections.abc import Iterator

import pytest

from pii_scan.extract import mbox, media_type
from pii_scan.extract.mbox import EXTRACTOR
from pii_scan.model import Gap, Member
from tests.documents import at, parts

MARK = b"From a@b.example Mon Mar  1 10:00:00 2021\n"
TOP = b"From: a@b.example\nTo: c@d.example\nSubject: x\n"


def bodies(data: bytes) -> list[str]:
    """Return the bodies of the messages in a mailbox."""
    found = [part for part in parts(data, "Inbox") if isinstance(part, Member)]
    assert [member.name for member in found] == [str(n) for n in range(1, len(found) + 1)]
    return [at(parts(member.data, "x.eml"), "body") for member in found]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (MARK + TOP + b"\neen\n\n" + MARK + TOP + b"\ntwee\n", ["een\n\n", "twee\n"]),
        (MARK + TOP + b"\neen\n" + MARK + TOP + b"\ntwee", ["een\n", "twee"]),
        ((MARK + TOP + b"\neen\n\n" + MARK + TOP + b"\ntwee\n").replace(b"\n", b"\r\n"),
         ["een\n\n", "twee\n"]),
        (MARK + TOP + b"\n>From hier\n>>From daar\nvan> From\n",
         ["From hier\n>From daar\nvan> From\n"]),
        (MARK + TOP + b"\nFrom 10:00 on: ja\nFrom nu om 10:00\nniets\n",
         ["From 10:00 on: ja\nFrom nu om 10:00\nniets\n"]),
        (MARK + b"Content-Length: 4000\n" + TOP + b"\neen\n\n" + MARK + TOP + b"\ntwee\n",
         ["een\n\n", "twee\n"]),
        (b"From - Mon Mar  1 10:00:00 2021\nX-Mozilla-Status: 1\n" + TOP + b"\neen\n", ["een\n"]),
        (b"From MAILER-DAEMON Mon Mar  1 10:00:00 2021\n" + TOP + b"\neen\n\n", ["een\n\n"]),
        (MARK + b">From b@c.example Mon Mar  1 10:00:00 2021\n" + TOP + b"\neen\n", ["een\n"]),
    ],
)  # fmt: skip
def test_every_dialect_gives_its_messages(data: bytes, expected: list[str]) -> None:
    assert bodies(data) == expected


def test_messages_of_any_length_end_where_they_end() -> None:
    sizes = [0, 1, 16_300, 16_350, 16_384, 70_000, (1 << 20) - 100, 3 << 20]
    data = b"".join(MARK + TOP + b"\n" + b"x" * size + b"\n\n" for size in sizes)
    found = [part for part in parts(data, "Inbox") if isinstance(part, Member)]
    assert [len(member.data) - len(TOP) - 3 for member in found] == sizes


def test_a_postmark_on_the_border_of_a_block_is_seen() -> None:
    first = MARK + TOP + b"\n"
    for size in range(16_384 - 60, 16_384 + 20):
        data = first + b"x" * (size - len(first)) + b"\n" + first + b"twee"
        assert len(bodies(data)) == 2


def test_a_message_that_is_too_large_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAX_PART_BYTES", 200)
    data = MARK + TOP + b"\n" + b"x" * 500 + b"\n" + MARK + TOP + b"\ntwee\n"
    found = parts(data, "Inbox")
    assert [part.name for part in found if isinstance(part, Member)] == ["1", "2"]
    assert [part for part in found if isinstance(part, Gap)] == [Gap("too large", "message 1")]


def test_one_message_is_in_memory_at_a_time() -> None:
    class Endless(io.RawIOBase):
        """A mailbox of 100 GB, of which every 100 kB is the same message."""

        message = (MARK + TOP + b"\n").ljust(99_999, b"x") + b"\n"
        place = 0

        def seek(self, offset: int, whence: int = 0) -> int:
            self.place = offset if whence == 0 else 100_000_000_000
            return self.place

        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 2 << 20
            shift = self.place % len(self.message)
            self.place += size
            times = (shift + size) // len(self.message) + 1
            return (self.message * times)[shift : shift + size]

    found: Iterator[object] = EXTRACTOR.parts(Endless())  # type: ignore[arg-type]
    for number in range(1, 50):
        part = next(found)
        assert isinstance(part, Member)
        assert (part.name, len(part.data)) == (str(number), 100_000 - len(MARK))


def test_messages_keep_their_type_without_a_suffix() -> None:
    (member,) = parts(MARK + b"From: a@b.example\n\nhallo\n", "Inbox")
    assert isinstance(member, Member)
    stream = io.BytesIO(member.data)
    assert media_type(stream, member.name, member.media_type) == "message/rfc822"
    assert media_type(stream, member.name) == "text/plain"


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (MARK + TOP + b"\nx", "Inbox", "application/mbox"),
        (MARK + TOP + b"\nx", "post.txt", "application/mbox"),
        (MARK + TOP + b"\nx", "a.eml", "message/rfc822"),
        (MARK + b"X-A: b\n" * 400 + TOP + b"\nx", "Inbox", "text/plain"),
        (MARK + b"X-A: b\n" * 90 + TOP + b"\nx", "Inbox", "application/mbox"),
        (MARK + b"X-A: b\n" * 400 + TOP + b"\nx", "a.mbox", "application/mbox"),
        (b"From dawn at 10:00\nto dusk\n", "a.txt", "text/plain"),
    ],
)
def test_what_a_mailbox_is(data: bytes, name: str, expected: str) -> None:
    assert media_type(io.BytesIO(data), name) == expected
