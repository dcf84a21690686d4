"""The tables of `compare` from what it measured, and their place in RESULTS.md. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median

import msgspec
from as_markdown import Count, described
from comparison_runs import Run, current, megabytes, pairs, ratio, seconds, spread

BEGIN, END = "<!-- written by benchmarks/compare.py: begin -->", "<!-- written by benchmarks/compare.py: end -->"


class Named(msgspec.Struct):
    """What the tables say of a program: its label and the note below them."""

    label: str
    note: str


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
        of_first = [run.steps[place].cpu / run.total("cpu") for run in runs]
        rows.append(
            [
                name,
                spread([cost.wall for cost in costs], seconds),
                spread([cost.cpu for cost in costs], seconds),
                spread(of_first, ratio),
                *(spread([getattr(cost, of) for cost in costs], megabytes) for of in ("main_mb", "worker_mb")),
            ]
        )
    head = ["step", "wall, s", "CPU, s", "CPU of the first build's", "main process, MB", "largest other process, MB"]
    return table(head, rows)


def scaling(runs: Mapping[tuple[str, int], list[Run]]) -> str:
    """sitegen's first build alone at each size; times and sizes for a single conversation."""
    rows = []
    for (subject, size), found in sorted(runs.items(), key=lambda item: item[0][1]):
        well = _well(found)
        if subject != "scaling" or not well:
            continue
        rows.append(
            [
                f"{size:,}",
                spread([run.total("wall") for run in well], seconds),
                spread([run.total("cpu") for run in well], seconds),
                spread([run.total("cpu") / size * 1000 for run in well], seconds),
                spread([run.output_bytes / size / 1000 for run in well], megabytes),
                spread([run.extra["index_bytes"] / size / 1000 for run in well], megabytes),
                *(spread([run.peak(of) for run in well], megabytes) for of in ("main_mb", "worker_mb")),
            ]
        )
    head = ["conversations", "wall, s", "CPU, s", "CPU, ms each", "output, KB each", "index, KB each"]
    whole = table([*head, "main process, MB", "largest other process, MB"], rows) if rows else ""
    return f"{whole}\n\n{growth}" if (growth := _growth(runs)) else whole


def _growth(runs: Mapping[tuple[str, int], list[Run]]) -> str:
    """By how much the memory of a build's main process grows with the archive; "" for less than two sizes."""
    peaks = {
        key[1]: [run.peak("main_mb") for run in _well(found)] for key, found in runs.items() if key[0] == "scaling"
    }
    sizes = sorted(size for size, values in peaks.items() if values)
    if len(sizes) < 2:
        return ""
    said = [
        f"{(median(peaks[more]) - median(peaks[less])) / (more - less) * 10_000:,.0f} MB from {less:,} to {more:,}"
        for less, more in pairwise(sizes)
    ]
    return f"For each further 10,000 conversations the main process grows by {', '.join(said)}."


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
    others = [step.others for run in runs for step in run.steps] or [0.0]
    return (
        f"{machines}. {' to '.join(dict.fromkeys((days[0], days[-1])))}. Other work kept {median(others):.2f} "
        f"processors busy meanwhile, at most {max(others):.2f}."
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
    parts += [f"sitegen step by step. {_STEPS}", steps(ours)]
    return [*parts, _index_sizes(ours[-1], runs.get(("hugo", size), []), count)]


_READING = (
    "Medians of all rounds, in brackets the least and the greatest. In a round every program runs once, one after "
    "another, each from nothing; ratios are those of the same round. Memory is the highest sum of the private memory "
    "(`RssAnon`) of all processes at one moment."
)


_STEPS = (
    "Each is one command, which imports what it is given and builds. The month's export holds every conversation "
    "again, of which 3 % went on for two more turns in that month, and 3.5 % new ones, begun in it:"
)


def _index_sizes(ours: Run, hugo: Sequence[Run], count: Count | None) -> str:
    """Sizes of the search beside the text's. What results quote is told apart, because Pagefind keeps both."""
    written, shown = (count.text_bytes, count.shown_bytes) if count else (0, 0)
    texts = {"the plain text": ours.extra["text_bytes"], "its Markdown": written}
    said = [f"{_search('sitegen', ours, texts)}, and the texts that results quote {_mb(ours.extra['quoted_bytes'])}."]
    for run in _well(hugo)[-1:]:
        index = _search("Pagefind", run, {"the Markdown that Hugo was given": shown})
        said.append(f"{index}, and its other files {_mb(run.extra['quoted_bytes'])}.")
    return " ".join(said)


def _search(whose: str, run: Run, texts: Mapping[str, int]) -> str:
    index = run.extra["index_bytes"]
    shares = [f"{index / size:.2f} of {text}" for text, size in texts.items() if size]
    return f"{whose}'s search index has {_mb(index)}" + (f" ({', '.join(shares)})" if shares else "")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.2f} MB"


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
