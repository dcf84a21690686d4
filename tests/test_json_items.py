"""Splitting JSON: sound items come out as they stand, and a broken one costs only itself."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.model import Problem
from sitegen.readers.export import json_items, json_scan
from sitegen.readers.export.json_items import Item, split

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)
RECORDS = st.lists(
    st.fixed_dictionaries({"uuid": st.uuids().map(str), "name": st.text(), "messages": st.lists(VALUES, max_size=3)}),
    min_size=3,
    max_size=6,
)


def items(text: bytes, key: str | None = None, whole: bool = True) -> list[bytes]:
    return [item.raw for item in split(text, "x.json", key, whole) if isinstance(item, Item)]


def problems(text: bytes, key: str | None = None) -> list[Problem]:
    return [item for item in split(text, "x.json", key) if isinstance(item, Problem)]


# --- sound texts ------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(VALUES), st.booleans(), st.sampled_from([None, 1]))
def test_split__gives_what_json_gives(values, ascii_only, indent):
    text = json.dumps(values, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    assert problems(text) == []
    assert [json.loads(raw) for raw in items(text)] == values
    assert [item.number for item in split(text, "x.json")] == list(range(len(values)))


@settings(deadline=None)
@given(st.lists(VALUES), st.dictionaries(st.text(), VALUES, max_size=3))
def test_split__with_a_key_gives_the_array_under_it(values, others):
    others.pop("wanted", None)
    text = json.dumps({**others, "wanted": values, "after": [1]}).encode()
    assert [json.loads(raw) for raw in items(text, "wanted")] == values
    assert problems(text, "wanted") == []


@settings(deadline=None)
@given(VALUES)
def test_scan__both_ways_find_the_same_end(value):
    text = memoryview(b"  " + json.dumps(value).encode() + b" , 1]")
    thorough = json_scan.thorough_end(text, 2).position
    quick = json_scan.quick_end(text, 2)
    assert json.loads(bytes(text[2:thorough])) == value
    assert bytes(text[2:quick]).rstrip() == bytes(text[2:thorough])


def test_split__items_keep_their_bytes():
    assert items(b' [ {"a" : 1.50,\n "b":"\\u00e9"} , "\xc3\xa9" ] \n') == [
        b'{"a" : 1.50,\n "b":"\\u00e9"}',
        b'"\xc3\xa9"',
    ]


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n ", b"window.YTD.grok_chat_item.part0 = ", b"var x=\n"])
def test_split__what_stands_before_the_value_is_passed_over(before):
    assert items(before + b'[{"a":1}]') == [b'{"a":1}']


def test_split__semicolon_after_a_script_is_no_problem():
    assert problems(b"window.x = [1];\n") == []


@pytest.mark.parametrize("text", [b"[]", b"[1]", b'{"other":[1]}', b'{"k":{"a":1}}', b'{"k":null}', b'"k"', b"{}"])
def test_split__without_an_array_under_the_key_nothing_is_given(text):
    assert list(split(text, "x.json", "k")) == []


def test_split__any_other_top_value_is_the_one_item():
    assert list(split(b' {"a":[1,2]} ', "x.json")) == [Item(b'{"a":[1,2]}', 0)]


def test_split__key_after_a_broken_value_is_found():
    assert items(b'{"a":[1@], "k" : [1,2]}', "k") == [b"1", b"2"]


def test_split__oddities_that_can_be_decoded_are_items():
    odd = [b'{"a":NaN}', b'{"a":"\x01"}', b'{"a":"\\ud83d"}', b'{"a":-Infinity}']
    text = b"[" + b",".join(odd) + b"]"
    assert items(text) == odd
    assert problems(text) == []


def test_split__works_when_msgspec_gives_no_hint(monkeypatch):
    monkeypatch.setattr(json_scan, "_TRAILING", json_scan.re.compile("never said"))
    assert items(b'[{"a":[1,{"b":"]"}]}, 2 ,"x"]') == [b'{"a":[1,{"b":"]"}]}', b"2", b'"x"']


def test_scan__msgspec_gives_the_hint():
    text = memoryview(b'{"a":[1,2]} , 3]')
    assert json_scan.quick_end(text, 0) == len(b'{"a":[1,2]} ')


# --- broken texts -----------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(RECORDS, st.data())
def test_split__a_cut_or_overwritten_item_costs_only_itself(records, data):
    raws = [json.dumps(record).encode() for record in records]
    broken = data.draw(st.integers(0, len(raws) - 1))
    raw = raws[broken]
    start = data.draw(st.integers(1, len(raw) - 1))
    end = data.draw(st.integers(start, len(raw)))
    junk = data.draw(st.sampled_from([b"", b"@", b"\xff\xfe", b'"', b"{", b"[", b"\x00\x00", b'\\"', b",,", b"]"]))
    damaged = raw[:start] + junk + raw[end:]
    found = items(b"[" + b",".join([*raws[:broken], damaged, *raws[broken + 1 :]]) + b"]")
    others = [raw for number, raw in enumerate(raws) if number != broken]
    assert [raw for raw in found if raw in others] == others


def test_split__says_where_and_why_and_keeps_the_bytes():
    text = b'[{"a":1,"b":2}, {"a":1,"b":[{"c":1},{"c":2},@],"z":1}, {"a":3,"b":4}]'
    good, problem, last = split(text, "x.json")
    assert (good, last) == (Item(b'{"a":1,"b":2}', 0), Item(b'{"a":3,"b":4}', 2))
    assert problem.where == "x.json, item 2 (byte 16)"
    assert "(byte 44)" in problem.reason
    assert problem.raw == b'{"a":1,"b":[{"c":1},{"c":2},@],"z":1}'


def test_split__objects_inside_a_broken_item_are_not_taken_for_items():
    message = b'{"uuid":"m","text":"x","sender":"human","created_at":"t"}'
    chat = b'{"uuid":"c","name":"n","created_at":"t","messages":[' + message + b"," + message + b"]}"
    broken = chat.replace(b'"name":"n"', b'"name":"n')
    assert items(b"[" + b",".join([chat, broken, chat]) + b"]") == [chat, chat]
    assert items(b"[" + b",".join([broken, chat]) + b"]") == [chat]


@pytest.mark.parametrize("cut", range(2, 40))
def test_split__of_a_truncated_text_the_whole_items_are_kept(cut):
    text = b'[{"a":1,"b":"xx"},{"a":2,"b":"yy"},{"a":3}]'
    whole = [b'{"a":1,"b":"xx"}', b'{"a":2,"b":"yy"}']
    assert items(text[:cut]) == [raw for raw in whole if text.index(raw) + len(raw) <= cut]
    assert len(problems(text[:cut])) == 1
    assert items(text[:cut], whole=False) == [raw for raw in whole if text.index(raw) + len(raw) + 1 < cut]


def test_split__truncated_text_is_told_apart():
    assert "breaks off" in problems(b'[{"a":1},{"a":"x')[0].reason
    assert "breaks off" in problems(b'[{"a":1},')[0].reason


def test_split__bad_utf8_is_a_problem_of_its_item():
    text = b'[{"a":1},{"a":"\xff"},{"a":3}]'
    assert items(text) == [b'{"a":1}', b'{"a":3}']
    assert "UTF-8" in problems(text)[0].reason


@pytest.mark.parametrize("depth", [2_000, 100_000])
def test_split__very_deep_item_is_a_problem_of_its_own(depth):
    deep = b"[" * depth + b"]" * depth
    text = b'[{"a":1},' + deep + b',{"a":2}]'
    assert items(text) == [b'{"a":1}', b'{"a":2}']
    assert "500 levels" in problems(text)[0].reason


def test_split__brackets_without_end_take_neither_long_nor_much():
    assert items(b"[" * 300_000) == []
    assert items(b'[{"a":[' * 50_000) == []
    assert items(b'[{"a":1},' + b'{"a":[{"b":1},' * 20_000) == [b'{"a":1}']


@pytest.mark.parametrize("text", [b"[1,2] x", b"[1,2][3]", b"[1,2]]", b"[1,2 3]", b"[1,2@]", b"[1,2", b"[1,2:3]"])
def test_split__what_stands_too_much_or_too_little_is_told(text):
    assert items(text)[0] == b"1"
    assert problems(text)


def test_split__missing_or_double_commas_lose_nothing():
    assert items(b'[{"a":1}{"a":2},,{"a":3},]') == [b'{"a":1}', b'{"a":2}', b'{"a":3}']


@pytest.mark.parametrize("text", [b"", b" \n", b"nonsense", b"\x00\x01", b"}", b"[[", b'{"a"', b"\xef\xbb\xbf"])
def test_split__what_is_no_json_is_one_problem(text):
    assert items(text) == []
    assert len(problems(text)) == 1


def test_split__of_a_large_broken_item_the_beginning_is_kept(monkeypatch):
    monkeypatch.setattr(json_items, "KEPT_LIMIT", 10)
    (problem,) = problems(b'[{"aaaaaaaaaaaaaaaaaaaaaaaaaaa')
    assert problem.raw == b'{"aaaaaaaa'
    assert "were kept" in problem.reason


def test_split__memory_does_not_grow_with_the_number_of_items():
    text = b"[" + b"{}," * 30_000 + b"{}]"
    tracemalloc.start()
    count = sum(1 for _ in split(text, "x.json"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_001
    assert peak < 100_000


@pytest.mark.parametrize(
    ("text", "depth"), [(b"[" * 600 + b"]" * 600, 600), (b'{"a":[' * 300 + b'"[{[\\""' + b"]}" * 300, 600)]
)
def test_depth_of__counts_what_is_open_and_nothing_in_strings(text, depth):
    assert json_scan.depth_of(memoryview(text)) == depth
    assert json_scan.depth_of(memoryview(b'["' + b"[" * 2000 + b'",[{}]]')) == 3
    assert json_scan.depth_of(memoryview(b"[[1]]")) == 0


@settings(deadline=None)
@given(VALUES, st.integers(1, 40))
def test_depth_of__is_the_same_wherever_a_piece_ends(value, piece):
    def depth(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    text = json.dumps([value, "x" * 1000]).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scan, "_DEPTH_PIECE", piece)
        assert json_scan.depth_of(memoryview(text)) == depth([value])


def test_depth_of__memory_does_not_grow_with_the_text():
    text = memoryview(b"[" + b'{"a":"b"},' * 100_000 + b"{}]")
    tracemalloc.start()
    assert json_scan.depth_of(text) == 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(text)
