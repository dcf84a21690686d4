"""The beginnings of one's own theme: a folder that works at once and shows where each thing goes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sitegen.errors import ThemeError
from sitegen.file_names import is_reserved
from sitegen.theme import NAME, Theme, available, load_theme

_COLOURS = "Colours, as pairs: on light ground, on dark ground. Text needs a contrast of 4.5 to 1 on all three grounds."
#: What the other variables are about, by how their names begin; each comes under the first that fits.
_SUBJECTS = (
    ("font", "Faces. Name only fonts that computers have: no page loads anything from elsewhere."),
    ("size", "Type, from the smallest up. In rem, so that the reader's own size of text counts."),
    ("leading", "Height of a line, as a multiple of its size."),
    ("weight", "Weight of headings."),
    ("measure", "Width of the text of a conversation."),
    ("page", "Width of all other pages."),
    ("row", "Height of a row in lists."),
    ("space", "Steps of white space, from the smallest up."),
    ("radius", "Round corners: boxes, and small things inside a line."),
    ("fade", "How long colours take to change."),
    ("", "What only the parent has: read its stylesheet."),
)


def start_theme(name: str, folder: Path, parent: str) -> Theme:
    """Makes a theme called `name` in `folder`, resting on `parent` (a built-in name or a theme's folder).

    Writes theme.toml, a stylesheet with every variable of the parent, one template that extends the parent's, and a
    README; returns the theme. Raises ThemeError if the name can't be used, if the parent is none, or if anything is
    in the folder already.
    """
    if not NAME.fullmatch(name):
        raise ThemeError(f"{name!r} can't be a theme's name: use lower-case letters, digits, - and _")
    if is_reserved(name):
        raise ThemeError(f"{name!r} can't be a theme's name: Windows keeps it for a device; choose another name")
    rests_on = load_theme(parent)
    if name in (*available(), *rests_on.names):
        raise ThemeError(f"there is a theme {name!r} already; choose another name")
    if not _is_free(folder):
        raise ThemeError(f"{folder} is there already, so nothing was written; give another --folder")
    files = {
        "theme.toml": _settings(name, _parent_setting(parent, folder)),
        f"static/css/{name}.css": _stylesheet(name, rests_on),
        "templates/home.html": _template(name, rests_on),
        "README.md": _readme(name, rests_on),
    }
    for path, text in files.items():
        try:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        except OSError as error:
            raise ThemeError(f"{folder / path} can't be written: {error.strerror or error}") from error
    return load_theme(folder)


def _is_free(folder: Path) -> bool:
    """Whether there is nothing at a path, or an empty folder."""
    try:
        return not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir()))
    except OSError:
        return False


def variables(theme: Theme) -> dict[str, str]:
    """The variables that hold for a theme with their usual values, in the order of the files that set them."""
    sheets = dict(theme.static_files())
    found: dict[str, str] = {}
    for path in ("css/colours.css", *theme.stylesheets):
        found |= variables_of(sheets.get(path, b"").decode("utf-8", "replace"))
    return found


def variables_of(stylesheet: str) -> dict[str, str]:
    """The variables that a stylesheet sets in its first rule for `:root`, with their values on one line each."""
    rule = re.search(r"^:root \{(.*?)^\}", stylesheet, re.DOTALL | re.MULTILINE)
    pairs = re.findall(r"--([\w-]+):([^;]+);", rule[1]) if rule else []
    return {name: " ".join(value.split()) for name, value in pairs}


def _parent_setting(parent: str, folder: Path) -> str:
    """A parent as theme.toml names it: a built-in name, or the way from the new folder to its own."""
    if parent in available():
        return parent
    try:
        return Path(os.path.relpath(Path(parent).resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return Path(parent).resolve().as_posix()


def _settings(name: str, parent: str) -> str:
    # TOML's basic strings take JSON's escapes.
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
        for key, value in {"name": name, "version": "1", "description": f"My own: {name}.", "parent": parent}.items()
    )


def _stylesheet(name: str, parent: Theme) -> str:
    return f"""\
/* The theme {name}. Every page loads this file after all other stylesheets, because it is named as the theme; rules
   of your own go below the variables. Take the marks of a comment away from what you change: what stays a comment
   remains as {parent.name} has it. Readers who ask their system for more contrast get the colours of a block
   `@media (prefers-contrast: more)`; copy it from the parent if you change colours, and change them there too. */

:root {{
{"".join(_commented(variables(parent)))}}}
"""


def _commented(values: Mapping[str, str]) -> Iterator[str]:
    by_subject: dict[str, list[str]] = {}
    for name, value in values.items():
        by_subject.setdefault(_subject(name, value), []).append(f"  /* --{name}: {value}; */\n")
    for place, (subject, lines) in enumerate(by_subject.items()):
        yield f"{chr(10) if place else ''}  /* {subject} */\n"
        yield from lines


def _subject(name: str, value: str) -> str:
    if value.startswith("light-dark("):
        return _COLOURS
    return next(text for prefix, text in _SUBJECTS if not prefix or name.partition("-")[0] == prefix)


def _template(name: str, parent: Theme) -> str:
    return f"""\
{{# This file replaces the home page of {parent.name}, and takes all of it but what stands here. `super()` is what the
   parent has in the block. Delete the file if you want the home page as it was. #}}
{{% extends "{parent.name}/home.html" %}}

{{% block main %}}
{{{{ super() }}}}
<div class="page">
<p class="note">This line comes from the theme {name}: templates/home.html.</p>
</div>
{{% endblock %}}
"""


def _readme(name: str, parent: Theme) -> str:
    return f"""\
# The theme {name}

It rests on `{parent.name}` and holds only what it does differently: a file here replaces the parent's of the same path.

- `theme.toml`: its name, version, description and parent.
- `static/css/{name}.css`: variables and rules. Most themes need nothing else.
- `templates/home.html`: an example of a template that changes one block of the parent's.

See it while you work on it (builds and reloads at each change), from the folder that holds your archive:

    sitegen watch --theme path/to/this/folder --serve 8000

Keep it by a line in `sitegen.toml`: `theme = "path/to/this/folder"`, seen from the folder of that file.

Pages have a strict policy: no inline script, no inline style, nothing from elsewhere. Texts are escaped by themselves.
A mistake in a template is told with its file and line.
"""
