"""What makes an index large, for a person who wonders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sitegen.search.documents import FIELDS, SearchConversation, unpacked
from sitegen.search.postings import Words

_NAMED = 3
_LONGEST_TITLE = 60
_MB = 1_000_000
_HOSTS_LIMIT_MB = 25
_KINDS = {
    "title": "titles",
    "prompt": "what you wrote",
    "answer": "answers",
    "code": "code",
    "steps": "reasoning and tools",
}


def too_large(path: str, size: int) -> str | None:
    """A sentence about a file of so many bytes that some hosts would refuse; None if all is well."""
    if size <= _HOSTS_LIMIT_MB * _MB:
        return None
    return f"{path} has {size / _MB:.1f} MB; some hosts take no file over {_HOSTS_LIMIT_MB} MB"


def over_budget(size: int, budget: int, conversations: Sequence[SearchConversation], words: Words) -> str | None:
    """A sentence about an index of `size` bytes that passes the budget, in MB of a million, with what is most of it.

    None if it doesn't, or if the budget is 0. Shares are of the postings, of which an index consists. `words` gives
    those of a conversation by its key.
    """
    if not budget or size <= budget * _MB:
        return None
    by_kind = np.zeros(len(FIELDS), np.int64)
    postings = []
    for head in conversations:
        sizes = unpacked(words(head.key).counts.sizes).reshape(-1, len(FIELDS)).sum(axis=0, dtype=np.int64)
        by_kind += sizes
        postings.append(int(sizes.sum()))
    return (
        f"the search index has {size / _MB:.1f} MB, more than search.budget in sitegen.toml ({budget} MB); "
        f"the most are words of {_largest(conversations, postings)}; by kind: {_by_kind(by_kind.tolist())}"
    )


def _largest(conversations: Sequence[SearchConversation], postings: Sequence[int]) -> str:
    whole = sum(postings) or 1
    named = sorted(range(len(postings)), key=lambda place: (-postings[place], place))[:_NAMED]
    heads = [conversations[place] for place in named]
    return ", ".join(
        f'"{head.title[:_LONGEST_TITLE]}" ({head.url}, {postings[place] / whole:.0%})'
        for head, place in zip(heads, named, strict=True)
    )


def _by_kind(postings: Sequence[int]) -> str:
    whole = sum(postings) or 1
    ordered = sorted(zip((name for name, _ in FIELDS), postings, strict=True), key=lambda share: -share[1])
    return ", ".join(f"{_KINDS[name]} {count / whole:.0%}" for name, count in ordered if count)
