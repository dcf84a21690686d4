"""A publication of a small archive, what must not get out with it, and what a careless build could put into it.

Beside the chats of a case the archive always has one that is published, "Sourdough at home".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hostile_cases import Case
from makers import START, conversation, dialogue
from msgspec.structs import replace

from sitegen.archive.store import Archive
from sitegen.build import build_site
from sitegen.config import Config
from sitegen.errors import PublishError
from sitegen.model import Conversation
from sitegen.profiles import Inclusion, Profile
from sitegen.publish.pipeline import Published, Wishes, publish
from sitegen.publish.readings import readings
from sitegen.sealing import Reader, seal_site
from sitegen.sealing.ciphers import FEWEST_ITERATIONS
from sitegen.search.manifest import indexed_terms
from sitegen.theme import Theme

#: Changes a finished site, as a careless build would; it gets the owner's archive, too.
Plant = Callable[[Path, Archive], None]
TOKEN = "ghp_" + "7Kq2mZ9xT4bW1nR6vC8yL3pD5sF0gH2jAe4u"
MAIL = "mara.quist@zeltweg.at"
ACCOUNT = "quentinzirkel"
PUBLIC = Profile((Inclusion(tag=("public",)),))
READER = Reader("Mara", "tram lilac harbour 42")


@dataclass(frozen=True)
class Owned:
    """Chats, notes by their ids and files by ids of chat and attachment; nothing published may hold one of `never`.
    `held` are ids of chats that nobody accepts, `profile` and `config` what differs in the settings."""

    talks: tuple[Conversation, ...]
    never: tuple[str, ...]
    notes: dict[str, str] = field(default_factory=dict)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    profile: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    is_sealed: bool = False


@dataclass(frozen=True)
class Refused:
    """Chats, and what is planted into the site before the last look, which must stop it for this reason."""

    because: str
    talks: tuple[Conversation, ...] = ()
    plant: Plant = lambda site, archive: None
    plant_sealed: Plant | None = None
    profile: dict[str, Any] = field(default_factory=dict)


SOURDOUGH = conversation(
    "Sourdough at home", *dialogue("How wet?", f"Ask {MAIL} how wet."), id="bread", flags=("public",)
)


def check(case: Case, folder: Path) -> None:
    """Publishes in an empty folder. Raises AssertionError if something gets out that must not."""
    match case.payload:
        case Owned(never=never, is_sealed=is_sealed) as owned:
            done = _published(owned, folder)
            found = [word for word in never for text in _texts(done.folder) if word.casefold() in text]
            assert found == []
            assert is_sealed or any("sourdough" in text for text in _texts(done.folder))
        case Refused(because=because) as refused:
            try:
                done = _published(refused, folder)
            except PublishError as error:
                assert re.search(because, str(error)), error
                assert not (folder / "published" / "site").exists()
                return
            raise AssertionError(f"published to {done.folder}")
        case other:
            raise TypeError(f"{case.name}: no way is known to check {other!r}")


def _published(payload: Owned | Refused, folder: Path) -> Published:
    owned = payload if isinstance(payload, Owned) else Owned(payload.talks, (), profile=payload.profile)
    refused = payload if isinstance(payload, Refused) else Refused("")
    config = replace(Config(), publish={"blog": replace(PUBLIC, **owned.profile)}, **owned.config)
    keys = {talk.id: talk.key for talk in (*owned.talks, SOURDOUGH)}
    with ExitStack() as stack:
        stack.enter_context(patch.object(Path, "home", lambda: Path("/home") / ACCOUNT))
        archive = stack.enter_context(Archive(folder / f"archive-of-{ACCOUNT}", "Europe/Berlin"))
        with archive.transaction():
            for talk in (*owned.talks, SOURDOUGH):
                archive.put(replace(talk, created=START))
            for (id_, attachment), content in owned.files.items():
                archive.attach(keys[id_], attachment, None, archive.attachments.add(BytesIO(content)))
        for id_, note in owned.notes.items():
            (folder / "notes").mkdir(exist_ok=True)
            (folder / "notes" / f"{keys[id_]}.md").write_text(note)

        def built(source: Archive, site: Path, *more: Any) -> Any:
            result = build_site(source, site, *more)
            refused.plant(site, archive)
            return result

        def sealed(plain: Path, target: Path, previous: Path | None, theme: Theme) -> Iterator[str]:
            seal_site(plain, target, [READER], theme, iterations=FEWEST_ITERATIONS)
            if refused.plant_sealed is not None:
                refused.plant_sealed(target, archive)
            return iter(())

        stack.enter_context(patch("sitegen.publish.pipeline.build_site", built))
        accepted = [keys[talk.id] for talk in (*owned.talks, SOURDOUGH) if talk.id not in owned.held]
        wishes = Wishes(accept=accepted) if owned.held else Wishes(accept_all=True)
        seal = sealed if owned.is_sealed or refused.plant_sealed is not None else None
        return publish(archive, "blog", config, folder / "published", wishes, seal=seal, jobs=1)


def _texts(folder: Path) -> Iterator[str]:
    """All that can be read in a site: names, contents and the terms of the index."""
    for path in folder.rglob("*"):
        yield path.relative_to(folder).as_posix().casefold()
        if path.is_file():
            yield from (text.casefold() for text in readings(path.read_bytes()))
    if (folder / "search" / "manifest.js").is_file():
        yield from indexed_terms(lambda name: (folder / name).read_bytes())
