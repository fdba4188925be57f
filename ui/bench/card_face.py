"""The faces of the cards: our own drawing, no state's or bank's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPen, QPixmap

from ui.bench.id_card_face import paint_id_card
from ui.bench.tray import CardLook, TrayCard
from ui.typeface import font

RATIO: Final = 85.60 / 53.98
"""ISO/IEC 7810 ID-1: a card's width by its height."""
FACE: Final = QSize(184, 116)
"""The face in the tray, in pixels; every other size is this one scaled."""
TOLD: Final = 80
"""Height of the part of the face in which everything is said; below are only chip and imprint."""

_KIND_OF_CARD: Final = "社会保障卡"
_PAD: Final = 11.0
_AVATAR: Final = QRectF(_PAD, 9, 28, 28)
_NAME: Final = QRectF(_AVATAR.right() + 9, 9, FACE.width() - _AVATAR.right() - 9 - _PAD, 28)
_STORY: Final = QRectF(_PAD, 43, FACE.width() - 2 * _PAD + 4, 34)
_STORY_PX: Final = (12, 11)
_CHIP: Final = QRectF(_PAD, 86, 27, 21)
_IMPRINT: Final = QRectF(FACE.width() / 2 - _PAD, 88, FACE.width() / 2, 18)
_CORNER: Final = 8.0
_GOLD, _GOLD_EDGE = "#F2DFA8", "#B08A2E"
_SILVER, _SILVER_EDGE = "#E3E6EA", "#7C8694"


@dataclass(frozen=True, slots=True)
class _Colours:
    """`deep` is read on `tint` and carries white itself, both at 4.5:1 or more."""

    tint: str
    deep: str
    ink: str = "#14213D"


_OF_RESIDENTS: Final = (
    _Colours("#DCEAF8", "#0B5CAD"),
    _Colours("#DDF0E5", "#176F45"),
    _Colours("#FBE9D0", "#8A5200"),
    _Colours("#EFE3F5", "#74378B"),
    _Colours("#F9E1DA", "#9C3A1B"),
    _Colours("#D9EEF0", "#0B6470"),
)
_BLANK: Final = _Colours("#FFFFFF", "#5B6675")
_BACK: Final = _Colours("#E4E7EC", "#4A5568")
_FOREIGN: Final = _Colours("#2F4F46", "#22392F", "#FFFFFF")


def face(card: TrayCard, size: QSize, dots: float) -> QPixmap:
    """The face, `size` in device-independent pixels, for a screen with `dots` device pixels to each."""
    made = QPixmap(size * dots)
    made.setDevicePixelRatio(dots)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size.width() / FACE.width(), size.height() / FACE.height())
    if card.look.is_laid:
        paint_id_card(painter, card, FACE)
    else:
        _paint_chip_card(painter, card)
    painter.end()
    return made


def _paint_chip_card(painter: QPainter, card: TrayCard) -> None:
    colours = _colours(card)
    _paint_body(painter, card, colours)
    _paint_avatar(painter, card, colours)
    _paint_words(painter, card, colours)


def _colours(card: TrayCard) -> _Colours:
    match card.look:
        case CardLook.BLANK:
            return _BLANK
        case CardLook.FOREIGN:
            return _FOREIGN
        case CardLook.WRONG_WAY:
            return _BACK
        case _:
            return _OF_RESIDENTS[card.place % len(_OF_RESIDENTS)]


