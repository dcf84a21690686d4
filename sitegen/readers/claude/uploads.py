"""What a person gave Claude beside the text: pasted text, passages quoted back, files and pictures.

Pure. Claude's exports never hold the bytes of uploads; text that was pasted or extracted is in the record itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from sitegen.model import Attachment, Block, FileBlock, ImageBlock, QuoteBlock, Source
from sitegen.readers.claude.results import unknown
from sitegen.readers.fields import Json, Object, object_of, one_line, size_of, text_of

_QUOTED = "excerpt_from_previous_claude_message"
_IMAGES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


def upload_blocks(entry: Object, message: str, shown: set[str]) -> Iterator[Block]:
    """The uploads of one message. `shown` holds the file ids that its content blocks show already.

    A file whose text was extracted is named twice, as an attachment and as a file: it is shown once, with its text.
    """
    extracted = Counter[str]()
    for number, given in enumerate(_entries(entry.get("attachments")), 1):
        if not isinstance(given, dict):
            yield unknown(given, "attachment")
            continue
        name = one_line(given.get("file_name"))
        extracted[name] += 1
        identity = text_of(given.get("id")) or f"{message}/attachment-{number}"
        yield _attachment(given, name, identity)
    files = [(listed, given) for listed in ("files", "files_v2") for given in _entries(entry.get(listed))]
    named = Counter[tuple[str, str]]()
    for number, (listed, given) in enumerate(files, 1):
        if not isinstance(given, dict):
            yield unknown(given, "file")
            continue
        name = one_line(given.get("file_name"))
        named[listed, name] += 1
        # Pasted pictures are all called image.png: the second of a name in one list is a file of its own.
        made = f"{message}/file-{name or number}" + (f"~{named[listed, name]}" if named[listed, name] > 1 else "")
        identity = text_of(given.get("file_uuid")) or text_of(given.get("uuid")) or made
        if identity in shown:
            continue
        shown.add(identity)
        if name and extracted[name]:
            extracted[name] -= 1
            continue
        yield placeholder(given, identity, name)


def _entries(listed: Json) -> list[Json]:
    """What a list of uploads holds; anything else that stands in its place as its only entry."""
    return [given for given in (listed if isinstance(listed, list) else [listed]) if given]


def _attachment(given: Object, name: str, identity: str) -> Block:
    text = text_of(given.get("extracted_content"))
    quoted = text_of(given.get(_QUOTED))
    if quoted or (text and name.startswith(_QUOTED)):
        return QuoteBlock(quoted or text, Source(title="From an earlier answer"))
    if not text and "file_name" not in given:
        return unknown(given, "attachment")
    attachment = Attachment(identity, name or "Pasted text", _media_type(name, given), size_of(given.get("file_size")))
    return FileBlock(attachment, text)


def placeholder(given: Object, identity: str, name: str, image: bool = False) -> Block:
    """An upload without its bytes: a picture if the name, the type or `image` says so, else a file."""
    asset = object_of(given.get("preview_asset"))
    media_type = _media_type(name, given)
    attachment = Attachment(
        identity,
        name,
        media_type,
        size_of(given.get("file_size") if "file_size" in given else given.get("size_bytes")),
        size_of(asset.get("image_width")),
        size_of(asset.get("image_height")),
    )
    if image or given.get("file_kind") == "image" or media_type.startswith("image/"):
        return ImageBlock(attachment)
    return FileBlock(attachment)


def _media_type(name: str, given: Object) -> str:
    told = one_line(given.get("file_type")) or one_line(given.get("mime_type"))
    if "/" in told:
        return told
    return _IMAGES.get(PurePosixPath(name).suffix.lower(), "")
