"""What the screen is to show now: everything it may know, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.conversation.phase import Phase
from kiosk.domain.text import Text

if TYPE_CHECKING:
    from kiosk.domain.sales import PayProgress


class Condition(StrEnum):
    """How a device or a line is; unknown is unknown, never good."""

    GOOD = "good"
    LOW = "low"
    """Works, needs somebody soon: the paper is near its end."""
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Status:
    """The line at the top: 网络正常 · 纸张充足, in words."""

    place: str
    """Where the terminal stands."""
    network: Condition = Condition.UNKNOWN
    paper: Condition = Condition.UNKNOWN
    reader: Condition = Condition.UNKNOWN
    id_reader: Condition = Condition.UNKNOWN
    """Also where the terminal has none."""
    pin_pad: Condition = Condition.UNKNOWN
    voice: Condition = Condition.UNKNOWN
    """Also where the terminal has none."""


@dataclass(frozen=True, slots=True)
class View:
    """One picture of the session."""

    phase: Phase
    status: Status
    serial: int = 0
    due: object = None
    """The step to draw while `TALKING` or warning; a `Look`, `Print` or `Pay` is drawn as progress."""
    where: tuple[Text, ...] = ()
    """我在哪里: the services from the first to this one."""
    can_go_back: bool = False
    can_help: bool = False
    slow: bool = False
    warning_s: int = 0
    """Whole seconds that the idle warning has left."""
    why_broken: str = ""
    can_exit: bool = True
    """False while paper or money moves: its outcome is still to be told."""
    paying: PayProgress | None = None
    """With a `Pay`: how far it is."""
    step_key: str = ""
    """Of the step: a page that comes back is found again at the place where it was left."""
    without_card: bool = False
    """No card is in that should stay, and none to be taken."""
    laid_card: bool = False
    """The owner's card, or the one that was left behind, is lifted and not drawn out of a slot."""
