"""Secrets where and as nobody expects them, and what looks like one and must stay.

No key of a provider stands here as it is: hosts of repositories refuse them, invented or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from hostile_cases import Case
from makers import conversation, message

from sitegen import model
from sitegen.model import (
    Attachment,
    Block,
    CodeBlock,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    QuoteBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.redaction import CATEGORIES, Redactor

#: Of forms that only their provider gives out.
GITHUB = "ghp_" + "7Kq2mZ9xT4bW1nR6vC8yL3pD5sF0gH2jAe4u"
AWS = "AKIA" + "Q3EGR7ZM5XKTW2LB"
JWT = ".".join(("eyJ" + "hbGciOiJFUzI1NiJ9", "eyJ" + "zdWIiOiJtYXJhIn0", "n8Qw3vXk71_Lm-pZ"))
MAIL = "mara.quist@zeltweg.at"
IBAN = "AT61 1904 3002 3457 3201"
CARD = "5555 5555 5555 4444"


@dataclass(frozen=True)
class Said:
    """A prompt, and what it must become. `words` are the person's own; `earlier` is said in the message before."""

    text: str
    becomes: str
    words: tuple[str, ...] = ()
    earlier: str = ""


@dataclass(frozen=True)
class Placed:
    """A conversation with a secret somewhere; none of `gone` may be left in any text of it."""

    conversation: Conversation
    gone: tuple[str, ...] = (GITHUB,)


def kept(text: str, words: tuple[str, ...] = ()) -> Said:
    """What only looks like a secret."""
    return Said(text, text, words)


def holding(*blocks: Block, gone: tuple[str, ...] = (GITHUB,), **fields: object) -> Placed:
    """Such an answer."""
    return Placed(conversation("Keys", message("1", "assistant", blocks=blocks), **fields), gone)


_HIDDEN: dict[str, tuple[Said | Placed, str]] = {
    # as it is written
    "zero-width": (Said(f"key {GITHUB[:9]}\u200b{GITHUB[9:]}", "key [redacted: GitHub token 1]"), "goes whole"),
    "soft-hyphens": (
        Said("Schreib ma\u00adra.quist@zelt\u00adweg.at!", "Schreib [redacted: e-mail 1]!"),
        "goes whole",
    ),
    "full-width": (
        Said("mail ｍａｒａ．ｑｕｉｓｔ＠ｚｅｌｔｗｅｇ．ａｔ", "mail [redacted: e-mail 1]"),
        "goes whole",
    ),
    "composed-letters": (Said("Frau Zo\u0308e Quist", "Frau [redacted: word 1]", ("Zöe Quist",)), "goes whole"),
    "percent-encoded": (
        Said("https://x.io/?to=mara%2Equist%40zeltweg%2Eat&b", "https://x.io/?to=[redacted: e-mail 1]&b"),
        "only the value goes",
    ),
    "entities": (Said("&#109;ara.quist&#x40;zeltweg.at", "[redacted: e-mail 1]"), "goes whole"),
    "escapes-of-json": (Said(r"mara.quist\u0040zeltweg.at", "[redacted: e-mail 1]"), "goes whole"),
    "line-end-escaped": (Said(f"a\\n{GITHUB}\\n", "a\\n[redacted: GitHub token 1]\\n"), "goes without the escape"),
    "capitals": (Said("MARA.QUIST@ZELTWEG.AT", "[redacted: e-mail 1]"), "goes whole"),
    "word-over-lines": (Said("Project\n  Zinnober", "[redacted: word 1]", ("project zinnober",)), "goes whole"),
    "number-in-groups": (
        Said(f"IBAN {IBAN}, card {CARD}", "IBAN [redacted: IBAN 1], card [redacted: card number 1]"),
        "both go",
    ),
    "key-cut-off": (
        Said(
            "-----BEGIN EC PRIVATE " + "KEY-----\n" + "MHcCAQEEIB7kq2Zx9TbW1nR6vC8y" * 2 + "\nand then?",
            "[redacted: private key 1]\nand then?",
        ),
        "the rest of the block goes",
    ),
    "password-in-address": (
        Said("amqps://mara:Zk8!hafen@mq.zeltweg.at/x", "amqps://mara:[redacted: password 1]@mq.zeltweg.at/x"),
        "only the password goes",
    ),
    "web-token": (Said(f"Cookie: s={JWT}; a", "Cookie: s=[redacted: JSON web token 1]; a"), "goes whole"),
    "aws-pair": (
        Said(
            f"{AWS}\nzT4bW1nR6vC8yL3pD5sF0gH2jAe4u7Kq2mZ9x/Q+",
            "[redacted: AWS access key 1]\n[redacted: AWS secret key 1]",
        ),
        "the secret goes with its key",
    ),
    "authorization": (
        Said("-H 'Authorization: Bearer k3y.Of-Mara'", "-H 'Authorization: Bearer [redacted: credential 1]'"),
        "goes whole",
    ),
    "phone": (Said("ring +43 660 1234567", "ring [redacted: phone 1]"), "goes whole"),
    "ip": (Said("ssh 83.64.112.9", "ssh [redacted: IP address 1]"), "goes whole"),
    "home": (Said("cd /home/mquist/src", "cd /home/[redacted: name in a path 1]/src"), "only the name goes"),
    "password-said-before": (
        Said("it is Hafen77tor, I said", "it is [redacted: password 1], I said", earlier="password: Hafen77tor"),
        "what is named once goes everywhere",
    ),
    # where it stands
    "title": (Placed(conversation(f"Why is {GITHUB} refused?")), "gone"),
    "tool-call": (holding(ToolCallBlock("curl", json.dumps({"headers": [{"x": GITHUB}], GITHUB: 1}))), "gone"),
    "tool-call-no-json": (holding(ToolCallBlock("bash", f"export T={GITHUB}")), "gone"),
    "tool-name": (holding(ToolCallBlock(f"use {GITHUB}", "{}", title=GITHUB)), "gone"),
    "tool-result": (holding(ToolResultBlock("env", (TextBlock("ok"), CodeBlock(f"T={GITHUB}")))), "gone"),
    "named-in-json": (
        holding(
            UnknownBlock("x", '{"client_secret": "hafen\\u00377x9"}'), gone=("hafen77x9", "hafen\\u00377x9")
        ),
        "the value goes, for its name",
    ),
    "json-number": (
        holding(UnknownBlock("x", '{"card": 5555555555554444}'), gone=("5555555555554444",)),
        "gone, and the JSON is JSON",
    ),
    "link-target": (holding(TextBlock(f"[here](https://a.io/?t={GITHUB} '{GITHUB}')")), "gone"),
    "alt-text": (holding(TextBlock(f"![{GITHUB}](x.png)")), "gone"),
    "caption": (holding(ImageBlock(Attachment("i", "a.png"), GITHUB, GITHUB)), "gone"),
    "file-name": (holding(FileBlock(Attachment("f", f"{GITHUB}.env", url=f"https://a.io/{GITHUB}"))), "gone"),
    "attachment-id": (holding(FileBlock(Attachment(GITHUB, "a.env"))), "gone"),
    "code-block": (holding(CodeBlock(f"# {GITHUB}", GITHUB, GITHUB)), "gone"),
    "reasoning": (holding(ReasoningBlock(f"The key {GITHUB} is", GITHUB)), "gone"),
    "document": (holding(DocumentBlock(GITHUB, GITHUB, GITHUB, note=GITHUB)), "gone"),
    "sources": (
        holding(
            SourceListBlock((Source(f"https://a.io/{GITHUB}", GITHUB, GITHUB),)), QuoteBlock(GITHUB, Source(GITHUB))
        ),
        "gone",
    ),
    "ids": (holding(TextBlock("a"), id=GITHUB, account=GITHUB), "gone"),
    "model-and-flags": (holding(TextBlock("a"), model=GITHUB, flags=(GITHUB,), summary=GITHUB, url=GITHUB), "gone"),
}  # fmt: skip

