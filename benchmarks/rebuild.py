"""What a second build costs against the first: with nothing new, and after a month's export.

    python benchmarks/rebuild.py --conversations 1000
    python benchmarks/rebuild.py --conversations 10000 --continued 0.03 --new 0.035

Everything is made and built in a folder that is thrown away, all in one run: times are CPU seconds, user and system,
of the program and its worker processes, so that other work on the machine counts little, and only the ratios matter.
The month's export holds all conversations again, a share of which have gone on for two more turns, and new ones.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from corpus import conversations, export_file, write_array


class Step(NamedTuple):
    """A run of the program: what it was for, its CPU seconds, and what it printed with --json."""

    what: str
    cpu: float
    said: Any


def run(what: str, *arguments: str) -> Step:
    """Runs sitegen to its end. Raises CalledProcessError if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "sitegen", *arguments, "--json"]
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Step(what, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said)


def make(path: Path, number: int, seed: int, continued: float, before: int | None = None) -> None:
    """Writes an export of the corpus."""
    with export_file(path) as file:
        write_array(file, islice(conversations(seed, continued, before), number))


def make_month(path: Path, number: int, seed: int, continued: float, new: float) -> None:
    """Writes the export of the month after one of `number` conversations; both shares are of that number."""
    make(path, number + round(number * new), seed, continued, number)


def measure(number: int, continued: float, new: float, seed: int, folder: Path) -> list[Step]:
    """The steps of two months."""
    first, second = folder / "first.zip", folder / "second.zip"
    make(first, number, seed, 0)
    make_month(second, number, seed, continued, new)
    places = ("--archive", str(folder / "archive"))
    build = ("build", *places, "--output", str(folder / "site"))
    return [
        run("import of the first export", "import", str(first), *places),
        run("first build", *build),
        run("build with nothing new", *build),
        run("import of the month's export", "import", str(second), *places),
        run("build after it", *build),
    ]


def main() -> None:
    """Prints a table of the steps."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--conversations", type=int, default=1000)
    options.add_argument("--continued", type=float, default=0.03, metavar="SHARE")
    options.add_argument("--new", type=float, default=0, metavar="SHARE", help="of the first export's number")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        steps = measure(chosen.conversations, chosen.continued, chosen.new, chosen.seed, Path(folder))
    whole = steps[1].cpu
    print(f"{'':<30} {'CPU, s':>8} {'of first':>9} {'rendered':>9} {'written':>8}")
    for step in steps:
        site = step.said.get("site", {}) if isinstance(step.said, dict) else {}
        rendered, written = site.get("rendered", ""), site.get("written", "")
        print(f"{step.what:<30} {step.cpu:>8.1f} {step.cpu / whole:>9.3f} {rendered:>9} {written:>8}")


if __name__ == "__main__":
    main()
