"""The strip of papers that hangs out of the printer, the newest on top."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEasingCurve,
    QPoint,
    QPointF,
    QPropertyAnimation,
    QRectF,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QImage, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QScrollArea, QVBoxLayout, QWidget

from ui.bench.look import SCROLL_BAR, slim_scroll_bars
from ui.bench.paper_sheet import PaperSheet, unreadable
from ui.metrics import Space
from ui.style import Style
from ui.theme import Role

MOST_PAPERS: Final = 12
"""Older ones fall off the strip's end; their files stay."""
_MS_PER_PIXEL: Final = 2.2
_SHORTEST_MS, _LONGEST_MS = 500, 1800
_NARROWEST: Final = 120
_FADE_MS: Final = 260
_NOTHING: Final = "打印的纸从这里出来"


class _Hanging(QWidget):
    """What scrolls: the sheets, or words where none hangs here."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.sheets: list[PaperSheet] = []
        self.column = QVBoxLayout(self)
        edge = style.space(Space.NEAR)
        self.column.setContentsMargins(edge, 0, edge, edge)
        self.column.setSpacing(0)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.colour(Role.SUNK))
        if self.column.isEmpty():
            painter.setPen(self._style.colour(Role.QUIET))
            painter.setFont(self._style.font())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _NOTHING)


class _SlotShade(QWidget):
    """The shadow of the printer on what hangs out of it."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shade = QLinearGradient(0, 0, 0, self.height())
        shade.setColorAt(0, Qt.GlobalColor.black)
        shade.setColorAt(1, Qt.GlobalColor.transparent)
        painter.setOpacity(0.28)
        painter.fillRect(QRectF(self.rect()), shade)


class PaperStrip(QScrollArea):
    """Click a paper: 1:1, and again: fitted. At 1:1 it is moved by dragging."""

    count_changed = Signal(int)

    def __init__(self, style: Style, *, motion: bool) -> None:
        super().__init__()
        self._style, self._motion = style, motion
        self._hanging = _Hanging(style)
        self.setStyleSheet(slim_scroll_bars())
        self.setWidget(self._hanging)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumHeight(120)
        self._shade = _SlotShade(self)
        self._shade.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def sheets(self) -> tuple[PaperSheet, ...]:
        """The newest first."""
        return tuple(self._hanging.sheets)

    def add(self, number: int, image: QImage) -> None:
        """A paper comes out; a null image is one whose file cannot be read."""
        whole = unreadable(f"{number:04}.png") if image.isNull() else image
        sheet = PaperSheet(number, whole, self._fitted_width())
        sheet.clicked.connect(lambda where: self._turn(sheet, where))
        sheet.dragged.connect(self._pan)
        hanging = self._hanging
        hanging.sheets.insert(0, sheet)
        hanging.column.insertWidget(0, sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        for old in hanging.sheets[MOST_PAPERS:]:
            hanging.column.removeWidget(old)
            old.deleteLater()
        del hanging.sheets[MOST_PAPERS:]
        hanging.update()
        self.verticalScrollBar().setValue(0)
        self.count_changed.emit(len(hanging.sheets))
        if self._motion:
            self._let_out(sheet)

    def take(self) -> None:
        """Every paper is taken away."""
        taken, self._hanging.sheets = self._hanging.sheets, []
        if taken:
            self.count_changed.emit(0)
        for sheet in taken:
            if self._motion:
                self._fade(sheet)
            else:
                self._remove(sheet)

    def _let_out(self, sheet: PaperSheet) -> None:
        way = QPropertyAnimation(sheet, b"out", sheet)
        way.setDuration(int(min(max(_SHORTEST_MS, sheet.length() * _MS_PER_PIXEL), _LONGEST_MS)))
        way.setStartValue(0.0)
        way.setEndValue(1.0)
        way.setEasingCurve(QEasingCurve.Type.OutQuad)
        way.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def _fade(self, sheet: PaperSheet) -> None:
        effect = QGraphicsOpacityEffect(sheet)
        sheet.setGraphicsEffect(effect)
        way = QPropertyAnimation(effect, b"opacity", sheet)
        way.setDuration(_FADE_MS)
        way.setStartValue(1.0)
        way.setEndValue(0.0)
        way.finished.connect(lambda: self._remove(sheet))
        way.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def _remove(self, sheet: PaperSheet) -> None:
        self._hanging.column.removeWidget(sheet)
        sheet.hide()
        sheet.deleteLater()
        self._hanging.update()

    def _turn(self, sheet: PaperSheet, where: QPointF) -> None:
        """Between fitted and 1:1, keeping the place that was clicked in the middle."""
        sheet.show_actual(actual=not sheet.actual)
        self._hanging.column.activate()
        self._hanging.adjustSize()
        spot = sheet.pos() + QPoint(round(where.x() * sheet.width()), round(where.y() * sheet.height()))
        view = self.viewport().size()
        self.ensureVisible(spot.x(), spot.y(), view.width() // 2, view.height() // 2)

    def _pan(self, step: QPoint) -> None:
        for bar, by in ((self.horizontalScrollBar(), step.x()), (self.verticalScrollBar(), step.y())):
            bar.setValue(bar.value() - by)

    def _fitted_width(self) -> int:
        # The same with a scroll bar and without: else a paper would change its size when the next one comes.
        return max(_NARROWEST, self.width() - SCROLL_BAR - 2 * self._style.space(Space.NEAR))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shade.setGeometry(0, 0, self.viewport().width(), 8)
        self._shade.raise_()
        for sheet in self._hanging.sheets:
            sheet.fit(self._fitted_width())
