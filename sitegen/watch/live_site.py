"""The site as open pages see it while it is being rebuilt: each page has a version, and asks whether it is the newest.

A version tells apart what a page shows: its own bytes, and those of the stylesheets and scripts that it loads. So a
rebuild reloads only the pages that it changed, and the others keep the place where their reader is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

#: Addresses of the server's own. The site has no hidden files, so nothing of it stands in their way.
SCRIPT_PATH = "/.sitegen/reload.js"
QUESTION_PATH = "/.sitegen/changed.js"

#: What pages load beside themselves. Attachments are left out: their names change with their content.
_LOADED_BY_ALL = "assets"
_LOADED_BY_SEARCH = "search"


class LiveSite:
    """The output folder, and what of it belongs to which version of a page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._changing = False
        self._loaded: dict[str, str] = {}
        self._note_loaded()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """While the site is written. Until it is whole again, every page is told that it is the newest."""
        self._changing = True
        try:
            yield
        finally:
            self._note_loaded()
            self._changing = False

    def version(self, name: str, content: bytes) -> str:
        """Names what the page of that name shows; `content` is what its file holds, b"" if it is not there."""
        loaded = self._loaded[_LOADED_BY_ALL]
        if name == "search.html":
            loaded += self._loaded[_LOADED_BY_SEARCH]
        return hashlib.sha256(loaded.encode() + content).hexdigest()[:16]

    def answer(self, name: str, version: str) -> bytes:
        """The script that answers whether a page has a newer version than the one that was sent."""
        is_newer = not self._changing and version != self.version(name, self._content(name))
        return f"sitegenReload.answer({'true' if is_newer else 'false'});\n".encode()

    def place(self, name: str) -> Path | None:
        """The file of that name, or the folder that has an index page; None if there is neither inside the site."""
        path = self.folder.joinpath(*name.split("/"))
        try:
            real = path.resolve(strict=True)
            parts = real.relative_to(self.folder.resolve()).parts
            # By another name (a link, a short name of Windows) a hidden file is hidden all the same.
            is_shown = not any(part.startswith(".") for part in parts)
            is_there = real.is_file() or (real / "index.html").is_file()
            return real if is_there and is_shown else None
        except (OSError, ValueError, RuntimeError):
            return None  # not there, a name that no file can have, or links in a circle

    def _content(self, name: str) -> bytes:
        place = self.place(name) if name else None
        try:
            return place.read_bytes() if place and place.is_file() else b""
        except OSError:
            return b""  # removed meanwhile

    def _note_loaded(self) -> None:
        self._loaded = {name: _fingerprint(self.folder / name) for name in (_LOADED_BY_ALL, _LOADED_BY_SEARCH)}


def with_reload(html: bytes, version: str) -> bytes:
    """A page as it is sent: with one script more, which knows the page's version. The file stays as it is."""
    tag = f'<script src="{SCRIPT_PATH}" defer data-version="{version}"></script>\n'.encode()
    before, head_end, after = html.partition(b"</head>")
    return before + tag + head_end + after if head_end else html + tag


def reload_script() -> bytes:
    """The script that `with_reload` adds."""
    return files("sitegen.watch").joinpath("reload.js").read_bytes()


def _fingerprint(folder: Path) -> str:
    """Changes whenever a file below the folder does: a build writes only what differs, so times are enough."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # another program builds into the same folder
            status = path.stat()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
