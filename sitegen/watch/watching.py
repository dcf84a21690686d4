"""The watch itself: waits for changes, asks what they call for, and does it, one thing after the other.

While an import or a build is under way changes gather; then all of them are dealt with at once. Nothing that a
person can mend ends the watch: it is told in one line, and the next change is waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path

from sitegen.config import Config
from sitegen.errors import ArchiveError, BuildError, ConfigError, OutputError, SitegenError, ThemeError, WorkerError
from sitegen.notes import notes_folder
from sitegen.theme import load_theme
from sitegen.watch.arrivals import Arrivals, Look, Timing
from sitegen.watch.first_look import FirstLook
from sitegen.watch.live_site import LiveSite
from sitegen.watch.looking import children, state_of
from sitegen.watch.names import Places, arrival_of, call_of
from sitegen.watch.notices import Notices
from sitegen.watch.server import SiteServer
from sitegen.watch.work import Talk, Work

#: What may pass without a change that would be noticed: another sitegen at work, a full disk.
_PASSING = (ArchiveError, OutputError, BuildError, WorkerError, OSError)
#: The longest sleep in seconds: some systems can't be interrupted by Ctrl-C while they wait.
_SLEEP = 1.0


def watch_folders(
    work: Work,
    inboxes: tuple[Path, ...],
    settings: tuple[Path, ...],
    load_config: Callable[[], Config],
    talk: Talk,
    port: int | None,
) -> None:
    """Watches as `Watching` does, and shows the site at `port` meanwhile (0: any that is free; None: not at all).

    Raises ConfigError if the port can't be had.
    """
    with ExitStack() as stack:
        site = None
        if port is not None:
            site = LiveSite(work.output_folder)
            server = SiteServer(site, port)
            stack.callback(server.close)
            talk.say(f"The site is at {server.address} (for this computer only)")
        talk.say(f"Watching {', '.join(map(str, inboxes)) or 'the theme and the settings'}; Ctrl-C ends it")
        Watching(work, inboxes, settings, load_config, talk, site).run()


class Watching:
    """One run of `sitegen watch`: `run` returns only when it is stopped."""

    def __init__(
        self,
        work: Work,
        inboxes: tuple[Path, ...],
        settings: tuple[Path, ...],
        load_config: Callable[[], Config],
        talk: Talk,
        site: LiveSite | None = None,
        timing: Timing | None = None,
    ) -> None:
        """`inboxes` are the folders that exports arrive in, `settings` the files that the configuration may stand
        in, there or not. `site` is the one that is being served, if any. Raises ConfigError for an inbox that
        sitegen writes to itself."""
        self._work, self._load_config, self._talk, self._site = work, load_config, talk, site
        self._timing = timing or Timing()
        notes = notes_folder(work.archive_folder)
        self._places = Places(
            inboxes=tuple(folder.resolve() for folder in inboxes),
            settings=tuple({place: None for file in settings for place in (_absolute(file), file.resolve())}),
            own=(work.archive_folder.resolve(), work.output_folder.resolve()),
            notes=tuple(dict.fromkeys((_absolute(notes), notes.resolve()))),
        )
        for folder in self._places.inboxes:
            if any(folder.is_relative_to(own) for own in self._places.own):
                raise ConfigError(
                    f"{folder}: belongs to sitegen's own archive or site; give the folder of your downloads"
                )
        self._notices = Notices(self._places.own)
        self._arrivals = Arrivals(self._timing)
        self._first_look: FirstLook | None = FirstLook()
        self._config: Config | None = None
        self._must_read_again = self._must_build = True
        #: Set once every later change is noticed; for whoever runs this in a thread.
        self.has_begun = threading.Event()
        self._is_working = self._is_stopped = False
        #: When that is tried again which failed for a passing reason, and what it is besides the build.
        self._retry_at: float | None = None
        self._postponed: set[Path] = set()
        self._last_warning = ""

    def run(self) -> None:
        """Reads records again whose reader has changed, looks at what the folders hold, builds the site, and then
        watches: until `stop`, or until Ctrl-C while
        nothing is under way. Ctrl-C in the midst of an import or a build raises KeyboardInterrupt."""
        try:
            self._read_settings()
            self._watch_folders(anew=True)
            self._look_around()
            self.has_begun.set()
            while not self._is_stopped:
                self._do_what_is_due()
                self._take(self._notices.wait(self._timing.glance if self._arrivals else _SLEEP))
                for line in self._notices.breakdowns():
                    self._talk.warn(line)
        except KeyboardInterrupt:
            if self._is_working:
                raise
        finally:
            self._notices.close()

    def stop(self) -> None:
        """Ends `run`, from another thread, once what is under way is done."""
        self._is_stopped = True
        self._notices.wake()

    # --- what is watched, and what changed -------------------------------------------------------------------------

    def _take(self, changed: set[Path]) -> None:
        """Notes what these changes call for."""
        call = call_of(changed, self._places)
        for path in call.arrivals:
            self._arrivals.note(path)
        if call.settings:
            self._read_settings()
        if call.settings or call.theme or call.notes or call.roots:
            # A theme may rest on another one now, and a folder may have been put in place of the one watched so far.
            self._watch_folders(anew=call.roots)
            self._must_build, self._retry_at = True, None

    def _read_settings(self) -> None:
        """Reads the configuration; while it can't be used, all work waits."""
        try:
            self._config = self._load_config()
        except ConfigError as error:
            self._config = None
            self._talk.warn(str(error))

    def _watch_folders(self, *, anew: bool) -> None:
        """Watches the folders of the theme that is set now; all folders from the start if `anew`."""
        themes = self._theme_folders()
        if themes == self._places.themes and not anew:
            return
        self._places = self._places._replace(themes=themes)
        around = {place.parent for place in (*self._places.roots, *self._places.settings)}
        for complaint in self._notices.watch(self._places.roots, around):
            self._talk.warn(complaint)

    def _theme_folders(self) -> tuple[Path, ...]:
        """The folders of the theme and those it rests on. While it is broken those known before, and its own."""
        if self._config is None:
            return self._places.themes
        try:
            return load_theme(self._config.theme).folders
        except ThemeError:  # the build tells
            own = Path(self._config.theme).resolve()
            return tuple({folder: None for folder in (*self._places.themes, own) if folder.is_dir()})

    def _look_around(self) -> None:
        """Notes what lies in the folders already."""
        for inbox in self._places.inboxes:
            try:
                found = children(inbox)
            except OSError as error:
                self._talk.warn(f"{inbox}: can't be opened: {error.strerror}")
                continue
            for path in found:
                if arrival_of(path, inbox, self._places) == path:
                    self._arrivals.note(path, is_quiet=True)

    # --- what is done ------------------------------------------------------------------------------------------------

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            for path in self._postponed:
                self._arrivals.note(path)
            self._postponed.clear()
        if self._config is None:
            return
        if self._must_read_again and self._retry_at is None and self._work.has_archive:
            self._must_read_again = False
            self._attempt(partial(self._read_again, self._config), self._postpone_read_again)
        for look in self._arrivals.due(now, state_of):
            self._attempt(partial(self._open, look, self._config), partial(self._postpone, look.path))
        if self._first_look is not None and not self._arrivals.has_quiet:
            if line := self._first_look.summary():
                self._talk.say(line)
            self._first_look = None
        if self._must_build and self._retry_at is None and self._work.has_archive:
            self._must_build = False
            self._attempt(partial(self._build, self._config), self._postpone_build)

    def _attempt(self, action: Callable[[], None], postpone: Callable[[], None]) -> None:
        """Does it. What goes wrong is told; what may pass by itself is postponed, and told once."""
        self._is_working = True
        try:
            action()
            self._last_warning = ""
        except _PASSING as error:
            if str(error) != self._last_warning:
                self._talk.warn(str(error))
            self._last_warning = str(error)
            postpone()
            self._retry_at = time.monotonic() + self._timing.retry
        except SitegenError as error:
            self._talk.warn(str(error))
        self._is_working = False

    def _open(self, look: Look, config: Config) -> None:
        findings = self._work.import_from(look.path, config, takes_torn=look.is_last)
        self._must_build |= findings.imported > 0
        if look.is_quiet and self._first_look is not None:
            self._first_look.count(look.path, findings)
            self._arrivals.settle(look.path)
        elif not findings.faults:
            self._arrivals.settle(look.path)
            for advice in findings.advice:
                self._talk.warn(advice)
            if findings.known and not findings.imported and not look.is_last:
                self._talk.say(f"{look.path.name} was imported before")
        elif look.is_last:
            for fault in findings.faults:
                self._talk.warn(fault)

    def _read_again(self, config: Config) -> None:
        self._must_build |= self._work.read_again(config)

    def _build(self, config: Config) -> None:
        with self._site.changing() if self._site else nullcontext():
            self._work.build(config)

    def _postpone(self, path: Path) -> None:
        self._arrivals.settle(path)
        self._postponed.add(path)

    def _postpone_read_again(self) -> None:
        self._must_read_again = True

    def _postpone_build(self) -> None:
        self._must_build = True


def _absolute(file: Path) -> Path:
    """The file's own path, not that of the file which it may be a link to."""
    return file.parent.resolve() / file.name
