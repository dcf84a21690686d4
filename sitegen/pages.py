"""What each kind of page shows: the values that templates get. Which pages exist is decided in `plan`.

Templates get these values as they are and only loop over them: order, dates, links and words come ready from
here. Every `url` is relative to the page that shows it and always names a file, because file:// has no directory
index.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

# --- pieces that several pages show -------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A label and where it leads; `url` "" is the current page. `count` is the number of conversations there."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True)
class NavLink(Link):
    """A constant place. `id` is its name in any language, an English word: "Home", "Dates", "Folders", "Sources",
    "Imports", "Search"."""

    id: str = ""


@dataclass(frozen=True)
class DateView:
    """A point in time: `iso` for <time datetime> (UTC), `label` for people ("5 March 2026, 14:03"), `short`
    ("5 Mar 2026") and `time` ("14:03"), all in the archive's zone."""

    iso: str
    label: str
    short: str
    time: str = ""


@dataclass(frozen=True)
class SourceView:
    """A provider: `id` ("chatgpt") for classes and marks, `label` ("ChatGPT") for people."""

    id: str
    label: str


@dataclass(frozen=True)
class SiteView:
    """What every page knows. `root` is the relative way to the site's top: "" or "../" repeated. `nav` are the
    constant places, whose labels are in the language of the site. `current` is the id of the one that is open.
    `languages` are those whose words the search stems; `language` is the tag of that of the site's own words."""

    title: str
    root: str
    nav: tuple[NavLink, ...]
    current: str
    generator: str
    languages: tuple[str, ...] = ("en",)
    language: str = "en"


@dataclass(frozen=True)
class Row:
    """A conversation in a list. `excerpt` is the beginning of its first prompt; `length` the number of messages;
    `kind` is the model's ("chat", "project", "memory", "document", "media"); `tags` are those that rules give."""

    url: str
    title: str
    excerpt: str
    date: DateView | None
    source: SourceView
    length: int
    kind: str = "chat"
    flags: tuple[str, ...] = ()
    folder: Link | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowGroup:
    """Rows under one small heading (a day, a month)."""

    label: str
    anchor: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Pager:
    """Where a long list goes on. `pages` holds every page in order; the current one has url ""."""

    previous: Link | None
    following: Link | None
    pages: tuple[Link, ...]


# --- charts -----------------------------------------------------------------------------------------------------
# Numbers are pixels; what grows with the page is a percentage of its chart's width ("12.5%").


@dataclass(frozen=True)
class Tick:
    """A word at a place along a chart."""

    x: str
    label: str


@dataclass(frozen=True)
class DayMark:
    """A day with conversations: its square's place, its step (1, the palest, to 5), and its place on a month page.
    `label` is the whole date, `number` the day of its month."""

    x: int
    y: int
    level: int
    label: str
    number: int
    count: int
    url: str


@dataclass(frozen=True)
class WeekRow:
    """A week of a calendar as a row of a table: the date of its Monday, and seven days, Monday first; None for one
    without conversations."""

    label: str
    days: tuple[DayMark | None, ...]


@dataclass(frozen=True)
class Heatmap:
    """A calendar with weeks as columns and weekdays as rows. `size` is the side of a day's square with the gap to the
    next. `empty` is the path of the squares without conversations. `total` conversations began on `active` days, from
    `fewest` to `most` on one of them. `period` reads "2026" or "April 2025 to March 2026". `weekdays` are short names
    ("Mon") with the line that each stands on, `levels` the steps in use."""

    period: str
    total: int
    active: int
    fewest: int
    most: int
    size: int
    width: int
    height: int
    months: tuple[Tick, ...]
    weekdays: tuple[tuple[str, int], ...]
    days: tuple[DayMark, ...]
    levels: tuple[int, ...]
    empty: str
    weeks: tuple[WeekRow, ...]


@dataclass(frozen=True)
class Bar:
    """A part of a period's column, which grows from the line of its source."""

    y: int
    height: int


