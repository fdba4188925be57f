"""您还在吗？ over the whole screen; nothing of the resident is behind it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from kiosk.conversation.view import View
from kiosk.domain.text import Text
from ui import wording
from ui.metrics import Scale, Space
from ui.pages.page import Page, PageKind, Room
from ui.parts import Label
from ui.touch import Kind, Touch

_BUTTON_MM = (110.0, 24.0)


class IdleWarningPage(Page):
    kind = PageKind.IDLE_WARNING
    bare = True

    def __init__(self, room: Room, view: View, carry_on: Callable[[], None]) -> None:
        super().__init__(room)
        style, size = room.style, room.size
        middle = Qt.AlignmentFlag.AlignHCenter
        say = style.say
        asks = Label(
            style, say(wording.STILL_THERE), scale=Scale.DISPLAY, bold=True, align=middle, parent=self
        )
        self._left = Label(
            style, str(view.warning_s), scale=Scale.DISPLAY, bold=True, align=middle, parent=self
        )
        tells = Label(style, say(wording.SECONDS_LEFT), scale=Scale.LEAD, align=middle, parent=self)
        button = Touch(style, say(wording.CARRY_ON), Kind.PRIMARY, carry_on, big=True)
        button.setParent(self)
        width = room.inner_width
        gap = style.space(Space.APART)
        button.at_least(*(style.metrics.px(mm) for mm in _BUTTON_MM))
        wide, high = button.sizeHint().width(), button.sizeHint().height()
        words = [(label, label.heightForWidth(width)) for label in (asks, self._left, tells)]
        y = (size.height() - sum(part for _, part in words) - 2 * gap - style.space(Space.WIDE) - high) // 2
        for label, part in words:
            label.setGeometry(style.metrics.margin, y, width, part)
            y += part + gap
        y += style.space(Space.WIDE) - gap
        button.setGeometry((size.width() - wide) // 2, y, wide, high)

    def refresh(self, view: View) -> None:
        self._left.say(str(view.warning_s))

    @property
    def said(self) -> tuple[Text, ...]:
        return (wording.STILL_THERE,)

    @property
    def said_buttons(self) -> tuple[Text, ...]:
        return (wording.CARRY_ON,)
