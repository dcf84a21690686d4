from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import conversation, dialogue, message

from sitegen.archive.merge import Observation, merge
from sitegen.model import Attachment, ImageBlock, TextBlock, content_id, encode


def observed(day: int, state) -> Observation:
    return Observation(datetime(2026, 1, day, tzinfo=UTC), content_id(encode(state).decode()), state)


def test_merge__newest_title_and_text_win_blank_ones_do_not():
    old = conversation("old", message("1", "user", "old words"))
    new = conversation("new", message("1", "user", "new words"))
    blank = conversation("", message("1", "user", blocks=()))
    merged = merge([observed(3, blank), observed(1, old), observed(2, new)])
    assert merged.title == "new"
    assert merged.messages[0].blocks == (TextBlock("new words"),)


def test_merge__what_is_kept_beside_chats_has_no_branches():
    old = conversation("Files", *dialogue("a", "b", "c"), kind="media")
    new = conversation("Files", message("1", "user", "a"), message("3", "user", "c", "1"), kind="media")
    merged = merge([observed(1, old), observed(2, new)])
    assert [(m.id, m.parent, m.absent) for m in merged.messages] == [
        ("1", None, False), ("3", "1", False), ("2", "3", True),
    ]  # fmt: skip
    assert merged.active_leaf == "2"


def test_merge__edited_text_is_kept_as_a_revision_a_beginning_of_it_is_not():
    states = [conversation("t", message("1", "user", text)) for text in ("Half", "Half an answer", "Another answer")]
    merged = merge(observed(day, state) for day, state in enumerate(states, 1))
    (revision,) = merged.messages[0].revisions
    assert (revision.blocks, revision.exported) == ((TextBlock("Half an answer"),), datetime(2026, 1, 2, tzinfo=UTC))


def picture(name: str) -> ImageBlock:
    return ImageBlock(Attachment(name))


def test_merge__a_picture_that_a_later_export_lacks_is_kept_as_a_revision():
    blocks = [(TextBlock("Look."), picture("cat")), (TextBlock("Look."),), (TextBlock("Look. It sleeps."),)]
    states = [conversation("t", message("1", "user", blocks=of_state)) for of_state in blocks]
    merged = merge(observed(day, state) for day, state in enumerate(states, 1))
    assert merged.messages[0].blocks == blocks[2]
    (revision,) = merged.messages[0].revisions
    assert (revision.blocks, revision.exported) == (blocks[0], datetime(2026, 1, 1, tzinfo=UTC))
    assert merge([observed(5, merged), observed(6, states[2])]).messages == merged.messages


def test_merge__a_picture_with_another_id_is_the_same_one():
    states = [conversation("t", message("1", "user", blocks=(picture(name),))) for name in ("file-1", "file_1")]
    merged = merge(observed(day, state) for day, state in enumerate(states, 1))
    assert (merged.messages[0].blocks, merged.messages[0].revisions) == ((picture("file_1"),), ())


def test_merge__keeps_what_an_earlier_merge_found():
    states = [conversation(text, message("1", "user", text)) for text in ("one", "two")]
    merged = merge(observed(day, state) for day, state in enumerate(states, 1))
    again = merge([observed(3, conversation("three", message("1", "user", "three"))), observed(2, merged)])
    assert again.former_titles == ("two", "one")
    assert [revision.blocks[0].text for revision in again.messages[0].revisions] == ["two", "one"]


def test_merge__nothing_is_an_error():
    with pytest.raises(ValueError, match="nothing"):
        merge([])


STATES = st.lists(
    st.tuples(
        st.integers(1, 28),
        st.sampled_from(["", "one", "two"]),
        st.lists(
            st.tuples(st.integers(1, 5), st.integers(0, 5), st.sampled_from(["", "x", "y"])), min_size=1, max_size=5
        ),
    ),
    min_size=1,
    max_size=3,
)


@given(STATES)
def test_merge__order_and_repetition_do_not_matter_and_no_message_vanishes(states):
    observations = []
    for day, title, rows in states:
        unique = {own: (up, text) for own, up, text in rows}
        messages = [message(str(own), "user", text, str(up)) for own, (up, text) in unique.items()]
        observations.append(observed(day, conversation(title, *messages)))
    results = {encode(merge(order)) for order in permutations(observations)}
    results.add(encode(merge([*observations, *observations])))
    assert len(results) == 1
    merged = merge(observations)
    assert {m.id for m in merged.messages} == {m.id for o in observations for m in o.conversation.messages}
