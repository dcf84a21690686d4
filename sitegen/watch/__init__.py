"""Notices exports, themes and settings as they change, and brings archive and site up to date by itself.

`names`, `arrivals` and `wholeness` decide: what a changed path calls for, when an arrival is finished, whether a file
is whole. `notices` and `looking` see what happens on disk, `work` imports and builds, and `watching` brings them
together. `server` shows the site meanwhile; `requests` and `live_site` say what it answers.
"""
