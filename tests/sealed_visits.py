"""A sealed site as a visitor comes to it: from disk or from a host on this machine that notes what it was asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from conftest import PASSPHRASE

from sitegen.sealing.reading import SealedSite, open_sealed


class _Host(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, asked: list[str], **more: Any) -> None:
        self.asked = asked
        super().__init__(*arguments, **more)

    def end_headers(self) -> None:
        # So that each file that is read is asked for.
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        self.asked.append(self.path)


@contextmanager
def hosted(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a folder's top on a host, and the paths that it was asked for, as they come."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, asked=asked, directory=str(folder)))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@cache
def opened(sealed: Path) -> SealedSite:
    """A sealed site that nobody changes: its passphrase, which takes hundreds of thousands of rounds, is tried once."""
    return open_sealed(sealed, PASSPHRASE)


def copied(sealed: Path, folder: Path) -> SealedSite:
    """A copy of a sealed site, to be damaged."""
    shutil.copytree(sealed, folder)
    return opened(sealed)._replace(folder=folder)


def blob_of(site: SealedSite, path: str) -> Path:
    """The file of the blob of a plain path."""
    (file,) = (file for file in site.directory.files if file.path == path)
    return site.folder / "sealed" / f"{file.blob}.js"


def id_of(site: SealedSite, path: str) -> str:
    """The name of a page in addresses."""
    (file,) = (file for file in site.directory.files if file.path == path)
    return file.id


def only(site: Path, pattern: str) -> str:
    """The path, below the site's top, of the one file that fits."""
    (path,) = site.glob(pattern)
    return path.relative_to(site).as_posix()


def with_(site: Path, text: str) -> str:
    """The first conversation whose page holds a text."""
    return next(
        path.relative_to(site).as_posix()
        for path in sorted((site / "chats").rglob("*.html"))
        if text in path.read_text("utf-8")
    )


#: Everything that a browser keeps for a page, as one text.
STORED = """async () => {
  const databases = indexedDB.databases ? await indexedDB.databases() : [];
  let cached = [];
  try { cached = await caches.keys(); } catch (error) { cached = []; }
  return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, cached, history.state, location.href,
    document.cookie]);
}"""
