"""Names and what they are: a table of two columns. Its units are the facts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from kiosk.conversation.content import Fact, Facts
from kiosk.domain.text import Text
from ui import wording
from ui.hold import Hold
from ui.metrics import Scale, Space
from ui.parts import Label, Panel
from ui.style import Style
from ui.theme import TONE_INK, Role

_LABEL_PART = 0.4
"""The most that names may take of the width."""
_LEAST_LABEL_PART = 0.2


class FactTable(QWidget):
    def __init__(self, style: Style, facts: Facts, shown: slice, width: int, *, heading: Scale) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.space(Space.TIGHT))
        if facts.heading is not None:
            column.addWidget(Label(style, style.say(facts.heading), scale=heading, bold=True))
        column.addWidget(_Rows(style, facts.facts, shown, width))


class _Rows(Panel):
    def __init__(self, style: Style, facts: tuple[Fact, ...], shown: slice, width: int) -> None:
        super().__init__(style)
        self._style = style
        self._heads: list[QLabel] = []
        grid = QGridLayout(self)
        side, rhythm = style.space(Space.APART), style.space(Space.TIGHT)
        grid.setContentsMargins(side, rhythm, side, rhythm)
        grid.setHorizontalSpacing(style.space(Space.FAR))
        grid.setVerticalSpacing(2 * rhythm)
        # The columns are those of the whole table, so that they stay where they are from page to page.
        names = max(style.width(style.say(fact.label)) for fact in facts)
        # A name of several words is broken where a long number, which cannot be, needs its room.
        number = max(style.widest_word(style.say(fact.value), bold=True) for fact in facts)
        left = width - 2 * side - style.space(Space.FAR) - number - 2
        word = max(style.widest_word(style.say(fact.label)) for fact in facts)
        names = min(names, int(width * _LABEL_PART), max(left, word, int(width * _LEAST_LABEL_PART))) + 1
        numbers = max((style.width(style.say(f.value), bold=True) for f in facts if f.number), default=0)
        room = width - 2 * side - names - style.space(Space.FAR)
        beside = room - max((self._hold_width(fact) for fact in facts if fact.held is not None), default=0)
        held = [one for fact in facts for one in (fact.value, fact.held) if fact.held is not None and one]
        apart = any(style.width(style.say(one), bold=True) > beside for one in held)
        room = room if apart or not held else beside
        row = -1
        for fact in facts[shown]:
            row += 1
            head = Label(style, style.say(fact.label), role=Role.QUIET)
            head.setFixedWidth(names)
            self._heads.append(head)
            grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop)
            align = Qt.AlignmentFlag.AlignRight if fact.number else Qt.AlignmentFlag.AlignLeft
            value = Label(style, style.say(fact.value), bold=True, role=TONE_INK[fact.tone], align=align)
            value.setFixedWidth(min(numbers + 1, room) if fact.number else room)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            if fact.held is not None and apart:
                # Where the value and its button do not stand in one row.
                row += 1
                grid.addWidget(self._hold(fact, value), row, 1, Qt.AlignmentFlag.AlignLeft)
            elif fact.held is not None:
                grid.addWidget(self._hold(fact, value), row, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)

    def _hold_width(self, fact: Fact) -> int:
        return self._hold(fact, None).sizeHint().width() + self._style.space(Space.FAR)

    def _hold(self, fact: Fact, value: Label | None) -> Hold:
        style, held = self._style, fact.held

        def show(text: Text) -> str:
            said = style.say(text)
            if value is not None:
                value.say(said)
            return said

        if held is None:
            raise ValueError("nothing to be seen by holding")

        def hide() -> None:
            show(fact.value)

        name = style.say(wording.hold_to_see(fact.label))
        return Hold(style, style.say(wording.HOLD_TO_SEE), lambda: show(held), hide, name=name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = self._style.space(Space.APART)
        for head in self._heads[1:]:
            y = head.y() - self._style.space(Space.TIGHT)
            painter.fillRect(
                side, y, self.width() - 2 * side, self._style.metrics.line, self._style.colour(Role.LINE)
            )
