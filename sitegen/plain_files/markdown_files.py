"""Notes and their attachments, as a vault for Obsidian and content for Hugo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Archive
from sitegen.model import Attachment
from sitegen.plain_files.chosen import Chosen, Target, file_path
from sitegen.plain_files.names import Names, attachment_name
from sitegen.plain_files.note_blocks import NoteFile
from sitegen.plain_files.notes import note
from sitegen.render.files import resolver, site_path
from sitegen.render.settings import Settings, root_of
from sitegen.wording import attachments_of

_FOLDER = "attachments"


def write_markdown(archive: Archive, chosen: list[Chosen], target: Target, settings: Settings) -> Iterator[None]:
    """One note for each conversation; yields after each."""
    names = Names(reserved=(_FOLDER,))
    for one in chosen:
        path = file_path(one, names, ".md", settings.zone)
        conversation = archive.conversation(one.key)
        attachments = attachments_of(conversation.messages)
        stored = archive.files(one.key)
        files: dict[str, NoteFile] = {}
        addresses: dict[str, str] = {}
        for identity, file in stored.items():
            ending = site_path(file).rpartition(".")[2]
            name = attachments[identity].name if identity in attachments else ""
            place = f"{_FOLDER}/{attachment_name(name or identity, file.hash, file.media_type, ending)}"
            if not target.copy(place, file):
                continue
            address = quote(root_of(path) + place)
            files[identity] = NoteFile(address, file.size, file.media_type.startswith("image/"))
            addresses[site_path(file)] = address
        present = {identity: stored[identity] for identity in files}
        resolve = _resolver(attachments, present, addresses)
        text = note(conversation, one, files, resolve, settings)
        target.write(path, text.encode())
        yield


def _resolver(
    attachments: Mapping[str, Attachment], present: Mapping[str, StoredFile], addresses: Mapping[str, str]
) -> Callable[[str], str | None]:
    """Finds the address of a file that a text names, by the rules of the site. `addresses` are those in the vault, by
    the path in the site."""
    in_site = resolver(attachments, present, "")
    return lambda name: addresses.get(in_site(name) or "")
