import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

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
        "2100-01-01T00:00:00Z",
        "3000-01-01",
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


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["$date", "$numberLong", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
#: What passes for a time: of the years that are believed, to the microsecond.
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)).map(lambda time: time.replace(tzinfo=UTC))


@given(ANYTHING | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{5,12}([+-][0-9]{2}:[0-9]{2}|Z)?)?\Z"))
def test_time__of_anything_is_in_range_or_unknown(value):
    time = parse_time(value)
    assert time is None or (time.tzinfo is UTC and 1970 <= time.year < 2100)


@given(TIMES, st.integers(-14 * 60, 14 * 60))
def test_time__is_the_same_in_every_zone_that_it_is_written_in(time, minutes):
    written = time.astimezone(timezone(timedelta(minutes=minutes))).isoformat()
    assert parse_time(written) == time
    assert parse_time({"$date": written}) == time
    assert parse_time(time.replace(tzinfo=None).isoformat()) == time


@given(TIMES)
def test_time__in_seconds_milliseconds_and_microseconds_is_told_apart(time):
    seconds = time.replace(microsecond=0)
    whole = int(seconds.timestamp())
    assume(whole >= 100_000_000)  # digits of before 1973 are no time
    for value in (whole, float(whole), whole * 1_000, whole * 1_000_000, str(whole), f"{whole}000", f"{whole}.0"):
        assert parse_time(value) == seconds
    assert parse_time({"$date": {"$numberLong": f"{whole}000"}}) == seconds
    assert abs(parse_time(time.timestamp()) - time) <= timedelta(microseconds=1)


@given(st.text())
def test_one_line__is_one_and_stays_so(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1 and line == line.strip() == one_line(line)


@given(ANYTHING)
def test_json__text_of_any_value_says_the_same(value):
    assert load_json(json_text(value)) == load_json(json.dumps(value))
