"""Messages that grow without bound, or that a parser or a lexer would work on for minutes.

Each is one answer of a conversation of its own: no word of it may be lost, its page may grow only so far, and the work
done for it only with its length.
"""

from __future__ import annotations

from hostile_cases import Case

BOUNDED = "all words, in bounded size and work"


def _case(name: str, payload: str, expected: str = BOUNDED) -> Case:
    return Case(name, "markdown", payload, expected)


def _fence(language: str, code: str) -> str:
    return f"```{language}\n{code}\n```"


#: More than a lexer gets, in the language of each. Each would colour them if it did.
_TOO_LONG = "x = 1\n" * 5_000

CASES = (
    _case("slow-brackets", "[" * 3_000 + "bottom"),
    _case("slow-brackets-half-closed", "[" * 20_000 + "bottom" + "]" * 5_000),
    _case("slow-pictures", "![" * 25_000 + "bottom"),
    _case("slow-pictures-some", "![" * 2_000 + "bottom"),
    _case("slow-link-destinations", "[a](" * 5_000 + "bottom"),
    _case("slow-emphasis", "**x" * 15_000 + " bottom"),
    _case("slow-emphasis-kinds", "*a_ __b* ~~c " * 4_000 + " bottom"),
    _case("slow-quotes", ">" * 20_000 + " bottom"),
    _case("slow-quotes-and-lists", "> - " * 10_000 + "bottom"),
    _case("slow-lists", "".join("  " * depth + f"- a{depth}\n" for depth in range(300))),
    _case("slow-backticks", "".join("`" * length + " " for length in range(300)) + "bottom"),
    _case("slow-entities", "&" + "amp;" * 15_000 + " bottom &#x" + "0" * 9_000),
    _case("slow-autolinks", "<a@" * 15_000 + " bottom"),
    _case("slow-addresses", "https://a.example/(.,'" * 3_000 + " bottom"),
    _case("slow-dollars", "$a " * 15_000 + "$$b " * 5_000 + " bottom"),
    _case("slow-footnotes", "".join(f"[^{n}]: x\n" for n in range(3_000)) + "[^1]" * 3_000),
    _case("slow-definitions", "".join(f"[{n}]: b\n" for n in range(3_000)) + "[1] [2] " * 2_000),
    _case("slow-comments", "<!-- " * 12_000 + "bottom"),
    _case("grows-table", "|" + "a|" * 3_000 + "\n|" + ":-:|" * 3_000 + "\n" + "a\n" * 1_500),
    _case("grows-formulas", "$\\sqrt{x}$ " * 5_000),
    _case("grows-lines", "a\n\n" * 8_000),
    _case("one-long-line", "word " * 400_000, "wrapped, and the page still opens"),
    _case("only-newlines", "first" + "\n" * 500_000 + "last", "the page still opens"),
    _case("code-too-long", _fence("python", _TOO_LONG), "shown without colours"),
    _case("code-too-long-for-language", _fence("go", "var x = 1\n" * 1_400), "shown without colours"),
    _case("code-of-blank-lines", _fence("c", "\n " * 8_000), "shown without colours"),
    _case("code-of-unended-comments", _fence("java", "/* " * 6_000)),
    _case("code-of-unended-strings", _fence("ruby", '"#{' * 600)),
    _case("code-of-escaped-quotes", _fence("css", 'a { b: "\\"c\\"" }\n' * 1_050), "shown without colours"),
    _case("code-of-words", _fence("csharp", "a b c d " * 240)),
    _case("code-of-rare-language", _fence("adl", "a" * 20_000), "shown without colours"),
)
