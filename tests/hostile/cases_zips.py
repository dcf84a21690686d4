"""Zips and folders that lie, lead out, or swell; each beside two good conversations that must be kept."""

from __future__ import annotations

import bz2
import os
import random
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from hostile_cases import Case
from hostile_exports import SMALL, chat, one_import, text
from hostile_zips import DEFLATED, STORED, Part, place_of, zip_of

from sitegen.archive.store import Archive
from sitegen.errors import ExportError
from sitegen.readers.export import Export

TEXT = text(chat("One"), chat("Two"))
NEVER = text(chat("Never"))
CHATS = Part(b"conversations.json", TEXT, DEFLATED)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
FILE_ID = b"file-Ab12Cd34Ef56"


NAMES = (b"../a.json", b"a/../../a.json", b"..\\a.json", b"/tmp/a.json", b"C:\\a.json", b"\\\\host\\a.json")
OF_WINDOWS = (b"CON", b"aux.txt", b"ab:c", b"dot.", b"blank ", b"A.PNG", b"a.png", b"n" * 300)


def _with_picture() -> bytes:
    """One conversation that names a file of the export."""
    value = chat("One")
    attachment = {"id": FILE_ID.decode(), "name": "a.png", "mime_type": "image/png"}
    value["mapping"]["0"]["message"]["metadata"] = {"attachments": [attachment]}
    return text(value, chat("Two"))


def _beside(name: str, expected: str, parts: Sequence[Part], *problems: str, **fields: object) -> Case:
    """A zip of good conversations and something else."""
    payload = one_import(zip_of(CHATS, *parts), "One", "Two", problems=problems, **fields)
    return Case(name, "zip", payload, expected)


def _refused(name: str, expected: str, content: bytes, words: str, **fields: object) -> Case:
    """A file that is no export: one line, nothing imported."""
    return Case(name, "zip", one_import(content, error=words, **fields), expected)


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


def _bombs(number: int, size: int) -> list[Part]:
    return [Part(b"bomb%d.json" % n, bytes(size), DEFLATED) for n in range(number)]


def _noise(size: int) -> bytes:
    """Bytes that can't be packed."""
    return random.Random(size).randbytes(size)


def _large(*sizes: int, ending: bytes = b"bin") -> Callable[[Path], None]:
    """A zip with files of these sizes, made when it is wanted."""
    return lambda path: _write(path, *(Part(b"%d.%b" % (n, ending), _noise(size)) for n, size in enumerate(sizes)))


def _write(path: Path, *parts: Part) -> None:
    path.write_bytes(zip_of(CHATS, *parts))


def _packed_twice() -> bytes:
    """Files that a zip packs to a hundredth, and a zip around it to a thousandth."""
    content = _noise(1500) + bytes(200_000)
    inner = zip_of(CHATS, *(Part(b"%d.json" % n, content, DEFLATED) for n in range(15)))
    return zip_of(Part(b"inner.zip", inner, DEFLATED))


def _nested(inner: bytes, levels: int = 1, *beside: Part) -> bytes:
    """A zip in a zip, or deeper."""
    for _ in range(levels - 1):
        inner = zip_of(Part(b"deeper.zip", inner))
    return zip_of(Part(b"part-0001.zip", inner), *beside)


def _inner_zips(path: Path) -> None:
    """A zip with more zips than a process can hold open."""
    empty = zip_of(Part(b"x.txt"))
    path.write_bytes(zip_of(Part(b"a.zip", zip_of(CHATS)), *(Part(b"b%03d.zip" % n, empty) for n in range(240))))


def _folder(make: Callable[[Path], None]) -> Callable[[Path], None]:
    """A folder of good conversations, to which something is done."""

    def write(path: Path) -> None:
        path.mkdir()
        (path / "conversations.json").write_bytes(_with_picture())
        make(path)

    return write


