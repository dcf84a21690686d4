import io
from io import BufferedRandom
from pathlib import Path

import pytest

from sitegen.archive import attachments
from sitegen.archive.attachments import AttachmentStore, media_type_of
from sitegen.errors import ArchiveError
from sitegen.language import ENGLISH
from sitegen.model import Attachment
from sitegen.render.files import file_view, resolver, site_path

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
        (b'<?xml version="1.0"?>\n<!-- x --><svg xmlns="">', "image/svg+xml"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        ("Größe".encode(), "text/plain"),
        (("x" * 10 + "é").encode()[:-1], "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"\xff\xfe\xfa\xfb\xfc", "application/octet-stream"),
    ],
)
def test_media_type__by_first_bytes(head, media_type):
    assert media_type_of(head) == media_type


@pytest.mark.parametrize(("rest", "media_type"), [(b"", "text/plain"), (b"<svg>", "image/svg+xml")])
def test_media_type__of_many_comments_takes_no_time(rest: bytes, media_type: str) -> None:
    assert media_type_of(b"<!--> -->" * 100 + rest) == media_type


def test_file_view__marks_of_direction_in_a_name_are_spelled_out() -> None:
    view = file_view(Attachment("id", name="photo_\u202egnp.exe\u2066"), None, "", ENGLISH)
    assert view.name == "photo_[U+202E]gnp.exe[U+2066]"


def test_store__equal_content_stands_once(tmp_path: Path):
    store = AttachmentStore(tmp_path)
    first, second = store.add(io.BytesIO(PNG)), store.add(io.BytesIO(PNG))
    assert first == second
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first.hash]
    with store.open(first.hash) as stream:
        assert stream.read() == PNG


def test_store__waits_for_the_disk_only_for_what_it_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    synced: list[tuple[bytes, bool]] = []

    def sync(file: BufferedRandom) -> None:
        synced.append((Path(file.name).read_bytes(), any(tmp_path.glob("*/*"))))

    monkeypatch.setattr(attachments, "sync_file", sync)
    store = AttachmentStore(tmp_path)
    for content in (PNG, PNG, PNG.hex().encode()):
        store.add(io.BytesIO(content))
    assert synced == [(PNG, False)]  # all of it, before it has its name


def test_store__hex_text_of_a_large_picture_too(tmp_path: Path):
    large = PNG + bytes(700_000)
    store = AttachmentStore(tmp_path)
    stored = store.add(io.BytesIO(large.hex().encode() + b"\n"))
    assert (stored.size, stored.media_type) == (len(large), "image/png")
    with store.open(stored.hash) as stream:
        assert stream.read() == large


def test_store__text_that_only_begins_as_hex_digits_stays_text(tmp_path: Path):
    for tail in (b" and words", b"0"):
        text = PNG.hex().encode() + bytes(700_000).hex().encode() + tail
        store = AttachmentStore(tmp_path)
        stored = store.add(io.BytesIO(text))
        assert (stored.size, stored.media_type) == (len(text), "text/plain")
        with store.open(stored.hash) as stream:
            assert stream.read() == text
    assert not list(tmp_path.glob(".tmp*"))


def test_store__hex_text_of_a_picture_becomes_the_picture(tmp_path: Path):
    stored = AttachmentStore(tmp_path).add(io.BytesIO(PNG.hex().encode() + b"\n"))
    assert (stored.media_type, stored.size) == ("image/png", len(PNG))
    plain = AttachmentStore(tmp_path).add(io.BytesIO(b"deadbeef" * 8))
    assert plain.media_type == "text/plain"


def test_site_path__nothing_of_the_name_and_no_type_that_runs(tmp_path: Path):
    stored = AttachmentStore(tmp_path).add(io.BytesIO(b"<script>alert(1)</script>"))
    assert site_path(stored) == f"files/{stored.hash[:16]}.txt"


def test_file_view__missing_bytes_become_a_placeholder():
    view = file_view(Attachment("id", name="photo.png", media_type="image/png", size=1234), None, "../", ENGLISH)
    assert (view.url, view.name, view.shows_as, view.size) == ("", "photo.png", "image", "1 KB")


def test_resolver__finds_files_by_name_never_for_web_addresses(tmp_path: Path):
    stored = AttachmentStore(tmp_path).add(io.BytesIO(b"a,b\n1,2\n"))
    resolve = resolver({"f1": Attachment("f1", name="my data.csv")}, {"f1": stored}, "../../")
    assert resolve("sandbox:/mnt/data/my%20data.csv") == "../../" + site_path(stored)
    assert resolve("my data.csv") == "../../" + site_path(stored)
    assert resolve("https://example.org/my data.csv") is None
    assert resolve("javascript:my data.csv") is None


def test_store__what_cannot_be_opened_is_an_archive_error(tmp_path: Path):
    store = AttachmentStore(tmp_path)
    file = store.add(io.BytesIO(b"text"))
    store.path(file.hash).unlink()
    with pytest.raises(FileNotFoundError):
        store.open(file.hash)
    store.path(file.hash).mkdir()
    with pytest.raises(ArchiveError, match="can't be read"):
        store.open(file.hash)
