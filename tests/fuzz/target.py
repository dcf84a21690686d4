"""What a fuzz target is: one thing that takes input from outside, and what must hold for any input at all."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent
#: Inputs that once failed, small, by target; each is replayed by `test_fuzz_finds.py`.
FOUND = FOLDER / "found"


@dataclass(frozen=True)
class Target:
    """`seeds` are sound inputs to start from, `mutate` changes one a little, `check` raises for a fault that an input
    brings to light. Inputs are of at most `longest` bytes."""

    name: str
    what: str
    seeds: Callable[[], list[bytes]]
    mutate: Callable[[bytes, Random], bytes]
    check: Callable[[bytes], None]
    longest: int = 20_000

    def mutations(self, number: int, seed: int = 0) -> Iterator[bytes]:
        """So many inputs, the same each time: mutations of the seeds, some of them of mutations."""
        chance = Random(f"{self.name} {seed}")
        known = list(self.seeds())
        for _ in range(number):
            made = self.mutate(chance.choice(known), chance)
            if len(made) > self.longest:
                continue
            yield made
            if chance.random() < 0.5:
                known.append(made)


def signature(error: BaseException) -> str:
    """One line that is the same for the same fault: its type, where in sitegen it was raised, in which check."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "sitegen" in Path(frame.filename).parts and "tests" not in frame.filename]
    last = own[-1] if own else frames[-1]
    check = next((frame for frame in reversed(frames) if Path(frame.filename).parent == FOLDER), frames[-1])
    return f"{type(error).__name__} {Path(last.filename).name}:{last.lineno} {Path(check.filename).stem}:{check.lineno}"


# --- what may not happen beside -----------------------------------------------------------------------------------

_forbidden = {"subprocess.Popen", "os.system", "socket.connect", "os.remove", "os.rename", "os.mkdir", "os.rmdir"}
_watching = False
_is_installed = False


class OutsideError(Exception):
    """Something was written, started or asked for by what should do nothing of the kind."""


@contextmanager
def nothing_outside() -> Iterator[None]:
    """Raises OutsideError inside for whatever opens a file to write, starts a program or calls a network. Python's own
    files of compiled modules don't count."""
    global _watching, _is_installed
    if not _is_installed:
        sys.addaudithook(_audit)  # it can't be taken away again, and asks one flag when it is not wanted
        _is_installed = True
    before, _watching = _watching, True
    try:
        yield
    finally:
        _watching = before


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else False
        writes = writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) != 0)
        if writes and "__pycache__" not in str(path):
            raise OutsideError(f"{path} was opened to write")
    elif event in _forbidden and "__pycache__" not in str(arguments):
        raise OutsideError(f"{event} {arguments}")
