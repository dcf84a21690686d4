"""Zips whose names lead out, whose directories lie, or that are not what they seem."""

from __future__ import annotations

import bz2
import struct
from pathlib import Path

from hostile_cases import Case
from hostile_exports import one_import
from hostile_neighbours import CHATS, FILE_ID, NEVER, PICTURE, TEXT, beside, named, refused
from hostile_zips import DEFLATED, STORED, Part, place_of, zip_of

from sitegen.readers.export import Export

NAMES = (b"../a.json", b"a/../../a.json", b"..\\a.json", b"/tmp/a.json", b"C:\\a.json", b"\\\\host\\a.json")
OF_WINDOWS = (b"CON", b"aux.txt", b"ab:c", b"dot.", b"blank ", b"A.PNG", b"a.png", b"n" * 300)


def _overlapping(number: int) -> list[Part]:
    """Files that all begin at the header of the first."""
    first = Part(b"0.bin", bytes(5000), DEFLATED)
    at = place_of(zip_of(CHATS, first), b"0.bin")
    same = first._replace(packed=b"", packed_size=20, offset=at)
    return [first, *(same._replace(name=b"%d.bin" % n) for n in range(1, number))]


def _inside_another() -> list[Part]:
    """A file whose header stands among the stored bytes of another."""
    inner = Part(b"b.bin", b"y" * 50)
    outer = Part(b"a.bin", zip_of(inner))
    at = place_of(zip_of(CHATS, outer), b"b.bin")
    return [outer, inner._replace(packed=b"", packed_size=50, offset=at)]


def _flipped(archive: bytes, text_in_it: bytes) -> bytes:
    """The zip with one bit of a stored file turned."""
    content = bytearray(archive)
    content[content.index(text_in_it)] ^= 1
    return bytes(content)


def _utf8_without_its_flag(folder: Path) -> None:
    """Many tools write UTF-8 and do not say so; others write the letters of an old code page."""
    (folder / "a.zip").write_bytes(zip_of(Part("Grüße.json".encode()), Part("Grüße.json".encode("cp437"))))
    with Export(folder / "a.zip") as export:
        assert list(export.members) == ["Grüße.json"]
        assert [problem.reason for problem in export.problems] == ["a second file of this name; the first was kept"]


