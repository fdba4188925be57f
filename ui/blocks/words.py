"""Plain paragraphs; numbered where they are steps to follow. Its units are the paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.conversation.content import Words
from kiosk.domain.text import Text
from ui.metrics import Scale, Space
from ui.parts import Label, balance, picture
from ui.style import Style
from ui.theme import Role

LONGEST_LINE_EMS = 34
"""Longer lines lose the eye on its way back."""


_SENTENCE_ENDS = re.compile(r"(?<=[。！？；])|(?<=[.!?;:,])\s+")
_ANYWHERE = re.compile(r"(?<=[，、])|\s+")


def parted(paragraph: Text, said: str, fits: Callable[[Iterable[Text]], bool]) -> tuple[Text, ...]:
    """A paragraph, or where it does not fit its sentences, or where they do not fit what commas and blanks
    leave of them, as long as fits; as it is where nothing helps."""
    if fits((paragraph,)):
        return (paragraph,)
    for ends in (_SENTENCE_ENDS, _ANYWHERE):
        parts = _joined([part for part in ends.split(said) if part], said, fits)
        if fits(parts):
            return parts
    return (paragraph,)


def _joined(parts: list[str], whole: str, fits: Callable[[Iterable[Text]], bool]) -> tuple[Text, ...]:
    """As few as fit."""
    between = " " if " " in whole else ""
    made = [parts[0]]
    for part in parts[1:]:
        longer = f"{made[-1]}{between}{part}"
        if fits((_verbatim(longer),)):
            made[-1] = longer
        else:
            made.append(part)
    return tuple(_verbatim(one) for one in made)


def _verbatim(said: str) -> Text:
    return Text("{said}", (("said", said),))


class Paragraphs(QWidget):
    def __init__(
        self, style: Style, words: Words, shown: slice, width: int, *, scale: Scale = Scale.TEXT
    ) -> None:
        super().__init__()
        line = min(width, LONGEST_LINE_EMS * style.metrics.em(scale))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, width - line, 0)
        outer.setSpacing(style.space(Space.NEAR))
        if words.icon is not None:
            outer.addWidget(picture(style, words.icon, Role.ACCENT), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(style.space(Space.TIGHT))
        outer.addLayout(column, 1)
        if words.heading is not None:
            column.addWidget(Label(style, style.say(words.heading), scale=Scale.LEAD, bold=True))
        for i in range(shown.start, shown.stop):
            text = Label(style, style.say(words.paragraphs[i]), scale=scale)
            room = line - (0 if words.icon is None else style.metrics.icon + style.space(Space.NEAR))
            if not words.numbered:
                balance(text, room)
                column.addWidget(text, 0, Qt.AlignmentFlag.AlignLeft)
                continue
            number = _Number(style, i + 1, scale)
            balance(text, room - number.width() - style.space(Space.NEAR))
            row = QHBoxLayout()
            row.setSpacing(style.space(Space.NEAR))
            row.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text)
            row.addStretch(1)
            column.addLayout(row)


class _Number(Label):
    """A step's number in a disc."""

    def __init__(self, style: Style, number: int, scale: Scale) -> None:
        super().__init__(
            style,
            str(number),
            scale=scale,
            bold=True,
            role=Role.ON_ACCENT,
            wrap=False,
            align=Qt.AlignmentFlag.AlignHCenter,
        )
        self._style = style
        side = style.line_height(scale)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.ACCENT))
        painter.drawEllipse(self.rect())
        painter.end()
        super().paintEvent(event)
