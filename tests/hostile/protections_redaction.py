"""What takes secrets out of what is published, and what spares the rest, each with the way to switch it off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from hostile_cases import Protection

from sitegen.redaction import scan, walk
from sitegen.redaction.texts import Edited
from sitegen.redaction.views import View

NEVER = re.compile(r"(?!)")


def replaced(target: str, stand_in: object) -> Callable[[pytest.MonkeyPatch], None]:
    """Puts something in the place of what `target` names."""
    return lambda monkeypatch: monkeypatch.setattr(target, stand_in)


def _without(*names: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Takes finders away."""
    left = tuple((category, finder) for category, finder in scan.FINDERS if finder.__name__ not in names)
    assert len(left) == len(scan.FINDERS) - len(names)
    return replaced("sitegen.redaction.scan.FINDERS", left)


def _with_fields(chosen: Callable[[type, str], bool]) -> Callable[[pytest.MonkeyPatch], None]:
    """Looks at these fields of the model only."""
    fields = walk._fields

    def some(kind: type) -> tuple[str, ...]:
        return tuple(name for name in fields(kind) if chosen(kind, name))

    return replaced("sitegen.redaction.walk._fields", some)


def _not_learnt(self: object, text: str, *_: object) -> Edited:
    return Edited(text)


def _of_words(words: Iterable[str]) -> Callable[[str, str], Iterable[object]]:
    del words
    return lambda text, lower: ()


_ROWS: tuple[tuple[str, Callable[[pytest.MonkeyPatch], None], tuple[str, ...]], ...] = (
    # what is looked for
    ("private keys", _without("private_keys"), ("key-cut-off",)),
    ("tokens of providers", _without("tokens"), ("web-token", "aws-pair", "title", "link-target", "alt-text")),
    ("secrets of AWS", replaced("sitegen.redaction.tokens._aws_secrets", lambda *_: ()), ("aws-pair",)),
    ("passwords in addresses", _without("passwords_in_addresses"), ("password-in-address",)),
    ("authorization headers", _without("headers"), ("authorization",)),
    ("named values", _without("named_values"), ("password-said-before",)),
    ("names in JSON", replaced("sitegen.redaction.redactor.kind_of_named", lambda *_: None), ("named-in-json",)),
    ("e-mail", _without("emails"), ("soft-hyphens", "full-width", "percent-encoded", "entities", "capitals")),
    ("IBAN", _without("ibans"), ("number-in-groups",)),
    ("cards", _without("cards"), ("number-in-groups", "json-number")),
    ("phone", _without("phones"), ("phone",)),
    ("addresses of machines", _without("ip_addresses"), ("ip",)),
    ("names in paths", _without("home_names"), ("home",)),
    ("own words", replaced("sitegen.redaction.redactor.finder_of", _of_words), ("composed-letters", "word-over-lines")),
    (
        "learning",
        replaced("sitegen.redaction.redactor.Redactor._learn_from", _not_learnt),
        ("password-said-before",),
    ),
    # how it is read
    (
        "the text as it is seen",
        replaced("sitegen.redaction.scan.normal", View),
        ("zero-width", "soft-hyphens", "full-width", "composed-letters"),
    ),
    (
        "the text decoded",
        replaced("sitegen.redaction.scan.decoded", lambda view: None),
        ("percent-encoded", "entities", "escapes-of-json"),
    ),
    (
        "JSON as JSON",
        replaced("sitegen.redaction.walk.is_json", lambda text: False),
        ("json-number",),
    ),
    # where it is looked for
    ("ids", _with_fields(lambda kind, name: name not in ("id", "account")), ("attachment-id", "ids")),
    ("names of files", _with_fields(lambda kind, name: name != "name"), ("file-name", "tool-name")),
    ("tools", _with_fields(lambda kind, name: "Tool" not in kind.__name__), ("tool-call", "tool-call-no-json",
                                                                           "tool-name", "tool-result")),
    ("addresses of sources", _with_fields(lambda kind, name: name != "url"), ("sources", "file-name")),
    ("titles", _with_fields(lambda kind, name: name != "title"), ("title", "tool-name", "document")),
    ("what stands beside messages", _with_fields(lambda kind, name: name not in ("flags", "summary", "model")),
     ("model-and-flags",)),
    # what spares the rest
    ("check digits of an IBAN", replaced("sitegen.redaction.numbers._has_right_check", lambda iban: True),
     ("kept-iban-wrong-check",)),
    ("the check digit of a card", replaced("sitegen.redaction.numbers._passes_luhn", lambda digits: True),
     ("kept-card-wrong-digit",)),
    ("issuers of cards", replaced("sitegen.redaction.numbers._ISSUERS", re.compile("[0-9]+")),
     ("kept-card-no-issuer",)),
    ("placeholders", replaced("sitegen.redaction.named_values.is_placeholder", lambda value: False),
     ("kept-placeholders",)),
    ("addresses for examples", replaced("sitegen.redaction.contacts._RESERVED", NEVER), ("kept-example-addresses",)),
    ("names of pictures", replaced("sitegen.redaction.contacts._FILE_ENDINGS", frozenset()), ("kept-decorator",)),
    ("addresses of nobody", replaced("sitegen.redaction.network._is_somebodys", lambda address: True),
     ("kept-loopback",)),
    ("versions", replaced("sitegen.redaction.network._is_version", lambda *_: False), ("kept-versions",)),
    ("names that mean nobody", replaced("sitegen.redaction.homes._NOBODY", frozenset()), ("kept-nobody-home",)),
    ("whole words", replaced("sitegen.redaction.words._is_whole", lambda *_: True), ("kept-part-of-a-word",)),
    ("marks of what is gone", replaced("sitegen.redaction.scan.MARK", NEVER), ("kept-mark",)),
)  # fmt: skip

PROTECTIONS = [
    Protection(f"redaction: {name}", off, tuple(f"redaction-{case}" for case in missed_by))
    for name, off, missed_by in _ROWS
]
