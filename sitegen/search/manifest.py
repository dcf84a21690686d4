"""What the search manifest of a built site refers to, for checking that all of it is there. It is written in
`sitegen.search`; the page reads it in `static/js/manifest.js`."""

from __future__ import annotations

import json

from sitegen.search.shards import FOLDER

MANIFEST = f"{FOLDER}/manifest.js"


def referenced_files(script: bytes) -> list[str]:
    """The files that searching needs, by their path from the site's top: shards, texts and the pages they lead to.

    Raises ValueError if the script is no manifest.
    """
    call, _, rest = script.decode("utf-8").partition(",")
    if call != 'sitegen.receive("manifest"' or not rest.endswith(");\n"):
        raise ValueError("not in the form of a search manifest")
    manifest = json.loads(rest.removesuffix(");\n"))
    try:
        shards = [*manifest["shards"]["names"].split(), *manifest["parts"]["names"].split(), manifest["words"]]
        table = manifest["conversations"]
        keys, urls = table["keys"], table["urls"]
        return [
            *(f"{FOLDER}/{name}.js" for name in shards),
            *(f"{FOLDER}/text/{key}.js" for key in keys),
            *(url.replace("*", key) for key, url in zip(keys, urls, strict=True)),
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"lacks {error}") from error
