"""A map of a conversation that was continued in several ways: its forks in order, the versions at each, and what
forked again within them. Pure, and never recursive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sitegen.language import Language
from sitegen.model import Message
from sitegen.pages import MapFork, MapVersion
from sitegen.render.branches import branch_line
from sitegen.render.settings import message_anchor
from sitegen.tree import Branch, children_of
from sitegen.wording import shortened

#: With fewer forks the numbers at the messages are enough.
FEWEST_FORKS = 3
#: Forks within more branches than these stand beside those that they are in.
DEEPEST = 5
_WORDS = 60


def branch_map(
    messages: Sequence[Message],
    runs: Sequence[Branch],
    words: Callable[[Sequence[Message]], str],
    language: Language,
) -> tuple[MapFork, ...]:
    """The forks of a conversation; none where there are few. `runs` are all its branches as `sitegen.tree.branches`
    gives them; `words` tells the first words said in some messages."""
    children = children_of(messages)
    forks = {parent: siblings for parent, siblings in children.items() if len(siblings) > 1}
    if len(forks) < FEWEST_FORKS:
        return ()
    return _Map(messages, runs, words, language).drawn(forks)


class _Map:
    def __init__(
        self,
        messages: Sequence[Message],
        runs: Sequence[Branch],
        words: Callable[[Sequence[Message]], str],
        language: Language,
    ) -> None:
        self.runs, self.words, self.language = runs, words, language
        self.by_id = {message.id: message for message in messages}
        self.order: dict[str | None, int] = {None: -1, **{message.id: at for at, message in enumerate(messages)}}
        self.run_of: dict[str | None, int] = {None: 0}
        for number, run in enumerate(runs):
            self.run_of.update(dict.fromkeys((message.id for message in run.messages), number))
        # The run under whose forks those of each run stand, and how deep that one is.
        self.hosts: list[int] = []
        depths: list[int] = []
        for number, run in enumerate(runs):
            above = self.run_of[run.parent]
            depth = depths[above] + 1 if number else 0
            self.hosts.append(number if depth <= DEEPEST else self.hosts[above])
            depths.append(depth)

    def drawn(self, forks: dict[str | None, list[Message]]) -> tuple[MapFork, ...]:
        at: list[list[str | None]] = [[] for _ in self.runs]
        for parent in sorted(forks, key=self.order.__getitem__):
            at[self.hosts[self.run_of[parent]]].append(parent)
        # Every run stands after the one that it leaves, so from the last one on what is needed is there.
        done: list[tuple[MapFork, ...]] = [() for _ in self.runs]
        for number in reversed(range(len(self.runs))):
            done[number] = tuple(self._fork(parent, forks[parent], done) for parent in at[number])
        return done[0]

    def _fork(self, parent: str | None, versions: Sequence[Message], done: Sequence[tuple[MapFork, ...]]) -> MapFork:
        before = self.words([self.by_id[parent]]) if parent is not None else ""
        return MapFork(
            label=self.language.say("After “{words}”", words=shortened(before, _WORDS)) if before else "",
            versions=tuple(
                self._version(number, len(versions), version, done) for number, version in enumerate(versions, 1)
            ),
        )

    def _version(self, number: int, total: int, version: Message, done: Sequence[tuple[MapFork, ...]]) -> MapVersion:
        run = self.run_of[version.id]
        begins = self.runs[run].messages[0].id == version.id
        words = self.words(self.runs[run].messages if begins else [version])
        return MapVersion(
            label=branch_line(number, total, shortened(words, _WORDS), self.language),
            url=f"#{message_anchor(version.id)}",
            current=run == 0,
            forks=done[run] if begins and run else (),
        )
