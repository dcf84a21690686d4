"""docs/blocks.md against the readers and the example exports: each thing that a provider writes is in its table, and
each block that comes of it is in the example archive."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from sitegen import model
from sitegen.archive.store import Archive
from sitegen.model import Block, ToolResultBlock
from sitegen.readers.chatgpt import blocks as chatgpt_blocks
from sitegen.readers.chatgpt import parts as chatgpt_parts
from sitegen.readers.claude import blocks as claude_blocks
from sitegen.readers.claude import results as claude_results
from sitegen.readers.deepseek import blocks as deepseek_blocks
from sitegen.readers.grok import blocks as grok_blocks
from sitegen.readers.grok import steps as grok_steps

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "blocks.md").read_text("utf-8")
SECTIONS = {
    "chatgpt": "ChatGPT",
    "claude": "Claude",
    "deepseek": "DeepSeek",
    "grok": "Grok",
    "grok_on_x": "Grok on X",
}
FOLDERS = {"chatgpt": "chatgpt-*", "claude": "claude-*", "deepseek": "deepseek", "grok": "grok", "grok_on_x": "x-*"}
#: The names that each reader looks for, as its own tables have them.
DISPATCHED: dict[str, set[str]] = {
    "chatgpt": {*chatgpt_blocks._CONTENTS, *chatgpt_parts._PARTS},
    "claude": {"tool_use", "tool_result"}
    | {*claude_blocks._READERS, *claude_blocks._MACHINERY, *claude_results._ITEMS},
    "deepseek": {*deepseek_blocks._SEARCHES, *deepseek_blocks._TEXTS, *deepseek_blocks._SIDES},
    "grok": {*grok_blocks._TEXTS, *grok_blocks._LISTS, *grok_steps._LISTS, "card_attachments_json", "error"},
    "grok_on_x": {"message", "attachments", "postIds"},
}
#: Forms that only older exports have, or that no export was seen to have; tests/data/readers holds them.
NOT_IN_THE_EXAMPLE = {"CONTENT", "THINKING"}
BLOCKS = {block.__name__ for block in get_args(Block)}


def rows(source: str) -> Iterator[tuple[set[str], set[str]]]:
    """The names in the first two columns of a provider's table."""
    _, _, rest = TEXT.partition(f"\n## {SECTIONS[source]}\n")
    for line in rest.partition("\n## ")[0].splitlines():
        if line.startswith("|"):
            cells = line.split("|")
            yield set(re.findall("`([^`]+)`", cells[1])), set(re.findall(r"`(\w+Block)`", cells[2]))


def named(source: str) -> set[str]:
    return set().union(*(names for names, _ in rows(source)))


def promised(source: str) -> set[str]:
    return set().union(*(blocks for _, blocks in rows(source)))


@cache
def modules(source: str) -> str:
    """The text of a provider's reader."""
    folder = ROOT / "sitegen" / "readers"
    paths = [folder / f"{source}.py"] if source == "grok_on_x" else sorted((folder / source).glob("*.py"))
    return "\n".join(path.read_text("utf-8") for path in paths)


@pytest.fixture(scope="session")
def shown(example_site: Path) -> dict[str, set[str]]:
    """The kinds of blocks that the example archive has, by source."""
    found: dict[str, set[str]] = defaultdict(set)

    def add(source: str, block: Block) -> None:
        found[source].add(type(block).__name__)
        for inner in block.blocks if isinstance(block, ToolResultBlock) else ():
            add(source, inner)

    with Archive(example_site.parent / "archive") as archive:
        for row in archive.conversations():
            conversation = archive.conversation(row.key)
            for message in conversation.messages:
                for block in message.blocks:
                    add(conversation.source, block)
    return found


@pytest.mark.parametrize("source", SECTIONS)
def test_blocks__all_that_a_reader_looks_for_is_in_the_table(source):
    assert DISPATCHED[source] <= named(source)


@pytest.mark.parametrize("source", SECTIONS)
def test_blocks__all_that_a_reader_makes_is_in_the_table(source):
    made = {name for name in BLOCKS if re.search(rf"\b{name}\(", modules(source))}
    assert made <= promised(source)


@pytest.mark.parametrize("source", SECTIONS)
def test_blocks__the_example_archive_has_each_block_of_the_table(source, shown):
    assert promised(source) == shown[source]


@pytest.mark.parametrize("source", SECTIONS)
def test_blocks__the_example_exports_hold_all_that_a_reader_looks_for(source):
    files = [
        path for path in (ROOT / "example_export").glob(f"{FOLDERS[source]}/**/*") if path.suffix in (".json", ".js")
    ]
    text = "\n".join(path.read_text("utf-8") for path in files)
    assert {name for name in DISPATCHED[source] - NOT_IN_THE_EXAMPLE if f'"{name}"' not in text} == set()


def test_blocks__every_block_of_the_model_has_its_form_told():
    forms = TEXT.partition("## How a page shows each block")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", forms, re.MULTILINE)) == BLOCKS
    assert {name for name in vars(model) if name.endswith("Block") and not name.startswith("_")} == BLOCKS | {"Block"}
