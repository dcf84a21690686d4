"""When is what arrives in a folder finished? Decided from what was seen of it and when: no clock and no disk here.

Nobody says when a download or an unpacking ends. What has been still for a while is opened: if it is whole, it is
imported. If it is not, it may go on, so it is waited for; only after a longer silence is it called broken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple


class Timing(NamedTuple):
    """In seconds: how long a file is still before it is opened, and before it is called broken; the pause between two
    glances at what is not still; the pause before something is tried again that failed for a reason outside."""

    settle: float = 2.0
    patience: float = 30.0
    glance: float = 0.5
    retry: float = 30.0


class State(NamedTuple):
    """What a file or folder looks like from outside: equal as long as nobody writes to it."""

    files: int
    size: int
    changed: int


class Step(Enum):
    """What to do with an arrival now."""

    WAIT = auto()
    LOOK = auto()  # open it; if it is not whole, more may come
    LAST_LOOK = auto()  # open it; if it is not whole, say so
    FORGET = auto()  # it is gone, or no export


@dataclass(frozen=True)
class Waiting:
    """An arrival that is not settled: what it looked like, since when, and whether it was opened in this state."""

    state: State
    since: float
    was_opened: bool = False


def next_step(before: Waiting | None, state: State | None, now: float, timing: Timing) -> tuple[Waiting | None, Step]:
    """What to do with an arrival that looks like `state` at `now`, and what to remember of it.

    `before` is what was remembered (None: it is new). `state` is None for what is gone, empty, or no export.
    """
    if state is None:
        return None, Step.FORGET
    if before is None or before.state != state:
        return Waiting(state, now), Step.WAIT
    still = now - before.since
    if not before.was_opened and still >= timing.settle:
        return Waiting(state, before.since, was_opened=True), Step.LOOK
    if before.was_opened and still >= timing.patience:
        return None, Step.LAST_LOOK
    return before, Step.WAIT


class Look(NamedTuple):
    """An arrival to open now. `is_last`: what is wrong with it is said. `is_quiet`: it was there from the start."""

    path: Path
    is_last: bool
    is_quiet: bool


class Arrivals:
    """The files and folders that may be exports and are not settled."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._waiting: dict[Path, Waiting | None] = {}
        self._quiet: set[Path] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def has_quiet(self) -> bool:
        """Whether any of those waits that were there from the start."""
        return bool(self._quiet)

    def note(self, path: Path, *, is_quiet: bool = False) -> None:
        """Something happened to this path. What lies in a folder that is waited for is looked at with it."""
        if not is_quiet:
            self._quiet.discard(path)
        if any(parent in self._waiting for parent in path.parents):
            return
        if path not in self._waiting:
            self._waiting[path] = None
            if is_quiet:
                self._quiet.add(path)

    def due(self, now: float, state_of: Callable[[Path], State | None]) -> list[Look]:
        """Those to be opened now, in the order of their names. Each is to be settled, or it is looked at once more."""
        looks = []
        for path in sorted(self._waiting):
            waiting, step = next_step(self._waiting[path], state_of(path), now, self._timing)
            if waiting is not None:
                self._waiting[path] = waiting
            if step in (Step.LOOK, Step.LAST_LOOK):
                looks.append(Look(path, step is Step.LAST_LOOK, path in self._quiet))
            if waiting is None:
                self.settle(path)
        return looks

    def settle(self, path: Path) -> None:
        """Nothing more is expected of it."""
        self._waiting.pop(path, None)
        self._quiet.discard(path)
