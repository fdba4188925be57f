"""A key of a device: it can be pressed only while that does something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.icons import AnyIcon, pixmap
from ui.metrics import Scale, Space
from ui.style import Style
from ui.theme import STANDARD, Role


@dataclass(frozen=True, slots=True)
class _Colours:
    ground: str
    ink: str
    edge: str


_DEAD: Final = _Colours(STANDARD[Role.SUNK], STANDARD[Role.QUIET], STANDARD[Role.LINE])
_DEAD_ON_BODY: Final = _Colours("#4A2A3A", "#C3CAD6", "#4A2A3A")


class KeyKind(Enum):
    """What a key is for, and its colours; each ink on its ground at 4.5:1 or more."""

    DO = _Colours(STANDARD[Role.ACCENT], STANDARD[Role.ON_ACCENT], STANDARD[Role.ACCENT])
    PAY = _Colours(STANDARD[Role.GOOD], "#FFFFFF", STANDARD[Role.GOOD])
    PLAIN = _Colours(STANDARD[Role.SURFACE], STANDARD[Role.INK], STANDARD[Role.LINE])
    RED_KEY = _Colours(STANDARD[Role.PROBLEM], "#FFFFFF", STANDARD[Role.PROBLEM])
    """On a device's dark body."""


class Key(QAbstractButton):
    """A word, perhaps after an icon."""

    def __init__(
        self,
        style: Style,
        label: str,
        kind: KeyKind,
        on_press: Callable[[], None],
        *,
        icon: AnyIcon | None = None,
        hint: str = "",
        big: bool = False,
    ) -> None:
        super().__init__()
        self._style, self._label, self._kind, self._icon = style, label, kind, icon
        self._scale = Scale.LEAD if big else Scale.TEXT
        self._high = round(style.metrics.target * (1.6 if big else 1.15))
        self.setAccessibleName(label)
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked: on_press())

    def sizeHint(self) -> QSize:
        wide = self._words_width() + 2 * self._style.space(Space.NEAR)
        return QSize(wide, self._high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _words_width(self) -> int:
        picture = 0 if self._icon is None else self._side() + self._style.space(Space.TIGHT)
        return picture + self._style.width(self._label, self._scale, bold=True)

    def _side(self) -> int:
        return round(self._style.metrics.em(self._scale) * 1.2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._colours()
        ground = QColor(colours.ground)
        painter.setPen(QPen(QColor(colours.edge), 1))
        painter.setBrush(ground.darker(115) if self.isDown() else ground)
        radius = self._style.metrics.radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        left = (self.width() - self._words_width()) / 2
        if self._icon is not None:
            side = self._side()
            painter.drawPixmap(
                round(left), (self.height() - side) // 2, pixmap(self._icon, side, colours.ink)
            )
            left += side + self._style.space(Space.TIGHT)
        painter.setPen(QColor(colours.ink))
        painter.setFont(self._style.font(self._scale, bold=self._kind is not KeyKind.PLAIN))
        words = QRectF(left, 0, self.width() - left, self.height())
        centred = self._icon is None
        align = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            QRectF(self.rect()) if centred else words, align | Qt.AlignmentFlag.AlignVCenter, self._label
        )
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.ink), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), radius - 3, radius - 3
            )

    def _colours(self) -> _Colours:
        if self.isEnabled():
            return self._kind.value
        return _DEAD_ON_BODY if self._kind is KeyKind.RED_KEY else _DEAD
