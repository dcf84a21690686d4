from sitegen.dates import count_label


def test_count__one_is_singular():
    assert [count_label(1, "message"), count_label(1204, "message"), count_label(2, "branch", "branches")] == [
        "1 message",
        "1,204 messages",
        "2 branches",
    ]
