"""What the watched folders held from the start, told in one line: a download folder holds much that is no export."""

from __future__ import annotations

from pathlib import Path

from sitegen.dates import count_label
from sitegen.watch.work import Findings

_NAMED = 3


class FirstLook:
    """Counts what was found until all has been looked at."""

    def __init__(self) -> None:
        self._looked_at = self._imported = self._known = 0
        self._faulty: list[str] = []

    def count(self, path: Path, findings: Findings) -> None:
        """Adds what one file or folder held."""
        self._looked_at += 1
        self._imported += findings.imported
        self._known += findings.known
        if findings.faults:
            self._faulty.append(path.name)

    def summary(self) -> str:
        """What was found, for people; "" if there was nothing to look at."""
        if not self._looked_at:
            return ""
        found = self._imported + self._known
        line = f"In the folders already: {count_label(found, 'export') if found else 'no export'}"
        if found:
            line += f", {self._imported:,} new"
        if self._faulty:
            line += f"; not whole, or not to be read: {', '.join(self._faulty[:_NAMED])}"
            if len(self._faulty) > _NAMED:
                line += f" and {len(self._faulty) - _NAMED:,} more"
            line += " (sitegen inspect FILE tells why)"
        return line
