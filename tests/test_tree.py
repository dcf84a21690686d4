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


IDS = st.sampled_from(["", "a", "b", "c", "a~2", "a~3", "a~2~2", "~2"])
MAPPINGS = st.lists(st.tuples(IDS, st.none() | IDS | st.just("absent")), max_size=12)


@given(MAPPINGS)
def test_ordered__any_mapping_gives_each_message_once_under_an_id_of_its_own(mapping):
    given_messages = [Message(own, "user", parent=up, author=str(n)) for n, (own, up) in enumerate(mapping)]
    tree = ordered(given_messages)
    assert sorted(m.author for m in tree) == sorted(m.author for m in given_messages)
    assert len({m.id for m in tree}) == len(tree)
    assert all(m.id == mapping[int(m.author)][0] or "~" in m.id for m in tree)
    assert ordered(tree) == tree


@given(MAPPINGS)
def test_ordered__siblings_stay_in_the_order_given(mapping):
    tree = ordered([Message(own, "user", parent=up, author=str(n)) for n, (own, up) in enumerate(mapping)])
    for parent in {m.parent for m in tree}:
        places = [int(m.author) for m in tree if m.parent == parent]
        assert places == sorted(places)


@given(MAPPINGS, st.none() | IDS, st.lists(st.none() | st.integers(0, 3), max_size=12))
def test_leaf__is_a_leaf_and_below_the_message_named(mapping, named, minutes):
    times = [*minutes, *[None] * len(mapping)]
    messages = [
        Message(own, "user", parent=up, created=None if times[n] is None else START.replace(minute=times[n]))
        for n, (own, up) in enumerate(mapping)
    ]
    tree = ordered(messages)
    leaf = resolve_leaf(tree, named)
    assert (leaf is None) == (not tree)
    assert leaf not in {m.parent for m in tree if m.parent is not None}
    if any(m.id == named for m in tree):
        assert named in ids(path_to(tree, leaf))


def test_tree__deep_circles_need_no_recursion():
    for step in (1, -1):
        circle = [Message(str(n), "user", parent=str((n + step) % 20_000)) for n in range(20_000)]
        tree = ordered(circle)
        assert len(tree) == 20_000 and [m.parent for m in tree].count(None) == 1
        runs = branches(conversation("t", *tree, active_leaf=resolve_leaf(tree, None)))
        assert sum(len(run.messages) for run in runs) == 20_000
