"""How long hostile text takes to render, and how much it grows.

    python benchmarks/slow_inputs.py            # the slowest twenty
    python benchmarks/slow_inputs.py --all --size 50000 --no-code

Each input repeats one piece that makes parsers, lexers or the formula converter go back over what they have read,
up to `--size` characters (for code and formulas up to the bounds of `sitegen.text`, if those are smaller). Times
are those of the processor; all of them together take about half an hour, most of it for code. Every input is shown
that takes longer than `--limit` seconds, or that grows beyond the bound of `sitegen.text`; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from sitegen.text import render_code, render_markdown, render_plain
from sitegen.text.highlighting import longest
from sitegen.text.languages import languages
from sitegen.text.math import LONGEST, formula

MARKDOWN = (
    "[", "![", "[a](", "[a](<b", "[a]: b\n", "[^a]: ", "[^a]", "[a][", "]", "](", "[](", "[a]: <", "[a\n", "*", "**x",
    "*a_ ", "_a__ ", "~~", "~a~~", "a**b__", "***a ", "`", "`a``", "``` \n", "~~~\n", ">", "> ", "> > - ", "- ",
    "-\n", "  - a\n", "1. ", "1) a\n", "+ * - ", "\t- a\n", "- [ ] ", "# ", "#\n", "=\n", "|", "|a", "|a|\n|-|\n",
    "a|b\n-|-\n", "|-|", "---\n", "&amp;", "&", "&#x", "<", "<a ", "<a@b", "<https://", "<!--", "\\", "\\\n", "\\(",
    "\\[\n", "\\)", "$", "$a", "$$\n", "$$a", "$\\", "$ $1", "\\(a\\) ", "$a$ ", "https://a.test/(",
    "https://a.test/.,", "http://", "www.a.b", "www.", "a://", "https://a/&amp;", "a ", "\n", " \n", "  \n", "\r",
    "a\n", "\xa0", "̀", "\u202e", "\U000f0000", "中", "👨\u200d", "\x00",
)  # fmt: skip
FORMULAS = (
    "}", "a'", "{", "{}", "^a", "_a", "^{", "\\frac", "\\frac{", "\\sqrt[", "\\left(", "\\left(\\right)", "\\right)",
    "\\begin{matrix}", "\\begin{pmatrix}a\\end{pmatrix}", "\\begin{array}{", "\\end{array}", "\\text{", "\\text{a}",
    "\\not", "%", "\\over a", "&", "\\\\", "\\operatorname{", "\\operatorname{a\\,b}", "\\hbox{", "\\overset",
    "\\underbrace{", "\\mathbb", "\\&", "\\ ", "'",
)  # fmt: skip
CODE = (
    "/* ", "/*", "//", "a b ", "a b c d\n", "a\n", "a.a", "a<", "a<b>", "(", "()", "{", "}", "[", '"', '"\\', "'",
    "'\n", "\\\n", "#if\n", "#", "{%", "{{", "- a\n", "a: b\n", "a:\n", "<a ", "<a", "</", "<!--", "<?", "$ ", "$",
    "${", "`", "``", "=", "=begin\n", "@a ", "@", "%", "%q(", "a=b ", "a = ", "0", "0x", "1.",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ", "a_", "\t", "  a\n", "> ", ">>> a\n", "| ", "--", "--[[",
    "def a", "class a ", "(* ", 'r#"', 'f"{', "<<A\n", "q(", "s/", "y/a/b/ ", "~", "!", "!!", "&a ", "*a ", "? ",
    "a,", "a;", "λ", '\\"', "\\'",
)  # fmt: skip


class Measured(NamedTuple):
    """One input rendered: processor seconds, and its length before and after."""

    name: str
    seconds: float
    before: int
    after: int

    @property
    def growth(self) -> float:
        return self.after / max(self.before, 1)


def repeated(piece: str, size: int) -> str:
    """The piece as often as it takes, cut to `size` characters."""
    return (piece * (size // len(piece) + 1))[:size]


def markdown_inputs(size: int) -> Iterator[tuple[str, str]]:
    """Names and texts of the Markdown inputs."""
    for piece in MARKDOWN:
        yield f"markdown {piece!r}", repeated(piece, size)
    for first, second in (("[", "]"), ("[", "](a)"), ("*", "a*"), ("> ", "a"), ("\\(", "\\)"), ("<", ">"), ("- ", "a")):
        half = size // (len(first) + len(second))
        yield f"markdown {first!r}…{second!r}", first * half + second * half
    yield "markdown nested list", "".join("  " * depth + "- a\n" for depth in range(int(size**0.5)))
    yield "markdown backticks", "".join("`" * length + " " for length in range(int((2 * size) ** 0.5)))
    width = max(size // 12, 1)
    yield "markdown wide table", "|" + "a|" * width + "\n|" + "-|" * width + "\n" + "a\n" * (size // 3)
    yield "markdown definitions in use", "".join(f"[{n}]: b\n" for n in range(size // 20)) + "[1] [2] " * (size // 16)


def measurements(size: int, with_code: bool) -> Iterator[Measured]:
    """Every input rendered, in the order of the tables."""
    for name, text in markdown_inputs(size):
        yield _measured(name, text, lambda text: str(render_markdown(text, prefix="m").html))
    for piece in ("www.", "https://a/(", "a ", "<", "http://a.b/&amp;"):
        yield _measured(f"plain {piece!r}", repeated(piece, size), lambda text: str(render_plain(text).html))
    for piece in FORMULAS:
        yield _measured(f"formula {piece!r}", repeated(piece, LONGEST), lambda tex: formula(tex, True))
    for language in languages() if with_code else ():
        for piece in CODE:
            for name, text in (("line", repeated(piece, 1_900)), ("lines", repeated(piece, 590) + "\n")):
                text = repeated(text, longest(language))
                yield _measured(f"{language} {name} of {piece[:9]!r}", text, partial(_as_code, language))


def _as_code(language: str, text: str) -> str:
    return str(render_code(text, language))


def _measured(name: str, text: str, render: Callable[[str], str]) -> Measured:
    start = time.process_time()
    result = render(text)
    return Measured(name, time.process_time() - start, len(text), len(result))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=100_000, help="characters of each Markdown input")
    parser.add_argument("--limit", type=float, default=2.0, help="seconds of the processor that are still good")
    parser.add_argument("--all", action="store_true", help="show every input, not the slowest twenty")
    parser.add_argument("--no-code", action="store_true", help="leave the lexers out")
    arguments = parser.parse_args()

    found = sorted(measurements(arguments.size, not arguments.no_code), key=lambda item: item.seconds, reverse=True)
    print(f"{'seconds':>8} {'characters':>11} {'growth':>7}  input")
    for item in found if arguments.all else found[:20]:
        print(f"{item.seconds:8.2f} {item.before:11,} {item.growth:7.1f}  {item.name}")
    beyond = [item for item in found if item.seconds > arguments.limit or item.after > 20 * item.before + 1_000_000]
    print(f"{len(found):,} inputs, {len(beyond)} of them beyond the limits")
    for item in beyond:
        print(f"{item.seconds:8.2f} {item.before:11,} {item.growth:7.1f}  {item.name}")
    sys.exit(1 if beyond else 0)


if __name__ == "__main__":
    main()
