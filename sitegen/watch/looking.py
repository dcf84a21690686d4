"""Looks at what lies in a watched folder, for the decisions of `arrivals` and `wholeness`. Reads, never writes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sitegen.readers.export.containers import LIMITS
from sitegen.readers.export.file_kinds import HALF_DOWNLOADED
from sitegen.watch.arrivals import State
from sitegen.watch.names import EXPORT_ENDINGS, is_half_downloaded
from sitegen.watch.wholeness import HEAD, TAIL, json_is_whole, zip_is_whole


def state_of(path: Path) -> State | None:
    """What a file or folder looks like from outside.

    None for what is not there, holds nothing, is larger than any export, has an ending that exports don't have, or
    is being downloaded: then a browser's unfinished file lies beside it.
    """
    try:
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            return _folder_state(path)
        if not stat.S_ISREG(status.st_mode) or not status.st_size or path.suffix.lower() not in EXPORT_ENDINGS:
            return None
        if any(path.with_name(path.name + ending).exists() for ending in HALF_DOWNLOADED):
            return None
        return State(1, status.st_size, status.st_mtime_ns)
    except OSError:
        return None  # gone again, or not to be read: other changes will be told


def _folder_state(folder: Path) -> State | None:
    count = size = 0
    changed = folder.lstat().st_mtime_ns
    for entry in files_below(folder):
        status = entry.stat(follow_symlinks=False)
        count, size = count + 1, size + status.st_size
        # A sum, because an unpacked file may be older than all others.
        changed += status.st_mtime_ns
        if count > LIMITS.members:
            return None
    return State(count, size, changed) if count else None


def files_below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The files in a folder and its sub-folders, in no order, links not followed. Sub-folders that can't be opened
    are passed over: whoever opens the export is told of them."""
    stack = [os.fspath(folder)]
    while stack:
        try:
            entries = list(os.scandir(stack.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                stack.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry


def children(folder: Path) -> list[Path]:
    """What stands in a folder, by name. Raises OSError."""
    return sorted(path for path in folder.iterdir() if not is_half_downloaded(path.name))


def breaks_off(path: Path) -> bool:
    """Whether an export that opens is not whole: a file that breaks off, or a folder that holds one. Raises OSError."""
    if not path.is_dir():
        return not _is_whole(path)
    return any(
        entry.name.lower().endswith((".json", ".js")) and not _is_whole(Path(entry.path)) for entry in files_below(path)
    )


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(HEAD)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL))
        tail = file.read()
    return zip_is_whole(tail, size) if head.startswith(b"PK") else json_is_whole(head, tail)
