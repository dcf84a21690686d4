"""What a changed path calls for, decided from its name and place alone. Pure: the disk is not asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sitegen.notes import is_note
from sitegen.readers.export.file_kinds import HALF_DOWNLOADED

#: Endings that an export comes with. Other files may lie in the same folder and are never opened.
EXPORT_ENDINGS = (".zip", ".json", ".js")

_THEME_PARTS = ("theme.toml", "templates", "static")


class Places(NamedTuple):
    """What is watched: absolute paths without links.

    `inboxes` are the folders that exports arrive in, `themes` those of the theme and its parents, `settings` the
    files that may be the configuration, there or not. `own` is what sitegen itself writes: the archive and the site.
    `notes` are the folders of a person's own notes, there or not.
    """

    inboxes: tuple[Path, ...] = ()
    themes: tuple[Path, ...] = ()
    settings: tuple[Path, ...] = ()
    own: tuple[Path, ...] = ()
    notes: tuple[Path, ...] = ()

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders that are watched with all that lies below them."""
        return (*self.inboxes, *self.themes, *self.notes)


class Call(NamedTuple):
    """What changed, by what it calls for: files and folders to look at, the settings, the theme, a note, and
    whether a watched folder came or went."""

    arrivals: frozenset[Path] = frozenset()
    settings: bool = False
    theme: bool = False
    notes: bool = False
    roots: bool = False


def call_of(changed: Iterable[Path], places: Places) -> Call:
    """What these changed paths call for, all together."""
    arrivals: set[Path] = set()
    settings = theme = notes = roots = False
    for path in changed:
        if _is_own(path, places):
            continue
        if path in places.roots:
            roots = True  # it may have been put in place of the one that is watched
        elif path in places.settings:
            settings = True
        elif any(path.is_relative_to(folder) for folder in places.notes):
            notes |= is_note(path.name)
        elif any(_is_theme_file(path, folder) for folder in places.themes):
            theme = True
        else:
            arrivals.update(arrival for inbox in places.inboxes if (arrival := arrival_of(path, inbox, places)))
    return Call(frozenset(arrivals), settings, theme, notes, roots)


def arrival_of(path: Path, inbox: Path, places: Places) -> Path | None:
    """The file or folder to look at because `path` in this inbox changed; None if there is none.

    Zips are exports of their own wherever they lie. Any other file belongs to the folder that stands in the inbox
    itself. A half-finished download stands for the file that it becomes.
    """
    if not path.is_relative_to(inbox) or path == inbox:
        return None
    while is_half_downloaded(path.name):
        path = path.with_name(path.name[: path.name.rfind(".")])
    parts = path.relative_to(inbox).parts
    if any(_is_hidden(part) or is_half_downloaded(part) for part in parts):
        return None
    found = path if path.suffix.lower() == ".zip" else inbox / parts[0]
    other = (*places.own, *places.themes, *places.notes)
    return None if any(place.is_relative_to(found) or found.is_relative_to(place) for place in other) else found


def is_half_downloaded(name: str) -> bool:
    """Whether a browser marks a file or folder of this name as unfinished."""
    return name.lower().endswith(HALF_DOWNLOADED)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX" or name.endswith("~")


def _is_own(path: Path, places: Places) -> bool:
    return any(path.is_relative_to(own) for own in places.own)


def _is_theme_file(path: Path, folder: Path) -> bool:
    """Whether the theme in this folder is made of this path; editors leave hidden files and copies beside it."""
    if not path.is_relative_to(folder):
        return False
    parts = path.relative_to(folder).parts
    return parts[0] in _THEME_PARTS and not any(_is_hidden(part) for part in parts)
