"""What stands above every page: where the terminal is, how it is in words, and the voice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QWidget

from kiosk.conversation.signs import Tone
from kiosk.conversation.view import Condition, Status
from kiosk.domain.text import Text
from ui import wording
from ui.bar import Bar, row_width
from ui.icons import TONE_ICON, FrameIcon, pixmap
from ui.metrics import Space
from ui.parts import Kind, Label, Touch
from ui.style import Style
from ui.theme import TONE_INK, Role

_CLOCK_EVERY_MS = 1000
_TONE: dict[Condition, Tone] = {
    Condition.GOOD: Tone.GOOD,
    Condition.LOW: Tone.ATTENTION,
    Condition.BAD: Tone.PROBLEM,
    Condition.UNKNOWN: Tone.PLAIN,
}


@dataclass(frozen=True, slots=True)
class VoiceControls:
    """The terminal's voice as it is, and what a touch does."""

    speaking: bool
    headphones: bool
    volume: int
    """0 is off; one of `wording.VOLUME_IS`."""
    hear: Callable[[], None]
    """Says the page again; while something is being said, stops it."""
    next_volume: Callable[[], None]


class TopBar(Bar):
    """便民社保 · 示例村服务站   10:32   网络正常   纸张充足   再听一遍   音量

    In one row. Where that is too short the names go first, for whoever reads them stands there; where even
    the states are too long beside the voice, in two rows.
    """

    def __init__(
        self,
        style: Style,
        width: int,
        status: Status,
        clock: Callable[[], datetime],
        voice: VoiceControls | None,
    ) -> None:
        super().__init__(style, rule_below=True)
        self._clock = clock
        brand = Label(style, style.say(wording.BRAND), bold=True, role=Role.ACCENT, wrap=False)
        place = Label(style, status.place, wrap=False)
        self._time = Label(style, self._now(), wrap=False)
        states = [
            _state(style, wording.NETWORK[status.network], status.network),
            _state(style, wording.PAPER[status.paper], status.paper),
        ]
        touches = [] if voice is None else _voice(style, voice)
        gap, near = style.space(Space.APART), style.space(Space.NEAR)
        margin, pad = style.metrics.margin, style.space(Space.HAIR)
        inner, told = width - 2 * margin, [self._time, *states]
        high = max([style.line_height() + 2 * pad, *(one.sizeHint().height() for one in touches)])

        def taken(left: list[QWidget], right: list[QWidget]) -> int:
            groups = [one for one in (row_width(left, near), row_width(right, gap)) if one]
            voiced = row_width(touches, near)
            return sum(groups) + voiced + gap * (len(groups) - (not voiced))

        names: list[QWidget] = [brand, place]
        kept_names: tuple[list[QWidget], ...] = (names, [place], [])
        rows = 1 if taken([], told) <= inner else 2
        beside = told if rows == 1 else []
        left = next((kept for kept in kept_names if taken(kept, beside) <= inner), [])
        for gone in names:
            if gone not in left:
                gone.hide()
        x_voice = width - margin - row_width(touches, near)
        self._place(touches, x_voice, pad, high, near)
        x_told = (x_voice - gap if touches else width - margin) - row_width(told, gap)
        if rows == 2 or not left:
            x_told = margin
        self._place(told, x_told, pad + (rows - 1) * high, high, gap)
        self._place(left, margin, pad, high, near)
        self.setFixedSize(width, rows * high + 2 * pad + style.metrics.line)
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._time.say(self._now()))
        self._timer.start(_CLOCK_EVERY_MS)

    def _now(self) -> str:
        return f"{self._clock():%H:%M}"


def _voice(style: Style, voice: VoiceControls) -> list[Touch]:
    say = style.say
    words = wording.STOP_HEARING if voice.speaking else wording.HEAR_AGAIN
    icon = FrameIcon.HEADPHONES if voice.headphones else FrameIcon.HEAR
    hear = Touch(
        style, say(words), Kind.QUIET, voice.hear, icon=FrameIcon.STOP if voice.speaking else icon, snug=True
    )
    # As wide while it says 停: what stands beside it stays where it is.
    widest = Touch(style, say(wording.HEAR_AGAIN), Kind.QUIET, voice.hear, icon=icon, snug=True)
    hear.at_least(widest.sizeHint().width(), 0)
    louder = Touch(style, say(wording.VOLUME_IS[voice.volume]), Kind.QUIET, voice.next_volume, snug=True)
    return [hear, louder]


def _state(style: Style, words: Text, condition: Condition) -> QWidget:
    """A condition in words, with the sign of its tone before it."""
    tone = _TONE[condition]
    icon = TONE_ICON[tone]
    role = Role.QUIET if tone is Tone.GOOD else TONE_INK[tone]
    label = Label(style, style.say(words), role=role, bold=tone is Tone.PROBLEM, wrap=False)
    if icon is None:
        return label
    box = _Box()
    side = round(style.metrics.em() * 0.8)
    line = style.line_height()
    sign = Label(style, "", wrap=False, parent=box)
    sign.setPixmap(pixmap(icon, side, style.theme[TONE_INK[tone]]))
    sign.setGeometry(0, (line - side) // 2, side, side)
    x = side + style.space(Space.HAIR)
    label.setParent(box)
    label.setGeometry(x, 0, label.sizeHint().width(), line)
    box.setFixedSize(x + label.width(), line)
    return box


class _Box(QWidget):
    """Wants to be as large as it is fixed."""

    def sizeHint(self) -> QSize:
        return self.minimumSize()
