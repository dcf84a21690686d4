"""Sealed sites without a browser: the format, what is refused, sealing again, and the way back."""

from __future__ import annotations

import hashlib
import json
import shutil
import string
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import PASSPHRASE
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.errors import OutputError, PassphraseError, SealingError
from sitegen.output import DIRTY_NAME, MANIFEST_NAME, Output
from sitegen.sealing import Reader, blobs, check_passphrase, generate_passphrase, seal_site, unseal_site
from sitegen.sealing.blobs import STEP, literal_of, opened_blob, padded, script, sealed_blob, unpadded
from sitegen.sealing.ciphers import FEWEST_ITERATIONS, as_bytes, as_text, derived_key
from sitegen.sealing.directory import SealedFile, opened_directory, opened_file
from sitegen.sealing.header import (
    HEADER_PATH,
    DirectoryPlace,
    Header,
    header_script,
    new_slot,
    opened_by,
    opened_slot,
    read_header,
)
from sitegen.sealing.passphrases import normalised, words
from sitegen.sealing.reading import SealedSite, open_sealed
from sitegen.theme import Theme, load_theme

VECTORS = json.loads((Path(__file__).parent / "data" / "sealing" / "vectors.json").read_text("utf-8"))
KEY, IV, PUBLICATION, BLOB = bytes(range(32)), bytes(12), "a" * 16, "b" * 16
ANNA, BEN = Reader("Anna", PASSPHRASE), Reader("Ben", "another twelve and more")
PAGES = {
    "index.html": b"<h1>Home</h1>",
    "chats/a.html": b"<h1>CANARY alpha</h1>" + bytes(range(256)) * 40,
    "chats/b.html": b"<h1>Beta</h1>",
    "search/manifest.js": b'sitegen.receive("manifest",{});\n',
    "files/0011.png": b"\x89PNG\r\n",
    "feed.xml": b"<feed/>",
    "empty.txt": b"",
    "assets/js/sitegen.js": b"var sitegen;",
    "run/x/1.html": b"<h1>runs</h1>",
}


@pytest.fixture(scope="module")
def theme() -> Theme:
    return load_theme("default")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return written(tmp_path / "plain", PAGES)


def written(folder: Path, files: dict[str, bytes]) -> Path:
    output = Output(folder)
    for name, content in files.items():
        output.write(name, content)
    output.finish()
    return folder


def sealed(plain: Path, folder: Path, theme: Theme, *readers: Reader, **more: Any) -> Any:
    return seal_site(plain, folder, readers or [ANNA], theme, iterations=FEWEST_ITERATIONS, **more)


