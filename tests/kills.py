"""Kills imports and builds at random moments and looks at what they left, and at what the next run makes of it.

    python tests/kills.py --kills 200

After each kill -9 the archive must be one that whole imports made, and each file of the site an old or a new one,
never half of one. After one more run both must equal, byte for byte, what runs give that nobody disturbs. Prints a
line at the end; any difference is an AssertionError with the seed of the run.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from archive_states import archive_state, files_of

# All that a run needs is loaded before the first fork, so that kills fall into its work and not into its start.
import sitegen.build
import sitegen.verify
from sitegen import cli
from sitegen.archive.cache import CACHE_NAME
from sitegen.readers import installed

EXAMPLES = Path(__file__).parent.parent / "example_export"
BEFORE = ["grok"]
LATER = ["claude-2025", "deepseek", "chatgpt-2024"]


def sitegen(*words: object) -> None:
    """Runs a command in this process; anything but success is an AssertionError."""
    sys.argv = ["sitegen", *map(str, words)]
    try:
        cli.main()
    except SystemExit as exit_:
        assert not exit_.code, (words, exit_.code)


def run(*words: object, kill_after: float | None = None) -> bool:
    """Runs a command in a process of its own. Returns whether it was killed."""
    process = multiprocessing.get_context("fork").Process(target=sitegen, args=words)
    process.start()
    process.join(kill_after)
    if process.is_alive():
        process.kill()
    process.join()
    assert process.exitcode in (0, -9), (words, process.exitcode)
    return process.exitcode == -9


class Trial:
    """A folder with an archive of some exports and its site, and what undisturbed runs make of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        installed()
        self.folder, self.numbers = folder, random.Random(seed)
        self.archive, self.site = folder / "archive", folder / "site"
        sitegen("build", *_paths(BEFORE), *self._places("old"), "--quiet")
        shutil.copytree(folder / "old-archive", folder / "new-archive")
        shutil.copytree(folder / "old-site", folder / "new-site")
        stages = [archive_state(folder / "old-archive")]
        for name in LATER:
            sitegen("import", EXAMPLES / name, "--archive", folder / "new-archive", "--quiet")
            stages.append(archive_state(folder / "new-archive"))
        sitegen("build", *self._places("new"), "--quiet")
        self.stages = stages
        self.attachments = files_of(folder / "new-archive" / "attachments")
        self.sites = {name: files_of(folder / f"{name}-site") for name in ("old", "new")}

    def _places(self, name: str) -> list[object]:
        return ["--archive", self.folder / f"{name}-archive", "--output", self.folder / f"{name}-site"]

    def _fresh(self) -> None:
        for name, place in (("archive", self.archive), ("site", self.site)):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(self.folder / f"old-{name}", place)

    def duration(self, disturbed: Callable[[float | None], bool]) -> float:
        """How long a run takes here when nobody disturbs it."""
        self._fresh()
        start = time.monotonic()
        disturbed(None)
        return time.monotonic() - start

    def kill_import(self, after: float | None) -> bool:
        """One import of several exports, killed; then another one."""
        self._fresh()
        words = ("import", *_paths(LATER), "--archive", self.archive, "--quiet")
        killed = run(*words, kill_after=after)
        assert archive_state(self.archive) in self.stages, "an import is there in part"
        run(*words)
        assert archive_state(self.archive) == self.stages[-1]
        assert files_of(self.archive / "attachments") == self.attachments
        names = {path.name for path in self.archive.iterdir()} - {CACHE_NAME}
        assert names == {"archive.sqlite", "attachments"}
        return killed

    def kill_build(self, after: float | None) -> bool:
        """One build of what is new, killed; then one of the same, or of what was there before."""
        self._fresh()
        jobs = 2 if self.numbers.random() < 0.1 else 1
        words = ["build", "--quiet", "--jobs", jobs, "--output", self.site, "--archive"]
        killed = run(*words, self.folder / "new-archive", kill_after=after)
        for name, content in files_of(self.site).items():
            if not name.startswith(".sitegen"):
                assert content in (self.sites["old"].get(name), self.sites["new"].get(name)), f"{name} is torn"
        last = self.numbers.choice(["old", "new"])
        run(*words, self.folder / f"{last}-archive")
        assert files_of(self.site) == self.sites[last]
        return killed


def _paths(names: list[str]) -> list[Path]:
    return [EXAMPLES / name for name in names]


def main() -> None:
    """Kills as often as asked for, imports and builds each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="of imports and of builds, each [200]")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sitegen-kills-") as name:
        os.chdir(name)
        trial = Trial(Path(name), options.seed)
        for what, disturbed in (("import", trial.kill_import), ("build", trial.kill_build)):
            duration = trial.duration(disturbed) / 2  # of two runs
            kills = runs = 0
            while kills < options.kills:
                runs += 1
                kills += disturbed(trial.numbers.random() * duration)
            sys.stdout.write(f"{what}: {kills} kills in {runs} runs, all repaired (seed {options.seed})\n")


if __name__ == "__main__":
    main()
