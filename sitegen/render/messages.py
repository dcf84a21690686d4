"""The messages of a conversation as its page shows them, branch by branch, and their words for the search. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from sitegen.language import Language
from sitegen.model import Conversation, DocumentBlock, Message, Revision, TextBlock, ToolResultBlock
from sitegen.pages import BlockView, BranchView, MessageView
from sitegen.render.blocks import BlockRenderer, Surroundings, Words
from sitegen.render.branches import Forks, branch_view
from sitegen.render.documents import documents_before
from sitegen.render.reasoning import with_durations
from sitegen.render.settings import Settings, message_anchor
from sitegen.render.tools import paired_results
from sitegen.search import SearchDocument
from sitegen.tree import Branch

#: The id of a person's own note on its page.
NOTE_ANCHOR = "note"
#: The id of what the provider says of the whole conversation.
SUMMARY_ANCHOR = "summary"
#: After this much time an answer that goes on is headed again.
_PAUSE = timedelta(minutes=10)


def speaker_of(message: Message, conversation: Conversation, settings: Settings) -> str:
    """The name that a message stands under."""
    language = settings.language
    match message.role:
        case "user":
            return settings.author
        case "assistant":
            return message.author or settings.assistant(conversation.source)
        case "tool":
            return message.author or language.say("Tool")
        case "system":
            is_project = conversation.kind == "project"
            return message.author or (language.say("Instructions") if is_project else language.say("System"))


def status_of(message: Message, language: Language) -> str:
    """What became of a message, in words; "" for one that came to its end."""
    match message.status:
        case "stopped":
            return language.say("Stopped")
        case "failed":
            return language.say("Failed")
        case "in_progress":
            return language.say("Not finished")
        case status:
            return status


def hidden_title(message: Message, language: Language) -> str:
    """What a message is that the provider doesn't show: its author's words for it, where they tell."""
    if message.role != "system":
        return language.say("Hidden context")
    words = message.author.replace("_", " ")
    return words[:1].upper() + words[1:] if words else language.say("System prompt")


class Messages:
    """Renders the messages of one conversation. The active branch comes first, every other one after that it leaves.

    What is gathered on the way: `documents`, for the search; `prompts`, the anchor and the words of each on the active
    branch; `code_languages`; and `shown`, how many messages people see.
    """

    def __init__(self, conversation: Conversation, settings: Settings, around: Surroundings, forks: Forks) -> None:
        self._conversation, self._settings, self._around, self._forks = conversation, settings, around, forks
        self._language = around.language
        self._documents_before = documents_before(conversation.messages)
        #: By the messages that are shown, how many one has read up to there.
        self._read: dict[str, int] = {}
        #: The words of each message, without code and steps.
        self._prose: dict[str, str] = {}
        self.documents: list[SearchDocument] = []
        self.prompts: list[tuple[str, str]] = []
        self.code_languages: set[str] = set()
        self.shown = 0

    def run(self, messages: Sequence[Message], *, is_active: bool) -> list[tuple[str, MessageView]]:
        """The views of messages that follow each other, by message id. A tool's answer shows within its call."""
        messages = with_durations(messages, self._forks.is_alone)
        results, paired = paired_results(messages)
        newest = {b.id: b.version for m in messages for b in m.blocks if isinstance(b, DocumentBlock)}
        views: list[tuple[str, MessageView]] = []
        voice: tuple[str, str] | None = None
        previous: MessageView | None = None
        spoken: Message | None = None
        for message in messages:
            before, voice = voice, self._voice(message, voice)
            goes_on = voice == before is not None and not self._is_later(message, spoken)
            continues = goes_on or self._goes_with_files(message, previous)
            view = self._message(message, results, paired, newest, previous, continues=continues)
            if view is None and self._forks.is_alone(message):
                continue
            view = view or self._empty(message)
            views.append((message.id, view))
            if not message.hidden:
                previous, spoken = view, message
            self._read[message.id] = view.number or self._read_before(message)
            self.shown += _is_counted(message)
            if is_active and message.role == "user" and not message.hidden:
                self.prompts.append((view.anchor, self._prompt_text(message)))
        return views

    def _message(
        self,
        message: Message,
        results: Mapping[tuple[str, int], ToolResultBlock],
        paired: frozenset[tuple[str, int]],
        newest: Mapping[str, int],
        previous: MessageView | None,
        *,
        continues: bool,
    ) -> MessageView | None:
        anchor = message_anchor(message.id)
        breaks = message.role == "user" and not message.hidden
        before = self._documents_before[message.id]
        renderer = BlockRenderer(anchor, self._around, newest, before, breaks=breaks)
        blocks: list[BlockView] = []
        for place, block in enumerate(message.blocks):
            if (message.id, place) not in paired:
                blocks.extend(renderer.views(block, results.get((message.id, place))))
        for number, revision in enumerate(message.revisions, 1):
            blocks.append(self._revision(f"{anchor}r{number}", revision, renderer))
        if not blocks and not message.status:
            return None
        self._add_document(anchor, message, renderer.words)
        speaker = self._speaker(message)
        date = self._language.date_view(message.created, self._settings.zone)
        return MessageView(
            anchor=anchor,
            role=message.role,
            speaker=speaker,
            model=message.model if message.role == "assistant" else "",
            date=date,
            blocks=tuple(blocks),
            references=renderer.citations.references,
            fork=self._forks.fork(message),
            continues=continues,
            new_day=date is None or previous is None or previous.date is None or previous.date.short != date.short,
            hidden=message.hidden,
            summary=hidden_title(message, self._language),
            status=self._status(message),
            number=self._number(message),
        )

    def _number(self, message: Message) -> int:
        """The place of this message among those read up to it, on its branch; 0 for what isn't counted."""
        return 1 + self._read_before(message) if _is_counted(message) else 0

    def _read_before(self, message: Message) -> int:
        above = self._forks.shown_above(message.parent, self._read)
        return self._read[above] if above is not None else 0

    def _revision(self, anchor: str, revision: Revision, current: BlockRenderer) -> BlockView:
        """What a message said before it was edited; found by the search as a step of the message."""
        renderer = current.beside(anchor)
        views = [view for block in revision.blocks for view in renderer.views(block)]
        words = renderer.words
        current.words.steps.extend((*words.said, *words.code, *words.steps))
        exported = self._language.date_view(revision.exported, self._settings.zone)
        if exported:
            summary = self._language.say("Earlier text, as exported on {date}", date=exported.short)
        else:
            summary = self._language.say("Earlier text")
        return BlockView("revision", summary=summary, blocks=tuple(views), references=renderer.citations.references)

    def _status(self, message: Message) -> str:
        is_gone = message.absent and not message.hidden
        absent = self._language.say("No longer in your account") if is_gone else ""
        return self._language.listed((status_of(message, self._language), absent))

    def _voice(self, message: Message, current: tuple[str, str] | None) -> tuple[str, str] | None:
        """Who is answering after this message: an assistant and its model. Calls of tools and hidden context don't
        interrupt an answer; a prompt does, and so does a tool that speaks in words of its own."""
        if message.hidden:
            return current
        if message.role == "tool":
            return None if any(isinstance(block, TextBlock | DocumentBlock) for block in message.blocks) else current
        return (self._speaker(message), message.model) if message.role == "assistant" else None

    def _is_later(self, message: Message, spoken: Message | None) -> bool:
        """Whether a message tells its own time, whoever spoke before: after a pause, and on another day."""
        if spoken is None or spoken.created is None or message.created is None:
            return False
        days = {time.astimezone(self._settings.zone).date() for time in (spoken.created, message.created)}
        return len(days) > 1 or message.created - spoken.created > _PAUSE

    def _goes_with_files(self, message: Message, previous: MessageView | None) -> bool:
        """Whether this is the prompt, or another file of it, that belongs to the files in the message before: some
        providers keep what was attached to a prompt as a message of its own."""
        if self._conversation.kind != "chat" or previous is None or not previous.blocks:
            return False
        both_said_by_person = message.role == previous.role == "user" and not message.hidden
        return both_said_by_person and all(block.kind in ("file", "image") for block in previous.blocks)

    def _empty(self, message: Message) -> MessageView:
        """A place holder for a message that says nothing but stands at a fork."""
        return MessageView(
            anchor=message_anchor(message.id),
            role=message.role,
            speaker=self._speaker(message),
            model=message.model if message.role == "assistant" else "",
            date=self._language.date_view(message.created, self._settings.zone),
            blocks=(),
            fork=self._forks.fork(message),
            status=self._language.say("Empty"),
            number=self._number(message),
        )

    def _speaker(self, message: Message) -> str:
        return speaker_of(message, self._conversation, self._settings)

    def note(self, text: str) -> tuple[BlockView, ...]:
        """The person's own note, by the rules of a message; found by the search as something that they wrote."""
        if not text.strip():
            return ()
        views, words = self._beside(NOTE_ANCHOR, text)
        self.documents.append(SearchDocument(NOTE_ANCHOR, "user", prompt=_lines(words.said), code=_lines(words.code)))
        return views

    def summary(self, text: str) -> Markup:
        """What the provider says of the whole conversation, in Markdown; found by the search as a step."""
        if not text.strip():
            return Markup()
        (view,), words = self._beside(SUMMARY_ANCHOR, text)
        steps = _lines((*words.said, *words.code))
        self.documents.append(SearchDocument(SUMMARY_ANCHOR, "assistant", steps=steps))
        return view.html

    def _beside(self, anchor: str, text: str) -> tuple[tuple[BlockView, ...], Words]:
        """A text that is no message, by the rules of one."""
        renderer = BlockRenderer(anchor, replace(self._around, viewers=None), {}, {}, breaks=True)
        return tuple(renderer.views(TextBlock(text))), renderer.words

    def branch(self, branch: Branch) -> BranchView:
        """An inactive branch, folded."""
        views = [view for _, view in self.run(branch.messages, is_active=False)]
        above = self._forks.shown_above(branch.parent, self._read)
        parent = message_anchor(above) if above is not None else ""
        return branch_view(branch, views, self.first_words(branch.messages), parent, self._language)

    def first_words(self, messages: Iterable[Message]) -> str:
        """The first words that were said in some messages that are rendered."""
        return next((words for message in messages if (words := self._prose.get(message.id, ""))), "")

    def _prompt_text(self, message: Message) -> str:
        return self._prose.get(message.id) or self._language.say("(no text)")

    def _add_document(self, anchor: str, message: Message, words: Words) -> None:
        prose, steps = _lines(words.said), _lines(words.steps)
        if message.hidden or message.role == "tool":
            prose, steps = "", _lines((*words.said, *words.steps))
        spoken_by_person = message.role == "user"
        self._prose[message.id] = words.text or prose
        self.code_languages |= words.languages
        self.documents.append(
            SearchDocument(
                anchor=anchor,
                role=message.role,
                prompt=prose if spoken_by_person else "",
                answer="" if spoken_by_person else prose,
                code=_lines(words.code),
                steps=steps,
            )
        )


def _is_counted(message: Message) -> bool:
    """Whether a message is one of the conversation's "12 messages"."""
    return not message.hidden and message.role in ("user", "assistant")


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
