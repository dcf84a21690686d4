"""Finding and removing what should not be published: secrets, addresses, numbers, names.

`Redactor` makes redacted conversations of conversations of the model; `find_matches` looks at one text.
"""

from sitegen.redaction.findings import Finding, Removed
from sitegen.redaction.redactor import RedactedConversation, RedactedText, Redactor
from sitegen.redaction.scan import find_matches
from sitegen.redaction.spans import CATEGORIES, Category, Match

__all__ = [
    "CATEGORIES",
    "Category",
    "Finding",
    "Match",
    "RedactedConversation",
    "RedactedText",
    "Redactor",
    "Removed",
    "find_matches",
]
