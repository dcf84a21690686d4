"""Runs fuzz targets: inputs that lead somewhere new are kept and changed further (atheris, libFuzzer's way for Python).

    python tests/fuzz/run.py markdown --seconds 60     one target, or several, or "all"
    python tests/fuzz/run.py markdown --again FILE     one input once more, with the traceback of its fault
    python tests/fuzz/run.py markdown --smaller FILE   the same input as small as it can be, beside it

Needs `pip install -e '.[dev,fuzz]'`; only `--again` and `--smaller` go without atheris. What was learnt is kept in
`tests/fuzz/work/<target>/corpus`, what failed in `tests/fuzz/work/<target>/finds`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random

sys.path[:1] = [str(Path(__file__).parent.parent)]  # this file's folder is a package of that one

WORK = Path(__file__).parent / "work"
#: What is watched for new ways through it: sitegen, and what makes markup for it.
_WATCHED = ["sitegen", "markdown_it", "mdit_py_plugins", "latex2mathml"]
_SLOWEST = 30
_MOST_MEMORY = 2_500


def main() -> int:
    """Does what the command line says; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(description="Fuzz what reads exports, makes pages, redacts and searches.")
    parser.add_argument("target", nargs="*", metavar="TARGET", help='which, or "all"; without any they are listed')
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs (60)")
    parser.add_argument("--again", type=Path, metavar="FILE", help="check this one input")
    parser.add_argument("--smaller", type=Path, metavar="FILE", help="make this input as small as it can be")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        return _fuzz(chosen.target[0], chosen.seconds)

    from fuzz.targets import all_targets

    targets = all_targets()
    names = list(targets) if chosen.target == ["all"] else chosen.target
    if not names:
        _say("\n".join(f"{name:12} {target.what}" for name, target in targets.items()))
        return 0
    if unknown := [name for name in names if name not in targets]:
        parser.error(f"there is no target {unknown[0]!r}; there are {', '.join(targets)}")
    if chosen.again:
        targets[names[0]].check(chosen.again.read_bytes())
        _say("nothing failed")
        return 0
    if chosen.smaller:
        from fuzz.shrinking import smaller

        made = smaller(targets[names[0]], chosen.smaller.read_bytes())
        place = chosen.smaller.with_name(chosen.smaller.name + ".small")
        place.write_bytes(made)
        _say(f"{place}: {len(made)} bytes")
        return 0
    return max([_run(name, chosen.seconds) for name in names])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _run(name: str, seconds: int) -> int:
    """One target in a process of its own, which libFuzzer ends as it likes."""
    finds = WORK / name / "finds"
    finds.mkdir(parents=True, exist_ok=True)
    before = set(finds.iterdir())
    log = WORK / name / "log.txt"
    with log.open("wb") as output:
        command = [sys.executable, __file__, name, "--inside", "--seconds", str(seconds)]
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    said = log.read_text("utf-8", "replace")
    done = re.findall(r"^#(\d+)\s.*?cov: (\d+) ft: (\d+) corp: (\d+)", said, re.MULTILINE)
    runs, branches, features, kept = done[-1] if done else ("0",) * 4
    new = sorted(set(finds.iterdir()) - before)
    _say(f"{name}: {int(runs):,} runs, {branches} branches, {features} features, {kept} kept, {len(new)} new finds")
    for find in new:
        _say(f"  python {Path(__file__).name} {name} --again {find}")
    if code and not new:
        _say(f"  it ended early (exit code {code}); {log} says why")
    return 1 if new or code else 0


def _fuzz(name: str, seconds: int) -> int:
    """Runs one target in this process. Faults are written down, one input for each, and the run goes on."""
    import atheris

    with atheris.instrument_imports(include=_WATCHED):
        from fuzz.mutation import JsonMutator
        from fuzz.targets import all_targets

        target = all_targets()[name]
        from fuzz.shrinking import fault_of

        for seed in target.seeds():
            fault_of(target, seed)  # imports what is imported late

    is_json = isinstance(target.mutate, JsonMutator)
    folder = WORK / name
    corpus, finds = folder / "corpus", folder / "finds"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    known: dict[str, int] = {}

    def check(data: bytes) -> None:
        if is_json and not _is_json(data):
            return  # libFuzzer's own first inputs
        fault = fault_of(target, data)
        if fault and len(data) < known.get(fault, len(data) + 1):
            known[fault] = len(data)
            place = finds / re.sub(r"[^\w.]+", "-", fault)
            place.write_bytes(data)
            _say(f"FAULT {fault}: {place}, {len(data)} bytes")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)
        if not is_json and chance.random() < 0.25:
            made = bytes(atheris.Mutate(data, most))
        else:
            made = target.mutate(data, chance)
        return made if len(made) <= most else data

    options = {
        "max_total_time": seconds,
        "max_len": target.longest,
        "timeout": _SLOWEST,
        "rss_limit_mb": _MOST_MEMORY,
        "artifact_prefix": f"{finds}/",
    }
    arguments = [sys.argv[0], str(corpus), *(f"-{option}={value}" for option, value in options.items())]
    atheris.Setup(arguments, check, custom_mutator=mutate)
    atheris.Fuzz()
    return 0


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
