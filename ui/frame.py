"""What stands around every page: the status line above, the footer below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.conversation.content import Icon, Tone
from kiosk.conversation.view import Condition, Status
from kiosk.domain.text import Text
from ui import wording
from ui.icons import TONE_ICON, FrameIcon, pixmap
from ui.metrics import Space, TextSize
from ui.parts import Kind, Label, Touch
from ui.style import Style
from ui.theme import TONE_INK, Contrast, Role

_CLOCK_EVERY_MS = 1000
_TONE: dict[Condition, Tone] = {
    Condition.GOOD: Tone.GOOD,
    Condition.LOW: Tone.ATTENTION,
    Condition.BAD: Tone.PROBLEM,
    Condition.UNKNOWN: Tone.PLAIN,
}


class Bar(QWidget):
    """A strip over the whole width, with a rule where the page begins."""

    def __init__(self, style: Style, *, rule_below: bool) -> None:
        super().__init__()
        self._style, self._rule_below = style, rule_below

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.colour(Role.SURFACE))
        thick = self._style.metrics.line
        y = self.height() - thick if self._rule_below else 0
        painter.fillRect(0, y, self.width(), thick, self._style.colour(Role.LINE))


class StatusLine(Bar):
    """便民社保 · 示例村服务站   10:32   网络正常   纸张充足: in words, in two rows where one is too short."""

    def __init__(self, style: Style, width: int, status: Status, clock: Callable[[], datetime]) -> None:
        super().__init__(style, rule_below=True)
        self._clock = clock
        say = style.say
        brand = Label(style, say(wording.BRAND), bold=True, role=Role.ACCENT, wrap=False, parent=self)
        place = Label(style, status.place, wrap=False, parent=self)
        self._time = Label(style, self._now(), wrap=False, parent=self)
        states = [
            _state(style, wording.NETWORK[status.network], status.network),
            _state(style, wording.PAPER[status.paper], status.paper),
        ]
        gap, margin = style.space(Space.APART), style.metrics.margin
        left, right = (brand, place), (self._time, *states)
        ends = sum(_width(one) for one in right) + gap * (len(right) - 1)
        rows = 1 if margin + sum(_width(one) + gap for one in left) + ends <= width - margin else 2
        line, pad = style.line_height(), style.space(Space.TIGHT)
        x = margin
        for one in left:
            one.setGeometry(x, pad, min(_width(one), width - margin - x), line)
            x += one.width() + style.space(Space.NEAR)
        x = width - margin - ends if rows == 1 else margin
        for state in right:
            state.setParent(self)
            state.setGeometry(x, pad + (rows - 1) * line, _width(state), line)
            x += state.width() + gap
        self.setFixedSize(width, rows * line + 2 * pad + style.metrics.line)
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._time.say(self._now()))
        self._timer.start(_CLOCK_EVERY_MS)

    def _now(self) -> str:
        return f"{self._clock():%H:%M}"


def _width(widget: QWidget) -> int:
    return widget.sizeHint().width() if isinstance(widget, Label) else widget.width()


def _state(style: Style, words: Text, condition: Condition) -> QWidget:
    """A condition in words, with the sign of its tone before it."""
    tone = _TONE[condition]
    icon = TONE_ICON[tone]
    role = Role.QUIET if tone is Tone.GOOD else TONE_INK[tone]
    label = Label(style, style.say(words), role=role, bold=tone is Tone.PROBLEM, wrap=False)
    if icon is None:
        return label
    box = QWidget()
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


@dataclass(frozen=True, slots=True)
class FooterState:
    """What of the footer can be touched, and which switches are on."""

    in_session: bool = False
    can_go_back: bool = False
    can_help: bool = False
    can_exit: bool = False
    slow: bool = False
    text_size: TextSize = TextSize.STANDARD
    contrast: Contrast = Contrast.STANDARD


@dataclass(frozen=True, slots=True)
class FooterTouches:
    """What each touch in the footer does."""

    back: Callable[[], None]
    help: Callable[[], None]
    exit: Callable[[], None]
    text_size: Callable[[], None]
    contrast: Callable[[], None]
    slow: Callable[[], None]


class Footer(Bar):
    """返回 | 大字 高对比 慢一点 | 帮助 退出: always here; in two rows where one is too short."""

    def __init__(self, style: Style, width: int, state: FooterState, touches: FooterTouches) -> None:
        super().__init__(style, rule_below=False)
        say = style.say
        back = Touch(style, say(wording.BACK), Kind.QUIET, touches.back, icon=FrameIcon.BACK)
        helps = Touch(style, say(wording.HELP), Kind.QUIET, touches.help, icon=Icon.QUESTION)
        leave = Touch(style, say(wording.EXIT), Kind.QUIET, touches.exit, icon=FrameIcon.EXIT)
        for button, works in ((back, state.can_go_back), (helps, state.can_help), (leave, state.can_exit)):
            button.setEnabled(works)
        larger = state.text_size is not TextSize.STANDARD
        switches = [
            _switch(style, wording.LARGER_TEXT, touches.text_size, on=larger),
            _switch(style, wording.HIGH_CONTRAST, touches.contrast, on=state.contrast is Contrast.HIGH),
            _switch(style, wording.SLOWER, touches.slow, on=state.slow),
        ]
        switches[0].setAccessibleDescription(say(wording.TEXT_SIZE[state.text_size]))
        gap, margin, pad = style.space(Space.NEAR), style.metrics.margin, style.space(Space.TIGHT)
        high = max(style.metrics.target, *(one.sizeHint().height() for one in (back, *switches)))
        middle = _row_width(switches, gap)
        ends = (_row_width([back], gap), _row_width([helps, leave], gap))
        # The switches stand in the middle of the screen; where an end is in their way, between the ends.
        one_row = sum(ends) + middle + 2 * gap <= width - 2 * margin
        y = pad + style.metrics.line
        if not one_row:
            self._place(switches, (width - middle) // 2, y, high, gap)
            y += high + gap
        else:
            x = max((width - middle) // 2, margin + ends[0] + gap)
            x = min(x, width - margin - ends[1] - gap - middle)
            self._place(switches, x, y, high, gap)
        if state.in_session:
            self._place([back], margin, y, high, gap)
            self._place([helps, leave], width - margin - ends[1], y, high, gap)
        self.setFixedSize(width, y + high + pad)

    def _place(self, buttons: list[Touch], x: int, y: int, high: int, gap: int) -> None:
        for button in buttons:
            button.setParent(self)
            button.setGeometry(x, y, button.sizeHint().width(), high)
            x += button.width() + gap


def _switch(style: Style, words: Text, on_touch: Callable[[], None], *, on: bool) -> Touch:
    return Touch(style, style.say(words), Kind.CHOSEN if on else Kind.QUIET, on_touch)


def _row_width(buttons: list[Touch], gap: int) -> int:
    return sum(button.sizeHint().width() for button in buttons) + gap * (len(buttons) - 1)
