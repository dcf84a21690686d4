"""Names for files and folders that every system can hold, and that tell a person what is inside. Pure.

Windows is the strictest: no `<>:"/\\|?*`, no dot or blank at the end, no `CON` or `LPT1`, no difference between
upper and lower case, short paths. Obsidian forbids `#^[]` besides. Letters of every script stay.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, count
from pathlib import PurePosixPath

import regex

from sitegen.file_names import same_file_key, unreserved
from sitegen.folders import Folder
from sitegen.model import content_id

#: The longest name in bytes of UTF-8, without its ending.
LONGEST = 100
#: The longest path below the folder that is written to, in UTF-16 units. Windows takes 259, that folder's own
#: included, unless somebody has switched longer ones on.
LONGEST_PATH = 220
_LONGEST_FOLDERS = 120
#: What `Names` may add to a name to set it apart: a blank and a key, rarely with a number.
_APART = 16
_DASHED = regex.compile(r"\s*[/\\|:]\s*")
_LEFT_OUT = regex.compile(r"[<>\"?*#^\[\]\p{Cc}\p{Co}\p{Cs}\p{Cn}]|(?![\u200c\u200d])\p{Cf}")


def portable_name(text: str, otherwise: str) -> str:
    """A text as the name of a file or folder, without ending; `otherwise` when nothing of it can stand in one."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    name = _LEFT_OUT.sub("", _DASHED.sub("-", name))
    return _cut(" ".join(name.split()).lstrip(". -~_"), LONGEST, _bytes) or otherwise


def _bytes(text: str) -> int:
    return len(text.encode())


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(name: str, longest: int, size_of: Callable[[str], int]) -> str:
    """The beginning of a name that is not too long, never parting a letter from its marks; "" if none is."""
    name, size = unreserved(name), 0
    for cluster in regex.finditer(r"\X", name):
        size += size_of(cluster[0])
        if size > longest:
            name = name[: cluster.start()]
            break
    # What is left after cutting may be a device's name for the first time.
    return unreserved(name.rstrip(". -…"))


class Names:
    """Hands out paths, no two of which differ in case alone. What is asked for first gets the plain name."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {same_file_key(name) for name in reserved}
        self._folders: dict[Folder, str] = {(): ""}

    def folder(self, folder: Folder) -> str:
        """The path of a folder, with `/` at its end; "" for none. Where that would grow too long, it stands beside the
        folder that it belongs into."""
        if folder not in self._folders:
            parent, key = self.folder(folder[:-1]), content_id(*folder)
            while _units(parent) > _LONGEST_FOLDERS * 3 // 4:
                parent = parent[: parent.rstrip("/").rfind("/") + 1]
            room = _LONGEST_FOLDERS - _units(parent) - _APART - len("/")
            name = _cut(portable_name(folder[-1], "folder"), room, _units) or key
            self._folders[folder] = self._take(parent, name, "", key) + "/"
        return self._folders[folder]

    def file(self, folder: Folder, name: str, ending: str, key: str) -> str:
        """The path of a file; `key` sets it apart where the name is taken."""
        parent = self.folder(folder)
        room = LONGEST_PATH - _units(parent) - _APART - len(ending)
        return self._take(parent, _cut(name, room, _units) or key, ending, key)

    def _take(self, parent: str, name: str, ending: str, key: str) -> str:
        # Titles may themselves end with keys, so that not even a whole one sets a name apart.
        for apart in chain(("", f" {key[:6]}", f" {key}"), (f" {key}-{number}" for number in count(2))):
            path = f"{parent}{name}{apart}{ending}"
            if same_file_key(path) not in self._taken:
                break
        self._taken.add(same_file_key(path))
        return path


#: Endings that an attachment keeps, by what its bytes are. What a double click could run gets none of them, and
#: neither does Markdown, which would become a note.
_KEPT: Mapping[str, frozenset[str]] = {
    "text/plain": frozenset({"bib", "csv", "ics", "json", "jsonl", "log", "srt", "tex", "toml", "tsv", "vtt", "yaml"}),
    "application/zip": frozenset({"docx", "epub", "odp", "ods", "odt", "pptx", "xlsx"}),
}


def attachment_name(name: str, file_hash: str, media_type: str, ending: str) -> str:
    """The name of an attachment's file: its own name as far as that can be, and part of its hash.

    `ending` is the one that fits its bytes; the person's own is kept where it is more telling and harmless.
    """
    own = PurePosixPath(name).suffix.removeprefix(".").lower()
    kept = own if own in _KEPT.get(media_type, frozenset()) else ending
    stem = name[: -len(own) - 1] if own in (kept, ending) or (own, ending) == ("jpeg", "jpg") else name
    return f"{portable_name(stem, 'file').replace(' ', '-')}-{file_hash[:8]}.{kept}"
