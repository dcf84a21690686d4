"""The command that writes conversations out as plain files: `export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sitegen.cli.archives import check_apart, open_archive, read_config
from sitegen.cli.options import ARCHIVE, CONFIG, JSON, QUIET, selection_of, selection_options
from sitegen.cli.summaries import export_line
from sitegen.cli.talk import Talk, complain, print_out


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER")
@click.option(
    "--format", "file_format", type=click.Choice(["markdown", "json", "html"]), required=True,
    help="Markdown for Obsidian and Hugo, JSON for programs, or single HTML pages.",
)  # fmt: skip
@ARCHIVE
@CONFIG
@selection_options
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

    config = read_config(archive_folder, config_file, {})
    talk = Talk(quiet or as_json)
    check_apart(archive_folder, target)
    with open_archive(archive_folder, config, create=False) as archive, talk.progress("Writing") as progress:
        done = export_files(archive, target, config, file_format, selection_of(conditions), progress)
    if as_json:
        print_out(json.dumps(done._asdict(), indent=2))
    else:
        talk.say(export_line(done, target))
    for warning in done.warnings:
        complain(f"warning: {warning}")
