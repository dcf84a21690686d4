"""Names for files and folders that every system can hold, and that tell a person what is inside. Pure.

Windows is the strictest: no `<>:"/\\|?*`, no dot or blank at the end, no `CON` or `LPT1`, no difference between
upper and lower case, short paths. Obsidian forbids `#^[]` besides. Letters of every script stay.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import regex

from sitegen.folders import Folder
from sitegen.model import content_id

#: The longest name in bytes of UTF-8, without its ending: ten folders and a file stay within what zips and disks take.
LONGEST = 100
_DASHED = regex.compile(r"\s*[/\\|:]\s*")
_LEFT_OUT = regex.compile(r"[<>\"?*#^\[\]\p{Cc}\p{Co}\p{Cs}\p{Cn}]|(?![\u200c\u200d])\p{Cf}")
#: Names of devices, which count up to the first dot and without blanks before it.
_RESERVED = regex.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?= *(?:\.|$))")


def portable_name(text: str, otherwise: str) -> str:
    """A text as the name of a file or folder, without ending; `otherwise` when nothing of it can stand in one."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    name = _LEFT_OUT.sub("", _DASHED.sub("-", name))
    name = _cut(" ".join(name.split()).lstrip(". -~_")).rstrip(". -…")
    if not name:
        return otherwise
    device = _RESERVED.match(name)
    return f"{device[0]}_{name[device.end() :]}" if device else name


def _cut(name: str) -> str:
    """The beginning of a name that fits, never parting a letter from its marks."""
    size = 0
    for cluster in regex.finditer(r"\X", name):
        size += len(cluster[0].encode())
        if size > LONGEST:
            return name[: cluster.start()]
    return name


class Names:
    """Hands out paths, no two of which differ in case alone. What is asked for first gets the plain name."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = {_folded(name) for name in reserved}
        self._folders: dict[Folder, str] = {(): ""}

    def folder(self, folder: Folder) -> str:
        """The path of a folder, with `/` at its end; "" for none."""
        if folder not in self._folders:
            name = portable_name(folder[-1], "folder")
            self._folders[folder] = self._take(self.folder(folder[:-1]), name, "", content_id(*folder)) + "/"
        return self._folders[folder]

    def file(self, folder: Folder, name: str, ending: str, key: str) -> str:
        """The path of a file; `key` sets it apart where the name is taken."""
        return self._take(self.folder(folder), name, ending, key)

    def _take(self, parent: str, name: str, ending: str, key: str) -> str:
        for apart in ("", f" {key[:6]}", f" {key}"):
            path = f"{parent}{name}{apart}{ending}"
            if _folded(path) not in self._taken:
                break
        self._taken.add(_folded(path))
        return path


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())


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
