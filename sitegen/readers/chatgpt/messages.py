"""ChatGPT's messages, one by one along their branches: who speaks, what is hidden, what tools were called.

Some things take knowledge of the messages before: a canvas document is edited step by step, a tool's answer
belongs to the call before it, a search result is cited turns later. `Branch` carries that down the tree, so that
each branch sees only its own past. The tree itself is built in the package's `__init__`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from sitegen.model import (
    AudioBlock,
    Block,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    ReasoningBlock,
    Role,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    content_id,
)
from sitegen.readers.chatgpt.blocks import content_blocks, failed, language_of
from sitegen.readers.chatgpt.citations import References
from sitegen.readers.chatgpt.documents import Allowance, arguments_of, created, research, updated
from sitegen.readers.chatgpt.files import Files
from sitegen.readers.chatgpt.parts import Around, listed_sources, without_marks, words_of
from sitegen.readers.chatgpt.sources import Results, joined, search_results
from sitegen.readers.chatgpt.unknown import unknown
from sitegen.readers.fields import Json, Object, list_of, object_of, objects_of, one_line, parse_time, text_of

_ROLES: dict[str, Role] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
}
_INSTRUCTIONS, _MEMORY = "user_editable_context", "model_editable_context"
_SEARCH = re.compile(r'^search\("([^"\n]+)"', re.MULTILINE)  # the browser's calls of 2023 and 2024
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


class Branch(NamedTuple):
    """What the messages down to one of them left behind: the newest version of each document and the one last
    touched, reports already shown, search results, the call that waits for its answer, and the time. All branches have
    one `allowance` for the edits of documents."""

    allowance: Allowance
    documents: Mapping[str, DocumentBlock] = MappingProxyType({})
    document: str = ""
    reports: frozenset[str] = frozenset()
    results: Results | None = None
    call: str = ""
    prompt: str = ""
    time: datetime | None = None


class Node(NamedTuple):
    """One message of the mapping: its id, its parent's id, its JSON, and what the tool replied to it about a
    canvas document (`metadata.canvas`)."""

    id: str
    parent: str | None
    message: Json
    canvas: Object


def read_message(node: Node, branch: Branch, files: Files) -> tuple[Message, Branch]:
    """The message of a node, and what it leaves to those after it. A broken one is kept as its JSON."""
    try:
        if not isinstance(node.message, dict):
            raise TypeError("a message is no object")
        return _read(node, node.message, branch, files)
    except _BROKEN:
        block = unknown("message", node.message)
        return Message(node.id, "system", (block,), node.parent, branch.time), branch


def _read(node: Node, raw: Object, branch: Branch, files: Files) -> tuple[Message, Branch]:
    role, author = _author(raw)
    blocks, branch = _blocks(node, raw, role, author, branch, files)
    status = _status(raw, role)
    message = Message(
        id=node.id,
        role=role,
        blocks=tuple(blocks),
        parent=node.parent,
        created=branch.time,
        model=_model(raw) if role == "assistant" else "",
        author=author,
        status=status,
        hidden=_hidden(raw, role) or not (blocks or status),
    )
    return message, branch


def _blocks(
    node: Node, raw: Object, role: Role, author: str, branch: Branch, files: Files
) -> tuple[list[Block], Branch]:
    """All that a message says: its content, then what stands in its metadata only."""
    metadata = object_of(raw.get("metadata"))
    listed, numbered = search_results(metadata)
    branch = branch._replace(
        time=parse_time(raw.get("create_time")) or branch.time,
        results=joined(numbered, branch.results),
        call="" if role == "user" else branch.call,
        prompt="" if role == "user" else branch.prompt,
    )
    references = References.of(metadata, branch.results, old_marks=role == "assistant")
    around = Around(files, references, metadata, role == "tool", role == "user", branch.prompt)
    if _calls(raw, role):
        blocks, branch = _call(node, raw, around, branch)
    else:
        blocks = _said(raw, role, around)
    blocks, branch = _numbered(blocks, branch)
    blocks = [clean for block in blocks for clean in without_marks(block, references)]
    blocks = _with_attachments(blocks, around, role)
    if listed:
        blocks.append(SourceListBlock(listed, "Search results"))
    blocks += [unknown("work_activity", item) for item in _activities(metadata)]
    if role == "tool":
        blocks, branch = _result(blocks, raw, author, branch)
    return _with_research(blocks, metadata, branch)


def _said(raw: Object, role: Role, around: Around) -> list[Block]:
    blocks = content_blocks(raw.get("content"), around)
    if not blocks and around.metadata.get("is_user_system_message") is True:
        return content_blocks({"content_type": _INSTRUCTIONS}, around)
    if role == "assistant" and raw.get("channel") == "analysis":
        return [thought for block in blocks for thought in _as_reasoning(block)]
    return blocks


def _as_reasoning(block: Block) -> list[Block]:
    return [ReasoningBlock(block.text), *listed_sources(block.citations)] if isinstance(block, TextBlock) else [block]


# --- who, and how it ended ------------------------------------------------------------------------------------


def _author(raw: Object) -> tuple[Role, str]:
    author, content = object_of(raw.get("author")), object_of(raw.get("content"))
    name, role = one_line(author.get("name") or ""), text_of(author.get("role"))
    kind = content.get("content_type")
    if kind == _INSTRUCTIONS or object_of(raw.get("metadata")).get("is_user_system_message") is True:
        return "system", "Custom instructions"
    if kind == _MEMORY:
        return "system", "Memory"
    if role in _ROLES:
        return _ROLES[role], name
    # Voice messages say which way they went.
    for part in objects_of(content.get("parts")):
        if part.get("direction") in ("in", "out"):
            return ("user" if part["direction"] == "in" else "assistant"), name
    return "assistant", name or one_line(role)


def _hidden(raw: Object, role: Role) -> bool:
    metadata = object_of(raw.get("metadata"))
    weight = raw.get("weight")
    return (
        role == "system"
        # The tool's "Successfully updated": the document itself stands just above.
        or (role == "tool" and bool(object_of(metadata.get("canvas"))))
        or metadata.get("is_visually_hidden_from_conversation") is True
        or (isinstance(weight, int | float) and weight == 0)
    )


def _model(raw: Object) -> str:
    metadata = object_of(raw.get("metadata"))
    return one_line(metadata.get("model_slug")) or one_line(metadata.get("resolved_model_slug"))


def _status(raw: Object, role: Role) -> str:
    metadata = object_of(raw.get("metadata"))
    status = text_of(raw.get("status"))
    finish = object_of(metadata.get("finish_details")).get("type")
    if status == "error" or metadata.get("is_error") is True:
        return "failed"
    if status == "finished_partial_completion" or finish in ("interrupted", "max_tokens"):
        return "stopped"
    if status == "in_progress":
        # Calls and tools often keep this word for good; an answer keeps it when it was cut off.
        return "stopped" if role == "assistant" and not _calls(raw, role) else ""
    return "" if status == "finished_successfully" else one_line(status)


# --- tools ----------------------------------------------------------------------------------------------------


def _recipient(raw: Object) -> str:
    return text_of(raw.get("recipient")) or "all"


def _calls(raw: Object, role: Role) -> bool:
    kind = object_of(raw.get("content")).get("content_type", "text")
    return role == "assistant" and _recipient(raw) != "all" and kind in ("text", "code", "multimodal_text")


def _call(node: Node, raw: Object, around: Around, branch: Branch) -> tuple[list[Block], Branch]:
    """A call of a tool; one that makes or changes a canvas document becomes that document."""
    name, content = one_line(_recipient(raw)), object_of(raw.get("content"))
    others = [part for part in list_of(content.get("parts")) if not isinstance(part, str)]
    rest = content_blocks({"content_type": "multimodal_text", "parts": others}, around) if others else []
    text = words_of(raw.get("content"))
    arguments = arguments_of(text)
    language, title = _language(name, arguments, content), _title(text, arguments, around.metadata)
    call = ToolCallBlock(name, text, language, title, node.id)
    branch = branch._replace(call=node.id, prompt=text_of((arguments or {}).get("prompt")) or branch.prompt)
    document, complete = _canvas(node, name, arguments or {}, branch)
    if document is None:
        return [call, *rest], branch
    branch = _kept(branch, document)
    if not complete:
        return [document, call, *rest], branch
    # The tool's reply to it says no more than that it succeeded, and has no call to belong to.
    return [document, *rest], branch._replace(call="")


def _language(name: str, arguments: Object | None, content: Object) -> str:
    if name == "python":
        return "python"
    return "json" if arguments is not None else language_of(content)


def _canvas(node: Node, name: str, arguments: Object, branch: Branch) -> tuple[DocumentBlock | None, bool]:
    """The document that a call makes or changes, and whether it could be worked out wholly."""
    if name == "canmore.create_textdoc":
        return created(arguments, node.canvas, content_id("canvas", node.id)), True
    if name == "canmore.update_textdoc":
        known = branch.documents.get(text_of(node.canvas.get("textdoc_id")) or branch.document)
        if known is not None and arguments:
            return updated(arguments, node.canvas, known, branch.allowance) or (None, False)
    return None, False


def _title(text: str, arguments: Object | None, metadata: Object) -> str:
    """In words what a call searched the web for, where that can be told."""
    listed = [*objects_of(metadata.get("search_queries")), *objects_of((arguments or {}).get("search_query"))]
    queries = [one_line(query.get("q")) for query in listed] or [one_line(text) for text in _SEARCH.findall(text)]
    words = ", ".join(dict.fromkeys(f"“{query}”" for query in queries if query))
    return f"Searched the web for {words}" if words else ""


def _kept(branch: Branch, document: DocumentBlock) -> Branch:
    known = branch.documents if branch.allowance.may_copy(len(branch.documents)) else {}
    return branch._replace(documents={**known, document.id: document}, document=document.id)


def _numbered(blocks: list[Block], branch: Branch) -> tuple[list[Block], Branch]:
    """Writing blocks with the same id as one before them are its next versions."""
    result: list[Block] = []
    for block in blocks:
        known = branch.documents.get(block.id) if isinstance(block, DocumentBlock) else None
        if isinstance(block, DocumentBlock) and known != block:
            if known is not None and block.version <= known.version:
                block = msgspec.structs.replace(block, version=known.version + 1)
            branch = _kept(branch, block)
        result.append(block)
    return result, branch


def _result(blocks: list[Block], raw: Object, name: str, branch: Branch) -> tuple[list[Block], Branch]:
    """A tool's answer. Pictures that it made stand beside it, in the open, as ChatGPT shows them."""
    content = object_of(raw.get("content")).get("content_type")
    open_ = () if content == "computer_output" else (ImageBlock, FileBlock)
    beside: list[Block] = [block for block in blocks if isinstance(block, open_)]
    inside = tuple(block for block in blocks if not isinstance(block, open_))
    went_wrong = failed(object_of(raw.get("metadata"))) or content == "system_error" or raw.get("status") == "error"
    if not inside and beside and not went_wrong and not branch.call:
        return beside, branch
    result = ToolResultBlock(name, inside, branch.call, failed=went_wrong)
    return [result, *beside], branch._replace(call="")


