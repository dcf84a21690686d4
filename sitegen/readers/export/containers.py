"""What stands in a folder, or is a single file: names, sizes, and how to open each. `zips` does the same for zips.

Names are cleaned here, and what can't be taken becomes a `Refusal`. Nothing is read or decoded.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple


class Limits(NamedTuple):
    """What one export may hold. Sizes are in bytes, unpacked. `ratio` to the packed size counts above `ratio_from`, for
    each member and for all together; `directory` is the length of a zip's directory, which has to fit into memory."""

    total: int = 8 << 30
    text: int = 4 << 30
    asset: int = 1 << 30
    ratio: int = 200
    ratio_from: int = 100 << 20
    members: int = 200_000
    directory: int = 128 << 20


LIMITS = Limits()

#: Members that hold records, or may: they get the larger limit, and their share of the total first.
_TEXT_ENDINGS = (".json", ".js", ".jsonl", ".zip")
_DRIVE = re.compile(r"[A-Za-z]:")
#: Ids of 8 characters with a digit, or of 22: shorter words may be a name that a person gave.
_UPLOAD = re.compile(r"file[-_](?:(?=[A-Za-z]*\d)\w{8,}|\w{22,})")


class Entry(NamedTuple):
    """A file in a container. `open` gives its bytes from the start; `path` is set for a plain file on disk.

    `packed` is the size that it takes up in a zip, and equals `size` elsewhere.
    """

    name: str
    size: int
    packed: int
    open: Callable[[], BinaryIO]
    path: Path | None = None


class Refusal(NamedTuple):
    """A file in a container that is left out: its name as it stands there, and why."""

    name: str
    reason: str


def clean_name(name: str) -> str:
    """A member's name as a path with `/`, without empty and `.` parts; "" for one that stands for no file.

    Raises ValueError for names that lead out of the container.
    """
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise ValueError("its name is an absolute path")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ValueError("its name leads out of the export")
    if path.endswith("/") or not parts:
        return ""
    return "/".join(parts)


def is_litter(name: str) -> bool:
    """Whether macOS left this file beside the real ones."""
    *folders, file = name.split("/")
    return "__MACOSX" in folders or file.startswith("._") or file == ".DS_Store"


def is_upload(name: str) -> bool:
    """Whether ChatGPT named this file so because a person uploaded it, which may be anybody's export."""
    return _UPLOAD.match(name.rpartition("/")[2]) is not None


def is_text(name: str) -> bool:
    """Whether a member may hold records, by its name."""
    return name.lower().endswith(_TEXT_ENDINGS)


def within_limits(entries: Iterable[Entry], limits: Limits, taken: Collection[Entry] = ()) -> Iterator[Entry | Refusal]:
    """The entries that the limits allow beside those `taken` before, the ones that may hold records first; a refusal
    for each other one."""
    total, packed, count = sum(entry.size for entry in taken), sum(entry.packed for entry in taken), len(taken)
    for entry in sorted(entries, key=lambda entry: (not is_text(entry.name), entry.name)):
        reason = _over_limit(entry, limits)
        if not reason and total + entry.size > limits.total:
            reason = f"the export holds more than {megabytes(limits.total)}"
        if not reason and _is_trap(total + entry.size, packed + entry.packed, limits):
            reason = f"the export unpacks to more than {limits.ratio} times its size, as only a trap does"
        if not reason and count >= limits.members:
            reason = f"the export holds more than {limits.members:,} files"
        if reason:
            yield Refusal(entry.name, reason)
        else:
            total, packed, count = total + entry.size, packed + entry.packed, count + 1
            yield entry


def _over_limit(entry: Entry, limits: Limits) -> str:
    allowed = limits.text if is_text(entry.name) else limits.asset
    if entry.size > allowed:
        return f"larger than {megabytes(allowed)}"
    if _is_trap(entry.size, entry.packed, limits):
        return f"unpacks to more than {limits.ratio} times its size, as only a trap does"
    return ""


def _is_trap(size: int, packed: int, limits: Limits) -> bool:
    return size > limits.ratio_from and size > limits.ratio * max(packed, 1)


def megabytes(size: int) -> str:
    """A limit for people: "4,096 MB"."""
    return f"{size / (1 << 20):,.0f} MB" if size >= 1 << 20 else f"{size:,} bytes"


def file_entry(path: Path, name: str, size: int) -> Entry:
    """A plain file as an entry."""
    return Entry(name, size, size, lambda: path.open("rb"), path)


def folder_entries(root: Path, limits: Limits) -> Iterator[Entry | Refusal]:
    """The files below a folder, in the order of their names; links are followed only within it.

    The walk ends when it has seen twice as many files as the limits allow to be kept.
    """
    real_root = root.resolve()
    seen = 0
    stack = [root]
    while stack:
        folder = stack.pop()
        try:
            found = sorted(os.scandir(folder), key=lambda found: found.name)
        except OSError as error:
            yield Refusal(_relative(folder, root), f"can't be opened: {error.strerror}")
            continue
        folders = []
        for place in found:
            seen += 1
            if seen > 2 * limits.members:
                yield Refusal(_relative(folder, root), f"the folder holds more than {limits.members:,} files")
                return
            if place.is_dir(follow_symlinks=False):
                folders.append(Path(place.path))
            elif not is_litter(_relative(Path(place.path), root)):
                yield _plain_file(Path(place.path), root, real_root)
        stack.extend(reversed(folders))


def _plain_file(path: Path, root: Path, real_root: Path) -> Entry | Refusal:
    name = _relative(path, root)
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(real_root):
            return Refusal(name, "a link that leads out of the folder")
        status = path.stat()
    except (OSError, RuntimeError) as error:
        return Refusal(name, f"can't be opened: {getattr(error, 'strerror', None) or error}")
    if not stat.S_ISREG(status.st_mode):
        return Refusal(name, "a link to a folder" if stat.S_ISDIR(status.st_mode) else "not an ordinary file")
    return file_entry(path, name, status.st_size)


def _relative(path: Path, root: Path) -> str:
    return printable(path.relative_to(root).as_posix())


def printable(name: str) -> str:
    """A name from the disk with U+FFFD for bytes that are no text, so that it can be written anywhere."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
