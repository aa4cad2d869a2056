"""Stage 3, extract: MP3, Ogg, FLAC, Windows Media and AIFF: their tags and pictures."""

from collections.abc import Iterator
from itertools import count
from typing import BinaryIO, Final

from pii_scan.errors import ExtractError
from pii_scan.extract._decode import decode
from pii_scan.extract._guard import guarded
from pii_scan.extract._media import Pair, days, told
from pii_scan.extract._reasons import DAMAGED
from pii_scan.model import Extractor, Gap, Member, Part

TECHNICAL: Final = frozenset(
    {"filename", "filesize", "mime_type", "duration", "channels", "bitrate", "bitdepth"}
    | {"samplerate", "is_lossless"}
)
RECORDED: Final = frozenset({"year", "date", "originaldate", "recording_time", "creation_time"})
OLD_TAGS: Final = (
    ("title", 3, 33), ("artist", 33, 63), ("album", 63, 93), ("year", 93, 97), ("comment", 97, 127)
)  # fmt: skip


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield all tags, the date and the pictures that are packed with them."""
    from tinytag import TinyTag

    stream.seek(0)
    try:
        found = guarded(lambda: TinyTag.get(file_obj=stream, image=True))
    except ExtractError:
        yield Gap(DAMAGED, "tags")
        yield from told(())
        return
    tags = [
        (label, str(value))
        for label, values in found.as_dict().items()
        if label not in TECHNICAL
        for value in (values if isinstance(values, list) else [values])
    ]
    tags += _old_tags(stream, tags)
    yield from told(tags, found.duration or 0, days(tags, RECORDED))
    numbers = count(1)
    for images in found.images.as_dict().values():
        for image in images:
            yield Member(f"picture-{next(numbers)}", image.data, media_type=image.mime_type)


def _old_tags(stream: BinaryIO, known: list[Pair]) -> Iterator[Pair]:
    """Yield what ID3v1 says (id3.org/ID3v1), which is not asked where there is a newer tag."""
    stream.seek(max(stream.seek(0, 2) - 128, 0))
    data = stream.read()
    for label, first, last in OLD_TAGS if data.startswith(b"TAG") else ():
        value = decode(data[first:last].split(b"\0", 1)[0]).strip()
        if value and not any(value in other for _, other in known):
            yield label, value


EXTRACTOR = Extractor(
    media_types=("audio/mpeg", "audio/ogg", "audio/flac", "audio/aiff", "video/x-ms-asf"),
    suffixes=(".mp3", ".ogg", ".oga", ".opus", ".flac", ".aif", ".aiff", ".wma", ".wmv"),
    parts=parts,
)
