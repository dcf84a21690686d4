"""Every way in which somebody could read a word out of a published file."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.publish.readings import readings, shown

WORD = "Zephyrine “quoted” & <b>"


def zipped(content: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("name.txt", content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        WORD.encode(),
        b"<p title='x'>Zephyrine &#8220;quoted&#x201d; &amp; &lt;b&gt;</p>",
        "<a href='#' title='Zephyrine “quoted” &amp; &lt;b>'>x</a>".encode(),
        "<code><span>Zeph</span><span>yrine “quoted” &amp; &lt;b></span></code>".encode(),
        f"sitegen.receive(\"x\",{json.dumps(WORD)});".encode(),
        json.dumps(WORD).replace("<", "\\u003c").encode(),
        b"x " + base64.b64encode(WORD.encode() * 2),
        base64.b64encode(b"ends with: quoted Zephyrine"[-26:]),
        base64.b64encode(b"ends with: quoted Zephyrine"[-25:]).rstrip(b"="),
        b"data:" + base64.urlsafe_b64encode(WORD.encode() * 2),
        gzip.compress(WORD.encode()),
        b"header" + zlib.compress(WORD.encode()) + b"trailer",
        zipped(WORD.encode()),
        base64.b64encode(gzip.compress(WORD.encode())),
        zipped(gzip.compress(WORD.encode())),
        b"\xff\xfe" + WORD.encode("utf-16-le"),
        b"\xff" + WORD.encode("utf-16-le"),
        b"\xff\xd8Exif\0Zephyrine \x93quoted\x94",
    ],
    ids=[
        *("plain", "entities", "attribute", "within code", "script", "escapes", "base64", "base64 padded"),
        *("base64 without padding", "base64url", "gzip", "zlib"),
        *("zip", "gzip in base64", "gzip in zip", "UTF-16", "UTF-16 at an odd place", "single bytes"),
    ],
)  # fmt: skip
def test_readings__find_a_word_however_it_is_packed(content):
    words = ("Zephyrine", "quoted")
    assert any(all(word in text for word in words) for text in readings(content))


def test_readings__what_is_packed_again_and_again_ends():
    content = b"word"
    for _ in range(20):
        content = gzip.compress(content)
    assert not any("word" in text for text in readings(content))


@given(st.binary(max_size=300))
def test_readings__take_any_bytes(content):
    assert all(isinstance(text, str) for text in readings(content))


@given(st.binary(max_size=100), st.sampled_from([gzip.compress, zlib.compress, zipped]))
def test_readings__take_packed_bytes_that_are_cut_off(content, pack):
    packed = pack(content)
    list(readings(packed[: len(packed) // 2]))


def test_shown__parts_of_a_word_stay_together_and_blocks_apart():
    text = shown("<!doctype html><p>one<em>word</em></p><p>two</p><img alt='three' src=four>")
    assert "oneword" in text
    assert "onewordtwo" not in text
    assert {"three", "four"} <= set(text.split("\n"))
