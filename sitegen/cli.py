"""What a person types. Each command is a few lines; what it does lives in the module it calls.

Heavy modules are imported inside the commands, so that `sitegen --help` answers at once.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitegen import __version__
from sitegen.errors import SitegenError

if TYPE_CHECKING:
    from sitegen.archive.importing import ImportSummary
    from sitegen.archive.store import Archive
    from sitegen.build import BuildSummary
    from sitegen.config import Config
    from sitegen.plain_files import ExportSummary
    from sitegen.readers import Recognised
    from sitegen.readers.export import Export
    from sitegen.selection import Selection

EXPORTS = click.argument("exports", nargs=-1, type=click.Path(path_type=Path), metavar="[EXPORT]...")
OUTPUT = click.option(
    "--output", "output_folder", type=click.Path(file_okay=False, path_type=Path), default=Path("site"),
    show_default=True, help="Folder for the site.",
)  # fmt: skip
THEME = click.option("--theme", help="A theme's name, or the folder of one.")
ARCHIVE = click.option(
    "--archive", "archive_folder", type=click.Path(file_okay=False, path_type=Path), default=Path("archive"),
    show_default=True, help="Folder of the archive.",
)  # fmt: skip
OUTPUT = click.option(
    "--output", "output_folder", type=click.Path(file_okay=False, path_type=Path), default=Path("site"),
    show_default=True, help="Folder of the site.",
)  # fmt: skip
CONFIG = click.option(
    "--config", "config_file", type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration [default: sitegen.toml beside the archive or here].",
)  # fmt: skip
STRICT = click.option("--strict", is_flag=True, help="Exit with 1 if any record could not be read.")
QUIET = click.option("--quiet", "-q", is_flag=True, help="Say nothing but errors and warnings.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for scripts.")


def main() -> None:
    """Entry point: runs the command; a SitegenError is one line on standard error and exit code 1."""
    try:
        cli(standalone_mode=False)
    except SitegenError as error:
        _fail(str(error), 1)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail(
            "stopped; nothing of an unfinished import was kept, and an unfinished site is completed by: sitegen build",
            130,
        )


def _fail(message: str, code: int) -> None:
    _complain(message)
    sys.exit(code)


def _print(text: str) -> None:
    """Says something on standard output. Raises SitegenError if it can't be written, because the disk is full."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise  # whoever read it has seen enough; click ends the program without a word
    except OSError as error:
        raise SitegenError(f"standard output: can't be written: {error.strerror or error}") from error


def _complain(message: str) -> None:
    """Says on standard error what went wrong, as one line: control characters of a file's name stay out of it."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", message)
    click.echo(f"sitegen: {line}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sitegen")
def cli() -> None:
    """Turn exports from Grok, ChatGPT, Claude and DeepSeek into your own archive, and the archive into a site.

    An EXPORT is the zip that the provider sent, a folder (of exports too), or a JSON or JS file from one.
    Nothing is ever sent anywhere.
    """


@cli.command()
@EXPORTS
@ARCHIVE
@OUTPUT
@THEME
@CONFIG
@click.option("--jobs", type=click.IntRange(1), help="Processes to render with [default: one for each processor].")
@click.option("--open", "open_it", is_flag=True, help="Open the site in the browser when it is done.")
@STRICT
@QUIET
@JSON
def build(
    exports: tuple[Path, ...],
    archive_folder: Path,
    output_folder: Path,
    theme: str | None,
    config_file: Path | None,
    jobs: int | None,
    open_it: bool,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Import the EXPORTs, if any, and build the site of the whole archive."""
    from sitegen.build import build_site

    config = _config(archive_folder, config_file, {"theme": theme})
    talk = _Talk(quiet or as_json)
    _apart(archive_folder, output_folder)
    if exports and not _holds_an_export(exports):
        sys.exit(1)
    with _archive(archive_folder, config, create=bool(exports)) as archive:
        summaries, errors = _import_all(archive, exports, talk)
        _reread(archive, talk, every=False)
        with talk.progress("Rendering") as progress:
            built = build_site(archive, output_folder, config, jobs, progress)
    if as_json:
        _print(json.dumps({"imports": [_summary_json(s) for s in summaries], "site": _site_json(built)}, indent=2))
    else:
        talk.say(_build_line(built, summaries, output_folder))
    for warning in built.warnings:
        _complain(f"warning: {warning}")
    if open_it and click.launch(str(built.start.absolute())) != 0:
        _complain(f"warning: no program to open the site with was found; open {built.start} yourself")
    _finish(summaries, errors, strict)


