"""What a check found, and how it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sitegen.dates import count_label
from sitegen.errors import SitegenError

#: Told (things checked, things in all).
Progress = Callable[[int, int], None]


class Finding(NamedTuple):
    """Something that is not as it should be: where it is, what is wrong, what to do about it."""

    where: str
    what: str
    advice: str

    @classmethod
    def of(cls, error: SitegenError) -> Finding:
        """An error as a finding; its text has the same three parts."""
        where, _, rest = str(error).partition(": ")
        what, _, advice = rest.rpartition("; ")
        return cls(where, what or advice, advice if what else "")

    def line(self) -> str:
        """All of it on one line."""
        return " ".join(f"{self.where}: {self.what}{'; ' if self.advice else ''}{self.advice}".split())


@dataclass
class Report:
    """The result of a check. `sound` says in a few words what was found to be whole, `counts` how much was looked at;
    `notes` are no damage."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    sound: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def as_text(self) -> str:
        """A line for each finding and note, or one line that all is well."""
        lines = [finding.line() for finding in self.findings]
        if self.findings:
            lines.append(f"{count_label(len(self.findings), 'finding')} in all")
        else:
            lines.append("; ".join(self.sound))
        return "\n".join([*lines, *self.notes])

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "sound": not self.findings,
            **self.counts,
            "findings": [finding._asdict() for finding in self.findings],
            "notes": self.notes,
        }
