"""The corpus as other programs read it: a Markdown file for each conversation, or sessions of Claude Code.

    python benchmarks/as_markdown.py --conversations 1000 --output corpus/markdown
    python benchmarks/as_markdown.py --conversations 1000 --sessions --output corpus/sessions

Texts are word for word those of the exports that `corpus.py` makes of the same seed. A page has front matter, and each
message of the branch that sitegen shows first under a heading of its own. Answers that were regenerated, which sitegen
builds into its pages too, are left out, because a Markdown page has no place for them: both counts are printed, so
that a comparison can say by how much the other program has less to do.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
from corpus import conversations
from corpus_shapes import Talk, Turn, talk_of

_SPEAKERS = {"user": "You", "assistant": "ChatGPT"}


class Count(msgspec.Struct):
    """How much of a corpus an export holds and how much of it is shown first: messages, and bytes of their texts."""

    conversations: int = 0
    messages: int = 0
    text_bytes: int = 0
    shown_messages: int = 0
    shown_bytes: int = 0
    written_bytes: int = 0

    def add(self, talk: Talk, written: bytes) -> None:
        """Counts a conversation, and what was written of it."""
        shown = talk.shown()
        self.conversations += 1
        self.messages += len(talk.turns)
        self.text_bytes += sum(len(turn.text.encode()) for turn in talk.turns)
        self.shown_messages += len(shown)
        self.shown_bytes += sum(len(turn.text.encode()) for turn in shown)
        self.written_bytes += len(written)


def page(talk: Talk) -> str:
    """A conversation as Markdown with front matter, its shown branch only."""
    head = (
        f"title: {json.dumps(talk.title, ensure_ascii=False)}",
        f"date: {_iso(talk.created)}",
        f"lastmod: {_iso(talk.updated)}",
        f"model: {talk.model}",
    )
    messages = (f"## {_SPEAKERS[turn.role]}\n\n{turn.text}\n" for turn in talk.shown())
    return "---\n" + "\n".join(head) + "\n---\n\n" + "\n".join(messages)


def session(talk: Talk) -> str:
    """A conversation as a session of Claude Code: a line of JSON for its title and for each message shown."""
    lines = [{"type": "summary", "summary": talk.title}, *map(_session_line, talk.shown())]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _session_line(turn: Turn) -> dict[str, object]:
    content: object = turn.text if turn.role == "user" else [{"type": "text", "text": turn.text}]
    message = {"role": turn.role, "content": content}
    return {"type": turn.role, "timestamp": _iso(turn.time), "uuid": turn.id, "message": message}


def _iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_pages(talks: Iterable[Talk], folder: Path) -> Count:
    """Writes `YEAR/MONTH/ID.md` for each conversation."""
    return _write_all(talks, folder, page, "%Y/%m", ".md")


def write_sessions(talks: Iterable[Talk], folder: Path) -> Count:
    """Writes `YEAR-MONTH/ID.jsonl` for each conversation: what Claude Code calls a project is a month here."""
    return _write_all(talks, folder, session, "%Y-%m", ".jsonl")


def _write_all(
    talks: Iterable[Talk], folder: Path, text_of: Callable[[Talk], str], subfolder: str, ending: str
) -> Count:
    count = Count()
    for talk in talks:
        content = text_of(talk).encode()
        count.add(talk, content)
        path = folder / datetime.fromtimestamp(talk.created, UTC).strftime(subfolder) / f"{talk.id}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return count


def described(count: Count) -> str:
    """The counts in words, with what is left out."""
    left_out, bytes_left_out = count.messages - count.shown_messages, count.text_bytes - count.shown_bytes
    return (
        f"{count.conversations:,} conversations. In the export: {count.messages:,} messages, {count.text_bytes:,} "
        f"bytes of text. Shown and written: {count.shown_messages:,} messages, {count.shown_bytes:,} bytes of text, "
        f"{count.written_bytes:,} bytes of files. Left out, as answers that were regenerated: {left_out:,} messages, "
        f"{bytes_left_out:,} bytes ({bytes_left_out / max(count.text_bytes, 1):.1%})."
    )


def main() -> None:
    """Writes the files and prints the counts."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--conversations", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sessions", action="store_true", help="sessions of Claude Code instead of Markdown")
    options.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    chosen = options.parse_args()
    talks = map(talk_of, islice(conversations(chosen.seed), chosen.conversations))
    write = write_sessions if chosen.sessions else write_pages
    print(described(write(talks, chosen.output)))


if __name__ == "__main__":
    main()
