"""Turns the account exports of AI chat providers into an archive of one's own and a static site.

The story, in the order of the modules: `readers` recognise an export and turn its records into the `model`;
`archive` keeps them; `pages` plans the site; `text`, `render` and `theme` make the pages; `search` makes the
index; `output` writes only what differs; `build` is all of that in one function and `cli` is what a person types.
"""

__version__ = "0.1.0"
