"""Writes that are on the disk when they are done, so that a power failure can't take back what was promised.

Used where something else relies on a file: the archive's attachments, the copy before a change of format, and the
manifest of the site. Pages are written without it: they can be built again. Every file that takes the place of another
does so by `replace_file`.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

#: Seconds between attempts to replace a file that is open elsewhere: long enough for a virus scanner or a server.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
#: What file systems answer that can't sync a folder (some network and FUSE mounts).
_CANNOT_SYNC_FOLDERS = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}


def sync_file(file: BinaryIO) -> None:
    """Returns when the bytes written so far are on the disk. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


def replace_file(made: Path, target: Path, pauses: Sequence[float] = _PAUSES if os.name == "nt" else ()) -> None:
    """Puts a finished file in the place of another, whole. Raises OSError.

    Windows refuses while somebody has either of them open; that is waited for a while.
    """
    for pause in pauses:
        try:
            made.replace(target)
            return
        except PermissionError:
            time.sleep(pause)
    made.replace(target)


def sync_folder(folder: Path) -> None:
    """Returns when the names in the folder are on the disk, where the system has a call for that. Raises OSError."""
    if os.name == "nt":
        return  # Windows opens no folders; NTFS journals names by itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC_FOLDERS:
            raise
    finally:
        os.close(descriptor)
