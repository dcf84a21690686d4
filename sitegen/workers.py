"""Pure work in worker processes: results in the order of the work, and no more of it under way than is needed.

The processes are started with the first work that is worth them, and serve all work of a run: reading records, then
rendering pages.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from sitegen.errors import WorkerError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

#: Windows can't wait for more processes than that at once.
_MOST = 61 if os.name == "nt" else sys.maxsize
#: So much work is given to each process at a time.
_AHEAD = 4
#: So many results at a time may wait for one before them that a process has not made yet.
_MOST_WAITING = 1000
#: What these and the work under way may weigh, in bytes: a single piece may weigh more, and is then there alone.
_MOST_BYTES = 64 << 20

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Done(Generic[B]):
    """A piece of work that needs no process: its result is there. `weight` is that of the result, in bytes."""

    result: B
    weight: int = 0


class _Waiting(Generic[B]):
    """Results that wait for their turn, those that processes have not made yet among them."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[Done[B] | Future[B], int]] = deque()
        self._weight = 0
        #: How many of them processes have.
        self.under_way = 0

    def __len__(self) -> int:
        return len(self._pieces)

    def add(self, piece: Done[B] | Future[B], weight: int) -> None:
        self._pieces.append((piece, weight))
        self._weight += weight
        self.under_way += not isinstance(piece, Done)

    def take(self) -> B:
        """The first result, once it is there; raises what its making did, and WorkerError."""
        piece, weight = self._pieces.popleft()
        self._weight -= weight
        if isinstance(piece, Done):
            return piece.result
        self.under_way -= 1
        with _ends_told():
            return piece.result()

    def has_room(self, weight: int) -> bool:
        """Whether a piece of this weight may wait too."""
        return not self._pieces or (len(self) < _MOST_WAITING and self._weight + weight <= _MOST_BYTES)

    def begins_done(self) -> bool:
        return bool(self._pieces) and isinstance(self._pieces[0][0], Done)

    def cancel(self) -> None:
        for piece, _ in self._pieces:
            if not isinstance(piece, Done):
                piece.cancel()


class Workers:
    """The worker processes of one run. Use as a context manager, which ends them."""

    def __init__(self, jobs: int | None = None) -> None:
        """`jobs` is how many there may be; 1 does everything in this process. Default: one for each processor, none
        for work that isn't worth starting them."""
        self._jobs = min(jobs or os.cpu_count() or 1, _MOST)
        self._always = jobs is not None
        self._pool: ProcessPoolExecutor | None = None
        #: How many processes the pool may still start.
        self._to_start = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def serve(self, worth_starting: bool) -> bool:
        """Whether work is to be given to processes: they are there, or may be started for it."""
        return self._jobs > 1 and (self._always or worth_starting or self._pool is not None)

    def map(
        self, function: Callable[[A], B], work: Iterable[A | Done[B]], weight: Callable[[A], int] = lambda _: 0
    ) -> Iterator[B]:
        """What the function makes of each piece of work, in its order. `weight` tells the bytes of one that isn't done;
        processes are started for the first of those.

        The function, the work and the results have to be such as can be pickled. An exception of the function is raised
        here, as is WorkerError if a process ends. To be closed or used up before the next call."""
        waiting: _Waiting[B] = _Waiting()
        try:
            for piece in work:
                weighs = piece.weight if isinstance(piece, Done) else weight(piece)
                while not waiting.has_room(weighs):
                    yield waiting.take()
                if isinstance(piece, Done):
                    waiting.add(piece, weighs)
                else:
                    while waiting.under_way >= self._jobs * _AHEAD:
                        yield waiting.take()
                    waiting.add(self._submitted(function, piece), weighs)
                while waiting.begins_done():
                    yield waiting.take()
            while waiting:
                yield waiting.take()
        finally:
            waiting.cancel()

    def _started(self) -> ProcessPoolExecutor:
        # Imported here: most commands need no processes.
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._jobs, get_context("spawn"), _start)
            self._to_start = self._jobs
        return self._pool

    def _submitted(self, function: Callable[[A], B], piece: A) -> Future[B]:
        pool = self._started()
        with _ends_told(), _interrupts_later() if self._to_start else nullcontext():
            self._to_start = max(0, self._to_start - 1)
            return pool.submit(function, piece)


#: Everything in this process.
ALONE = Workers(1)


@contextmanager
def _ends_told() -> Iterator[None]:
    """Raises WorkerError if the block finds that a process has ended."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        yield
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process was ended from outside, perhaps for want of memory; try again"
            " (a build can do without any: --jobs 1)"
        ) from error


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Keeps Ctrl-C back until the end of the block, and for good from processes that start in it: one that gets it
    before `_start` has run, or whose start is broken off here, prints a traceback.

    New processes inherit the mask of this thread; the handler is for the other threads, which have none.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if held:
            signal.raise_signal(signal.SIGINT)


def collect_seldom() -> None:
    """Lets this process look for cycles of objects after 20,000 more than before: most that sitegen makes live shortly
    and are in none, so that Python's own number, 700, makes it look in vain."""
    gc.set_threshold(20_000)


def _start() -> None:
    # Ctrl-C goes to every process of the terminal; the main one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_seldom()


def _end_with_parent() -> None:
    """Ends this process when the main one has gone, were it killed: a pool's worker would wait for work forever."""
    from multiprocessing import parent_process

    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)
