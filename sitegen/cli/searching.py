"""The command that finds: `search`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from sitegen.cli.archives import open_archive, read_config
from sitegen.cli.findings import answer_json, answer_lines
from sitegen.cli.options import ARCHIVE, CONFIG, JSON, selection_of, selection_options
from sitegen.cli.talk import Talk, complain, print_out


@click.command()
@click.argument("query")
@ARCHIVE
@CONFIG
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="Tell of the best N at most."
)
@click.option(
    "--role", type=click.Choice(["user", "assistant", "system", "tool"]), default=None,
    help="Only messages of this role.",
)  # fmt: skip
@selection_options
@JSON
def search(
    query: str,
    archive_folder: Path,
    config_file: Path | None,
    limit: int,
    role: str | None,
    as_json: bool,
    **conditions: Any,
) -> None:
    """Search the archive as the site's search page does; exit code 1 if nothing is found.

    QUERY is one argument: words, "phrases", +must, -not, title:word, wild*, near~1. No site is needed.
    A condition given several times holds if any of its values does; several conditions must all hold.
    """
    from sitegen.searching import Narrowing, search_archive

    config = read_config(archive_folder, config_file, {})
    narrowing = Narrowing(selection_of(conditions), role or "")
    with open_archive(archive_folder, config, create=False) as archive, Talk(as_json).progress("Reading") as progress:
        answer = search_archive(archive, config, query, limit=limit, narrowing=narrowing, progress=progress)
    if as_json:
        print_out(json.dumps(answer_json(query, answer), indent=2))
    else:
        for note in answer.notes:
            complain(f"note: {note}")
        print_out("\n".join(answer_lines(answer)))
    if not answer.conversations:
        sys.exit(1)
