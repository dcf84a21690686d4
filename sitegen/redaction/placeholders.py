"""Values that stand in the place of a secret and are none: "your-key", "changeme", `${VAR}`. Pure."""

from __future__ import annotations

import re

_LONGEST = 120
_PLACEHOLDER = re.compile(
    r"""
    (?<![a-z])(?:your|change[-_ ]?(?:me|it)|insert|replace|placeholder|dummy|redacted|removed|hidden|masked)(?![a-z])
    | your[-_]? (?:api|key|token|secret|pass|own|access|user|name) | my[-_]?(?:api|secret|token|pass|key) | [-_]here\b
    | example | sample | xxx | \*\*\* | \.\.\. | … | [<>] | \$\{ | \$\( | \{\{ | \{% | %\( | \{\w*\} | \[redacted:
    | ^%\w+%$ | ^\$[a-z_]\w*$ | ^@\w+@$ | ^%[sdr]$
    | ^(?: (?:test|pass|passwor[dt]|passwd|secret|token|admin|root|user|guest|foo|bar|abc|qwerty|letmein|default|demo
            |null|none|true|false|undefined|string|required|optional|pw|p4ssw0rd|passw0rd|pass123)[\W_]?)+ \d{0,4}!?$
    | ^0?1234567?8?9?0?$ | ^(.)\1*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_placeholder(value: str) -> bool:
    """Whether somebody meant the value to be replaced."""
    return _PLACEHOLDER.search(value, 0, _LONGEST) is not None
