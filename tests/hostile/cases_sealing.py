"""Sealed sites that a host, or a reader who has the key, has changed: in Python and in the browser, which share no
code.

The browser is asked for the first page, so each change concerns that or what leads to it.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from hostile_cases import Case
from playwright.sync_api import Page

from sitegen.errors import PassphraseError, SealingError
from sitegen.output import Output
from sitegen.sealing import Reader, blobs, header, seal_site, unseal_site
from sitegen.sealing.blobs import STEP, blob_path, literal_of, padded, sealed_blob
from sitegen.sealing.ciphers import FEWEST_ITERATIONS, MOST_ITERATIONS, as_bytes, as_text, encrypted, new_id
from sitegen.sealing.directory import Directory, SealedFile, sealed_directory
from sitegen.sealing.header import HEADER_PATH, DirectoryPlace, Slot, header_script
from sitegen.sealing.reading import SealedSite, open_sealed
from sitegen.theme import load_theme

READER = Reader("Mara", "tram lilac harbour 42")
HEADING = "Garden today"
_HOME, _FILE, _SCRIPT = "index.html", "files/0011223344556677.json", "assets/js/sealing.js"


def _page(heading: str) -> bytes:
    return f'<!doctype html><html lang="en"><title>{heading}</title><body><h1>{heading}</h1></html>\n'.encode()


def written(folder: Path, files: dict[str, bytes]) -> Path:
    """A plain site of these files and the theme's."""
    theme = load_theme("default")
    output = Output(folder)
    for name, content in theme.static_files():
        output.write(f"assets/{name}", content)
    output.write("assets/js/language.js", theme.language.script())
    for name, content in files.items():
        output.write(name, content)
    output.finish()
    return folder


#: A chat's attachment that reads as a directory would, in which the first page is another one.
_AS_DIRECTORY = json.dumps({"files": [[_HOME, "a" * 16, "b" * 16, "A" * 16, "page", 1, "0"]], "assets": []}).encode()
FILES = {
    _HOME: _page(HEADING),
    "chats/a.html": _page("Beans"),
    "chats/short.html": random.Random(1).randbytes(200),
    "chats/long.html": random.Random(2).randbytes(3_000),
    _FILE: _AS_DIRECTORY,
}


def seal(folder: Path, files: dict[str, bytes], previous: Path | None = None) -> SealedSite:
    """These files sealed in `folder`."""
    plain = written(folder.with_name(f"plain-of-{folder.name}"), files)
    seal_site(plain, folder, [READER], load_theme("default"), iterations=FEWEST_ITERATIONS, previous=previous)
    return open_sealed(folder, READER.passphrase)


# --- changes ---------------------------------------------------------------------------------------------------------

#: Changes a sealed site; gives the file that must be named for it, or "" where the site must open as ever.
Change = Callable[[SealedSite], str]


@dataclass(frozen=True)
class Changed:
    change: Change
    is_seen_by_browsers: bool = True


@dataclass(frozen=True)
class Holds:
    """What must be true of a sealed site as it is."""

    is_so: Callable[[SealedSite], bool]


def _file(site: SealedSite, path: str = _HOME) -> SealedFile:
    (file,) = (file for file in site.directory.files if file.path == path)
    return file


def _ciphertext(site: SealedSite, blob: str) -> bytes:
    script = (site.folder / blob_path(blob)).read_bytes()
    return as_bytes(literal_of(script, blob, "").strip('"')) or b""


def _put(site: SealedSite, blob: str, ciphertext: bytes) -> str:
    (site.folder / blob_path(blob)).write_bytes(blobs.script(blob, f'"{as_text(ciphertext)}"'))
    return blob_path(blob)


def _put_header(site: SealedSite, **fields: object) -> None:
    (site.folder / HEADER_PATH).write_bytes(header_script(msgspec.structs.replace(site.header, **fields)))


def _flipped(place: int) -> Change:
    def change(site: SealedSite) -> str:
        content = bytearray(_ciphertext(site, _file(site).blob))
        content[place] ^= 1
        return _put(site, _file(site).blob, bytes(content))

    return change


