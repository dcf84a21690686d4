"""The folder in which `compare` works: what it needs of each program, and every run that was ever measured there."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

import msgspec
from as_markdown import Count, write_pages, write_sessions
from comparison_runs import Run
from corpus import conversations, write_zip
from corpus_shapes import Talk, talk_of
from measuring import Cost, measure, size_of
from peers import Place, Step, Subject

import sitegen

ROOT = Path(__file__).resolve().parent.parent
CONTINUED, NEW = 0.03, 0.035
#: For so many seconds ext4 without a journal doesn't give out the inodes of removed files again, and looks at them one
#: by one whenever a file is made (RECENTCY_DIRTY in fs/ext4/ialloc.c of Linux): after thousands of them, making files
#: took five to nine times as long.
SLOW_AFTER_REMOVING = 300
_REMOVED = "removed"


class Workshop:
    """The folder where everything lies: environments, inputs by size, what programs made, and what was measured."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder.resolve(), seed
        self._measurements = self.folder / "measurements.jsonl"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._made = self.folder / "runs"

    # --- what was measured ---

    def runs(self) -> list[Run]:
        """Every run of this seed that was kept. A line torn by an interruption is told and left out."""
        if not self._measurements.exists():
            return []
        found = []
        for number, line in enumerate(self._measurements.read_bytes().splitlines(), 1):
            try:
                found.append(msgspec.json.decode(line, type=Run))
            except msgspec.MsgspecError as error:
                print(f"{self._measurements}, line {number} is left out: {error}", file=sys.stderr)
        return [run for run in found if run.seed == self.seed]

    def keep(self, run: Run) -> None:
        """Adds a run. A torn line before it stays alone on its line."""
        before = self._measurements.read_bytes() if self._measurements.exists() else b""
        torn = not before.endswith(b"\n") and before != b""
        with self._measurements.open("ab") as file:
            file.write((b"\n" if torn else b"") + msgspec.json.encode(run) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    # --- what programs need ---

    def inputs(self, size: int) -> Path:
        """The folder of what programs read at one size."""
        return self.folder / "inputs" / f"{size}-{self.seed}"

    def make_inputs(self, size: int, needs: Sequence[str]) -> Path:
        """Makes what is not there yet. Each stands under its name only when it is whole."""
        folder = self.inputs(size)
        folder.mkdir(parents=True, exist_ok=True)
        makers: dict[str, tuple[str, Callable[[Path], object]]] = {
            "export": ("export.zip", lambda path: write_zip(path, size, self.seed)),
            "month": ("month.zip", lambda path: write_zip(path, size + round(size * NEW), self.seed, CONTINUED, size)),
            "markdown": ("markdown", lambda path: self._tell(size, write_pages(self._talks(size), path))),
            "sessions": ("sessions", lambda path: write_sessions(self._talks(size), path)),
        }
        for name, write in (makers[need] for need in needs):
            if (folder / name).exists():
                continue
            print(f"making {name} of {size:,} conversations", flush=True)
            part = folder / f"part-{name}"
            shutil.rmtree(part, ignore_errors=True)
            write(part)
            part.rename(folder / name)
        return folder

    def _talks(self, size: int) -> Iterator[Talk]:
        return map(talk_of, islice(conversations(self.seed), size))

    def _tell(self, size: int, count: Count) -> None:
        (self.inputs(size) / "counts.json").write_bytes(msgspec.json.encode(count))

    def counts(self) -> dict[int, Count]:
        """How much text there is at each size whose Markdown was made."""
        files = self.folder.glob(f"inputs/*-{self.seed}/counts.json")
        return {int(f.parent.name.partition("-")[0]): msgspec.json.decode(f.read_bytes(), type=Count) for f in files}

    # --- programs ---

    def venv(self, subject: Subject) -> Path:
        """Where a peer is installed."""
        return self.folder / "venvs" / subject.name

    def install(self, subject: Subject) -> str:
        """Installs a peer if it isn't yet. Returns its version. Raises CalledProcessError if pip fails."""
        if not subject.requirements:
            # As pip does with what it installs.
            _quietly([sys.executable, "-m", "compileall", "-q", str(ROOT / "sitegen")])
            return f"{sitegen.__version__}, {_fingerprint()}"
        venv = self.venv(subject)
        done = venv / "installed"
        if not done.exists():
            print(f"installing {subject.label}", flush=True)
            shutil.rmtree(venv, ignore_errors=True)
            _quietly([sys.executable, "-m", "venv", str(venv)])
            _quietly([str(venv / "bin" / "pip"), "install", "--quiet", *subject.requirements])
            listed = json.loads(_quietly([str(venv / "bin" / "pip"), "list", "--format", "json"]))
            versions = {_plain(entry["name"]): entry["version"] for entry in listed}
            wanted = [_plain(re.split(r"[\[<>=!~ ]", requirement)[0]) for requirement in subject.requirements]
            done.write_text(", ".join(f"{name} {versions[name]}" for name in wanted), "utf-8")
        return done.read_text("utf-8")

    # --- a run ---

    def run(self, subject: Subject, version: str, size: int, number: int, most_seconds: float) -> Run:
        """Runs a program once, from nothing, and keeps what it cost. A step that fails is the last. What was made stays
        until `tidy`."""
        self._made.mkdir(exist_ok=True)
        place = Place(self.inputs(size), Path(mkdtemp(prefix=f"{subject.name}-", dir=self._made)), self.venv(subject))
        run = self._blank(subject, version, size, number)
        (place.run / "home").mkdir()
        try:
            subject.prepare(place)
            steps = subject.steps(place)
            run.first = sum(step.first for step in steps)
            os.sync()
            for step in steps:
                cost = self._measure(subject, place, step, most_seconds)
                run.steps.append(cost)
                if cost.failed:
                    run.failed = f"{cost.what}: {cost.failed}".replace(str(self.folder), "").replace(str(ROOT), "")
                elif len(run.steps) == run.first:
                    self._weigh(subject, place, run)
                if run.failed:
                    break
        except OSError as error:
            run.failed = f"{type(error).__name__}: {error}".replace(str(self.folder), "")
        self.keep(run)
        return run

    def wait_after_removing(self) -> None:
        """Waits until removed files of an earlier command slow no new ones."""
        removed = self.folder / _REMOVED
        left = removed.stat().st_mtime + SLOW_AFTER_REMOVING - time.time() if removed.exists() else 0
        if left > 0:
            print(f"waiting {left:.0f} s: files were removed just now, which makes new ones slow", flush=True)
            time.sleep(left)

    def tidy(self) -> None:
        """Removes what programs made."""
        if self._made.exists():
            shutil.rmtree(self._made, ignore_errors=True)
            (self.folder / _REMOVED).touch()

    def _measure(self, subject: Subject, place: Place, step: Step, most_seconds: float) -> Cost:
        environment = {"HOME": str(place.run / "home"), "PYTHONPATH": "" if subject.requirements else str(ROOT)}
        log = self.folder / "logs" / f"{subject.name}-{step.what.replace(' ', '-')}.log"
        return measure(step.what, step.command, place.run, environment, log, most_seconds)

    def _weigh(self, subject: Subject, place: Place, run: Run) -> None:
        """Takes the sizes of what the first build made. Less than a page for each conversation is a failure."""
        if not subject.output:
            return
        output = place.run / subject.output
        run.output_bytes, run.output_files = size_of(output)
        pages = sum(1 for _ in output.glob(subject.pages))
        if pages < run.conversations:
            run.failed = f"it made {pages:,} pages of {run.conversations:,} conversations"
        else:
            run.extra = subject.extra(place)

    def not_installed(self, subject: Subject, size: int, error: subprocess.CalledProcessError) -> Run:
        """Keeps that a peer could not be installed."""
        run = self._blank(subject, "not installed", size, 1)
        run.failed = f"pip: {' '.join(str(error.output).split())[-400:]}".replace(str(self.folder), "")
        self.keep(run)
        return run

    def _blank(self, subject: Subject, version: str, size: int, number: int) -> Run:
        began = datetime.now(UTC).isoformat(timespec="seconds")
        return Run(subject.name, size, self.seed, number, version, began, _machine())


def _quietly(command: Sequence[str]) -> str:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _fingerprint() -> str:
    """What the measured code is: a hash of the package and its themes, whatever was committed."""
    whole = hashlib.sha256()
    for file in sorted(path for part in ("sitegen", "themes") for path in (ROOT / part).rglob("*") if path.is_file()):
        if "__pycache__" not in file.parts:
            whole.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:10]


def _machine() -> str:
    """The machine in a few words."""
    processors = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    model = re.search(r"^model name\s*: (.+)$", processors, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text("ascii"), re.MULTILINE)
    try:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        system = "Linux"
    return (
        f"{os.cpu_count()} processors ({model[1] if model else platform.machine()}), "
        f"{int(memory[1]) / 1e6 if memory else 0:.0f} GB, {system}, Python {platform.python_version()}"
    )
