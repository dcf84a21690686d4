"""Program text as a figure: highlighted if its language is on the list, folded if it is long. Languages are never
guessed."""

from __future__ import annotations

import re

from markupsafe import Markup

from sitegen.language import ENGLISH, Language
from sitegen.text.highlighting import highlighted
from sitegen.text.languages import NAME, language_label, language_of
from sitegen.text.rendered import escaped, showable

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
    content = highlighted(lines, language) if language else escaped(lines)
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
    name = NAME.match(info)
    if not name or not (language or name[1].lower() in _NO_LANGUAGE):
        return " ".join(info.split())
    rest = info[name.end() :].strip().removesuffix("}") if "{" in name[0] else info[name.end() :]
    return " ".join(filter(None, (language_label(language), *rest.split())))
