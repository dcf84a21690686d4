"""What `compare` keeps of every run, and the figures that are made of several. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

import msgspec
from measuring import Cost


class Run(msgspec.Struct, omit_defaults=True):
    """One run of one program, as a line of JSON keeps it. `first` of its `steps` are the first build, of which
    `output_bytes`, `output_files` and `extra` tell."""

    subject: str
    conversations: int
    seed: int
    round: int
    version: str
    began: str
    machine: str
    steps: list[Cost] = []
    first: int = 0
    output_bytes: int = 0
    output_files: int = 0
    extra: dict[str, int] = {}
    failed: str = ""

    def total(self, of: str) -> float:
        """Seconds of the first build: `of` is "wall" or "cpu"."""
        return sum(float(getattr(step, of)) for step in self.steps[: self.first])

    def peak(self, of: str) -> float:
        """The highest of a kind of memory during the first build."""
        return max((float(getattr(step, of)) for step in self.steps[: self.first]), default=0.0)


def spread(values: Sequence[float], shown: Callable[[float], str]) -> str:
    """The median, and in brackets the least and the greatest, where there are several; "" for none."""
    if not values:
        return ""
    middle = shown(median(values))
    return middle if len(values) == 1 else f"{middle} ({shown(min(values))} to {shown(max(values))})"


def seconds(value: float) -> str:
    """Seconds with as many digits as they are good for."""
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


def ratio(value: float) -> str:
    """A ratio with three digits behind the point where it is small."""
    return f"{value:.3f}" if value < 0.0995 else f"{value:.2f}"


def megabytes(value: float) -> str:
    """MB; `value` is in MB already."""
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def pairs(ours: Iterable[Run], theirs: Iterable[Run], of: str) -> list[float]:
    """Our time by theirs in the same round, which is all that a busy machine leaves comparable.

    In a round ours comes first: an earlier run of theirs belongs to what was measured before ours was run again.
    """
    by_round = {run.round: run for run in theirs}
    paired = [(run, by_round[run.round]) for run in ours if run.round in by_round]
    return [our.total(of) / their.total(of) for our, their in paired if our.began <= their.began and their.total(of)]


def already_there(runs: Iterable[Run], size: int, versions: Mapping[str, str], leading: str) -> set[tuple[str, int]]:
    """The subjects and rounds that need not be measured: those of the versions that are installed now.

    Where the program that leads each round is among these, a run from before its own is none of that round.
    """
    known = [run for run in runs if run.conversations == size and versions.get(run.subject) == run.version]
    began = {run.round: run.began for run in known if run.subject == leading}
    return {
        (run.subject, run.round)
        for run in known
        if leading not in versions or (run.round in began and run.began >= began[run.round])
    }


def current(runs: Iterable[Run]) -> dict[tuple[str, int], list[Run]]:
    """By subject and size the runs of the version that was measured last, one for each round."""
    newest: dict[tuple[str, int], dict[int, Run]] = {}
    for run in runs:
        known = newest.setdefault((run.subject, run.conversations), {})
        if known and next(iter(known.values())).version != run.version:
            known.clear()
        known[run.round] = run
    return {key: [known[number] for number in sorted(known)] for key, known in newest.items()}
