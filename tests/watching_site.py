"""A watch that runs in a thread, with short patience, and everything that it said."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sitegen.archive.importing import ImportSummary
from sitegen.archive.store import Archive
from sitegen.build import BuildSummary
from sitegen.cli.archives import read_again
from sitegen.config import Config, load_config
from sitegen.errors import ArchiveError
from sitegen.watch.arrivals import Timing
from sitegen.watch.live_site import LiveSite
from sitegen.watch.server import SiteServer
from sitegen.watch.watching import Watching
from sitegen.watch.work import Words, Work

#: Far longer than anything takes; only a failing test waits so long.
DEADLINE = 60
QUICK = Timing(settle=0.1, patience=0.4, glance=0.02, retry=0.2)


class Heard:
    """What a watch said, for tests."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.warned: list[str] = []

    def say(self, line: str) -> None:
        self.said.append(line)

    def warn(self, line: str) -> None:
        self.warned.append(line)

    def progress(self, label: str) -> AbstractContextManager[None]:
        return nullcontext()


class Place:
    """A folder with an inbox, an archive, a site and a place for settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inbox, self.archive, self.site = folder / "inbox", folder / "archive", folder / "site"
        self.settings = folder / "sitegen.toml"
        self.inbox.mkdir()
        self.heard = Heard()
        self.builds = 0
        self.times_opened = 0
        self.is_archive_busy = False

    @property
    def said(self) -> list[str]:
        return self.heard.said

    @property
    def warned(self) -> list[str]:
        return self.heard.warned

    def sources(self) -> set[str]:
        """The providers that the archive has conversations of."""
        if not (self.archive / "archive.sqlite").is_file():
            return set()
        with Archive(self.archive) as archive:
            return set(archive.counts_by_source())

    def work(self) -> Work:
        words = Words(self._of_import, self._of_build)
        return Work(self.archive, self.site, lambda _: self.open_archive(), self._read_again, words, self.heard)

    def _read_again(self, archive: Archive) -> bool:
        return read_again(archive, self.heard, every=False)  # type: ignore[arg-type]

    def open_archive(self) -> Archive:
        """As another program may keep it from being opened."""
        self.times_opened += 1
        if self.is_archive_busy:
            raise ArchiveError("the archive is in use")
        return Archive(self.archive, "UTC")

    def _of_import(self, summary: ImportSummary, label: str) -> str:
        return f"imported {label} {summary.export}: {summary.new} new"

    def _of_build(self, built: BuildSummary, summaries: list[ImportSummary]) -> str:
        self.builds += 1
        return f"built {built.conversations}"

    def config(self) -> Config:
        return load_config(self.settings if self.settings.is_file() else None)

    def watching(self, site: LiveSite | None = None, timing: Timing = QUICK) -> Watching:
        return Watching(self.work(), (self.inbox,), (self.settings,), self.config, self.heard, site, timing)

    @contextmanager
    def watched(self, site: LiveSite | None = None, timing: Timing = QUICK) -> Iterator[Watching]:
        """Watches meanwhile; what the thread raises is raised at the end."""
        watching = self.watching(site, timing)
        failures: list[BaseException] = []

        def run() -> None:
            try:
                watching.run()
            except BaseException as error:  # noqa: BLE001 - it is raised again where it is seen
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            wait_until(lambda: watching.has_begun.is_set() or failures)
            yield watching
        finally:
            watching.stop()
            thread.join(DEADLINE)
        assert not thread.is_alive()
        assert failures == []

    @contextmanager
    def served(self) -> Iterator[str]:
        """Watches and serves meanwhile; gives the server's address."""
        site = LiveSite(self.site)
        server = SiteServer(site, 0)
        try:
            with self.watched(site):
                yield server.address
        finally:
            server.close()


def wait_until(is_so: Callable[[], object], what: str = "") -> None:
    """Returns as soon as the condition holds; fails when it does not come about."""
    end = time.monotonic() + DEADLINE
    while not is_so():
        assert time.monotonic() < end, f"did not come about: {what or is_so}"
        time.sleep(0.02)
