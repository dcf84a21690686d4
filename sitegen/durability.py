"""Writes that are on the disk when they are done, so that a power failure can't take back what was promised.

Used where something else relies on a file: the archive's attachments, the copy before a change of format, and the
manifest of the site. Pages are written without it: they can be built again.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

#: What file systems answer that can't sync a folder (some network and FUSE mounts).
_CANNOT_SYNC_FOLDERS = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}


def sync_file(file: BinaryIO) -> None:
    """Returns when the bytes written so far are on the disk. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


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