def _paint_body(painter: QPainter, card: TrayCard, colours: _Colours) -> None:
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(0.5, 0.5, FACE.width() - 1, FACE.height() - 1), _CORNER, _CORNER)
    painter.save()
    painter.setClipPath(outline)
    ground = QLinearGradient(0, 0, FACE.width(), FACE.height())
    ground.setColorAt(0, QColor(colours.tint))
    ground.setColorAt(1, QColor(colours.tint).lighter(104))
    painter.fillPath(outline, ground)
    painter.setPen(Qt.PenStyle.NoPen)
    match card.look:
        case CardLook.RESIDENT:
            _paint_waves(painter, colours)
        case CardLook.FOREIGN:
            painter.setBrush(QColor(colours.deep))
            painter.drawRect(QRectF(0, TOLD + 1, FACE.width(), FACE.height()))
        case CardLook.WRONG_WAY:
            painter.setBrush(QColor("#2B2F36"))
            painter.drawRect(QRectF(0, TOLD + 5, FACE.width(), 19))
        case _:
            pass
    painter.restore()
    blank = card.look is CardLook.BLANK
    edge = QPen(_faint(colours.deep, 1.0 if blank else 0.45), 1)
    edge.setStyle(Qt.PenStyle.DashLine if blank else Qt.PenStyle.SolidLine)
    painter.strokePath(outline, edge)
    if card.look is not CardLook.WRONG_WAY:
        _paint_chip(painter, silver=card.look is not CardLook.RESIDENT)


def _paint_waves(painter: QPainter, colours: _Colours) -> None:
    """A quiet ornament in the corner, under the imprint."""
    for radius, strength in ((92.0, 0.05), (64.0, 0.06), (36.0, 0.07)):
        painter.setBrush(_faint(colours.deep, strength))
        painter.drawEllipse(QPointF(FACE.width() - 6, FACE.height() + 10), radius, radius)


def _paint_chip(painter: QPainter, *, silver: bool) -> None:
    painter.setPen(QPen(QColor(_SILVER_EDGE if silver else _GOLD_EDGE), 1))
    painter.setBrush(QColor(_SILVER if silver else _GOLD))
    painter.drawRoundedRect(_CHIP, 4, 4)
    centre, inner = _CHIP.center(), QRectF(0, 0, 9, 9)
    inner.moveCenter(centre)
    painter.drawLine(QPointF(_CHIP.left(), centre.y()), QPointF(inner.left(), centre.y()))
    painter.drawLine(QPointF(inner.right(), centre.y()), QPointF(_CHIP.right(), centre.y()))
    painter.drawLine(QPointF(centre.x(), _CHIP.top()), QPointF(centre.x(), inner.top()))
    painter.drawLine(QPointF(centre.x(), inner.bottom()), QPointF(centre.x(), _CHIP.bottom()))
    painter.drawRoundedRect(inner, 2, 2)


def _paint_avatar(painter: QPainter, card: TrayCard, colours: _Colours) -> None:
    if card.look is CardLook.BLANK:
        painter.setPen(QPen(QColor(colours.deep), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(_AVATAR)
        return
    on_dark = card.look is CardLook.FOREIGN
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.ink if on_dark else colours.deep))
    painter.drawEllipse(_AVATAR)
    painter.setPen(QColor(colours.deep if on_dark else "#FFFFFF"))
    painter.setFont(font(15, bold=True))
    painter.drawText(_AVATAR, Qt.AlignmentFlag.AlignCenter, card.holder[0])


def _paint_words(painter: QPainter, card: TrayCard, colours: _Colours) -> None:
    painter.setPen(QColor(colours.ink))
    painter.setFont(font(17, bold=True))
    painter.drawText(_NAME, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, card.holder)
    _paint_story(painter, card.story)
    if card.look in (CardLook.RESIDENT, CardLook.BLANK):
        painter.setPen(QColor(colours.deep))
        painter.setFont(font(11, bold=True))
        painter.drawText(_IMPRINT, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _KIND_OF_CARD)


def _paint_story(painter: QPainter, story: str) -> None:
    """In the larger of the two sizes in which it fits."""
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    for size in _STORY_PX:
        painter.setFont(font(size))
        metrics = QFontMetricsF(painter.font())
        if metrics.boundingRect(_STORY, int(flags), story).height() <= _STORY.height():
            break
    painter.drawText(_STORY, int(flags), story)


def _faint(colour: str, strength: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(strength)
    return made
