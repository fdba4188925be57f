"""A page that says one thing to somebody who may stand two metres away: a picture and few words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from kiosk.conversation.content import Icon, Tone
from ui.metrics import Scale, Space
from ui.pages.page import Page, Room
from ui.pages.slot_picture import PROPORTION, SlotPicture, Travel
from ui.parts import Label, Mark, balance, picture
from ui.style import Style
from ui.theme import TONE_GROUND, TONE_INK, Role

_PICTURE_PART = 0.4
"""Of the width where picture and words stand side by side, of the height where not."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, perhaps with an icon."""

    words: str
    icon: Icon | None = None
    scale: Scale = Scale.LEAD
    role: Role = Role.INK


@dataclass(frozen=True, slots=True)
class PosterContent:
    heading: str
    lines: tuple[Line, ...]
    travel: Travel | None = None
    sign: tuple[Icon, Tone] | None = None


class Poster(Page):
    """Picture beside words on a wide screen, above them on a high one."""

    def __init__(self, room: Room, content: PosterContent, *, motion: bool) -> None:
        super().__init__(room)
        style, size = room.style, room.size
        margin = style.metrics.margin
        wide = size.width() > size.height()
        gap = style.space(Space.WIDE)
        if content.travel is None:
            width = min(size.width() - 2 * margin, _widest(style, content))
            words = _words(style, content, width)
            _put(self, words, (size.width() - width) // 2, (size.height() - words.height()) // 2)
            return
        if wide:
            high = size.height() - 2 * margin
            across = min(int((size.width() - 2 * margin - gap) * _PICTURE_PART), int(high / PROPORTION))
            high = int(across * PROPORTION)
            beside = min(_widest(style, content), size.width() - 2 * margin - gap - across)
            words = _words(style, content, beside)
            x = (size.width() - across - gap - beside) // 2
            shown = SlotPicture(style, content.travel, QSize(across, high), motion=motion)
            _put(self, shown, x, (size.height() - high) // 2)
            _put(self, words, x + across + gap, (size.height() - words.height()) // 2)
            return
        inner = size.width() - 2 * margin
        words = _words(style, content, inner)
        room_above = size.height() - 2 * margin - gap - words.height()
        high = min(room_above, int(size.height() * (_PICTURE_PART + 0.1)), int(inner * 1.1))
        y = (size.height() - high - gap - words.height()) // 2
        _put(self, SlotPicture(style, content.travel, QSize(inner, high), motion=motion), margin, y)
        _put(self, words, margin, y + high + gap)


def _widest(style: Style, content: PosterContent) -> int:
    """How wide the words are where none of them is broken."""
    beside = style.metrics.icon + style.space(Space.NEAR)
    lines = [style.width(line.words, line.scale) + (beside if line.icon else 0) for line in content.lines]
    return max(style.width(content.heading, Scale.DISPLAY, bold=True), *lines) + 2


def _put(page: QWidget, widget: QWidget, x: int, y: int) -> None:
    widget.setParent(page)
    widget.move(x, max(0, y))


def _words(style: Style, content: PosterContent, width: int) -> QWidget:
    """Heading and lines in one column of `width`, as high as they are."""
    block = QWidget()
    y = 0
    if content.sign is not None:
        icon, tone = content.sign
        mark = Mark(style, icon, Role.ACCENT if tone is Tone.PLAIN else TONE_INK[tone], TONE_GROUND[tone])
        _put(block, mark, 0, y)
        y += mark.height() + style.space(Space.APART)
    heading = Label(style, content.heading, scale=Scale.DISPLAY, bold=True, parent=block)
    high = heading.heightForWidth(width)
    heading.setGeometry(0, y, width, high)
    y += high + style.space(Space.APART)
    for line in content.lines:
        x = 0
        text = Label(style, line.words, scale=line.scale, role=line.role, parent=block)
        if line.icon is not None:
            x = style.metrics.icon + style.space(Space.NEAR)
        balance(text, width - x)
        high = text.height()
        if line.icon is not None:
            high = max(high, style.metrics.icon)
            first = min(style.line_height(line.scale), high)
            _put(
                block,
                picture(style, line.icon, Role.ACCENT),
                0,
                y + max(0, (first - style.metrics.icon) // 2),
            )
        text.move(x, y + max(0, (high - text.height()) // 2))
        y += high + style.space(Space.APART)
    block.setFixedSize(width, y - style.space(Space.APART))
    return block
