"""What is published under a name: the `[publish.NAME]` tables of `sitegen.toml`, checked. Pure."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from sitegen.errors import ConfigError
from sitegen.file_names import is_reserved
from sitegen.rules import Selection

#: A profile's name is the name of a folder and of a file, on Windows, too.
_PROFILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")

_LISTS = ("leave_out", "attachments", "redact", "words", "canaries", "readers")


class Inclusion(Selection, frozen=True, forbid_unknown_fields=True):
    """One entry of a profile's `include` or `exclude`: a selection, and with `query` only what a search for it finds
    (the words and operators of the search field)."""

    query: str = ""


#: What a publication can leave out of the conversations it shows.
LeftOut = Literal["reasoning", "tool_results", "branches", "hidden", "unknown", "notes", "origin", "models", "times"]
#: What a publication can replace by marks.
Redaction = Literal["secrets", "email", "phone", "iban", "card", "ip", "home"]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[publish.NAME]` table: what is published under that name, and how.

    A conversation is chosen if any entry of `include` means it and none of `exclude` does. `title` is that of the
    published site, `author` the name that prompts stand under ("" for "User"). `leave_out` names what is not shown of a
    chosen conversation: reasoning, results of tools, branches that are not the active one, messages that the provider
    hides, parts that no reader knew, own notes, the address of the conversation at its provider, names of models, and
    times of day. Attachments are left out unless a pattern in `attachments` describes their name. `redact` names what
    is replaced by marks, and `words` more that is, of one's own; `canaries` are words that must be nowhere in the
    publication: found, they stop it. With `seal` all is encrypted, for each of the `readers` with a passphrase of their
    own; the environment variable `passphrase_env` holds that of the only reader.
    """

    include: tuple[Inclusion, ...] = ()
    exclude: tuple[Inclusion, ...] = ()
    title: str = "Conversations"
    author: str = ""
    theme: str = ""
    language: str = ""
    leave_out: tuple[LeftOut, ...] = ("branches", "hidden", "unknown", "notes", "origin")
    attachments: tuple[str, ...] = ()
    redact: tuple[Redaction, ...] = ("secrets", "email", "phone", "iban", "card", "ip", "home")
    words: tuple[str, ...] = ()
    canaries: tuple[str, ...] = ()
    seal: bool = False
    readers: tuple[str, ...] = ()
    passphrase_env: str = ""


def with_lists(values: dict[str, Any]) -> dict[str, Any]:
    """The settings with a list of one wherever a profile or its selection names one thing without brackets."""
    if not isinstance(profiles := values.get("publish"), dict):
        return values
    return values | {"publish": {name: _profile_with_lists(profile) for name, profile in profiles.items()}}


def _profile_with_lists(profile: Any) -> Any:
    if not isinstance(profile, dict):
        return profile
    result = {key: [value] if key in _LISTS and isinstance(value, str) else value for key, value in profile.items()}
    for key in ("include", "exclude"):
        if key in result:
            entries = result[key] if isinstance(result[key], list) else [result[key]]
            result[key] = [_selection_with_lists(entry) if isinstance(entry, dict) else entry for entry in entries]
    return result


def _selection_with_lists(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: [value] if isinstance(value, str) and key != "query" else value for key, value in entry.items()}


def check_profile(name: str, profile: Profile, where: str) -> None:
    """Raises ConfigError for what would publish more than was meant, or nothing."""
    if not _PROFILE_NAME.fullmatch(name) or is_reserved(name):
        raise ConfigError(
            f'{where}: "{name}" is no name for a profile; use small letters, digits, - and _, and no word that Windows'
            " keeps for a device (con, nul)"
        )
    if not profile.include:
        raise ConfigError(f'{where}: include is missing: name what is published, e.g. include = [{{ tag = "public" }}]')
    for key in ("include", "exclude"):
        for number, entry in enumerate(getattr(profile, key), 1):
            if entry == Inclusion():
                raise ConfigError(f"{where}: {key}, entry {number} has no condition")
    for key in ("words", "canaries", "readers", "attachments"):
        if not all(value.strip() for value in getattr(profile, key)):
            raise ConfigError(f"{where}: {key} has an empty entry")
    if len(set(profile.readers)) < len(profile.readers):
        raise ConfigError(f"{where}: readers names somebody twice")
    if not profile.seal and (profile.readers or profile.passphrase_env):
        raise ConfigError(f"{where}: readers and passphrase_env are of use only with seal = true")
    if profile.passphrase_env and len(profile.readers) > 1:
        raise ConfigError(
            f"{where}: passphrase_env holds the passphrase of one reader; {len(profile.readers)} are named"
        )
