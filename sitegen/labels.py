"""Words that the archive stores and pages show in the reader's language: flags and kinds of conversations. Pure.

Addresses and the search's filters keep the stored words.
"""

from __future__ import annotations

from sitegen.language import N_, Language

_FLAGS = frozenset({N_("starred"), N_("pinned"), N_("archived"), N_("temporary"), N_("only here")})
_KINDS = frozenset({N_("chat"), N_("project"), N_("memory"), N_("document"), N_("media")})


def flag_label(language: Language, flag: str) -> str:
    """A flag or tag of a conversation for people; one that a provider or a person made up comes back as it is."""
    return language.say(flag) if flag in _FLAGS else flag


def kind_label(language: Language, kind: str) -> str:
    """A conversation's kind for people; one that is not the model's comes back as it is."""
    return language.say(kind) if kind in _KINDS else kind
