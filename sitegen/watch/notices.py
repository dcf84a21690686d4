"""What changes on disk, told by the operating system and gathered until it is asked for. The only user of watchfiles.

Changes come in from threads, so none is lost while the site is being built: they wait, and are taken all at once.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from pathlib import Path

import watchfiles
from watchfiles import Change

#: Milliseconds after which a watcher that saw nothing says so; the first time, it is known to be at work.
_BEAT = 200


class Notices:
    """Changes in some folders. Use `watch` to name the folders, `wait` to learn of changes, `close` at the end."""

    def __init__(self, own: Iterable[Path]) -> None:
        """`own` are folders whose changes are of no interest."""
        self._own = tuple(own)
        self._queue: queue.Queue[set[Path]] = queue.Queue()
        self._watchers: list[_Watcher] = []

    def watch(self, deep: Iterable[Path], flat: Iterable[Path]) -> list[str]:
        """Watches these folders instead of the ones before: `deep` with all that lies below, `flat` without.

        Returns when all are watched: a later change is not missed. What can't be watched wholly is returned as lines
        for people. Folders that are not there are left out.
        """
        before, self._watchers, complaints = self._watchers, [], []
        for folder in sorted(filter(Path.is_dir, set(deep))):
            reason = self._start((folder,), is_deep=True)
            if reason is not None:
                complaints.append(f"{folder}: its sub-folders can't be watched: {reason}")
                self._start((folder,), is_deep=False)
        if surrounding := sorted(filter(Path.is_dir, set(flat))):
            self._start(tuple(surrounding), is_deep=False)
        _stop(before)
        return complaints

    def wait(self, seconds: float) -> set[Path]:
        """All that changed since the last call; waits for a change so long at most."""
        changed: set[Path] = set()
        try:
            changed |= self._queue.get(timeout=seconds)
            while True:
                changed |= self._queue.get_nowait()
        except queue.Empty:
            return changed

    def breakdowns(self) -> list[str]:
        """Lines for people about folders that are not watched any more; each is told once."""
        broken = [watcher for watcher in self._watchers if watcher.failure is not None]
        self._watchers = [watcher for watcher in self._watchers if watcher not in broken]
        return [
            f"{', '.join(map(str, watcher.folders))}: not watched any more: {watcher.failure}; start the watch again"
            for watcher in broken
        ]

    def wake(self) -> None:
        """Ends a `wait`, from another thread."""
        self._queue.put(set())

    def close(self) -> None:
        """Watches nothing any more."""
        _stop(self._watchers)
        self._watchers = []

    def _start(self, folders: tuple[Path, ...], *, is_deep: bool) -> str | None:
        watcher = _Watcher(folders, is_deep, self._own, self._queue)
        if watcher.failure is None:
            self._watchers.append(watcher)
        return watcher.failure


class _Watcher:
    """A thread that watches some folders. Made, it is at work already, unless `failure` says why not."""

    def __init__(
        self, folders: tuple[Path, ...], is_deep: bool, own: tuple[Path, ...], sink: queue.Queue[set[Path]]
    ) -> None:
        self.failure: str | None = None
        self.folders = folders
        self._is_deep, self._own, self._sink = is_deep, own, sink
        self.stopping = threading.Event()
        self._begun = threading.Event()
        self.thread = threading.Thread(target=self._run, name="sitegen-watch", daemon=True)
        self.thread.start()
        self._begun.wait()

    def _run(self) -> None:
        try:
            for changes in watchfiles.watch(
                *self.folders,
                watch_filter=self._is_wanted,
                recursive=self._is_deep,
                stop_event=self.stopping,
                rust_timeout=_BEAT,
                yield_on_timeout=True,
                ignore_permission_denied=True,
            ):
                self._begun.set()
                if changes:
                    self._sink.put({Path(path) for _, path in changes})
        except (OSError, RuntimeError) as error:
            self.failure = str(error)
        finally:
            self._begun.set()

    def _is_wanted(self, _: Change, path: str) -> bool:
        return not any(Path(path).is_relative_to(own) for own in self._own)


def _stop(watchers: list[_Watcher]) -> None:
    for watcher in watchers:
        watcher.stopping.set()
    for watcher in watchers:
        watcher.thread.join()
