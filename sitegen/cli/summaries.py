"""What is told of a finished import, build or export: in words for people, and as JSON for scripts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sitegen.archive.importing import ImportSummary
    from sitegen.build import BuildSummary
    from sitegen.plain_files import ExportSummary


def import_line(summary: ImportSummary, label: str, dry_run: bool) -> str:
    """What an import (of the provider `label`) did, with the first problems and any advice below it."""
    line = (
        f"{label} ({summary.generation}), {summary.export}: {summary.found:,} found, {summary.new:,} new, "
        f"{summary.changed:,} changed, {summary.unchanged:,} unchanged"
    )
    if summary.gone:
        line += f", {summary.gone:,} no longer in your account"
    if summary.problems:
        line += f", {len(summary.problems):,} unreadable"
    if summary.attachments or summary.attachments_missing:
        line += f"; {summary.attachments:,} attachments, {summary.attachments_missing:,} missing"
    if summary.known:
        line += " (imported before)"
    if dry_run:
        line = f"Would import {line}"
    for problem in summary.problems[:5]:
        line += f"\n  unreadable: {problem.where}: {problem.reason}"
    if len(summary.problems) > 5:
        line += f"\n  … and {len(summary.problems) - 5:,} more; the import report in the site lists them all"
    return f"{line}\n  {summary.advice}" if summary.advice else line


def read_again_line(label: str, counts: Counter[str]) -> str:
    """What reading a provider's records again did to its conversations."""
    return (
        f"{label}: read again, {counts['new']:,} new, {counts['changed']:,} changed, {counts['unchanged']:,} unchanged"
    )


def build_line(built: BuildSummary, summaries: list[ImportSummary], output_folder: Path) -> str:
    """What a build did, after these imports, and where the site begins."""
    from sitegen.dates import count_label

    line = count_label(built.conversations, "conversation")
    if summaries:
        new, changed = sum(s.new for s in summaries), sum(s.changed for s in summaries)
        unreadable = sum(len(s.problems) for s in summaries)
        line += f": {new:,} new, {changed:,} changed, {unreadable:,} unreadable"
    written = f"{count_label(built.written, 'file')} written" if built.written else "nothing to write"
    return f"{line}; {built.pages:,} pages, {written}; open {output_folder / 'index.html'}"


def export_line(done: ExportSummary, folder: Path) -> str:
    """What was written into the folder."""
    from sitegen.dates import count_label

    written = f"{count_label(done.written, 'file')} written" if done.written else "nothing to write"
    removed = f", {done.removed:,} removed" if done.removed else ""
    return f"{count_label(done.conversations, 'conversation')} in {folder}: {written}{removed}"


def summary_json(summary: ImportSummary) -> dict[str, Any]:
    """An import, as `--json` prints it."""
    return {
        "export": summary.export,
        "source": summary.source,
        "generation": summary.generation,
        "imported_before": summary.known,
        **summary.found_counts(),
        **summary.changed_counts(),
        "problems": [{"where": p.where, "reason": p.reason} for p in summary.problems],
        "unknown": dict(sorted(summary.unknown.items())),
        "advice": summary.advice,
    }


def site_json(built: BuildSummary) -> dict[str, Any]:
    """A build, as `--json` prints it."""
    return {**built._asdict(), "start": str(built.start)}
