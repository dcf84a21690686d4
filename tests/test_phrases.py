"""Readers' phrases in the language of a page: all of them, only them, and never in the archive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from makers import conversation, dialogue, message

from sitegen import phrases
from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.language import ENGLISH, load_language
from sitegen.model import (
    Attachment,
    Block,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    QuoteBlock,
    Revision,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
)
from sitegen.phrases import in_language
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings

ROOT = Path(__file__).parent.parent
READERS = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "sitegen" / "readers").rglob("*.py")))
GERMAN = load_language("de")
KNOWN = [
    text
    for value in (getattr(phrases, name) for name in dir(phrases) if re.fullmatch("[A-Z]+", name))
    for text in ((value,) if isinstance(value, str) else value)
]


def leaves(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from leaves(inner)
        case list() | tuple():
            for inner in value:
                yield from leaves(inner)


@pytest.fixture(scope="module")
def archived(example_site: Path) -> frozenset[str]:
    """Every text that readers make of the example exports and of their own cases."""
    texts: set[str] = set()
    for file in (ROOT / "tests" / "data" / "readers").rglob("expected.json"):
        texts.update(leaves(json.loads(file.read_text("utf-8"))))
    with Archive(example_site.parent / "archive") as archive:
        for row in archive.conversations():
            texts.update(leaves(msgspec.to_builtins(archive.conversation(row.key))))
    return frozenset(texts)


def german(*blocks: Block, role: str = "assistant", kind: str = "chat", author: str = "") -> tuple[Block, ...]:
    given = conversation("t", message("1", role, blocks=blocks, author=author), kind=kind)  # type: ignore[arg-type]
    return in_language(given, GERMAN).messages[0].blocks


@pytest.mark.parametrize("phrase", KNOWN)
def test_phrases__are_what_readers_write(phrase: str) -> None:
    # Readers put the pieces of some together.
    for piece in re.split(r"\{\w+\}|, | by |: |“|”", phrase):
        assert piece.strip(" :.") in READERS


def test_phrases__each_kind_of_block() -> None:
    assert german(NoticeBlock("Exit code 101")) == (NoticeBlock("Rückgabewert 101"),)
    assert german(NoticeBlock("Comment 1.2 by the owner, resolved: So, resolved: {x}")) == (
        NoticeBlock("Kommentar 1.2 der Eigentümerin oder des Eigentümers, erledigt: So, resolved: {x}"),
    )
    assert german(ToolCallBlock("web.run", title="Searched the web for “a”")) == (
        ToolCallBlock("web.run", title="Websuche nach „a“"),
    )
    assert german(ToolCallBlock("web.run", title="Searched the web for “a”, “b”")) == (
        ToolCallBlock("web.run", title="Websuche nach “a”, “b”"),
    )
    assert german(ToolResultBlock("t", (SourceListBlock((), "Posts on X"), NoticeBlock("Error")))) == (
        ToolResultBlock("t", (SourceListBlock((), "Beiträge auf X"), NoticeBlock("Fehler"))),
    )
    assert german(QuoteBlock("q", Source(title="From an earlier answer"))) == (
        QuoteBlock("q", Source(title="Aus einer früheren Antwort")),
    )
    assert german(FileBlock(Attachment("1", "Pasted text"), "x")) == (
        FileBlock(Attachment("1", "Eingefügter Text"), "x"),
    )
    assert german(ImageBlock(Attachment("1", "picture")), kind="media") == (ImageBlock(Attachment("1", "Bild")),)
    assert german(DocumentBlock("d", "x", "Project 0123", project="0123-4")) == (
        DocumentBlock("d", "x", "Projekt 0123", project="0123-4"),
    )


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("1 edit", "1 Änderung"),
        ("3 edits, not applied: a.*; b", "3 Änderungen, nicht angewendet: a.*; b"),
        ("2 earlier changes could not be applied", "2 frühere Änderungen ließen sich nicht anwenden"),
        (
            "Widen it (1 earlier change could not be applied)",
            "Widen it (1 frühere Änderung ließ sich nicht anwenden)",
        ),
        (
            "First try; the version that is published; its text is not in the export",
            "First try; die veröffentlichte Fassung; sein Text ist nicht im Export enthalten",
        ),
        ("9" * 5000 + " edits", "9" * 5000 + " edits"),
    ],
)
def test_phrases__notes_on_documents(note: str, told: str) -> None:
    assert german(DocumentBlock("d", "x", note=note)) == (DocumentBlock("d", "x", note=told),)


def test_phrases__headings_and_author_of_instructions() -> None:
    text = "**About the person**\n\nI said: **How to answer**\n\n**How to answer**\n\nBriefly."
    told = "**Über die Person**\n\nI said: **How to answer**\n\n**Wie geantwortet werden soll**\n\nBriefly."
    state = conversation("t", message("1", "system", text, author="Custom instructions", hidden=True))
    spoken = in_language(state, GERMAN).messages[0]
    assert (spoken.author, spoken.blocks) == ("Eigene Anweisungen", (TextBlock(told),))
    assert german(TextBlock("Conversation starters:\n\n- Who?"), role="system") == (
        TextBlock("Gesprächsanfänge:\n\n- Who?"),
    )


def test_phrases__titles_of_what_is_no_chat_and_earlier_texts() -> None:
    block = NoticeBlock("Exit code 1")
    state = conversation(
        "Claude’s memory", message("1", "assistant", blocks=(), revisions=(Revision((block,)),)), kind="memory"
    )
    spoken = in_language(state, GERMAN)
    assert spoken.title == "Claudes Erinnerung"
    assert spoken.messages[0].revisions == (Revision((NoticeBlock("Rückgabewert 1"),)),)


def test_phrases__what_others_wrote_stays() -> None:
    said = (
        TextBlock("Error"),
        TextBlock("**About the person**\n\nx"),
        NoticeBlock("Exit code none"),
        NoticeBlock("It said: Exit code 1"),
        ToolCallBlock("Error", "Sources", title="Sources"),
        SourceListBlock((Source("https://a.example", "Sources"),), "Error"),
        QuoteBlock("Error", Source("https://a.example", "From an earlier answer")),
        FileBlock(Attachment("1", "film")),
        DocumentBlock("d", "Error", "Project 1", note="2 edits of mine"),
    )
    assert german(*said) == said
    state = conversation("Claude’s memory", *dialogue("Memory", "Error"))
    assert in_language(state, GERMAN) is state


@pytest.mark.parametrize("phrase", [phrase for phrase in KNOWN if "{" in phrase and "owner: " not in phrase])
def test_phrases__those_with_values_are_found_in_what_readers_make(phrase: str, archived: frozenset[str]) -> None:
    assert any(phrases._said(text, (phrase,), GERMAN) != text for text in archived)


def test_phrases__in_english_everything_stays(example_site: Path) -> None:
    with Archive(example_site.parent / "archive") as archive:
        for row in archive.conversations():
            state = archive.conversation(row.key)
            assert in_language(state, ENGLISH) is state


def test_phrases__pages_say_them_in_their_language() -> None:
    state = conversation("t", message("1", "assistant", blocks=(NoticeBlock("Exit code 2"),)))
    page = render_conversation(state, {}, Settings(Config(language="de"), "UTC", {}, {})).page
    assert page.turns[0].message.blocks[0].caption == "Rückgabewert 2"
