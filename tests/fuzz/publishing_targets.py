"""Targets of publishing and searching: what is taken out of texts and pictures, and what is looked for."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator
from random import Random
from typing import Any

import redaction_cases
from PIL import Image

from fuzz import seeds
from fuzz.mutation import BytesMutator, JsonMutator, TextMutator, as_text
from fuzz.rendering_targets import conversation_of
from fuzz.target import Target, nothing_outside
from sitegen.model import decode, encode
from sitegen.publish.readings import readings
from sitegen.redaction import CATEGORIES, Redactor, find_matches
from sitegen.redaction.images import without_metadata
from sitegen.redaction.scan import MARK
from sitegen.search.passages import best_passage, marked
from sitegen.search.query import plan_of
from sitegen.search.tokens import Terms, phrase_of, runs, wildcards, words
from sitegen.tree import ordered

SALT = b"sixteen bytes or"
#: Each found wherever it stands alone on a line.
PLANTED = (
    "ghp_" + "a1B2c3D4e5" * 4,
    "AKIA" + "BCDEFGH234567ABC",
    "xoxb-" + "1234567890-" * 2 + "abcDEF123ghiJKL456mno789",
    "anna.zebra@keller.ch",
    "DE89 3704 0044 0532 0130 00",
    "4242 4242 4242 4242",
)
_PIECES = (
    *PLANTED, "password: ", "token=", "hunter22x", "[redacted: ", "[redacted: e-mail 1]", "]", "Mia",
    "+49 171 2345678", "/home/", "mia", "C:\\Users\\", "192.168.1.17", "2001:db8::1", "://", "u:p@", "@", "\\n", "%40",
    "&#64;", "\\u0040", "＠", "=", ":", "-----BEGIN ", "PRIVATE KEY", "-----\n", "Authorization: Bearer ", "\u00ad",
    "\u200b", "é", "0", "1", "9", ".", "-", " ", "\n", '"', "'", "{", "}", "ﬁ", "Å", "\u0301",
)  # fmt: skip


def _redaction_seeds() -> list[bytes]:
    lines = [case.text for case in redaction_cases.cases("seen")]
    return ["\n".join(lines[start : start + 6]).encode("utf-8", "replace") for start in range(0, len(lines), 6)]


def check_redaction(data: bytes) -> None:
    """Places are inside the text, in order and apart; planted secrets go, all else stays, and a second time finds
    nothing."""
    text = as_text(data)
    end = 0
    for match in find_matches(text):
        assert end <= match.start < match.end <= len(text), "places overlap or lie outside"
        assert match.value == text[match.start : match.end]
        end = match.end
    chance = Random(data)
    planted = chance.sample(PLANTED, 2)
    pieces = [text[: (place := chance.randint(0, len(text)))], text[place:]]
    whole = f"{pieces[0]}\n{planted[0]}\n{pieces[1]}\n{planted[1]}"
    redactor = Redactor(CATEGORIES, salt=SALT, words=["Mia"])
    with nothing_outside():
        made = redactor.redact_text(whole, "here")
    assert not set(planted) & set(made.text.split("\n")), "a secret stays"
    assert redactor.redact_text(made.text, "here") == (made.text, ()), "a second time finds more"
    assert find_matches(made.text) == ()
    at = 0
    for kept in MARK.split(made.text):
        at = whole.index(kept, at) + len(kept)
    told = " ".join(finding.excerpt for finding in made.findings)
    spread = " ".join(made.text.split())  # digits that stand on two lines are no number, but an excerpt is on one
    assert not [secret for secret in planted if secret in told and secret not in spread], "an excerpt tells a secret"


def check_redacted(data: bytes) -> None:
    """A conversation with secrets planted in its texts holds none of them any more, and still fits together."""
    parts = json.loads(data)
    chance = Random(data)
    planted = chance.choice(PLANTED)
    _plant(parts["record"], f"\n{planted}\n", chance)
    conversation = conversation_of(json.dumps(parts).encode())
    if conversation is None:
        return
    redactor = Redactor(CATEGORIES, salt=SALT, words=["Mia"])
    with nothing_outside():
        redactor.learn(conversation)
        made = redactor.conversation(conversation).conversation
    assert decode(encode(made)) == made
    assert ordered(made.messages) == made.messages, "its messages don't fit together"
    assert not [text for text in _strings(json.loads(encode(made))) if planted in text.split("\n")], "a secret stays"
    again = redactor.conversation(made)
    assert again.findings == (), f"a second time finds {[finding.kind for finding in again.findings][:5]}"


def _plant(value: Any, secret: str, chance: Random) -> None:
    for item in (value, *_holders(value)):
        for key in (
            ("text", "arguments", "json", "title", "snippet", "name", "prompt", "caption")
            if isinstance(item, dict)
            else ()
        ):
            if isinstance(item.get(key), str) and chance.random() < 0.2:
                place = chance.randint(0, len(item[key]))
                item[key] = item[key][:place] + secret + item[key][place:]


def _holders(value: Any) -> Iterator[Any]:
    stack = [value]
    while stack:
        item = stack.pop()
        inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        stack += inner
        yield from inner


def _strings(value: Any) -> Iterator[str]:
    for item in (value, *_holders(value)):
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from item


# --- bytes ---------------------------------------------------------------------------------------------------------


def check_readings(data: bytes) -> None:
    """Whatever a file's bytes are, they can be read in every way, and what is read is in proportion."""
    assert sum(len(text) for text in readings(data)) <= 3_000 * len(data) + 1_000