CASES = (
    # names
    beside(
        "zip-names-lead-out",
        "each is refused by its name; nothing is written outside",
        [Part(name, NEVER) for name in NAMES],
        r"export.zip: \.\./a\.json: its name leads out",
        r"a/\.\./\.\./a\.json: its name leads out",
        r"\.\.\\a\.json: its name leads out",
        r"/tmp/a\.json: its name is an absolute path",
        r"C:\\a\.json: its name is an absolute path",
        r"host\\a\.json: its name is an absolute path",
    ),
    beside("zip-names-of-windows", "they are only names", [Part(name, PICTURE) for name in OF_WINDOWS]),
    beside(
        "zip-name-with-nul",
        "it is refused: zipfile cuts it there and takes it for another file",
        [Part(b"conversations-001.json\0.png", NEVER)],
        "its name holds a NUL",
    ),
    beside(
        "zip-name-with-escapes",
        "no control character of it reaches the terminal",
        [Part(b"../\x1b]0;owned\x07\n")],
        r"\.\./ \]0;owned: its name leads out",
    ),
    Case("zip-name-in-utf8-without-its-flag", "zip", _utf8_without_its_flag, "it is read as what it is"),
    Case(
        "zip-name-of-5,000-digits",
        "zip",
        one_import(
            zip_of(Part(b"conversations-0.json", TEXT), Part(b"conversations-%b.json" % (b"1" * 5_000), TEXT)),
            "One",
            "Two",
        ),
        "they are compared as digits: Python takes no more than 4,300 for a number",
    ),
    refused(
        "zip-name-that-is-not-the-utf8-it-says",
        "one line that says what to do",
        zip_of(CHATS, Part(b"\xff\xfe.json", flags=0x800)),
        "a damaged zip .*; download the export again",
    ),
    beside(
        "zip-one-name-twice",
        "the first is kept, each other is told",
        [CHATS._replace(content=NEVER), Part(b"./conversations.json", NEVER)],
        "a second file of this name; the first was kept",
    ),
    beside(
        "zip-litter",
        "what other systems leave beside files is no part of an export",
        [Part(b"__MACOSX/conversations-001.json", NEVER), Part(b"a/.DS_Store"), Part(b"b\\", b"")],
    ),
    # what a file is
    named(
        "zip-link-in-place-of-a-picture",
        "refused, and not even kept as the text that it holds",
        Part(FILE_ID + b"-a.png", b"/etc/passwd", mode=0o120777),
        "a link, not a file",
    ),
    beside(
        "zip-encrypted-file",
        "told, with what to do",
        [Part(b"a.bin", flags=1), Part(b"b.bin", flags=0x40)],
        "a.bin: it is encrypted; unpack the zip with its password",
        "b.bin: it is encrypted; unpack the zip with its password",
    ),
    refused(
        "zip-wholly-encrypted",
        "called what it is",
        zip_of(CHATS._replace(flags=1), Part(b"a.bin", flags=0x41)),
        "this zip is encrypted; unpack it with its password",
    ),
    beside("zip-patch-of-a-file", "refused", [Part(b"a.bin", flags=0x20)], "packed as a patch of another file"),
    beside("zip-flags-without-a-meaning", "they change nothing", [Part(b"a.bin", flags=0xD60E)]),
    beside(
        "zip-unknown-methods",
        "each is named",
        [Part(b"%d.bin" % method, method=method) for method in (9, 14, 77, 93, 98, 99)],
        "/?9.bin: it is packed with Deflate64; unpack the zip and give the folder",
        "14.bin: it is packed with LZMA",
        "77.bin: it is packed with method 77",
        "93.bin: it is packed with Zstandard",
        "98.bin: it is packed with PPMd",
        "99.bin: it is packed with AES",
    ),
    named(
        "zip-bzip2-bomb",
        "refused: zipfile unpacks this method without bound, whatever size the directory tells",
        Part(FILE_ID + b"-a.bin", method=12, packed=bz2.compress(bytes(1 << 20)), size=10),
        "it is packed with bzip2; unpack the zip and give the folder",
    ),
    refused(
        "zip-made-by-a-later-version",
        "one line",
        zip_of(CHATS, Part(b"a.bin", version=255)),
        r"a damaged zip \(zip file version 25.5\)",
    ),
    # ranges and sizes
    beside(
        "zip-files-at-one-place",
        "none of the files that share their bytes is read: so a few bytes pretend to be terabytes",
        _overlapping(30),
        r"\d+\.bin: its bytes overlap those of another file",
        "10 more files: its bytes overlap",
    ),
    beside(
        "zip-file-inside-a-file",
        "both are refused: which of them is real can't be told",
        _inside_another(),
        "a.bin: its bytes overlap",
        "b.bin: its bytes overlap",
    ),
    refused(
        "zip-that-holds-itself",
        "it is no way down without end",
        zip_of(CHATS, Part(b"again.zip", packed=b"", packed_size=60, size=60, offset=0)),
        "nothing in it can be read .*its bytes overlap",
    ),
    beside(
        "zip-forged-packed-size",
        "refused before anybody asks for two gigabytes",
        [Part(b"a.bin", packed_size=2_000_000_000)],
        "a.bin: it reaches beyond the end of the zip's files",
    ),
    beside(
        "zip-file-that-reaches-into-the-directory",
        "refused",
        [Part(b"a.bin", packed_size=60, size=60)],
        "a.bin: it reaches beyond the end of the zip's files",
    ),
    refused(
        "zip-files-before-its-beginning",
        "no negative place is looked at, and no negative number told",
        zip_of(CHATS, shift=5000),
        r"nothing in it can be read \(.*conversations.json: it begins before the zip does",
    ),
    named(
        "zip-size-told-too-small",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, DEFLATED, size=10),
        "a.png is damaged: Bad CRC-32",
    ),
    named(
        "zip-size-told-too-large",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, size=100_000),
        "a.png is shorter than its container says; download the export again",
    ),
    named(
        "zip-header-of-another-name",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, local_name=b"b.png"),
        "a.png is damaged: File name in directory",
    ),
    named(
        "zip-turned-bit",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, crc=1),
        "a.png is damaged: Bad CRC-32",
    ),
    refused(
        "zip-turned-bit-in-the-conversations",
        "nothing of the export is imported",
        _flipped(zip_of(CHATS._replace(method=STORED)), b"Said in Two"),
        "conversations.json is damaged: Bad CRC-32 .*; download the export again",
    ),
    # beginnings and ends
    refused("zip-truncated", "called incomplete", zip_of(CHATS)[:-30], "a zip that breaks off; the download is incom"),
    refused("zip-empty", "called so", zip_of(), "an empty zip"),
    refused("zip-of-no-byte", "called so", b"", "an empty file"),
    refused("zip-that-is-a-web-page", "called so", b"<!doctype html><title>502</title>", "this is a web page"),
    Case(
        "zip-after-another-zip",
        "zip",
        one_import(
            zip_of(CHATS, before=zip_of(Part(b"c.json", NEVER))), "One", "Two", problems=["bytes before the zip"]
        ),
        "the last one counts, and what stands before it is told",
    ),
    Case(
        "zip-after-a-program",
        "zip",
        one_import(zip_of(CHATS, before=b"MZ" + bytes(998)), "One", "Two", problems=["1,000 bytes before the zip"]),
        "the zip is read, and what stands before it told",
    ),
    Case("zip-before-junk", "zip", one_import(zip_of(CHATS) + b"junk" * 99, "One", "Two"), "the zip is read"),
    refused("zip-before-much-junk", "refused", zip_of(CHATS) + bytes(70_000), "a zip that breaks off"),
    refused(
        "zip-comment-that-looks-like-an-end",
        "no other directory is made up",
        zip_of(CHATS, comment=b"PK\5\6" + bytes(18)),
        "an empty zip",
    ),
    # zip64
    Case("zip-of-64-bits", "zip", one_import(zip_of(CHATS, zip64=True), "One", "Two"), "it is read like any other"),
    beside(
        "zip-sizes-of-64-bits",
        "no size is too large to be refused",
        [Part(b"a.bin", size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=struct.pack("<2H2Q", 1, 16, 1 << 62, 1 << 62))],
        "a.bin: it reaches beyond the end",
    ),
    refused(
        "zip-broken-extra-field",
        "one line",
        zip_of(CHATS, Part(b"a.bin", size=0xFFFFFFFF, extra=b"\1\0\x20\0")),
        "a damaged zip .*; download the export again",
    ),
)
