"""Calls of tools in a Claude message, and which of its results answers which call.

Pure. What a result holds is read in `results`; calls that write documents are followed in `blocks`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from sitegen.model import Block, Source, SourceListBlock, ToolCallBlock, ToolResultBlock
from sitegen.readers.claude.results import decoded, result_blocks, run_failed, source_of, unknown
from sitegen.readers.fields import Json, Object, json_text, object_of, objects_of, one_line, text_of

_PROGRAMS = {"bash_tool": ("command", "bash"), "repl": ("code", "javascript")}


def results_of_calls(content: list[Json]) -> dict[int, int]:
    """Places of the calls and of their results: by id, or for those without one by name and order."""
    waiting: dict[tuple[str, str], deque[int]] = {}
    pairs: dict[int, int] = {}
    for place, block in enumerate(content):
        given = object_of(block)
        kind = given.get("type")
        if kind not in ("tool_use", "tool_result"):
            continue
        identity = text_of(given.get("id" if kind == "tool_use" else "tool_use_id"))
        queue = waiting.setdefault((identity, "" if identity else text_of(given.get("name"))), deque())
        if kind == "tool_use":
            queue.append(place)
        elif queue:
            pairs[queue.popleft()] = place
    return pairs


def failed(result: Object) -> bool:
    """True if the provider calls the result an error."""
    return result.get("is_error") is True


def tool_result(given: Object) -> ToolResultBlock:
    """A `tool_result`; a command that ended with a code other than 0 has failed too."""
    tool = text_of(given.get("name"))
    has_failed = failed(given) or (tool == "bash_tool" and any(map(run_failed, _outputs(given))))
    return ToolResultBlock(_tool_name(given), result_blocks(given, tool), text_of(given.get("tool_use_id")), has_failed)


def _outputs(given: Object) -> Iterator[Json]:
    for item in objects_of(decoded(given.get("content"))):
        yield decoded(item.get("text"))


def _tool_name(given: Object) -> str:
    """A connected server's tool with the server's name before it; its address, which may hold a key, is left out."""
    name, server = one_line(given.get("name")), one_line(given.get("integration_name"))
    if server and given.get("mcp_server_url") and server.casefold() not in name.casefold():
        return f"{server}: {name}"
    return name or server or "tool"


def tool_call(given: Object, arguments: Json) -> ToolCallBlock:
    """A `tool_use` with its input, which is already decoded; its title is what Claude's page says of it."""
    text, language = _arguments(text_of(given.get("name")), arguments)
    message, described = one_line(given.get("message")), one_line(object_of(arguments).get("description"))
    # JSON holds the description anyway, a program shown by itself does not.
    titles = (message, described if language != "json" or not message else "")
    title = ": ".join(dict.fromkeys(filter(None, titles)))
    return ToolCallBlock(_tool_name(given), text, language, title, text_of(given.get("id")))


def _arguments(tool: str, arguments: Json) -> tuple[str, str]:
    """A call's input as text, and its language: a program as it is, everything else as JSON."""
    if isinstance(arguments, str):
        return arguments, ""
    if not arguments:
        return "", "json"
    field, language = _PROGRAMS.get(tool, ("", ""))
    program = object_of(arguments).get(field)
    if isinstance(program, str) and set(object_of(arguments)) <= {field, "description"}:
        return program, language
    try:
        return json_text(arguments), "json"
    except RecursionError:
        return unknown(arguments).json, "json"


def document_sources(arguments: Object) -> Iterator[Block]:
    """The pages that a written report rests on; their places refer to the report's text, not to the message's."""
    sources: dict[Source, None] = {}
    for citation in objects_of(arguments.get("md_citations")):
        details = object_of(citation.get("details"))
        for given in [citation, details, *objects_of(citation.get("sources"))]:
            source = source_of(given)
            if source.url:
                sources[Source(source.url, source.title)] = None
    if sources:
        yield SourceListBlock(tuple(sources), title="Sources of the document")
