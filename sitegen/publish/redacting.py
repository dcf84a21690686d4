"""Redaction of one publication: what the profile names is replaced, and what it doesn't is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sitegen.model import Conversation
from sitegen.profiles import Profile
from sitegen.redaction.findings import Finding
from sitegen.redaction.redactor import Redactor
from sitegen.redaction.spans import CATEGORIES


class Redaction:
    """Everything that is published goes through it. `findings` are all so far, those in clear, too."""

    def __init__(self, profile: Profile, allowed: Collection[str], salt: bytes) -> None:
        """`allowed` are ids of findings that a person lets stand; `salt` is the publication's own."""
        self._redactor = Redactor({*profile.redact, "words"}, salt=salt, words=profile.words, allowed=allowed)
        others = set(CATEGORIES) - {*profile.redact, "words"}
        # What it finds is told and thrown away: it stays in clear. Mostly there is nothing left to look for.
        self._teller = Redactor(others, salt=salt) if others else None
        self._everything = Redactor(CATEGORIES, salt=salt, words=profile.words)
        self.findings: list[Finding] = []

    def learn(self, conversation: Conversation) -> None:
        """Takes note of secrets that only their neighbours give away. All that is published must be learnt first."""
        self._redactor.learn(conversation)

    def conversation(self, conversation: Conversation) -> tuple[Conversation, Mapping[str, str]]:
        """The conversation redacted, and by the ids of its attachments those they had before, where they differ."""
        redacted, findings, attachments = self._redactor.conversation(conversation)
        self.findings += findings
        if self._teller is not None:
            self._tell(self._teller.conversation(redacted).findings)
        return redacted, attachments

    def text(self, text: str, where: str) -> str:
        """Any other text redacted; `where` says for people what it is."""
        redacted, findings = self._redactor.redact_text(text, where)
        self.findings += findings
        if self._teller is not None:
            self._tell(self._teller.redact_text(redacted, where).findings)
        return redacted

    def look_at(self, text: str, where: str) -> None:
        """Tells what stands in a file that is published as it is."""
        self._tell(self._everything.redact_text(text, where).findings)

    def _tell(self, findings: tuple[Finding, ...]) -> None:
        self.findings += [finding._replace(is_redacted=False) for finding in findings]

    @property
    def removed(self) -> frozenset[str]:
        """What was removed, as far as it can be searched for."""
        return frozenset(needle for removed in self._redactor.removed for needle in removed.needles)

    def kinds_in(self, text: str) -> list[str]:
        """The kinds of what would be removed from a text that has been redacted: there should be none."""
        return [finding.kind for finding in self._redactor.redact_text(text, "").findings if finding.is_redacted]
