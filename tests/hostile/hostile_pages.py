"""Hostile texts said in every place of the model, and in the example exports: as single pages, and as one site.

The site is made once for all tests of a run, whichever process they run in.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import cases_attachments
import cases_markdown
import cases_metadata
import cases_search
from conftest import ROOT
from filelock import FileLock
from hostile_cases import Case
from makers import START, message
from pytest import TempPathFactory

from sitegen import making
from sitegen.archive.attachments import StoredFile
from sitegen.archive.importing import import_export
from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import Config, load_config
from sitegen.model import (
    Attachment,
    AudioBlock,
    Block,
    Citation,
    CodeBlock,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    Project,
    QuoteBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.readers import find_exports
from sitegen.render.conversation import page_in, placing_for, render_conversation
from sitegen.render.settings import Settings, SourceLabels, conversation_path
from sitegen.theme import Theme, load_theme

SOURCE = "chatgpt"
SETTINGS = Settings(Config(), "Europe/Berlin", {SOURCE: SourceLabels("ChatGPT", "ChatGPT")}, {})

#: Every text that is said in all places: by the name of its case.
TEXTS: dict[str, str] = {
    case.name: str(case.payload)
    for case in (*cases_markdown.CASES, *cases_metadata.CASES, *cases_search.CASES)
    if not (case.kind == "search" and str(case.payload).startswith(("?", "#")))
}
NAMES = tuple(TEXTS)


def sayable(name: str) -> str:
    """The text of a case. Readers let no lone surrogates through, and neither does this."""
    return TEXTS[name].encode("utf-8", "replace").decode()


# --- conversations ---------------------------------------------------------------------------------------------------


def blocks_saying(text: str, number: int) -> tuple[Block, ...]:
    """A block of every kind with `text` in every field of it."""
    source = Source(text, text, text, text)
    file = Attachment(f"{number}{text}", text, text, 5, 7, 9, text)
    cited = TextBlock(text, tuple(Citation(place, (source,)) for place in (0, len(text) // 2, len(text))))
    return (
        cited,
        TextBlock(text, cited.citations, plain=True),
        CodeBlock(text, text, text),
        CodeBlock(text, "html", text),
        ReasoningBlock(text, text, 1.5),
        ToolCallBlock(text, text, "json", "", text),
        ToolResultBlock(text, (TextBlock(text), SourceListBlock((source,), text), ImageBlock(file, text)), text, True),
        ToolCallBlock("web search", json.dumps({"query": text}), "json"),
        ToolCallBlock(text, text, text, text),
        ImageBlock(file, text, text),
        AudioBlock(file, text),
        FileBlock(file),
        FileBlock(file, text),
        DocumentBlock(text, text, text, text, text, 1, text),
        DocumentBlock(text, text, text, "text/html"),
        QuoteBlock(text, source),
        SourceListBlock((source, source), text),
        NoticeBlock(text, "warning"),
        UnknownBlock(text, json.dumps({text: text})),
    )


def everywhere(text: str, number: int) -> Conversation:
    """A conversation that says `text` in every place that the model has."""
    messages: tuple[Message, ...] = (
        message("system", "system", text, hidden=True, author=text),
        message(f"ask {text}", "user", f"{text}\n\nneedle{number}", "system", 1, author=text, model=text),
        message(
            "answer", "assistant", parent=f"ask {text}", minutes=2, blocks=blocks_saying(text, number), model=text,
            status=text,
        ),
        message("other", "assistant", text, f"ask {text}", 3, author=text, model=text, status="stopped"),
        message("tool", "tool", text, "answer", 4, author=text),
    )  # fmt: skip
    return Conversation(
        source=SOURCE,
        id=f"{number}{text}",
        title=text,
        created=START,
        updated=START,
        messages=messages,
        active_leaf="tool",
        model=text,
        project=Project(text, text),
        flags=(text,),
        summary=text,
        url=text,
    )


def said_everywhere(name: str) -> Conversation:
    """The conversation of a case."""
    return everywhere(sayable(name), NAMES.index(name))


def _chat(identity: str, title: str, messages: Sequence[Message]) -> Conversation:
    return Conversation(
        source=SOURCE,
        id=identity,
        title=title,
        created=START,
        updated=START,
        messages=tuple(messages),
        active_leaf=messages[-1].id,
    )


#: The conversations that share all texts: one for each kind of place, so that a browser need not open them one by one.
TOGETHER = ("words", "steps", "files", "sources")
_PLACE_OF_KIND: dict[type[Block], str] = {
    **dict.fromkeys((TextBlock, QuoteBlock, NoticeBlock, ReasoningBlock, DocumentBlock), "words"),
    **dict.fromkeys((CodeBlock, ToolCallBlock, ToolResultBlock, UnknownBlock), "steps"),
    **dict.fromkeys((ImageBlock, AudioBlock, FileBlock), "files"),
    SourceListBlock: "sources",
}


def said_together(place: str) -> Conversation:
    """All texts in one conversation, a message of each, in the blocks of one kind of place."""
    messages: list[Message] = []
    for number, name in enumerate(NAMES):
        text = sayable(name)
        blocks = tuple(block for block in blocks_saying(text, number) if _PLACE_OF_KIND[type(block)] == place)
        parent = messages[-1].id if messages else None
        messages.append(message(f"ask{number}", "user", text, parent, 2 * number, model=text))
        messages.append(
            message(f"answer{number}", "assistant", "", f"ask{number}", 2 * number + 1, blocks, model=text, status=text)
        )
    return _chat(place, f"All together: {place}", messages)


def said_once(case: Case) -> Conversation:
    """A large text as an answer."""
    messages = (message("ask", "user", case.name), message("answer", "assistant", str(case.payload), "ask", 1))
    return _chat(case.name, case.name, messages)


def files_shown(cases: Sequence[Case] = cases_attachments.CASES) -> tuple[Conversation, dict[str, bytes]]:
    """A conversation that shows hostile files and links to them by their names, and their bytes by their ids."""
    messages: list[Message] = []
    contents: dict[str, bytes] = {}
    for number, case in enumerate(cases):
        file = case.payload
        assert isinstance(file, cases_attachments.File)
        attachment = Attachment(f"file{number}", file.name, file.media_type, len(file.content))
        contents[attachment.id] = file.content
        link = f"[{case.name}](<sandbox:/mnt/{file.name}>) ![{case.name}](<{file.name}>)".replace("\0", "")
        blocks = (TextBlock(link), FileBlock(attachment), ImageBlock(attachment, case.name), AudioBlock(attachment))
        parent = messages[-1].id if messages else None
        messages.append(message(case.name, "assistant", "", parent, number, blocks))
    return _chat("files", "Files", messages), contents


# --- one page --------------------------------------------------------------------------------------------------------


@cache
def theme() -> Theme:
    """The theme of single pages."""
    return load_theme("default")


def page_of(conversation: Conversation, files: dict[str, StoredFile] | None = None) -> tuple[str, str]:
    """The path and the HTML of a conversation's page as it is written, made without an archive."""
    rendering = render_conversation(conversation, files or {}, SETTINGS)
    path = rendering.entry.path
    page = page_in(placing_for(conversation, rendering.entry, SETTINGS), rendering.page, path, SETTINGS.language)
    html = theme().render("conversation.html", SETTINGS.site(path), page)
    return path, making.encoded(html).decode("utf-8")


