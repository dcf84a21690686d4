"""The archive that a command works with: opened for one run, filled from exports, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sitegen.cli.summaries import import_line, read_again_line
from sitegen.cli.talk import Talk, complain
from sitegen.errors import ConfigError, LanguageError, SitegenError

if TYPE_CHECKING:
    from sitegen.archive.importing import ImportSummary
    from sitegen.archive.store import Archive
    from sitegen.config import Config
    from sitegen.readers import Recognised
    from sitegen.readers.export import Export
    from sitegen.workers import Workers


def read_config(archive_folder: Path, config_file: Path | None, options: dict[str, Any]) -> Config:
    """The configuration that holds for this archive, with the options over it. A theme's folder that the file names is
    seen from the file, one that an option names from the current folder. Raises ConfigError, and ThemeError if the
    theme, which may bring a language, can't be used."""
    import msgspec

    from sitegen.config import Config, find_config, load_config
    from sitegen.theme import load_theme, seen_from

    path = find_config(archive_folder, config_file)
    config = load_config(path, options)
    if path is not None and options.get("theme") is None:
        config = msgspec.structs.replace(config, theme=seen_from(path.parent, config.theme))
    if path is not None:
        profiles = {
            name: msgspec.structs.replace(profile, theme=seen_from(path.parent, profile.theme))
            if profile.theme
            else profile
            for name, profile in config.publish.items()
        }
        config = msgspec.structs.replace(config, publish=profiles)
    if config.language != Config().language:
        try:
            load_theme(config.theme, config.language)
        except LanguageError as error:
            raise ConfigError(f"{path}: {error}") from error
    return config


@contextmanager
def open_archive(folder: Path, config: Config, *, create: bool, temporary: bool = False) -> Iterator[Archive]:
    """The archive in `folder`, for this run alone; `temporary`: a copy of it that is thrown away, for which nobody
    is kept out."""
    import tempfile

    from sitegen.archive.database import DATABASE_NAME, copy_database
    from sitegen.archive.store import Archive
    from sitegen.lock import only_run_in

    is_there = (folder / DATABASE_NAME).is_file()
    zone_name = (config.timezone or _machine_zone()) if create else None
    if not temporary:
        with only_run_in(folder) if create or is_there else nullcontext(), Archive(folder, zone_name) as archive:
            yield archive
        return
    with tempfile.TemporaryDirectory(prefix="sitegen-") as name:
        copy = Path(name)
        if is_there:
            copy_database(folder, copy)
        with Archive(copy, zone_name) as archive:
            yield archive


def _machine_zone() -> str:
    """The IANA name of this machine's zone; "UTC" where it has none that is known."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    import tzlocal

    try:
        return ZoneInfo(tzlocal.get_localzone_name()).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return "UTC"


def check_apart(archive_folder: Path, folder: Path) -> None:
    """Raises SitegenError if what is to be written would stand in the archive's own folder, or among the notes."""
    from sitegen.notes import notes_folder

    if folder.resolve() == archive_folder.resolve():
        raise SitegenError(f"{folder}: is the archive's own folder; choose another one for what is made of it")
    if folder.resolve() == notes_folder(archive_folder).resolve():
        raise SitegenError(f"{folder}: is the folder of your own notes; choose another one for what is made")


def holds_an_export(paths: tuple[Path, ...]) -> bool:
    """Whether any export is at or below the paths; if not, says why on standard error."""
    from sitegen.readers import each_export

    found: list[str] = []
    errors = [error for path in paths for error in each_export(path, lambda export, _: found.append(export.name))]
    if not found:
        for error in errors:
            complain(error)
    return bool(found)


def import_all(
    archive: Archive, paths: tuple[Path, ...], talk: Talk, workers: Workers, *, dry_run: bool = False
) -> tuple[list[ImportSummary], list[str]]:
    """Imports every export below the paths. One that can't be read costs only itself: its error is returned."""
    from sitegen.archive.cache import Cache
    from sitegen.archive.importing import import_export
    from sitegen.made_from import program
    from sitegen.readers import each_export

    summaries: list[ImportSummary] = []
    errors: list[str] = []

    with Cache(archive.folder, program()) as cache:

        def take(export: Export, recognised: Recognised) -> None:
            with talk.progress(f"Reading {export.name}") as progress:
                summary = import_export(archive, export, recognised, progress, workers, cache)
            summaries.append(summary)
            talk.say(import_line(summary, recognised.reader.label, dry_run))

        for path in paths:
            for error in each_export(path, take):
                errors.append(error)
                complain(error)
    if talk.quiet and not any(summary.found for summary in summaries):
        # Success with nothing to show for it: the one thing that a quiet run must still say is why.
        for summary in summaries:
            if summary.advice:
                complain(f"{summary.export}: {summary.advice}")
    return summaries, errors


def read_again(archive: Archive, talk: Talk, *, every: bool) -> bool:
    """Reads the records of each source again whose reader has changed since, or, with `every`, of all. Returns whether
    there were any. Raises ArchiveError, and ExportError if a reader can't be loaded."""
    from sitegen.archive.history import outdated, reread
    from sitegen.readers import installed

    readers = installed()
    sources = list(archive.counts_by_source()) if every else outdated(archive, readers)
    if not sources:
        return False
    with talk.progress("Reading again") as progress:
        outcomes = reread(archive, sources, readers, progress)
    for source, counts in outcomes.items():
        talk.say(read_again_line(readers[source].label if source in readers else source, counts))
    return True
