"""All targets by name."""

from __future__ import annotations

from functools import cache

from fuzz.target import Target


@cache
def all_targets() -> dict[str, Target]:
    """Every target, those that read first."""
    from fuzz import publishing_targets, reading_targets, rendering_targets

    found = (*reading_targets.TARGETS, *rendering_targets.TARGETS, *publishing_targets.TARGETS)
    return {target.name: target for target in found}
