"""What a person has set: `sitegen.toml` and the options of the command line, checked. Nothing is read elsewhere.

Precedence: defaults < `sitegen.toml` < options.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sitegen.errors import ConfigError
from sitegen.profiles import Inclusion, Profile, check_profile, with_lists
from sitegen.rules import FolderRule, TagRule

FILE_NAME = "sitegen.toml"
DEEPEST_FOLDER = 10
LONGEST_TAG = 60
#: What sitegen itself marks conversations with: attachments, and that they have left their account.
RESERVED_TAGS = ("files", "only here")
SEARCH_LANGUAGES = (
    *("ar", "ca", "da", "de", "el", "en", "eo", "es", "et", "eu", "fi", "fr", "ga", "hi", "hu", "hy", "id", "it"),
    *("lt", "ne", "nl", "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi"),
)
"""Languages that have a stemmer, by their ISO 639-1 codes."""


class SearchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `[search]` table. `languages` are those whose words are stemmed, each of `SEARCH_LANGUAGES`; several of one
    script stem one after the other, in the order given. An index of more than `budget` MB is warned of; 0 for never."""

    languages: tuple[str, ...] = ("en",)
    budget: Annotated[int, msgspec.Meta(ge=0)] = 100


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set. `timezone` is an IANA name; None means the zone kept in the archive. `language` is
    the tag of the language of the site's own words ("en", "de", "zh-Hans"; see `sitegen.language`).

    `remind_after` is the age in days of a provider's last export from which on the home page asks for the next one; 0
    never does. `folder_names` gives paths to provider's projects and GPTs by their id, for exports that lack the names.
    `publish` are the profiles of what is published, by name.
    """

    title: str = "My conversations"
    timezone: str | None = None
    theme: str = "default"
    language: str = "en"
    search: SearchSettings = SearchSettings()
    folders: tuple[FolderRule, ...] = ()
    tags: tuple[TagRule, ...] = ()
    remind_after: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 35
    folder_names: dict[str, str] = msgspec.field(default_factory=dict)
    publish: dict[str, Profile] = msgspec.field(default_factory=dict)


def find_config(archive: Path, explicit: Path | None = None) -> Path | None:
    """The configuration file to use: the one named, else `sitegen.toml` in the archive's parent, else in the
    current folder. None if there is none. Raises ConfigError if the one named does not exist."""
    places = config_places(archive, explicit)
    if explicit is not None and not explicit.is_file():
        raise ConfigError(f"{explicit}: no such configuration file")
    return next((path for path in places if path.is_file()), None)


def config_places(archive: Path, explicit: Path | None = None) -> tuple[Path, ...]:
    """Where the configuration file may stand, the first one that is there counts."""
    return (explicit,) if explicit is not None else (archive.absolute().parent / FILE_NAME, Path.cwd() / FILE_NAME)


def load_config(path: Path | None, options: Mapping[str, Any] = MappingProxyType({})) -> Config:
    """Reads and checks the file (None: only defaults) with `options` on top; options that are None don't count.

    Raises ConfigError that names the file and the key.
    """
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: can't be read: {error}") from error
        except (ValueError, RecursionError) as error:  # TOMLDecodeError, and numbers and nesting beyond Python
            raise ConfigError(f"{path}: not valid TOML: {error}") from error
    values |= {key: value for key, value in options.items() if value is not None}
    where = str(path) if path is not None else "options"
    try:
        config = msgspec.convert(with_lists(values), Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {_explained(str(error), values)}") from error
    _check(config, where)
    return config


def _explained(message: str, values: Mapping[str, Any]) -> str:
    """msgspec's message, with the keys that exist when an unknown one was used."""
    if "unknown field" not in message:
        return message
    structs: dict[str, type] = {
        r"folders": FolderRule,
        r"tags": TagRule,
        r"search": SearchSettings,
        r"publish\S*\.(include|exclude)": Inclusion,
        r"publish": Profile,
    }
    struct = next((struct for name, struct in structs.items() if re.search(rf"`\$\.{name}", message)), Config)
    return f"{message}; keys here are: {', '.join(struct.__struct_fields__)}"  # type: ignore[attr-defined]


def _check(config: Config, where: str) -> None:
    if config.timezone is not None:
        zone(config.timezone, where)
    _check_languages(config.search.languages, where)
    for project, path in config.folder_names.items():
        _check_folder(path, f"{where}: folder_names, {project}")
    for number, rule in enumerate(config.folders, 1):
        _check_folder(rule.name, f"{where}: folders, rule {number}")
        _check_conditions(rule, f"{where}: folders, rule {number}")
    for number, tag_rule in enumerate(config.tags, 1):
        _check_tag(tag_rule.name, f"{where}: tags, rule {number}")
        _check_conditions(tag_rule, f"{where}: tags, rule {number}")
    for name, profile in config.publish.items():
        check_profile(name, profile, f"{where}: publish.{name}")


def _check_conditions(rule: FolderRule, where: str) -> None:
    if all(getattr(rule, field) is None for field in FolderRule.__struct_fields__ if field != "name"):
        raise ConfigError(f'{where} ("{rule.name}") has no condition')


def _check_tag(name: str, where: str) -> None:
    if not name.strip():
        raise ConfigError(f"{where}: name is empty")
    if len(name) > LONGEST_TAG:
        raise ConfigError(f"{where}: name has {len(name)} characters; {LONGEST_TAG} are possible")
    if name.strip() in RESERVED_TAGS:
        raise ConfigError(f'{where}: name "{name}" means something to sitegen itself; choose another word')


def _check_languages(languages: tuple[str, ...], where: str) -> None:
    for place, language in enumerate(languages):
        if language not in SEARCH_LANGUAGES:
            known = ", ".join(SEARCH_LANGUAGES)
            raise ConfigError(f'{where}: search.languages: "{language}" is not supported; these are: {known}')
        if language in languages[:place]:
            raise ConfigError(f'{where}: search.languages: "{language}" is named twice; name it once')


def _check_folder(path: str, where: str) -> None:
    parts = path.split("/")
    if not all(part.strip() for part in parts):
        raise ConfigError(f'{where}: name "{path}" has an empty part')
    if len(parts) > DEEPEST_FOLDER:
        raise ConfigError(f"{where}: name has {len(parts)} levels; {DEEPEST_FOLDER} are possible")


def zone(name: str, where: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises ConfigError, naming `where` it was set, if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f'{where}: timezone: "{name}" is no known time zone (such as "Europe/Berlin")') from error
