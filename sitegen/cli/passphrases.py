"""Where a passphrase comes from: an environment variable, standard input, or the terminal. Never an argument, which
every user of the machine could read in the list of processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from sitegen.errors import PassphraseError

PASSPHRASE_STDIN = click.option(
    "--passphrase-stdin", "from_stdin", is_flag=True, help="Read the passphrase from standard input, a line for each."
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
    make: Callable[[], str] | None = None,
) -> str:
    """A passphrase, as `check` gives it back: from the environment variable if one is named, else the next line of
    standard input if that is wanted, else asked for on the terminal as `label`, twice if it is `new`.

    With `make` none need be given: what it makes is told, and taken. On a terminal one that `check` refuses is asked
    for again. Raises PassphraseError where there is none, and what `check` raises.
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
        if make is not None:
            return _made(label, make)
        raise PassphraseError(
            "there is no terminal to ask for the passphrase on; give it by standard input or an environment variable"
        )
    return _asked(label, new, check, make)


def _made(label: str, make: Callable[[], str]) -> str:
    passphrase = make()
    # On standard error, where no script's output is mixed with it: it is told once and kept nowhere.
    click.echo(f"{label}, made just now: {passphrase}\nWrite it down: sitegen keeps it nowhere.", err=True)
    return passphrase


def _asked(label: str, new: bool, check: Callable[[str], str], make: Callable[[], str] | None) -> str:
    nothing = "" if make is not None else None
    while True:
        passphrase = click.prompt(
            label, default=nothing, hide_input=True, confirmation_prompt=new, show_default=False, err=True
        )
        if make is not None and not passphrase:
            return _made(label, make)
        try:
            return check(passphrase)
        except PassphraseError as error:
            click.echo(f"{error}", err=True)
