"""Conversations without what was found in them."""

from __future__ import annotations

import json
from typing import Literal, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import conversation, dialogue, message

from sitegen import model
from sitegen.model import (
    Attachment,
    Citation,
    CodeBlock,
    FileBlock,
    Source,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.redaction import CATEGORIES, Redactor, find_matches
from sitegen.redaction.scan import MARK
from sitegen.tree import ordered

SALT = b"sixteen bytes or"
SECRET = "ghp_" + "a1B2c3D4e5" * 4


def redactor(categories=CATEGORIES, **choices):
    return Redactor(categories, salt=SALT, **choices)


def text_of(block_text, **choices):
    made = redactor(**choices).conversation(conversation("T", *dialogue(block_text)))
    return made.conversation.messages[0].blocks[0].text


# --- every field of the model --------------------------------------------------------------------------------------


def text_fields(kind, path=()):
    """Every way from a struct to a text that is not of a fixed choice: names of fields and of the types met."""
    for field in msgspec.structs.fields(kind):
        yield from ways(field.type, (*path, (kind, field.name)))


def ways(hint, path):
    if hint is str:
        yield path
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        # A tool result holds blocks that hold no tool result again; a revision's blocks are those of a message.
        if not any(kind is hint for kind, _ in path):
            yield from text_fields(hint, path)
    elif get_origin(hint) is not Literal:
        for part in get_args(hint):
            if isinstance(part, type) or get_args(part):
                yield from ways(part, path)


def built(path, text):
    """A value of the first type of the way, with the text at its end, and valid otherwise."""
    (kind, name), *rest = path
    values = {}
    for field in msgspec.structs.fields(kind):
        if field.name == name:
            values[name] = shaped(field.type, built(rest, text) if rest else text)
        elif field.required:
            values[field.name] = example(field.type)
    return kind(**values)


def shaped(hint, value):
    """The value, or a tuple of it where one is asked for."""
    holds_tuple = get_origin(hint) is tuple or any(get_origin(part) is tuple for part in get_args(hint))
    return (value,) if holds_tuple else value


def example(hint):
    if hint is str:
        return "x"
    if hint is int:
        return 0
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if get_origin(hint) is tuple:
        return ()
    return hint(**{field.name: example(field.type) for field in msgspec.structs.fields(hint) if field.required})


WAYS = list(text_fields(model.Conversation))


def strings_of(value):
    """All texts in decoded JSON, names too, and those of JSON inside of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner)


def test_redactor__ways_to_texts_cover_the_model():
    ends = {path[-1] for path in WAYS}
    assert len(WAYS) > 100
    assert {kind for kind, _ in ends} >= {*get_args(model.Block), Source, Citation, Attachment, model.Project} - {
        ToolResultBlock, Citation
    }  # fmt: skip
    assert (model.Message, "parent") in ends and (model.Conversation, "former_titles") in ends


@pytest.mark.parametrize("path", WAYS, ids=lambda path: ".".join(name for _, name in path))
def test_redactor__secret_in_any_field_is_found_and_removed(path):
    whole = built(path, f"see {SECRET} there")
    assert SECRET in model.encode(whole).decode()
    made = redactor().conversation(whole)
    assert SECRET not in "\n".join(strings_of(json.loads(model.encode(made.conversation))))
    assert [finding.kind for finding in made.findings if finding.is_redacted]
    assert all(SECRET not in finding.where + finding.excerpt for finding in made.findings)
    model.decode(model.encode(made.conversation))


def test_redactor__value_of_an_unknown_type_is_refused():
    class Later(msgspec.Struct, frozen=True):
        source: str
        id: str
        title: str
        key: str
        more: dict[str, str]

    with pytest.raises(TypeError, match="no way is known to redact a dict"):
        redactor().conversation(Later("s", "i", "t", "k", {"a": "b"}))


# --- texts ---------------------------------------------------------------------------------------------------------


def test_redactor__same_value_has_the_same_mark_everywhere():
    made = redactor()
    first = made.conversation(conversation("To anna@keller.ch", *dialogue("anna@keller.ch or mia@keller.ch")))
    second = made.redact_text("MIA@keller.ch", "the site's title")
    assert first.conversation.title == "To [redacted: e-mail 1]"
    assert first.conversation.messages[0].blocks[0].text == "[redacted: e-mail 1] or [redacted: e-mail 2]"
    assert second.text == "[redacted: e-mail 2]"
    assert {item.value for item in made.removed} == {"anna@keller.ch", "mia@keller.ch", "MIA@keller.ch"}


def test_redactor__password_named_once_is_removed_everywhere_once_learnt():
    early = conversation("A", *dialogue("log in with hunter22x"), id="a")
    late = conversation("B", *dialogue("my password is hunter22x", "hunter22x is weak, hunter22xy is not"), id="b")
    made = redactor()
    made.learn(early)
    made.learn(late)
    assert made.conversation(early).conversation.messages[0].blocks[0].text == "log in with [redacted: password 1]"
    (_, answer) = made.conversation(late).conversation.messages
    assert answer.blocks[0].text == "[redacted: password 1] is weak, hunter22xy is not"


def test_redactor__allowed_values_stay_and_are_told():
    text = "anna@keller.ch and mia@keller.ch"
    first, second = redactor().redact_text(text, "a note").findings
    made = redactor(allowed=[first.id]).redact_text(text, "a note")
    assert made.text == "anna@keller.ch and [redacted: e-mail 1]"
    assert [(one.id, one.is_redacted) for one in made.findings] == [(first.id, False), (second.id, True)]
    assert "anna@keller.ch" not in made.findings[0].excerpt + made.findings[1].excerpt


def test_redactor__finding_ids_hang_on_the_salt():
    ids = {Redactor(CATEGORIES, salt=bytes([n]) * 16).redact_text("a@b.co", "").findings[0].id for n in range(3)}
    assert len(ids) == 3
    with pytest.raises(ValueError, match="16 bytes"):
        Redactor(CATEGORIES, salt=b"short")


def test_redactor__finding_says_where_and_shows_no_value():
    made = redactor(words=["Keller"]).conversation(
        conversation(
            "Frau Keller", *dialogue("Hi", "Yes"), message("3", "assistant", blocks=(CodeBlock(SECRET),), parent="2")
        )
    )
    title, code = made.findings
    assert title.where == '"Frau [redacted: word 1]", title'
    assert code.where == '"Frau [redacted: word 1]", answer 2, code'
    assert code.is_critical and not title.is_critical
    assert code.excerpt == "ghp_… (44 characters)"


def test_redactor__categories_that_are_not_asked_for_stay():
    assert text_of("a@b.co /home/mia", categories=["home"]) == "a@b.co /home/[redacted: name in a path 1]"


def test_redactor__citations_stay_before_the_same_character():
    text = "Ask anna@keller.ch today."
    block = TextBlock(
        text,
        (Citation(0, ()), Citation(4, ()), Citation(9, ()), Citation(18, ()), Citation(25, (Source(title=SECRET),))),
    )
    (made,) = redactor().conversation(conversation("T", message("1", "user", blocks=(block,)))).conversation.messages
    new = made.blocks[0]
    assert [new.text[one.position :] for one in new.citations] == [
        new.text, "[redacted: e-mail 1] today.", " today.", " today.", "",
    ]  # fmt: skip
    assert new.citations[-1].sources[0].title == "[redacted: GitHub token 1]"


def test_redactor__json_stays_json():
    text = (
        '{"to": "anna@keller.ch\\n", "anna@keller.ch": [4242424242424242, 1.50], '
        '"password": "a\\"b12345", "t": "\\u0061@b.co"}'
    )
    blocks = (ToolCallBlock("mail", text), UnknownBlock("odd", text))
    (made,) = redactor().conversation(conversation("T", message("1", "user", blocks=blocks))).conversation.messages
    assert made.blocks[0].arguments == made.blocks[1].json
    assert json.loads(made.blocks[0].arguments) == {
        "to": "[redacted: e-mail 1]\n",
        "[redacted: e-mail 1]": ["[redacted: card number 1]", 1.5],
        "password": "[redacted: password 1]",
        "t": "[redacted: e-mail 2]",
    }
    assert "1.50" in made.blocks[0].arguments


def test_redactor__ids_still_fit_together():
    mail, hidden = "call anna@keller.ch", "call anna@kel\u00adler.ch"
    messages = (
        message(mail, "user", blocks=(ToolCallBlock("f", call=mail), FileBlock(Attachment(id=mail)))),
        message(hidden, "tool", blocks=(ToolResultBlock(call=mail),), parent=mail),
    )
    made = redactor().conversation(conversation("T", *messages))
    first, second = made.conversation.messages
    assert second.parent == first.id != second.id == made.conversation.active_leaf
    assert first.blocks[0].call == second.blocks[0].call
    assert made.attachments == {first.blocks[1].attachment.id: mail}
    assert ordered(made.conversation.messages) == made.conversation.messages


def test_redactor__providers_are_no_words():
    made = redactor(words=["Claude"]).conversation(conversation("Claude", *dialogue("Hi"), source="claude"))
    assert (made.conversation.source, made.conversation.title) == ("claude", "[redacted: word 1]")


def test_redactor__conversation_without_findings_is_the_same():
    plain = conversation("T", *dialogue("One", "Two"))
    made = redactor().conversation(plain)
    assert made.conversation is plain
    assert made.findings == () and made.attachments == {}


PIECES = (
    "anna@keller.ch", SECRET, "password: ", "hunter22x", '"', "\n", " ", "[redacted: e-mail 1]", "[redacted: ", "]",
    "Mia", "é", "\u00ad", "+49 171 2345678", "DE89370400440532013000", "4242 4242 4242 4242", "/home/", "mia",
    "192.168.1.17", "://", ":", "@", "\\n", "%40", "\ud800", "中", "＠", "=", "AKIA" + "B2" * 8, "1", ".", "x",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=40)


@given(texts)
def test_redactor__nothing_is_found_in_what_was_redacted(text):
    made = redactor(words=["Mia"])
    once = made.redact_text(text, "here")
    assert made.redact_text(once.text, "here") == (once.text, ())
    assert find_matches(once.text) == ()


@given(texts, st.data())
def test_redactor__all_else_stays_and_citations_with_it(text, data):
    position = data.draw(st.integers(0, len(text)))
    block = TextBlock(text, (Citation(position, ()),))
    made = redactor(words=["Mia"]).conversation(conversation("T", message("1", "user", blocks=(block,))))
    new = made.conversation.messages[0].blocks[0]
    at = 0
    for kept in MARK.split(new.text):
        at = text.index(kept, at) + len(kept)
    assert 0 <= new.citations[0].position <= len(new.text)
    following = new.text[new.citations[0].position :]
    if not MARK.search(following) and not MARK.search(text):
        assert text.endswith(following) and len(following) <= len(text) - position


@given(
    st.recursive(
        st.none() | st.integers() | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=6
    )
)
def test_redactor__json_of_any_shape_stays_json(value):
    text = json.dumps({"value": value})
    made = redactor(words=["Mia"]).conversation(
        conversation("T", message("1", "user", blocks=(UnknownBlock("odd", text),)))
    )
    json.loads(made.conversation.messages[0].blocks[0].json)


def test_redactor__chain_of_uncovered_matches_ends():
    chain = ("AKIA" + "BCDEFGH234567ABC") * 200
    made = redactor().redact_text("x " + chain, "here")
    assert find_matches(made.text) == ()


#: Kinds of secrets, each as it is written alone.
SECRETS = (
    SECRET,
    "AKIA" + "BCDEFGH234567ABC",
    "sk-ant-api03-" + "aB3dE6gH9k" * 9 + "AA",
    "anna.keller@posteo.de",
    "DE89 3704 0044 0532 0130 00",
    "4242 4242 4242 4242",
    "https://anna:hunter22x@db.keller.ch/x",
)


@given(st.lists(texts, min_size=1, max_size=4), st.lists(st.sampled_from(SECRETS), min_size=1, max_size=3), st.data())
def test_redactor__no_planted_secret_survives_among_any_text(pieces, secrets, data):
    lines = [*pieces, *secrets]
    lines = data.draw(st.permutations(lines))
    made = redactor(words=["Mia"]).redact_text("\n".join(lines), "here")
    assert not set(secrets) & set(made.text.split("\n"))
    assert "hunter22x@" not in made.text or not any("hunter22x@" in secret for secret in secrets)
    assert len(made.findings) >= 1


PROSE = (
    "the heat", "pump", "is loud", "at night, isn't it?", "Yes;", "rather", "(so)", "– very…", "雨", "été\n", "one, 2",
)  # fmt: skip


@given(st.lists(st.sampled_from(PROSE)))
def test_redactor__prose_without_secrets_is_left_as_it_is(words):
    text = " ".join(words)
    assert redactor().redact_text(text, "here") == (text, ())