@cli.command(name="import")
@EXPORTS
@ARCHIVE
@CONFIG
@click.option("--dry-run", "-n", is_flag=True, help="Only tell what would change; keep nothing.")
@click.option("--reread", is_flag=True, help="Read all that was ever imported again, from the records kept of it.")
@STRICT
@QUIET
@JSON
def import_(
    exports: tuple[Path, ...],
    archive_folder: Path,
    config_file: Path | None,
    dry_run: bool,
    reread: bool,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read the EXPORTs into the archive: what is new, changed, unchanged, unreadable."""
    if not exports and not reread:
        raise click.UsageError("name at least one EXPORT: a zip, a folder, or a JSON file")
    config = _config(archive_folder, config_file, {})
    talk = _Talk(quiet or as_json)
    if exports and not _holds_an_export(exports):
        sys.exit(1)
    with _archive(archive_folder, config, create=bool(exports), temporary=dry_run) as archive:
        summaries, errors = _import_all(archive, exports, talk, dry_run=dry_run)
        _reread(archive, talk, every=reread)
    if as_json:
        _print(json.dumps([_summary_json(summary) for summary in summaries], indent=2))
    _finish(summaries, errors, strict)


@cli.command()
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="EXPORT...")
@JSON
def inspect(exports: tuple[Path, ...], as_json: bool) -> None:
    """Tell what is inside each EXPORT, before anything is kept."""
    from sitegen.inspection import inspect_exports

    reports, errors = inspect_exports(exports)
    for error in errors:
        _complain(error)
    if as_json:
        _print(json.dumps([report.as_json() for report in reports], indent=2, ensure_ascii=False))
    else:
        for report in reports:
            _print(report.as_text())
    _finish([], errors, strict=False)


def _several(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", name, multiple=True, metavar=name.upper(), help=what)


def _day(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", name, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=what)


@cli.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER")
@click.option(
    "--format", "file_format", type=click.Choice(["markdown", "json", "html"]), required=True,
    help="Markdown for Obsidian and Hugo, JSON for programs, or single HTML pages.",
)  # fmt: skip
@ARCHIVE
@CONFIG
@_several("source", "Only this provider (chatgpt, claude, grok, grok_on_x, deepseek).")
@_several("folder", "Only this folder and those below it; a pattern with * and ?.")
@_several("title", "Only titles that fit this pattern.")
@_several("text", "Only conversations in which this pattern was said.")
@_several("model", "Only models that fit this pattern.")
@_several("id", "Only the conversation with this id or key.")
@_several("tag", "Only what has this tag (starred, pinned, archived).")
@_day("after", "Only what began on this day or later.")
@_day("before", "Only what began before this day.")
@QUIET
@JSON
def export(
    target: Path,
    file_format: str,
    archive_folder: Path,
    config_file: Path | None,
    quiet: bool,
    as_json: bool,
    **conditions: Any,
) -> None:
    """Write conversations into FOLDER as plain files that need no sitegen.

    A condition given several times holds if any of its values does; several conditions must all hold.
    """
    from sitegen.plain_files import export_files

    config = _config(archive_folder, config_file, {})
    talk = _Talk(quiet or as_json)
    _apart(archive_folder, target)
    with _archive(archive_folder, config, create=False) as archive, talk.progress("Writing") as progress:
        done = export_files(archive, target, config, file_format, _selection(conditions), progress)
    if as_json:
        click.echo(json.dumps(done._asdict(), indent=2))
    talk.say(_export_line(done, target))
    for warning in done.warnings:
        click.echo(f"sitegen: warning: {warning}", err=True)


@cli.command()
@ARCHIVE
@OUTPUT
@JSON
@click.pass_context
def verify(context: click.Context, archive_folder: Path, output_folder: Path, as_json: bool) -> None:
    """Check that the archive and the site are whole; a line for each finding, and exit code 1 if there are any.

    Of the two, one that is neither named nor there is left out.
    """
    from sitegen.verify import verify as verify_folders

    by_default = {n for n in context.params if context.get_parameter_source(n) is click.core.ParameterSource.DEFAULT}
    site = None if "output_folder" in by_default and not output_folder.exists() else output_folder
    left_out = site is not None and "archive_folder" in by_default and not archive_folder.exists()
    with _Talk(as_json).progress("Checking") as progress:
        report = verify_folders(None if left_out else archive_folder, site, progress)
    _print(json.dumps(report.as_json(), indent=2, ensure_ascii=False) if as_json else report.as_text())
    if report.findings:
        sys.exit(1)


@cli.command()
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

    def read_config() -> Config:
        return _config(archive_folder, config_file, {"theme": theme})

    def open_archive(config: Config) -> AbstractContextManager[Archive]:
        return _archive(archive_folder, config, create=bool(folders))

    # Slips of the pen: they would not mend themselves while everything waits.
    find_config(archive_folder, config_file)
    if theme is not None:
        load_theme(theme)
    if not folders:
        with open_archive(read_config()):
            pass  # without an archive and without folders there is nothing to wait for
    talk = _Talk(quiet)
    words = Words(
        lambda summary, label: _import_line(summary, label, False),
        lambda built, summaries: _build_line(built, summaries, output_folder),
    )
    work = Work(archive_folder, output_folder, open_archive, words, talk)
    watch_folders(work, folders, config_places(archive_folder, config_file), read_config, talk, port)


# --- what the commands share -------------------------------------------------------------------------------------


class _Talk:
    """What is said while a command runs: lines on standard output, progress on a terminal only."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def say(self, line: str) -> None:
        if not self.quiet:
            _print(line)

    def warn(self, line: str) -> None:
        _complain(line)

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[..., None] | None]:
        """A function (done, of how many) to call with progress; None where nobody would see it."""
        if self.quiet or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task(label, total=None)
            yield lambda done, total=None: bars.update(task, completed=done, total=total)


