"""The least that a program must do with an export: read it, split it, hash each conversation, and write its bytes.

    python benchmarks/floor.py corpus/chatgpt.zip corpus/floor

No text is rendered and nothing is made that could be read: what a site costs beyond this is its own work.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import msgspec


def split_and_write(export: Path, folder: Path) -> int:
    """Writes each conversation of an export of the corpus as a file named by its hash. Returns how many there are."""
    with zipfile.ZipFile(export) as archive:
        text = archive.read("conversations.json")
    folder.mkdir(parents=True)
    items = msgspec.json.decode(text, type=list[msgspec.Raw])
    for item in items:
        content = bytes(item)
        (folder / f"{hashlib.blake2b(content, digest_size=16).hexdigest()}.json").write_bytes(content)
    return len(items)


if __name__ == "__main__":
    print(f"{split_and_write(Path(sys.argv[1]), Path(sys.argv[2])):,} conversations")