_KEPT: dict[str, str] = {
    "commit": "see 3f786850e387550fdab836ed7e6dc881de23001b and 3f78685",
    "uuid": "run 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "versions": "needs 10.0.26100.2314, release 81.22.33.44, v1.22.33.44 and Python 3.13.0rc2",
    "iban-wrong-check": "DE89 3704 0044 0532 0130 01",
    "iban-wrong-length": "DE89 3704 0044 0532 0130",
    "card-wrong-digit": "4111 1111 1111 1112",
    "card-no-issuer": "9111 1111 1111 1110",
    "date-and-isbn": "2026-03-05 12:30:45, ISBN 978-3-16-148410-0",
    "placeholders": "password = 'change-me-1', token: <your-token>, token: your-token-4a5b, API_KEY=${API_KEY}",
    "names-of-variables": "self.password = config.get_password(user)",
    "example-addresses": "write to you@example.com or git@github.com:a/b",
    "decorator": "@app.route and logo@2x.png",
    "loopback": "127.0.0.1, 192.0.2.7 and 255.255.255.0",
    "nobody-home": "/home/user/x, /Users/runner/y",
    "longer-word": "the password-manager and a keyboard: hunting",
    "publishable": "pk_live_" + "51HqLyjWDarjtT1zdp7dcXyZ",
    "base64-picture": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
}

CASES = [
    *(
        Case(f"redaction-{name}", "redaction", payload, expected)
        for name, (payload, expected) in _HIDDEN.items()
    ),
    *(
        Case(f"redaction-kept-{name}", "redaction", kept(text), "stays as it is")
        for name, text in _KEPT.items()
    ),
    Case(
        "redaction-kept-part-of-a-word",
        "redaction",
        kept("Marathon in Zinnoberrot", ("Mara", "Zinnober")),
        "stays as it is",
    ),
    Case("redaction-kept-mark", "redaction", kept("[redacted: password 1]", ("password",)), "stays as it is"),
]  # fmt: skip


def check(case: Case) -> None:
    """Raises AssertionError if the case is not redacted as it must be."""
    match case.payload:
        case Said(text, becomes, words, earlier):
            before = (message("0", "user", earlier),) if earlier else ()
            said = message("1", "user", text, parent="0" if earlier else None)
            made = _redactor(words).conversation(conversation("Title", *before, said))
            block = made.conversation.messages[-1].blocks[0]
            assert isinstance(block, TextBlock)
            assert block.text == becomes
            assert bool(made.findings) == (text != becomes)
        case Placed(talk, gone):
            assert any(secret in text for secret in gone for text in _texts(talk)), "the case holds no secret"
            made = _redactor().conversation(talk)
            texts = list(_texts(made.conversation))
            assert not [text for text in texts if any(secret in text for secret in gone)]
            assert any("[redacted: " in text for text in texts)
            assert not any(secret in finding.where + finding.excerpt for secret in gone for finding in made.findings)
        case other:
            raise TypeError(f"{case.name}: no way is known to check {other!r}")


def _redactor(words: tuple[str, ...] = ()) -> Redactor:
    return Redactor(CATEGORIES, salt=b"sixteen bytes or", words=words)


def _texts(talk: Conversation) -> Iterator[str]:
    """All texts of a conversation, those inside JSON in JSON, too."""
    yield from _strings(msgspec.json.decode(model.encode(talk)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value.startswith("{"):
            yield from _strings(_decoded(value))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *_strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, int):
        yield str(value)


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise AssertionError(f"JSON is no JSON any more: {error}") from error
