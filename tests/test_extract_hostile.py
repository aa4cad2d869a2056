"""Small files made to take time without end: each is told, read or refused in a moment.

A limit on the work done stands for time: what doubles with each piece never gets to its end.
"""

import io

import pytest

from pii_scan.extract import media_type
from pii_scan.extract._decode import decode
from pii_scan.extract._html import _open_tags
from pii_scan.extract._mail import header


def test_comments_before_anything_take_no_time() -> None:
    data = b"<!---->" * 250 + b"<p>x</p>"
    assert media_type(io.BytesIO(data), "x") == "text/plain"
    assert media_type(io.BytesIO(b"<!-- a --b -- -->" * 9 + b"<html>"), "x") == "text/html"


def test_end_tags_make_no_room_for_more_elements() -> None:
    assert _open_tags("</b>" * 500 + "<div>" * 400) == 400


@pytest.mark.parametrize("charset", ["punycode", "cp037", "utf-7", "rot13", "utf-16", "idna", "x"])
def test_a_sender_does_not_choose_what_letters_become(charset: str) -> None:
    assert decode(b"BSN 999994256", charset) == "BSN 999994256"


def test_a_long_header_of_encoded_words_is_joined() -> None:
    assert header("=?utf-8?q?aa?= " * 50_000) == "a" * 100_000
