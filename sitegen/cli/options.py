"""The options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

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
