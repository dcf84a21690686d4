"""Addresses of machines: IPv4 and IPv6. Pure.

Left out are addresses that say nothing about anybody: loopback, unspecified, documentation (RFC 5737, 3849, 9637),
masks, multicast and the private ranges as a whole. An IPv4 address of four single digits (1.1.1.1, 1.2.3.4) is a
public resolver or a version, hardly ever anything else.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from sitegen.redaction.spans import Span

# Both begin with what is rare in texts; the first group of the address is looked for from there, backwards.
_V4 = re.compile(r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9A-Za-z_]|\.[0-9A-Za-z]|-[A-Za-z])")
_V6 = re.compile(r":[0-9A-Fa-f:]{2,45}+")
_V4_FIRST = re.compile(r"[0-9]{1,3}\Z")
_V6_FIRST = re.compile(r"[23][0-9A-Fa-f]{3}|[Ff][CcDd][0-9A-Fa-f]{2}|[Ff][Ee]80")
_VERSION_BEFORE = re.compile(
    r"(?:\b(?:versions?|ver\.?|builds?|release|section)\s?|[=~>]=|[A-Za-z][/-])\Z", re.IGNORECASE
)
_RESERVED_V4 = tuple(
    map(ipaddress.IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
)
_RESERVED_V6 = tuple(map(ipaddress.IPv6Network, ("2001:db8::/32", "3fff::/20")))
_PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")


def ip_addresses(text: str, lower: str) -> Iterator[Span]:
    """Addresses of machines that could be somebody's, without port or length of prefix."""
    del lower
    if text.count(".") >= 3:
        for match in _V4.finditer(text):
            first = _V4_FIRST.search(text, max(match.start() - 3, 0), match.start())
            if first is not None and _is_somebodys(first[0] + match[0]) and not _is_version(text, first.start()):
                yield Span(first.start(), match.end(), "IP address")
    if ":" in text:
        yield from _v6(text)


def _is_somebodys(address: str) -> bool:
    octets = address.split(".")
    if all(len(octet) == 1 for octet in octets) or any(len(octet) > 1 and octet[0] == "0" for octet in octets):
        return False
    if int(octets[0]) >= 224 or any(int(octet) > 255 for octet in octets):
        return False
    return not any(ipaddress.IPv4Address(address) in network for network in _RESERVED_V4)


def _is_version(text: str, start: int) -> bool:
    before = text[max(start - 12, 0) : start]
    if before and (before[-1].isalnum() or before[-1] in "._") and before[-1].isascii():
        return True
    return _VERSION_BEFORE.search(before) is not None or text.startswith(_PRIVATE_RANGES, start)


def _v6(text: str) -> Iterator[Span]:
    for match in _V6.finditer(text):
        start, end = match.start() - 4, match.end()
        if start < 0 or _V6_FIRST.match(text, start, start + 4) is None:
            continue
        if start > 0 and (text[start - 1].isalnum() or text[start - 1] in ":._") and text[start - 1].isascii():
            continue
        while text[end - 1] == ":" and text[end - 2] != ":":
            end -= 1
        after = text[end : end + 1]
        if after.isascii() and after.isalnum():
            continue
        try:
            address = ipaddress.IPv6Address(text[start:end])
        except ValueError:
            continue
        if not any(address in network for network in _RESERVED_V6):
            yield Span(start, end, "IP address")
