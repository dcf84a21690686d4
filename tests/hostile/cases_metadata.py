"""Titles, names of models, ids and dates that try to become more than words, paths or numbers.

They are said in every place of the model, as those of `cases_markdown` are.
"""

from __future__ import annotations

from cases_markdown import OWNED
from hostile_cases import Case

TEXT = "shown as the words that it is, wherever it is listed"
NAMES = "files are named by hashes, never by what was said"


def _case(name: str, payload: str, expected: str = TEXT) -> Case:
    return Case(name, "metadata", payload, expected)


CASES = (
    _case("title-script", f"</title><script>{OWNED}</script>", "escaped in the title, headings, lists and search"),
    _case("title-in-index", f"</script><!--<script>{OWNED}//", "the index stays one script, the words the same"),
    _case("title-ends-strings", f"a\u2028b\\u2028\\';{OWNED};//\"`${{{OWNED}}}", "the index stays one script"),
    _case("title-in-feed", "]]></title><entry><id>x</id></entry>&bad; <?xml version='1.0'?>", "one feed, well formed"),
    _case("title-path", "../../../../outside/file", NAMES),
    _case("title-encoded-path", "..%2f..%2fetc%2fpasswd", NAMES),
    _case("title-reserved", "CON", NAMES),
    _case("title-device", "C:\\outside\\CON.txt:stream. ", NAMES),
    _case("title-address", "a/b?c#d%2e%2e%2fe&f=g", NAMES),
    _case("title-as-long-as-a-page", "x" * 400, "a page like any other"),
    _case("title-of-nothing", "\u200b\u3164\u2060 \u202e\ufe0f", "no link that nobody sees: it has another name"),
    _case("title-prototype", "__proto__", "a word like any other, to the search too"),
    _case("title-methods", "constructor toString hasOwnProperty valueOf then length", "words like any other"),
    _case("title-twins", "Report", "told apart by more than the case of letters"),
    _case("title-twins-lower", "report", "told apart by more than the case of letters"),
    _case("model-with-element", f"model-<b onmouseover={OWNED}>5", TEXT),
    _case("model-turns-direction", "model-\u202e\u2067gnp.exe", "the direction of nothing beside it changes"),
    _case("id-shell", "$(touch outside) `id` ; --help %s %(x)d", "never reaches a shell or a format"),
    _case("id-option", "--rsync-path=touch outside", "never taken for an option"),
    _case("type-svg", "image/svg+xml", "what a file claims to be decides nothing"),
    _case("type-charset", "text/html; charset=utf-7", "what a file claims to be decides nothing"),
    _case("name-svg", "drawing.svg", "a name decides nothing"),
    _case("name-two-endings", "page.html.png", "a name decides nothing"),
    _case("name-pointer", "sediment://\"><b>", TEXT),
    _case("number-too-large", "-1e999", TEXT),
    _case("number-too-long", "99999999999999999999999999999999", TEXT),
    _case("date-too-late", "9999-12-31T23:59:59+14:00", TEXT),
)  # fmt: skip
