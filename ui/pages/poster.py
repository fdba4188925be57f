"""A page that says one thing to somebody who may stand two metres away: a picture and few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from kiosk.conversation.signs import Icon, Tone
from kiosk.domain.text import Text
from ui.metrics import Scale, Space
from ui.pages.page import Page, Room
from ui.parts import Label, Mark, balance, picture
from ui.style import Style
from ui.theme import TONE_GROUND, TONE_INK, Role
from ui.touch import Touch

_PICTURE_PART = 0.4
"""Of the width where picture and words stand side by side, of the height where not."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, perhaps with an icon."""

    words: Text
    icon: Icon | None = None
    scale: Scale = Scale.LEAD
    role: Role = Role.INK
    may_go: bool = False
    """Where there is no room for all, it is left out; the last first."""


@dataclass(frozen=True, slots=True)
class PosterContent:
    heading: Text
    lines: tuple[Line, ...]
    picture: Callable[[QSize], QWidget] | None = None
    """Made for the room that it may take."""
    sign: tuple[Icon, Tone] | None = None


class Poster(Page):
    """Picture beside words on a wide screen, above them on a high one."""

    def __init__(self, room: Room, content: PosterContent, action: Touch | None = None) -> None:
        """`action`: what can be done from here, where on other pages the primary button is."""
        super().__init__(room)
        self._content = content
        style, size = room.style, room.size
        margin = style.metrics.margin
        if action is not None:
            wanted, lowest = action.sizeHint(), size.height() - style.space(Space.NEAR)
            action.setParent(self)
            action.setGeometry(
                size.width() - margin - wanted.width(),
                lowest - wanted.height(),
                wanted.width(),
                wanted.height(),
            )
            size = QSize(size.width(), action.y())
        wide = size.width() > size.height()
        gap = style.space(Space.WIDE)
        if content.picture is None:
            width = min(size.width() - 2 * margin, _widest(style, content))
            words = _words(style, content, width)
            _put(self, words, (size.width() - width) // 2, (size.height() - words.height()) // 2)
            return
        if wide:
            part = int((size.width() - 2 * margin - gap) * _PICTURE_PART)
            shown = content.picture(QSize(part, size.height() - 2 * margin))
            across = shown.width()
            beside = min(_widest(style, content), size.width() - 2 * margin - gap - across)
            words = _fitting(style, content, beside, size.height())
            x = (size.width() - across - gap - beside) // 2
            _put(self, shown, x, (size.height() - shown.height()) // 2)
            _put(self, words, x + across + gap, (size.height() - words.height()) // 2)
            return
        inner = size.width() - 2 * margin
        words = _words(style, content, inner)
        room_above = size.height() - 2 * margin - gap - words.height()
        high = min(room_above, int(size.height() * (_PICTURE_PART + 0.1)), int(inner * 1.1))
        shown = content.picture(QSize(inner, high))
        y = (size.height() - shown.height() - gap - words.height()) // 2
        _put(self, shown, (size.width() - shown.width()) // 2, y)
        _put(self, words, margin, y + shown.height() + gap)

    @property
    def said(self) -> tuple[Text, ...]:
        return (self._content.heading, *(line.words for line in self._content.lines))


def _widest(style: Style, content: PosterContent) -> int:
    """How wide the words are where none of them is broken."""
    lines = (width_of(style, line) for line in content.lines)
    return max(style.width(style.say(content.heading), Scale.DISPLAY, bold=True) + 2, *lines)


def width_of(style: Style, line: Line) -> int:
    """How wide it is where it is not broken."""
    beside = style.metrics.icon + style.space(Space.NEAR) if line.icon else 0
    return style.width(style.say(line.words), line.scale) + beside + 2


def _put(page: QWidget, widget: QWidget, x: int, y: int) -> None:
    widget.setParent(page)
    widget.move(x, max(0, y))


def _fitting(style: Style, content: PosterContent, width: int, most: int) -> QWidget:
    """At most `most` high, where that can be: smaller, then without what may go."""
    words = _words(style, content, width)
    while words.height() > most:
        words = _words(style, content, width, largest=Scale.TEXT)
        going = [i for i, line in enumerate(content.lines) if line.may_go]
        if words.height() <= most or not going:
            break
        content = replace(content, lines=content.lines[: going[-1]] + content.lines[going[-1] + 1 :])
    return words


def _words(style: Style, content: PosterContent, width: int, *, largest: Scale = Scale.DISPLAY) -> QWidget:
    """Heading and lines in one column of `width`, as high as they are; no line larger than `largest`."""
    parts: list[QWidget] = []
    if content.sign is not None:
        icon, tone = content.sign
        ink = Role.ACCENT if tone is Tone.PLAIN else TONE_INK[tone]
        parts.append(Mark(style, icon, ink, TONE_GROUND[tone]))
    parts.append(heading(style, content.heading, width))
    lines = (replace(line, scale=min(line.scale, largest)) for line in content.lines)
    parts += [sentence(style, line, width) for line in lines]
    return column(style, parts, width)


def heading(style: Style, words: Text, width: int, scale: Scale = Scale.DISPLAY) -> Label:
    """The largest words of a page, at most `width` wide."""
    made = Label(style, style.say(words), scale=scale, bold=True)
    balance(made, width)
    return made


def sentence(style: Style, line: Line, width: int) -> QWidget:
    """A line of `width`, its icon beside the first row of its words."""
    made = QWidget()
    text = Label(style, style.say(line.words), scale=line.scale, role=line.role, parent=made)
    side = 0 if line.icon is None else style.metrics.icon
    x = 0 if line.icon is None else side + style.space(Space.NEAR)
    balance(text, width - x)
    high = max(text.height(), side)
    if line.icon is not None:
        first = min(style.line_height(line.scale), high)
        _put(made, picture(style, line.icon, Role.ACCENT), 0, (first - side) // 2)
    text.move(x, (high - text.height()) // 2)
    made.setFixedSize(width, high)
    return made


def column(style: Style, parts: Sequence[QWidget], width: int) -> QWidget:
    """Things of a fixed size, one below the other."""
    made = QWidget()
    y = 0
    for part in parts:
        _put(made, part, 0, y)
        y += part.height() + style.space(Space.APART)
    made.setFixedSize(width, y - style.space(Space.APART))
    return made
