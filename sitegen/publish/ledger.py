"""What is remembered of a publication between two runs, in the archive's folder: `publications/NAME.json`.

It names what a person has accepted, what was published last, and what was allowed to stay in clear. It is private: it
never stands in what is published.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from sitegen.durability import replace_file, sync_file, sync_folder
from sitegen.errors import PublishError

FOLDER_NAME = "publications"
_VERSION = 1


class Facts(msgspec.Struct, frozen=True):
    """A published conversation. `created` is its day in the archive's zone (ISO 8601, "" for none), `size` the bytes of
    its text in the model, `attachments` how many files go with it."""

    title: str
    created: str
    size: int
    messages: int
    attachments: int


class Allowance(msgspec.Struct, frozen=True):
    """A finding that a person allowed to stay in clear: its id, what it is, where it stood, and when that was."""

    id: str
    kind: str
    where: str
    allowed: datetime


class Ledger(msgspec.Struct, frozen=True):
    """What is remembered of one publication. `accepted` are the marks (see `acceptance`) of what was accepted of each
    conversation, by key; `published` what the last run published, at `finished`. `salt`, of 16 bytes or more in hex
    digits, makes ids this publication's own: those of findings, of pages and of messages."""

    salt: Annotated[str, msgspec.Meta(pattern="^(?:[0-9a-f]{2}){16,}$")]
    version: int = _VERSION
    accepted: dict[str, tuple[str, ...]] = {}
    published: dict[str, Facts] = {}
    allowed: tuple[Allowance, ...] = ()
    finished: datetime | None = None


def ledger_path(archive: Path, name: str) -> Path:
    """Where the ledger of a publication stands; `archive` is the archive's folder."""
    return archive / FOLDER_NAME / f"{name}.json"


def read_ledger(path: Path) -> Ledger:
    """The ledger. One that is not there yet is begun, because ids of findings that a person is told must hold for the
    next run. Raises PublishError if it can't be used."""
    try:
        ledger = msgspec.json.decode(path.read_bytes(), type=Ledger)
    except FileNotFoundError:
        ledger = Ledger(secrets.token_hex(16))
        write_ledger(path, ledger)
    except (OSError, msgspec.DecodeError) as error:
        raise PublishError(
            f"{path}: can't be read ({error}); delete it to begin anew: what no entry names by its id must be accepted"
            " again then, and addresses of pages change"
        ) from error
    if ledger.version != _VERSION:
        raise PublishError(f"{path}: was written by a newer sitegen; use that one")
    return ledger


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Replaces the ledger; a run that is broken off leaves the old one. Raises PublishError."""
    temporary = path.with_suffix(".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(ledger, order="deterministic"), indent=1))
            sync_file(file)
        replace_file(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        raise PublishError(f"{path}: can't be written: {error.strerror or error}") from error
