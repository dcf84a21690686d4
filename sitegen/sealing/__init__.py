"""Sealed sites: a built site that only a passphrase opens, in a browser, from disk as well as from a host.

`docs/sealing.md` has the format. `seal_site` makes one from a plain site, `unseal_site` gives that back; the page's
side is `static/js/sealing.js` and its neighbours in the default theme. The only package that uses `cryptography`.
"""

from __future__ import annotations

from sitegen.sealing.passphrases import check_passphrase, generate_passphrase
from sitegen.sealing.reading import UnsealSummary, unseal_site
from sitegen.sealing.writing import Reader, SealSummary, seal_site, unlock_page

__all__ = [
    "Reader",
    "SealSummary",
    "UnsealSummary",
    "check_passphrase",
    "generate_passphrase",
    "seal_site",
    "unlock_page",
    "unseal_site",
]
