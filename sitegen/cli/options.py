"""The options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sitegen.rules import Selection

EXPORTS = click.argument("exports", nargs=-1, type=click.Path(path_type=Path), metavar="[EXPORT]...")
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


def _several(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", name, multiple=True, metavar=name.upper(), help=what)


def _day(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", name, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=what)


def selection_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that say which conversations are meant; `selection_of` reads them."""
    options = (
        _several("source", "Only this provider (chatgpt, claude, grok, grok_on_x, deepseek)."),
        _several("folder", "Only this folder and those below it; a pattern with * and ?."),
        _several("title", "Only titles that fit this pattern."),
        _several("text", "Only conversations in which this pattern was said."),
        _several("model", "Only models that fit this pattern."),
        _several("id", "Only the conversation with this id or key."),
        _several("tag", "Only what has this tag: of your rules, or starred, pinned, archived."),
        _day("after", "Only what began on this day or later."),
        _day("before", "Only what began before this day."),
    )
    # As decorators the last would come first.
    for option in reversed(options):
        command = option(command)
    return command


def selection_of(conditions: dict[str, Any]) -> Selection:
    """The selection that the options name."""
    from sitegen.rules import Selection

    days = {name: value.date() if value else None for name, value in conditions.items() if name in ("after", "before")}
    return Selection(**(conditions | days))
