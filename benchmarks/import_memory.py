"""How much memory it takes to go through an export, and to import it (Linux only).

    python benchmarks/import_memory.py corpus/chatgpt.zip corpus/large.zip

Each measurement is a process of its own, whose private memory (`RssAnon` in /proc/PID/status) is read a hundred
times a second. Pages of files that are mapped don't count, for the system takes them back when it needs them.
A bare start of the program stands first: the other figures include it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

POLL_SECONDS = 0.01

#: Run in the measured process: decodes every item of every JSON member, and forgets it.
_ITERATE = """
import json, sys
from pathlib import Path
from sitegen.readers.export import Export, Item
if len(sys.argv) > 1:
    with Export(Path(sys.argv[1])) as export:
        for name in export.named(r".*[.](json|js)"):
            for item in export.items(name):
                if isinstance(item, Item):
                    json.loads(item.raw)
"""


class Measured(NamedTuple):
    """A process that has ended: how long it ran, its highest private memory, and whether it went well."""

    seconds: float
    private_mb: float
    well: bool


def measure(command: Sequence[str]) -> Measured:
    """Runs a command and watches its memory; its children are not counted."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, private_kb(process.pid))
        time.sleep(POLL_SECONDS)
    return Measured(time.perf_counter() - start, peak / 1024, process.returncode == 0)


def private_kb(pid: int) -> int:
    """`RssAnon` of a process in KB; 0 when it is just ending."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")), 0)


def measurements(export: Path) -> Iterator[tuple[str, Measured]]:
    """Going through the export, then importing it into an archive that is thrown away."""
    yield "all items", measure([sys.executable, "-c", _ITERATE, str(export)])
    with tempfile.TemporaryDirectory() as folder:
        archive = str(Path(folder) / "archive")
        yield "import", measure([sys.executable, "-m", "sitegen", "import", str(export), "--archive", archive])


def row(what: str, size: str, measured: Measured) -> str:
    """One line of the table."""
    note = "" if measured.well else "  failed"
    return f"{what:<40} {size:>10} {measured.seconds:>9.1f} {measured.private_mb:>12.1f}{note}"


def main() -> None:
    """Prints a table for the exports that are named."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("exports", nargs="+", type=Path, metavar="EXPORT")
    chosen = options.parse_args()
    if not Path("/proc/self/status").exists():
        sys.exit("this needs /proc, which only Linux has")
    print(f"{'':<40} {'file, MB':>10} {'seconds':>9} {'private, MB':>12}")
    print(row("bare start", "", measure([sys.executable, "-c", _ITERATE])))
    for export in chosen.exports:
        size = f"{export.stat().st_size / 1e6:,.1f}"
        for what, measured in measurements(export):
            print(row(f"{what} of {export.name}", size, measured), flush=True)


if __name__ == "__main__":
    main()
