"""What keeps things out of a publication, each with the way to switch it off.

Where the last look would stop what another protection lets through, it is switched off with it: each must hold alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hostile_cases import Protection
from msgspec.structs import replace
from protections_redaction import replaced

from sitegen.config import Config
from sitegen.model import Conversation
from sitegen.profiles import Profile
from sitegen.publish.choosing import Candidate, Decision, decide
from sitegen.publish.extract import _Extractor
from sitegen.publish.ledger import Facts
from sitegen.publish.redacting import Redaction
from sitegen.publish.verification import Forbidden

SwitchOff = Callable[[pytest.MonkeyPatch], None]
_PUBLISH = "sitegen.publish"


def with_everything(self: _Extractor, candidate: Candidate, accepted: frozenset[str]) -> Facts:
    """As if the site were built from the owner's archive."""
    for row in self.source.conversations():
        self.target.put(self.source.conversation(row.key))
    return Facts(candidate.title, candidate.created, 1, 1, 0)


def _all_accepted(*survey: Any, **_: bool) -> Decision:
    return decide(*survey, all_=True)


def _not_redacted(self: Redaction, talk: Conversation) -> tuple[Conversation, dict[str, str]]:
    return talk, {}


def _with_owners_rules(config: Config, profile: Profile, names: dict[str, str], title: str, zone: str) -> Config:
    return replace(config, folder_names={**config.folder_names, **names}, publish={})


def _without(**fields: Any) -> Callable[..., Forbidden]:
    """Looks for less at the end."""
    return lambda *values: Forbidden(*values)._replace(**fields)


def _as_it_stands(content: bytes, depth: int = 0) -> Iterator[str]:
    yield content.decode("latin-1")


def _together(*offs: SwitchOff) -> SwitchOff:
    def off(monkeypatch: pytest.MonkeyPatch) -> None:
        for one in offs:
            one(monkeypatch)

    return off


def _everywhere(name: str, modules: tuple[str, ...], stand_in: object) -> SwitchOff:
    return _together(*(replaced(f"{_PUBLISH}.{module}.{name}", stand_in) for module in modules))


#: What others must not read is taken out before a site is made: by what, what is missed then, and whether the last look
#: at the finished site can know of that.
BEFORE: tuple[tuple[str, SwitchOff, tuple[str, ...], bool], ...] = (
    ("selection", replaced(f"{_PUBLISH}.choosing.selects", lambda *_: True), ("words-in-the-search", "title"), False),
    (
        "acceptance",
        replaced(f"{_PUBLISH}.pipeline.decide", _all_accepted),
        ("held",),
        False,
    ),
    (
        "the archive of its own",
        replaced(f"{_PUBLISH}.extract._Extractor.take", with_everything),
        ("words-in-the-search", "title", "ids"),
        True,
    ),
    (
        "settings of its own",
        replaced(f"{_PUBLISH}.pipeline.config_of", _with_owners_rules),
        ("folder-and-tags",),
        False,
    ),
    ("leaving out", replaced(f"{_PUBLISH}.extract.published", lambda talk, *_: talk), ("earlier-texts",), False),
    (
        "messages that are not shown",
        _everywhere("with_shown_messages", ("choosing", "leaving_out"), lambda talk, left_out: talk),
        ("branches-and-hidden",),
        False,
    ),
    (
        "files that are not named",
        _everywhere("is_named", ("choosing", "leaving_out"), lambda *_: True),
        ("file-name", "file-content"),
        False,
    ),
    ("ids of its own", replaced(f"{_PUBLISH}.extract.with_own_ids", lambda talk, salt: talk), ("ids",), False),
    (
        "metadata of pictures",
        replaced(f"{_PUBLISH}.extract.without_metadata", lambda content, media_type: content),
        ("exif",),
        False,
    ),
    (
        "redaction of conversations",
        replaced(f"{_PUBLISH}.redacting.Redaction.conversation", _not_redacted),
        ("secret-in-the-title-of-the-site", "secret-in-a-folder"),
        True,
    ),
    (
        "redaction of other texts",
        replaced(f"{_PUBLISH}.redacting.Redaction.text", lambda self, text, where: text),
        ("secret-in-a-text-file", "secret-in-the-title-of-the-site", "secret-in-a-folder"),
        True,
    ),
)
_LAST_LOOK: tuple[tuple[str, SwitchOff, tuple[str, ...]], ...] = (
    ("the words of the index", replaced(f"{_PUBLISH}.verification.Verification._in_index", lambda *_: iter(())),
     ("index-of-everything", "index-that-is-none")),
    ("files of a site", replaced(f"{_PUBLISH}.verification._SITE_FILES", re.compile(".*")), ("sitemap", "ledger")),
    (
        "names of what is not published",
        replaced(f"{_PUBLISH}.choosing.Survey.unpublished_names", lambda *_: frozenset()),
        ("title-in-the-feed", "title-in-a-page", "title-as-a-file-name", "index-of-everything"),
    ),
    ("names of files", replaced(f"{_PUBLISH}.verification._WORD_ENDS", re.compile("(?!)")), ("title-as-a-file-name",)),
    ("what was redacted", replaced(f"{_PUBLISH}.pipeline.Forbidden", _without(values=())),
     ("redacted-value-in-base64",)),
    ("canaries", replaced(f"{_PUBLISH}.pipeline.Forbidden", _without(words=())), ("canary",)),
    ("places", replaced(f"{_PUBLISH}.pipeline.Forbidden", _without(places=())), ("path", "account")),
    (
        "rules of redaction",
        replaced(f"{_PUBLISH}.redacting.Redaction.kinds_in", lambda *_: []),
        ("new-secret", "secret-cut-by-markdown", "secret-in-a-script"),
    ),
    (
        "what is packed or spelled otherwise",
        replaced(f"{_PUBLISH}.verification.readings", _as_it_stands),
        ("title-packed", "redacted-value-in-base64", "title-in-a-page", "sealed-blob-in-clear"),
    ),
    (
        "a sealed site",
        replaced(f"{_PUBLISH}.verification.Verification.leaks_of_sealed", lambda *_: iter(())),
        ("sealed-title", "sealed-file-in-clear", "sealed-blob-in-clear"),
    ),
)  # fmt: skip

_NO_LAST_LOOK = replaced(f"{_PUBLISH}.verification.Verification.leaks", lambda self, folder: iter(()))

PROTECTIONS = [
    *(
        Protection(f"publishing: {name}", _together(off, _NO_LAST_LOOK), tuple(f"publish-{case}" for case in missed_by))
        for name, off, missed_by, _ in BEFORE
    ),
    *(
        Protection(f"the last look: {name}", off, tuple(f"publish-planted-{case}" for case in missed_by))
        for name, off, missed_by in _LAST_LOOK
    ),
]
