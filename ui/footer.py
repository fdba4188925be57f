"""What stands below every page: the way back, switches for eyes, pace and language, help and the way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.conversation.signs import Icon
from kiosk.domain.text import Text
from ui import wording
from ui.appearance import AS_IT_IS, Appearance
from ui.bar import Bar, row_width
from ui.icons import FrameIcon
from ui.metrics import Space, TextSize
from ui.style import Style, Worded
from ui.touch import Kind, Touch


@dataclass(frozen=True, slots=True)
class FooterState:
    """What of the footer can be touched, and which switches are on."""

    in_session: bool = False
    can_go_back: bool = False
    can_help: bool = False
    can_exit: bool = False
    slow: bool = False
    appearance: Appearance = AS_IT_IS
    next_language: str = ""
    """In that language itself; empty where there is no other."""

    @property
    def look(self) -> FooterState:
        """What stands in it and where, whatever can be touched."""
        return replace(self, can_go_back=False, can_help=False, can_exit=False)


@dataclass(frozen=True, slots=True)
class FooterTouches:
    """What each touch in the footer does."""

    back: Callable[[], None]
    help: Callable[[], None]
    exit: Callable[[], None]
    text_size: Callable[[], None]
    contrast: Callable[[], None]
    slow: Callable[[], None]
    language: Callable[[], None]


class Footer(Bar):
    """返回 | 大字 高对比 慢一点 English | 帮助 退出: always here; in two rows where one is too short."""

    def __init__(self, style: Style, width: int, state: FooterState, touches: FooterTouches) -> None:
        super().__init__(style, rule_below=False)
        say = style.say
        self._back = back = _button(style, wording.BACK, touches.back, FrameIcon.BACK)
        self._helps = helps = _button(style, wording.HELP, touches.help, Icon.QUESTION)
        self._leave = leave = _button(style, wording.EXIT, touches.exit, FrameIcon.EXIT)
        self.enable(state)
        shown = state.appearance
        larger, high = shown.text_size is not TextSize.STANDARD, shown.contrast.high
        switches = [
            _switch(style, say(wording.LARGER_TEXT), touches.text_size, on=larger),
            _switch(style, say(wording.HIGH_CONTRAST), touches.contrast, on=high),
            _switch(style, say(wording.SLOWER), touches.slow, on=state.slow),
        ]
        told = (
            wording.TEXT_SIZE[shown.text_size],
            wording.CONTRAST[shown.contrast],
            wording.SLOW_IS[state.slow],
        )
        for switch, words in zip(switches, told, strict=True):
            switch.setAccessibleDescription(say(words))
        if state.next_language:
            switches.append(_switch(style, Worded(state.next_language), touches.language, on=False))
            # Its words are other ones when it was touched.
            switches[-1].setObjectName("language")
        margin, pad = style.metrics.margin, style.space(Space.TIGHT)
        row_high = max(style.metrics.target, *(one.sizeHint().height() for one in (back, *switches)))
        ends = [back, helps, leave] if state.in_session else []
        inner = width - 2 * margin
        gaps = (style.space(Space.NEAR), style.space(Space.TIGHT))
        gap = next((one for one in gaps if row_width([*ends, *switches], one) <= inner), gaps[0])
        one_row = row_width([*ends, *switches], gap) <= inner
        y = pad + style.metrics.line
        middle, right = row_width(switches, gap), row_width([helps, leave], gap)
        # The switches stand in the middle of the screen; where an end is in their way, between the ends.
        x = (width - middle) // 2
        if one_row and ends:
            x = max(x, margin + row_width([back], gap) + gap)
            x = min(x, width - margin - right - gap - middle)
        self._place(switches, x, y, row_high, gap)
        if not one_row:
            y += row_high + gap
        if ends:
            self._place([back], margin, y, row_high, gap)
            self._place([helps, leave], width - margin - right, y, row_high, gap)
        self.setFixedSize(width, y + row_high + pad)

    def enable(self, state: FooterState) -> None:
        """What of its ends can be touched now."""
        self._back.setEnabled(state.can_go_back)
        self._helps.setEnabled(state.can_help)
        self._leave.setEnabled(state.can_exit)


def _button(style: Style, words: Text, on_touch: Callable[[], None], icon: FrameIcon | Icon) -> Touch:
    return Touch(style, style.say(words), Kind.QUIET, on_touch, icon=icon, snug=True)


def _switch(style: Style, words: str, on_touch: Callable[[], None], *, on: bool) -> Touch:
    return Touch(style, words, Kind.CHOSEN if on else Kind.QUIET, on_touch, snug=True)
