"""The face of an ID card 身份证 in the tray: our own drawing, with nothing of a real one but its manner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPen

from ui.bench.tray import CardLook, TrayCard
from ui.typeface import font

_FROM, _TO = "#E4F2F4", "#F3EFF8"
_DEEP, _INK, _SKIN = "#1E5F74", "#14213D", "#B9D3DB"
_PAD: Final = 11.0
_CORNER: Final = 8.0
_TITLES: Final[Mapping[CardLook, str]] = {
    CardLook.ID_CARD: "居民身份证",
    CardLook.RESIDENCE_PERMIT: "港澳台居民居住证",
    CardLook.FOREIGN_ID_CARD: "外国人永久居留身份证",
}
_SPECIMEN: Final = "演示"
_NAME_PX: Final = (17, 14, 11)
_STORY_PX: Final = (12, 11)
_WAVES: Final = 9


def paint_id_card(painter: QPainter, card: TrayCard, size: QSize) -> None:
    """In the units of `size`. Everything is told above the part that lies under the next card."""
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), _CORNER, _CORNER)
    ground = QLinearGradient(0, 0, size.width(), size.height())
    ground.setColorAt(0, QColor(_FROM))
    ground.setColorAt(1, QColor(_TO))
    painter.fillPath(outline, ground)
    painter.save()
    painter.setClipPath(outline)
    _paint_waves(painter, size)
    painter.restore()
    painter.setPen(QPen(QColor(_DEEP), 0.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline)
    portrait = QRectF(size.width() - _PAD - 34, 10, 34, 42)
    _paint_portrait(painter, portrait)
    _paint_words(painter, card, QRectF(_PAD, 7, portrait.left() - 6 - _PAD, 0))
    _paint_foot(painter, size)


def _paint_waves(painter: QPainter, size: QSize) -> None:
    """A quiet ornament of fine lines."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    tint = QColor(_DEEP)
    tint.setAlphaF(0.12)
    painter.setPen(QPen(tint, 0.8))
    for number in range(_WAVES):
        y = 8.0 + number * size.height() / _WAVES
        path = QPainterPath(QPointF(0, y))
        third = size.width() / 3
        path.cubicTo(third, y - 14, 2 * third, y + 14, size.width(), y - 4)
        painter.drawPath(path)


def _paint_portrait(painter: QPainter, frame: QRectF) -> None:
    painter.save()
    painter.setPen(QPen(QColor(_DEEP), 0.8))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawRoundedRect(frame, 3, 3)
    painter.setClipRect(frame.adjusted(1, 1, -1, -1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_SKIN))
    middle = frame.center().x()
    painter.drawEllipse(QPointF(middle, frame.top() + 15), 7.5, 8.5)
    painter.drawEllipse(QPointF(middle, frame.bottom() + 3), 14, 17)
    painter.restore()


def _paint_words(painter: QPainter, card: TrayCard, column: QRectF) -> None:
    left_top = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    painter.setPen(QColor(_DEEP))
    painter.setFont(font(11, bold=True))
    painter.drawText(QRectF(column.left(), 7, column.width(), 14), left_top, _TITLES[card.look])
    painter.setPen(QColor(_INK))
    place = QRectF(column.left(), 22, column.width(), 24)
    for px in _NAME_PX:
        painter.setFont(font(px, bold=True))
        if QFontMetricsF(painter.font()).horizontalAdvance(card.holder) <= place.width():
            break
    painter.drawText(place, left_top | int(Qt.TextFlag.TextWordWrap), card.holder)
    story = QRectF(column.left(), 46, column.width(), 34)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
    for px in _STORY_PX:
        painter.setFont(font(px))
        if QFontMetricsF(painter.font()).boundingRect(story, flags, card.story).height() <= story.height():
            break
    painter.drawText(story, flags, card.story)


def _paint_foot(painter: QPainter, size: QSize) -> None:
    """Where a real one has its number: bars, and that this is none."""
    bar = QColor(_DEEP)
    bar.setAlphaF(0.45)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(bar)
    for number in range(6):
        painter.drawRoundedRect(QRectF(_PAD + number * 17, size.height() - 19, 13, 5), 2, 2)
    painter.setPen(QColor(_DEEP))
    painter.setFont(font(11, bold=True))
    place = QRectF(size.width() / 2, size.height() - 26, size.width() / 2 - _PAD, 18)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(place, flags, _SPECIMEN)
