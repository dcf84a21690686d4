"""What each kind of page shows: the values that templates get. Which pages exist is decided in `plan`.

Templates get these values as they are and only loop over them: order, dates, links and words come ready from
here. Every `url` is relative to the page that shows it and always names a file, because file:// has no directory
index.
"""

from __future__ import annotations

from sitegen.pages.charts import (
    Bar,
    DayMark,
    Heatmap,
    ModelChart,
    ModelLine,
    PeriodChart,
    PeriodMark,
    Run,
    SourceLine,
    Tick,
    WeekRow,
)
from sitegen.pages.conversation import (
    BlockView,
    BranchView,
    ChangesView,
    ConversationPage,
    FileView,
    Fork,
    MapFork,
    MapVersion,
    MessageView,
    Reference,
    SinglePage,
    Turn,
    ViewerPage,
)
from sitegen.pages.lists import (
    HomePage,
    ImportPage,
    ListPage,
    NewsGroup,
    OverviewEntry,
    OverviewPage,
    SearchPage,
    SourceSummary,
    SuggestionView,
    Totals,
)
from sitegen.pages.pieces import DateView, Link, NavLink, Pager, Row, RowGroup, SiteView, SourceView

__all__ = [
    "Bar",
    "BlockView",
    "BranchView",
    "ChangesView",
    "ConversationPage",
    "DateView",
    "DayMark",
    "FileView",
    "Fork",
    "Heatmap",
    "HomePage",
    "ImportPage",
    "Link",
    "ListPage",
    "MapFork",
    "MapVersion",
    "MessageView",
    "ModelChart",
    "ModelLine",
    "NavLink",
    "NewsGroup",
    "OverviewEntry",
    "OverviewPage",
    "Pager",
    "PeriodChart",
    "PeriodMark",
    "Reference",
    "Row",
    "RowGroup",
    "Run",
    "SearchPage",
    "SinglePage",
    "SiteView",
    "SourceLine",
    "SourceSummary",
    "SourceView",
    "SuggestionView",
    "Tick",
    "Totals",
    "Turn",
    "ViewerPage",
    "WeekRow",
]