def check_pictures(data: bytes) -> None:
    """A picture is cleaned or left out; a clean one stays as it is."""
    for kind in ("image/jpeg", "image/png", "image/gif", "image/webp"):
        clean = without_metadata(data, kind)
        if clean is not None:
            assert without_metadata(clean, kind) == clean, "cleaned twice, it differs"
            assert len(clean) <= len(data) + 64


def _picture_seeds() -> list[bytes]:
    image = Image.new("RGB", (9, 5), (9, 99, 199))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "what is said"
    found = []
    for form in ("JPEG", "PNG", "GIF", "WEBP"):
        file = io.BytesIO()
        more: dict[str, Any] = {} if form == "GIF" else {"exif": exif.tobytes()}
        image.save(file, form, comment=b"what is said", **more)
        found.append(file.getvalue())
    frames = io.BytesIO()
    image.save(frames, "GIF", save_all=True, append_images=[image.rotate(90)], loop=2, duration=50)
    return [*found, frames.getvalue()]


def _readable_seeds() -> list[bytes]:
    packed = zlib.compress(b"packed words that can be read " * 3)
    return [
        b"<p title='a'>words <b>in</b> markup</p><!-- a comment -->",
        json.dumps({"a": "words \u00e9 \"quoted\""}).encode(),
        seeds.zipped({"a.txt": b"words in a zip " * 5}, 8),
        packed,
        b"x" + packed + b"y",
        b"const a = 'd29yZHMgdGhhdCBhcmUgYmFzZTY0IHdvcmRz';",
        "words in two bytes".encode("utf-16"),
        *_picture_seeds()[:2],
    ]  # fmt: skip


# --- search --------------------------------------------------------------------------------------------------------

LANGUAGES = ("en", "de", "ru")
_TERMS = Terms(LANGUAGES)


def check_tokens(data: bytes) -> None:
    """Terms are of one word each; a text is found by its own words, and its passages hold what it says."""
    text = as_text(data)
    terms = _TERMS.of(text)
    assert terms == _TERMS.of(text)
    assert all(term and not set(term) & set(" *\n") for term in terms)
    for run in runs(text):
        assert all(words(run)) or not run.strip("_")
        assert all(choice for choices in _TERMS.of_query(run) for choice in choices)
    for choices in _TERMS.of_query(text):
        assert set(choices[-1]) <= set(terms), "a text is not found by its own words"
    assert all(piece.strip("*") for piece in wildcards(text))
    phrase = phrase_of(text)
    assert phrase_of(phrase) == phrase, "the words of a phrase are not its words"
    some = set(terms[::3])
    whole = "".join(stretch.text for stretch in marked(text, some, LANGUAGES))
    assert "".join(whole.split()) == "".join(text.split()), "marking words changes the text"
    best_passage([text], some, LANGUAGES, [phrase] if phrase.strip() else [])


def check_query(data: bytes) -> None:
    """Whatever somebody types is a plan: clauses with terms, the same each time."""
    text = as_text(data)
    for is_loose in (False, True):
        plan = plan_of(text, LANGUAGES, is_loose=is_loose)
        assert plan == plan_of(text, LANGUAGES, is_loose=is_loose)
        for clause in (*plan.clauses, *(clause for excluded in plan.excluded for clause in excluded.clauses)):
            assert clause.term.strip("*") and clause.fields and 0 <= clause.edits <= 2 and clause.boost >= 0
        assert all(phrase.words.strip() for phrase in plan.phrases)
        assert all(note and "\n" not in note for note in plan.notes)


_QUERY_PIECES = (
    '"', "+", "-", "*", "~", "~1", "^2", "^", ":", "title:", "text:", "code:", "--flag", "v1.2", "\\", "foo_bar",
    "数据", "ß", "İ", " ", "\u3000", "^99999999", "~-1", ":x",
)  # fmt: skip


def _query_seeds() -> list[bytes]:
    texts = (
        "heat pump",
        '"heat pump" -water',
        "title:heat +pump*",
        "--no-cache v2.3.1",
        "colou~1 boost^3",
        "数据结构",
        "don't",
    )
    return [text.encode() for text in texts]


TARGETS = (
    Target(
        "redaction", "texts redacted", _redaction_seeds, TextMutator(_redaction_seeds, _PIECES), check_redaction, 3_000
    ),
    Target(
        "redacted",
        "conversations redacted",
        seeds.conversation_seeds,
        JsonMutator(seeds.conversation_seeds, "record", (*_PIECES, "")),
        check_redacted,
        40_000,
    ),
    Target(
        "readings",
        "bytes of a site in every way to read them",
        _readable_seeds,
        BytesMutator(_readable_seeds, (b"PK\x03\x04", b"\x78\x9c", b"<", b'"')),
        check_readings,
        3_000,
    ),
    Target(
        "pictures",
        "pictures without what is said about them",
        _picture_seeds,
        BytesMutator(
            _picture_seeds, (b"\xff", b"II*\0", b"MM\0*", b"IHDR", b"eXIf", b"EXIF", b"VP8", b"RIFF", b"!", b","), 14
        ),
        check_pictures,
        3_000,
    ),
    Target(
        "tokens",
        "texts as index terms and passages",
        seeds.text_seeds,
        TextMutator(seeds.text_seeds),
        check_tokens,
        3_000,
    ),
    Target(
        "query",
        "what somebody types into the search",
        _query_seeds,
        TextMutator(_query_seeds, _QUERY_PIECES),
        check_query,
        400,
    ),
)
