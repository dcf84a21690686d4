"""JSON of `sitegen export` that other hands have changed: each of its texts may say anything, and each number be any.

What a case holds is imported and built by the real commands; the site must be whole, whatever is in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hostile_cases import Case
from hostile_exports import command

#: Looks at the site that is built of an export.
Look = Callable[[Path], None]
_EXPORT = "sitegen-export"


def _talk(id_: str, *blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A conversation of one message; `fields` take the place of its own."""
    said = {"id": "1", "role": "assistant", "blocks": [{"kind": "text", "text": f"Said in {id_}"}, *blocks]}
    value = {"source": "chatgpt", "id": id_, "title": id_, "created": "2026-02-02T02:40:00Z", "messages": [said]}
    return {**value, **fields}


def _written(folder: Path, talks: Sequence[dict[str, Any]]) -> None:
    folder.mkdir()
    entries = []
    for number, talk in enumerate(talks):
        entry = {"key": "", "path": f"{number}.json", "id": talk["id"], "kind": "chat", "title": "", "folder": []}
        entries.append({**entry, "created": None, "updated": None, "messages": 1})
        file = {"format": "sitegen-conversation", "version": 1, "conversation": talk, "files": {}}
        (folder / f"{number}.json").write_text(json.dumps(file))
    index = {"format": _EXPORT, "version": 1, "source": "chatgpt", "made": None, "timezone": "UTC"}
    (folder / "index.json").write_text(json.dumps({**index, "conversations": entries}))


def _case(
    name: str, expected: str, *talks: dict[str, Any], unreadable: Sequence[str] = (), look: Look | None = None
) -> Case:
    """Conversations beside a good one. Each of `unreadable` is told of one that can't be read, and nothing else is."""

    def check(folder: Path) -> None:
        _written(folder / "export", [_talk("Good"), *talks])
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            code, out, err = command("build", "export", "--jobs", "1", "--json")
            assert (code, err) == (0, ""), err
            (summary,) = json.loads(out)["imports"]
            told = [problem["reason"] for problem in summary["problems"]]
            assert len(told) == len(unreadable) and all(map(str.startswith, told, unreadable)), told
            code, out, _ = command("verify")
            assert code == 0, out
            if look is not None:
                look(folder / "site")

    return Case(name, "json", check, expected)


def _has_overview_of_sources(site: Path) -> None:
    overview = (site / "sources" / "index.html").read_text("utf-8")
    assert ">Sources</h1>" in " ".join(overview.split()).replace("> ", ">").replace(" <", "<")
    assert sorted(path.name for path in (site / "sources").iterdir()) == [
        *("chatgpt.html", "con_.html", "con__.html", "index.html", "index_.html")
    ]


def _says_nothing_of_its_own(site: Path) -> None:
    assert sorted(path.name[:5] for path in (site / "tags").iterdir()) == ["a-ca9", "index"]
    assert "only here" not in (site / "index.html").read_text("utf-8").lower()


def _has_two_files(site: Path) -> None:
    """The export as Markdown has a file for each conversation, whatever the others are called."""
    assert command("export", str(site.parent / "notes-out"), "--format", "markdown", "--quiet") == (0, "", "")
    assert len(list((site.parent / "notes-out").rglob("*.md"))) == 5


def _has_both_folders(site: Path) -> None:
    pages = [path.read_text("utf-8") for path in (site / "folders").glob("*-*.html")]
    assert sum("1 conversation<" in page for page in pages) == 2


def _named_like_others() -> list[dict[str, Any]]:
    """Titles that end as the names of files do that are set apart."""
    from sitegen.model import Conversation

    key = Conversation("chatgpt", "z").key
    titles = {"w": "X", "x": f"X {key[:6]}", "y": f"X {key}", "z": "X"}
    return [_talk(id_, title=title, created=f"2026-02-02T0{n}:00:00Z") for n, (id_, title) in enumerate(titles.items())]


def _thought(seconds: float) -> dict[str, Any]:
    return {"kind": "reasoning", "text": "x", "seconds": seconds}


def _document(version: int) -> dict[str, Any]:
    return {"kind": "document", "id": "d", "text": f"of {version % 1000}", "version": version}


CASES = (
    _case(
        "own-json-durations-without-end",
        "they are no times: each costs its conversation only",
        *(_talk(f"of {seconds}", _thought(seconds)) for seconds in (1e308, -1e308, -1.0)),
        _talk("of little", _thought(5e-324)),
        unreadable=["a duration is impossible"] * 3,
    ),
    _case(
        "own-json-sources-named-as-the-sites-own",
        "each has a page, and none takes the place of the overview's or of another's",
        *(_talk(source, source=source) for source in ("index", "con", "con_")),
        look=_has_overview_of_sources,
    ),
    _case(
        "own-json-flags-that-mean-something-to-the-site",
        "whether a conversation is gone or has files is not for its flags to say",
        _talk("flagged", flags=["only here", "files", "", " ", "a", "a"]),
        look=_says_nothing_of_its_own,
    ),
    _case(
        "own-json-titles-that-end-with-keys",
        "no file of an export is written over another",
        *_named_like_others(),
        look=_has_two_files,
    ),
    _case(
        "own-json-versions-without-end",
        "a number like any other",
        _talk("large", _document(1), _document((1 << 63) - 1)),
        _talk("negative", _document(-1), _document(-(1 << 63))),
        _talk("larger", _document(1), _document(10**400)),
    ),
    _case(
        "own-json-results-in-results",
        "told, and passed by without recursion",
        _talk("two", {"kind": "tool_result", "blocks": [{"kind": "tool_result", "blocks": []}]}),
        unreadable=["a tool's result holds another one"],
    ),
    _case(
        "own-json-project-named-as-a-path",
        "it is no other folder",
        _talk("project", project={"id": "p", "name": "GPTs\0x"}),
        _talk("gpt", project={"id": "q", "name": "x", "kind": "gpt"}),
        look=_has_both_folders,
    ),
)
