"""The way out: conversations as plain files that need no sitegen: Markdown, JSON, or single HTML pages.

The formats share which conversations are meant, what the files are called, and the rules of the output folder. What
one conversation becomes is the business of `notes`, `json_files` and `html_files`. Markdown and JSON, which other
programs read, have English words; HTML pages follow the language of the site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.errors import SitegenError
from sitegen.folders import placing_of
from sitegen.lock import only_run_in
from sitegen.notes import Notes, notes_folder, read_notes
from sitegen.output import Output
from sitegen.plain_files.chosen import Chosen, Target
from sitegen.plain_files.html_files import write_html
from sitegen.plain_files.json_files import write_json
from sitegen.plain_files.markdown_files import write_markdown
from sitegen.readers import installed
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, SourceLabels
from sitegen.rules import Selection
from sitegen.selection import selects
from sitegen.theme import folders_of

#: What `--format` takes, and what writes each.
FORMATS: dict[str, Callable[[Archive, list[Chosen], Target, Settings], Iterator[None]]] = {
    "markdown": write_markdown,
    "json": write_json,
    "html": write_html,
}

_EVERYTHING = Selection()

#: Told (conversations done, conversations in all).
Progress = Callable[[int, int], None]


class ExportSummary(NamedTuple):
    """What was written."""

    conversations: int
    files: int
    written: int
    unchanged: int
    removed: int
    warnings: tuple[str, ...]


def export_files(
    archive: Archive,
    folder: Path,
    config: Config,
    file_format: str,
    selection: Selection = _EVERYTHING,
    progress: Progress | None = None,
) -> ExportSummary:
    """Writes the selected conversations into `folder` as files of one of the `FORMATS`.

    What an earlier run wrote there and this one doesn't is removed; what a person changed there since is left alone.
    Raises SitegenError, with nothing written, when no conversation is selected; LockError when another run writes
    there; OutputError when the folder can't be used; ArchiveError and ThemeError.
    """
    settings = Settings(
        config=config if file_format == "html" else msgspec.structs.replace(config, language="en"),
        zone_name=config.timezone or archive.zone_name,
        sources={source: SourceLabels(r.label, r.assistant) for source, r in installed().items()},
        project_names=archive.project_names(),
        theme_folders=folders_of(config.theme),
    )
    notes = read_notes(notes_folder(archive.folder))
    chosen = list(_chosen(archive, selection, settings, notes))
    if not chosen:
        raise SitegenError("no conversation fits the selection; nothing was written")
    with only_run_in(folder):
        output = Output(folder, file_format)
        target = Target(output, archive.attachments)
        for done, _ in enumerate(FORMATS[file_format](archive, chosen, target, settings), 1):
            if progress is not None:
                progress(done, len(chosen))
        target.finish()
    return ExportSummary(
        len(chosen),
        len(output.names),
        output.written,
        output.unchanged,
        output.removed,
        (*notes.faults, *target.warnings),
    )


def _chosen(archive: Archive, selection: Selection, settings: Settings, notes: Notes) -> Iterator[Chosen]:
    """The selected conversations, oldest first, with the titles and folders that the site shows."""
    for row in archive.conversations():
        conversation = archive.conversation(row.key)
        title = " ".join(conversation.title.split()) or render_conversation(conversation, {}, settings).page.title
        placing = placing_of(conversation, title, settings.config, settings.zone, settings.project_names)
        if selects(selection, conversation, title, placing, settings.zone):
            yield Chosen(
                row.key,
                conversation.source,
                title,
                placing.folder,
                conversation.created,
                placing.tags,
                notes.text(row.key),
            )
