"""Program text as highlighted HTML, and the colours for it.

Colour is decoration: text that is long, or that a lexer could choke on, or whose language is not on the list is
shown plain. Languages are never guessed.

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

from markupsafe import Markup

from sitegen.language import ENGLISH, Language
from sitegen.text.rendered import escaped, showable

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

# Pygments' name of the language, the name for people, and other names that models and people write.
_LANGUAGES = """
python Python: py python3 py3 pyi ipython jupyter
pycon Python session: python-repl
javascript JavaScript: js node nodejs mjs cjs
typescript TypeScript: ts mts cts
tsx TSX:
jsx JSX: react
java Java:
kotlin Kotlin: kt kts
scala Scala:
groovy Groovy: gradle
c C: h
cpp C++: c++ cc cxx hpp
csharp C#: cs c#
go Go: golang
rust Rust: rs
swift Swift:
dart Dart:
php PHP: php-template
ruby Ruby: rb
perl Perl: pl
lua Lua:
r R: rlang
julia Julia: jl
matlab MATLAB: octave
haskell Haskell: hs
elixir Elixir: ex exs
clojure Clojure: clj cljs
zig Zig:
bash Shell: sh shell zsh ksh shellscript
console Terminal: shell-session terminal
powershell PowerShell: ps1 pwsh ps
bat Batch: batch cmd dosbatch
sql SQL: mysql postgresql postgres sqlite plsql tsql
html HTML: htm
xml XML: svg rss xsd xsl plist
css CSS:
scss SCSS:
less Less:
json JSON: json5 jsonc jsonl ndjson geojson
yaml YAML: yml
toml TOML:
ini INI: cfg conf properties dotenv env
diff Diff: patch
docker Dockerfile: dockerfile containerfile
nginx nginx: nginxconf
graphql GraphQL: gql
protobuf Protocol Buffers: proto
latex LaTeX: tex
vim Vim script: viml vimscript
"""


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Every name to the language it means, and every language to its label."""
    names: dict[str, str] = {}
    labels: dict[str, str] = {}
    for line in _LANGUAGES.strip().splitlines():
        heading, _, others = line.partition(":")
        language, label = heading.split(" ", 1)
        labels[language] = label
        names.update(dict.fromkeys((language, *others.split()), language))
    return names, labels


def languages() -> tuple[str, ...]:
    """The languages that are highlighted, as Pygments calls them."""
    return tuple(_names()[1])


_NAME = re.compile(r"\s*\{?\.?([^\s{}:,;=]{1,40})(?:[:,;=]|(?=[\s{}]|$))")


def language_of(info: str) -> str:
    """The language that an info string or a provider's name for one means, as Pygments calls it; else ""."""
    name = _NAME.match(info)
    return _names()[0].get(name[1].lower(), "") if name else ""


def language_label(language: str) -> str:
    """The language's name for people ("Python"); "" for none or one that isn't on the list."""
    return _names()[1].get(language_of(language), "")


#: Code of more lines is folded to its first ones.
LONGEST_UNFOLDED = 40


def render_code(text: str, language: str, spoken: Language = ENGLISH) -> Markup:
    """Program text as a figure with the language as caption, highlighted if the language is known.

    `language` is any usual name of it ("py", "C++"), `spoken` that of the page. The text of the <code> element is the
    text itself: white space and the ends of lines, the last one too, are kept. Long code is folded to its first
    lines by CSS alone, so that every line stays in the page for find and print."""
    return Markup(_figure(showable(text), language, spoken)[0])


def block(text: str, info: str, spoken: Language) -> tuple[str, str]:
    """A code block of a Markdown text as HTML, and its language. `text` is showable; its last line break belongs to
    the fence. `info` follows the fence."""
    return _figure(text.removesuffix("\n"), info, spoken)


def _figure(text: str, info: str, spoken: Language) -> tuple[str, str]:
    language = language_of(info)
    ends = _LINE_END.findall(text)
    lines = _LINE_END.sub("\n", text)
    attribute = f' data-language="{language}"' if language else ""
    words = _caption(info, language)
    caption = f"<figcaption>{escaped(words)}</figcaption>" if words else ""
    content = _highlighted(lines, language) if language else escaped(lines)
    if lines != text:
        content = _with_line_ends(content, ends)
    count = len(ends) + (not lines.endswith("\n"))
    name, fold = ("code code-long", _fold(count, spoken)) if count > LONGEST_UNFOLDED else ("code", "")
    code = f'<pre><code dir="ltr" translate="no">{content}</code></pre>'
    return f'<figure class="{name}"{attribute}>{caption}{code}{fold}</figure>\n', language


def _fold(count: int, spoken: Language) -> str:
    """The switch of long code; it works by CSS, which looks at whether it is open."""
    words = spoken.say_count("Show all {count} lines", "Show all {count} lines", count)
    fewer = spoken.say("Show only the first lines")
    opening = f'<span class="to-open">{escaped(words)}</span>'
    closing = f'<span class="to-close">{escaped(fewer)}</span>'
    return f'<details class="code-fold"><summary>{opening}{closing}</summary></details>'


_LINE_END = re.compile(r"\r\n|\r|\n")
# Browsers draw nothing for a carriage return, and take a bare one in a page's source for a line feed.
_AS_HTML = {"\n": "\n", "\r\n": "&#13;\n", "\r": "&#13;<br>"}


def _with_line_ends(content: str, ends: list[str]) -> str:
    """The HTML with the ends that its lines had; each line feed in it is one of them."""
    first, *others = content.split("\n")
    return first + "".join(_AS_HTML[end] + line for end, line in zip(ends, others, strict=True))


# Names that only say that a text is one.
_NO_LANGUAGE = frozenset(("text", "txt", "plain", "plaintext", "none", "unknown"))


def _caption(info: str, language: str) -> str:
    """The language's name for people, and whatever else stands in the info string: a file name, a title, the name
    of a language that is not on the list."""
    name = _NAME.match(info)
    if not name or not (language or name[1].lower() in _NO_LANGUAGE):
        return " ".join(info.split())
    rest = info[name.end() :].strip().removesuffix("}") if "{" in name[0] else info[name.end() :]
    return " ".join(filter(None, (language_label(language), *rest.split())))


# --- highlighting -----------------------------------------------------------------------------------------------

_LONGEST = 20_000
_LONGEST_LINE = 2_000


def _highlighted(text: str, language: str) -> str:
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
    except _FAILURES:
        return escaped(text)
    if "".join(seen) != text + "\n":
        return escaped(text)
    pieces.append(_span(current, waiting.removesuffix("\n")))
    return "".join(pieces)


_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


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
