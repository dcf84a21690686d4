"""Runs a command and says what it cost: time, processors' time, and private memory of all its processes (Linux only).

Processors' time is what the system counts when the command ends: its own and that of every process that it started and
waited for, user and system. Memory is `RssAnon` of each process below the command, read ten times a second: reading it
more often would take a share of the processors itself. Pages of mapped files don't count, and a short peak may be
missed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from import_memory import private_kb

POLL_SECONDS = 0.1
_TAIL = 400


class Cost(msgspec.Struct):
    """What a command took. `main_mb` is the peak of the process that was started, `worker_mb` that of the largest
    among all below it, `together_mb` that of their sum at one moment. `others` is how many processors all other work of
    the machine kept busy meanwhile. `failed` says why it failed, "" if it didn't."""

    what: str
    wall: float
    cpu: float
    main_mb: float
    worker_mb: float
    together_mb: float
    failed: str = ""
    others: float = 0.0


class _Peaks(threading.Thread):
    """Watches the memory of a process and all below it until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.main, self.worker, self.together = pid, 0, 0, 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            main, workers = private_kb(self.pid), [private_kb(pid) for pid in _below(self.pid)]
            self.main = max(self.main, main)
            self.worker = max([self.worker, *workers])
            self.together = max(self.together, main + sum(workers))

    def stop(self) -> None:
        """Returns when the last look has been taken."""
        self._over.set()
        self.join()


def _below(pid: int) -> Iterator[int]:
    """The processes that a process started, and those that these started."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            started = children.read_text("ascii").split()
        except OSError:  # it has just ended
            continue
        for child in map(int, started):
            yield child
            yield from _below(child)


def measure(
    what: str, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, most_seconds: float
) -> Cost:
    """Runs a command in a folder to its end, with what it prints in a log. After `most_seconds` it is killed with all
    that it started; so it is when this program is interrupted."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        start, busy = time.perf_counter(), _busy_seconds()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    peaks, late = _Peaks(process.pid), threading.Timer(most_seconds, _kill, [process.pid])
    peaks.start()
    late.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        _kill(process.pid)
        process.wait()
        raise
    finally:
        in_time = late.is_alive()
        late.cancel()
        peaks.stop()
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    failed = (
        "" if process.returncode == 0 else _reason(process.returncode, log) if in_time else f"over {most_seconds} s"
    )
    others = max(0.0, _busy_seconds() - busy - cpu) / wall
    return Cost(what, wall, cpu, peaks.main / 1024, peaks.worker / 1024, peaks.together / 1024, failed, others)


def _busy_seconds() -> float:
    """What all processors have worked since the machine started, for whomever, time taken by a host included."""
    names = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
    ticks = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:]
    spent = {name: int(value) for name, value in zip(names, ticks, strict=False)}
    return (sum(spent.values()) - spent["idle"] - spent["iowait"]) / os.sysconf("SC_CLK_TCK")


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _reason(code: int, log: Path) -> str:
    """How a command ended, and the end of what it printed, in one line."""
    said = " ".join(log.read_text("utf-8", "replace").split())
    return f"exit code {code}: {said[-_TAIL:]}"


def size_of(folder: Path) -> tuple[int, int]:
    """Bytes and number of all files below a folder; none if there is no such folder."""
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return sum(sizes), len(sizes)
