"""How the reading of a resident ID card can end (`docs/facts/cards.md` §7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from drivers.cards import sam_v
from drivers.cards.resident_id import ResidentIdCard


class IdStep(StrEnum):
    """What was being done with the card."""

    SELECT = "select"
    READ = "read"
    TEXT = "text"
    """Understanding what was read."""


@dataclass(frozen=True, slots=True)
class IdCardRead:
    """The card's text, verified by the police's module as genuine."""

    card: ResidentIdCard
    module_id: str | None
    """模块号; None where the reader does not tell it (PC/SC)."""
    extra_address: str | None = field(default=None, repr=False)
    """追加地址; None where there is none, or where it could not be had: it never spoils the text."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The module answered with an SW3 that is not that of success."""

    step: IdStep
    sw3: int

    @property
    def meaning(self) -> str:
        return sam_v.meaning(self.sw3)


@dataclass(frozen=True, slots=True)
class IdCardMoved(_Refusal):
    """The card was moved away while it was read: lay it on again and hold still."""


@dataclass(frozen=True, slots=True)
class IdCardFault(_Refusal):
    """Card or module refused: no ID card, not genuine, broken, or a module that may not be used."""


@dataclass(frozen=True, slots=True)
class IdUnreadable:
    """What came cannot be, or nothing came. `detail` holds nothing the card said of its holder."""

    step: IdStep
    detail: str


IdOutcome: TypeAlias = IdCardRead | IdCardMoved | IdCardFault | IdUnreadable
