"""The voice of the bench: a loudspeaker, headphones to plug in, and a bubble with what is heard of either."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from drivers.virtual.sound_box_state import SoundBoxState
from drivers.voices.voice import Outlet
from ui.bench.bubble import Bubble, Spoken
from ui.bench.lamp import BODY_SHADE, Lamp, Said
from ui.bench.shelf import DevicePanel
from ui.bench.voice_hand import VoiceAct, VoiceSeen
from ui.icons import FrameIcon, pixmap
from ui.metrics import Space
from ui.style import Style
from ui.theme import Role

ONLY_THE_WEARER: Final = "只有戴耳机的人听到"
_WIDTH: Final = 62
_LOUDSPEAKER_HEIGHT: Final = 52
"""At least."""
_PLUG_HEIGHT: Final = 50
BEFORE_THE_FIRST_LOOK: Final = Said("正在找音箱", Lamp.DARK)
AWAY: Final = Said("音箱不在：没有回答", Lamp.DARK)
_UNCONNECTED: Final = Said("终端没有接上音箱", Lamp.DARK)
_SILENT: Final = Said("终端说的话，显示在这里", Lamp.GOOD)
_SILENT_IN_HEADPHONES: Final = Said("耳机插上了：不念出来给别人听的，也会说", Lamp.GOOD)


def voice_words(state: SoundBoxState) -> Said:
    """The one thing to say of the box."""
    if state.saying is not None:
        return Said(state.saying.text, Lamp.BUSY)
    if not state.connected:
        return _UNCONNECTED
    return _SILENT_IN_HEADPHONES if state.headphones else _SILENT


class _Loudspeaker(QWidget):
    """The terminal's own; its lamp burns while it speaks."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._speaking = False
        self.setFixedWidth(_WIDTH)
        self.setMinimumHeight(_LOUDSPEAKER_HEIGHT)

    def show_speaking(self, *, speaking: bool) -> None:
        if speaking is not self._speaking:
            self._speaking = speaking
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.INK))
        radius = self._style.metrics.radius + 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        middle, cone = QRectF(self.rect()).center(), min(self.width(), self.height()) * 0.38
        for share, colour in ((1.0, BODY_SHADE), (0.72, "#33435F"), (0.3, BODY_SHADE)):
            painter.setBrush(QColor(colour))
            painter.drawEllipse(middle, cone * share, cone * share)
        if self._speaking:
            painter.setPen(QPen(QColor(Lamp.BUSY.on_dark), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, cone, cone)
        painter.setPen(Qt.PenStyle.NoPen)
        lamp = Lamp.BUSY if self._speaking else Lamp.DARK
        painter.setBrush(QColor(lamp.on_dark))
        painter.drawEllipse(QPointF(self.width() - 9, 9), 3, 3)


class HeadphonesKey(QAbstractButton):
    """耳机: a click plugs it in or out; it shows what is."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._plugged: bool | None = None
        self.setFixedSize(_WIDTH, _PLUG_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_plugged(None)

    @property
    def plugged(self) -> bool | None:
        """None: the box has not said."""
        return self._plugged

    def show_plugged(self, plugged: bool | None) -> None:  # noqa: FBT001 one thing, shown
        self._plugged = plugged
        self.setEnabled(plugged is not None)
        self.setAccessibleName(self._words())
        self.update()

    def _words(self) -> str:
        return "拔下耳机" if self._plugged else "插上耳机"

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style, whole = self._style, QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        radius = style.metrics.radius
        lit = bool(self._plugged)
        hovered = self.isEnabled() and (self.underMouse() or self.hasFocus())
        painter.setPen(QPen(style.colour(Role.ACCENT if lit or hovered else Role.LINE), 1.5))
        painter.setBrush(style.colour(Role.ACCENT_TINT if lit else Role.SURFACE))
        painter.drawRoundedRect(whole, radius, radius)
        ink = style.theme[Role.ACCENT if lit else Role.INK if self.isEnabled() else Role.QUIET]
        side = 24
        painter.drawPixmap((self.width() - side) // 2, 3, pixmap(FrameIcon.HEADPHONES, side, ink))
        painter.setPen(QColor(ink))
        painter.setFont(style.font())
        words = QRectF(0, 27, self.width(), 20)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._words())


class VoicePanel(DevicePanel):
    """Asks for a `VoiceAct`; it knows no sound box."""

    def __init__(self, style: Style, *, motion: bool) -> None:
        super().__init__()
        self.loudspeaker = _Loudspeaker(style)
        self.headphones = HeadphonesKey(style)
        self.headphones.clicked.connect(self._plug)
        self.bubble = Bubble(style, motion=motion)
        left = QVBoxLayout()
        left.setSpacing(style.space(Space.TIGHT))
        left.addWidget(self.loudspeaker, 1)
        left.addWidget(self.headphones)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.space(Space.HAIR))
        row.addLayout(left)
        row.addWidget(self.bubble, 1)
        self.show_away("")
        self.say(BEFORE_THE_FIRST_LOOK)
        self.bubble.be_silent(BEFORE_THE_FIRST_LOOK.words)

    def _plug(self) -> None:
        self.act_wanted.emit(VoiceAct.UNPLUG if self.headphones.plugged else VoiceAct.PLUG)

    @Slot(object)
    def show_seen(self, seen: VoiceSeen) -> None:
        state = seen.state
        self.say(voice_words(state))
        self.headphones.show_plugged(state.headphones)
        saying = state.saying
        self.loudspeaker.show_speaking(speaking=saying is not None and saying.outlet is Outlet.LOUDSPEAKER)
        heard = saying or seen.ended
        if heard is not None:
            worn = heard.outlet is Outlet.HEADPHONES
            speaker = self.headphones if worn else self.loudspeaker
            self.bubble.point_at(speaker.geometry().center().y())
            self.bubble.say(Spoken(heard.text, ONLY_THE_WEARER if worn else ""))
        if saying is None:
            self.bubble.fade()
            self.bubble.be_silent(self.said.words)

    @Slot(str)
    def show_refused(self, why: str) -> None:
        self.bubble.be_silent(f"音箱没有照做：{why}")

    @Slot(str)
    def show_away(self, why: str) -> None:
        self.say(AWAY)
        self.setToolTip(why)
        self.headphones.show_plugged(None)
        self.loudspeaker.show_speaking(speaking=False)
        self.bubble.fade()
        self.bubble.be_silent(AWAY.words)
