"""What the search of a built site refers to, for checking that all of it is there. It is written in `sitegen.search`;
the page reads it in `static/js/manifest.js`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sitegen.search.shards import FOLDER, MANIFEST, text_name


def referenced_files(read: Callable[[str], bytes]) -> list[str]:
    """The files that searching needs, by their path from the site's top: shards, texts and the pages they lead to.

    `read` gives a file of the site. Raises ValueError if a file that names others is not in the form it must have, and
    what `read` raises.
    """
    manifest = _received(read(MANIFEST), "manifest")
    try:
        names = [f"{FOLDER}/{name}.js" for kind in ("shards", "endings", "parts") for name in _names(manifest[kind])]
        names += [f"{FOLDER}/{name}.js" for table in manifest["tables"] for name in table.split()]
        names.append(f"{FOLDER}/{manifest['facets']}.js")
        for block in _names(manifest["blocks"]):
            file = f"{FOLDER}/{block}.js"
            names.append(file)
            for key, url, *more in _received(read(file), block):
                texts = (more[4] if len(more) > 4 else ()) or (1,)
                names += [f"{FOLDER}/{text_name(key, number)}.js" for number in range(len(texts))]
                names.append(url.replace("*", key))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"lacks {error}") from error
    return names


def indexed_terms(read: Callable[[str], bytes]) -> Iterator[str]:
    """Every term of the index, stemmed as it stands there. `read` gives a file of the site.

    Raises ValueError if a file is not in the form it must have, and what `read` raises.
    """
    manifest = _received(read(MANIFEST), "manifest")
    try:
        for name in _names(manifest["shards"]):
            terms, _ = _received(read(f"{FOLDER}/{name}.js"), name)
            yield from front_decoded(terms)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"lacks {error}") from error


def front_decoded(text: str) -> Iterator[str]:
    """The opposite of `shards.front_coded`."""
    before = ""
    for entry in text.split(" ") if text else ():
        # What is shared has no character of two UTF-16 units.
        before = before[: int(entry[0], 36)] + entry[1:]
        yield before


def _names(entry: Any) -> list[str]:
    names: list[str] = entry["names"].split()
    return names


def _received(script: bytes, name: str) -> Any:
    """What a data script hands to the page."""
    call, _, rest = script.decode("utf-8").partition(",")
    if call != f"sitegen.receive({json.dumps(name)}" or not rest.endswith(");\n"):
        raise ValueError("not in the form of a search index")
    return json.loads(rest.removesuffix(");\n"))
