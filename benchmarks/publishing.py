"""What publishing some of an archive's conversations costs against building the site of all of them.

    python benchmarks/publishing.py --conversations 10000 --published 300

Everything is made in a folder that is thrown away, all in one run. Times are CPU seconds, user and system, of the
program and its worker processes; only the ratios matter. The published conversations are spread evenly over the archive
and named by their ids; the search for what must not be in the site is part of it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from corpus import conversations, write_zip


class Step(NamedTuple):
    """A run of the program: what it was for, and its CPU seconds."""

    what: str
    cpu: float


def run(what: str, *arguments: str) -> Step:
    """Runs sitegen to its end. Raises CalledProcessError if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "sitegen", *arguments, "--quiet"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Step(what, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(number: int, published: int, seed: int, folder: Path) -> list[Step]:
    """The steps: import, build of everything, and two publications, the second with nothing new."""
    export, config = folder / "export.zip", folder / "sitegen.toml"
    write_zip(export, number, seed)
    ids = [talk["conversation_id"] for talk in islice(conversations(seed), 0, number, number // published)][:published]
    config.write_text(f"[publish.some]\ninclude = [{{ id = {ids} }}]\n", "utf-8")
    places = ("--archive", str(folder / "archive"))
    publish = ("publish", "some", *places, "--config", str(config), "--output", str(folder / "published"))
    return [
        run("import", "import", str(export), *places),
        run("build of everything", "build", *places, "--output", str(folder / "site")),
        run("first publication", *publish),
        run("publication of the same", *publish),
    ]


def main() -> None:
    """Measures and prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--published", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        steps = measure(arguments.conversations, arguments.published, arguments.seed, Path(name))
    full = next(step.cpu for step in steps if step.what == "build of everything")
    print(f"{arguments.published:,} of {arguments.conversations:,} conversations\n")
    print("| step | CPU, s | of the build of everything |")
    print("|---|---|---|")
    for step in steps:
        print(f"| {step.what} | {step.cpu:.1f} | {step.cpu / full:.3f} |")


if __name__ == "__main__":
    main()
