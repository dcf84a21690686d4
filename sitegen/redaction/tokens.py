"""Keys and tokens that show by their form which provider gave them out. Pure.

Each is looked for by its fixed beginning and then matched from there. What stands before must not be a part of the
token's own alphabet, so that a run of characters is read once, however often the beginning stands in it.
The forms are those that the providers' documents show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sitegen.redaction.placeholders import is_placeholder
from sitegen.redaction.spans import Span, places_of

_ALNUM = re.compile(r"[A-Za-z0-9]")
_WORD = re.compile(r"[A-Za-z0-9_-]")


class _Form(NamedTuple):
    """`pattern` matches from the beginning on; group 1, if there is one, is the part that is removed."""

    kind: str
    beginning: str
    pattern: re.Pattern[str]
    before: re.Pattern[str] = _ALNUM
    needs_digit: bool = False


def _form(kind: str, beginning: str, rest: str, before: re.Pattern[str] = _ALNUM, needs_digit: bool = False) -> _Form:
    return _Form(kind, beginning, re.compile(re.escape(beginning) + rest), before, needs_digit)


_FORMS = (
    *(_form("AWS access key", start, r"[A-Z2-7]{16}(?![A-Za-z0-9])") for start in ("AKIA", "ASIA", "ABIA", "ACCA")),
    *(_form("GitHub token", f"gh{letter}_", r"[A-Za-z0-9]{36,}") for letter in "pousr"),
    _form("GitHub token", "github_pat_", r"[A-Za-z0-9]{22}_[A-Za-z0-9]{59,}"),
    *(
        _form("GitLab token", start, r"[\w-]{20,}", _WORD, True)
        for start in ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "gloas-", "glsoat-")
    ),
    _form("Anthropic key", "sk-ant-", r"[\w-]{32,}", _WORD, True),
    _form("OpenAI key", "sk-", r"(?:(?:proj|svcacct|admin|or-v1|or)-)?[\w-]{20,}", _WORD, True),
    _form("xAI key", "xai-", r"[A-Za-z0-9_-]{40,}", _WORD, True),
    _form("Groq key", "gsk_", r"[A-Za-z0-9]{40,}"),
    _form("Perplexity key", "pplx-", r"[A-Za-z0-9]{40,}", _WORD),
    _form("Replicate token", "r8_", r"[A-Za-z0-9]{37,}"),
    _form("Google key", "AIza", r"[\w-]{35,}", _WORD),
    _form("Google token", "ya29.", r"[\w-]{30,}", _WORD),
    _form("Google client secret", "GOCSPX-", r"[\w-]{28,}", _WORD),
    _form("Slack token", "xox", r"[abeoprs]-(?:[A-Za-z0-9]{1,20}-){0,5}[A-Za-z0-9]{16,}", _WORD, True),
    _form("Slack token", "xapp-", r"[0-9]-[A-Z0-9]{8,14}-[0-9]{8,16}-[a-f0-9]{32,}", _WORD),
    _form("Slack webhook", "https://hooks.slack.com/", r"(?:services|workflows)/[A-Za-z0-9/]{20,}"),
    _form("Discord webhook", "https://discord.com/api/webhooks/", r"[0-9]{15,22}/[\w-]{60,}"),
    _form("Discord webhook", "https://discordapp.com/api/webhooks/", r"[0-9]{15,22}/[\w-]{60,}"),
    *(
        _form("Stripe key", start, r"[A-Za-z0-9]{16,}")
        for start in ("sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_")
    ),
    _form("Twilio key", "SK", r"[0-9a-f]{32}(?![A-Za-z0-9])"),
    _form("SendGrid key", "SG.", r"[\w-]{22}\.[\w-]{43,}", _WORD),
    _form("Mailgun key", "key-", r"[0-9a-f]{32}(?![A-Za-z0-9])", _WORD),
    _form("npm token", "npm_", r"[A-Za-z0-9]{36,}"),
    _form("PyPI token", "pypi-AgE", r"[\w-]{50,}", _WORD),
    _form("Hugging Face token", "hf_", r"[A-Za-z]{30,}"),
    *(
        _form("DigitalOcean token", start, r"[0-9a-f]{64}(?![A-Za-z0-9])")
        for start in ("dop_v1_", "doo_v1_", "dor_v1_")
    ),
    _form("Docker token", "dckr_pat_", r"[\w-]{27,}", _WORD),
    *(_form("Shopify token", f"shp{end}_", r"[0-9a-fA-F]{32}(?![A-Za-z0-9])") for end in ("at", "ca", "pa", "ss")),
    _form("Linear key", "lin_api_", r"[A-Za-z0-9]{40,}"),
    _form("Notion token", "ntn_", r"[A-Za-z0-9]{40,}"),
    _form("Vault token", "hvs.", r"[\w-]{24,}", _WORD, True),
    _form("age key", "AGE-SECRET-KEY-1", r"[A-Z0-9]{58}"),
    _form("JSON web token", "eyJ", r"[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{10,}", _WORD),
    _form("Azure signature", "sig=", r"([A-Za-z0-9%+/]{43,}(?:=|%3[Dd]){0,2})"),
    _form("Telegram token", ":AA", r"[\w-]{33}(?![\w-])", re.compile(r"[^0-9]")),
)
_SHORTEST = 20
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_AWS_NEIGHBOURHOOD = 300
_ESCAPES = frozenset("nrt")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_BOT = re.compile(r"[0-9]{8,12}(?![0-9])")


def tokens(text: str, lower: str) -> Iterator[Span]:
    """Tokens by their form, and AWS secrets that stand close to an AWS key."""
    del lower
    # A tenth of most texts, which makes sixty looks cheap.
    long_words = "\n".join([word for word in text.split() if len(word) >= _SHORTEST])
    for form in [form for form in _FORMS if form.beginning in long_words]:
        for place in places_of(form.beginning, text):
            match = _matched(form, text, place)
            if match is None:
                continue
            yield match
            if form.kind == "AWS access key":
                yield from _aws_secrets(text, match)


def _matched(form: _Form, text: str, place: int) -> Span | None:
    if not _begins(form.before, text, place):
        return None
    match = form.pattern.match(text, place)
    if match is None:
        return None
    group = 1 if form.pattern.groups else 0
    start, end = match.span(group)
    value = text[start:end]
    if form.needs_digit and not any(map(str.isdigit, value)):
        return None
    if form.kind == "Telegram token":
        number = _BOT.match(text[max(place - 12, 0) : place][::-1])
        if number is None:
            return None
        start -= len(number[0])
    elif is_placeholder(value) or len(set(value)) < 8:
        return None
    return Span(start, end, form.kind)


def _begins(before: re.Pattern[str], text: str, place: int) -> bool:
    """Whether the character before belongs to no longer word; the letter of `\\n` and of `%3D` does not."""
    if place == 0 or not before.match(text[place - 1]):
        return True
    if place > 1 and text[place - 2] == "\\" and text[place - 1] in _ESCAPES:
        return True
    return _PERCENT.match(text, place - 3) is not None if place > 2 else False


def _aws_secrets(text: str, key: Span) -> Iterator[Span]:
    """Nothing but its neighbour tells an AWS secret from any 40 characters of base64."""
    start = max(key.start - _AWS_NEIGHBOURHOOD, 0)
    for match in _AWS_SECRET.finditer(text, start, min(key.end + _AWS_NEIGHBOURHOOD, len(text))):
        value = match[0]
        if any(map(str.isupper, value)) and any(map(str.islower, value)) and any(map(str.isdigit, value)):
            yield Span(match.start(), match.end(), "AWS secret key")
