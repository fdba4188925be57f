"""The table of the contribution grid: rows of cells, and a bracket under the months that belong together."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen

from kiosk.conversation.content import Grid, GridCell, GridRow
from ui.blocks.part import Answer
from ui.metrics import GAP_MM, Space
from ui.parts import Label, Panel, paint_focus
from ui.style import Style
from ui.theme import TONE_INK, Role
from ui.touch import Button
from ui.typeface import font

_HEAD_MARGIN_MM = 1.0
_BELOW_CELL_MM = 2.6
"""Where the bracket is drawn; without one it is the distance between rows."""


def _names_width(style: Style, grid: Grid) -> int:
    widest = max((style.width(style.say(row.label), bold=True) for row in grid.rows), default=0)
    return widest + style.space(Space.NEAR)


def cell_pitch(style: Style, grid: Grid, columns: int, width: int) -> int:
    """From one column to the next, in pixels."""
    return (width - 2 * style.space(Space.NEAR) - _names_width(style, grid)) // max(1, columns)


def fits_whole(style: Style, grid: Grid, width: int) -> bool:
    """Whether all columns fit with cells that can be touched and heads that can be read."""
    heads = max((style.width(style.say(head)) for head in grid.columns), default=0)
    needed = max(
        style.metrics.target + style.metrics.px(GAP_MM), heads + 2 * style.metrics.px(_HEAD_MARGIN_MM)
    )
    return cell_pitch(style, grid, len(grid.columns), width) >= needed


class GridTable(Panel):
    def __init__(
        self, style: Style, grid: Grid, rows: slice, columns: range, width: int, *, answer: Answer
    ) -> None:
        super().__init__(style)
        self._style, self._columns, self._answer = style, columns, answer
        pad = style.space(Space.NEAR)
        names = _names_width(style, grid)
        pitch = cell_pitch(style, grid, len(columns), width)
        gap = style.metrics.px(GAP_MM)
        cell = QSize(pitch - gap, max(style.metrics.target, style.line_height()))
        self._brackets: list[tuple[QRectF, bool, bool]] = []
        """The cells held together, and whether the bracket ends at its left and right."""
        y = style.space(Space.TIGHT)
        heads = [style.say(grid.columns[column]) for column in columns]
        smaller = cell.width() / max(cell.width(), *(style.width(head) + 2 for head in heads))
        for i, told in enumerate(heads):
            head = Label(
                style,
                told,
                role=Role.QUIET,
                wrap=False,
                align=Qt.AlignmentFlag.AlignHCenter,
                parent=self,
            )
            if smaller < 1:
                # A month's name that is a little too long stays in its column.
                head.setFont(font(int(style.metrics.em() * smaller)))
            head.setGeometry(pad + names + i * pitch, y, cell.width(), style.line_height())
        y += style.line_height() + style.space(Space.HAIR)
        for row in grid.rows[rows]:
            name = Label(style, style.say(row.label), bold=True, wrap=False, parent=self)
            name.setGeometry(pad, y, names, cell.height())
            self._place_cells(grid, row, QPoint(pad + names, y), pitch, cell)
            y += cell.height() + style.metrics.px(_BELOW_CELL_MM)
        self._size = QSize(width, y + style.space(Space.HAIR))
        self.setFixedSize(self._size)

    def sizeHint(self) -> QSize:
        return self._size

    def _place_cells(self, grid: Grid, row: GridRow, corner: QPoint, pitch: int, cell: QSize) -> None:
        x, y = corner.x(), corner.y()
        for i, column in enumerate(self._columns):
            shown = row.cells[column]
            named = " ".join(
                self._style.say(words) for words in (row.label, grid.columns[column], shown.word)
            )
            made = GridCellButton(self._style, shown, named, self._answer)
            made.setParent(self)
            made.setGeometry(x + i * pitch, y, cell.width(), cell.height())
        for first, last in row.brackets:
            begin, end = max(first, self._columns.start), min(last, self._columns.stop - 1)
            if begin > end:
                continue
            left = x + (begin - self._columns.start) * pitch
            right = x + (end - self._columns.start) * pitch + cell.width()
            held = QRectF(left, y, right - left, cell.height())
            self._brackets.append((held, begin == first, end == last))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._style.colour(Role.PROBLEM)
        out = self._style.metrics.px(GAP_MM) / 2
        drop = self._style.metrics.px(1.4)
        for held, ends_left, ends_right in self._brackets:
            if not self._style.theme.contrast.high:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._style.colour(Role.PROBLEM_TINT))
                painter.drawRoundedRect(held.adjusted(-out, -out, out, out), out * 2, out * 2)
            painter.setPen(QPen(ink, self._style.metrics.px(0.8)))
            low = held.bottom() + drop
            painter.drawLine(QPointF(held.left(), low), QPointF(held.right(), low))
            for x, ends in ((held.left(), ends_left), (held.right(), ends_right)):
                if ends:
                    painter.drawLine(QPointF(x, low), QPointF(x, low - drop))


class GridCellButton(Button):
    """One month: its symbol; with a key it can be touched."""

    def __init__(self, style: Style, cell: GridCell, named: str, answer: Answer) -> None:
        super().__init__()
        self._style, self._cell = style, cell
        self.label = cell.symbol
        self.setAccessibleName(named)
        key = cell.key
        if key is None:
            self.setEnabled(False)
        else:
            self.clicked.connect(lambda: answer(key))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        if self._cell.key is not None:
            high = self._style.theme.contrast.high
            painter.setPen(
                QPen(self._style.colour(Role.LINE), self._style.metrics.line) if high else Qt.PenStyle.NoPen
            )
            painter.setBrush(self._style.colour(Role.ACCENT_TINT if self.isDown() else Role.SUNK))
            inset = self._style.metrics.line / 2
            corner = self._style.metrics.px(2.0)
            painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), corner, corner)
        painter.setPen(self._style.colour(TONE_INK[self._cell.tone]))
        painter.setFont(self._style.font(bold=True))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._cell.symbol)
        if self.hasFocus():
            paint_focus(painter, self._style, rect, Role.INK)
