"""Bytes of a file that are surely there."""

from __future__ import annotations


class BrokenImageError(Exception):
    """A picture ends too early or is not made as its format says. Never leaves this package."""


def part(content: bytes, start: int, length: int) -> bytes:
    """`length` bytes from `start` on. Raises BrokenImageError where the file is shorter."""
    if start < 0 or length < 0 or start + length > len(content):
        raise BrokenImageError
    return content[start : start + length]


def number(content: bytes, start: int, length: int, order: str = "big") -> int:
    """An unsigned number of `length` bytes. Raises BrokenImageError where the file is shorter."""
    return int.from_bytes(part(content, start, length), "little" if order == "little" else "big")


def expect(holds: bool) -> None:
    """Raises BrokenImageError unless it holds."""
    if not holds:
        raise BrokenImageError
