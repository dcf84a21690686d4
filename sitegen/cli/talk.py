"""How anything is said: results on standard output, complaints on standard error, progress on a terminal only."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from sitegen.errors import SitegenError


def print_out(text: str) -> None:
    """Says something on standard output. Raises SitegenError if it can't be written, because the disk is full."""
    try:
        try:
            click.echo(text)
        except UnicodeEncodeError:
            # Not every terminal and pipe takes every character, on Windows above all.
            encoding = sys.stdout.encoding
            click.echo(text.encode(encoding, "replace").decode(encoding))
    except BrokenPipeError:
        raise  # whoever read it has seen enough; click ends the program without a word
    except OSError as error:
        _drop_what_is_left()
        raise SitegenError(f"standard output: can't be written: {error.strerror or error}") from error


def _drop_what_is_left() -> None:
    """Lets what standard output still holds go nowhere: at its end Python would try once more to write it, say in words
    of its own that it can't, and exit with 120."""
    with suppress(OSError):  # of a stream without a file there is nothing that Python writes at its end
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


#: What a terminal obeys rather than shows, and what turns the direction of what stands after it.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """A text that others wrote, for one line of a terminal: nothing in it is a command to that."""
    return _UNSAFE.sub("\ufffd", text)


def complain(message: str) -> None:
    """Says on standard error what went wrong, as one line: control characters of a file's name stay out of it."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", message)
    click.echo(f"sitegen: {printable(line)}", err=True)


class Talk:
    """What is said while a command runs: lines on standard output, progress on a terminal only."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def say(self, line: str) -> None:
        """News, unless this run is quiet."""
        if not self.quiet:
            print_out(line)

    def warn(self, line: str) -> None:
        """Something to mend, quiet or not."""
        complain(line)

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[..., None] | None]:
        """A function (done, of how many) to call with progress; None where nobody would see it."""
        if self.quiet or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task(label, total=None)
            yield lambda done, total=None: bars.update(task, completed=done, total=total)
