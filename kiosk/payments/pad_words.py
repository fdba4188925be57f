"""What a pad says of a card and of its bank, in the words that entries and papers carry.

Nothing of it decides anything, and no pad's habits may keep a charge from being written down.
"""

from __future__ import annotations

import re

MOST_CHARACTERS = 64
"""Of a reference; a paper's line and the contract both take more."""
_FIRST, _LAST = re.compile(r"[0-9]{0,6}"), re.compile(r"[0-9]{0,4}\Z")


def masked_pan(told: str) -> str:
    """`6217 00** **** 0015`, `xxxx0015` or nothing at all as `621700******0015`, `****0015`, `***`."""
    signs = "".join(told.split())
    if signs.isdigit():
        # Too short to be a card's number; whatever it is, it is not shown.
        return "***"
    first, last = _FIRST.match(signs), _LAST.search(signs)
    shown = (first[0] if first else "", last[0] if last else "")
    hidden = len(signs) - sum(map(len, shown))
    return f"{shown[0]}{'*' * min(max(hidden, 3), 15)}{shown[1]}"


def short(told: str) -> str:
    """A reference without what cannot be printed, and not longer than anybody would read out."""
    return "".join(sign for sign in told if sign.isprintable())[:MOST_CHARACTERS] or "-"
