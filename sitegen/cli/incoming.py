"""The commands that exports are given to: `build`, `import` and `inspect`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.archives import check_apart, holds_an_export, import_all, open_archive, read_again, read_config
from sitegen.cli.options import ARCHIVE, CONFIG, EXPORTS, JSON, OUTPUT, QUIET, STRICT, THEME
from sitegen.cli.summaries import build_line, site_json, summary_json
from sitegen.cli.talk import Talk, complain, print_out

if TYPE_CHECKING:
    from sitegen.archive.importing import ImportSummary


@click.command()
@EXPORTS
@ARCHIVE
@OUTPUT
@THEME
@CONFIG
@click.option(
    "--jobs", type=click.IntRange(1), help="Processes to read and render with [default: one for each processor]."
)
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
    from sitegen.workers import Workers

    config = read_config(archive_folder, config_file, {"theme": theme})
    talk = Talk(quiet or as_json)
    check_apart(archive_folder, output_folder)
    if exports and not holds_an_export(exports):
        sys.exit(1)
    with Workers(jobs) as workers, open_archive(archive_folder, config, create=bool(exports)) as archive:
        summaries, errors = import_all(archive, exports, talk, workers)
        read_again(archive, talk, every=False)
        with talk.progress("Rendering") as progress:
            built = build_site(archive, output_folder, config, progress=progress, workers=workers)
    if as_json:
        print_out(json.dumps({"imports": [summary_json(s) for s in summaries], "site": site_json(built)}, indent=2))
    else:
        talk.say(build_line(built, summaries, output_folder))
    for warning in built.warnings:
        complain(f"warning: {warning}")
    if open_it and click.launch(str(built.start.absolute())) != 0:
        complain(f"warning: no program to open the site with was found; open {built.start} yourself")
    _finish(summaries, errors, strict)


@click.command(name="import")
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
    from sitegen.workers import Workers

    config = read_config(archive_folder, config_file, {})
    talk = Talk(quiet or as_json)
    if exports and not holds_an_export(exports):
        sys.exit(1)
    with (
        Workers() as workers,
        open_archive(archive_folder, config, create=bool(exports), temporary=dry_run) as archive,
    ):
        summaries, errors = import_all(archive, exports, talk, workers, dry_run=dry_run)
        read_again(archive, talk, every=reread)
    if as_json:
        print_out(json.dumps([summary_json(summary) for summary in summaries], indent=2))
    _finish(summaries, errors, strict)


@click.command()
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="EXPORT...")
@JSON
def inspect(exports: tuple[Path, ...], as_json: bool) -> None:
    """Tell what is inside each EXPORT, before anything is kept."""
    from sitegen.inspection import inspect_exports

    reports, errors = inspect_exports(exports)
    for error in errors:
        complain(error)
    if as_json:
        print_out(json.dumps([report.as_json() for report in reports], indent=2, ensure_ascii=False))
    else:
        for report in reports:
            print_out(report.as_text())
    _finish([], errors, strict=False)


def _finish(summaries: list[ImportSummary], errors: list[str], strict: bool) -> None:
    """Ends with exit code 1 if an export could not be read or, with `strict`, any record of one."""
    if errors or (strict and any(summary.problems for summary in summaries)):
        sys.exit(1)
