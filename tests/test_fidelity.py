"""The example archive against its pages: each message stands on its page once, in the order of its branch, under its
author, with its time and its model. That no word is lost is in test_render_properties."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sitegen.archive.store import Archive
from sitegen.language import ENGLISH
from sitegen.model import Conversation, Message, ReasoningBlock, ToolResultBlock
from sitegen.readers import installed
from sitegen.render.settings import conversation_path, message_anchor
from sitegen.tree import branches

ZONE = ZoneInfo("Europe/Berlin")
EMPTY = {"br", "hr", "img", "input", "link", "meta", "path", "circle", "rect"}


class Article:
    """What a page tells of one message."""

    def __init__(self, classes: str) -> None:
        self.classes = classes.split()
        self.speaker = self.model = self.time = ""


class Articles(HTMLParser):
    """The messages of a page by their anchors, in its order."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: dict[str, Article] = {}
        self._open: list[tuple[str, str]] = []
        self._current: list[Article] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "")
        if tag == "article":
            assert given["id"] not in self.found
            self._current.append(self.found.setdefault(given["id"], Article(classes)))
        elif classes in ("message-time", "permalink") and "title" in given:
            self._current[-1].time = given["title"]
        if tag not in EMPTY:
            self._open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "article":
            self._current.pop()

    def handle_data(self, data: str) -> None:
        if not self._current:
            return
        article, (_, classes) = self._current[-1], self._open[-1]
        if classes.startswith("speaker"):
            article.speaker += data
        elif classes == "message-model":
            article.model += data


@pytest.fixture(scope="module")
def pages(example_site: Path) -> list[tuple[Conversation, dict[str, Article]]]:
    with Archive(example_site.parent / "archive") as archive:
        states = [archive.conversation(row.key) for row in archive.conversations()]
    return [(state, Articles(example_site / conversation_path(state)).found) for state in states]


def on_pages(pages: list[tuple[Conversation, dict[str, Article]]]) -> Iterator[tuple[Message, Article]]:
    for state, articles in pages:
        for message in state.messages:
            if (anchor := message_anchor(message.id)) in articles:
                yield message, articles[anchor]


def test_messages__are_all_there_but_those_that_show_within_another(pages):
    for state, articles in pages:
        for message in state.messages:
            if message_anchor(message.id) not in articles:
                # A tool's answer stands in its call, a duration in the reasoning that it is of.
                assert all(isinstance(block, ToolResultBlock | ReasoningBlock) for block in message.blocks)
        assert set(articles) <= {message_anchor(message.id) for message in state.messages}


def test_messages__stand_in_the_order_of_their_branches(pages):
    for state, articles in pages:
        place = {anchor: number for number, anchor in enumerate(articles)}
        for run in branches(state):
            places = [place[anchor] for m in run.messages if (anchor := message_anchor(m.id)) in place]
            assert places == sorted(places)


def test_messages__tell_their_author_and_their_time(pages):
    assistants = {reader.assistant for reader in installed().values()}
    speakers = {"system": {"System", "Instructions"}, "tool": {"Tool"}, "assistant": assistants}
    for message, article in on_pages(pages):
        names = {message.author} if message.author else speakers.get(message.role, set())
        assert article.speaker in ({"You"} if message.role == "user" else names)
        assert f"message-{message.role}" in article.classes
        date = ENGLISH.date_view(message.created, ZONE)
        assert article.time == (date.label if date else "")


def test_messages__tell_their_model_unless_they_go_on(pages):
    said = 0
    for message, article in on_pages(pages):
        if message.role == "assistant" and "continues" not in article.classes:
            assert article.model == message.model
            said += bool(message.model)
    assert said > 20
