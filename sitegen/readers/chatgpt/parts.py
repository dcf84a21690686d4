"""What ChatGPT's messages of text and of mixed parts hold, as blocks.

Text loses its citation marks, pictures and recordings become attachments, transcripts join their recordings. Other
contents (code, thoughts, browsing) are read in `blocks`. A type of part that is not in the table becomes an
`UnknownBlock` with the provider's JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from sitegen.model import (
    Attachment,
    AudioBlock,
    Block,
    Citation,
    CodeBlock,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    ReasoningBlock,
    SourceListBlock,
    TextBlock,
)
from sitegen.readers.chatgpt.citations import Cited, References, cite, unplaced
from sitegen.readers.chatgpt.documents import with_writing
from sitegen.readers.chatgpt.files import Files
from sitegen.readers.chatgpt.sources import distinct
from sitegen.readers.chatgpt.unknown import unknown
from sitegen.readers.fields import Json, Object, list_of, object_of, one_line, text_of


class Around(NamedTuple):
    """What reading a message's content takes from outside it.

    `tool` says that a tool wrote it, so that its text is no Markdown; `person` that the user did. `prompt` is
    what an image was asked for with, in the call before it.
    """

    files: Files
    references: References
    metadata: Object
    tool: bool = False
    person: bool = False
    prompt: str = ""


# --- text and parts -------------------------------------------------------------------------------------------


def text_blocks(strings: list[str], around: Around) -> list[Block]:
    if around.tool:
        texts = [cite(string, around.references).text for string in strings]
        return [_output(text) for text in texts if text.strip()]
    cited = [cite(string, around.references) for string in strings]
    return _with_sources([block for text in cited for block in _said(text, around)], cited, around)


def _said(cited: Cited, around: Around) -> list[Block]:
    """A text as blocks. A person's own is kept in one piece, whatever directives it may quote."""
    if ":::" in cited.text and not around.person:
        return with_writing(cited)
    if not (cited.text.strip() or cited.citations):
        return [*cited.lists]
    return [TextBlock(cited.text, cited.citations), *cited.lists]


def _with_sources(blocks: list[Block], cited: list[Cited], around: Around) -> list[Block]:
    rest = unplaced(around.references, cited)
    return [*blocks, rest] if rest is not None else blocks


def without_marks(block: Block, references: References) -> list[Block]:
    """Reasoning and documents of prose without the marks in their text, which has no places to cite at: what the
    marks stand for follows. Code is left alone, since private-use characters may be meant there."""
    if not isinstance(block, ReasoningBlock | DocumentBlock):
        return [block]
    if isinstance(block, DocumentBlock) and block.media_type != "text/markdown":
        return [block]
    cited = cite(block.text, references)
    return [msgspec.structs.replace(block, text=cited.text), *listed_sources(cited.citations), *cited.lists]


def listed_sources(citations: Iterable[Citation]) -> list[Block]:
    """What a text cited, as a list for a block that has no places to cite at."""
    sources = distinct(source for citation in citations for source in citation.sources)
    return [SourceListBlock(sources, "Sources")] if sources else []


