"""The archive that a publication is built from: a temporary one, which holds nothing but what is published.

What a build has never seen, no page, index or count of it can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Archive
from sitegen.config import Config
from sitegen.model import Attachment, Conversation, Project, encode
from sitegen.notes import Notes, notes_folder
from sitegen.profiles import Profile
from sitegen.publish.acceptance import file_mark, folder_mark, message_mark, note_mark, tag_mark, title_mark
from sitegen.publish.choosing import Candidate
from sitegen.publish.identities import with_own_ids
from sitegen.publish.leaving_out import published, with_messages
from sitegen.publish.ledger import Facts
from sitegen.publish.readings import readings
from sitegen.publish.redacting import Redaction
from sitegen.redaction.findings import Finding
from sitegen.redaction.images import without_metadata
from sitegen.render.settings import Settings
from sitegen.wording import attachments_of

#: Files of these types are text, in which the same is redacted as in what was said.
_TEXT = "text/plain"


class Extract(NamedTuple):
    """`facts` of what is published by the key in the archive, in order; `folder_names` are paths of folders by the ids
    that stand in the extract's conversations; `findings` is what redaction found; `warnings` are lines for people."""

    facts: dict[str, Facts]
    folder_names: dict[str, str]
    findings: list[Finding]
    warnings: tuple[str, ...]


class _Extractor:
    def __init__(
        self,
        source: Archive,
        target: Archive,
        profile: Profile,
        redaction: Redaction,
        settings: Settings,
        notes: Notes,
        salt: str,
    ) -> None:
        self.source, self.target, self.profile, self.redaction = source, target, profile, redaction
        self.settings, self.notes, self.salt = settings, notes, salt
        self.folder_ids: dict[str, str] = {}
        self.warnings: list[str] = []

    def shown(self, candidate: Candidate, accepted: frozenset[str]) -> Conversation:
        """A conversation as others may see it, before redaction."""
        original = self.source.conversation(candidate.key)
        conversation = with_messages(original, lambda message: message_mark(message) in accepted)
        if title_mark(candidate.title) not in accepted:
            conversation = replace(conversation, title="")
        conversation = self._placed(conversation, candidate, accepted)
        return published(conversation, self.profile, self.settings.zone, self.settings.language)

    def take(self, candidate: Candidate, accepted: frozenset[str]) -> Facts:
        redacted, attachment_ids = self.redaction.conversation(self.shown(candidate, accepted))
        redacted = with_own_ids(redacted, self.salt)
        self.target.put(redacted)
        attachments = self._attach(candidate.key, redacted, attachment_ids, accepted)
        title = redacted.title or candidate.title
        note = self.notes.text(candidate.key)
        if note and "notes" not in self.profile.leave_out and note_mark(note) in accepted:
            self._put_note(redacted.key, self.redaction.text(note, f"your note on “{title}”"))
        return Facts(title, candidate.created, len(encode(redacted)), len(redacted.messages), attachments)

    def _placed(self, conversation: Conversation, candidate: Candidate, accepted: frozenset[str]) -> Conversation:
        """The conversation with its folder and tags in it, as a provider's would be: no rule need find them again."""
        folder = candidate.folder if folder_mark(candidate.folder) in accepted else ()
        path = "/".join(part.replace("/", "∕") for part in folder)
        project = Project(self.folder_ids.setdefault(path, f"folder-{len(self.folder_ids)}")) if path else None
        tags = dict.fromkeys(tag for tag in (*conversation.flags, *candidate.tags) if tag_mark(tag) in accepted)
        return replace(conversation, project=project, flags=tuple(tags))

    def _attach(
        self, key: str, redacted: Conversation, earlier_ids: Mapping[str, str], accepted: frozenset[str]
    ) -> int:
        """Puts the files of the attachments that are shown into the extract, if they are accepted; returns how many."""
        stored = self.source.files(key)
        count = 0
        for attachment in attachments_of(redacted.messages).values():
            earlier = earlier_ids.get(attachment.id, attachment.id)
            file = stored.get(earlier)
            if file is None or file_mark(earlier, file.hash) not in accepted:
                continue
            content = self._cleaned(attachment, file)
            if content is not None:
                self.target.attach(redacted.key, attachment.id, None, self.target.attachments.add(BytesIO(content)))
                count += 1
        return count

    def _cleaned(self, attachment: Attachment, file: StoredFile) -> bytes | None:
        """A file as it may be published; None if it can't be."""
        name = f"attachment {attachment.name or attachment.id}"
        try:
            with self.source.attachments.open(file.hash) as stream:
                content = stream.read()
        except FileNotFoundError:
            self.warnings.append(f"{name}: is gone from the archive and is left out")
            return None
        if file.media_type == _TEXT:
            text = content.decode("utf-8", "surrogateescape")
            return self.redaction.text(text, name).encode("utf-8", "surrogateescape")
        if file.media_type.startswith("image/"):
            cleaned = without_metadata(content, file.media_type)
            if cleaned is None:
                self.warnings.append(
                    f"{name}: is left out, because sitegen can't take out what a {file.media_type} says besides its"
                    " picture"
                )
            return cleaned
        self.warnings.append(f"{name}: goes along as it is; nothing can be redacted in a {file.media_type}")
        self.redaction.look_at("\n".join(readings(content)), name)
        return content

    def _put_note(self, key: str, note: str) -> None:
        folder = notes_folder(self.target.folder)
        folder.mkdir(exist_ok=True)
        (folder / f"{key}.md").write_bytes(note.encode())


def extract(
    source: Archive,
    target: Archive,
    publishing: Sequence[tuple[Candidate, frozenset[str]]],
    profile: Profile,
    redaction: Redaction,
    settings: Settings,
    notes: Notes,
    salt: str,
    progress: Callable[[int, int], None] | None = None,
) -> Extract:
    """Puts what is published into `target`, an empty archive: of each conversation what is accepted, by its marks, less
    what the profile leaves out, redacted, under ids that only `salt` leads to. The own notes stand beside it.
    `settings` are those of the published site. Raises ArchiveError."""
    extractor = _Extractor(source, target, profile, redaction, settings, notes, salt)
    for candidate, accepted in publishing:
        redaction.learn(extractor.shown(candidate, accepted))
    facts = {}
    with target.transaction():
        for done, (candidate, accepted) in enumerate(publishing, 1):
            facts[candidate.key] = extractor.take(candidate, accepted)
            if progress is not None:
                progress(done, len(publishing))
    names = {folder_id: redaction.text(path, "folder") for path, folder_id in extractor.folder_ids.items()}
    return Extract(facts, names, redaction.findings, tuple(dict.fromkeys(extractor.warnings)))


def config_of(config: Config, profile: Profile, folder_names: Mapping[str, str], title: str, zone: str) -> Config:
    """The settings of the published site: none of the owner's rules, which name things that are not published."""
    return replace(
        config,
        title=title,
        timezone=zone,
        theme=profile.theme or config.theme,
        language=profile.language or config.language,
        folders=(),
        tags=(),
        remind_after=0,
        folder_names=dict(folder_names),
        publish={},
    )


def strings_in(value: object) -> Iterator[str]:
    """Every string in a value of JSON, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


def texts_in(archive: Archive) -> Iterator[str]:
    """Everything that the extract's conversations and notes say, a text for each."""
    for row in archive.conversations():
        yield "\n".join(strings_in(msgspec.json.decode(archive.content(row.key))))
    folder: Path = notes_folder(archive.folder)
    if folder.is_dir():
        yield from (path.read_text("utf-8") for path in sorted(folder.iterdir()))
