"""Program text in colours, as far as that can be had in reasonable time.

Text that is long, or that a lexer could choke on, stays plain.

A lexer gets no deadline. Time differs from machine to machine and from run to run, and with it the page would: the same
archive must give the same bytes. Nor could one be kept in the process: what takes long is a single search of Python's
`re`, which nothing but the end of the process stops. So every text is judged before, by its shape (`_harmless`), and
rules that read on without bound get one (`_bounded`). `benchmarks/slow_inputs.py` tries hostile texts on every
lexer of the list; it is to be run when the list or Pygments changes. Those of the list stay below two seconds.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from sitegen.text.rendered import FAILURES, escaped

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_LONGEST = 20_000
_LONGEST_LINE = 2_000


def highlighted(text: str, language: str) -> str:
    """The text as HTML, its tokens in spans with a class. `language` is what Pygments calls it."""
    if not _harmless(text, language):
        return escaped(text)
    pieces: list[str] = []
    seen: list[str] = []
    current, waiting = "", ""
    try:
        lexer = _lexer(language, language == "php" and "<?" not in text)
        for _, kind, value in lexer.get_tokens_unprocessed(text + "\n"):
            seen.append(value)
            name = _class_of(kind)
            if name == current or value.isspace():
                waiting += value
                continue
            pieces.append(_span(current, waiting))
            current, waiting = name, value
    except FAILURES:
        return escaped(text)
    if "".join(seen) != text + "\n":
        return escaped(text)
    pieces.append(_span(current, waiting.removesuffix("\n")))
    return "".join(pieces)


def _span(name: str, text: str) -> str:
    body = text.rstrip()
    if not name or not body:
        return escaped(text)
    return f'<span class="{name}">{escaped(body)}</span>{text[len(body) :]}'


def longest(language: str) -> int:
    """How many characters of a language are still highlighted."""
    return _LIMITS.get(language, _LONGEST)


def _harmless(text: str, language: str) -> bool:
    """Whether a lexer gets through the text in reasonable time, judged by its shape, so that every machine decides
    alike. Long runs of white space or of one character are what lexers backtrack over."""
    return (
        len(text) <= longest(language)
        and max(map(len, text.split("\n"))) <= _LONGEST_LINE
        and not _RUN.search(text)
        and len(_ESCAPED_QUOTE.findall(text)) <= _MOST_ESCAPED_QUOTES
    )


# From each quote that opens a string, lexers read over those that are escaped, to the end of the text if need be.
_ESCAPED_QUOTE = re.compile(r"\\[\"'`]")
_MOST_ESCAPED_QUOTES = 2_000

_RUN = re.compile(r"\s{200}|([^\s])\1{299}")
# Lexers that read to the end of the text or line at each opening mark; within these none takes over two seconds.
_LIMITS = {**dict.fromkeys(("go", "less", "lua", "powershell", "protobuf"), 12_000), "r": 8_000}


@cache
def _lexer(language: str, bare_php: bool = False) -> Lexer:
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(language, startinline=True) if bare_php else get_lexer_by_name(language)
    return _bounded(type(lexer))() if language in _BOUNDED else lexer


# The rule of these lexers for the head of a method, "any words and a bracket", is tried at every word and reads
# to the end of the text each time.
_BOUNDED = frozenset(("java", "csharp", "groovy"))
_UNBOUNDED_WORDS = r"\s+)+?)"
_BOUNDED_WORDS = r"\s+){1,6}?)"


def _bounded(lexer: type[Lexer]) -> type[Lexer]:
    """The same lexer, that takes at most six words before the name of a method."""
    metaclass: Any = type(lexer)
    bounded: type[Lexer] = metaclass(lexer.__name__, (lexer,), {"tokens": _bounded_rules(vars(lexer)["tokens"])})
    return bounded


def _bounded_rules(rules: Any) -> Any:
    if isinstance(rules, dict):
        return {state: _bounded_rules(rule) for state, rule in rules.items()}
    if isinstance(rules, list):
        return [_bounded_rules(rule) for rule in rules]
    if type(rules) is tuple and isinstance(rules[0], str):
        pattern = rules[0].replace(_UNBOUNDED_WORDS, _BOUNDED_WORDS)
        return (pattern.replace(r"$<>?]*\s+)", r"$<>?]{0,80}\s+)"), *rules[1:])
    return rules


# --- colours ----------------------------------------------------------------------------------------------------

# Class, Pygments' kind of token, colour on light and on dark ground, further style.
_PALETTE = (
    ("c", "Comment", "#646058", "#a09a8c", "font-style: italic"),
    ("cp", "Comment.Preproc", "#7a4f00", "#d9b36c", ""),
    ("k", "Keyword", "#8a2a5c", "#e79bc0", ""),
    ("kc", "Keyword.Constant", "#7a4f00", "#d9b36c", ""),
    ("kt", "Keyword.Type", "#1d5e70", "#86c5d8", ""),
    ("ow", "Operator.Word", "#8a2a5c", "#e79bc0", ""),
    ("s", "Literal.String", "#2f6130", "#a3c98f", ""),
    ("se", "Literal.String.Escape", "#7a4f00", "#d9b36c", ""),
    ("m", "Literal.Number", "#7a4f00", "#d9b36c", ""),
    ("nb", "Name.Builtin", "#1d5e70", "#86c5d8", ""),
    ("ne", "Name.Exception", "#1d5e70", "#86c5d8", ""),
    ("nc", "Name.Class", "#1d5e70", "#86c5d8", ""),
    ("nf", "Name.Function", "#2b4f94", "#9db9f0", ""),
    ("nd", "Name.Decorator", "#5b4496", "#c3aef2", ""),
    ("na", "Name.Attribute", "#5b4496", "#c3aef2", ""),
    ("nt", "Name.Tag", "#2b4f94", "#9db9f0", ""),
    ("nv", "Name.Variable", "#5b4496", "#c3aef2", ""),
    ("gd", "Generic.Deleted", "#9c2626", "#f0a3a0", ""),
    ("gi", "Generic.Inserted", "#2f6130", "#a3c98f", ""),
    ("gh", "Generic.Heading", "#2b4f94", "#9db9f0", "font-weight: bold"),
    ("gu", "Generic.Subheading", "#5b4496", "#c3aef2", ""),
    ("gp", "Generic.Prompt", "#646058", "#a09a8c", ""),
    ("gr", "Generic.Error", "#9c2626", "#f0a3a0", ""),
    ("gt", "Generic.Traceback", "#9c2626", "#f0a3a0", ""),
)
_CLASSES = {kind: name for name, kind, *_ in _PALETTE}


@cache
def _class_of(kind: _TokenType) -> str:
    """The class of the nearest kind that has a colour; "" for none."""
    for length in range(len(kind), 0, -1):
        if name := _CLASSES.get(".".join(kind[:length])):
            return name
    return ""


def palettes_css() -> str:
    """The colours of highlighted code as CSS: light by default and on paper, dark on screens when `data-theme` on the
    root element or, without it, the reader's system asks for it. All keep a contrast of 4.5:1 on the grounds they are
    meant for."""
    light = "".join(
        f".code .{name} {{ color: {color};{f' {more};' if more else ''} }}\n" for name, _, color, _, more in _PALETTE
    )

    def dark(scope: str, indent: str) -> str:
        return "".join(f"{indent}{scope} .code .{name} {{ color: {color}; }}\n" for name, _, _, color, _ in _PALETTE)

    return (
        light
        + "@media screen {\n"
        + dark(':root[data-theme="dark"]', "  ")
        + "}\n@media screen and (prefers-color-scheme: dark) {\n"
        + dark(':root:not([data-theme="light"])', "  ")
        + "}\n"
    )
