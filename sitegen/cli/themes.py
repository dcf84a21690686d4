"""The commands about themes: `theme list` and `theme new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from sitegen.cli.talk import print_out, printable


@click.group()
def theme() -> None:
    """List the built-in themes, or start one of your own."""


@theme.command("list")
def list_() -> None:
    """Name the built-in themes, with a sentence each."""
    from sitegen.theme import available, load_theme

    names = available()
    width = max(map(len, names))
    for name in names:
        print_out(f"{name:<{width}}  {load_theme(name).description}")


@theme.command()
@click.argument("name")
@click.option("--parent", default="default", show_default=True, help="The theme it rests on: a name, or a folder.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Folder to make [default: NAME, here]."
)
def new(name: str, parent: str, folder: Path | None) -> None:
    """Start your own theme NAME: a folder that works at once and holds all variables, ready to be changed."""
    from sitegen.theme import available
    from sitegen.theme.starting import start_theme

    place = folder if folder is not None else Path(name)
    start_theme(name, place, parent)
    # A folder named as a built-in theme would be taken for that.
    shown = str(place.absolute() if str(place) in available() else place)
    print_out(
        f"{printable(shown)} is a theme now; to see it while you change it:"
        f" sitegen watch --theme {printable(shlex.quote(shown))} --serve 8000"
    )
