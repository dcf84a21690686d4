"""Names for what a result was made from: equal names, equal results. Pure but for reading the program itself."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

#: Packages whose versions show in pages or in the index.
_PACKAGES = (
    *("babel", "jinja2", "latex2mathml", "lunr", "markdown-it-py", "mdit-py-plugins", "msgspec", "pygments", "regex"),
    "snowballstemmer",
)

_encoder = msgspec.json.Encoder(order="deterministic")


def made_from(*parts: Any) -> str:
    """32 hex digits that depend on nothing but the parts: values that JSON can hold, structs and named tuples."""
    return hashlib.sha256(_encoder.encode(parts)).hexdigest()[:32]


@cache
def program() -> str:
    """Names this very program: its modules' text, and the versions of the packages that show in what it makes."""
    digest = hashlib.sha256()
    for name, content in sorted(_modules(files("sitegen"), "")):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return made_from(digest.hexdigest(), [version(package) for package in _PACKAGES])


def _modules(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _modules(entry, f"{path}{entry.name}/")
        elif entry.name.endswith((".py", ".js")):
            found.append((path + entry.name, entry.read_bytes()))
    return found
