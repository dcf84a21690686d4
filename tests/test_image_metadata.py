"""Pictures without what is said about them."""

from __future__ import annotations

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from sitegen.redaction.images import without_metadata

PLANTED = b"ZEBRAQUARTZ"
WORD = PLANTED.decode()
XMP = b"<x:xmpmeta>" + PLANTED + b"</x:xmpmeta>"
ICC = b"\0" * 128 + b"profile of a camera"


def picture(seed: int = 0) -> Image.Image:
    image = Image.new("RGB", (24, 17))
    image.putdata([((x * 7 + seed) % 256, (x * 3) % 256, (x * 11) % 256) for x in range(24 * 17)])
    return image


def exif(orientation: int = 1) -> bytes:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = WORD
    data.get_ifd(0x8825)[1] = "N"
    return data.tobytes()


def saved(image: Image.Image, form: str, **choices: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **choices)  # type: ignore[arg-type]
    return file.getvalue()


def segment(code: int, body: bytes) -> bytes:
    return bytes((0xFF, code)) + (len(body) + 2).to_bytes(2, "big") + body


def chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def jpeg(orientation: int = 1, **choices: object) -> bytes:
    made = saved(picture(), "JPEG", exif=exif(orientation), xmp=XMP, icc_profile=ICC, comment=PLANTED, **choices)
    extra = segment(0xED, b"Photoshop 3.0\0" + PLANTED) + segment(0xEB, PLANTED) + segment(0xE0, b"JFXX\0" + PLANTED)
    return made[:2] + extra + made[2:] + PLANTED


def png(orientation: int = 1) -> bytes:
    info = PngInfo()
    info.add_text("Author", WORD)
    info.add_text("Comment", WORD, zip=True)
    info.add_itxt("XML:com.adobe.xmp", WORD)
    made = saved(picture(), "PNG", pnginfo=info, exif=exif(orientation), icc_profile=ICC)
    return made[:33] + chunk(b"tIME", b"\x07\xea\1\1\1\1\1") + chunk(b"caBX", PLANTED) + made[33:] + PLANTED


def gif() -> bytes:
    frames = [picture(seed).convert("P") for seed in (50, 100)]
    made = saved(frames[0], "GIF", save_all=True, append_images=frames, comment=PLANTED, loop=3, duration=70)
    xmp = b"!\xff\x0bXMP DataXMP\x0b" + PLANTED + b"\0"
    plain = b"!\x01\x0c" + b"\0" * 12 + b"\x0b" + PLANTED + b"\0"
    place = made.index(b"!\xff\x0bNETSCAPE")
    return made[:place] + xmp + plain + made[place:] + PLANTED


def webp(orientation: int = 1, **choices: object) -> bytes:
    return (
        saved(picture(), "WEBP", lossless=True, exif=exif(orientation), xmp=XMP, icc_profile=ICC, **choices) + PLANTED
    )


MADE = {
    "jpeg": ("image/jpeg", jpeg()),
    "progressive jpeg": ("image/jpeg", jpeg(progressive=True)),
    "png": ("image/png", png()),
    "gif": ("image/gif", gif()),
    "webp": ("image/webp", webp()),
    "animated webp": ("image/webp", webp(save_all=True, append_images=[picture(9)], duration=70, loop=3)),
}


@pytest.mark.parametrize("name", MADE)
def test_images__nothing_is_said_about_them_and_every_pixel_is_as_it_was(name):
    media_type, content = MADE[name]
    assert PLANTED in content
    clean = without_metadata(content, media_type)
    assert clean is not None and PLANTED not in clean and b"Exif" not in clean
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(clean))
    assert getattr(before, "n_frames", 1) == getattr(after, "n_frames", 1)
    for frame in range(getattr(after, "n_frames", 1)):
        before.seek(frame)
        after.seek(frame)
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()
        assert before.info.get("duration") == after.info.get("duration")
    assert after.info.get("loop") == before.info.get("loop")
    assert not {"comment", "xmp", "Author", "Comment", "photoshop"} & set(after.info)
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert not after.getexif()


@pytest.mark.parametrize(("media_type", "make"), [("image/jpeg", jpeg), ("image/png", png), ("image/webp", webp)])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_images__stay_upright(media_type, make, orientation):
    content = make(orientation)
    clean = without_metadata(content, media_type)
    assert clean is not None and PLANTED not in clean
    after = Image.open(io.BytesIO(clean))
    assert dict(after.getexif()) == {0x0112: orientation}
    assert (
        ImageOps.exif_transpose(after).tobytes() == ImageOps.exif_transpose(Image.open(io.BytesIO(content))).tobytes()
    )


@pytest.mark.parametrize("name", MADE)
def test_images__clean_ones_are_left_as_they_are(name):
    media_type, content = MADE[name]
    clean = without_metadata(content, media_type)
    assert clean is not None and without_metadata(clean, media_type) == clean


@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/heic", "application/pdf", "", "text/plain"])
def test_images__types_that_cannot_be_cleaned_are_left_out(media_type):
    assert without_metadata(jpeg(), media_type) is None


@pytest.mark.parametrize("name", MADE)
def test_images__file_of_another_type_is_left_out(name):
    media_type, content = MADE[name]
    for other in {"image/jpeg", "image/png", "image/gif", "image/webp"} - {media_type}:
        assert without_metadata(content, other) is None
    assert without_metadata(content, media_type.upper() + "; charset=binary") is not None


@pytest.mark.parametrize("name", MADE)
def test_images__cut_off_ones_are_left_out(name):
    media_type, content = MADE[name]
    whole = without_metadata(content, media_type)
    assert whole is not None
    for length in range(0, len(content) - len(PLANTED), 7):
        assert without_metadata(content[:length], media_type) is None


@given(st.sampled_from(sorted(MADE)), st.integers(0, 5000), st.binary(min_size=1, max_size=4))
def test_images__damaged_ones_break_nothing(name, place, damage):
    media_type, content = MADE[name]
    place %= len(content)
    broken = content[:place] + damage + content[place + len(damage) :]
    clean = without_metadata(broken, media_type)
    assert clean is None or len(clean) <= len(broken) + 64


def test_images__png_with_a_needed_chunk_of_unknown_meaning_is_left_out():
    made = saved(picture(), "PNG")
    assert without_metadata(made[:33] + chunk(b"ABCD", b"") + made[33:], "image/png") is None
