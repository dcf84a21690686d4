"""Texts of templates without values in them, put in in the language of the site when a template is compiled.

Every message of every page shows some, and each took a call through Jinja to be looked up anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import jinja2
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_TEXT = (("name", "_"), ("lparen", "("), ("string", None), ("rparen", ")"))


def fix_texts(environment: jinja2.Environment, gettext: Callable[[str], str]) -> None:
    """Lets `gettext` be asked for each `_("text")` of the environment's templates once. Texts with values in them, and
    those that depend on a number, are looked up when a page is made."""
    environment.extend(fixed_gettext=gettext)
    environment.add_extension(_FixedTexts)


class _FixedTexts(Extension):
    """Puts `("text in the language" | safe)` in the place of `_("text")`: catalogues are trusted as templates are."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Jinja's hook: the tokens of a template on their way to its parser."""
        held: list[Token] = []
        is_attribute = False
        for token in stream:
            held.append(token)
            if len(held) == len(_TEXT) and _may_be_a_text(held):
                yield from self._fixed(*held)
                held, is_attribute = [], False
            while held and (is_attribute or not _may_be_a_text(held)):
                is_attribute = held[0].type == "dot"
                yield held.pop(0)
        yield from held

    def _fixed(self, name: Token, opening: Token, text: Token, closing: Token) -> Iterator[Token]:
        try:
            # A text is a format in Jinja, be there values to put in or not.
            said = self.environment.fixed_gettext(text.value) % {}  # type: ignore[attr-defined]
        except (ValueError, TypeError, KeyError):
            # Not a format: using it is the fault of the template's author, who is told the line then.
            yield from (name, opening, text, closing)
            return
        yield opening
        yield Token(text.lineno, "string", said)
        yield Token(text.lineno, "pipe", "|")
        yield Token(text.lineno, "name", "safe")
        yield closing


def _may_be_a_text(tokens: list[Token]) -> bool:
    """Whether `_("text")` begins with these tokens."""
    return all(
        token.type == kind and value in (None, token.value) for token, (kind, value) in zip(tokens, _TEXT, strict=False)
    )