def _cut_off(site: SealedSite) -> str:
    return _put(site, _file(site).blob, _ciphertext(site, _file(site).blob)[:-STEP])


def _other_page(site: SealedSite) -> str:
    return _put(site, _file(site).blob, _ciphertext(site, _file(site, "chats/a.html").blob))


def _replayed(site: SealedSite) -> str:
    """The first page of last month in the place of today's."""
    old = _ciphertext(site, _file(site).blob)
    new = seal(site.folder, FILES | {_HOME: _page("Garden, redacted")}, site.folder)
    return _put(new, _file(new).blob, old)


def _forged(site: SealedSite) -> str:
    """Another content of the same size, made by a reader, who has the key."""
    file, content = _file(site), _page(HEADING[::-1])
    path = site.folder / blob_path(file.blob)
    path.write_bytes(
        sealed_blob(site.key, as_bytes(file.iv) or b"", site.header.publication, file.blob, file.kind, content)
    )
    return blob_path(file.blob)


def _padded_otherwise(pad: Callable[[bytes], bytes]) -> Change:
    """The same content with another padding, made by a reader."""

    def change(site: SealedSite) -> str:
        file = _file(site)
        additional = blobs.context(site.header.publication, file.blob, file.kind)
        return _put(
            site, file.blob, encrypted(site.key, as_bytes(file.iv) or b"", pad(padded(FILES[_HOME])), additional)
        )

    return change


def _renamed_directory(site: SealedSite) -> str:
    place = DirectoryPlace(new_id(), site.header.directory.iv)
    _put_header(site, directory=place)
    return _put(site, place.blob, _ciphertext(site, site.header.directory.blob))


def _attachment_as_directory(site: SealedSite) -> str:
    file = _file(site, _FILE)
    _put_header(site, directory=DirectoryPlace(file.blob, file.iv))
    return blob_path(file.blob)


def _foreign_slot(site: SealedSite) -> str:
    """That of another publication for the same passphrase, before the own one."""
    other = seal(site.folder.with_name("other"), {_HOME: _page("Other")})
    _put_header(site, slots=(*other.header.slots, *site.header.slots))
    return ""


def _few_iterations(site: SealedSite) -> str:
    """A header whose passphrase can be guessed a thousand times as fast, and which opens the site."""
    slot = site.header.slots[0]
    salt, iv = as_bytes(slot.salt) or b"", as_bytes(slot.iv) or b""
    weak = msgspec.structs.replace(slot, iterations=600)
    wrapping = hashlib.pbkdf2_hmac("sha256", READER.passphrase.encode(), salt, weak.iterations)
    wrapped = encrypted(wrapping, iv, site.key, header._context(weak, site.header.publication))
    _put_header(site, slots=(msgspec.structs.replace(weak, key=as_text(wrapped)),))
    return HEADER_PATH


def _many_iterations(site: SealedSite) -> str:
    """A header that would keep the browser busy for hours."""
    slow: Slot = msgspec.structs.replace(site.header.slots[0], iterations=MOST_ITERATIONS + 1)
    _put_header(site, slots=(slow, *site.header.slots))
    return HEADER_PATH


def _changed_script(site: SealedSite) -> str:
    path = site.folder / _SCRIPT
    path.write_bytes(path.read_bytes() + b"// and sends the passphrase away")
    return _SCRIPT


def _outside(site: SealedSite) -> str:
    """A reader's directory that names a file outside the folder it is unsealed to."""
    files = tuple(
        msgspec.structs.replace(file, path="../outside.html") if file.path == _HOME else file
        for file in site.directory.files
    )
    place = DirectoryPlace(new_id(), as_text(bytes(12)))
    made = sealed_directory(site.key, site.header.publication, place, Directory(files, site.directory.assets))
    (site.folder / blob_path(place.blob)).write_bytes(made)
    _put_header(site, directory=place)
    return blob_path(place.blob)


def _no_iv_comes_twice(site: SealedSite) -> bool:
    ivs = [file.iv for file in site.directory.files] + [site.header.directory.iv]
    return len(set(ivs)) == len(ivs)


