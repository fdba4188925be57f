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
from ui.parts import Label
from ui.style import Style
from ui.theme import TONE_INK, Role
from ui.touch import Kind, Touch

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
    """Says the page again."""
    hush: Callable[[], None]
    """Stops what is being said."""
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
        self._voice = None if voice is None else _Voice(style, voice)
        touches = [] if self._voice is None else self._voice.touches
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

    def tell_voice(self, voice: VoiceControls) -> None:
        """As it is now; what is touched for it stays the same, for speech may begin under the finger."""
        if self._voice is not None:
            self._voice.tell(voice)

    def _now(self) -> str:
        return f"{self._clock():%H:%M}"


class _Voice:
    """再听一遍 or 停, and 音量: each as wide as its widest words, so that nothing beside it ever moves."""

    def __init__(self, style: Style, voice: VoiceControls) -> None:
        self._style, self._is, self._meant = style, voice, voice
        hearing = [style.say(words) for words in (wording.HEAR_AGAIN, wording.STOP_HEARING)]
        volumes = [style.say(words) for words in wording.VOLUME_IS.values()]
        self._hear = self._touch(hearing, self._hear_or_hush, FrameIcon.HEAR)
        self._hear.pressed.connect(self._remember)
        self._louder = self._touch(volumes, voice.next_volume, None)
        self.tell(voice)

    @property
    def touches(self) -> list[Touch]:
        return [self._hear, self._louder]

    def tell(self, voice: VoiceControls) -> None:
        self._is = voice
        say = self._style.say
        icon = FrameIcon.HEADPHONES if voice.headphones else FrameIcon.HEAR
        words = wording.STOP_HEARING if voice.speaking else wording.HEAR_AGAIN
        self._hear.relabel(say(words), FrameIcon.STOP if voice.speaking else icon)
        self._louder.relabel(say(wording.VOLUME_IS[voice.volume]))

    def _remember(self) -> None:
        """What its words said then is meant: speech may begin before the finger is lifted."""
        self._meant = self._is

    def _hear_or_hush(self) -> None:
        (self._meant.hush if self._meant.speaking else self._meant.hear)()

    def _touch(self, words: list[str], on_touch: Callable[[], None], icon: FrameIcon | None) -> Touch:
        widest = max(words, key=self._style.width)
        made = Touch(self._style, widest, Kind.QUIET, on_touch, icon=icon, snug=True)
        made.at_least(made.sizeHint().width(), 0)
        return made


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
