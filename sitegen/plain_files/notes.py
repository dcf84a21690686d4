"""A conversation as one Markdown file: front matter, a section for each prompt and answer, other branches folded.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sitegen.language import ENGLISH
from sitegen.model import Conversation, DocumentBlock, Message, TextBlock
from sitegen.plain_files.chosen import Chosen
from sitegen.plain_files.front_matter import Value, front_matter, tag
from sitegen.plain_files.note_blocks import BlockWriter, NoteFile, callout, joined
from sitegen.render.branches import branch_line
from sitegen.render.messages import hidden_title, speaker_of, status_of
from sitegen.render.settings import Settings
from sitegen.render.tools import paired_results
from sitegen.text.links import safe_address
from sitegen.text.portable import one_line_text
from sitegen.tree import Branch, branches


def note(
    conversation: Conversation,
    chosen: Chosen,
    files: Mapping[str, NoteFile],
    resolve: Callable[[str], str | None],
    settings: Settings,
) -> str:
    """The file's text, the person's own note on top. `files` are the attachments whose bytes are at hand, by id;
    `resolve` finds the address of a file that a text names."""
    return _Note(conversation, files, resolve, settings).written(chosen)


class _Note:
    def __init__(
        self,
        conversation: Conversation,
        files: Mapping[str, NoteFile],
        resolve: Callable[[str], str | None],
        settings: Settings,
    ) -> None:
        self.conversation, self.files, self.resolve, self.settings = conversation, files, resolve, settings
        self.numbers = {message.id: str(number) for number, message in enumerate(conversation.messages, 1)}

    def written(self, chosen: Chosen) -> str:
        head = front_matter(self._properties(chosen))
        parts = (self._own_note(chosen.note), self._summary(), *self._sections())
        return f"{head}\n\n{joined(parts)}\n"

    def _own_note(self, text: str) -> str:
        if not text.strip():
            return ""
        writer = BlockWriter("note", self.files, self.resolve, {}, breaks=True)
        return callout("note", "Your note", writer.block(TextBlock(text)), opened=True)

    def _summary(self) -> str:
        text = self.conversation.summary.strip()
        if "\n" not in text:
            return one_line_text(text)
        writer = BlockWriter("summary", self.files, self.resolve, {}, breaks=True)
        return callout("abstract", "Summary", writer.block(TextBlock(text)))

    def _properties(self, chosen: Chosen) -> dict[str, Value]:
        conversation, zone = self.conversation, self.settings.zone
        last = max((m.created for m in conversation.messages if m.created), default=conversation.updated)
        models = dict.fromkeys(m.model for m in conversation.messages if m.role == "assistant" and m.model)
        values: dict[str, Value] = {"title": chosen.title}
        if conversation.created:
            values["date"] = conversation.created.astimezone(zone)
        if last:
            values["lastmod"] = last.astimezone(zone)
        return values | {
            "source": self.settings.source(conversation.source).label,
            "models": tuple(models) or ((conversation.model,) if conversation.model else ()),
            "tags": tuple(filter(None, map(tag, (conversation.source, *conversation.flags, *chosen.tags)))),
            "folder": "/".join(chosen.folder),
            "origin": safe_address(conversation.url),
            "sitegen_key": conversation.key,
            "sitegen_kind": "" if conversation.kind == "chat" else conversation.kind,
        }

    def _sections(self) -> list[str]:
        """The active branch in order, before each message the other branches that are versions of it."""
        runs = branches(self.conversation)
        active = runs[0].messages if runs else ()
        shown = self._run(active, "## {}")
        home = {message.parent: message.id for message in active}
        folded: dict[str, list[str]] = {}
        for branch in runs[1:]:
            place = home[branch.parent]
            home.update((message.id, place) for message in branch.messages)
            folded.setdefault(place, []).append(self._branch(branch))
        return [part for message in active for part in (*folded.get(message.id, ()), shown[message.id])]

    def _branch(self, branch: Branch) -> str:
        written = self._run(branch.messages, "**{}**")
        return callout("quote", branch_line(branch.number, branch.total, "", ENGLISH), joined(written.values()))

    def _run(self, messages: Sequence[Message], heading: str) -> dict[str, str]:
        """Messages that follow each other, by id; a tool's answer stands within its call, an answer in several
        messages under one heading."""
        results, paired = paired_results(messages)
        newest = {b.id: b.version for m in messages for b in m.blocks if isinstance(b, DocumentBlock)}
        written: dict[str, str] = {}
        voice: tuple[str, str] | None = None
        for message in messages:
            breaks = message.role == "user" and not message.hidden
            writer = BlockWriter(self.numbers[message.id], self.files, self.resolve, newest, breaks=breaks)
            blocks = [
                writer.block(block, results.get((message.id, place)))
                for place, block in enumerate(message.blocks)
                if (message.id, place) not in paired
            ]
            status = status_of(message, ENGLISH)
            body = joined((*blocks, f"*{one_line_text(status)}*" if status else "", writer.footnotes()))
            if message.hidden:
                title = hidden_title(message, ENGLISH)
                written[message.id] = callout("info", title, body) if body else ""
                continue
            before = voice
            if message.role != "tool":
                voice = (self._speaker(message), message.model) if message.role == "assistant" else None
            goes_on = before is not None and before == voice
            written[message.id] = body if goes_on or not body else joined((self._heading(message, heading), body))
        return written

    def _heading(self, message: Message, heading: str) -> str:
        speaker = one_line_text(self._speaker(message))
        date = ENGLISH.date_view(message.created, self.settings.zone)
        facts = ", ".join(part for part in (message.role == "assistant" and message.model, date and date.label) if part)
        return joined((heading.format(speaker), f"*{one_line_text(facts)}*" if facts else ""))

    def _speaker(self, message: Message) -> str:
        return speaker_of(message, self.conversation, self.settings)
