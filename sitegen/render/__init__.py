"""From a conversation to its page, and to what the search indexes of it.

A pure function of the conversation, its files, the theme and the settings: nothing else in the archive plays a
part, so pages can be made in any order and kept.
"""
