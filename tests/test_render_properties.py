"""Whatever a conversation holds: its page is made, every message stands on it once, and no word is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from string import ascii_letters

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import conversation

from sitegen.config import Config
from sitegen.model import (
    Attachment,
    AudioBlock,
    Citation,
    CodeBlock,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    QuoteBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
    decode,
    encode,
)
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, SourceLabels, message_anchor
from sitegen.search import analyse
from sitegen.theme import load_theme
from sitegen.tree import ordered, resolve_leaf
from sitegen.wording import every_block, said, steps

SETTINGS = Settings(Config(), "Europe/Berlin", {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}, {})
THEME = load_theme("default")

WORD = re.compile(r"[A-Za-z]{4,}")
WORDS = st.text(ascii_letters, min_size=4, max_size=9)
#: Words between pieces that mean something to Markdown, HTML, templates or the search.
TEXTS = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            ["\n\n", "\n- ", " `", "```py\n", "<b ", "{{", "$$", "**", "[", "](", "|", "\n# ", "&lt;", "\0", "\u202e"]
        ),
    ),
    max_size=12,
).map(" ".join)
SOURCES = st.builds(Source, url=st.one_of(st.just("https://example.org/"), TEXTS), title=TEXTS, snippet=TEXTS)
ATTACHMENTS = st.builds(Attachment, id=WORDS, name=TEXTS)
CITED = st.builds(
    TextBlock,
    text=TEXTS,
    citations=st.lists(
        st.builds(Citation, st.sampled_from([0, 9_999]), st.lists(SOURCES, max_size=2).map(tuple)), max_size=3
    ).map(tuple),
    plain=st.booleans(),
)
SIMPLE = st.one_of(
    CITED,
    st.builds(CodeBlock, text=TEXTS, language=st.sampled_from(["", "python", "no such"]), name=TEXTS),
    st.builds(ReasoningBlock, text=TEXTS, title=TEXTS, seconds=st.one_of(st.none(), st.floats(0, 1e6))),
    st.builds(ImageBlock, ATTACHMENTS, caption=TEXTS, prompt=TEXTS),
    st.builds(AudioBlock, ATTACHMENTS, transcript=TEXTS),
    st.builds(FileBlock, ATTACHMENTS, text=TEXTS),
    st.builds(DocumentBlock, id=st.sampled_from("ab"), text=TEXTS, title=TEXTS, version=st.integers(1, 3), note=TEXTS),
    st.builds(QuoteBlock, text=TEXTS, source=SOURCES),
    st.builds(SourceListBlock, sources=st.lists(SOURCES, max_size=3).map(tuple), title=TEXTS),
    st.builds(NoticeBlock, text=TEXTS, level=st.sampled_from(["info", "warning", "error"])),
    st.builds(UnknownBlock, type=TEXTS, json=TEXTS),
    st.builds(ToolCallBlock, name=WORDS, arguments=TEXTS, title=TEXTS, call=st.sampled_from(["", "c1"])),
)
BLOCKS = st.one_of(
    SIMPLE,
    st.builds(
        ToolResultBlock,
        name=WORDS,
        blocks=st.lists(SIMPLE.filter(lambda block: not isinstance(block, ToolCallBlock)), max_size=2).map(tuple),
        call=st.sampled_from(["", "c1"]),
        failed=st.booleans(),
    ),
)
MESSAGES = st.builds(
    Message,
    id=st.integers(0, 9).map(str),
    parent=st.one_of(st.none(), st.integers(0, 9).map(str)),
    role=st.sampled_from(["user", "assistant", "system", "tool"]),
    blocks=st.lists(BLOCKS, max_size=3).map(tuple),
    hidden=st.booleans(),
    status=st.sampled_from(["", "stopped", "odd <i>"]),
)


def beside(message: Message) -> Iterator[str]:
    """What stands beside the words of a message: names, notes and sources."""
    for block in every_block(message.blocks):
        match block:
            case TextBlock():
                for source in (source for citation in block.citations for source in citation.sources):
                    yield from (source.title, source.snippet)
            case ToolCallBlock() | ToolResultBlock() | CodeBlock():
                yield block.name
            case ImageBlock() | AudioBlock() | FileBlock():
                yield block.attachment.name
            case QuoteBlock():
                yield from (block.source.title, block.source.snippet)
            case DocumentBlock():
                yield block.note
            case UnknownBlock():
                yield block.type


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(MESSAGES, min_size=1, max_size=6), TEXTS)
def test_page__holds_every_message_once_and_every_word(messages, title):
    tree = ordered(messages)
    state = conversation(title, *tree, active_leaf=resolve_leaf(tree, None))
    assert decode(encode(state)) == state

    rendering = render_conversation(state, {}, SETTINGS)
    analyse(rendering.search, ("en",))
    html = THEME.render("conversation.html", SETTINGS.site(rendering.entry.path), rendering.page)

    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    # Highlighting may cut a word into pieces, and attributes (alt, title) hold words too.
    whole = re.sub(r"<[^>]*>", " ", re.sub(r"</?span[^>]*>", "", html))
    visible = {word for text in (whole, html) for word in WORD.findall(unescape(text))}
    for message in tree:
        words = set(WORD.findall(" ".join((said(message), steps(message), *beside(message)))))
        assert words <= visible
    anchors = {document.anchor for document in rendering.search.documents if document.anchor}
    assert anchors <= set(ids)
    assert anchors <= {message_anchor(message.id) for message in tree}
