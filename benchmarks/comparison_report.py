"""The tables of `compare` from what it measured, and their place in RESULTS.md. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

import msgspec
from as_markdown import Count, described
from measuring import Cost

BEGIN, END = "<!-- written by benchmarks/compare.py: begin -->", "<!-- written by benchmarks/compare.py: end -->"


class Run(msgspec.Struct, omit_defaults=True):
    """One run of one program, as a line of JSON keeps it. `first` of its `steps` are the first build, of which
    `output_bytes`, `output_files` and `extra` tell; `load` is the machine's before it began, per processor."""

    subject: str
    conversations: int
    seed: int
    round: int
    version: str
    began: str
    machine: str
    load: float
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


class Named(msgspec.Struct):
    """What the tables say of a program: its label and the note below them."""

    label: str
    note: str


# --- numbers ---------------------------------------------------------------------------------------------------------


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
    """Our time by theirs in the same round, which is all that a busy machine leaves comparable."""
    by_round = {run.round: run.total(of) for run in theirs}
    return [run.total(of) / by_round[run.round] for run in ours if by_round.get(run.round)]


def current(runs: Iterable[Run]) -> dict[tuple[str, int], list[Run]]:
    """By subject and size the runs of the version that was measured last, one for each round."""
    newest: dict[tuple[str, int], dict[int, Run]] = {}
    for run in runs:
        known = newest.setdefault((run.subject, run.conversations), {})
        if known and next(iter(known.values())).version != run.version:
            known.clear()
        known[run.round] = run
    return {key: [known[number] for number in sorted(known)] for key, known in newest.items()}


# --- tables ----------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _well(runs: Iterable[Run]) -> list[Run]:
    return [run for run in runs if not run.failed]


def builds(runs: Mapping[tuple[str, int], list[Run]], size: int, names: Mapping[str, Named]) -> str:
    """The first build of every program at one size, beside sitegen's of the same rounds."""
    ours = _well(runs.get(("sitegen", size), []))
    rows = []
    for subject, named in names.items():
        all_runs = runs.get((subject, size), [])
        if not all_runs:
            continue
        well = _well(all_runs)
        if not well:
            rows.append([f"{named.label} ({all_runs[-1].version})", "failed, see below", *[""] * 6])
            continue
        paired = [] if subject == "sitegen" else [spread(pairs(ours, well, of), ratio) for of in _TIMES]
        rows.append(
            [
                f"{named.label} ({well[-1].version})",
                *(spread([run.total(of) for run in well], seconds) for of in _TIMES),
                *(paired or ["", ""]),
                spread([run.peak("together_mb") for run in well], megabytes),
                megabytes(median(run.output_bytes for run in well) / 1e6),
                f"{median(run.output_files for run in well):,.0f}",
            ]
        )
    head = ["", "wall, s", "CPU, s", "sitegen's wall / its wall", "CPU / CPU", "memory, MB", "output, MB", "files"]
    return table(head, rows)


_TIMES = ("wall", "cpu")


def steps(runs: Sequence[Run]) -> str:
    """Each step of several runs of one program: time and memory, and CPU against the first build's."""
    rows = []
    for place, name in enumerate(step.what for step in runs[0].steps):
        costs = [run.steps[place] for run in runs]
        build = [run.steps[place].cpu / run.steps[1].cpu for run in runs] if len(runs[0].steps) > 2 else []
        rows.append(
            [
                name,
                spread([cost.wall for cost in costs], seconds),
                spread([cost.cpu for cost in costs], seconds),
                spread(build, ratio),
                *(spread([getattr(cost, of) for cost in costs], megabytes) for of in ("main_mb", "worker_mb")),
            ]
        )
    head = ["step", "wall, s", "CPU, s", "CPU of the first build's", "main process, MB", "largest other process, MB"]
    return table(head, rows)


def scaling(runs: Mapping[tuple[str, int], list[Run]]) -> str:
    """sitegen alone at each size; times and sizes for a single conversation."""
    rows = []
    for (subject, size), found in sorted(runs.items(), key=lambda item: item[0][1]):
        well = _well(found)
        if subject != "scaling" or not well:
            continue
        for place in (0, 1):
            costs = [run.steps[place] for run in well]
            each = [
                spread([run.output_bytes / size / 1000 for run in well], megabytes),
                spread([run.extra["index_bytes"] / size / 1000 for run in well], megabytes),
            ]
            rows.append(
                [
                    f"{size:,}",
                    costs[0].what,
                    spread([cost.wall for cost in costs], seconds),
                    spread([cost.cpu for cost in costs], seconds),
                    spread([cost.cpu / size * 1000 for cost in costs], seconds),
                    *(each if place else ["", ""]),
                    *(spread([getattr(cost, of) for cost in costs], megabytes) for of in ("main_mb", "worker_mb")),
                ]
            )
    head = ["conversations", "step", "wall, s", "CPU, s", "CPU, ms each", "output, KB each", "index, KB each"]
    return table([*head, "main process, MB", "largest other process, MB"], rows) if rows else ""


# --- the section -----------------------------------------------------------------------------------------------------


