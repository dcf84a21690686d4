"""Known-item search: hand-made queries, each with the one message it must find among many conversations.

    python tests/known_items.py

asks them all in Chromium, of a site opened from disk, and prints where the wanted messages stand. The conversations and
queries are in `data/known_items/`, one file for each language and one for code; all were written before any query was
run. Around them stand hundreds of conversations of random words, `invented` or, which is harder, `ordinary` ones.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from search_site import assistant, conversation, invented_conversations, invented_words, user, write_site

from sitegen.search import SearchConversation, SearchDocument, analyse

#: Those whose words are stemmed, in the index and in the queries.
LANGUAGES = ("en", "de", "ru", "es")

FOLDER = Path(__file__).parent / "data" / "known_items"
GROUPS = ("english", "german", "chinese", "russian", "spanish", "code")
DISTRACTORS = 400
BEST = 3
"""A message counts as found if its conversation is among this many results, and it among as many of its hits."""

ASK = """
async (queries) => {
  const engine = sitegen.search(sitegen.loadScript);
  const answers = [];
  for (const query of queries) {
    const answer = await engine.run(query, {});
    const groups = await answer.groups(0, Infinity);
    answers.push(groups.map(({ conversation, hits }) => [conversation.key, hits.map((hit) => hit.place)]));
  }
  return answers;
}
"""


class Query(NamedTuple):
    """What a person types, the message wanted (its conversation's key, its anchor), and what is special about it."""

    group: str
    text: str
    conversation: str
    message: str
    how: str


class Standing(NamedTuple):
    """Where the message of a query stands, counted from 1; None is nowhere.

    `result` is its conversation among the results, `hit` the message among that conversation's hits, which are shown in
    this order. `first` is the conversation that came first instead or too.
    """

    query: Query
    result: int | None
    hit: int | None
    first: str | None

    def found(self, best: int) -> bool:
        """Whether the message is among the `best` hits of one of the `best` results."""
        return self.result is not None and self.hit is not None and max(self.result, self.hit) <= best


def read() -> tuple[list[Query], list[SearchConversation]]:
    """The queries and the conversations that they look for."""
    queries: list[Query] = []
    conversations: list[SearchConversation] = []
    for group in GROUPS:
        content = tomllib.loads((FOLDER / f"{group}.toml").read_text("utf-8"))
        queries += [Query(group, **query) for query in content["queries"]]
        conversations += [
            conversation(
                talk["key"],
                *(_message(f"m-{number}", **message) for number, message in enumerate(talk["messages"], 1)),
                title=talk["title"],
                date=talk["date"],
                source=talk["source"],
            )
            for talk in content["conversation"]
        ]
    return queries, conversations


def _message(anchor: str, **texts: str) -> SearchDocument:
    code = texts.pop("code", "")
    ((role, text),) = texts.items()
    return {"user": user, "assistant": assistant}[role](text, anchor, code=code)


def invented(count: int = DISTRACTORS) -> list[SearchConversation]:
    """Conversations of invented words: they change what is rare and what is long, and seldom match."""
    return invented_conversations(count, invented_words(3000))


def ordinary(conversations: Iterable[SearchConversation], count: int = DISTRACTORS) -> list[SearchConversation]:
    """Conversations of random words, every other of which stands in several of `conversations`.

    So ordinary words are no longer rare, and the words of most queries stand in titles and short messages that are no
    one's.
    """
    uses = Counter(chain.from_iterable(analyse(talk, ()).terms for talk in conversations))
    shared = sorted((word for word, number in uses.items() if number > 1), key=lambda word: (-uses[word], word))
    words = chain.from_iterable(zip(shared, invented_words(len(shared)), strict=True))
    return invented_conversations(count, list(words))


def write(folder: Path, conversations: Sequence[SearchConversation], others: Iterable[SearchConversation]) -> str:
    """A site of the conversations and the others; gives the address of its search page."""
    return write_site(folder, [*conversations, *others], languages=LANGUAGES)


def standings(
    page: Any, address: str, queries: Sequence[Query], conversations: Iterable[SearchConversation]
) -> list[Standing]:
    """Asks all queries on the search page at `address`."""
    anchors = {talk.key: [document.anchor for document in talk.documents] for talk in conversations}
    page.goto(address)
    answers = page.evaluate(ASK, [query.text for query in queries])
    return [_standing(query, answer, anchors) for query, answer in zip(queries, answers, strict=True)]


def _standing(query: Query, answer: list[tuple[str, list[int]]], anchors: dict[str, list[str]]) -> Standing:
    keys = [key for key, _ in answer]
    first = keys[0] if keys else None
    if query.conversation not in keys:
        return Standing(query, None, None, first)
    place = keys.index(query.conversation)
    hits = [anchors[query.conversation][number] for number in answer[place][1]]
    hit = hits.index(query.message) + 1 if query.message in hits else None
    return Standing(query, place + 1, hit, first)


def share_found(found: Sequence[Standing], best: int = BEST) -> float:
    """The share of queries whose message is found."""
    return sum(standing.found(best) for standing in found) / len(found)


def table(found: Sequence[Standing]) -> str:
    """Markdown: a line for each group and one for all, and below it the queries that miss."""
    lines = [f"| queries in | number | found at 1 | found at {BEST} |", "|---|---|---|---|"]
    for group in (*GROUPS, "all"):
        own = [standing for standing in found if group in (standing.query.group, "all")]
        counts = [sum(standing.found(best) for standing in own) for best in (1, BEST)]
        lines.append(f"| {group} | {len(own)} | {counts[0]} | {counts[1]} |")
    misses = [standing for standing in found if not standing.found(BEST)]
    if misses:
        lines += ["", "| missed | wanted | result | hit | first result |", "|---|---|---|---|---|"]
    for query, *places in misses:
        wanted = f"{query.conversation} {query.message}"
        where = " | ".join("–" if place is None else str(place) for place in places)
        lines.append(f"| {query.text} ({query.how}) | {wanted} | {where} |")
    return "\n".join(lines)


def main() -> None:
    """Prints the tables."""
    from conftest import CHROMIUM
    from playwright.sync_api import sync_playwright

    queries, conversations = read()
    surroundings = {"invented": invented(), "ordinary": ordinary(conversations)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for words, others in surroundings.items():
            with tempfile.TemporaryDirectory(prefix="sitegen-known-") as folder:
                address = write(Path(folder), conversations, others)
                found = standings(browser.new_page(), address, queries, conversations)
            counted = f"{len(conversations)} conversations among {len(others)} of {words} words"
            sys.stdout.write(f"{counted}:\n\n{table(found)}\n\n")
        browser.close()


if __name__ == "__main__":
    main()
