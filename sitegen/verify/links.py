"""Where an address on a page of the site leads, seen as a file system would. Pure."""

from __future__ import annotations

import posixpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sitegen.verify.pages import Reference

_FOLLOWED = {"http", "https", "mailto"}


class Target(NamedTuple):
    """A file of the site by its path from the top, and the id inside it that an address names ("" for none)."""

    name: str
    fragment: str


def target(page: str, reference: Reference) -> Target | str | None:
    """What a reference on `page` (a path from the top) leads to in the site, None if it is a web address that a
    person may follow, or, in words, why it may not be there."""
    try:
        parts = urlsplit(reference.address.strip())
    except ValueError:
        return "is no address"
    if parts.scheme:
        if parts.scheme == "data" or (parts.scheme in _FOLLOWED and not reference.loads):
            return None
        return "is loaded from outside the site" if reference.loads else "leads out of the site"
    if parts.netloc or parts.path.startswith(("/", "\\")):
        return "leads out of the site"
    path = unquote(parts.path)
    name = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    if name == ".." or name.startswith("../"):
        return "leads out of the site"
    # A text fragment names words on the page, no id.
    return Target(name, unquote(parts.fragment.partition(":~:")[0]))
