"""The shelf of the bench's devices: a tab for each with its lamp, and one of them in front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ui.bench.lamp import Lamp, Said
from ui.icons import AnyIcon, pixmap
from ui.metrics import Scale, Space
from ui.style import Style
from ui.theme import Role

_HEIGHT: Final = 50
_DOT: Final = 8


class DevicePanel(QWidget):
    """A device at the bench. It asks through signals of its own, and shows what it is told."""

    act_wanted = Signal(object)
    """Something for the device's hand to do."""
    said_changed = Signal(object)
    """A `Said`: the one thing to say of the device now."""
    noticed = Signal()
    """Something begins here that a visitor would want to see."""

    def __init__(self) -> None:
        super().__init__()
        self._said = Said("", Lamp.DARK)

    @property
    def said(self) -> Said:
        """What it says of the device now."""
        return self._said

    def show_seen(self, seen: Any) -> None:
        """What the hand saw; each kind sees something of its own."""
        raise NotImplementedError

    def show_refused(self, why: str) -> None:
        """The device would not do what was asked last."""
        raise NotImplementedError

    def show_away(self, why: str) -> None:
        """The device does not answer: nothing can be asked of it."""
        raise NotImplementedError

    def say(self, said: Said) -> None:
        """Say it, where it is another thing than before."""
        if said != self._said:
            self._said = said
            self.said_changed.emit(said)


@dataclass(frozen=True, slots=True)
class Device:
    """One thing on the shelf."""

    name: str
    icon: AnyIcon
    panel: DevicePanel


class DeviceTab(QAbstractButton):
    """A device's name, and what it says of itself."""

    def __init__(self, style: Style, device: Device) -> None:
        super().__init__()
        self._style, self._device = style, device
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        device.panel.said_changed.connect(self._show_said)
        self._show_said(device.panel.said)

    def _show_said(self, said: Said) -> None:
        self.setAccessibleName(f"{self._device.name}：{said.brief}")
        self.setToolTip(said.words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style, said, front = self._style, self._device.panel.said, self.isChecked()
        calls = not front and said.lamp in (Lamp.ATTENTION, Lamp.PROBLEM)
        ground = Role.INK if front else Role.ATTENTION_TINT if calls else Role.SURFACE
        edge = Role.INK if front else Role.ATTENTION if calls else Role.LINE
        painter.setPen(QPen(style.colour(edge), 1))
        painter.setBrush(style.colour(ground))
        radius = style.metrics.radius + 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        ink = style.colour(Role.ON_ACCENT if front else Role.INK)
        left, side = style.space(Space.TIGHT) + 3, style.metrics.icon
        painter.drawPixmap(left, (self.height() - side) // 2, pixmap(self._device.icon, side, ink.name()))
        left += side + style.space(Space.TIGHT)
        half = self.height() / 2
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(ink)
        painter.setFont(style.font(bold=True))
        painter.drawText(QRectF(left, 5, self.width() - left, half - 5), align, self._device.name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(said.lamp.on_dark) if front else style.colour(said.lamp.on_paper))
        painter.drawEllipse(QRectF(left, half + (half - 5 - _DOT) / 2, _DOT, _DOT))
        painter.setPen(style.colour(Role.ON_ACCENT if front else Role.QUIET))
        painter.setFont(style.font(Scale.TEXT))
        words = QRectF(left + _DOT + 5, half, self.width() - left - _DOT - 9, half - 5)
        text = QFontMetricsF(painter.font()).elidedText(
            said.brief, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, align, text)
        if self.hasFocus():
            painter.setPen(QPen(ink, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), radius - 3, radius - 3
            )


class Shelf(QWidget):
    """A device comes to the front when its tab is touched, or when something begins there."""

    def __init__(self, style: Style, devices: Sequence[Device]) -> None:
        super().__init__()
        self._devices = tuple(devices)
        self._stack = QStackedWidget()
        self.tabs = tuple(DeviceTab(style, device) for device in self._devices)
        row = QHBoxLayout()
        row.setSpacing(style.space(Space.TIGHT))
        for tab, device in zip(self.tabs, self._devices, strict=True):
            row.addWidget(tab)
            self._stack.addWidget(device.panel)
            tab.toggled.connect(partial(self._turn, device.panel))
            device.panel.noticed.connect(tab.click)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.space(Space.TIGHT))
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.tabs[0].setChecked(True)

    @property
    def front(self) -> DevicePanel:
        """The panel that is in front."""
        return next(
            device.panel for tab, device in zip(self.tabs, self._devices, strict=True) if tab.isChecked()
        )

    def _turn(self, panel: DevicePanel, to_front: bool) -> None:  # noqa: FBT001 Qt's signal
        if to_front:
            self._stack.setCurrentWidget(panel)
