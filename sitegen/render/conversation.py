"""A conversation's page: the active branch as a sequence of turns, every other branch folded at its fork. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from functools import partial

import msgspec

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Absence
from sitegen.folders import Folder, Placing, placing_of
from sitegen.labels import flag_label
from sitegen.language import Language
from sitegen.model import Conversation
from sitegen.pages import ConversationPage, DateView, Link, SourceView, ViewerPage
from sitegen.phrases import in_language
from sitegen.render.blocks import Surroundings
from sitegen.render.branch_map import branch_map
from sitegen.render.branches import OUTLINE_LENGTH, Forks, turns
from sitegen.render.documents import Viewers
from sitegen.render.files import resolver
from sitegen.render.messages import Messages
from sitegen.render.settings import (
    UNDATED_PATH,
    Settings,
    conversation_path,
    folder_path,
    month_path,
    root_of,
    source_path,
    tag_path,
)
from sitegen.render.texts import Texts
from sitegen.search import HAS_FILES, SearchConversation, SearchDocument
from sitegen.text.links import safe_address
from sitegen.tree import branches
from sitegen.wording import attachments_of, is_seen, shortened

#: The flag of a conversation that is no longer in its account.
ONLY_HERE = "only here"
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
    spoken = in_language(conversation, settings.language)
    return _Renderer(spoken, files, settings, absence, own, note, with_viewers=with_viewers).render()


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
        self.conversation, self.settings, self.absence, self.note = conversation, settings, absence, note
        self.path = conversation_path(conversation)
        self.root = root_of(self.path)
        self.zone, self.language = settings.zone, settings.language
        self.attachments = attachments_of(conversation.messages)
        names = [(attachment.id, attachment.name) for attachment in self.attachments.values() if attachment.id in files]
        resolve = resolver(self.attachments, files, self.root)
        around = Surroundings(
            root=self.root,
            files=files,
            markdown=partial(texts.markdown, resolve=resolve, files=repr((self.root, names, files))),
            project_names=settings.project_names,
            viewers=Viewers(conversation.key, self.path, self._source(), self.language) if with_viewers else None,
            language=self.language,
        )
        self.viewers = around.viewers
        self.forks = Forks(conversation.messages)
        self.messages = Messages(conversation, settings, around, self.forks)

    def render(self) -> ConversationRendering:
        conversation = self.conversation
        runs = branches(conversation)
        active = runs[0].messages if runs else ()
        views = dict(self.messages.run(active, is_active=True))
        sequence = turns(active, views, runs[1:], self.messages.branch)
        title = self._title()
        entry = self._entry(title)
        note, summary = self.messages.note(self.note), self.messages.summary(conversation.summary)
        page = ConversationPage(
            key=conversation.key,
            title=title,
            kind=conversation.kind,
            source=self._source(),
            date=self.settings.date_view(conversation.created),
            updated=self._updated(),
            model=self._model(),
            facts=self._facts(len(runs)),
            flags=conversation.flags,
            places=self._places(),
            summary=summary,
            origin=safe_address(conversation.url),
            outline=self._outline(),
            turns=sequence,
            notices=tuple(self._notices()),
            note=note,
            map=branch_map(conversation.messages, runs, self.messages.first_words, self.language),
            forks=self.language.say_count("{count} fork", "{count} forks", self.forks.count),
        )
        viewers = self.viewers.pages(title) if self.viewers else []
        return ConversationRendering(page, entry, self._search(title), viewers)

    # --- facts ------------------------------------------------------------------------------------------------

    def _title(self) -> str:
        title = " ".join(self.conversation.title.split())
        if is_seen(title):
            return title
        first = next((text for _, text in self.messages.prompts if is_seen(text)), "")
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

    def _outline(self) -> tuple[Link, ...]:
        prompts = self.messages.prompts
        return tuple(Link(shortened(text, OUTLINE_LENGTH), f"#{anchor}") for anchor, text in prompts if is_seen(text))

    def _facts(self, runs: int) -> tuple[str, ...]:
        facts = [self.language.say_count("{count} message", "{count} messages", self.messages.shown)]
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
        messages = self.messages
        beginnings = [text for _, text in messages.prompts] + [document.answer for document in messages.documents]
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
            length=self.messages.shown,
            models=self._models(),
        )

    def _flags(self) -> tuple[str, ...]:
        return (*self.conversation.flags, *((ONLY_HERE,) if self.absence is not None else ()))

    def _models(self) -> tuple[str, ...]:
        answered = {message.model for message in self.conversation.messages if message.role == "assistant"}
        return tuple(sorted({*answered, self.conversation.model} - {""}))

    # --- search -----------------------------------------------------------------------------------------------

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
            code_languages=tuple(sorted(self.messages.code_languages)),
            documents=(head, *self.messages.documents),
        )