# --- what stands in the metadata ------------------------------------------------------------------------------


def _with_attachments(blocks: list[Block], around: Around, role: Role) -> list[Block]:
    """The blocks with the attachments that none of them shows: before a person's words, behind others."""
    files = around.files.attached(around.metadata)
    files += around.files.linked(block.text for block in blocks if isinstance(block, TextBlock))
    if not files:
        return blocks
    shown = {block.attachment.id for block in blocks if isinstance(block, ImageBlock | AudioBlock | FileBlock)}
    attached: list[Block] = [
        ImageBlock(file) if file.media_type.startswith("image/") else FileBlock(file)
        for file in files
        if file.id not in shown
    ]
    return [*attached, *blocks] if role == "user" else [*blocks, *attached]


def _activities(metadata: Object) -> list[Object]:
    if "work_activity" not in metadata:
        return []
    groups = list_of(object_of(metadata["work_activity"]).get("groups"))
    return [item for group in groups for item in objects_of(object_of(group).get("items"))]


def _with_research(blocks: list[Block], metadata: Object, branch: Branch) -> tuple[list[Block], Branch]:
    """The blocks with the report of deep research, unless an earlier message of the branch shows the same."""
    report = research(metadata)
    if report is None:
        # The message that starts the research of 2025 has no content but this.
        title = one_line(metadata.get("async_task_title")) or text_of(metadata.get("async_task_prompt"))
        return ([NoticeBlock(f"Deep research: {title}")] if title and not blocks else blocks), branch
    if report.id and report.id in branch.reports:
        return blocks, branch
    plan: list[Block] = [ReasoningBlock(report.plan, report.title, report.seconds)] if report.plan else []
    known = branch.reports if branch.allowance.may_copy(len(branch.reports)) else frozenset[str]()
    reports = known | {report.id} if report.id else branch.reports
    return [*blocks, *plan, *report.blocks], branch._replace(reports=reports)
