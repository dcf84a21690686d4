"""For the others: the site that search is measured on, its documents, and one whole Lunr index of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from corpus import conversations, export_file, write_array
from lunr import get_default_builder

from sitegen.search import SearchConversation, SearchDocument
from sitegen.search.documents import FIELDS


def make_site(number: int, seed: int, folder: Path) -> Path:
    """A site of the corpus, made by the program itself below `folder`. Raises CalledProcessError if that fails."""
    export, archive, site = folder / "export.zip", folder / "archive", folder / "site"
    with export_file(export) as file:
        write_array(file, islice(conversations(seed), number))
    _sitegen("import", str(export), "--archive", str(archive))
    _sitegen("build", "--archive", str(archive), "--output", str(site))
    return site


def _sitegen(*arguments: str) -> None:
    command = [sys.executable, "-m", "sitegen", *arguments, "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def search_conversations(site: Path) -> Iterator[SearchConversation]:
    """What the site's search was made from: the documents of its texts, and the dates of its pages' names.

    Models and languages of code are left out, so that the table of conversations is a little smaller than the site's.
    """
    pages = {page.stem.rpartition("-")[2]: page for page in sorted((site / "chats").rglob("*.html"))}
    texts: dict[str, list[Path]] = {}
    for file in (site / "search" / "text").glob("*.js"):
        texts.setdefault(file.stem.partition(".")[0], []).append(file)
    for key, files in sorted(texts.items()):
        # "key.js", then "key.2.js" and so on.
        pieces = sorted(files, key=lambda file: int(file.stem.partition(".")[2] or 1))
        documents = tuple(_document(*fields) for piece in pieces for fields in received(piece))
        page = pages[key]
        date = f"{page.parent.name}-{page.stem[:5]}"
        url = page.relative_to(site).as_posix()
        yield SearchConversation(key, url, documents[0].title, "chatgpt", date=date, documents=documents)


def received(file: Path) -> Any:
    """What a data script of the site hands to the page."""
    _, _, rest = file.read_text("utf-8").partition(",")
    return json.loads(rest.removesuffix(");\n"))


def _document(anchor: str, role: str, *texts: str) -> SearchDocument:
    named = dict(zip((name for name, _ in FIELDS), texts, strict=False))
    return SearchDocument(anchor, role, **named)


def lunr_index(conversations: Iterable[SearchConversation]) -> Any:
    """One whole index of all documents by lunr.py, with its own words, as JSON values that lunr.js loads."""
    builder = get_default_builder()
    builder.ref("id")
    for name, boost in FIELDS:
        builder.field(name, boost=boost)
    for number, document in enumerate(document for c in conversations for document in c.documents):
        texts = zip((name for name, _ in FIELDS), document.texts(), strict=True)
        builder.add({"id": str(number), **dict(texts)})
    return builder.build().serialize()
