"""TeX to MathML: what must work, what stays source, what may never get through."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from sitegen.text import render_markdown
from sitegen.text.math import LONGEST, formula


def visible(markup: str) -> str:
    return unescape(re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", markup, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"E = mc^2", "E=mc2"),
        (r"\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}", "−b±b2−4ac2a"),
        (r"\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}", "∫−∞∞e−x2dx=π"),
        (r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}", "∑i=1ni=n(n+1)2"),
        (r"\lim_{x \to 0} \frac{\sin x}{x} = 1", "limx→0sinxx=1"),
        (r"\begin{aligned} a &= b \\[4pt] &= d \end{aligned}", "a=b=d"),
        (r"\begin{align} a &= b \\ c &= d \end{align}", "a=bc=d"),
        (r"\begin{align*} a &= b \end{align*}", "a=b"),
        (r"\begin{alignat}{2} a &= b \end{alignat}", "a=b"),
        (r"\begin{gathered} a \\ b \end{gathered}", "ab"),
        (r"\begin{equation} x = y \end{equation}", "x=y"),
        (r"\begin{split} a &= b \\ c &= d \end{split}", "a=bc=d"),
        (r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}", "(1001)"),
        (r"\begin{pmatrix*}[r] 1 \end{pmatrix*}", "(1)"),
        (r"\begin{bmatrix} a_{11} & \cdots \\ \vdots & \ddots \end{bmatrix}", "[a11⋯⋮⋱]"),
        (r"\begin{vmatrix} a & b \end{vmatrix}", "|ab|"),
        (r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{else} \end{cases}", "{xif\xa0x>0−xelse"),
        (r"\begin{rcases} a \\ b \end{rcases}", "ab}"),
        (r"\begin{array}{@{}c|p{2cm}@{}} a & b \\ \hline c & d \end{array}", "abcd"),
        (r"\mathbb{R}^n \to \mathbb{C}", "ℝn→ℂ"),
        (r"\mathbb R, \mathcal{ABC}, \mathfrak{g}, \mathbf{Ab1}", "ℝ,𝒜ℬ𝒞,𝔤,𝐀𝐛𝟏"),
        (r"\mathbf{x}^\top \boldsymbol{\theta} \bm{x}", "𝐱⊤𝜽𝒙"),
        (r"\operatorname{Var}(X) \operatorname*{arg\,max}_{x} f(x)", "Var(X)arg\u2009maxxf(x)"),
        (r"\left( \frac{a}{b} \right)^2 \left\{ x \right.", "(ab)2{x"),
        (r"\bigl( x \bigr) \bigg\{ \Bigg|", "(x){|"),
        (r"\left\lfloor x \right\rfloor \left\| x \right\|_2", "⌊x⌋‖x‖2"),
        (r"\underbrace{a + b}_{n} \overbrace{x}^{y}", "a+b⏟nx⏞y"),
        (r"\hat{y} \bar{x} \vec{v} \overline{AB}", "y^x¯v→AB―"),
        (r"\partial_t u = \nabla^2 u", "∂tu=∇2u"),
        (r"\binom{n}{k} {n \choose k}", "(nk)(nk)"),
        (r"P(A \mid B) \sim N(0, 1)", "P(A∣B)∼N(0,1)"),
        (r"\forall \epsilon > 0 \; \exists \delta", "∀ϵ>0∃δ"),
        (r"A \cup B \subseteq D \setminus E", "A∪B⊆D⧵E"),
        (r"\boxed{x = 42} \cancel{y}", "x=42y"),
        (r"\xrightarrow{f} \xleftarrow[b]{a}", "→f←ba"),
        (r"a \equiv b \pmod{n}", "a≡b(modn)"),
        (r"\textcolor{blue}{y} {\color{red} x}", "yx"),
        (r"50\% of 5% x", "50%of5%x"),
        (r"\sum_{\substack{i=1 \\ j=1}}^n \sum\nolimits_i", "∑i=1j=1n∑i"),
        (r"x' = f''(x), x_{i,j}^{(k)}", "x′=f″(x),xi,j(k)"),
        (r"\dfrac12 \tfrac{1}{2} \cfrac{1}{1+x}", "121211+x"),
        (r"\langle \psi | \phi \rangle \neq \leq \gg", "⟨ψ|ϕ⟩≠≤≫"),
        (r"\left. \frac{df}{dx} \right|_{x=0}", "dfdx|x=0"),
        (r"\{ x \in \mathbb{Z} : x > 0 \}", "{x∈ℤ:x>0}"),
        (r"\text{naïve 日本} \Rightarrow \therefore", "naïve\xa0日本⇒∴"),
        (r"\sqrt[3]{x} \iint_D f \oint_C \prod_k", "x3∬Df∮C∏k"),
        (r"\lvert x \rvert \stackrel{!}{=} \overset{d}{=}", "|x|=!=d"),
        (r"\mathrm{d}x \rm{kg} \displaystyle x", "dxkgx"),
    ],
)
def test_usual_formula(tex: str, expected: str) -> None:
    for display in (True, False):
        markup = formula(tex, display)
        assert visible(markup).replace("\xa0", " ") == expected.replace("\xa0", " ")
        ElementTree.fromstring(markup)


def test_formula__says_how_it_stands_and_keeps_its_source() -> None:
    assert formula("a < b", False) == (
        '<math display="inline"><semantics><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>'
        '<annotation encoding="application/x-tex">a &lt; b</annotation></semantics></math>'
    )
    assert formula("x", True).startswith('<math display="block">')


def test_alignment_and_frames__are_classes() -> None:
    assert '<mtd class="align-right">' in formula(r"\begin{aligned} a &= b \end{aligned}", True)
    assert '<mtd class="align-left">' in formula(r"\begin{cases} a & b \end{cases}", True)
    assert '<mrow class="boxed">' in formula(r"\boxed{x}", True)


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac",
        r"\left( x",
        r"x^2^3",
        r"\begin{align} x",
        r"^^",
        r"\ce{2H2 + O2 -> 2H2O}",
        r"\SI{5}{\metre}",
        r"\newcommand{\a}{b} \a",
        r"\def\a{\a\a}\a",
        r"\let\x\y",
        "x" * (LONGEST + 1),
        "{" * 200 + "x" + "}" * 200,
        r"\left(" * 100 + "x" + r"\right)" * 100,
    ],
)
def test_unreadable_formula__stays_source(tex: str) -> None:
    assert formula(tex, True) == ""
    if len(tex) < LONGEST:
        html = render_markdown(f"\\({tex}\\)", prefix="m").html
        assert f'<code class="tex" translate="no">{tex.replace("&", "&amp;").replace(">", "&gt;")}</code>' in html


ELEMENTS = re.compile(
    "math|semantics|annotation|m(?:row|i|n|o|text|space|frac|sqrt|root|sub|sup|subsup|under|over|underover|table|tr|td)"
    "|m(?:style|padded|phantom|enclose)"
)
HARMLESS = re.compile(
    r"block|inline|true|false|normal|prefix|postfix|infix|application/x-tex|align-(?:left|right|center)|boxed"
    r"|[+-]?\d{0,3}(?:\.\d+)?(?:em|ex|px|pt|%)?|(?:none|solid|dashed)(?: (?:none|solid|dashed))*"
    r"|(?:(?:up|down)diagonal|horizontal)strike(?: (?:up|down)diagonalstrike)?"
)


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x} \class{evil}{y} \cssId{id}{z} \id{a}{b}",
        r"\text{<script>alert(1)</script>} \mathrm{<img src=x onerror=y>} \operatorname{<b>}",
        r"\hbox{<b> $<i>$ </b>} \mbox{&lt;b&gt;} \verb|<b>| \tag{<b>}",
        r"\unicode{x3c}script\unicode{x3e} \unicode{0} \unicode{xd800} \unicode{x110000} \unicode{zz}",
        r"\color{red;background:url(x)}{x} \textcolor{\"}{y} \colorbox{url(x)}{z} \fcolorbox{a}{b}{c}",
        r"\rule{999em}{999em} \hspace{-999em} \raise 9999em x \kern 1e9em \mspace{calc(1px)}",
        r"\begin{array}{c\"onload=x} a \end{array}",
        r"\begin{script} x \end{script} \includegraphics{http://evil.test/x}",
        r"</math><script>alert(1)</script> <![CDATA[ --> ]]> &#60;script&#62;",
        r"\above{1000em} \genfrac{<}{>}{<b>}{0}{a}{b}",
    ],
)
def test_hostile_formula__gives_allowed_elements_only(tex: str) -> None:
    for part in (tex, *tex.split(" ")):
        markup = formula(part, True)
        for element in ElementTree.fromstring(markup).iter() if markup else ():
            assert ELEMENTS.fullmatch(element.tag)
            for name, value in element.attrib.items():
                assert HARMLESS.fullmatch(value), (name, value)
                length = re.fullmatch(r"[+-]?([\d.]+)(?:em|ex)", value)
                assert length is None or float(length[1]) < 20


def test_bound__what_is_long_or_deep_never_reaches_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(tex: str, display: str) -> None:
        pytest.fail(f"converted: {tex[:20]}")

    monkeypatch.setattr("latex2mathml.converter.convert_to_element", convert)
    formula.cache_clear()
    opening = ["{", "\\left(", "\\begin{matrix}", "\\frac{", "^{"]
    refused = ["a" * (LONGEST + 1), *(piece * 61 for piece in opening), "\\def\\a{\\a\\a}\\a"]
    assert [tex[:20] for tex in refused if formula(tex, True)] == []
    with pytest.raises(pytest.fail.Exception, match="converted"):
        formula("{" * 60 + "}" * 60, True)


@pytest.mark.parametrize("run", ["}", "a'", "^a", r"\not", "%", r"\over a", "&", r"\\", "a", r"\text{a}", r"\frac12"])
def test_bound__the_longest_formula_grows_to_a_bounded_size(run: str) -> None:
    assert len(formula((run * LONGEST)[:LONGEST], True)) <= 100 * LONGEST + 10 * LONGEST


def test_math__exponent_of_a_matrix_is_put_on_the_whole_of_it():
    html = formula(r"\begin{pmatrix}1&1\\1&0\end{pmatrix}^n", False)
    assert "</mtable><mo>)</mo></mrow><mi>n</mi></msup>" in html


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (
            r"n\log n",
            '<mi>n</mi><mspace width="0.167em"></mspace><mi>log</mi><mspace width="0.167em"></mspace><mi>n</mi>',
        ),
        (r"\sin(x)", '<mi>sin</mi><mo stretchy="false">('),
        (r"36\,\mathrm{W}", '<mi mathvariant="normal">W</mi>'),
        (r"36\,W", "<mi>W</mi>"),
    ],
)
def test_math__function_names_stand_apart_and_units_upright(tex, part):
    assert part in formula(tex, False)