def _config(archive_folder: Path, config_file: Path | None, options: dict[str, Any]) -> Config:
    from sitegen.config import find_config, load_config

    return load_config(find_config(archive_folder, config_file), options)


@contextmanager
def _archive(folder: Path, config: Config, *, create: bool, temporary: bool = False) -> Iterator[Archive]:
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


def _holds_an_export(paths: tuple[Path, ...]) -> bool:
    """Whether any export is at or below the paths; if not, says why on standard error."""
    from sitegen.readers import each_export

    found: list[str] = []
    errors = [error for path in paths for error in each_export(path, lambda export, _: found.append(export.name))]
    if not found:
        for error in errors:
            _complain(error)
    return bool(found)


def _import_all(
    archive: Archive, paths: tuple[Path, ...], talk: _Talk, *, dry_run: bool = False
) -> tuple[list[ImportSummary], list[str]]:
    """Imports every export below the paths. One that can't be read costs only itself: its error is returned."""
    from sitegen.archive.importing import import_export
    from sitegen.readers import each_export

    summaries: list[ImportSummary] = []
    errors: list[str] = []

    def take(export: Export, recognised: Recognised) -> None:
        with talk.progress(f"Reading {export.name}") as progress:
            summary = import_export(archive, export, recognised, progress)
        summaries.append(summary)
        talk.say(_import_line(summary, recognised.reader.label, dry_run))

    for path in paths:
        for error in each_export(path, take):
            errors.append(error)
            _complain(error)
    if talk.quiet and not any(summary.found for summary in summaries):
        # Success with nothing to show for it: the one thing that a quiet run must still say is why.
        for summary in summaries:
            if summary.advice:
                _complain(f"{summary.export}: {summary.advice}")
    return summaries, errors


def _apart(archive_folder: Path, folder: Path) -> None:
    """Raises SitegenError if what is to be written would stand in the archive's own folder."""
    if folder.resolve() == archive_folder.resolve():
        raise SitegenError(f"{folder}: is the archive's own folder; choose another one for what is made of it")


def _reread(archive: Archive, talk: _Talk, *, every: bool) -> None:
    """Reads the records of each source again whose reader has changed since, or, with `every`, of all."""
    from sitegen.archive.history import outdated, reread
    from sitegen.readers import installed

    readers = installed()
    sources = list(archive.counts_by_source()) if every else outdated(archive, readers)
    if not sources:
        return
    with talk.progress("Reading again") as progress:
        outcomes = reread(archive, sources, readers, progress)
    for source, counts in outcomes.items():
        label = readers[source].label if source in readers else source
        talk.say(
            f"{label}: read again, {counts['new']:,} new, {counts['changed']:,} changed,"
            f" {counts['unchanged']:,} unchanged"
        )


def _import_line(summary: ImportSummary, label: str, dry_run: bool) -> str:
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


def _build_line(built: BuildSummary, summaries: list[ImportSummary], output_folder: Path) -> str:
    from sitegen.dates import count_label

    line = count_label(built.conversations, "conversation")
    if summaries:
        new, changed = sum(s.new for s in summaries), sum(s.changed for s in summaries)
        unreadable = sum(len(s.problems) for s in summaries)
        line += f": {new:,} new, {changed:,} changed, {unreadable:,} unreadable"
    written = f"{count_label(built.written, 'file')} written" if built.written else "nothing to write"
    return f"{line}; {built.pages:,} pages, {written}; open {output_folder / 'index.html'}"


def _selection(conditions: dict[str, Any]) -> Selection:
    """The selection that the options name."""
    from sitegen.selection import Selection

    days = {name: value.date() if value else None for name, value in conditions.items() if name in ("after", "before")}
    return Selection(**(conditions | days))


def _export_line(done: ExportSummary, folder: Path) -> str:
    from sitegen.dates import count_label

    written = f"{count_label(done.written, 'file')} written" if done.written else "nothing to write"
    removed = f", {done.removed:,} removed" if done.removed else ""
    return f"{count_label(done.conversations, 'conversation')} in {folder}: {written}{removed}"


def _summary_json(summary: ImportSummary) -> dict[str, Any]:
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


def _site_json(built: BuildSummary) -> dict[str, Any]:
    return {**built._asdict(), "start": str(built.start)}


def _finish(summaries: list[ImportSummary], errors: list[str], strict: bool) -> None:
    if errors or (strict and any(summary.problems for summary in summaries)):
        sys.exit(1)
