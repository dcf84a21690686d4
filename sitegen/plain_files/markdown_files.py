"""Notes and their attachments, as a vault for Obsidian and content for Hugo."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from sitegen.archive.store import Archive
from sitegen.output import Output
from sitegen.plain_files.chosen import Chosen, Missing, copied, file_path
from sitegen.plain_files.names import Names, attachment_name
from sitegen.plain_files.note_blocks import NoteFile
from sitegen.plain_files.notes import note
from sitegen.render.files import resolver, site_path
from sitegen.render.settings import Settings, root_of
from sitegen.wording import attachments_of

_FOLDER = "attachments"


def write_markdown(
    archive: Archive, chosen: list[Chosen], output: Output, settings: Settings
) -> Iterator[Missing]:
    """One note for each conversation; yields after each what it lacks."""
    names = Names(reserved=(_FOLDER,))
    for one in chosen:
        path = file_path(one, names, ".md", settings.zone)
        conversation = archive.conversation(one.key)
        attachments = attachments_of(conversation.messages)
        stored = archive.files(one.key)
        files: dict[str, NoteFile] = {}
        addresses: dict[str, str] = {}
        missing = []
        for identity, file in stored.items():
            ending = site_path(file).rpartition(".")[2]
            name = attachments[identity].name if identity in attachments else ""
            place = f"{_FOLDER}/{attachment_name(name or identity, file.hash, file.media_type, ending)}"
            if not copied(archive, output, place, file):
                missing.append(file.hash)
                continue
            address = quote(root_of(path) + place)
            files[identity] = NoteFile(address, file.size, file.media_type.startswith("image/"))
            addresses[site_path(file)] = address
        in_site = resolver(attachments, {key: stored[key] for key in files}, "")
        text = note(
            conversation, one.title, one.folder, files, lambda name: addresses.get(in_site(name) or ""), settings
        )
        output.write(path, text.encode())
        yield missing
