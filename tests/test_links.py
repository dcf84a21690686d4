"""Addresses: what may become a link, where bare ones end, and when a label misleads."""

import time

import pytest

from sitegen.text.links import bare_addresses, hidden_host, host_of, local_address, safe_address, visible


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.test", "https://a.test"),
        ("HTTP://A.test/x?y=1&z=[2]#f", "HTTP://A.test/x?y=1&z=[2]#f"),
        (" https://a.test/ ", "https://a.test/"),
        ("https://a.test/ä b", "https://a.test/%C3%A4%20b"),
        ("https://a.test/%C3%A4", "https://a.test/%C3%A4"),
        ("https://bücher.test/", "https://xn--bcher-kva.test/"),
        ("https://a.te\u200bst/\u202ex", "https://a.test/x"),
        ("ht\ntps://a.test", "https://a.test"),
        ("https:\\\\a.test\\x", "https://a.test/x"),
        ("https://a.test\\@evil.test", "https://a.test/@evil.test"),
        ('https://a.test/"onclick="x', "https://a.test/%22onclick=%22x"),
        ("https://[::1]:80/", "https://[::1]:80/"),
        ("mailto:me@a.test?subject=Hi there", "mailto:me@a.test?subject=Hi%20there"),
        ("mailto:nobody", ""),
        ("https:a.test", ""),
        ("https:///a.test", ""),
        ("https://", ""),
        ("//a.test", ""),
        ("/x", ""),
        ("x.html", ""),
        ("#x", ""),
        ("", ""),
        ("javascript:alert(1)//https://a.test", ""),
        ("java\u0000script:alert(1)", ""),
        ("\u0001javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("tel:1", ""),
        ("ftp://a.test", ""),
        ("view-source:https://a.test", ""),
    ],
)
def test_safe_address(address: str, expected: str) -> None:
    assert safe_address(address) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("../files/a%20b.png", "../files/a%20b.png"),
        ("x.csv#p1", "x.csv#p1"),
        (None, ""),
        ("", ""),
        ("/x", ""),
        ("//a.test/x", ""),
        ("\\\\host\\x", ""),
        ("https://a.test", ""),
        ("javascript:x", ""),
        ("a\nb", ""),
    ],
)
def test_local_address(url: str | None, expected: str) -> None:
    assert local_address(url) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://A.test:8080/x", "a.test"),
        ("https://user:pw@a.test/", "a.test"),
        ("https://good.test@evil.test", "evil.test"),
        ("https://[::1]:80/", "[::1]"),
        ("mailto:me@a.test?subject=x@y", "a.test"),
        ("", ""),
    ],
)
def test_host_of(address: str, expected: str) -> None:
    assert host_of(address) == expected


@pytest.mark.parametrize(
    ("label", "address", "expected"),
    [
        ("https://bank.test", "https://evil.test/", "evil.test"),
        ("Log in at www.bank.test now", "https://evil.test/", "evil.test"),
        ("bank.test", "https://evil.test/", "evil.test"),
        ("bank.test/login", "https://evil.test/", "evil.test"),
        ("https://bank.test\u200b", "https://evil.test/", "evil.test"),
        ("bank.test", "https://bank.test.evil.test/", "bank.test.evil.test"),
        ("anything", "https://bank.test@evil.test/", "evil.test"),
        ("anything", "https://xn--pple-43d.com/", "xn--pple-43d.com"),
        ("https://bank.test/x", "https://www.bank.test/y", ""),
        ("bank.test", "https://docs.bank.test/", ""),
        ("www.bank.test:80", "http://bank.test/", ""),
        ("the docs", "https://evil.test/", ""),
        ("README.md", "https://evil.test/", ""),
        ("Node.js", "https://nodejs.org", ""),
        ("1.5", "https://evil.test/", ""),
        ("me@a.test", "mailto:you@b.test", ""),
    ],
)
def test_hidden_host(label: str, address: str, expected: str) -> None:
    assert hidden_host(label, address) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.test/x, and", ["https://a.test/x"]),
        ("(https://a.test/x_(y)) end", ["https://a.test/x_(y)"]),
        ("https://a.test/x?y=[1]&z={2}.", ["https://a.test/x?y=[1]&z={2}"]),
        ("“https://a.test” 《https://b.test》", ["https://a.test", "https://b.test"]),
        ("参见https://a.test/中文。然后", ["https://a.test/中文"]),
        ("<https://a.test> 'https://b.test'", ["https://a.test", "https://b.test"]),
        ("http://localhost:8000/ and http://127.0.0.1", ["http://localhost:8000/", "http://127.0.0.1"]),
        ("www.a.test/x and xwww.b.test, www. www.x", ["www.a.test/x"]),
        ("file.py a.b me@a.test ftp://a.test javascript://x", []),
        ("https:// http://... https://.", []),
        ("https://a.test&quot; https://b.test?x&y", ["https://a.test", "https://b.test?x&y"]),
    ],
)
def test_bare_addresses(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in bare_addresses(text)] == expected


@pytest.mark.parametrize("text", ["https://a.test" + "!" * 8_000 + " ", "https://a)" * 900])
def test_bare_addresses__take_linear_time(text: str) -> None:
    began = time.process_time()
    found = list(bare_addresses(text * 30))
    assert len(found) == 30 * text.count("https:")
    assert time.process_time() - began < 8  # a second or so; with all of each address read for each stop, a minute


def test_visible__is_readable_and_short_for_inline_data() -> None:
    assert visible("a\u202eb\x00") == "ab"
    assert visible("data:image/png;base64," + "A" * 10_000) == "data:image/png;base64,AAAAAAAAAAAAAAAAAA…"