def _output(text: str) -> Block:
    """What a tool wrote: JSON as code, other text as it stands."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return TextBlock(text, plain=True)
        return CodeBlock(text, "json")
    return TextBlock(text, plain=True)


def words_of(content: Json) -> str:
    """The text of a content that has one text, wherever it stands: itself, in `text`, or in the strings of `parts`."""
    if isinstance(content, str):
        return content
    held = object_of(content)
    parts = [*list_of(held.get("text")), *list_of(held.get("parts"))]
    return text_of(held.get("text")) or "\n\n".join(part for part in parts if isinstance(part, str))


def part_blocks(content: Object, around: Around) -> list[Block]:
    parts = content.get("parts") or content.get("text")
    parts = parts if isinstance(parts, list) else [parts]
    blocks: list[Block] = []
    cited: list[Cited] = []
    for part in parts:
        text = part if isinstance(part, str) else _plain_part(part)
        if text is None:
            blocks += _part(part, around)
        elif around.tool:
            blocks += text_blocks([text], around)
        else:
            cited.append(cite(text, around.references))
            blocks += _said(cited[-1], around)
    return _with_sources(_with_transcripts(blocks), cited, around)


def _plain_part(part: Json) -> str | None:
    """The string in a part that is an object for text only."""
    if isinstance(part, dict) and part.get("content_type", "text") == "text" and "text" in part:
        text = part["text"]
        return text if isinstance(text, str) else "" if text is None else None
    return None


def _part(part: Json, around: Around) -> list[Block]:
    if part is None:
        return []
    if not isinstance(part, dict):
        return [unknown("part", part)]
    kind = text_of(part.get("content_type"))
    make = _PARTS.get(kind)
    return make(part, around) if make is not None else [unknown(kind or "part", part)]


def _image(part: Object, around: Around) -> list[Block]:
    if not part.get("asset_pointer"):
        return [unknown("image_asset_pointer", part)]
    metadata = object_of(part.get("metadata"))
    dalle, generation = object_of(metadata.get("dalle")), object_of(metadata.get("generation"))
    prompt = text_of(dalle.get("prompt")) or text_of(generation.get("prompt"))
    generated = bool(dalle or generation) or around.tool
    caption = one_line(around.metadata.get("image_gen_title")) if generated else ""
    prompt = prompt or (around.prompt if generated else "")
    return [ImageBlock(around.files.pointed(part), caption=caption, prompt=prompt)]


def _audio(part: Object, around: Around) -> list[Block]:
    if not part.get("asset_pointer"):
        return [unknown("audio_asset_pointer", part)]
    return [AudioBlock(_recording(part, around))]


def _recording(part: Object, around: Around) -> Attachment:
    format_ = one_line(part.get("format"))
    return around.files.pointed(part, f"audio/{format_}" if format_ else "")


def _transcription(part: Object, around: Around) -> list[Block]:
    """A transcript without its recording; `_with_transcripts` puts the two together."""
    return [AudioBlock(Attachment(""), cite(text_of(part.get("text")), around.references).text)]


def _voice(part: Object, around: Around) -> list[Block]:
    """A moment of a live conversation: sound, and with a camera its film and single frames."""
    blocks: list[Block] = []
    if object_of(part.get("audio_asset_pointer")).get("asset_pointer"):
        blocks += _audio(part["audio_asset_pointer"], around)
    blocks += [block for key in _FILMS for block in _video(object_of(part.get(key)), around)]
    for key in ("frames_asset_pointers", "video_asset_pointers"):
        for frame in list_of(part.get(key)):
            pointer = frame if isinstance(frame, dict) else {"asset_pointer": frame}
            blocks.append(ImageBlock(around.files.pointed(pointer)))
    return blocks or [unknown("real_time_user_audio_video_asset_pointer", part)]


_FILMS = ("video_container_asset_pointer", "video_asset_pointer")


def _video(part: Object, around: Around) -> list[Block]:
    return [FileBlock(around.files.pointed(part, "video/mp4"))] if part.get("asset_pointer") else []


def _text_audio(part: Object, around: Around) -> list[Block]:
    sound = object_of(part.get("audio"))
    text = text_of(part.get("text")) or text_of(object_of(part.get("text")).get("text"))
    text = cite(text, around.references).text
    if sound.get("asset_pointer"):
        return [AudioBlock(_recording(sound, around), text)]
    return [TextBlock(text)] if text else [unknown("text_audio", part)]


def _with_transcripts(blocks: list[Block]) -> list[Block]:
    """Each recording with its transcript, in their order; a transcript too many is text."""
    sound = [block for block in blocks if isinstance(block, AudioBlock)]
    transcripts = [block for block in sound if not block.attachment.id]
    if not transcripts:
        return blocks
    silent = [block for block in sound if block.attachment.id and not block.transcript]
    paired = {id(block): words.transcript for block, words in zip(silent, transcripts, strict=False)}
    taken = {id(words) for words in transcripts[: len(silent)]}
    result: list[Block] = []
    for block in blocks:
        if isinstance(block, AudioBlock) and not block.attachment.id:
            if id(block) not in taken and block.transcript.strip():
                result.append(TextBlock(block.transcript))
        elif isinstance(block, AudioBlock) and id(block) in paired:
            result.append(AudioBlock(block.attachment, paired[id(block)]))
        else:
            result.append(block)
    return result


_PARTS: dict[str, Callable[[Object, Around], list[Block]]] = {
    "image_asset_pointer": _image,
    "audio_asset_pointer": _audio,
    "audio_transcription": _transcription,
    "real_time_user_audio_video_asset_pointer": _voice,
    "text_audio": _text_audio,
    "video_container_asset_pointer": lambda part, around: _video(part, around) or [unknown("video", part)],
}
