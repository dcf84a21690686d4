"""A conversation's page, and the pages that are made of one."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from sitegen.pages.pieces import DateView, Link, SourceView


@dataclass(frozen=True)
class Reference:
    """A numbered source under an answer. `anchor` is its id on the page, `back` the id of the first mark that
    cites it; `host` is the readable host name, "" for a source without address; `url` is "" then or when the
    address is refused."""

    number: int
    anchor: str
    back: str
    title: str
    host: str
    url: str
    snippet: str = ""
    date: str = ""


@dataclass(frozen=True)
class FileView:
    """An attachment. `url` is "" when its bytes are missing, then the page shows a placeholder with its `name`.
    `shows_as` is "image", "audio", "video" or "link". `remote` is an address shown as plain text.
    `size` reads "12 KB"."""

    name: str
    url: str
    shows_as: str
    media_type: str
    size: str
    width: int | None = None
    height: int | None = None
    remote: str = ""


@dataclass(frozen=True)
class ChangesView:
    """What changed in a document since the version before. `summary` says it in a line; `html` is a figure with the
    lines, empty where the summary says why there are none."""

    summary: str
    html: Markup


@dataclass(frozen=True)
class BlockView:
    """One block, ready to show. Which fields count depends on `kind`:

    text       html; rest and rest_summary ("96 more lines") where a tool wrote much: folded
    code       html (the highlighted code, a <pre>), name, language
    reasoning  html, summary ("Reasoned for 12 s"); folded
    tool       summary ("Searched the web for “…”: 8 results"), name (the tool's, where the summary doesn't tell
               it), html (arguments, highlighted), blocks (the result's own blocks), failed; folded
    image      file, caption, prompt
    audio      file, html (transcript)
    file       file, html (extracted text; "" for none)
    document   title, note ("version 2, React"), html; open when it is the newest version, else folded; anchor;
               viewer (the address of the page that runs it, "" for none), changes (since the version before)
    quote      html, references (one); rest as above
    sources    summary ("8 sources"), references; folded
    notice     caption, level ("info", "warning", "error")
    unknown    summary (the provider's name for it), html (its JSON); folded
    revision   summary ("Earlier text, as exported on 5 Mar 2026"), blocks and references (what the message said
               then); folded
    """

    kind: str
    html: Markup = Markup()  # noqa: RUF009 - Markup is immutable
    summary: str = ""
    title: str = ""
    name: str = ""
    language: str = ""
    note: str = ""
    caption: str = ""
    prompt: str = ""
    level: str = "info"
    failed: bool = False
    open: bool = False
    anchor: str = ""
    viewer: str = ""
    changes: ChangesView | None = None
    rest: Markup = Markup()  # noqa: RUF009
    rest_summary: str = ""
    file: FileView | None = None
    blocks: tuple[BlockView, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Fork:
    """Where a message stands among its siblings: "2 of 3". `previous` and `following` are anchors on this page of
    the neighbouring siblings, "" at the ends."""

    number: int
    total: int
    previous: str
    following: str


@dataclass(frozen=True)
class MessageView:
    """A message. `speaker` is "You", "ChatGPT", a tool's or persona's name. `continues` is true when the message
    before it is the same speaker's, so its header can be left out. `hidden` ones are folded under `summary`
    ("System prompt"). `new_day` is true when the message before it is of another day. `status` is "" or words
    such as "Stopped". `references` are the sources cited in the text. `number` counts the messages that one reads up to
    it on its branch; 0 for tools, hidden messages and the system."""

    anchor: str
    role: str
    speaker: str
    model: str
    date: DateView | None
    blocks: tuple[BlockView, ...]
    references: tuple[Reference, ...] = ()
    fork: Fork | None = None
    continues: bool = False
    new_day: bool = True
    hidden: bool = False
    summary: str = ""
    status: str = ""
    number: int = 0


@dataclass(frozen=True)
class BranchView:
    """Messages of an inactive branch; folded. `summary` reads "Version 1 of 2: first words of it"; `parent` is the
    anchor of the message that it continues from, "" when it begins the conversation."""

    anchor: str
    summary: str
    parent: str
    messages: tuple[MessageView, ...]


@dataclass(frozen=True)
class MapVersion:
    """One of the messages that a fork leads to: `label` reads "Version 1 of 2: first words of it", `url` is "#" and
    its anchor. `current` tells whether it is of the active branch; `forks` are those of the branch that begins here."""

    label: str
    url: str
    current: bool
    forks: tuple[MapFork, ...] = ()


@dataclass(frozen=True)
class MapFork:
    """A place where a conversation goes on in several ways. `label` reads "After “words of the message before”"; it is
    "" where that says nothing, or where there is none."""

    label: str
    versions: tuple[MapVersion, ...]


@dataclass(frozen=True)
class Turn:
    """A place on the active branch: its message, and the inactive branches that leave just before it (they are
    other versions of this message, or go on from the last one)."""

    message: MessageView
    branches: tuple[BranchView, ...] = ()


@dataclass(frozen=True)
class ConversationPage:
    """One conversation. `facts` are short words for the line under the title ("12 messages", "3 branches").
    `places` lead to its month, folder and source pages. `outline` lists the prompts; their urls are
    "#" and an anchor. `map` are the forks, where there are many, and `forks` how many they are with those inside
    branches, in words ("5 forks"). `origin` is its address at the provider. `key` is its key in the archive, for
    scripts. `notices` are sentences about what became of it at the provider (gone, renamed). `tags` lead to the pages
    of its provider's flags and of the tags that rules give it. `summary` is what the provider says of all of it, `note`
    what the person themself wrote on it."""

    key: str
    title: str
    kind: str
    source: SourceView
    date: DateView | None
    updated: DateView | None
    model: str
    facts: tuple[str, ...]
    flags: tuple[str, ...]
    places: tuple[Link, ...]
    summary: Markup
    origin: str
    outline: tuple[Link, ...]
    turns: tuple[Turn, ...]
    notices: tuple[str, ...] = ()
    tags: tuple[Link, ...] = ()
    note: tuple[BlockView, ...] = ()
    map: tuple[MapFork, ...] = ()
    forks: str = ""


@dataclass(frozen=True)
class SinglePage:
    """A conversation as a file of its own. `style` are the theme's stylesheets in one, `policy` the page's
    Content-Security-Policy, which allows them and nothing else. `folder` is the path of its folder, `tags` are
    those that rules give it."""

    conversation: ConversationPage
    folder: str
    style: Markup
    policy: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewerPage:
    """A page that runs one document in a sandboxed frame. `title` is the document's, `what` its kind ("HTML page"),
    `note` its version, `conversation` the title of the one it stands in, `back` leads to it there. `document` is what
    the frame holds, `policy` the page's Content-Security-Policy."""

    title: str
    what: str
    note: str
    conversation: str
    source: SourceView
    back: str
    document: str
    policy: str
