"""What a walk does not find, and what it finds and should not: each with its reason, and no longer than that
holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from demo.walk.explorer import Break

UNSAID: Final[Mapping[str, str]] = {}
"""Sentences of services that no page says. None: a sentence that nobody can be shown is no sentence."""

BREAKS: Final[Mapping[Break, str]] = {}
"""Services that end in 办不成 though no program is at fault. None: the world's trouble has its own pages."""
