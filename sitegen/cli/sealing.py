"""The command that opens a sealed site: `unseal`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sitegen.cli.options import JSON, QUIET
from sitegen.cli.passphrases import PASSPHRASE_ENV, PASSPHRASE_STDIN, read_passphrase
from sitegen.cli.talk import Talk, print_out


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER")
@click.option(
    "--output", "output_folder", type=click.Path(file_okay=False, path_type=Path), default=Path("unsealed"),
    show_default=True, help="Folder of the plain site.",
)  # fmt: skip
@PASSPHRASE_STDIN
@PASSPHRASE_ENV
@QUIET
@JSON
def unseal(
    folder: Path, output_folder: Path, from_stdin: bool, variable: str | None, quiet: bool, as_json: bool
) -> None:
    """Give back the plain site that is sealed in FOLDER.

    The passphrase is asked for, unless it comes from standard input or an environment variable.
    """
    from sitegen.sealing import unseal_site

    talk = Talk(quiet or as_json)
    passphrase = read_passphrase("Passphrase", variable=variable, from_stdin=from_stdin)
    with talk.progress("Unsealing") as progress:
        done = unseal_site(folder, output_folder, passphrase, progress)
    if as_json:
        print_out(json.dumps({**done._asdict(), "start": str(done.start)}, indent=2))
    else:
        talk.say(f"{done.files:,} files, {done.written:,} written; open {done.start}")