def section(all_runs: Sequence[Run], counts: Mapping[int, Count], names: Mapping[str, Named]) -> str:
    """Everything that was measured, as the section of RESULTS.md that this program writes."""
    runs = current(all_runs)
    used = [run for found in runs.values() for run in found]
    parts = ["## Beside other programs", _conditions(used)]
    for size in sorted({size for subject, size in runs if subject in names}):
        parts += _size(runs, size, counts.get(size), names)
    told = [f"- {n.label}: {n.note}." for subject, n in names.items() if any(key[0] == subject for key in runs)]
    if told:
        parts += ["What each does:", "\n".join(told)]
    failed = [f"- {names[r.subject].label} at {r.conversations:,}: {r.failed}" for r in _failures(used, names)]
    if failed:
        parts += ["What failed, in the program's own words:", "\n".join(failed)]
    calls = [step.wall for (subject, _), found in runs.items() if subject == "help" for r in found for step in r.steps]
    if calls:
        parts.append(f"`sitegen --help` takes {spread(calls, seconds)} s, the median of {len(calls)} calls.")
    grown = scaling(runs)
    if grown:
        parts += [
            "### sitegen alone, larger and larger",
            "```sh\npython benchmarks/compare.py --scaling\n```",
            _conditions([run for run in used if run.subject == "scaling"]),
            grown,
        ]
    return "\n\n".join(parts)


def _failures(runs: Iterable[Run], names: Mapping[str, Named]) -> list[Run]:
    return [run for run in runs if run.failed and run.subject in names]


def _conditions(runs: Sequence[Run]) -> str:
    machines = "; ".join(sorted({run.machine for run in runs}))
    days = sorted({run.began[:10] for run in runs})
    loads = [run.load for run in runs]
    return (
        f"{machines}. {' to '.join(dict.fromkeys((days[0], days[-1])))}; load for each processor before a run began: "
        f"{min(loads):.2f} to {max(loads):.2f}."
    )


def _size(
    runs: Mapping[tuple[str, int], list[Run]], size: int, count: Count | None, names: Mapping[str, Named]
) -> list[str]:
    ours = _well(runs.get(("sitegen", size), []))
    most = max((run.round for key, found in runs.items() if key[1] == size for run in found), default=1)
    command = f"python benchmarks/compare.py --conversations {size} --times {most}"
    parts = [f"### {size:,} conversations", f"```sh\n{command}\n```"]
    if count is not None:
        parts.append(f"Both sides hold {described(count)}")
    parts += [_READING, builds(runs, size, names)]
    if not ours:
        return parts
    build, both = ours[0].steps[1].what, ours[0].steps[0].what
    parts += [f"sitegen step by step; the first build is {both} and {build}:", steps(ours)]
    sizes = _index_sizes(ours[-1], runs.get(("hugo", size), []), count)
    return [*parts, sizes, *_months(ours)]


_READING = (
    "Medians of all rounds, in brackets the least and the greatest. In a round every program runs once, one after "
    "another, each from nothing; ratios are those of the same round. Memory is the highest sum of the private memory "
    "(`RssAnon`) of all processes at one moment."
)


def _months(ours: Sequence[Run]) -> list[str]:
    if any(len(run.steps) < 5 for run in ours):
        return []
    month = [(run.steps[3].cpu + run.steps[4].cpu) / run.total("cpu") for run in ours]
    nothing = [run.steps[2].cpu / run.total("cpu") for run in ours]
    return [
        f"CPU against the whole first build, import included: a build with nothing new {spread(nothing, ratio)}, the "
        f"month's export with its build {spread(month, ratio)}. The month's export holds every conversation again, of "
        "which 3 % went on for two more turns, and 3.5 % new ones."
    ]


def _index_sizes(ours: Run, hugo: Sequence[Run], count: Count | None) -> str:
    """Sizes of the search beside the text's. What results quote is told apart, because Pagefind keeps both."""
    written, shown = (count.text_bytes, count.shown_bytes) if count else (0, 0)
    plain, index, quoted = (ours.extra[key] for key in ("text_bytes", "index_bytes", "quoted_bytes"))
    said = [
        f"sitegen's search index has {index / 1e6:,.2f} MB,{_share(index, plain, 'the plain text and')}"
        f"{_share(index, written, 'its Markdown')}; the texts that results quote have {quoted / 1e6:,.2f} MB"
    ]
    for run in _well(hugo)[-1:]:
        index, quoted = run.extra["index_bytes"], run.extra["quoted_bytes"]
        said.append(
            f"Pagefind's index has {index / 1e6:,.2f} MB,{_share(index, shown, 'the Markdown that it was given')}; its "
            f"other files have {quoted / 1e6:,.2f} MB"
        )
    return ". ".join(said) + "."


def _share(size: int, text: int, of: str) -> str:
    return f" {size / text:.2f} of {of}" if text else ""


def replaced(document: str, section_text: str) -> str:
    """A document with the part between the marks written anew; at its end where it has none yet.

    Raises ValueError if one of the marks is missing or they stand in the wrong order: nothing is guessed then.
    """
    begins, ends = document.count(BEGIN), document.count(END)
    written = f"{BEGIN}\n\n{section_text.strip()}\n\n{END}"
    if begins == ends == 0:
        return f"{document.rstrip()}\n\n{written}\n"
    if (begins, ends) != (1, 1) or document.index(BEGIN) > document.index(END):
        raise ValueError("the marks around the written section must stand once each, in their order")
    before, _, rest = document.partition(BEGIN)
    return f"{before}{written}{rest.partition(END)[2]}"
