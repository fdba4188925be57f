"""A switch with two sides, which shows what is, not what was asked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from ui.metrics import Space
from ui.style import Style
from ui.theme import Role

_PILL: Final = QSize(36, 20)
_ANSWER_MS: Final = 8000
"""After so long without an answer it can be touched again."""


class Toggle(QAbstractButton):
    """Touched, it asks; it turns when `show_state` says that it is so. `lit` is the colour of being on."""

    wanted = Signal(bool)

    def __init__(self, style: Style, label: str, *, lit: Role = Role.ACCENT) -> None:
        super().__init__()
        self._style, self._label, self._lit = style, label, lit
        self._on: bool | None = None
        self._asked: bool | None = None
        self._patience = QTimer(self, interval=_ANSWER_MS, singleShot=True)
        self._patience.timeout.connect(self._give_up)
        self.setAccessibleName(label)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setEnabled(False)
        self.clicked.connect(self._touched)
        self.setFixedSize(self.sizeHint())

    @property
    def on(self) -> bool | None:
        """None: nobody has said yet."""
        return self._on

    def show_state(self, *, on: bool | None) -> None:
        """What is; None where it is not known, and then it cannot be touched."""
        if on is None or on == self._asked:
            self._patience.stop()
            self._asked = None
        self._on = on
        self.setEnabled(on is not None)
        self.update()

    def sizeHint(self) -> QSize:
        width = self._style.width(self._label) + self._style.space(Space.TIGHT) + _PILL.width() + 2
        return QSize(width, max(self._style.line_height(), self._style.metrics.target) + 6)

    def _touched(self) -> None:
        if self._on is None or self._asked is not None:
            return
        self._asked = not self._on
        self._patience.start()
        self.update()
        self.wanted.emit(self._asked)

    def _give_up(self) -> None:
        self._asked = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._style.colour(Role.INK if self.isEnabled() else Role.QUIET))
        painter.setFont(self._style.font())
        words = QRectF(self.rect()).adjusted(0, 0, -_PILL.width(), 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._label)
        pill = QRectF(
            self.width() - _PILL.width() - 1,
            (self.height() - _PILL.height()) / 2,
            _PILL.width(),
            _PILL.height(),
        )
        ground = self._lit if self._on else Role.SUNK
        painter.setPen(QPen(self._style.colour(Role.QUIET if not self._on else self._lit), 1))
        painter.setBrush(self._style.colour(ground))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        knob = QRectF(0, 0, pill.height() - 6, pill.height() - 6)
        knob.moveCenter(pill.center())
        if self._asked is None:
            # In between as long as nobody has answered.
            knob.moveLeft(pill.right() - knob.width() - 3 if self._on else pill.left() + 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.ON_ACCENT if self._on else Role.QUIET))
        painter.drawEllipse(knob)
        if self.hasFocus():
            painter.setPen(QPen(self._style.colour(Role.ACCENT), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
