"""The command that looks whether all is whole: `verify`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from sitegen.cli.options import ARCHIVE, JSON, OUTPUT
from sitegen.cli.talk import Talk, print_out


@click.command()
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
    with Talk(as_json).progress("Checking") as progress:
        report = verify_folders(None if left_out else archive_folder, site, progress)
    print_out(json.dumps(report.as_json(), indent=2, ensure_ascii=False) if as_json else report.as_text())
    if report.findings:
        sys.exit(1)
