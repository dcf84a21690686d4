"""Where a passphrase comes from: an environment variable, standard input, or the terminal. Never an argument, which
every user of the machine could read in the list of processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from sitegen.errors import PassphraseError

PASSPHRASE_STDIN = click.option(
    "--passphrase-stdin", "from_stdin", is_flag=True, help="Read the passphrase from standard input, one line."
)
PASSPHRASE_ENV = click.option(
    "--passphrase-env", "variable", metavar="NAME", help="Read the passphrase from this environment variable."
)


def read_passphrase(
    label: str,
    *,
    variable: str | None = None,
    from_stdin: bool = False,
    new: bool = False,
    check: Callable[[str], str] = lambda passphrase: passphrase,
) -> str:
    """A passphrase, as `check` gives it back: from the environment variable if one is named, else the next line of
    standard input if that is wanted, else asked for on the terminal as `label`, twice if it is `new`.

    On a terminal one that `check` refuses is asked for again. Raises PassphraseError where there is none, and what
    `check` raises.
    """
    if variable is not None:
        if not os.environ.get(variable):
            raise PassphraseError(f"the environment variable {variable} is not set; put the passphrase into it")
        return check(os.environ[variable])
    if from_stdin:
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise PassphraseError("standard input holds no passphrase; write it there, on a line of its own")
        return check(line)
    if not sys.stdin.isatty():
        raise PassphraseError(
            "there is no terminal to ask for the passphrase on; give it by standard input or an environment variable"
        )
    return _asked(label, new, check)


def _asked(label: str, new: bool, check: Callable[[str], str]) -> str:
    while True:
        passphrase = click.prompt(label, hide_input=True, confirmation_prompt=new, err=True)
        try:
            return check(passphrase)
        except PassphraseError as error:
            click.echo(f"{error}", err=True)
