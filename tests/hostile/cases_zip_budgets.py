"""Zips that hold too much: too large, too many, out of proportion, or in one another."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from hostile_cases import Case
from hostile_exports import SMALL, one_import
from hostile_neighbours import CHATS, NEVER, beside, refused
from hostile_zips import DEFLATED, Part, zip_of


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


CASES = (
    # budgets
    beside(
        "zip-bomb", "refused before it is unpacked", _bombs(1, 2 << 20), "bomb0.json: unpacks to more than 200 times"
    ),
    beside(
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
    beside(
        "zip-more-files-than-allowed",
        "the first are kept, records before others, and the rest counted",
        [Part(b"%03d.bin" % n) for n in range(230)],
        r"\d+.bin: the export holds more than 200 files",
        "11 more files: the export holds more than 200 files",
    ),
    refused(
        "zip-far-more-files-than-allowed",
        "its directory is not even loaded",
        zip_of(CHATS, *(Part(b"%d" % n) for n in range(450))),
        "a zip with more than 200 files",
    ),
    refused(
        "zip-directory-too-large",
        "it is not loaded into memory",
        zip_of(CHATS, Part(b"a.bin", comment=bytes(65_535)), Part(b"b.bin", comment=bytes(65_535))),
        "a zip whose directory is larger than 128 KB|a zip whose directory is larger than 131,072 bytes",
    ),
    beside(
        "zip-3,000-files",
        "they are nothing out of the ordinary",
        [Part(b"%d.bin" % n) for n in range(3_000)],
        limits=SMALL._replace(members=50_000, directory=8 << 20),
    ),
    # zips in zips
    Case("zip-in-a-zip", "zip", one_import(_nested(zip_of(CHATS)), "One", "Two"), "one level is opened"),
    refused("zip-in-a-zip-in-a-zip", "two are not", _nested(zip_of(CHATS), 2), "if that is in a zip inside it, unpack"),
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
    beside("zip-that-somebody-attached", "it is no export", [Part(b"mail.zip", zip_of(CHATS._replace(content=NEVER)))]),
)
