from hypothesis import given
from hypothesis import strategies as st
from makers import START, conversation, message

from sitegen.model import Message
from sitegen.tree import branches, ordered, path_to, resolve_leaf


def ids(messages):
    return [m.id for m in messages]


def test_ordered__parents_first_and_siblings_as_given():
    given_order = [message("c", "user", parent="a"), message("b", "user", parent="a"), message("a", "user")]
    assert ids(ordered(given_order)) == ["a", "c", "b"]


def test_ordered__repeated_id_is_kept_under_another_name():
    assert ids(ordered([message("a", "user"), message("a", "user")])) == ["a", "a~2"]


def test_ordered__deep_tree_needs_no_recursion():
    chain = [message(str(n), "user", parent=str(n - 1)) for n in range(20_000)]
    assert len(ordered(chain)) == 20_000


def test_leaf__unknown_one_gives_the_newest():
    tree = ordered(
        [
            message("a", "user"),
            message("old", "user", parent="a", minutes=1),
            message("new", "user", parent="a", minutes=9),
        ]
    )
    assert resolve_leaf(tree, "gone") == "new"
    assert resolve_leaf((), None) is None


def test_leaf__without_any_times_depth_decides():
    tree = ordered([Message("a", "user"), Message("b", "user", parent="a"), Message("c", "user")])
    assert resolve_leaf(tree, None) == "b"


def test_branches__active_first_then_the_others_at_their_forks():
    tree = ordered(
        [
            message("q", "user"),
            message("a1", "assistant", parent="q"),
            message("a2", "assistant", parent="q"),
            message("f1", "user", parent="a1"),
        ]
    )
    found = branches(conversation("t", *tree, active_leaf="a2"))
    assert [(b.parent, b.number, b.total, ids(b.messages)) for b in found] == [
        (None, 1, 1, ["q", "a2"]),
        ("q", 1, 2, ["a1", "f1"]),
    ]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 14))), max_size=14), st.integers(0, 14)
)
def test_tree__every_message_is_on_exactly_one_branch(links, leaf):
    messages = [Message(str(own), "user", parent=None if up is None else str(up), created=START) for own, up in links]
    tree = ordered(messages)
    assert len(tree) == len(messages)
    seen: set[str] = set()
    for m in tree:
        assert m.parent is None or m.parent in seen
        seen.add(m.id)
    active = resolve_leaf(tree, str(leaf))
    runs = branches(conversation("t", *tree, active_leaf=active)) if tree else ()
    assert sorted(m.id for run in runs for m in run.messages) == sorted(seen)
    if tree:
        assert runs[0].messages == path_to(tree, active)


def test_ordered__thousands_of_equal_ids_are_told_apart():
    result = ordered(message("same", "user") for _ in range(20_000))
    assert len({m.id for m in result}) == 20_000