def _sizes_tell_little(site: SealedSite) -> bool:
    return len({len(_ciphertext(site, file.blob)) for file in site.directory.files}) == 1


_TAMPERED: dict[str, tuple[Changed | Holds, str]] = {
    "flipped-bit": (Changed(_flipped(-1)), "a bit of the tag"),
    "flipped-bit-that-changes-nothing": (Changed(_flipped(8)), "a bit of gzip's time: the content stays the same"),
    "truncated-blob": (Changed(_cut_off), "named"),
    "blob-of-another-page": (Changed(_other_page), "named"),
    "old-blob-replayed": (Changed(_replayed), "named"),
    "forged-by-a-reader": (Changed(_forged), "named, though it decrypts"),
    "padding-not-zero": (Changed(_padded_otherwise(lambda text: text[:-1] + b"\1")), "named, though it decrypts"),
    "padding-too-long": (Changed(_padded_otherwise(lambda text: text + bytes(STEP))), "named, though it decrypts"),
    "padding-missing": (
        Changed(_padded_otherwise(lambda text: text[: 4 + int.from_bytes(text[:4], "big")])),
        "named, though it decrypts",
    ),
    "directory-renamed": (Changed(_renamed_directory), "named: a blob is for one name"),
    "attachment-as-directory": (Changed(_attachment_as_directory), "named: a blob is for one purpose"),
    "foreign-slot": (Changed(_foreign_slot), "passed over; the site opens with its own"),
    "few-iterations": (Changed(_few_iterations), "the header is refused before a passphrase is typed"),
    "many-iterations": (Changed(_many_iterations), "the header is refused before it is reckoned with"),
    "changed-script": (Changed(_changed_script, is_seen_by_browsers=False), "named"),
    "directory-that-leads-outside": (Changed(_outside, is_seen_by_browsers=False), "named, and nothing is written"),
    "no-iv-twice": (Holds(_no_iv_comes_twice), "each blob has one of its own"),
    "sizes": (Holds(_sizes_tell_little), "200 and 3,000 bytes look the same"),
}

CASES = [
    Case(f"sealing-{name}", "publish", payload, expected) for name, (payload, expected) in _TAMPERED.items()
]  # fmt: skip


def check(case: Case, folder: Path) -> None:
    """Seals, changes and unseals in an empty folder. Raises AssertionError if the change goes unnoticed."""
    site = seal(folder / "sealed", FILES)
    if isinstance(case.payload, Holds):
        assert case.payload.is_so(site)
        return
    assert isinstance(case.payload, Changed)
    named = case.payload.change(site)
    try:
        unseal_site(site.folder, folder / "back", READER.passphrase)
    except SealingError as error:
        assert not isinstance(error, PassphraseError), error
        assert named and named in str(error), error
        assert not (folder / "back").exists() and not (folder / "outside.html").exists()
    else:
        assert named == ""
        assert {name: (folder / "back" / name).read_bytes() for name in FILES} == FILES


def check_in_browser(case: Case, folder: Path, page: Page, script: Callable[[str], str] = str) -> None:
    """The same where the site is opened as a visitor does. `script` changes the script that decrypts."""
    assert isinstance(case.payload, Changed)
    site = seal(folder / "sealed", FILES)
    named = case.payload.change(site)
    path = site.folder / _SCRIPT
    path.write_text(script(path.read_text("utf-8")), "utf-8")
    page.goto((site.folder / "index.html").as_uri())
    told = page.get_by_text(re.compile("sealed/|does not open"))
    page.locator("[data-unlock-field]:focus").or_(told).first.wait_for()
    if page.get_by_label("Passphrase").is_visible():
        assert named != HEADER_PATH, "the passphrase is asked for"
        page.get_by_label("Passphrase").fill(READER.passphrase)
        page.keyboard.press("Enter")
        page.locator(".lock-button").or_(told).first.wait_for()
    text = page.locator("body").inner_text()
    assert (named in text and HEADING not in text) if named else HEADING in text, text
