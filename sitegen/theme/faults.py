"""What went wrong in a template, told so that its author finds the place: file, line and reason in one line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import jinja2

from sitegen.errors import ThemeError

#: What a template can raise besides Jinja's own errors: all of them are mistakes in the template. SyntaxError is
#: Python's, for what Jinja takes and Python doesn't, such as loops twenty deep.
TEMPLATE_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)


class TemplateFolder(jinja2.FileSystemLoader):
    """The templates of one theme. A file that can't be read raises ThemeError with its own name, where Jinja would
    leave only the place that asked for it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._folder = folder

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, object]:  # type: ignore[override]
        """As Jinja's. Raises ThemeError, and TemplateNotFound if there is no such file."""
        try:
            return super().get_source(environment, template)
        except jinja2.TemplateNotFound:
            raise  # an OSError too
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise ThemeError(f"{self._folder / template}, line {line}: not valid UTF-8; save it as UTF-8") from error
        except OSError as error:
            raise ThemeError(f"{self._folder / template} can't be read: {error.strerror or error}") from error


def explained(theme: str, template: str, error: Exception, folders: Sequence[Path]) -> str:
    """One line for an error that came of rendering `template`: where and why.

    `folders` are those of the theme and its parents, in look-up order. If the error arose in a parent's file, the
    theme's own line that led there is named too: the mistake is most likely in what that gave.
    """
    if isinstance(error, jinja2.TemplateNotFound) and error.name == template:
        places = ", ".join(str(folder / "templates") for folder in folders)
        return f"Theme {theme!r} has no template {template!r}; looked in {places}"
    places_passed = list(_places(error, folders))
    if not places_passed:
        return f"Theme {theme!r}: {template!r}: {_reason(error)}"
    file, line = places_passed[-1]
    own = str(folders[0] / "templates") + os.sep
    callers = [place for place in places_passed if place[0].startswith(own)]
    used = f" (used in {callers[-1][0]}, line {callers[-1][1]})" if callers and not file.startswith(own) else ""
    where = f"{file}, line {line}" if line else file
    return f"Theme {theme!r}: {where}: {_reason(error)}{used}"


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it includes or extends itself; the parent's file is reached as 'default/…'"
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template {error.name!r}"
    if isinstance(error, SyntaxError):
        return f"can't be compiled: {error.msg}"
    if isinstance(error, KeyError):
        # Nearly always a place in a text, or in its translation, that has no value.
        return f"there is no value for {error}"
    return " ".join(str(error).split()) or type(error).__name__


def _places(error: Exception, folders: Sequence[Path]) -> Iterator[tuple[str, int]]:
    """File and line of each template that an error came through, innermost last."""
    roots = tuple(str(folder / "templates") + os.sep for folder in folders)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(roots):
            yield file, trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, jinja2.TemplateSyntaxError) and error.filename:
        yield error.filename, error.lineno
    elif isinstance(error, SyntaxError) and error.filename:
        yield error.filename, 0  # the line would be one of the Python that Jinja made
