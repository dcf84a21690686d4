"""What a ChatGPT message holds, as blocks: one function for each `content_type`.

Text and mixed parts are read in `parts`. Whose message it is, whether it is hidden, and what tool calls and
canvas documents make of it, is decided in `messages`. A type that is not in the table, or holds words where none
are expected, becomes an `UnknownBlock` with the provider's JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sitegen.model import (
    Block,
    CodeBlock,
    ImageBlock,
    NoticeBlock,
    QuoteBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
)
from sitegen.readers.chatgpt.parts import Around, part_blocks, text_blocks, words_of
from sitegen.readers.chatgpt.sources import distinct, source_of, web_address
from sitegen.readers.chatgpt.unknown import unknown
from sitegen.readers.fields import Json, Object, list_of, object_of, objects_of, one_line, text_of

#: Members of a content that only say what it is, or where it came from.
_LABELS = {"computer_id", "content_type", "language", "response_format_name", "source_analysis_msg_id", "tether_id"}
_SECONDS = re.compile(r"(?:(\d+)\s*h\w*\s*)?(?:(\d+)\s*m\w*\s*)?(?:(\d+)\s*s\w*)?\s*$")


def content_blocks(content: Json, around: Around) -> list[Block]:
    """The blocks of a message's `content`; none for nothing at all."""
    if content is None or content == "" or content == {} or content == []:
        return []
    if isinstance(content, str):
        return text_blocks([content], around)
    if not isinstance(content, dict):
        return [unknown("content", content)]
    kind = text_of(content.get("content_type")) or ("text" if "parts" in content or "text" in content else "")
    make = _CONTENTS.get(kind)
    if make is None:
        return [unknown(kind or "content", content)]
    blocks = make(content, around)
    # Parts are each accounted for, and a part may be nothing but a mark that is cut.
    return blocks if blocks or make is part_blocks or not _has_words(content) else [unknown(kind, content)]


def _has_words(content: Object) -> bool:
    """Whether anything in a content says something, for one that no block was found in."""
    stack = [value for key, value in content.items() if key not in _LABELS]
    while stack:
        value = stack.pop()
        if isinstance(value, str) and value.strip():
            return True
        if isinstance(value, dict | list):
            stack += value.values() if isinstance(value, dict) else value
    return False


def language_of(content: Object) -> str:
    """The language of a `code` content, "" for the provider's "unknown"."""
    language = one_line(content.get("language"))
    return "" if language == "unknown" else language


def _code(content: Object, around: Around) -> list[Block]:
    text = words_of(content)
    return [CodeBlock(text, language_of(content))] if text.strip() else []


def _execution(content: Object, around: Around) -> list[Block]:
    """The output of the code interpreter; its images stand in `metadata.aggregate_result`."""
    text = words_of(content)
    result = around.metadata.get("aggregate_result")
    blocks: list[Block] = []
    for run in objects_of(result) if isinstance(result, list) else [object_of(result)]:
        text = text if text.strip() else _printed(run)
        for message in objects_of(run.get("messages")):
            if message.get("message_type") == "image" and message.get("image_url"):
                image = {**message, "asset_pointer": message["image_url"]}
                blocks.append(ImageBlock(around.files.pointed(image, "image/png")))
    if blocks:
        text = re.sub(r"\n?<<ImageDisplayed>>\n?", "", text)
    return [CodeBlock(text), *blocks] if text.strip() else blocks


def _printed(run: Object) -> str:
    """What a run wrote, for exports that leave the output's own text empty."""
    streams = [text_of(m.get("text")) for m in objects_of(run.get("messages")) if m.get("message_type") == "stream"]
    exception = object_of(run.get("in_kernel_exception")) or object_of(run.get("system_exception"))
    trace = [line for line in list_of(exception.get("traceback")) if isinstance(line, str)]
    last = "".join(trace) or text_of(exception.get("name"))
    return "".join(streams) or text_of(run.get("final_expression_output")) or last


def failed(metadata: Object) -> bool:
    """Whether a run of the code interpreter ended in an error. A `timeout_triggered` also stands on good ones."""
    result = metadata.get("aggregate_result")
    runs = list(objects_of(result)) if isinstance(result, list) else [object_of(result)]
    return any(
        run.get("in_kernel_exception")
        or run.get("system_exception")
        or text_of(run.get("status")).startswith(("failed", "error"))
        for run in runs
    )


def _quote(content: Object, around: Around) -> list[Block]:
    text = words_of(content) or text_of(content.get("snippet"))
    page = {key: content.get(key) for key in ("url", "title", "pub_timestamp")} | {"name": content.get("domain")}
    source = source_of({**page, "pub_date": content.get("pub_date")}) or Source()
    return [QuoteBlock(text, source)] if text.strip() or source != Source() else []


