"""What a search found: in lines for people, and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from sitegen.cli.talk import printable

if TYPE_CHECKING:
    from sitegen.search.passages import Passage, Stretch
    from sitegen.searching import Answer, Hit, Result

#: Who speaks, as on the search page.
_SPEAKERS = {"user": "You", "assistant": "Answer", "system": "System", "tool": "Tool"}


def answer_lines(answer: Answer) -> Iterator[str]:
    """Each conversation with its passages, words that were looked for in bold; last how many there are."""
    from sitegen.dates import count_label

    for result in answer.results:
        yield from _result_lines(result)
        yield ""
    if not answer.conversations:
        yield "Nothing found"
        return
    line = count_label(answer.conversations, "conversation")
    if answer.messages:
        line += f", {count_label(answer.messages, 'message')}"
    if len(answer.results) < answer.conversations:
        line += f"; {len(answer.results):,} shown, --limit shows more"
    yield line


def _result_lines(result: Result) -> Iterator[str]:
    from sitegen.render.messages import NOTE_ANCHOR

    yield _in_bold(result.title)
    facts = [_day(result.date), result.source_label, result.folder, *result.flags, result.page]
    yield "  " + " · ".join(printable(fact) for fact in facts if fact)
    for hit in result.hits:
        speaker = "Your note" if hit.anchor == NOTE_ANCHOR else _SPEAKERS.get(hit.role, "Message")
        yield f"  {speaker}: {_passage_line(hit.passage)}" if hit.passage else f"  {speaker}"


def _day(iso: str) -> str:
    """ "5 Mar 2026" for "2026-03-05"."""
    from sitegen.language import ENGLISH

    return ENGLISH.short_date(date.fromisoformat(iso)) if iso else "undated"


def _passage_line(passage: Passage) -> str:
    before, after = "… " if passage.is_cut_before else "", " …" if passage.is_cut_after else ""
    return before + _in_bold(passage.stretches).strip() + after


def _in_bold(stretches: Iterable[Stretch]) -> str:
    return "".join(
        click.style(printable(stretch.text), bold=True) if stretch.is_marked else printable(stretch.text)
        for stretch in stretches
    )


def answer_json(query: str, answer: Answer) -> dict[str, Any]:
    """An answer, as `--json` prints it."""
    return {
        "query": query,
        "notes": list(answer.notes),
        "conversations": answer.conversations,
        "messages": answer.messages,
        "results": [_result_json(result) for result in answer.results],
    }


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "key": result.key,
        "title": "".join(stretch.text for stretch in result.title),
        "date": result.date or None,
        "source": result.source,
        "source_label": result.source_label,
        "folder": result.folder,
        "flags": list(result.flags),
        "page": result.page,
        "score": result.score,
        "messages": result.messages,
        "passages": [_hit_json(hit) for hit in result.hits],
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    passage = {"text": "", "marks": []} if hit.passage is None else _passage_json(hit.passage)
    return {"anchor": hit.anchor, "role": hit.role, "score": hit.score, "terms": list(hit.terms), **passage}


def _passage_json(passage: Passage) -> dict[str, Any]:
    """The text of a passage, and where in it marked words begin and end."""
    marks, position = [], 0
    for stretch in passage.stretches:
        if stretch.is_marked:
            marks.append([position, position + len(stretch.text)])
        position += len(stretch.text)
    return {"text": "".join(stretch.text for stretch in passage.stretches), "marks": marks}
