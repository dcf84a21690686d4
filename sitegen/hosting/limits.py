"""Whether a host can take a published folder: its files counted and weighed against what the hosts' documents say.

host               limit                              source (read in November 2026; check before relying on it)
Cloudflare Pages   20,000 files (free plan),          https://developers.cloudflare.com/pages/platform/limits/
                   25 MiB a file
Netlify            54,000 files in one folder         https://docs.netlify.com/deploy/deploy-overview/
GitHub Pages       1 GB in all, 100 MiB a file        https://docs.github.com/pages (limits), and Git's limit there
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sitegen.dates import count_label
from sitegen.errors import OutputError

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class HostLimits:
    """What a host takes; sizes in bytes, None where its documents name no limit. `more` says what else can be done."""

    name: str
    files: int | None = None
    files_in_folder: int | None = None
    file_size: int | None = None
    total_size: int | None = None
    more: str = ""


HOSTS = (
    HostLimits(
        "Cloudflare Pages", files=20_000, file_size=25 * _MIB, more="; paid plans take 100,000 files when asked to"
    ),
    HostLimits("Netlify", files_in_folder=54_000),
    HostLimits("GitHub Pages", file_size=100 * _MIB, total_size=1_000_000_000),
)


class SiteFile(NamedTuple):
    """A file of a published folder: its path from the top and its size in bytes."""

    name: str
    size: int


def site_files(folder: Path) -> list[SiteFile]:
    """All files below `folder`, by name. Raises OutputError if it can't be read."""
    try:
        return sorted(_files(folder, ""))
    except OSError as error:
        raise OutputError(
            f"{error.filename or folder}: can't be read: {error.strerror}; check its permissions"
        ) from error


def _files(folder: Path, prefix: str) -> Iterator[SiteFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                yield SiteFile(prefix + entry.name, entry.stat().st_size)


def beyond(files: Sequence[SiteFile], host: HostLimits) -> list[str]:
    """What of `files` the host refuses: a line each, with what is too much, where, and what to do. Empty if it fits."""
    return [*_too_many(files, host), *_too_large(files, host)]


def _too_many(files: Sequence[SiteFile], host: HostLimits) -> Iterator[str]:
    if host.files is not None and len(files) > host.files:
        yield (
            f"{host.name}: {len(files):,} files, and it takes {host.files:,}; publish fewer conversations{host.more}"
        )
    if host.files_in_folder is None:
        return
    for folder, count in sorted(Counter(file.name.rpartition("/")[0] for file in files).items()):
        if count > host.files_in_folder:
            yield (
                f"{host.name}: {count:,} files in {folder or 'the top folder'}, and it takes {host.files_in_folder:,} "
                "in one; publish fewer conversations"
            )


def _too_large(files: Sequence[SiteFile], host: HostLimits) -> Iterator[str]:
    if host.file_size is not None:
        large = [file for file in files if file.size > host.file_size]
        for file in large[:10]:
            yield (
                f"{host.name}: {file.name} has {file.size / _MIB:,.1f} MiB, and it takes {host.file_size // _MIB} MiB "
                "a file; leave out its conversation, or attachments"
            )
        if len(large) > 10:
            yield f"{host.name}: {count_label(len(large) - 10, 'more file')} too large for it"
    total = sum(file.size for file in files)
    if host.total_size is not None and total > host.total_size:
        yield (
            f"{host.name}: {total / 1e6:,.0f} MB in all, and it takes {host.total_size / 1e6:,.0f}; publish fewer "
            "conversations, or no attachments"
        )