def files_in(folder: Path) -> dict[str, bytes]:
    """Everything but what sitegen itself keeps there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".sitegen")
    }


def blob_of(site: SealedSite, path: str) -> Path:
    (file,) = (file for file in site.directory.files if file.path == path)
    return site.folder / "sealed" / f"{file.blob}.js"


# --- vectors -------------------------------------------------------------------------------------------------------


def test_vectors__the_passphrase_is_normalised_and_becomes_the_key() -> None:
    slot = VECTORS["header"]["slots"][0]
    salt = as_bytes(slot["salt"])
    assert salt is not None
    assert normalised(VECTORS["passphrase"]) == VECTORS["normalised"]
    assert derived_key(VECTORS["passphrase"], salt, slot["iterations"]).hex() == VECTORS["wrapping_key"]
    # The standard library's, which shares no code with the one in use.
    secret = VECTORS["normalised"].encode()
    assert hashlib.pbkdf2_hmac("sha256", secret, salt, slot["iterations"]).hex() == VECTORS["wrapping_key"]


def test_vectors__the_slot_the_directory_and_a_file_are_opened() -> None:
    header = read_header(script("header", json.dumps(VECTORS["header"])))
    opened = opened_by(header.slots, header.publication, VECTORS["passphrase"])
    assert opened is not None
    assert opened[1].hex() == VECTORS["key"]
    place = header.directory
    directory = opened_directory(opened[1], header.publication, place, script(place.blob, f'"{VECTORS["directory"]}"'))
    (file,) = directory.files
    assert file == SealedFile(**VECTORS["file"])
    content = opened_file(opened[1], header.publication, file, script(file.blob, f'"{VECTORS["blob"]}"'))
    assert content == (VECTORS["content_line"] * VECTORS["content_times"]).encode()


# --- blobs ---------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=20_000))
def test_padding__gives_the_content_back_in_whole_steps(content: bytes) -> None:
    assert len(padded(content)) % STEP == 0
    assert unpadded(padded(content)) == content


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_padding__hides_small_differences(first: int, second: int) -> None:
    import random

    noise = random.Random(1).randbytes(3000)
    assert len(padded(noise[:first])) == len(padded(noise[:second])) == STEP


@pytest.mark.parametrize("broken", [b"", bytes(STEP), b"\xff" * STEP, padded(b"a")[:-1], padded(b"a") + bytes(STEP),
                                    padded(b"a")[:-1] + b"\1"])  # fmt: skip
def test_padding__what_was_not_made_so_is_refused(broken: bytes) -> None:
    assert unpadded(broken) is None


def test_unpadded__fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "LARGEST", 5_000)
    assert unpadded(padded(bytes(5_000))) == bytes(5_000)
    tracemalloc.start()
    try:
        assert unpadded(padded(bytes(5_001))) is None
        bomb = padded(bytes(8 << 20))
        tracemalloc.reset_peak()
        assert unpadded(bomb) is None
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=9000))
@settings(max_examples=30)
def test_blobs__give_their_content_back(content: bytes) -> None:
    assert opened_blob(KEY, IV, PUBLICATION, BLOB, "page", made(content)) == content


def made(content: bytes) -> bytes:
    return sealed_blob(KEY, IV, PUBLICATION, BLOB, "page", content)


@pytest.mark.parametrize(
    "other",
    [
        (bytes(32), IV, PUBLICATION, BLOB, "page"),
        (KEY, bytes(11) + b"\1", PUBLICATION, BLOB, "page"),
        (KEY, IV, "c" * 16, BLOB, "page"),
        (KEY, IV, PUBLICATION, BLOB, "data"),
    ],
)
def test_blobs__open_with_their_own_key_iv_publication_and_kind_only(other: tuple[Any, ...]) -> None:
    with pytest.raises(SealingError, match=f"sealed/{BLOB}.js"):
        opened_blob(*other, made(b"content"))


def test_blobs__do_not_open_under_another_name() -> None:
    renamed = script("d" * 16, literal_of(made(b"content"), BLOB, ""))
    with pytest.raises(SealingError, match=r"sealed/dddddddddddddddd\.js"):
        opened_blob(KEY, IV, PUBLICATION, "d" * 16, "page", renamed)


@given(st.data())
@settings(max_examples=60)
def test_blobs__any_byte_that_differs_is_noticed(data: st.DataObject) -> None:
    file = bytearray(made(b"content"))
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealingError):
        opened_blob(KEY, IV, PUBLICATION, BLOB, "page", bytes(file))


@pytest.mark.parametrize("part", ["first", "middle", "tag"])
def test_blobs__each_region_of_the_ciphertext_is_guarded(part: str) -> None:
    content = bytearray(as_bytes(literal_of(made(b"content"), BLOB, "").strip('"')) or b"")
    content[{"first": 0, "middle": len(content) // 2, "tag": -1}[part]] ^= 1
    with pytest.raises(SealingError):
        opened_blob(KEY, IV, PUBLICATION, BLOB, "page", script(BLOB, f'"{as_text(bytes(content))}"'))


# --- the header ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def header() -> Header:
    slots = (new_slot(KEY, PUBLICATION, PASSPHRASE, FEWEST_ITERATIONS),)
    return Header(1, PUBLICATION, "PBKDF2-HMAC-SHA256", slots, DirectoryPlace(BLOB, as_text(IV)))


def other_base64(text: str) -> str:
    content = bytearray(as_bytes(text) or b"")
    content[0] ^= 1
    return as_text(bytes(content))


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "version": lambda it: it.update(version=2),
    "version below": lambda it: it.update(version=0),
    "publication": lambda it: it.update(publication="c" * 16),
    "kdf": lambda it: it.update(kdf="PBKDF2-HMAC-SHA1"),
    "no slots": lambda it: it.update(slots=[]),
    "too many slots": lambda it: it.update(slots=it["slots"] * 65),
    "an unknown field": lambda it: it.update(hint="dog"),
    "slot id": lambda it: it["slots"][0].update(id="c" * 16),
    "iterations": lambda it: it["slots"][0].update(iterations=FEWEST_ITERATIONS + 1),
    "few iterations": lambda it: it["slots"][0].update(iterations=1000),
    "many iterations": lambda it: it["slots"][0].update(iterations=10_000_001),
    "salt": lambda it: it["slots"][0].update(salt=other_base64(it["slots"][0]["salt"])),
    "short salt": lambda it: it["slots"][0].update(salt=as_text(bytes(8))),
    "slot iv": lambda it: it["slots"][0].update(iv=other_base64(it["slots"][0]["iv"])),
    "wrapped key": lambda it: it["slots"][0].update(key=other_base64(it["slots"][0]["key"])),
    "directory iv, short": lambda it: it["directory"].update(iv=as_text(bytes(8))),
    "directory outside": lambda it: it["directory"].update(blob="../../../../etc"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_header__no_field_can_be_changed(header: Header, change: str) -> None:
    value = json.loads(msgspec.json.encode(header))
    CHANGES[change](value)
    try:
        changed = read_header(script("header", json.dumps(value)))
    except SealingError as error:
        assert HEADER_PATH in str(error)
        return
    assert opened_by(changed.slots, changed.publication, PASSPHRASE) is None


@pytest.mark.parametrize("change", ["blob", "iv"])
def test_header__another_directory_is_refused(plain: Path, tmp_path: Path, theme: Theme, change: str) -> None:
    sealed(plain, tmp_path / "sealed", theme)
    file = tmp_path / "sealed" / HEADER_PATH
    before = read_header(file.read_bytes())
    other = blob_of(open_sealed(tmp_path / "sealed", PASSPHRASE), "index.html").stem
    place = {"blob": DirectoryPlace(other, before.directory.iv),
             "iv": DirectoryPlace(before.directory.blob, other_base64(before.directory.iv))}[change]  # fmt: skip
    file.write_bytes(header_script(msgspec.structs.replace(before, directory=place)))
    with pytest.raises(SealingError, match=place.blob):
        open_sealed(tmp_path / "sealed", PASSPHRASE)


def test_header__as_written_is_read(header: Header) -> None:
    assert read_header(header_script(header)) == header
    assert opened_slot(header.slots[0], PUBLICATION, PASSPHRASE) == KEY


@pytest.mark.parametrize("content", [b"", b"var x;", b'sitegen.sealed.receive("header",{);\n', b"\xff" * 60,
                                     b'sitegen.sealed.receive("header",' + b"[" * 90_000 + b");\n"])  # fmt: skip
def test_header__what_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(SealingError, match=r"sealed/header\.js"):
        read_header(content)


# --- passphrases ---------------------------------------------------------------------------------------------------


def test_passphrases__are_made_of_enough_words_by_chance() -> None:
    assert len(words()) == len(set(words())) == 2048
    made = {generate_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(phrase.split()) == 6 and set(phrase.split()) <= set(words()) for phrase in made)
    assert all(check_passphrase(phrase) == phrase for phrase in made)


@pytest.mark.parametrize(
    "passphrase",
    [
        *("", "short", "elevenchars", "  eleven      ch  ", "\u200b" * 3),
        *("twelve\0chars", "twelve\ud800chars", "twelve\U000e0fffchars"),
    ],
)
def test_passphrases__weak_and_strange_ones_are_refused(passphrase: str) -> None:
    with pytest.raises(PassphraseError, match="Ben's passphrase"):
        check_passphrase(passphrase, "Ben's passphrase")


@given(st.text(string.printable + "éß世\u00a0\u3000ﬁ", max_size=40))
def test_passphrases__normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(f"  {text}\r\n")


def test_passphrases__every_keyboard_types_the_same() -> None:
    assert normalised("A\u030angstro\u0308m  and\u00a0more") == normalised("\u00c5ngstr\u00f6m and more")


# --- a whole site --------------------------------------------------------------------------------------------------


def test_sealing__comes_back_byte_for_byte(example_site: Path, sealed_site: Path, tmp_path: Path) -> None:
    done = unseal_site(sealed_site, tmp_path / "back", PASSPHRASE)
    expected = {name: content for name, content in files_in(example_site).items() if not name.startswith("run/")}
    assert files_in(tmp_path / "back") == expected
    assert done.files == done.written == len(expected)
    assert unseal_site(sealed_site, tmp_path / "back", PASSPHRASE).written == 0


def test_sealing__tells_nothing_of_the_site(plain: Path, tmp_path: Path, theme: Theme) -> None:
    import base64
    import gzip
    import re

    sealed(plain, tmp_path / "sealed", theme)
    everything = files_in(tmp_path / "sealed") | {"manifest": (tmp_path / "sealed" / MANIFEST_NAME).read_bytes()}
    for name, content in everything.items():
        found = re.findall(rb"[A-Za-z0-9+/=]{40,}", content)
        texts = [content, *(base64.b64decode(text) for text in found if len(text) % 4 == 0)]
        secrets = (b"CANARY", b"alpha", b"chats", b"Home", b"feed", b"manifest.js", b"Anna", gzip.compress(b"")[:3])
        for secret in secrets:
            assert not any(secret in text for text in texts), (name, secret)
    assert set(everything) - {"index.html", "assets/js/sitegen.js", HEADER_PATH, "manifest"} == {
        name for name in everything if name.startswith("sealed/") and len(name) == len(f"sealed/{BLOB}.js")
    } - {HEADER_PATH}


def test_sealing__again_leaves_blobs_of_unchanged_files_alone(plain: Path, tmp_path: Path, theme: Theme) -> None:
    folder = tmp_path / "sealed"
    first = sealed(plain, folder, theme)
    before, site = files_in(folder), open_sealed(folder, PASSPHRASE)
    assert first.reused == 0
    again = sealed(plain, folder, theme, previous=folder)
    assert (again.files, again.reused, again.written) == (first.files, first.files, 0)
    assert files_in(folder) == before

    written(plain, {**PAGES, "chats/b.html": b"<h1>Beta, changed</h1>", "chats/new.html": b"new"})
    changed = sealed(plain, folder, theme, previous=folder)
    assert (changed.files, changed.reused) == (first.files + 1, first.files - 1)
    after = open_sealed(folder, PASSPHRASE)
    kept = {file.path: file for file in site.directory.files}
    for file in after.directory.files:
        if file.path not in ("chats/b.html", "chats/new.html"):
            assert file == kept[file.path]
            assert blob_of(after, file.path).read_bytes() == before[f"sealed/{file.blob}.js"]
    (beta,) = (file for file in after.directory.files if file.path == "chats/b.html")
    assert beta.id == kept["chats/b.html"].id  # addresses stay
    assert beta.blob != kept["chats/b.html"].blob
    assert beta.iv != kept["chats/b.html"].iv
    assert f"sealed/{kept['chats/b.html'].blob}.js" not in files_in(folder)
    assert after.header.slots == site.header.slots
    unseal_site(folder, tmp_path / "back", PASSPHRASE)
    assert (tmp_path / "back" / "chats" / "b.html").read_bytes() == b"<h1>Beta, changed</h1>"


def test_sealing__again_into_another_folder_copies_the_blobs(plain: Path, tmp_path: Path, theme: Theme) -> None:
    sealed(plain, tmp_path / "first", theme)
    sealed(plain, tmp_path / "second", theme, previous=tmp_path / "first")
    assert files_in(tmp_path / "first") == files_in(tmp_path / "second")


def test_sealing__again_makes_damaged_blobs_anew(plain: Path, tmp_path: Path, theme: Theme) -> None:
    folder = tmp_path / "sealed"
    sealed(plain, folder, theme)
    site = open_sealed(folder, PASSPHRASE)
    blob_of(site, "chats/a.html").write_bytes(b"torn")
    blob_of(site, "chats/b.html").unlink()
    assert sealed(plain, folder, theme, previous=folder).reused == len(site.directory.files) - 2
    unseal_site(folder, tmp_path / "back", PASSPHRASE)
    assert (tmp_path / "back" / "chats" / "a.html").read_bytes() == PAGES["chats/a.html"]


def test_readers__each_opens_it_and_nobody_else(plain: Path, tmp_path: Path, theme: Theme) -> None:
    folder = tmp_path / "sealed"
    sealed(plain, folder, theme, ANNA, BEN)
    assert open_sealed(folder, ANNA.passphrase).key == open_sealed(folder, BEN.passphrase).key
    with pytest.raises(PassphraseError, match="doesn't open it"):
        open_sealed(folder, "not one of the two")


def test_readers__a_new_one_gets_a_slot_and_the_others_keep_theirs(plain: Path, tmp_path: Path, theme: Theme) -> None:
    folder = tmp_path / "sealed"
    sealed(plain, folder, theme, BEN)
    (ben,) = open_sealed(folder, BEN.passphrase).header.slots
    again = sealed(plain, folder, theme, ANNA, BEN, previous=folder)
    assert again.reused == again.files
    assert open_sealed(folder, ANNA.passphrase).header.slots[1] == ben


def test_readers__one_who_may_no_longer_read_needs_a_new_key(plain: Path, tmp_path: Path, theme: Theme) -> None:
    folder = tmp_path / "sealed"
    sealed(plain, folder, theme, ANNA, BEN)
    before, old = files_in(folder), open_sealed(folder, BEN.passphrase)
    with pytest.raises(PassphraseError, match="new key"):
        sealed(plain, folder, theme, ANNA, previous=folder)
    assert files_in(folder) == before
    done = sealed(plain, folder, theme, ANNA, previous=folder, replace_key=True)
    new = open_sealed(folder, ANNA.passphrase)
    assert done.reused == 0
    assert (new.key, new.header.publication) != (old.key, old.header.publication)
    assert new.key != old.key
    assert not {name for name in before if name.startswith("sealed/")} & files_in(folder).keys() - {HEADER_PATH}
    with pytest.raises(PassphraseError):
        open_sealed(folder, BEN.passphrase)


def test_readers__a_site_that_none_of_them_opens_is_not_guessed_at(plain: Path, tmp_path: Path, theme: Theme) -> None:
    sealed(plain, tmp_path / "sealed", theme, ANNA)
    with pytest.raises(PassphraseError, match="none of the passphrases"):
        sealed(plain, tmp_path / "sealed", theme, BEN, previous=tmp_path / "sealed")


@pytest.mark.parametrize(
    ("readers", "message"),
    [
        ([], "1 to 64 readers"),
        ([Reader("Cem", "short")], "passphrase of Cem has 5 characters"),
        ([ANNA, Reader("Cem", f" {PASSPHRASE}")], "Anna and Cem have the same passphrase"),
    ],
)
def test_readers__that_cannot_be_are_refused(
    plain: Path, tmp_path: Path, theme: Theme, readers: list[Reader], message: str
) -> None:
    with pytest.raises(SealingError, match=message):
        seal_site(plain, tmp_path / "sealed", readers, theme)
    assert not (tmp_path / "sealed").exists()


@pytest.mark.parametrize("path", ["../evil.html", "/etc/evil", "a/../../b", "..\\evil", ""])
def test_unsealing__nothing_is_written_outside_its_folder(tmp_path: Path, path: str) -> None:
    from sitegen.sealing.directory import Directory, sealed_directory

    place = DirectoryPlace(BLOB, as_text(IV))
    directory = Directory((SealedFile(path, "c" * 16, "d" * 16, as_text(IV), "page", 0, ""),), ())
    with pytest.raises(SealingError, match="outside the site"):
        opened_directory(KEY, PUBLICATION, place, sealed_directory(KEY, PUBLICATION, place, directory))


def test_sealing__a_site_that_is_not_whole_is_refused(plain: Path, tmp_path: Path, theme: Theme) -> None:
    with pytest.raises(SealingError, match="holds no whole site"):
        sealed(tmp_path, tmp_path / "sealed", theme)
    (plain / DIRTY_NAME).touch()
    with pytest.raises(SealingError, match="holds no whole site"):
        sealed(plain, tmp_path / "sealed", theme)
    (plain / DIRTY_NAME).unlink()
    (plain / "chats" / "b.html").write_bytes(b"edited")
    with pytest.raises(SealingError, match=r"b\.html: was changed"):
        sealed(plain, tmp_path / "sealed", theme)


def test_sealing__a_folder_with_other_things_is_left_alone(plain: Path, tmp_path: Path, theme: Theme) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="did not make"):
        sealed(plain, tmp_path / "letters", theme)
    with pytest.raises(OutputError, match="holds a site"):
        sealed(plain, plain, theme)
    assert (plain / "index.html").read_bytes() == PAGES["index.html"]


def test_sealing__a_file_too_large_for_browsers_is_named(
    plain: Path, tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sitegen.sealing.writing.LARGEST", 5000)
    with pytest.raises(SealingError, match=r"chats/a\.html"):
        sealed(plain, tmp_path / "sealed", theme)


# --- the command ---------------------------------------------------------------------------------------------------


def test_unseal__with_the_passphrase_of_an_environment_variable(
    sitegen: Callable[..., tuple[int, str, str]], sealed_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDS", PASSPHRASE)
    code, out, err = sitegen("unseal", sealed_site, "--output", "back", "--passphrase-env", "WORDS")
    assert (code, err) == (0, "")
    assert "files, " in out
    assert (tmp_path / "back" / "index.html").is_file()
    code, out, _ = sitegen("unseal", sealed_site, "--output", "back", "--passphrase-env", "WORDS", "--json")
    assert json.loads(out)["written"] == 0


def test_unseal__with_the_passphrase_of_standard_input(
    sitegen: Callable[..., tuple[int, str, str]], sealed_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    assert sitegen("unseal", sealed_site, "--passphrase-stdin", "--quiet") == (0, "", "")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, _, err = sitegen("unseal", sealed_site, "--passphrase-stdin")
    assert (code, err.count("\n")) == (1, 1)
    assert "holds no passphrase" in err
    code, _, err = sitegen("unseal", sealed_site)
    assert code == 1
    assert "no terminal" in err


def test_unseal__a_wrong_passphrase_is_one_line(
    sitegen: Callable[..., tuple[int, str, str]], sealed_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDS", "not the passphrase")
    code, out, err = sitegen("unseal", sealed_site, "--passphrase-env", "WORDS")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "doesn't open it" in err
    monkeypatch.delenv("WORDS")
    assert "WORDS is not set" in sitegen("unseal", sealed_site, "--passphrase-env", "WORDS")[2]
    assert not (tmp_path / "unsealed").exists()


@pytest.mark.parametrize("damage", ["torn", "missing", "asset", "no header"])
def test_unseal__damage_is_named_and_nothing_is_written(
    sitegen: Callable[..., tuple[int, str, str]],
    sealed_site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    monkeypatch.setenv("WORDS", PASSPHRASE)
    copy = tmp_path / "copy"
    shutil.copytree(sealed_site, copy)
    blob = blob_of(open_sealed(copy, PASSPHRASE), "search.html")
    damaged = {"asset": copy / "assets" / "js" / "sitegen.js", "no header": copy / HEADER_PATH}.get(damage, blob)
    if damage in ("missing", "no header"):
        damaged.unlink()
    else:
        content = bytearray(damaged.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(bytes(content))
    code, _, err = sitegen("unseal", copy, "--passphrase-env", "WORDS")
    assert (code, err.count("\n")) == (1, 1)
    assert damaged.name in err
    assert not (tmp_path / "unsealed").exists()


def test_unseal__refuses_a_folder_with_other_things(
    sitegen: Callable[..., tuple[int, str, str]], sealed_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDS", PASSPHRASE)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine")
    code, _, err = sitegen("unseal", sealed_site, "--output", "letters", "--passphrase-env", "WORDS")
    assert code == 1
    assert "did not make" in err
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["mine.txt"]


def test_passphrase__is_asked_for_again_until_it_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from sitegen.cli import passphrases

    typed = iter(["short", "long enough a phrase"])
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr(passphrases.click, "prompt", lambda label, **how: asked.append(how) or next(typed))
    passphrase = passphrases.read_passphrase("For Anna", new=True, check=check_passphrase)
    assert passphrase == "long enough a phrase"
    assert [how["confirmation_prompt"] and how["hide_input"] for how in asked] == [True, True]