def _link_out(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("of somebody else")
    (folder / (FILE_ID.decode() + "-a.png")).symlink_to(folder.parent / "secret.txt")


def _links_in_circles(folder: Path) -> None:
    (folder / "me").symlink_to("me")
    (folder / "me.json").symlink_to("me.json")
    (folder / "up").symlink_to("..")


def _pipes(folder: Path) -> None:
    """Two exports side by side, so that the folder is searched file by file, and pipes between them."""
    for name, content in (("a", (folder / "conversations.json").read_bytes()), ("b", text(chat("Three")))):
        (folder / name).mkdir()
        (folder / name / "conversations.json").write_bytes(content)
    (folder / "conversations.json").unlink()
    for name in ("pipe", "pipe.zip"):
        os.mkfifo(folder / name)


def _names_that_are_no_text(folder: Path) -> None:
    for name in (b"\xff\xfe.bin", b"new\nline.txt", b"\x1b[31mred.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"[]")


def _file_that_grows(folder: Path) -> None:
    """Whoever opens a file that is still being written is told so, and reads no more than was counted."""
    path = folder / "conversations.json"
    path.write_bytes(TEXT)
    with Export(path) as export:
        with path.open("ab") as file:
            file.write(bytes(1 << 20))
        try:
            content = export.read(path.name)
        except ExportError as error:
            assert "longer than its container says" in str(error)
        else:
            raise AssertionError(f"{len(content)} bytes were read")


def _utf8_without_its_flag(folder: Path) -> None:
    """Many tools write UTF-8 and do not say so; others write the letters of an old code page."""
    (folder / "a.zip").write_bytes(zip_of(Part("Grüße.json".encode()), Part("Grüße.json".encode("cp437"))))
    with Export(folder / "a.zip") as export:
        assert list(export.members) == ["Grüße.json"]
        assert [problem.reason for problem in export.problems] == ["a second file of this name; the first was kept"]


def _files_of_one(archive: Archive) -> list[str]:
    (key,) = (row.key for row in archive.conversations() if archive.conversation(row.key).title == "One")
    return [file.media_type for file in archive.files(key).values()]


def _has_no_picture(archive: Archive) -> None:
    assert _files_of_one(archive) == []


def _named(name: str, expected: str, part: Part, *problems: str) -> Case:
    """A zip whose first conversation names the part as its picture."""
    content = zip_of(CHATS._replace(content=_with_picture()), part)
    payload = one_import(content, "One", "Two", problems=problems, look=_has_no_picture)
    return Case(name, "zip", payload, expected)


CASES = (
    # names
    _beside(
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
    _beside("zip-names-of-windows", "they are only names", [Part(name, PICTURE) for name in OF_WINDOWS]),
    _beside(
        "zip-name-with-nul",
        "it is refused: zipfile cuts it there and takes it for another file",
        [Part(b"conversations-001.json\0.png", NEVER)],
        "its name holds a NUL",
    ),
    _beside(
        "zip-name-with-escapes",
        "no control character of it reaches the terminal",
        [Part(b"../\x1b]0;owned\x07\n")],
        r"\.\./ \]0;owned: its name leads out",
    ),
    Case("zip-name-in-utf8-without-its-flag", "zip", _utf8_without_its_flag, "it is read as what it is"),
    _refused(
        "zip-name-that-is-not-the-utf8-it-says",
        "one line that says what to do",
        zip_of(CHATS, Part(b"\xff\xfe.json", flags=0x800)),
        "a damaged zip .*; download the export again",
    ),
    _beside(
        "zip-one-name-twice",
        "the first is kept, each other is told",
        [CHATS._replace(content=NEVER), Part(b"./conversations.json", NEVER)],
        "a second file of this name; the first was kept",
    ),
    _beside(
        "zip-litter",
        "what other systems leave beside files is no part of an export",
        [Part(b"__MACOSX/conversations-001.json", NEVER), Part(b"a/.DS_Store"), Part(b"b\\", b"")],
    ),
    # what a file is
    _named(
        "zip-link-in-place-of-a-picture",
        "refused, and not even kept as the text that it holds",
        Part(FILE_ID + b"-a.png", b"/etc/passwd", mode=0o120777),
        "a link, not a file",
    ),
    _beside(
        "zip-encrypted-file",
        "told, with what to do",
        [Part(b"a.bin", flags=1), Part(b"b.bin", flags=0x40)],
        "a.bin: it is encrypted; unpack the zip with its password",
        "b.bin: it is encrypted; unpack the zip with its password",
    ),
    _refused(
        "zip-wholly-encrypted",
        "called what it is",
        zip_of(CHATS._replace(flags=1), Part(b"a.bin", flags=0x41)),
        "this zip is encrypted; unpack it with its password",
    ),
    _beside("zip-patch-of-a-file", "refused", [Part(b"a.bin", flags=0x20)], "packed as a patch of another file"),
    _beside("zip-flags-without-a-meaning", "they change nothing", [Part(b"a.bin", flags=0xD60E)]),
    _beside(
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
    _named(
        "zip-bzip2-bomb",
        "refused: zipfile unpacks this method without bound, whatever size the directory tells",
        Part(FILE_ID + b"-a.bin", method=12, packed=bz2.compress(bytes(1 << 20)), size=10),
        "it is packed with bzip2; unpack the zip and give the folder",
    ),
    _refused(
        "zip-made-by-a-later-version",
        "one line",
        zip_of(CHATS, Part(b"a.bin", version=255)),
        r"a damaged zip \(zip file version 25.5\)",
    ),
    # ranges and sizes
    _beside(
        "zip-files-at-one-place",
        "none of the files that share their bytes is read: so a few bytes pretend to be terabytes",
        _overlapping(30),
        r"\d+\.bin: its bytes overlap those of another file",
        "10 more files: its bytes overlap",
    ),
    _beside(
        "zip-file-inside-a-file",
        "both are refused: which of them is real can't be told",
        _inside_another(),
        "a.bin: its bytes overlap",
        "b.bin: its bytes overlap",
    ),
    _refused(
        "zip-that-holds-itself",
        "it is no way down without end",
        zip_of(CHATS, Part(b"again.zip", packed=b"", packed_size=60, size=60, offset=0)),
        "nothing in it can be read .*its bytes overlap",
    ),
    _beside(
        "zip-forged-packed-size",
        "refused before anybody asks for two gigabytes",
        [Part(b"a.bin", packed_size=2_000_000_000)],
        "a.bin: it reaches beyond the end of the zip's files",
    ),
    _beside(
        "zip-file-that-reaches-into-the-directory",
        "refused",
        [Part(b"a.bin", packed_size=60, size=60)],
        "a.bin: it reaches beyond the end of the zip's files",
    ),
    _refused(
        "zip-files-before-its-beginning",
        "no negative place is looked at, and no negative number told",
        zip_of(CHATS, shift=5000),
        r"nothing in it can be read \(.*conversations.json: it begins before the zip does",
    ),
    _named(
        "zip-size-told-too-small",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, DEFLATED, size=10),
        "a.png is damaged: Bad CRC-32",
    ),
    _named(
        "zip-size-told-too-large",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, size=100_000),
        "a.png is shorter than its container says; download the export again",
    ),
    _named(
        "zip-header-of-another-name",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, local_name=b"b.png"),
        "a.png is damaged: File name in directory",
    ),
    _named(
        "zip-turned-bit",
        "the picture alone is lost",
        Part(FILE_ID + b"-a.png", PICTURE, crc=1),
        "a.png is damaged: Bad CRC-32",
    ),
    _refused(
        "zip-turned-bit-in-the-conversations",
        "nothing of the export is imported",
        _flipped(zip_of(CHATS._replace(method=STORED)), b"Said in Two"),
        "conversations.json is damaged: Bad CRC-32 .*; download the export again",
    ),
    # beginnings and ends
    _refused("zip-truncated", "called incomplete", zip_of(CHATS)[:-30], "a zip that breaks off; the download is incom"),
    _refused("zip-empty", "called so", zip_of(), "an empty zip"),
    _refused("zip-of-no-byte", "called so", b"", "an empty file"),
    _refused("zip-that-is-a-web-page", "called so", b"<!doctype html><title>502</title>", "this is a web page"),
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
    _refused("zip-before-much-junk", "refused", zip_of(CHATS) + bytes(70_000), "a zip that breaks off"),
    _refused(
        "zip-comment-that-looks-like-an-end",
        "no other directory is made up",
        zip_of(CHATS, comment=b"PK\5\6" + bytes(18)),
        "an empty zip",
    ),
    # zip64
    Case("zip-of-64-bits", "zip", one_import(zip_of(CHATS, zip64=True), "One", "Two"), "it is read like any other"),
    _beside(
        "zip-sizes-of-64-bits",
        "no size is too large to be refused",
        [Part(b"a.bin", size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=struct.pack("<2H2Q", 1, 16, 1 << 62, 1 << 62))],
        "a.bin: it reaches beyond the end",
    ),
    _refused(
        "zip-broken-extra-field",
        "one line",
        zip_of(CHATS, Part(b"a.bin", size=0xFFFFFFFF, extra=b"\1\0\x20\0")),
        "a damaged zip .*; download the export again",
    ),
    # budgets
    _beside(
        "zip-bomb", "refused before it is unpacked", _bombs(1, 2 << 20), "bomb0.json: unpacks to more than 200 times"
    ),
    _beside(
        "zip-bomb-in-many-pieces",
        "pieces too small to be refused one by one are refused together",
        _bombs(20, 200_000),
        r"bomb\d+.json: the export unpacks to more than 200 times",
    ),
    Case(
        "zip-file-too-large",
        "zip",
        one_import(_large((1 << 20) + 1), "One", "Two", problems=["0.bin: larger than 1 MB"]),
        "it alone is refused",
    ),
    Case(
        "zip-records-too-large",
        "zip",
        one_import(_large((4 << 20) + 1, ending=b"json"), "One", "Two", problems=["0.json: larger than 4 MB"]),
        "records may be larger than other files, but not endless",
    ),
    Case(
        "zip-too-large-in-all",
        "zip",
        one_import(_large(*([1 << 20] * 9)), "One", "Two", problems=["[78].bin: the export holds more than 8 MB"]),
        "what goes beyond the total is refused, records last",
    ),
    _beside(
        "zip-more-files-than-allowed",
        "the first are kept, records before others, and the rest counted",
        [Part(b"%03d.bin" % n) for n in range(230)],
        r"\d+.bin: the export holds more than 200 files",
        "11 more files: the export holds more than 200 files",
    ),
    _refused(
        "zip-far-more-files-than-allowed",
        "its directory is not even loaded",
        zip_of(CHATS, *(Part(b"%d" % n) for n in range(450))),
        "a zip with more than 200 files",
    ),
    _refused(
        "zip-directory-too-large",
        "it is not loaded into memory",
        zip_of(CHATS, Part(b"a.bin", comment=bytes(65_535)), Part(b"b.bin", comment=bytes(65_535))),
        "a zip whose directory is larger than 128 KB|a zip whose directory is larger than 131,072 bytes",
    ),
    _beside(
        "zip-10,000-files",
        "they are nothing out of the ordinary",
        [Part(b"%d.bin" % n) for n in range(10_000)],
        limits=SMALL._replace(members=50_000, directory=8 << 20),
    ),
    # zips in zips
    Case("zip-in-a-zip", "zip", one_import(_nested(zip_of(CHATS)), "One", "Two"), "one level is opened"),
    _refused(
        "zip-in-a-zip-in-a-zip", "two are not", _nested(zip_of(CHATS), 2), "if that is in a zip inside it, unpack"
    ),
    Case(
        "zip-in-a-zip-that-is-hostile",
        "zip",
        one_import(
            _nested(zip_of(CHATS, Part(b"../a.json", NEVER), Part(b"b", mode=0o120777))),
            "One",
            "Two",
            problems=[r"part-0001.zip/\.\./a.json: its name leads out", "part-0001.zip/b: a link"],
        ),
        "the same rules hold inside",
    ),
    Case(
        "zip-in-a-zip-that-is-broken",
        "zip",
        one_import(
            _nested(zip_of(CHATS), 1, Part(b"part-0002.zip", zip_of(CHATS)[:-30])),
            "One",
            "Two",
            problems=["part-0002.zip: a damaged zip"],
        ),
        "it costs only itself",
    ),
    Case(
        "zip-in-a-zip-packed-twice",
        "zip",
        one_import(_packed_twice(), "One", "Two", problems=[r"\d+.json: .*unpacks to more than 200 times"]),
        "what both zips together unpack to counts",
    ),
    Case(
        "zip-in-a-zip-with-too-many-files",
        "zip",
        one_import(
            _nested(
                zip_of(CHATS, *(Part(b"%03d.bin" % n) for n in range(150))), 1, *(Part(b"%d" % n) for n in range(60))
            ),
            "One",
            "Two",
            problems=[r"part-0001.zip/\d+.bin: the export holds more than 200 files"],
        ),
        "both share one budget",
    ),
    Case(
        "zip-of-too-many-zips",
        "zip",
        one_import(
            _inner_zips,
            "One",
            "Two",
            problems=[
                r"b\d+.zip: the export holds more than 200 zips",
                "more files: the export holds more than 200 zips",
            ],
            limits=SMALL._replace(members=1000),
        ),
        "no more are opened than files can be",
    ),
    _beside(
        "zip-that-somebody-attached", "it is no export", [Part(b"mail.zip", zip_of(CHATS._replace(content=NEVER)))]
    ),
    # folders
    Case(
        "folder-link-in-place-of-a-picture",
        "zip",
        one_import(
            _folder(_link_out),
            "One",
            "Two",
            problems=["a.png: a link that leads out of the folder"],
            suffix="",
            look=_has_no_picture,
        ),
        "nobody else's file comes into the archive",
    ),
    Case(
        "folder-links-in-circles",
        "zip",
        one_import(
            _folder(_links_in_circles),
            "One",
            "Two",
            problems=["me: can't be opened", "me.json: can't be opened", "up: a link"],
            suffix="",
        ),
        "they are told and left alone",
    ),
    Case(
        "folder-with-pipes",
        "zip",
        one_import(_folder(_pipes), "One", "Two", "Three", error="pipe.zip: neither a file nor a folder", suffix=""),
        "nobody waits for what is never written into them",
    ),
    Case(
        "folder-names-that-are-no-text",
        "zip",
        one_import(_folder(_names_that_are_no_text), "One", "Two", suffix=""),
        "they do no harm",
    ),
    Case("folder-file-that-grows", "zip", _file_that_grows, "no more is read than was counted, and that is told"),
)
