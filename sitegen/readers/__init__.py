"""Exports to conversations: the readers that are installed, and which of them an export belongs to.

`registry` asks the readers, `finding` looks through folders; what readers share stands in `base`, `export` and
`fields`. Only the modules named after a provider know that provider's JSON.
"""

from sitegen.readers.finding import FoundExport, each_export, find_exports
from sitegen.readers.registry import Recognised, UnrecognisedError, installed, recognise

__all__ = ["FoundExport", "Recognised", "UnrecognisedError", "each_export", "find_exports", "installed", "recognise"]
