"""What a person types. Each command is a few lines; what it does lives in the module it calls.

`incoming`, `outgoing`, `publishing`, `searching`, `checking`, `watching`, `sealing` and `themes` hold the commands,
`options` what can be typed after them. `passphrases` asks for those of sealed sites, `archives` opens and fills the
archive, `summaries`, `publication` and `findings` word what came of it, `talk` says it.

Heavy modules are imported inside the functions, so that `sitegen --help` answers at once.
"""

from __future__ import annotations

import os
import sys

import click

from sitegen import __version__
from sitegen.cli.checking import verify
from sitegen.cli.incoming import build, import_, inspect
from sitegen.cli.outgoing import export
from sitegen.cli.publishing import publish
from sitegen.cli.sealing import unseal
from sitegen.cli.searching import search
from sitegen.cli.talk import complain
from sitegen.cli.themes import theme
from sitegen.cli.watching import watch
from sitegen.errors import SitegenError
from sitegen.workers import collect_seldom


def main() -> None:
    """Entry point: runs the command; a SitegenError is one line on standard error and exit code 1."""
    collect_seldom()
    # numpy's library for matrices, of which there are none here, would start threads that look for work in vain.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
    complain(message)
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sitegen")
def cli() -> None:
    """Turn exports from Grok, ChatGPT, Claude and DeepSeek into your own archive, and the archive into a site.

    An EXPORT is the zip that the provider sent, a folder (of exports too), or a JSON or JS file from one.
    Nothing is ever sent anywhere.
    """


for _command in (build, import_, inspect, export, publish, unseal, search, verify, watch, theme):
    cli.add_command(_command)