@dataclass(frozen=True)
class PeriodMark:
    """A month or a year with conversations: its column, which is a link, its bars, and the number of conversations of
    each source, in the order of the chart's."""

    label: str
    url: str
    count: int
    x: str
    bar_x: str
    bars: tuple[Bar, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class SourceLine:
    """A source's line in a chart: where it stands, and the number above its highest bar, at `peak_y`."""

    source: SourceView
    link: Link
    y: int
    peak: Tick
    peak_y: int


@dataclass(frozen=True)
class PeriodChart:
    """Conversations by period ("month" or "year") and source: a line of bars for each source, all to one scale."""

    period: str
    lines: tuple[SourceLine, ...]
    marks: tuple[PeriodMark, ...]
    ticks: tuple[Tick, ...]
    column: str
    bar: str
    row: int
    height: int


@dataclass(frozen=True)
class Run:
    """Months after each other in which a model answered. `label` reads "March 2024" or "March 2024 to May 2025"."""

    label: str
    url: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class ModelLine:
    """A model's line: its name and count lead to its conversations, and so does each run to those of its months."""

    link: Link
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class ModelChart:
    """When which models answered. `others` models are left out: the less used."""

    lines: tuple[ModelLine, ...]
    ticks: tuple[Tick, ...]
    others: int


# --- index pages ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListPage:
    """A month, a folder, a tag, a source, or what is in no folder: `kind` says which ("month", "folder", "tag",
    "source", "unfiled"). `children` are sub-folders; `breadcrumbs` lead down to this page, itself not included; `note`
    is one muted line under the heading; `siblings` are the pages that stand beside this one, itself with url "";
    `suggestions` are rules that would file some of what is in no folder."""

    kind: str
    heading: str
    note: str
    breadcrumbs: tuple[Link, ...]
    children: tuple[Link, ...]
    groups: tuple[RowGroup, ...]
    pager: Pager | None
    source: SourceView | None = None
    siblings: tuple[Link, ...] = ()
    suggestions: tuple[SuggestionView, ...] = ()


@dataclass(frozen=True)
class SuggestionView:
    """A folder rule to paste into sitegen.toml: its folder's name, the rule (highlighted TOML, a <pre>), and what it
    would do in words."""

    name: str
    note: str
    html: Markup


@dataclass(frozen=True)
class OverviewEntry:
    """A line of an overview: a year with its months, a folder with its sub-folders, a source, an import. `month` is
    that of the year, from 1, for a month, else 0."""

    link: Link
    note: str = ""
    children: tuple[OverviewEntry, ...] = ()
    source: SourceView | None = None
    month: int = 0


@dataclass(frozen=True)
class OverviewPage:
    """All years, all folders, all tags, all sources, all imports: `kind` is "dates", "year", "folders", "tags",
    "sources" or "imports". `empty` is the sentence to show when there are no entries; `siblings` as for lists;
    `activity` is a year's calendar."""

    kind: str
    heading: str
    note: str
    breadcrumbs: tuple[Link, ...]
    entries: tuple[OverviewEntry, ...]
    empty: str
    siblings: tuple[Link, ...] = ()
    activity: Heatmap | None = None


@dataclass(frozen=True)
class ImportPage:
    """What one import brought and found. `news` are groups of conversations (new, changed, no longer in the account),
    whose rows say in `excerpt` what changed; `counts` are (label, number) pairs in order; `problems` (where, reason)
    pairs; `unknown` (provider's block type, count) pairs."""

    heading: str
    export_name: str
    source: SourceView
    generation: str
    date: DateView | None
    counts: tuple[tuple[str, int], ...]
    problems: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, int], ...]
    breadcrumbs: tuple[Link, ...]
    news: tuple[NewsGroup, ...] = ()


@dataclass(frozen=True)
class NewsGroup:
    """Conversations that an export changed in one way. `more` is how many rows were left out."""

    rows: RowGroup
    more: int = 0


@dataclass(frozen=True)
class SourceSummary:
    """A source on the home page: how much it holds and how old its last export is. `how_to_export` says where to ask
    for the next one; shown once the last is older than `remind_after` days (0: never), which a script finds out."""

    source: SourceView
    link: Link
    messages: int
    last_export: DateView | None
    how_to_export: str = ""
    remind_after: int = 0


@dataclass(frozen=True)
class Totals:
    """An archive in numbers. `first` and `last` are the months of its oldest and newest conversation, "" without
    dates."""

    conversations: int
    messages: int
    first: str
    last: str


@dataclass(frozen=True)
class HomePage:
    """The first page. `imports` are the last ones, the newest first. `activity` shows the last twelve months,
    `periods` and `models` all the time; None where there is too little to show. `years` leads to each year and, at the
    end, to what has no date. `folders` are those at the top, or the largest of them: `more_folders` are left out.
    `longest` is empty while `recent` shows all. `empty` is true for an archive without conversations."""

    totals: Totals
    imports: tuple[OverviewEntry, ...] = ()
    activity: Heatmap | None = None
    years: tuple[Link, ...] = ()
    recent: tuple[RowGroup, ...] = ()
    periods: PeriodChart | None = None
    models: ModelChart | None = None
    longest: tuple[RowGroup, ...] = ()
    folders: tuple[Link, ...] = ()
    more_folders: int = 0
    sources: tuple[SourceSummary, ...] = ()
    empty: bool = False


@dataclass(frozen=True)
class SearchPage:
    """The search page. `empty` is true for an archive without conversations, `has_tags` if any of them has a tag."""

    empty: bool
    has_tags: bool = False


# --- the conversation page ------------------------------------------------------------------------------------


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
    tool       summary ("Searched the web for “…”: 8 results"), html (arguments, highlighted), blocks (the
               result's own blocks), failed; folded
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
    other versions of this message)."""

    message: MessageView
    branches: tuple[BranchView, ...] = ()


@dataclass(frozen=True)
class ConversationPage:
    """One conversation. `facts` are short words for the line under the title ("12 messages", "3 branches").
    `places` lead to its month, folder and source pages. `outline` lists the prompts; their urls are
    "#" and an anchor. `map` are the forks, where there are many, and `forks` how many they are with those inside
    branches, in words ("5 forks"). `origin` is its address at the provider. `key` is its key in the archive, for
    scripts. `notices` are sentences about what became of it at the provider (gone, renamed). `tags` lead to the pages
    of its provider's flags and of the tags that rules give it. `note` is what the person themself wrote on it."""

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
    summary: str
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
