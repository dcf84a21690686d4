"""Names of people in paths of home folders; the rest of the path stays, so that it reads on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sitegen.redaction.spans import Span, places_of

#: A name of Windows may hold blanks, but then a further folder must follow.
_NAME = re.compile(
    r"(?:[^\s\\/:*?\"'`<>|,;()\[\]{}$%&#=@!\x00-\x1f]{1,30}(?: [^\s\\/:*?\"'`<>|,;()\[\]{}$%&#=@!]{1,30}){1,3}(?=\\))"
    r"|[^\s\\/:*?\"'`<>|,;()\[\]{}$%&#=@!\x00-\x1f]{1,64}"
)
_ROOTS = ("/home/", "/users/", "\\home\\", "\\users\\", "\\\\home\\\\", "\\\\users\\\\")
_BEFORE = re.compile(
    r"(?:(?:\A|[^\w.~/\\-])(?:/var|/usr|/export|/mnt/[a-z]|/[a-z])?|file://|[a-z]:|wsl|\\[nrt]|\\\\wsl[\w.$]{0,10}\\{1,2}[\w.-]{1,30})\Z"
)
# What documents and containers put in the place of a name.
_NOBODY = frozenset((
    "user", "users", "username", "user_name", "user-name", "name", "you", "me", "your", "yourname", "your-name",
    "your_name", "your_username", "yourusername", "your-username", "myuser", "root", "ubuntu", "debian", "admin",
    "administrator", "pi", "node", "runner", "shared", "public", "default", "guest", "test", "vscode", "ec2-user",
    "linuxbrew", "git", "docker", "app", "appuser", "nonroot", "jovyan", "vagrant", "oai", "sandbox", "claude",
    "gitpod", "codespace", "coder", "deploy", "www", "www-data", "airflow", "nobody", "someone", "foo", "alice",
    "bob", "xxx", "all", "defaultuser0", "defaultapppool", "circleci", "travis", "colab",
))  # fmt: skip


def home_names(text: str, lower: str) -> Iterator[Span]:
    """The NAME of /home/NAME, /Users/NAME and C:\\Users\\NAME, also with doubled backslashes."""
    for root in _ROOTS:
        for place in places_of(root, lower):
            if root == "/users/" and text[place + 1] != "U" and lower[max(place - 2, 0) : place][-1:] != ":":
                continue
            if not _BEFORE.search(lower, max(place - 48, 0), place):
                continue
            start = place + len(root)
            match = _NAME.match(text, start)
            if match is None or text[match.end() : match.end() + 1] in ("*", "$", "%", "<", "{"):
                continue
            name = match[0].rstrip(".")
            if name and name.lower() not in _NOBODY and name.strip(".…"):
                yield Span(start, start + len(name), "name in a path")
