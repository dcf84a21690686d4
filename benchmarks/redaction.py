"""How fast texts are looked through for what should not be published, and how long hostile ones take.

    python benchmarks/redaction.py                # both
    python benchmarks/redaction.py --size 2000000 --all

The mixed text is what stands in this project (prose of the documents, code of the package, texts in Chinese), in parts
of 3,000 characters as messages are, with e-mail addresses and keys in one part of ten. Hostile texts repeat one piece
that a rule begins with, or that it may go on for long with, up to `--size` characters; each is given at that size and
at half of it. Times are those of the processor. The exit code is 1 if one takes more than `--limit` seconds.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sitegen.redaction import find_matches
from sitegen.redaction.scan import FINDERS
from sitegen.redaction.spans import lowered
from sitegen.redaction.views import normal

ROOT = Path(__file__).parent.parent
PART = 3_000
PIECES = (
    "AKIA", "AKIA ", "ghp_", "ghp_ ", "github_pat_", "glpat-", "sk-", "sk- ", "sk-a ", "sk-ant-", "xai-", "AIza",
    "ya29.", "xoxb-", "xoxb-1-", "xapp-1-A", "https://hooks.slack.com/services/", "sk_live_", "SK0", "SG.", "SG.a ",
    "npm_", "pypi-AgE", "hf_", "dop_v1_", "eyJ", "eyJa.", "eyJaaaaaaaa.eyJ", "eyJ ", "sig=", ":AA", "1:AA", "\\nghp_",
    "%3Dsk-", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nMII",
    "-----BEGIN PRIVATE KEY-----\na: b\n", "password", "password=", "password: ", "password: \"", "password = 'a1",
    "password=a1b2c3", "password is ", "pass ", "secret", "secret=", "token", "token: ", "api_key=\"", "api_", "key",
    "--password ", "password: a = ", "\\\"password\\\":", "://", "a://b:", "a://b:c@", "a://b:c@d ", "://:",
    "authorization", "authorization: bearer ", "bearer ", "curl -u a:b1", "@", "a@", "a@b", "a@b.", "a@b.c", "a@b.co",
    "a.b-c+d", "a@b.co ", "a@a.a.a.a.a.", "a-a-a-@a-a-a-.", "://a:b@c.de ", "+", "+1", "+1 ", "+49 171 ", "0", "0 ",
    "00", "00 49 ", "01 23 ", "030/", "030 123 ", "(", "(1", "(030)", "555-", "1-", "1.", "1 ", "12 ", "123-",
    "1234 ", "+49 (0)", "DE89", "DE89 ", "DE", "D E8 9", "DE8937040044053201300", "4111 ", "4111-", "4",
    "411111111111111 ", "3782 822463 ", "1.1.1.", "10.2.3.4", "10.2.3.4 ", ".1.1.1", "255.", "2001:", "2a01:",
    "2a01::", ":ab", "fe80:", "::", "/home/", "/home/a", "/home/a ", "/users/", "C:\\Users\\", "C:\\Users\\a ",
    "\\\\users\\\\", "%40", "%", "%C3", "&#64;", "&#x", "&auml", "\\u0040", "\\u", "\u00ad", "\u200b", "\uff21",
    "\ufb01", "e\u0301", "\u0301", "[redacted: ", "[redacted: e-mail 1]", "[redacted: e-mail 1]@b.co", "\ud800",
    "\U000f0000", "中", "a", "A", "1", "_", "-", " ", "\n",
)  # fmt: skip


def mixed() -> list[tuple[str, str]]:
    """Texts of this project by their sort."""
    prose = "\n".join(path.read_text("utf-8") for path in sorted(ROOT.glob("docs/*.md")))
    code = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "sitegen").rglob("*.py")))
    chinese = "".join(re.findall(r'msgstr "(.*)"', (ROOT / "sitegen/locale/zh-Hans.po").read_text("utf-8")))
    return [("prose", prose * 10), ("code", code), ("Chinese", chinese * 100)]


def parts_of(text: str, size: int = 1_000_000) -> list[str]:
    """Parts as long as messages, one in ten with something to find."""
    parts = [text[at : at + PART] for at in range(0, min(len(text), size), PART)]
    found = "\nMail anna@posteo.de, password: hunter22x, /home/anna/x, +49 171 2345678\n"
    return [part + found if place % 10 == 0 else part for place, part in enumerate(parts)]


def speed(size: int) -> None:
    """Prints MB of UTF-8 per second, whole and of each finder."""
    find_matches("é\u00ad")
    print(f"{'text':10} {'MB':>6} {'MB/s':>7}")
    for name, text in mixed():
        parts = parts_of(text, size)
        megabytes = sum(len(part.encode("utf-8")) for part in parts) / 1e6
        start = time.process_time()
        for part in parts:
            find_matches(part)
        print(f"{name:10} {megabytes:6.2f} {megabytes / (time.process_time() - start):7.1f}")
        if name != "code":
            continue
        views = [normal(part).text for part in parts]
        for _, finder in FINDERS:
            start = time.process_time()
            for view in views:
                for _span in finder(view, lowered(view)):
                    pass
            print(
                f"  {getattr(finder, '__name__', ''):24} {(time.process_time() - start) / megabytes * 1000:6.1f} ms/MB"
            )


def repeated(piece: str, size: int) -> str:
    """The piece as often as it takes, cut to `size` characters."""
    return (piece * (size // len(piece) + 1))[:size]


def hostile(size: int) -> Iterator[tuple[float, float, str]]:
    """Seconds at half the size and at the whole of it, and the piece."""
    for piece in PIECES:
        seconds = []
        for length in (size // 2, size):
            text = repeated(piece, length)
            start = time.process_time()
            find_matches(text)
            seconds.append(time.process_time() - start)
        yield seconds[0], seconds[1], piece


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=1_000_000, help="characters of each hostile text")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds of the processor that are still good")
    parser.add_argument("--all", action="store_true", help="show every hostile text, not the slowest ten")
    arguments = parser.parse_args()

    speed(1_000_000)
    found = sorted(hostile(arguments.size), key=lambda item: -item[1])
    print(f"{'half':>7} {'whole':>7}  {len(found)} hostile texts of {arguments.size:,} characters")
    for half, whole, piece in found if arguments.all else found[:10]:
        print(f"{half:7.2f} {whole:7.2f}  {piece!r}")
    sys.exit(1 if found[0][1] > arguments.limit else 0)


if __name__ == "__main__":
    main()
