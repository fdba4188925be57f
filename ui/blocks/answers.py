"""What was answered, with 更改 beside each: a table of three columns. Its units are the answers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.conversation.content import Answers, Given
from ui.blocks.part import Answer
from ui.metrics import Scale, Space
from ui.parts import Label, Panel
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch

_LABEL_PART = 0.3
"""The most that names may take of the width."""


class AnswerTable(Panel):
    def __init__(self, style: Style, answers: Answers, shown: slice, width: int, answer: Answer) -> None:
        super().__init__(style)
        self._style = style
        self._answer = answer
        self._rows: list[QWidget] = []
        grid = QGridLayout(self)
        side, rhythm = style.space(Space.APART), style.space(Space.NEAR)
        grid.setContentsMargins(side, rhythm, side, rhythm)
        grid.setHorizontalSpacing(style.space(Space.FAR))
        grid.setVerticalSpacing(2 * rhythm)
        given = answers.answers
        names = min(max(style.width(style.say(one.label)) for one in given), int(width * _LABEL_PART)) + 1
        buttons = max((self._button(one).sizeHint().width() for one in given if one.change), default=0)
        room = width - 2 * side - names - buttons - 2 * style.space(Space.FAR)
        for row, one in enumerate(given[shown]):
            name = Label(style, style.say(one.label), role=Role.QUIET)
            name.setFixedWidth(names)
            value = Label(style, style.say(one.value), scale=Scale.LEAD, bold=True)
            value.setFixedWidth(room)
            self._rows.append(value)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignVCenter)
            if one.change is not None:
                grid.addWidget(self._button(one), row, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)

    def _button(self, one: Given) -> Touch:
        style, offer = self._style, one.change
        if offer is None:
            raise ValueError("an answer that follows from another has no button")
        # Heard alone, 更改 would not say what.
        name = f"{style.say(offer.label)} {style.say(one.label)}"
        return Touch(style, style.say(offer.label), Kind.QUIET, lambda: self._answer(offer.key), name=name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = self._style.space(Space.APART)
        layout = self.layout()
        if not isinstance(layout, QGridLayout):
            raise TypeError("the table is laid out as a grid")
        for row in range(1, len(self._rows)):
            y = layout.cellRect(row, 0).y() - self._style.space(Space.NEAR)
            painter.fillRect(
                side, y, self.width() - 2 * side, self._style.metrics.line, self._style.colour(Role.LINE)
            )
