"""The branches of a conversation on its page: where each message stands among its versions, and at which turn of the
active branch every other branch is folded. Pure, and never recursive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sitegen.language import Language
from sitegen.model import Message
from sitegen.pages import BranchView, Fork, MessageView, Turn
from sitegen.render.settings import message_anchor
from sitegen.tree import Branch, children_of
from sitegen.wording import shortened

OUTLINE_LENGTH = 70


class Forks:
    """Where the messages of a conversation stand among their siblings."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._children = children_of(messages)
        self._places = {child.id: place for group in self._children.values() for place, child in enumerate(group)}
        self._parents = {message.id: message.parent for message in messages}

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(siblings) > 1 for siblings in self._children.values())

    def is_alone(self, message: Message) -> bool:
        """Whether there is no other version of the message."""
        return len(self._children[message.parent]) == 1

    def fork(self, message: Message) -> Fork | None:
        """The place of a message among its versions; None where it is the only one."""
        if self.is_alone(message):
            return None
        siblings, place = self._children[message.parent], self._places[message.id]
        return Fork(
            number=place + 1,
            total=len(siblings),
            previous=message_anchor(siblings[place - 1].id) if place else "",
            following=message_anchor(siblings[place + 1].id) if place + 1 < len(siblings) else "",
        )

    def shown_above(self, message_id: str | None, shown: Collection[str]) -> str | None:
        """This message or, where it is not among those shown, the nearest one above that is; None without one."""
        while message_id is not None and message_id not in shown:
            message_id = self._parents[message_id]
        return message_id


def turns(
    active: Sequence[Message],
    views: Mapping[str, MessageView],
    others: Sequence[Branch],
    folded: Callable[[Branch], BranchView],
) -> tuple[Turn, ...]:
    """The active branch as turns, each with the branches that leave just before it, or that leave one of those."""
    # The turn at which each message's alternatives are shown: its own, or that of the branch it stands in.
    home: dict[str | None, str] = {message.parent: message.id for message in active}
    if active:
        # Something goes on from the last message where a publication leaves out what was shown there.
        home[active[-1].id] = active[-1].id
    at: dict[str, list[BranchView]] = {}
    for branch in others:
        turn = home[branch.parent]
        for message in branch.messages:
            home[message.id] = turn
        at.setdefault(turn, []).append(folded(branch))
    return tuple(Turn(views[message.id], tuple(at.get(message.id, ()))) for message in active if message.id in views)


def branch_view(
    branch: Branch, messages: Sequence[MessageView], words: str, parent: str, language: Language
) -> BranchView:
    """A folded branch; `words` are the first that stand in it, `parent` the anchor that it continues from."""
    summary = branch_line(branch.number, branch.total, shortened(words, OUTLINE_LENGTH), language)
    return BranchView(
        anchor=f"b{message_anchor(branch.messages[0].id)}", summary=summary, parent=parent, messages=tuple(messages)
    )


def branch_line(number: int, total: int, words: str, language: Language) -> str:
    """ "Version 1 of 2: first words of it", without them where there are none."""
    version = language.say("Version {number} of {total}", number=number, total=total)
    return language.say("{version}: {words}", version=version, words=words) if words else version
