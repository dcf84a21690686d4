"""What is inside an export, told before anything is kept: provider, form, counts, and what is not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sitegen.archive.reading import read_record
from sitegen.dates import count_label
from sitegen.model import Conversation, Problem
from sitegen.readers import Recognised, each_export
from sitegen.readers.export import Export
from sitegen.wording import attachments_of, awaited_attachments, unknown_types


@dataclass
class Inspection:
    """What one export holds. `kinds` counts conversations by kind, `unknown` the parts its reader didn't know."""

    path: str
    provider: str
    generation: str
    made: datetime | None
    advice: str
    ignored: tuple[str, ...]
    kinds: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    attachments: int = 0
    attachments_missing: int = 0
    first: datetime | None = None
    last: datetime | None = None
    problems: list[Problem] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values; times are ISO 8601 in UTC."""
        return {
            "path": self.path,
            "provider": self.provider,
            "generation": self.generation,
            "made": _iso(self.made),
            "first": _iso(self.first),
            "last": _iso(self.last),
            "kinds": dict(sorted(self.kinds.items())),
            "messages": self.messages,
            "attachments": self.attachments,
            "attachments_missing": self.attachments_missing,
            "unreadable": [{"where": p.where, "reason": p.reason} for p in self.problems],
            "unknown": dict(sorted(self.unknown.items())),
            "ignored": list(self.ignored),
            "advice": self.advice,
        }

    def as_text(self) -> str:
        """The same in a few lines for people."""
        counts = [count_label(count, *_KINDS[kind]) for kind, count in sorted(self.kinds.items())]
        lines = [
            f"{self.path}",
            f"  provider     {self.provider}",
            f"  form         {self.generation}",
            f"  holds        {', '.join(counts) or 'no conversations'}; {count_label(self.messages, 'message')}",
        ]
        if self.first and self.last:
            lines.append(f"  dates        {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}")
        if self.made:
            lines.append(f"  exported     {self.made:%Y-%m-%d}")
        if self.attachments or self.attachments_missing:
            lines.append(f"  attachments  {self.attachments:,} in the export, {self.attachments_missing:,} missing")
        lines += [f"  unreadable   {problem.where}: {problem.reason}" for problem in self.problems]
        if self.unknown:
            parts = ", ".join(f"{name} ({count:,})" for name, count in sorted(self.unknown.items()))
            lines.append(f"  unknown      {parts}: kept as they are and shown folded")
        if self.ignored:
            lines.append(f"  left unread  {', '.join(self.ignored)}: not about conversations")
        if self.advice:
            lines.append(f"  advice       {self.advice}")
        return "\n".join(lines)


_KINDS = {
    "chat": ("conversation", "conversations"),
    "project": ("project", "projects"),
    "memory": ("memory", "memories"),
    "document": ("document", "documents"),
    "media": ("picture or other file", "pictures and other files"),
}


def inspect_exports(paths: Iterable[Path]) -> tuple[list[Inspection], list[str]]:
    """What every export below the paths holds, and the errors of paths that hold none."""
    reports: list[Inspection] = []
    errors: list[str] = []
    for path in paths:
        errors.extend(each_export(path, lambda export, recognised: reports.append(_inspect(export, recognised))))
    return reports, errors


def _inspect(export: Export, recognised: Recognised) -> Inspection:
    reader, recognition = recognised
    report = Inspection(
        str(export.path),
        reader.label,
        recognition.generation,
        recognition.made,
        recognition.advice,
        recognition.ignored,
    )
    locate = reader.locator(export)
    for entry in reader.records(export):
        conversation = entry if isinstance(entry, Problem) else read_record(reader, entry)
        if isinstance(conversation, Problem):
            report.problems.append(replace(conversation, raw=b""))
        elif isinstance(conversation, Conversation):
            _count(report, conversation)
            awaited = awaited_attachments(conversation.messages)
            for attachment in attachments_of(conversation.messages).values():
                if locate(attachment.id, attachment.name) is not None:
                    report.attachments += 1
                else:
                    report.attachments_missing += attachment.id in awaited
    report.problems.extend(export.problems)
    return report


def _count(report: Inspection, conversation: Conversation) -> None:
    report.kinds[conversation.kind] += 1
    report.messages += len(conversation.messages)
    report.unknown.update(unknown_types(conversation.messages))
    if conversation.created is not None:
        report.first = min(report.first or conversation.created, conversation.created)
        report.last = max(report.last or conversation.created, conversation.created)


def _iso(time: datetime | None) -> str | None:
    return time.astimezone(UTC).isoformat() if time else None
