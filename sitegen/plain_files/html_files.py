"""Single HTML files that need nothing beside them: the theme's styles and the pictures stand inside, and there is no
script at all. They are in the language of the site."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Archive
from sitegen.errors import ThemeError
from sitegen.pages import SinglePage
from sitegen.plain_files.chosen import Chosen, Target, file_path
from sitegen.plain_files.names import Names
from sitegen.render.conversation import render_conversation
from sitegen.render.files import site_path
from sitegen.render.settings import Settings
from sitegen.text import palettes_css
from sitegen.text.rendered import quoted, showable
from sitegen.theme import Theme, load_theme
from sitegen.wording import attachments_of

_TAG = re.compile(r"<(?:a|img|audio|video)\s[^<>]*>")
_ADDRESS = re.compile(r'(?<=\s)(href|src)="(?:\.\./)*(files/[0-9a-f]{16}\.\w+)"')
_STYLESHEETS = (
    *("colours", "layout", "conversation", "outline", "branches", "blocks", "code_figures", "documents", "sources"),
    "notes",
)


def write_html(archive: Archive, chosen: list[Chosen], target: Target, settings: Settings) -> Iterator[None]:
    """One file for each conversation; yields after each. Raises ThemeError."""
    theme = load_theme(settings.config.theme, settings.config.language)
    style = _style(theme)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; media-src data:; form-action 'none';"
        " base-uri 'none'"
    )
    names = Names()
    for one in chosen:
        path = file_path(one, names, ".html", settings.zone)
        conversation = archive.conversation(one.key)
        stored = archive.files(one.key)
        contents = {file.hash: content for file in stored.values() if (content := target.content(file)) is not None}
        present = {identity: file for identity, file in stored.items() if file.hash in contents}
        page = render_conversation(conversation, present, settings, note=one.note, with_viewers=False).page
        single = SinglePage(page, " / ".join(one.folder), Markup(style), policy, one.tags)
        html = showable(theme.render("single.html", settings.site(path), single))
        named = {identity: item.name for identity, item in attachments_of(conversation.messages).items()}
        target.write(path, _with_files(html, present, named, contents).encode())
        yield


def _style(theme: Theme) -> str:
    sheets = dict(theme.static_files())
    named = [f"css/{name}.css" for name in _STYLESHEETS]
    *usual, printed = [_decoded(theme, path, sheets.get(path, b"")) for path in (*named, "css/print.css")]
    own = [_decoded(theme, path, sheets[path]) for path in theme.stylesheets]
    style = "\n".join((*usual, palettes_css(), *own, f"@media print {{\n{printed}\n}}"))
    if "</" in style:
        raise ThemeError(f"Theme {theme.name!r}: a stylesheet holds '</', which can't stand inside a page")
    return style


def _decoded(theme: Theme, path: str, sheet: bytes) -> str:
    try:
        return sheet.decode()
    except UnicodeDecodeError as error:
        raise ThemeError(f"Theme {theme.name!r}: {path} is not valid UTF-8; save it as UTF-8") from error


def _with_files(
    html: str, files: Mapping[str, StoredFile], names: Mapping[str, str], contents: Mapping[str, bytes]
) -> str:
    """The page with each file's bytes in place of its address. Only what stands inside a tag is one: text can hold
    whatever looks like it."""
    by_path = {site_path(file): (identity, file) for identity, file in files.items()}

    def inlined(match: re.Match[str]) -> str:
        if match[2] not in by_path:
            return match[0]
        identity, file = by_path[match[2]]
        if match[1] == "href" and file.media_type.startswith("image/"):
            return ""  # the picture is there in full; browsers don't open data: addresses as pages
        data = base64.b64encode(contents[file.hash]).decode()
        address = f'{match[1]}="data:{file.media_type};base64,{data}"'
        return address if match[1] == "src" else f'{address} download="{quoted(names.get(identity) or identity)}"'

    return _TAG.sub(lambda tag: _ADDRESS.sub(inlined, tag[0]), html)
