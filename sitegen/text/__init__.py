"""Message text to trusted HTML: Markdown, plain text, code, formulas, citation marks.

The only package that makes `Markup` from what conversations say, and the only user of markdown-it-py, Pygments
and latex2mathml. Its functions are pure, so that their results may be kept and made in other processes.
"""

from sitegen.text.changes import Changes, render_changes
from sitegen.text.citations import Mark
from sitegen.text.code import render_code
from sitegen.text.highlighting import palettes_css
from sitegen.text.languages import language_label
from sitegen.text.markdown import render_markdown
from sitegen.text.plain import render_plain
from sitegen.text.rendered import CodeText, RenderedText

__all__ = [
    "Changes",
    "CodeText",
    "Mark",
    "RenderedText",
    "language_label",
    "palettes_css",
    "render_changes",
    "render_code",
    "render_markdown",
    "render_plain",
]
