"""What is typed, sign by sign, in groups as it stands where it is copied from."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.conversation.steps import EntryForm
from ui import wording
from ui.metrics import Scale, Space
from ui.parts import paint_panel
from ui.style import Style
from ui.theme import Role

_BETWEEN_SIGNS_MM = 1.0
_WIDEST_EMS = 1.5
_HIGH_EMS = 1.7


class EntryLine(QWidget):
    """A place for each sign; the one that comes next is marked."""

    def __init__(self, style: Style, form: EntryForm, width: int) -> None:
        super().__init__()
        self._style, self._form, self._typed = style, form, ""
        em = style.metrics.em(Scale.LEAD)
        self._apart, self._between = style.space(Space.NEAR), style.metrics.px(_BETWEEN_SIGNS_MM)
        gaps = sum(self._gap_before(i) for i in range(form.length))
        self._side = min((width - gaps) // form.length, round(_WIDEST_EMS * em))
        self.setFixedSize(self._side * form.length + gaps, round(_HIGH_EMS * em))
        self.tell("")

    def _gap_before(self, i: int) -> int:
        if i == 0:
            return 0
        return self._between if i % self._form.group else self._apart

    def tell(self, typed: str) -> None:
        self._typed = typed
        self.setAccessibleName(self._style.say(wording.typed_so_far(typed, self._form.length)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        style, painter = self._style, QPainter(self)
        scale = Scale.LEAD if self._side >= style.metrics.em(Scale.LEAD) else Scale.TEXT
        painter.setFont(style.font(scale, bold=True))
        x = 0
        for i in range(self._form.length):
            x += self._gap_before(i)
            place = QRectF(x, 0, self._side, self.height())
            is_next = i == len(self._typed)
            edge = Role.ACCENT if is_next else Role.LINE
            paint_panel(painter, style, place, Role.SURFACE, edge, thick=is_next)
            if i < len(self._typed):
                painter.setPen(style.colour(Role.INK))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._typed[i])
            x += self._side
