"""The contribution grid 缴费明细表: kinds by months. Its units are the rows, and last the legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from kiosk.conversation.content import Grid, GridCell, Offer
from kiosk.domain.text import Text
from ui import wording
from ui.blocks.grid_table import GridTable, fits_whole
from ui.blocks.part import Answer
from ui.icons import FrameIcon
from ui.metrics import Scale, Space
from ui.parts import Label
from ui.style import Style
from ui.theme import TONE_INK, Role
from ui.touch import Kind, Touch, tell_touched, touch_width


class GridBoard(QWidget):
    """Year buttons, the table, what its symbols mean; half a year at a time where a year does not fit."""

    def __init__(self, style: Style, grid: Grid, shown: slice, width: int, answer: Answer) -> None:
        super().__init__()
        self._style, self._grid, self._width, self._answer = style, grid, width, answer
        self._rows = slice(shown.start, min(shown.stop, len(grid.rows)))
        self._with_legend = shown.stop > len(grid.rows)
        self._middle = math.ceil(len(grid.columns) / 2)
        self._halves = not fits_whole(style, grid, width)
        self._second_half = self._halves and _first_bracket(grid) >= self._middle
        self._years_at_once = self._count_years()
        self._years_from = self._first_year_shown()
        self._shown: list[QWidget] = []
        self._build()

    def sizeHint(self) -> QSize:
        return QSize(self._width, self._height)

    def _build(self) -> None:
        for old in self._shown:
            old.setParent(None)
            old.deleteLater()
        self._shown = []
        y = 0
        if self._rows.start < self._rows.stop:
            buttons = [*self._year_buttons(), *self._half_buttons()]
            if buttons:
                y = self._flow(buttons, y, self._style.space(Space.NEAR)) + self._style.space(Space.TIGHT)
            table = GridTable(
                self._style, self._grid, self._rows, self._columns(), self._width, answer=self._answer
            )
            y = self._put(table, 0, y, table.sizeHint())
        if self._with_legend:
            legend = [_legend(self._style, entry) for entry in self._grid.legend]
            above = self._style.space(Space.TIGHT) if y else 0
            y = self._flow(legend, y + above, self._style.space(Space.FAR))
        self._height = y
        self.setFixedSize(self._width, y)

    def _columns(self) -> range:
        count = len(self._grid.columns)
        if not self._halves:
            return range(count)
        return range(self._middle, count) if self._second_half else range(self._middle)

    def _put(self, widget: QWidget, x: int, y: int, size: QSize) -> int:
        """Places it; gives its lower edge."""
        widget.setParent(self)
        widget.setGeometry(x, y, size.width(), size.height())
        widget.show()
        self._shown.append(widget)
        return y + size.height()

    def _flow(self, widgets: Sequence[QWidget], y: int, gap: int) -> int:
        """In a row, and on into the next; gives the lower edge of the last."""
        x = bottom = 0
        for widget in widgets:
            size = widget.sizeHint()
            if x and x + size.width() > self._width:
                x, y = 0, bottom + self._style.space(Space.TIGHT)
            bottom = max(bottom, self._put(widget, x, y, size))
            x += size.width() + gap
        return bottom

    def _first_year_shown(self) -> int:
        keys = [year.key for year in self._grid.years]
        chosen = keys.index(self._grid.year) if self._grid.year in keys else 0
        return max(0, min(chosen - self._years_at_once // 2, len(keys) - self._years_at_once))

    def _count_years(self) -> int:
        """How many year buttons stand in one row, with room for those that lead to the others."""
        if not self._grid.years:
            return 0
        gap = self._style.space(Space.NEAR)
        say = self._style.say
        widest = max(self._grid.years, key=lambda year: self._style.width(say(year.label), bold=True))
        each = touch_width(self._style, say(widest.label), bold=True) + gap
        halves = (wording.FIRST_HALF, wording.SECOND_HALF) if self._halves else ()
        room = self._width + gap - sum(touch_width(self._style, say(one), bold=True) + gap for one in halves)
        if room // each >= len(self._grid.years):
            return len(self._grid.years)
        leading = (wording.LATER_YEARS, wording.EARLIER_YEARS)
        ways = sum(touch_width(self._style, say(one), icon=True) + gap for one in leading)
        return max(1, (room - ways) // each)

    def _year_buttons(self) -> list[Touch]:
        years, count = self._grid.years, self._years_at_once
        shown = [self._year(year) for year in years[self._years_from : self._years_from + count]]
        if count == len(years):
            return shown
        newer, older = self._ways()
        newer.setEnabled(self._years_from > 0)
        older.setEnabled(self._years_from + count < len(years))
        return [newer, *shown, older]

    def _ways(self) -> tuple[Touch, Touch]:
        """Years stand latest first: 更近 leads left, 更早 right."""
        count = 3

        def by(step: int) -> Callable[[], None]:
            def move() -> None:
                last = len(self._grid.years) - self._years_at_once
                self._years_from = max(0, min(self._years_from + step, last))
                self._build()
                tell_touched(self)

            return move

        say = self._style.say
        newer = Touch(self._style, say(wording.LATER_YEARS), Kind.QUIET, by(-count), icon=FrameIcon.EARLIER)
        older = Touch(
            self._style, say(wording.EARLIER_YEARS), Kind.QUIET, by(count), trailing=FrameIcon.LATER
        )
        return newer, older

    def _year(self, offer: Offer) -> Touch:
        kind = Kind.CHOSEN if offer.key == self._grid.year else Kind.QUIET
        return Touch(self._style, self._style.say(offer.label), kind, lambda: self._answer(offer.key))

    def _half_buttons(self) -> list[Touch]:
        if not self._halves:
            return []

        def half(label: Text, *, second: bool) -> Touch:
            def turn() -> None:
                self._second_half = second
                self._build()
                tell_touched(self)

            kind = Kind.CHOSEN if second is self._second_half else Kind.QUIET
            return Touch(self._style, self._style.say(label), kind, turn)

        return [half(wording.FIRST_HALF, second=False), half(wording.SECOND_HALF, second=True)]


def _first_bracket(grid: Grid) -> int:
    return min((first for row in grid.rows for first, _ in row.brackets), default=0)


def _legend(style: Style, entry: GridCell) -> Label:
    words = f"{entry.symbol} {style.say(entry.word)}"
    return Label(style, words, scale=Scale.TEXT, role=TONE_INK.get(entry.tone, Role.INK), wrap=False)
