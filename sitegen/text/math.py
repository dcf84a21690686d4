"""TeX formulas as MathML: no script, no fonts, and nothing of the TeX but its meaning.

latex2mathml's tree is copied element by element through an allow-list, because it passes on whatever `\\href`,
`\\style`, `\\class` or `\\color` say. What MathML Core lacks is put another way: alphabets as Unicode's own
letters, alignment and frames as classes, lines as rows of a table. Macro definitions are refused.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sitegen.text.rendered import FAILURES, escaped, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

LONGEST = 5_000

# Definitions could grow without bounds; chemistry and units are a language of their own, better read as written.
_REFUSED = re.compile(
    r"\\(?:[gex]?def|let|(?:re)?newcommand|providecommand|newenvironment|DeclareMathOperator|ce|pu|SI|si|qty)(?![A-Za-z])"
)
_DEPTH = 60


@lru_cache(maxsize=4096)
def formula(tex: str, display: bool) -> str:
    """A formula as one `<math>` element, or "" when it can't be converted.

    The TeX goes along as an annotation, which browsers don't show but copy and read tools use.
    """
    if len(tex) > LONGEST or _REFUSED.search(tex) or _deep(tex):
        return ""
    from latex2mathml.converter import convert_to_element

    mode = "block" if display else "inline"
    try:
        tree = convert_to_element(_prepared(tex), display=mode)
    except _failures():
        return ""
    content = "".join(_serialised(child) for child in tree)
    if not content or len(content) > 100 * LONGEST:
        return ""
    annotation = f'<annotation encoding="application/x-tex">{escaped(tex.strip())}</annotation>'
    return f'<math display="{mode}"><semantics>{content}{annotation}</semantics></math>'


@cache
def _failures() -> tuple[type[Exception], ...]:
    """What the converter raises for TeX that it can't read: its own errors have no common base, and it lets
    those of Python through."""
    from latex2mathml import exceptions

    own = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, *FAILURES, StopIteration)


def _deep(tex: str) -> bool:
    """Whether braces or environments nest deeper than the converter, which recurses, can follow."""
    depth = deepest = 0
    for opening in re.finditer(r"\\(?:left|begin|right|end)\b|\\.|[{}]", tex, re.DOTALL):
        if opening[0] in ("{", "\\left", "\\begin"):
            depth += 1
            deepest = max(deepest, depth)
        elif opening[0] in ("}", "\\right", "\\end"):
            depth -= 1
    return deepest > _DEPTH


# Environments that the converter doesn't know, by those it does.
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(\w+)\*?\}(\{\d+\})?(\[[lcr]\])?")
_SAME_ENVIRONMENT = {
    **dict.fromkeys(("align", "aligned", "alignat", "alignedat", "flalign", "eqnarray"), "align*"),
    **dict.fromkeys(("gather", "gathered", "multline"), "gather*"),
    **{name: name for name in ("pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "matrix")},
    "equation": "equation*",
    "dcases": "cases",
}
# An exponent of a matrix would be put on its closing bracket alone.
_RAISED = re.compile(r"\\begin\{([pbBvV]matrix)\}(?:(?!\\begin\{)[\s\S])*?\\end\{\1\}(?=\s*[\^_])")
_COLUMNS = re.compile(r"\\begin\{array\}\s*(?:\[\w\])?\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_NO_COLUMN = re.compile(r"\{[^{}]*\}|[^lcrpm|]")
_OPERATOR = re.compile(r"\\operatorname\*?\s*\{([^{}]*\\[^{}]*)\}")
_SPACING = re.compile(r"\\[,;:! ]")
_TEXT_WITH_FORMULA = re.compile(r"\\text(?=\s*\{[^{}]*\$)")
# A percent sign would begin a comment and swallow the rest of the line; row distances would be read as text.
_SMALL = re.compile(r"(\\\\)\s*\[-?[\d.]+ ?(?:pt|em|ex|mm|cm|px)\]|\\nolimits(?![A-Za-z])|(\\.)|(%)", re.DOTALL)


def _prepared(tex: str) -> str:
    """Small differences between what models write and what the converter knows, evened out."""
    tex = _ENVIRONMENT.sub(_environment, tex.strip())
    tex = _RAISED.sub(r"{\g<0>}", tex)
    tex = _COLUMNS.sub(_columns, tex)
    tex = _OPERATOR.sub(_operator, tex)
    tex = _TEXT_WITH_FORMULA.sub(r"\\hbox", tex)
    return _SMALL.sub(lambda match: match[1] or match[2] or (match[3] and r"\%") or "", tex)


def _environment(match: re.Match[str]) -> str:
    if match[2] == "rcases":
        return r"\left.\begin{array}{l}" if match[1] == "begin" else r"\end{array}\right\}"
    same = _SAME_ENVIRONMENT.get(match[2])
    if same is None:
        return match[0]
    columns = "" if match[2] in ("alignat", "alignedat") else match[3] or ""
    return f"\\{match[1]}{{{same}}}{columns}"


def _columns(match: re.Match[str]) -> str:
    letters = _NO_COLUMN.sub("", match[1]).replace("p", "l").replace("m", "l")
    return f"\\begin{{array}}{{{letters or 'l'}}}"


def _operator(match: re.Match[str]) -> str:
    name = _SPACING.sub(" ", match[1])
    command = {"arg max": "\\argmax", "arg min": "\\argmin", "lim sup": "\\limsup", "lim inf": "\\liminf"}
    return command.get(name) or f"\\mathop{{\\text{{{name}}}}}"


# --- the allow-list ---------------------------------------------------------------------------------------------

_ELEMENT = re.compile(
    "m(?:row|i|n|o|text|space|frac|sqrt|root|su[bp]|subsup|under|over|underover|table|t[rd]|style|padded|phantom"
    "|multiscripts|prescripts|enclose)|none"
)
_BOOLEAN = re.compile("true|false")
_LENGTH = re.compile(r"[+-]?(?:[01]?\d(?:\.\d{0,4})?|\.\d{1,4})(?:em|ex)|[+-]?(?:1?\d?\d(?:\.\d{0,4})?)(?:px|pt|%)|0")
_LINES = re.compile(r"(?:none|solid|dashed)(?: (?:none|solid|dashed)){0,99}")
_ATTRIBUTES = {
    **dict.fromkeys(
        ("displaystyle", "stretchy", "fence", "symmetric", "largeop", "movablelimits", "accent", "accentunder"),
        _BOOLEAN,
    ),
    **dict.fromkeys(
        ("width", "height", "depth", "voffset", "lspace", "rspace", "minsize", "maxsize", "linethickness"), _LENGTH
    ),
    **dict.fromkeys(("rowlines", "columnlines"), _LINES),
    "scriptlevel": re.compile(r"[+-]?\d"),
    "form": re.compile("prefix|infix|postfix"),
    "mathvariant": re.compile("normal"),
    "notation": re.compile("(?:(?:up|down)diagonalstrike ?|horizontalstrike ?){1,3}"),
}
_OPERATORS = {"\\{": "{", "\\}": "}", "\\|": "\u2016", "~": "\u223c"}
_CHARACTER = re.compile("&#x0*([0-9A-Fa-f]{1,6});")


def _serialised(tree: Element) -> str:
    """The tree as markup, walked with a stack of its own."""
    out: list[str] = []
    stack: list[Element | str] = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        name = item.tag if _ELEMENT.fullmatch(item.tag) else "mrow"
        attributes = _attributes(item)
        if name == "mi" and item.text == "&#x0007E;":  # what the converter makes of \\sim
            name, item.tag = "mo", "mo"
        if item.get("notation") == "box":
            name, attributes = "mrow", ' class="boxed"'
        if name == "mi" and _UPRIGHT.fullmatch(item.text or ""):
            attributes = ' mathvariant="normal"'
        out.append(f"<{name}{attributes}>{_text(item)}")
        stack.append(f"</{name}>")
        stack.extend(reversed(_lines(item) if name in _ROWS else list(item)))
    return "".join(out)


# What may hold any number of children.
_ROWS = {"math", "mrow", "mstyle", "mpadded", "mtd", "msqrt"}
# The converter writes a letter that \mathrm sets upright as a reference, any other letter as itself.
_UPRIGHT = re.compile("&#x0*(?:4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]);")
_FUNCTION = re.compile("[a-z]{2,6}")
_THIN_SPACE = '<mspace width="0.167em"></mspace>'


def _lines(row: Element) -> list[Element | str]:
    """The children of a row, one below the other where TeX has `\\\\` between them: MathML Core knows no such break."""
    lines: list[list[Element]] = [[]]
    for child in row:
        if child.get("linebreak") == "newline":
            lines.append([])
        else:
            lines[-1].append(child)
    lines = [line for line in lines if line]
    if len(lines) < 2:
        return _spaced(lines[0] if lines else ())
    rows = [piece for line in lines for piece in ("<mtr><mtd>", *_spaced(line), "</mtd></mtr>")]
    return ['<mtable displaystyle="true">', *rows, "</mtable>"]


def _spaced(row: Iterable[Element]) -> list[Element | str]:
    """The elements of a row, with TeX's thin space between a function's name and what is no operator."""
    result: list[Element | str] = []
    before: Element | None = None
    for child in row:
        if before is not None and (_is_function(before) or _is_function(child)) and _is_operand(before, child):
            result.append(_THIN_SPACE)
        result.append(child)
        before = child
    return result


def _is_function(element: Element) -> bool:
    if element.tag in ("msub", "msup", "msubsup", "munder") and len(element):
        element = element[0]
    return element.tag in ("mi", "mo") and bool(_FUNCTION.fullmatch(element.text or ""))


def _is_operand(*elements: Element) -> bool:
    return not any(e.tag == "mspace" or (e.tag == "mo" and not _is_function(e)) for e in elements)


def _attributes(element: Element) -> str:
    kept = []
    for name, value in element.attrib.items():
        allowed = _ATTRIBUTES.get(name)
        if allowed is not None and allowed.fullmatch(value):
            kept.append(f' {name}="{quoted(value)}"')
    side = element.get("columnalign")
    if element.tag == "mtd" and side in ("left", "right", "center"):
        kept.append(f' class="align-{side}"')
    return "".join(kept)


def _text(element: Element) -> str:
    text = _CHARACTER.sub(_character, element.text or "")
    if element.tag == "mo":
        text = _OPERATORS.get(text, text)
    variant = element.get("mathvariant", "normal")
    return escaped(text if variant == "normal" else "".join(_letter(character, variant) for character in text))


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    return chr(code)


_ALPHABETS = {
    "double-struck": ("DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "fraktur": ("FRAKTUR", "BLACK-LETTER"),
    "script": ("SCRIPT", "SCRIPT"),
    "bold-fraktur": ("BOLD FRAKTUR", ""),
    "bold-script": ("BOLD SCRIPT", ""),
    "bold": ("BOLD", ""),
    "italic": ("ITALIC", ""),
    "bold-italic": ("BOLD ITALIC", ""),
    "sans-serif": ("SANS-SERIF", ""),
    "bold-sans-serif": ("SANS-SERIF BOLD", ""),
    "sans-serif-italic": ("SANS-SERIF ITALIC", ""),
    "sans-serif-bold-italic": ("SANS-SERIF BOLD ITALIC", ""),
    "monospace": ("MONOSPACE", ""),
}


def _letter(character: str, variant: str) -> str:
    """A letter or digit in one of Unicode's mathematical alphabets, or itself where there is none."""
    alphabet, older = _ALPHABETS.get(variant, ("", ""))
    name = unicodedata.name(character, "").replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER", "")
    if not alphabet or not name:
        return character
    for candidate in (f"MATHEMATICAL {alphabet} {name}", f"{older} {name}" if older else ""):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return character
