"""A message on its way from the parser's tokens to the page: what has been rendered of it, and what waits."""

from __future__ import annotations

from collections.abc import Callable

from sitegen.language import Language
from sitegen.text import links
from sitegen.text.citations import Mark, MarkedText, closing, markup
from sitegen.text.rendered import CodeText, escaped

#: Says where on the site a file is that a text names, as a relative URL, or None.
Resolve = Callable[[str], str | None]


class OpenLink:
    """A link whose label is being rendered, and where in `out` and `line` it began."""

    __slots__ = ("address", "line", "out", "title")

    def __init__(self, address: str, title: str, out: int, line: int) -> None:
        self.address = address
        self.title = title
        self.out = out
        self.line = line


class RenderState:
    """What the rules of one text read and write.

    `out` collects markup, `line` the words of the current block, `prose` finished lines, `code` the code blocks,
    `shown` everything that reached the page. `held` are marks that wait for the end of the element that they are in,
    `waiting` those whose sentinel has not been met, by the sentinel. `above` are the levels of the headings that the
    last one stands under, and its own. `used_labels` are the link definitions that links use, `footnotes` the numbers
    of the footnotes that are still to come, by ":" and their label.
    """

    def __init__(self, prefix: str, place: MarkedText, resolve: Resolve, breaks: bool, spoken: Language) -> None:
        self.prefix = prefix
        self.spoken = spoken
        self.place = place
        self.resolve = resolve
        self.softbreak = "<br>\n" if breaks else "\n"
        self.out: list[str] = []
        self.line: list[str] = []
        self.prose: list[str] = []
        self.shown: list[str] = []
        self.code: list[CodeText] = []
        self.held: list[Mark] = []
        self.waiting = dict(place.groups)
        self.headings = 0
        self.above: list[int] = []
        self.link: OpenLink | None = None
        self.used_labels: set[str] = set()
        self.footnotes: dict[str, int] = {}

    def take(self, text: str) -> str:
        """The text without sentinels; their marks are held until `release`."""
        # The address of a definition comes again with each link that uses it, when its marks wait no longer.
        if not self.place.groups or not self.place.pattern.search(text):
            return text
        for sentinel in self.place.pattern.findall(text):
            self.held.extend(self.waiting.pop(sentinel, ()))
        return self.place.pattern.sub("", text)

    def release(self, as_block: bool = False) -> None:
        """Sets the held marks here, unless a link is open: a link in a link is none."""
        if self.held and self.link is None:
            self.out.append(closing(self.held) if as_block else markup(self.held))
            self.held = []

    def end_line(self) -> None:
        """Ends the words of a block: they are a line of the prose."""
        if self.line:
            self.shown.extend(self.line)
            if words := "".join(self.line).split():
                self.prose.append(" ".join(words))
            self.line = []

    def text(self, content: str) -> None:
        """Writes plain text, its marks in their places."""
        if not content:
            return
        if self.waiting and self.place.pattern.search(content):
            if self.link is not None:
                content = self.take(content)
            else:
                self._text_with_marks(content)
                return
        self.line.append(content)
        if "www." in content and self.link is None:
            self.out.append(links.linked(content))
        else:
            self.out.append(content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

    def _text_with_marks(self, content: str) -> None:
        position = 0
        words: list[str] = []
        for match in self.place.pattern.finditer(content):
            words.append(content[position : match.start()])
            self.out.append(escaped(words[-1]))
            self.held.extend(self.waiting.pop(match[0], ()))
            self.release()
            position = match.end()
        words.append(content[position:])
        self.out.append(escaped(words[-1]))
        self.line.append("".join(words))