def _browsing(content: Object, around: Around) -> list[Block]:
    texts = [text_of(content.get(key)) for key in ("summary", "result")]
    listed = objects_of(object_of(around.metadata.get("_cite_metadata")).get("metadata_list"))
    sources = distinct(source_of(item) for item in listed)
    blocks: list[Block] = [TextBlock(text, plain=True) for text in texts if text.strip()]
    if content.get("assets"):
        blocks.append(unknown("assets", content["assets"]))
    return [*blocks, SourceListBlock(sources)] if sources else blocks


def _thoughts(content: Object, around: Around) -> list[Block]:
    """All thoughts of a message as one block: a single one with its title, several under their titles."""
    given = content.get("thoughts")
    thoughts = [_thought(item) for item in (given if isinstance(given, list) else [given])]
    thoughts = [(title, text) for title, text in thoughts if title or text.strip()]
    seconds = seconds_of(around.metadata)
    if len(thoughts) == 1:
        title, text = thoughts[0]
        return [ReasoningBlock(text, title, seconds)]
    text = "\n\n".join(f"**{title}**\n\n{text}" if title else text for title, text in thoughts).strip()
    title = one_line(around.metadata.get("reasoning_title"))
    return [ReasoningBlock(text, title, seconds)] if text or seconds is not None else []


def _thought(item: Json) -> tuple[str, str]:
    if not isinstance(item, dict):
        return "", text_of(item)
    chunks = "".join(chunk for chunk in list_of(item.get("chunks")) if isinstance(chunk, str))
    return one_line(item.get("summary")), text_of(item.get("content")) or chunks


def _recap(content: Object, around: Around) -> list[Block]:
    """ "Thought for 12s": words that say no more than the time are left to the page."""
    title = one_line(content.get("content"))
    told = _seconds_in(title)
    seconds = seconds_of(around.metadata)
    if told is not None:
        title, seconds = "", told if seconds is None else seconds
    return [ReasoningBlock("", title, seconds)] if title or seconds is not None else []


def seconds_of(metadata: Object) -> float | None:
    """How long the model thought, by `finished_duration_sec`."""
    seconds = metadata.get("finished_duration_sec")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return float(seconds) if 0 <= seconds < 10**7 else None


def _seconds_in(recap: str) -> float | None:
    """The time in "Thought for 1m 12s"; None for a recap in other words."""
    found = _SECONDS.search(recap[-40:])
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds = (int(part[:9]) if part else 0 for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def _instructions(content: Object, around: Around) -> list[Block]:
    """Custom instructions, preferring the person's own words to the sentences that ChatGPT wraps them in."""
    own = object_of(around.metadata.get("user_context_message_data"))
    about = text_of(own.get("about_user_message")) or text_of(content.get("user_profile"))
    how = text_of(own.get("about_model_message")) or text_of(content.get("user_instructions"))
    texts = [
        f"**{title}**\n\n{text}"
        for title, text in (("About the person", about), ("How to answer", how))
        if text.strip()
    ]
    rest = {
        key: value for key, value in own.items() if value and key not in ("about_user_message", "about_model_message")
    }
    blocks: list[Block] = [TextBlock("\n\n".join(texts))] if texts else []
    return [*blocks, unknown("user_context_message_data", rest)] if rest else blocks


def _memory(content: Object, around: Around) -> list[Block]:
    """What ChatGPT remembered of earlier conversations, and other context that it was given."""
    blocks: list[Block] = []
    for key in ("model_set_context", "repo_summary", "repository", "structured_context"):
        value = content.get(key)
        if isinstance(value, str) and value.strip():
            blocks.append(TextBlock(value))
        elif value and not isinstance(value, str):
            blocks.append(unknown(key, value))
    return blocks


def _error(content: Object, around: Around) -> list[Block]:
    words = [one_line(content.get("name")), text_of(content.get("text")).strip()]
    return [NoticeBlock(": ".join(word for word in words if word) or "Error", "error")]


def _computer(content: Object, around: Around) -> list[Block]:
    screenshot, state = object_of(content.get("screenshot")), object_of(content.get("state"))
    url = web_address(state.get("url"))
    blocks: list[Block] = []
    if screenshot.get("asset_pointer"):
        blocks.append(ImageBlock(around.files.pointed(screenshot), caption=one_line(state.get("title"))))
    if url:
        blocks.append(SourceListBlock((Source(url, one_line(state.get("title"))),)))
    return blocks or [unknown("computer_output", content)]


_CONTENTS: dict[str, Callable[[Object, Around], list[Block]]] = {
    "text": part_blocks,
    "multimodal_text": part_blocks,
    "code": _code,
    "execution_output": _execution,
    "tether_quote": _quote,
    "tether_browsing_display": _browsing,
    "tether_browsing_code": _code,
    "sonic_webpage": _quote,
    "thoughts": _thoughts,
    "reasoning_recap": _recap,
    "user_editable_context": _instructions,
    "model_editable_context": _memory,
    "system_error": _error,
    "computer_output": _computer,
}
