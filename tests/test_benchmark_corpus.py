"""The exports to measure with: each is what its provider's reader expects, always the same, and all say the same."""

from __future__ import annotations

import io
import zipfile
from itertools import islice
from pathlib import Path

import pytest
from corpus import conversations, export_file, write_export
from corpus_shapes import FORMS, Form, Talk, talk_of

from sitegen import tree
from sitegen.model import Conversation, Record, TextBlock
from sitegen.readers import registry
from sitegen.readers.export import Export

SEED, NUMBER = 7, 40
TALKS = {talk.id: talk for talk in map(talk_of, islice(conversations(SEED), NUMBER))}
PROVIDERS = pytest.mark.parametrize("provider", sorted(FORMS))
BRANCHED = pytest.mark.parametrize("provider", sorted(FORMS.keys() - {"grok-on-x"}))


def written(path: Path, form: Form, number: int = NUMBER) -> Path:
    with export_file(path, form.member) as file:
        write_export(file, form, islice(conversations(SEED), number))
    return path


def content(form: Form, number: int) -> bytes:
    file = io.BytesIO()
    write_export(file, form, islice(conversations(SEED), number))
    return file.getvalue()


def read(path: Path, form: Form) -> list[Conversation]:
    with Export(path) as export:
        reader, _ = registry.recognise(export)
        assert reader.source == form.source
        records = list(reader.records(export))
    assert all(isinstance(record, Record) for record in records)
    found = [reader.read(record) for record in records if isinstance(record, Record)]
    assert None not in found
    return [conversation for conversation in found if conversation is not None]


def texts(conversation: Conversation, leaf: str | None) -> list[str]:
    """What the messages down to a leaf say, each of which must be one text and nothing else."""
    said = [message for message in tree.path_to(conversation.messages, leaf) if not message.hidden]
    assert all(isinstance(block, TextBlock) for message in said for block in message.blocks)
    return [block.text for message in said for block in message.blocks if isinstance(block, TextBlock)]


def in_shape(talk: Talk) -> list[str]:
    return [turn.text for turn in talk.shown()]


@PROVIDERS
def test_corpus__every_message_is_one_text_to_its_provider_s_reader(provider: str, tmp_path: Path) -> None:
    form = FORMS[provider]

    found = read(written(tmp_path / "export.zip", form), form)

    assert len(found) == NUMBER
    blocks = [block for c in found for message in c.messages for block in message.blocks if message.role != "system"]
    assert all(isinstance(block, TextBlock) for block in blocks)
    assert {block.text for block in blocks if isinstance(block, TextBlock)} == {
        turn.text for talk in TALKS.values() for turn in talk.turns
    }


@BRANCHED
def test_corpus__every_form_shows_the_same_branch_under_the_same_title(provider: str, tmp_path: Path) -> None:
    form = FORMS[provider]

    found = read(written(tmp_path / "export.zip", form), form)

    assert any(len(talk.turns) > len(talk.shown()) for talk in TALKS.values())
    for conversation in found:
        talk = TALKS[conversation.id]
        assert conversation.title == talk.title
        assert texts(conversation, conversation.active_leaf) == in_shape(talk)
        assert len([m for m in conversation.messages if m.role != "system"]) == len(talk.turns)


def test_corpus__grok_on_x_says_a_question_again_with_its_second_answer(tmp_path: Path) -> None:
    form = FORMS["grok-on-x"]

    found = read(written(tmp_path / "export.zip", form), form)

    for conversation, talk in zip(found, TALKS.values(), strict=True):
        by_id = {turn.id: turn for turn in talk.turns}
        answers = [turn for turn in talk.turns if turn.role == "assistant"]
        expected = [text for answer in answers for text in (by_id[answer.parent].text, answer.text)]
        assert texts(conversation, conversation.active_leaf) == expected


@PROVIDERS
def test_corpus__two_runs_write_the_same_bytes(provider: str, tmp_path: Path) -> None:
    form = FORMS[provider]

    first, second = written(tmp_path / "a.zip", form, 5), written(tmp_path / "b.zip", form, 5)

    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.read(form.member) == content(form, 5)


@PROVIDERS
def test_corpus__a_longer_export_holds_the_shorter_one(provider: str) -> None:
    form = FORMS[provider]

    shorter, longer = content(form, 5), content(form, 9)

    assert longer.startswith(shorter.removesuffix(b"]" + form.after))
    assert len(longer) > len(shorter)
