import json
from datetime import UTC, datetime

import pytest

from sitegen.readers.fields import json_text, load_json, one_line, parse_time, size_of, text_of

NOON = datetime(2025, 6, 10, 11, 29, 49, 923000, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        NOON.timestamp(),
        1749554989923,
        "1749554989923",
        {"$date": {"$numberLong": "1749554989923"}},
        {"$date": 1749554989923},
        {"$date": "2025-06-10T11:29:49.923Z"},
        "2025-06-10T11:29:49.923Z",
        "2025-06-10T11:29:49.923",
        "2025-06-10T19:29:49.923000+08:00",
    ],
)
def test_time__every_form_that_providers_write(value):
    assert parse_time(value) == NOON


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        0.0,
        -5,
        True,
        "",
        "soon",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        1e300,
        float("nan"),
        10**400,
        [],
        {},
        {"$date": {}},
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_time__everything_else_is_unknown(value):
    assert parse_time(value) is None


def test_json__lone_surrogates_nan_and_control_characters_do_no_harm():
    assert load_json(b'{"a\\ud83d": ["\\ud83d", "\\ud83d\\ude00"], "b": NaN, "c": "x\ty"}') == {
        "a\ufffd": ["\ufffd", "😀"],
        "b": None,
        "c": "x\ty",
    }
    assert load_json(b"[%s, 12]" % (b"9" * 5000)) == [None, 12]
    load_json(b'"\\udc00"').encode()
    load_json(b'"\xed\xa0\xbd"').encode()


def test_fields__wrong_types_are_as_good_as_none():
    assert [text_of(v) for v in ("x", 5, True, None, [])] == ["x", "5", "", "", ""]
    assert [size_of(v) for v in (5, 5.9, -1, True, "5", float("nan"))] == [5, 5, None, None, None, None]
    assert one_line(" a\n\tb\x00c ") == "a b c"
    deep = json.loads("[" * 400 + "0" + ", 0" * 1_000 + "]" * 400)
    assert json_text(deep) == json.dumps(deep)  # indented it would be 800 KB
    assert json_text([[[1]]]) == "[\n  [\n    [\n      1\n    ]\n  ]\n]"
    assert json_text({"ä": "\ud83d"}) == '{\n  "ä": "\ufffd"\n}'
