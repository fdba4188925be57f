"""Pictures of a card that no machine can help: what is wrong with it, and the counter that can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter

from kiosk.conversation.signs import Picture
from kiosk.domain.text import Text
from ui import wording
from ui.pages.picture_marks import Marks
from ui.pages.steps_picture import Sign, Step, StepsPicture
from ui.style import Style
from ui.theme import Role

_CARD_AT: Final = QPointF(7, 4)
_CARD_WIDTH: Final = 29.0
_ACROSS_THE_DESK: Final = 13.0
"""How far the card on the desk moves, to the clerk and back."""
_CAPTIONS: Final[Mapping[Picture, Text]] = {
    Picture.CARD_EXPIRED: wording.EXPIRED,
    Picture.CARD_LOCKED: wording.LOCKED,
    Picture.CARD_DAMAGED: wording.CHIP_BROKEN,
    Picture.CARD_BLANK: wording.NOT_IN_USE,
    Picture.CARD_NOT_GENUINE: wording.NOT_PROVED,
    Picture.ID_CARD_EXPIRED: wording.EXPIRED,
    Picture.ID_CARD_TO_COUNTER: wording.BRING_ID_CARD,
}
_ID_CARD_AT: Final = QPointF(4, 18)
_ID_CARD_WIDTH: Final = 39.0
_CRACK: Final = ((20.5, 4.5), (23.5, 9.0), (19.0, 13.0), (24.0, 16.5), (19.5, 21.0), (22.5, 26.0))
"""From the card's edge through its chip."""


class CounterPicture(StepsPicture):
    """The card with what is wrong with it, then the counter 窗口."""

    def __init__(self, style: Style, picture: Picture, room: QSize, *, motion: bool) -> None:
        """Raises `KeyError` for a picture that leads to no counter."""
        self._picture = picture
        wrong = picture is not Picture.ID_CARD_TO_COUNTER
        signs = (Sign.WRONG, Sign.RIGHT) if wrong else (Sign.FIRST, Sign.SECOND)
        steps = (Step(_CAPTIONS[picture], signs[0]), Step(wording.AT_COUNTER, signs[1]))
        super().__init__(style, steps, room, motion=motion)

    def _paint_first(self, painter: QPainter, marks: Marks) -> None:
        match self._picture:
            case Picture.ID_CARD_EXPIRED:
                self._paint_id_card(painter, _ID_CARD_AT, _ID_CARD_WIDTH, moves=False)
            case Picture.ID_CARD_TO_COUNTER:
                self._paint_own_card(painter, wording.CARD_NAME)
                self._paint_id_card(painter, QPointF(4, 46), _ID_CARD_WIDTH)
            case Picture.CARD_BLANK:
                self._paint_own_card(painter, None)
            case _:
                self._paint_own_card(painter, wording.CARD_NAME)
        self._paint_trouble(marks)

    def _paint_own_card(self, painter: QPainter, name: Text | None) -> None:
        told = "" if name is None else self._style.say(name)
        self._paint_card(painter, _CARD_AT, _CARD_WIDTH, told, moves=False)

    def _paint_trouble(self, marks: Marks) -> None:
        """What is wrong with the card, on or beside it."""
        match self._picture:
            case Picture.CARD_EXPIRED | Picture.ID_CARD_EXPIRED:
                marks.calendar(QRectF(21, 50, 23, 22), self._style.say(wording.VALID_TO))
            case Picture.CARD_LOCKED:
                marks.padlock(QRectF(24, 57, 20, 14))
            case Picture.CARD_DAMAGED:
                marks.crack(_CRACK)
            case Picture.CARD_NOT_GENUINE:
                marks.sign(QPointF(36, 57), 7.5, "?", Role.ATTENTION)
            case Picture.CARD_BLANK:
                marks.dashes(QPointF(12, 36), QPointF(31, 36), Role.QUIET)
                marks.dashes(QPointF(12, 42), QPointF(31, 42), Role.QUIET)

    def _paint_second(self, painter: QPainter, marks: Marks) -> None:
        sign = QRectF(8, 6, 31, 13)
        marks.fill(Role.ACCENT)
        painter.drawRoundedRect(sign, 2, 2)
        marks.words(sign.adjusted(3, 1, -3, -1), self._style.say(wording.COUNTER), Role.ON_ACCENT)
        marks.person(QPointF(23.5, 32), 7.5, Role.QUIET)
        marks.fill(Role.PAPER if self._high else Role.INK, Role.LINE if self._high else None)
        painter.drawRoundedRect(QRectF(3, 54, 41, 18), 2, 2)
        ground, ink = self._card_colours(moves=True)
        card = QRectF(8 + _ACROSS_THE_DESK * self._way, 57.5, 18, 11.5)
        marks.fill(ground, ink, 1.0)
        painter.drawRoundedRect(card, 1.5, 1.5)
        marks.fill(ink)
        painter.drawRect(QRectF(card.left() + 3, card.top() + 3.5, 4, 4))
