"""What a walk does not find, and what it finds and should not: each with its reason, and no longer than that
holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from demo.walk.explorer import Break

UNSAID: Final[Mapping[str, str]] = {
    "我在便民终端办“{matter}”，没有办成，想问怎么办。": (
        "help is opened over one page of each kind; over one whose title is a resident's own, a test does it"
    ),
}
"""Sentences of services that no page of a walk says."""

BREAKS: Final[Mapping[Break, str]] = {}
"""Services that end in 办不成 though no program is at fault. None: the world's trouble has its own pages."""
