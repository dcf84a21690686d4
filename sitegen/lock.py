"""One run at a time in a folder, and one line that names the other run.

The lock is the operating system's (flock, or LockFileEx on Windows): it ends with the process that holds it, however
that ends. What a killed run or another boot left behind therefore stops nobody, and no process ids have to be
compared. The file beside it tells people who holds the lock; nothing is decided by it.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import shlex
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sitegen.errors import LockError

LOCK_NAME = ".sitegen-lock"
HOLDER_NAME = ".sitegen-lock.json"


@contextmanager
def only_run_in(folder: Path, *, to_read: bool = False) -> Iterator[None]:
    """Until it is left, no other run gets into `folder`, which is made if absent.

    Raises LockError, at once, if another run is in it or if nothing can be written there; with `to_read` the latter
    is well: nobody else can change anything either. Not reentrant.
    """
    from filelock import FileLock, Timeout

    path = folder / LOCK_NAME
    lock = FileLock(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            # Where a file system has no flock, filelock says so and turns to files that name their process.
            warnings.simplefilter("ignore", UserWarning)
            lock.acquire(blocking=False)
    except Timeout as error:
        raise LockError(f"{folder}: in use by {_holder(folder)}; try again when that is done, or end it") from error
    except OSError as error:
        if to_read and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            yield
            return
        raise LockError(f"{folder}: nothing can be written here: {error.strerror or error}") from error
    try:
        # Without its words the lock holds as well.
        with suppress(OSError):
            (folder / HOLDER_NAME).write_bytes(json.dumps(_this_run()).encode())
        yield
    finally:
        for left in (folder / HOLDER_NAME, path):
            _remove(left)
        lock.release()
        if os.name == "nt":
            # Only a closed file can go there, and only while nobody else has opened it.
            _remove(path)


def _this_run() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "host": platform.node(),
        "command": shlex.join(["sitegen", *sys.argv[1:]]),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _holder(folder: Path) -> str:
    """The run that holds the lock, in words: it may have ended, or not yet have said who it is."""
    try:
        told = json.loads((folder / HOLDER_NAME).read_text("utf-8"))
        since = datetime.fromisoformat(told["since"]).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        command = " ".join(str(told["command"]).split())
        return f'process {int(told["pid"])} on {told["host"]} ("{command}", since {since})'
    except (OSError, ValueError, KeyError, TypeError):
        return "another run"


def _remove(path: Path) -> None:
    # A lock file that stays behind is taken over by the next run.
    with suppress(OSError):
        path.unlink()
