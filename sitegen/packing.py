"""What a build made of one conversation, as the bytes that the cache keeps.

Rendered Markdown is most of a page and is kept once: beside the page by what it was made from, for a conversation that
goes on, and in the page as the place of that text among them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
from markupsafe import Markup

from sitegen.archive.cache import CACHE_NAME
from sitegen.errors import BuildError
from sitegen.pages import ConversationPage, ViewerPage
from sitegen.render.conversation import Entry
from sitegen.search import File, Numbered, SearchConversation
from sitegen.text.rendered import RenderedText

_COMPRESSION = 1

T = TypeVar("T")
Texts = dict[str, RenderedText]
"""Rendered Markdown by what it was made from."""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """What lists and the search's table show of a conversation. Its folder and tags are not in it."""

    entry: Entry
    search: SearchConversation


class Page(msgspec.Struct, frozen=True, array_like=True):
    """What is costly about a conversation's page: its value, with Markdown and code rendered; its text as the search
    quotes it, files of their own; and the pages that run what was made in it, by path."""

    page: ConversationPage
    quoted: list[File]
    viewers: list[tuple[str, ViewerPage]]


class _Quoted(msgspec.Struct, frozen=True, array_like=True):
    """A packed `Page` of which only the text is wanted."""

    page: msgspec.Raw
    quoted: list[File]


def _decode_hook(kind: type, value: Any) -> Any:
    if kind is Markup:
        # Made by sitegen.text in the build that packed it.
        return Markup(value)
    raise NotImplementedError(kind)


_encoder = msgspec.msgpack.Encoder(enc_hook=str)
_line_decoder = msgspec.msgpack.Decoder(Line)
_quoted_decoder = msgspec.msgpack.Decoder(_Quoted)
_words_decoder = msgspec.msgpack.Decoder(Numbered)
_texts_decoder = msgspec.msgpack.Decoder(Texts, dec_hook=_decode_hook)


def packed_line(line: Line) -> bytes:
    """A line as bytes."""
    return zlib.compress(_encoder.encode(line), _COMPRESSION)


def unpacked_line(packed: bytes) -> Line:
    """The opposite of `packed_line`. Raises BuildError, as do all that unpack, if it is damaged."""
    return _unpacked(_line_decoder, packed)


def packed_texts(texts: Texts) -> bytes:
    """Rendered Markdown as bytes."""
    return zlib.compress(_encoder.encode(texts), _COMPRESSION)


def unpacked_texts(packed: bytes) -> Texts:
    """The opposite of `packed_texts`."""
    return _unpacked(_texts_decoder, packed)


def packed_page(page: Page, texts: Texts) -> bytes:
    """A page as bytes, without the HTML of these texts."""
    places = {id(text.html): place for place, text in enumerate(texts.values())}

    def place_or_html(html: Markup) -> int | str:
        return places.get(id(html), str(html))

    return zlib.compress(msgspec.msgpack.Encoder(enc_hook=place_or_html).encode(page), _COMPRESSION)


def unpacked_page(packed: bytes, texts: Texts) -> Page:
    """The opposite of `packed_page`, with the same texts."""
    rendered = list(texts.values())

    def html_of(kind: type, value: Any) -> Any:
        return rendered[value].html if isinstance(value, int) else _decode_hook(kind, value)

    return _unpacked(msgspec.msgpack.Decoder(Page, dec_hook=html_of), packed)


def unpacked_quoted(packed: bytes) -> list[File]:
    """The files of the text in a packed page."""
    return _unpacked(_quoted_decoder, packed).quoted


def packed_words(words: Numbered) -> bytes:
    """Counted words as bytes: there is little to compress, and every build that has something new reads them again."""
    return _encoder.encode(words)


def unpacked_words(packed: bytes) -> Numbered:
    """The opposite of `packed_words`."""
    with damage_told():
        return _words_decoder.decode(packed)


def _unpacked(decoder: msgspec.msgpack.Decoder[T], packed: bytes) -> T:
    with damage_told():
        return decoder.decode(zlib.decompress(packed))


@contextmanager
def damage_told() -> Iterator[None]:
    """Raises BuildError for what comes of using a damaged entry of the cache in the block."""
    try:
        yield
    except (zlib.error, msgspec.DecodeError, IndexError) as error:
        raise BuildError(f"{CACHE_NAME} in the archive is damaged ({error}); delete it and build again") from error
