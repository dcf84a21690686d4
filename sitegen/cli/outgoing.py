"""The command that writes conversations out as plain files: `export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitegen.cli.archives import check_apart, open_archive, read_config
from sitegen.cli.options import ARCHIVE, CONFIG, JSON, QUIET
from sitegen.cli.summaries import export_line
from sitegen.cli.talk import Talk, complain, print_out

if TYPE_CHECKING:
    from sitegen.selection import Selection


def _several(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", name, multiple=True, metavar=name.upper(), help=what)


def _day(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", name, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=what)


@click.command()
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

    config = read_config(archive_folder, config_file, {})
    talk = Talk(quiet or as_json)
    check_apart(archive_folder, target)
    with open_archive(archive_folder, config, create=False) as archive, talk.progress("Writing") as progress:
        done = export_files(archive, target, config, file_format, _selection(conditions), progress)
    if as_json:
        print_out(json.dumps(done._asdict(), indent=2))
    else:
        talk.say(export_line(done, target))
    for warning in done.warnings:
        complain(f"warning: {warning}")


def _selection(conditions: dict[str, Any]) -> Selection:
    """The selection that the options name."""
    from sitegen.selection import Selection

    days = {name: value.date() if value else None for name, value in conditions.items() if name in ("after", "before")}
    return Selection(**(conditions | days))
