"""What makes an index large, for a person who wonders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sitegen.search.documents import FIELDS, SearchConversation, unpacked
from sitegen.search.vocabulary import Numbered

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


def over_budget(size: int, budget: int, conversations: Sequence[tuple[SearchConversation, Numbered]]) -> str | None:
    """A sentence about an index of `size` bytes that passes the budget, in MB of a million, with what is most of it.

    None if it doesn't, or if the budget is 0. Shares are of the postings, of which an index consists.
    """
    if not budget or size <= budget * _MB:
        return None
    return (
        f"the search index has {size / _MB:.1f} MB, more than search.budget in sitegen.toml ({budget} MB); "
        f"the most are words of {_largest(conversations)}; by kind: {_by_kind(conversations)}"
    )


def _largest(conversations: Sequence[tuple[SearchConversation, Numbered]]) -> str:
    postings = [len(unpacked(numbered.counts.places)) for _, numbered in conversations]
    whole = sum(postings) or 1
    named = sorted(range(len(postings)), key=lambda place: (-postings[place], place))[:_NAMED]
    heads = [conversations[place][0] for place in named]
    return ", ".join(
        f'"{head.title[:_LONGEST_TITLE]}" ({head.url}, {postings[place] / whole:.0%})'
        for head, place in zip(heads, named, strict=True)
    )


def _by_kind(conversations: Sequence[tuple[SearchConversation, Numbered]]) -> str:
    postings = np.zeros(len(FIELDS), np.int64)
    for _, numbered in conversations:
        postings += unpacked(numbered.counts.sizes).reshape(-1, len(FIELDS)).sum(axis=0, dtype=np.int64)
    whole = int(postings.sum()) or 1
    shares = zip((name for name, _ in FIELDS), postings.tolist(), strict=True)
    ordered = sorted(shares, key=lambda share: -share[1])
    return ", ".join(f"{_KINDS[name]} {count / whole:.0%}" for name, count in ordered if count)
