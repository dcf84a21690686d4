"""Conversations without what should not be published, before anything is rendered or indexed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from sitegen.model import Conversation
from sitegen.redaction.findings import Finding, Removed, canonical, excerpts, finding_id, needles_of
from sitegen.redaction.named_values import kind_of_named
from sitegen.redaction.scan import find_matches
from sitegen.redaction.spans import CATEGORIES, Category, Finder, Match
from sitegen.redaction.texts import Edited, Placed, replaced
from sitegen.redaction.walk import Walk, Where
from sitegen.redaction.words import finder_of, literals_of

_ROUNDS = 4
_SHORTEST_SALT = 16
# Providers' and sitegen's own ids, of which an archive has millions.
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12}")
#: Kinds that only their neighbours give away, so that the same value elsewhere would not be found.
_BY_CONTEXT = frozenset(("password", "secret", "credential", "AWS secret key"))
_SECRETS: tuple[Category, ...] = ("secrets",)


class RedactedText(NamedTuple):
    """A text without what was found in it, and the findings."""

    text: str
    findings: tuple[Finding, ...]


class RedactedConversation(NamedTuple):
    """A conversation without what was found in it, and the findings in reading order.

    `attachments` leads from the ids of attachments to those they had before, where they differ.
    """

    conversation: Conversation
    findings: tuple[Finding, ...]
    attachments: Mapping[str, str]


class Redactor:
    """Redacts everything of one publication, so that the same value has the same mark everywhere in it.

    `categories` are looked for ("words" among them), and `words` are the person's own. `salt` is random, of at least 16
    bytes, and kept with the publication: finding ids depend on it. Values whose finding id is in `allowed` stay.

    `learn` first from all that will be published: then a password that is named once is removed everywhere. A
    conversation that was not learnt from is learnt from when it is redacted, for itself and what comes after it.

    Raises ValueError for a salt that is too short.
    """

    def __init__(
        self, categories: Collection[Category], *, salt: bytes, words: Iterable[str] = (), allowed: Collection[str] = ()
    ) -> None:
        if len(salt) < _SHORTEST_SALT:
            raise ValueError(f"the salt needs {_SHORTEST_SALT} bytes")
        self._categories = frozenset(categories)
        self._salt = salt
        self._allowed = frozenset(allowed)
        self._words: tuple[tuple[Category, Finder], ...] = (("words", finder_of(words)),)
        self._known: dict[str, str] = {}
        self._literals: tuple[tuple[Category, Finder], ...] = ()
        self._learnt: set[str] = set()
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: Counter[str] = Counter()
        self._removed: dict[tuple[Category, str], Removed] = {}

    @property
    def removed(self) -> tuple[Removed, ...]:
        """Every value that was removed so far, in each way it was written: what is published may hold none of them."""
        return tuple(self._removed.values())

    def learn(self, conversation: Conversation) -> None:
        """Takes note of the secrets that only their neighbours give away."""
        self._learnt.add(conversation.key)
        before = len(self._known)
        Walk(self._learn_from, lambda edited, where: None).conversation(conversation)
        if len(self._known) > before:
            self._literals = (("secrets", literals_of(dict(self._known))),)

    def conversation(self, conversation: Conversation) -> RedactedConversation:
        """The conversation redacted: every text of it, and ids so that they still fit together.

        `Conversation.key` differs where its id held something. Raises TypeError for a part of the model of an unknown
        type, rather than to pass it on unseen.
        """
        if conversation.key not in self._learnt:
            self.learn(conversation)
        findings: list[Finding] = []

        def found(edited: Edited, where: Where) -> None:
            findings.extend(self._told(edited, ", ".join(where)))

        walk = Walk(self._edited, found)
        new = walk.conversation(conversation)
        attachments = {walk.ids[old]: old for old in walk.attachments if walk.ids[old] != old}
        return RedactedConversation(new, tuple(findings), attachments)

    def redact_text(self, text: str, where: str) -> RedactedText:
        """Any other text of the publication: the site's title, names of folders, notes. `where` names it for people."""
        edited = self._edited(text)
        return RedactedText(edited.text, tuple(self._told(edited, where)))

    def _edited(self, text: str, name: str = "", with_words: bool = True) -> Edited:
        edited = Edited(text)
        if not text or _RANDOM_ID.fullmatch(text):
            return edited
        for _ in range(_ROUNDS):
            matches = self._matches(edited.text, name, with_words)
            gone = [match for match in matches if self._id(match) not in self._allowed]
            if not gone:
                clear = (Placed(match, match.start, match.end) for match in matches)
                return edited._replace(placed=tuple(sorted((*edited.placed, *clear), key=lambda one: one.start)))
            edited = replaced(edited, gone, self._mark)
        # Each round uncovered something new: nothing that was written in good faith does that.
        whole = Match(0, len(text), "secrets", "text", text)
        return replaced(Edited(text), (whole,), self._mark)

    def _learn_from(self, text: str, name: str, with_words: bool) -> Edited:
        del with_words
        for match in self._matches(text, name, False, _SECRETS) if text and not _RANDOM_ID.fullmatch(text) else ():
            if match.kind in _BY_CONTEXT and needles_of(match) and self._id(match) not in self._allowed:
                self._known.setdefault(match.value, match.kind)
        return Edited(text)

    def _matches(
        self, text: str, name: str, with_words: bool, categories: Collection[Category] = CATEGORIES
    ) -> tuple[Match, ...]:
        wanted = self._categories.intersection(categories)
        kind = kind_of_named(name, text) if name and "secrets" in wanted else None
        if kind is not None:
            return (Match(0, len(text), "secrets", kind, text),)
        return find_matches(text, wanted, (*self._literals, *self._words) if with_words else self._literals)

    def _told(self, edited: Edited, where: str) -> Iterator[Finding]:
        for match, excerpt in excerpts(edited):
            id_ = self._id(match)
            gone = id_ not in self._allowed
            yield Finding(where, match.category, match.kind, excerpt, match.is_critical, gone, id_)

    def _id(self, match: Match) -> str:
        return finding_id(self._salt, match.category, canonical(match.category, match.value))

    def _mark(self, match: Match) -> str:
        key = (match.kind, canonical(match.category, match.value))
        if key not in self._numbers:
            self._counts[match.kind] += 1
            self._numbers[key] = self._counts[match.kind]
        if (match.category, match.value) not in self._removed:
            removed = Removed(match.value, match.category, match.kind, self._id(match), needles_of(match))
            self._removed[match.category, match.value] = removed
        return f"[redacted: {match.kind} {self._numbers[key]}]"
