"""What every page has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from kiosk.conversation.view import View
from ui.blocks.heights import Heights
from ui.style import Style

if TYPE_CHECKING:
    from kiosk.domain.text import Text
    from ui.blocks.part import Answer, PaintPaper

PROGRESS_AFTER_MS = 300
"""Most looks are over before anybody could read that one is under way."""
FIRST_PROGRESS_AFTER_MS = 100
"""After a card was put in: sooner, for somebody waits for a sign that it was noticed."""


class PageKind(StrEnum):
    """Which page is on the screen."""

    ATTRACT = "attract"
    CHOOSE = "choose"
    BROWSE = "browse"
    INFORM = "inform"
    REVIEW = "review"
    LOOK = "look"
    PRESENT = "present"
    ENTER = "enter"
    PRINTING = "printing"
    PAY = "pay"
    IDLE_WARNING = "idle-warning"
    TAKE_CARD = "take-card"
    OUT_OF_SERVICE = "out-of-service"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Room:
    """Where a page is drawn: its size, and how; and what was measured for the pages before it."""

    style: Style
    size: QSize
    heights: Heights = field(default_factory=Heights, compare=False)

    @property
    def inner_width(self) -> int:
        """Between the margins."""
        return self.size.width() - 2 * self.style.metrics.margin


@dataclass(frozen=True, slots=True)
class Hands:
    """What a page calls when it is touched, and who draws papers for it."""

    answer: Answer
    still_here: Callable[[], None]
    paint_paper: PaintPaper
    give_up: Callable[[], None]
    """不缴了; told to the session once for a payment, however often it is touched."""
    enter: Callable[[str], None]
    """Sends what was typed."""
    scan: Callable[[str], None]
    """Sends what a scanner typed, as a keyboard does."""
    without_card: Callable[[], None]
    """没有带卡: what can be done without one."""
    given_up: bool = False
    """不缴了 was touched already, before this page was drawn anew."""


def no_hands(paint_paper: PaintPaper) -> Hands:
    """Of a page that nobody sees."""
    return Hands(
        answer=lambda _: None,
        still_here=lambda: None,
        paint_paper=paint_paper,
        give_up=lambda: None,
        enter=lambda _: None,
        scan=lambda _: None,
        without_card=lambda: None,
    )


class Pages(Protocol):
    """Which page shows a view, and a new one of it."""

    def kind_of(self, view: View) -> PageKind:
        """The kind of page that shows `view`."""

    def open(self, room: Room, view: View, hands: Hands, *, motion: bool) -> Page:
        """A new page for `view`."""


class Page(QWidget):
    """The part of the screen between the status line and the footer; on a bare page the whole screen."""

    kind: PageKind
    bare = False
    """Without status line and footer."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self.setFixedSize(room.size)

    @property
    def place(self) -> int:
        """Where one is on a page of several leaves; 0 on any other."""
        return 0

    def turn_to(self, place: int) -> None:
        """Shows that leaf, or the last where there are fewer."""

    @property
    def said(self) -> tuple[Text, ...]:
        """What the page alone knows of what it says, in the order in which it is heard."""
        return ()

    @property
    def said_buttons(self) -> tuple[Text, ...]:
        """The buttons that the page has by itself."""
        return ()

    @property
    def draft(self) -> str | None:
        """What is typed and not sent; None where it was sent, and on a page on which nothing is typed."""
        return None

    def take_draft(self, draft: str) -> None:
        """Shows what was typed before this page was drawn anew."""

    def take_key(self, event: QKeyEvent) -> None:
        """A key of a keyboard; on most pages none does anything."""

    def refresh(self, view: View) -> None:
        """Takes over what may change on a page without its being another one."""