# --- the site --------------------------------------------------------------------------------------------------------

#: Keys whose values tell a reader what it reads; everything else that is text is exchanged.
KEPT = re.compile(
    r"(?:^|_)(?:id|ids|type|role|uuid|parent|children|time|at|date|node|status)$|Id$|At$|^(?:sender|value|name)$"
    r"|originalName|tag_order|numberLong|asset_pointer|parent_message_uuid|parent_response_id"
)


def hostile(value: Any, next_text: Callable[[], str], key: str = "") -> Any:
    """A provider's JSON with its texts exchanged; one in two longer texts keeps its words, with the next one after."""
    if isinstance(value, dict):
        return {name: hostile(member, next_text, name) for name, member in value.items()}
    if isinstance(value, list):
        return [hostile(member, next_text, key) for member in value]
    if not isinstance(value, str) or (KEPT.search(key) and " " not in value):
        return value
    text = next_text()
    return f"{value}\n\n{text}" if len(value) > 40 and len(text) % 2 else text


def write_hostile_exports(folder: Path) -> None:
    """The example exports with every text exchanged for one of the cases, in turn."""
    shutil.copytree(ROOT / "example_export", folder, ignore=shutil.ignore_patterns("*.toml"))
    numbers = count()

    def next_text() -> str:
        return TEXTS[NAMES[next(numbers) % len(NAMES)]]

    for path in sorted(folder.rglob("*.js*")):
        if re.search(r"user|account|manifest|settings|auth|billing", path.name):
            continue
        text = path.read_text("utf-8")
        start = re.search(r"(?:^|= )(?=[\[{])", text)
        assert start is not None
        value = hostile(json.loads(text[start.end() :]), next_text)
        path.write_text(text[: start.end()] + json.dumps(value), "utf-8")


def build_of(
    conversations: Iterable[Conversation],
    folder: Path,
    exports: Path | None = None,
    contents: Mapping[str, bytes] | None = None,
) -> Path:
    """The site of some conversations and, perhaps, exports, made in `folder`. `contents` are the files that
    `files_shown` shows, by their ids."""
    with Archive(folder / "archive", "Europe/Berlin") as archive:
        with archive.transaction():
            for conversation in conversations:
                archive.put(conversation)
            for identity, content in (contents or {}).items():
                archive.attach(files_shown()[0].key, identity, START, archive.attachments.add(io.BytesIO(content)))
            archive.attachments.make_durable()
        for export, recognised in find_exports(exports) if exports else ():
            summary = import_export(archive, export, recognised)
            assert summary.problems == []
        build_site(archive, folder / "site", load_config(None), jobs=1)
    return folder / "site"


def _all_conversations() -> Iterator[Conversation]:
    yield from map(said_everywhere, NAMES)
    yield from map(said_together, TOGETHER)
    yield files_shown()[0]


POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def without_policy(site: Path, target: Path) -> None:
    """Copies a site without the security policy of its pages."""
    shutil.copytree(site, target, copy_function=os.link)
    for path in target.rglob("*.html"):
        text, number = POLICY.subn("", path.read_text("utf-8"))
        assert number == 1, path
        path.unlink()
        path.write_text(text, "utf-8")


def hostile_sites(factory: TempPathFactory) -> tuple[Path, Path]:
    """The site of all cases and of the hostile exports, and the same without a security policy in its pages."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "hostile"
    with FileLock(shared / "hostile.lock"):
        if not (folder / "is-whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            write_hostile_exports(folder / "exports")
            site = build_of(_all_conversations(), folder, folder / "exports", files_shown()[1])
            without_policy(site, folder / "unprotected")
            (folder / "is-whole").touch()
    return folder / "site", folder / "unprotected"


def path_of(conversation: Conversation) -> str:
    """Where a conversation's page is in the site."""
    return conversation_path(conversation)
