"""Attachments as pages show them: their address in the site, inert by name and type. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote

from sitegen.archive.attachments import StoredFile
from sitegen.language import Language
from sitegen.model import Attachment
from sitegen.pages import FileView
from sitegen.wording import is_seen

#: The ending that a file gets in the site. What is not listed could run when opened, or is of no known type.
_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
    "image/bmp": "bmp", "image/svg+xml": "svg", "audio/wav": "wav", "audio/mpeg": "mp3", "audio/flac": "flac",
    "audio/ogg": "ogg", "audio/mp4": "m4a", "video/mp4": "mp4", "video/webm": "webm", "application/pdf": "pdf",
    "application/zip": "zip", "application/gzip": "gz", "text/plain": "txt",
}  # fmt: skip


def site_path(file: StoredFile) -> str:
    """Where a stored file stands in the site, from its top."""
    return f"files/{file.hash[:16]}.{_ENDINGS.get(file.media_type, 'bin')}"


def file_view(attachment: Attachment, stored: StoredFile | None, root: str, language: Language) -> FileView:
    """An attachment for a page whose way to the top is `root`. Without bytes it becomes a placeholder."""
    name = _spelled_out(attachment.name if is_seen(attachment.name) else attachment.id)
    if stored is None:
        return FileView(
            name, "", _shows_as(attachment.media_type), attachment.media_type, language.size(attachment.size),
            attachment.width, attachment.height, attachment.url,
        )  # fmt: skip
    return FileView(
        name, root + site_path(stored), _shows_as(stored.media_type), stored.media_type, language.size(stored.size),
        attachment.width, attachment.height,
    )  # fmt: skip


def _spelled_out(name: str) -> str:
    """A file's name with marks that turn the direction of what follows written as `[U+202E]`: they let a name end in
    another way than it seems to."""
    return _DIRECTION.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", name)


_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _shows_as(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "link"


def resolver(
    attachments: Mapping[str, Attachment], stored: Mapping[str, StoredFile], root: str
) -> Callable[[str], str | None]:
    """A function from an address in a text ("sandbox:/mnt/data/report.csv", "report.csv") to the file's address in
    the site, None if it is no file of the conversation. SVG pictures are never linked: opened on their
    own they can run."""
    by_name = {
        name: root + site_path(stored[attachment.id])
        for attachment in attachments.values()
        if attachment.id in stored and stored[attachment.id].media_type != "image/svg+xml"
        for name in (attachment.name, attachment.id)
        if name
    }

    def resolve(address: str) -> str | None:
        if re.match(r"(?!sandbox:|file:|computer:|attachment:)[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
            return None
        return by_name.get(PurePosixPath(unquote(address)).name)

    return resolve
