"""A conversation's page: the active branch as a sequence of turns, every other branch folded at its fork. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from functools import partial

import msgspec

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Absence
from sitegen.folders import Folder, Placing, placing_of
from sitegen.labels import flag_label
from sitegen.language import Language
from sitegen.model import (
    Conversation,
    DocumentBlock,
    Message,
    Revision,
    TextBlock,
    ToolResultBlock,
)
from sitegen.pages import (
    BlockView,
    BranchView,
    ConversationPage,
    DateView,
    Link,
    MessageView,
    SourceView,
    ViewerPage,
)
from sitegen.render.blocks import BlockRenderer, Words
from sitegen.render.branch_map import branch_map
from sitegen.render.branches import OUTLINE_LENGTH, Forks, branch_view, turns
from sitegen.render.documents import Viewers, documents_before
from sitegen.render.files import resolver
from sitegen.render.reasoning import with_durations
from sitegen.render.settings import (
    UNDATED_PATH,
    Settings,
    conversation_path,
    folder_path,
    message_anchor,
    month_path,
    root_of,
    source_path,
    tag_path,
)
from sitegen.render.texts import Texts
from sitegen.render.tools import paired_results
from sitegen.search import HAS_FILES, SearchConversation, SearchDocument
from sitegen.text.links import safe_address
from sitegen.tree import Branch, branches
from sitegen.wording import attachments_of, shortened

#: The flag of a conversation that is no longer in its account.
ONLY_HERE = "only here"
#: The id of a person's own note on its page.
NOTE_ANCHOR = "note"
_TITLE_LENGTH = 80
_EXCERPT_LENGTH = 160
_MODELS_NAMED = 3


class Entry(msgspec.Struct, frozen=True):
    """What index pages know of a conversation. `path` is its page from the site's top, `created` ISO 8601 in the
    archive's zone ("" for none), `created_utc` the same in UTC for sorting, `length` the number of messages that
    people see. `tags` are those of rules, `models` those that answered."""

    key: str
    path: str
    title: str
    excerpt: str
    source: str
    kind: str
    flags: tuple[str, ...]
    created: str
    created_utc: str
    folder: Folder
    length: int
    models: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def all_tags(self) -> tuple[str, ...]:
        """The flags of its provider, and the tags of rules."""
        return tuple(tag for tag in (*self.flags, *self.tags) if tag != ONLY_HERE)


class ConversationRendering(msgspec.Struct, frozen=True):
    """Everything that comes of one conversation: its page's value, its line in lists, its words for the search, and by
    their path the pages that run what was made in it.

    Its folder and its tags, which settings can change, are not yet in them: `page_in` and `line_in` add them.
    """

    page: ConversationPage
    entry: Entry
    search: SearchConversation
    viewers: list[tuple[str, ViewerPage]]


def render_conversation(
    conversation: Conversation,
    files: Mapping[str, StoredFile],
    settings: Settings,
    absence: Absence | None = None,
    texts: Texts | None = None,
    note: str = "",
    *,
    with_viewers: bool = True,
) -> ConversationRendering:
    """The page, list entry and search documents of a conversation. `files` are the attachments whose bytes are
    in the archive, by id; `absence` says that it is no longer in its account. Of the settings only the zone, the
    language and the names of its source count, and, for what is kept beside chats, those of projects. `texts` may know
    what an earlier rendering made of the same Markdown. `note` is what the person wrote on the conversation, in
    Markdown. Without viewers there are no links to them either."""
    own = texts or Texts(settings.language)
    return _Renderer(conversation, files, settings, absence, own, note, with_viewers=with_viewers).render()


def placing_for(conversation: Conversation, entry: Entry, settings: Settings) -> Placing:
    """The folder and the tags of a rendered conversation."""
    return placing_of(conversation, entry.title, settings.config, settings.zone, settings.project_names)


def page_in(placing: Placing, page: ConversationPage, path: str, language: Language) -> ConversationPage:
    """The page at `path` with links to its folder, if it has one, and to its tags."""
    root, folder = root_of(path), placing.folder
    places = (Link(" / ".join(folder), root + folder_path(folder)),) if folder else ()
    tags = tuple(Link(flag_label(language, tag), root + tag_path(tag)) for tag in (*page.flags, *placing.tags))
    return replace(page, places=(*page.places, *places), tags=tags)


def line_in(placing: Placing, entry: Entry, search: SearchConversation) -> tuple[Entry, SearchConversation]:
    """The line in lists and what the search knows, with the folder and the tags."""
    return (
        msgspec.structs.replace(entry, folder=placing.folder, tags=placing.tags),
        msgspec.structs.replace(search, folder="/".join(placing.folder), flags=(*search.flags, *placing.tags)),
    )


def speaker_of(message: Message, conversation: Conversation, settings: Settings) -> str:
    """The name that a message stands under."""
    language = settings.language
    match message.role:
        case "user":
            return language.say("You")
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


class _Renderer:
    def __init__(
        self,
        conversation: Conversation,
        files: Mapping[str, StoredFile],
        settings: Settings,
        absence: Absence | None,
        texts: Texts,
        note: str,
        *,
        with_viewers: bool,
    ) -> None:
        self.conversation, self.files, self.settings, self.absence = conversation, files, settings, absence
        self.own_note = note
        self.path = conversation_path(conversation)
        self.root = root_of(self.path)
        self.zone, self.language = settings.zone, settings.language
        self.attachments = attachments_of(conversation.messages)
        names = [(attachment.id, attachment.name) for attachment in self.attachments.values() if attachment.id in files]
        resolve = resolver(self.attachments, files, self.root)
        self.markdown = partial(texts.markdown, resolve=resolve, files=repr((self.root, names, files)))
        self.viewers = Viewers(conversation.key, self.path, self._source(), self.language) if with_viewers else None
        self.documents_before = documents_before(conversation.messages)
        self.forks = Forks(conversation.messages)
        self.read: dict[str, int] = {}
        self.documents: list[SearchDocument] = []
        self.prompts: list[tuple[str, str]] = []
        self.prose: dict[str, str] = {}
        self.code_languages: set[str] = set()
        self.shown = 0

    def render(self) -> ConversationRendering:
        conversation = self.conversation
        runs = branches(conversation)
        active = runs[0].messages if runs else ()
        views = dict(self._run(active, is_active=True))
        sequence = turns(active, views, runs[1:], self._branch)
        title = self._title()
        entry = self._entry(title)
        note = self._note()
        page = ConversationPage(
            key=conversation.key,
            title=title,
            kind=conversation.kind,
            source=self._source(),
            date=self.language.date_view(conversation.created, self.zone),
            updated=self._updated(),
            model=self._model(),
            facts=self._facts(len(runs)),
            flags=conversation.flags,
            places=self._places(),
            summary=conversation.summary,
            origin=safe_address(conversation.url),
            outline=tuple(Link(shortened(text, OUTLINE_LENGTH), f"#{anchor}") for anchor, text in self.prompts),
            turns=sequence,
            notices=tuple(self._notices()),
            note=note,
            map=branch_map(conversation.messages, runs, self._first_words, self.language),
            forks=self.language.say_count("{count} fork", "{count} forks", self.forks.count),
        )
        viewers = self.viewers.pages(title) if self.viewers else []
        return ConversationRendering(page, entry, self._search(title), viewers)

    # --- messages --------------------------------------------------------------------------------------------

    def _branch(self, branch: Branch) -> BranchView:
        views = [view for _, view in self._run(branch.messages, is_active=False)]
        above = self.forks.shown_above(branch.parent, self.read)
        parent = message_anchor(above) if above is not None else ""
        return branch_view(branch, views, self._first_words(branch.messages), parent, self.language)

    def _first_words(self, messages: Iterable[Message]) -> str:
        return next((words for message in messages if (words := self.prose.get(message.id, ""))), "")

    def _run(self, messages: Sequence[Message], *, is_active: bool) -> list[tuple[str, MessageView]]:
        """The views of messages that follow each other, by message id. A tool's answer shows within its call."""
        messages = with_durations(messages, self.forks.is_alone)
        results, paired = paired_results(messages)
        newest = {b.id: b.version for m in messages for b in m.blocks if isinstance(b, DocumentBlock)}
        views: list[tuple[str, MessageView]] = []
        voice: tuple[str, str] | None = None
        previous: MessageView | None = None
        for message in messages:
            before, voice = voice, self._voice(message, voice)
            continues = voice == before is not None or self._goes_with_files(message, previous)
            view = self._message(message, results, paired, newest, previous, continues=continues)
            if view is None and self.forks.is_alone(message):
                continue
            view = view or self._empty(message)
            views.append((message.id, view))
            previous = previous if message.hidden else view
            self.read[message.id] = view.number or self._read_before(message)
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
        renderer = BlockRenderer(
            anchor,
            self.root,
            self.files,
            self.markdown,
            newest,
            self.documents_before[message.id],
            self.settings.project_names,
            self.viewers,
            self.language,
            breaks=message.role == "user" and not message.hidden,
        )
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
        date = self.language.date_view(message.created, self.zone)
        return MessageView(
            anchor=anchor,
            role=message.role,
            speaker=speaker,
            model=message.model if message.role == "assistant" else "",
            date=date,
            blocks=tuple(blocks),
            references=renderer.citations.references,
            fork=self.forks.fork(message),
            continues=continues,
            new_day=date is None or previous is None or previous.date is None or previous.date.short != date.short,
            hidden=message.hidden,
            summary=hidden_title(message, self.language),
            status=self._status(message),
            number=self._number(message),
        )

    def _number(self, message: Message) -> int:
        """The place of this message among those read up to it, on its branch; 0 for what isn't counted."""
        return 1 + self._read_before(message) if _is_counted(message) else 0

    def _read_before(self, message: Message) -> int:
        above = self.forks.shown_above(message.parent, self.read)
        return self.read[above] if above is not None else 0

    def _revision(self, anchor: str, revision: Revision, current: BlockRenderer) -> BlockView:
        """What a message said before it was edited; found by the search as a step of the message."""
        renderer = current.beside(anchor)
        views = [view for block in revision.blocks for view in renderer.views(block)]
        words = renderer.words
        current.words.steps.extend((*words.said, *words.code, *words.steps))
        exported = self.language.date_view(revision.exported, self.zone)
        if exported:
            summary = self.language.say("Earlier text, as exported on {date}", date=exported.short)
        else:
            summary = self.language.say("Earlier text")
        return BlockView("revision", summary=summary, blocks=tuple(views), references=renderer.citations.references)

    def _status(self, message: Message) -> str:
        is_gone = message.absent and not message.hidden
        absent = self.language.say("No longer in your account") if is_gone else ""
        return self.language.listed((status_of(message, self.language), absent))

    def _voice(self, message: Message, current: tuple[str, str] | None) -> tuple[str, str] | None:
        """Who is answering after this message: an assistant and its model. Tools and hidden context don't interrupt an
        answer, a prompt does."""
        if message.hidden or message.role == "tool":
            return current
        return (self._speaker(message), message.model) if message.role == "assistant" else None

    def _goes_with_files(self, message: Message, previous: MessageView | None) -> bool:
        """Whether this is the prompt, or another file of it, that belongs to the files in the message before: some
        providers keep what was attached to a prompt as a message of its own."""
        if self.conversation.kind != "chat" or previous is None or not previous.blocks:
            return False
        both_said_by_person = message.role == previous.role == "user" and not message.hidden
        return both_said_by_person and all(block.kind in ("file", "image") for block in previous.blocks)

    def _empty(self, message: Message) -> MessageView:
        """A place holder for a message that says nothing but stands at a fork."""
        return MessageView(
            anchor=message_anchor(message.id),
            role=message.role,
            speaker=self._speaker(message),
            model="",
            date=self.language.date_view(message.created, self.zone),
            blocks=(),
            fork=self.forks.fork(message),
            status=self.language.say("Empty"),
            number=self._number(message),
        )

    def _speaker(self, message: Message) -> str:
        return speaker_of(message, self.conversation, self.settings)

    # --- facts ------------------------------------------------------------------------------------------------

    def _note(self) -> tuple[BlockView, ...]:
        """The person's own note, by the rules of a message; found by the search as something that they wrote."""
        if not self.own_note.strip():
            return ()
        renderer = BlockRenderer(
            NOTE_ANCHOR,
            self.root,
            self.files,
            self.markdown,
            {},
            {},
            self.settings.project_names,
            None,
            self.language,
            breaks=True,
        )
        views = tuple(renderer.views(TextBlock(self.own_note)))
        words = renderer.words
        self.documents.append(SearchDocument(NOTE_ANCHOR, "user", prompt=_lines(words.said), code=_lines(words.code)))
        return views

    def _prompt_text(self, message: Message) -> str:
        return self.prose.get(message.id) or self.language.say("(no text)")

    def _title(self) -> str:
        title = " ".join(self.conversation.title.split())
        if title:
            return title
        first = next((text for _, text in self.prompts if text.strip()), "")
        return shortened(first, _TITLE_LENGTH) or self.language.say("Untitled")

    def _source(self) -> SourceView:
        return self.settings.source(self.conversation.source)

    def _updated(self) -> DateView | None:
        """When the last message was written, where that is another day than the beginning."""
        last = max((m.created for m in self.conversation.messages if m.created), default=None)
        created, updated = (self.language.date_view(time, self.zone) for time in (self.conversation.created, last))
        return updated if updated and (created is None or created.short != updated.short) else None

    def _model(self) -> str:
        """The models that answered, in the order of their first answer."""
        models = list(dict.fromkeys(m.model for m in self.conversation.messages if m.role == "assistant" and m.model))
        names = models or [self.conversation.model]
        return ", ".join(names[:_MODELS_NAMED]) + (" …" if len(names) > _MODELS_NAMED else "")

    def _notices(self) -> Iterator[str]:
        """What became of the conversation at its provider."""
        if self.absence is not None:
            since = self.language.date_view(self.absence.since, self.zone)
            if since:
                yield self.language.say(
                    "No longer in your account since the export of {date}. This archive keeps it.", date=since.short
                )
            else:
                yield self.language.say("No longer in your account. This archive keeps it.")
        if former := self.conversation.former_titles:
            titles = self.language.listed(self.language.say("“{title}”", title=title) for title in former)
            yield self.language.say("Renamed; called before: {titles}.", titles=titles)

    def _facts(self, runs: int) -> tuple[str, ...]:
        facts = [self.language.say_count("{count} message", "{count} messages", self.shown)]
        if runs > 1:
            facts.append(self.language.say_count("{count} branch", "{count} branches", runs))
        return tuple(facts)

    def _places(self) -> tuple[Link, ...]:
        created = self.conversation.created
        if created is None:
            month = Link(self.language.say("Without a date"), self.root + UNDATED_PATH)
        else:
            local = created.astimezone(self.zone)
            label = self.language.month(local.year, local.month)
            month = Link(label, self.root + month_path(local.year, local.month))
        source = Link(self._source().label, self.root + source_path(self.conversation.source))
        return (source, month)

    def _entry(self, title: str) -> Entry:
        beginnings = [text for _, text in self.prompts] + [document.answer for document in self.documents]
        excerpt = shortened(next((text for text in beginnings if text.strip()), ""), _EXCERPT_LENGTH)
        if excerpt.startswith(title.removesuffix("…")):
            excerpt = ""
        created = self.conversation.created
        return Entry(
            key=self.conversation.key,
            path=self.path,
            title=title,
            excerpt=excerpt,
            source=self.conversation.source,
            kind=self.conversation.kind,
            flags=self._flags(),
            created=created.astimezone(self.zone).isoformat() if created else "",
            created_utc=created.astimezone(UTC).isoformat(timespec="microseconds") if created else "",
            folder=(),
            length=self.shown,
            models=self._models(),
        )

    def _flags(self) -> tuple[str, ...]:
        return (*self.conversation.flags, *((ONLY_HERE,) if self.absence is not None else ()))

    def _models(self) -> tuple[str, ...]:
        answered = {message.model for message in self.conversation.messages if message.role == "assistant"}
        return tuple(sorted({*answered, self.conversation.model} - {""}))

    # --- search -----------------------------------------------------------------------------------------------

    def _add_document(self, anchor: str, message: Message, words: Words) -> None:
        prose, steps = _lines(words.said), _lines(words.steps)
        if message.hidden or message.role == "tool":
            prose, steps = "", _lines((*words.said, *words.steps))
        spoken_by_person = message.role == "user"
        self.prose[message.id] = words.text or prose
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

    def _search(self, title: str) -> SearchConversation:
        created = self.conversation.created
        head = SearchDocument(anchor="", role="", title=title)
        return SearchConversation(
            key=self.conversation.key,
            url=self.path,
            title=title,
            source=self.conversation.source,
            date=created.astimezone(self.zone).date().isoformat() if created else "",
            flags=(*self._flags(), *((HAS_FILES,) if self.attachments else ())),
            models=self._models(),
            code_languages=tuple(sorted(self.code_languages)),
            documents=(head, *self.documents),
        )


def _is_counted(message: Message) -> bool:
    """Whether a message is one of the conversation's "12 messages"."""
    return not message.hidden and message.role in ("user", "assistant")


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
