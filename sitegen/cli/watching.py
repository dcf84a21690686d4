"""The command that goes on by itself: `watch`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.archives import open_archive, read_again, read_config
from sitegen.cli.options import ARCHIVE, CONFIG, OUTPUT, QUIET, THEME
from sitegen.cli.summaries import build_line, import_line
from sitegen.cli.talk import Talk

if TYPE_CHECKING:
    from sitegen.archive.store import Archive
    from sitegen.config import Config


@click.command()
@click.argument(
    "folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[FOLDER]..."
)
@ARCHIVE
@OUTPUT
@THEME
@CONFIG
@click.option(
    "--serve", "port", type=click.IntRange(0, 65535), metavar="PORT",
    help="Show the site at http://127.0.0.1:PORT/, for this computer only; 0 takes any free port.",
)  # fmt: skip
@QUIET
def watch(
    folders: tuple[Path, ...],
    archive_folder: Path,
    output_folder: Path,
    theme: str | None,
    config_file: Path | None,
    port: int | None,
    quiet: bool,
) -> None:
    """Import exports as they arrive in the FOLDERs, and build the site anew whenever anything changes.

    Edits of the theme and of sitegen.toml count as changes too. Ctrl-C ends it.
    """
    from sitegen.config import config_places, find_config
    from sitegen.theme import load_theme
    from sitegen.watch.watching import watch_folders
    from sitegen.watch.work import Words, Work

    def settings() -> Config:
        return read_config(archive_folder, config_file, {"theme": theme})

    def opened(config: Config) -> AbstractContextManager[Archive]:
        return open_archive(archive_folder, config, create=bool(folders))

    def outdated_read_again(archive: Archive) -> bool:
        return read_again(archive, talk, every=False)

    # Slips of the pen: they would not mend themselves while everything waits.
    find_config(archive_folder, config_file)
    if theme is not None:
        load_theme(theme)
    if not folders:
        with opened(settings()):
            pass  # without an archive and without folders there is nothing to wait for
    talk = Talk(quiet)
    words = Words(
        lambda summary, label: import_line(summary, label, False),
        lambda built, summaries: build_line(built, summaries, output_folder),
    )
    work = Work(archive_folder, output_folder, opened, outdated_read_again, words, talk)
    watch_folders(work, folders, config_places(archive_folder, config_file), settings, talk, port)
