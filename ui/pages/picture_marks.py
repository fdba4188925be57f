"""Small things in the pictures of this terminal's parts: arrows, signs, what is wrong with a card."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from ui.metrics import Scale
from ui.style import Style
from ui.theme import Role

_WAVES = (4.0, 7.5, 11.0)
_EIGHTH = 45 * 16
"""Of a circle, as Qt counts arcs."""
LARGEST = Scale.LEAD
"""Of the words in a picture."""
_LETTERS_WIDE = 0.9
"""Of their place, where they are made as large as it."""
_ROW_EMS = 1.2
"""From one row of words to the next."""
_WEEK, _WEEKS = 4, 3


@dataclass(frozen=True, slots=True)
class Marks:
    """Paints in the colours of a theme, in the picture's own units."""

    style: Style
    painter: QPainter

    @property
    def _high(self) -> bool:
        return self.style.theme.contrast.high

    def stroke(self, role: Role, width: float) -> None:
        """From here on lines are drawn so, with round ends, and nothing is filled."""
        pen = QPen(self.style.colour(role), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def fill(self, role: Role, edge: Role | None = None, width: float = 0.8) -> None:
        """From here on shapes are filled so."""
        self.painter.setPen(Qt.PenStyle.NoPen if edge is None else QPen(self.style.colour(edge), width))
        self.painter.setBrush(self.style.colour(role))

    def arrow(self, start: QPointF, end: QPointF, role: Role = Role.ACCENT, width: float = 3.0) -> None:
        """Straight, with its head at `end`."""
        self.stroke(role, width)
        along = math.atan2(end.y() - start.y(), end.x() - start.x())
        self.painter.drawLine(start, end - _turned(width, along))
        self._head(end, along, role, width)

    def _head(self, tip: QPointF, along: float, role: Role, width: float) -> None:
        back = tip - _turned(width * 2.2, along)
        side = _turned(width * 1.5, along + math.pi / 2)
        self.fill(role)
        self.painter.drawPolygon(QPolygonF([tip, back + side, back - side]))

    def turn(self, middle: QPointF, radius: float, role: Role, width: float) -> None:
        """Two arrows that chase each other around `middle`: the other side up."""
        around = QRectF(middle - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius))
        for begins in (160, -20):
            self.stroke(role, width)
            self.painter.drawArc(around, begins * 16, -110 * 16)
            ends = math.radians(begins - 110)
            end = middle + QPointF(radius * math.cos(ends), -radius * math.sin(ends))
            # Clockwise on the screen, where y goes down.
            along = math.pi / 2 - ends
            self._head(end + _turned(width * 1.6, along), along, role, width * 0.85)

    def disc(self, middle: QPointF, radius: float, role: Role) -> None:
        """What a sign stands on; in high contrast an edge is enough."""
        self.fill(Role.PAPER if self._high else role, role, 1.2)
        self.painter.drawEllipse(middle, radius, radius)

    def _ink_on(self, role: Role) -> Role:
        return role if self._high else Role.ON_ACCENT

    def wrong(self, middle: QPointF, radius: float) -> None:
        """✗"""
        self.disc(middle, radius, Role.PROBLEM)
        self.stroke(self._ink_on(Role.PROBLEM), radius * 0.3)
        arm = radius * 0.42
        self.painter.drawLine(middle + QPointF(-arm, -arm), middle + QPointF(arm, arm))
        self.painter.drawLine(middle + QPointF(-arm, arm), middle + QPointF(arm, -arm))

    def right(self, middle: QPointF, radius: float) -> None:
        """✓"""
        self.disc(middle, radius, Role.GOOD)
        self.stroke(self._ink_on(Role.GOOD), radius * 0.3)
        points = [(-0.48, 0.04), (-0.12, 0.4), (0.5, -0.36)]
        self.painter.drawPolyline([middle + QPointF(x, y) * radius for x, y in points])

    def number(self, middle: QPointF, radius: float, number: int) -> None:
        """①"""
        self.sign(middle, radius, str(number), Role.ACCENT)

    def sign(self, middle: QPointF, radius: float, letter: str, role: Role) -> None:
        """A letter on a disc."""
        self.disc(middle, radius, role)
        place = QRectF(middle - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius))
        self.words(place.adjusted(radius * 0.3, 0, -radius * 0.3, 0), letter, self._ink_on(role))

    def dashes(self, start: QPointF, end: QPointF, role: Role) -> None:
        """Where something is to be written that is not."""
        pen = QPen(self.style.colour(role), 1.2, Qt.PenStyle.DashLine)
        self.painter.setPen(pen)
        self.painter.drawLine(start, end)

    def words(self, place: QRectF, words: str, role: Role) -> None:
        """As large as `place` allows, or as the page's own words."""
        painter = self.painter
        on_screen = painter.transform().mapRect(place)
        painter.save()
        # Drawn in the screen's own pixels: in the picture's units letters would be a few high.
        painter.resetTransform()
        painter.setPen(self.style.colour(role))
        font = self.style.font(LARGEST, bold=True)
        largest = font.pixelSize()

        def fits(lines: str) -> float:
            rows = lines.split("\n")
            widest = max(self.style.width(row, LARGEST, bold=True) for row in rows) / largest
            high = len(rows) * (_ROW_EMS if len(rows) > 1 else 1.0)
            return min(on_screen.width() * _LETTERS_WIDE / widest, on_screen.height() / high)

        lines = max((words, _in_two(words)), key=fits)
        font.setPixelSize(max(1, min(largest, int(fits(lines)))))
        painter.setFont(font)
        painter.drawText(on_screen, Qt.AlignmentFlag.AlignCenter, lines)
        painter.restore()

    def waves(self, beside: QPointF, role: Role, *, leftwards: bool = False) -> None:
        """贴卡: waves that go out from `beside`."""
        self.stroke(role, 1.6)
        begins = 3 * _EIGHTH if leftwards else -_EIGHTH
        for radius in _WAVES:
            around = QRectF(beside - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius))
            self.painter.drawArc(around, begins, 2 * _EIGHTH)

    def calendar(self, leaf: QRectF, heading: str) -> None:
        """A leaf of a calendar whose days are all crossed out."""
        self.fill(Role.SURFACE, Role.PROBLEM, 1.4)
        self.painter.drawRoundedRect(leaf, 2, 2)
        head = QRectF(leaf.topLeft(), QSizeF(leaf.width(), leaf.height() * 0.38))
        self.fill(Role.PROBLEM)
        self.painter.drawRoundedRect(head, 2, 2)
        self.words(head.adjusted(2.5, 2, -2.5, 0), heading, Role.PAPER if self._high else Role.ON_ACCENT)
        self.stroke(Role.INK, 1.6)
        for part in (0.25, 0.75):
            x = leaf.left() + leaf.width() * part
            self.painter.drawLine(QPointF(x, leaf.top() - 2), QPointF(x, leaf.top() + 1.6))
        days = QRectF(leaf.left(), head.bottom(), leaf.width(), leaf.bottom() - head.bottom())
        across, down = days.width() / _WEEK, days.height() / _WEEKS
        self.stroke(Role.PROBLEM, 1.0)
        for day in range(_WEEK * _WEEKS):
            week, weekday = divmod(day, _WEEK)
            middle = days.topLeft() + QPointF(across * (weekday + 0.5), down * (week + 0.5))
            arm = min(across, down) * 0.24
            self.painter.drawLine(middle + QPointF(-arm, -arm), middle + QPointF(arm, arm))
            self.painter.drawLine(middle + QPointF(-arm, arm), middle + QPointF(arm, -arm))

    def padlock(self, body: QRectF) -> None:
        """A closed one; `body` without its shackle."""
        shackle = QRectF(
            body.left() + body.width() * 0.2, body.top() - body.height() * 0.62, body.width() * 0.6, 0
        )
        shackle.setBottom(body.top() + body.height() * 0.62)
        self.stroke(Role.INK, 2.4)
        self.painter.drawArc(shackle, 0, 180 * 16)
        for x in (shackle.left(), shackle.right()):
            self.painter.drawLine(QPointF(x, shackle.center().y()), QPointF(x, body.top()))
        self.fill(Role.ATTENTION, Role.INK if self._high else Role.SURFACE, 1.0)
        self.painter.drawRoundedRect(body, 2, 2)
        self.fill(Role.PAPER if self._high else Role.SURFACE)
        hole = body.center() - QPointF(0, 1.2)
        self.painter.drawEllipse(hole, 2.2, 2.2)
        self.painter.drawRect(QRectF(hole.x() - 1, hole.y(), 2, body.height() * 0.32))

    def crack(self, points: Sequence[tuple[float, float]]) -> None:
        """A zigzag through what is broken."""
        path = QPainterPath(QPointF(*points[0]))
        for point in points[1:]:
            path.lineTo(QPointF(*point))
        # A light edge, so that it is seen as a gap and not as a drawn line.
        self.stroke(Role.PAPER, 3.4)
        self.painter.drawPath(path)
        self.stroke(Role.PROBLEM, 1.6)
        self.painter.drawPath(path)

    def person(self, head: QPointF, size: float, role: Role) -> None:
        """Head and shoulders; `size` is the head's radius."""
        self.fill(role)
        self.painter.drawEllipse(head, size, size * 1.1)
        shoulders = QPainterPath()
        top, wide = head.y() + size * 1.35, size * 2.0
        shoulders.moveTo(head.x() - wide, top + size * 2.4)
        shoulders.cubicTo(
            head.x() - wide,
            top - size * 0.5,
            head.x() + wide,
            top - size * 0.5,
            head.x() + wide,
            top + size * 2.4,
        )
        shoulders.closeSubpath()
        self.painter.drawPath(shoulders)


def _turned(length: float, along: float) -> QPointF:
    return QPointF(length * math.cos(along), length * math.sin(along))


def _in_two(words: str) -> str:
    """Parted at the blank that is nearest to the middle; whole where there is none."""
    blanks = [i for i, sign in enumerate(words) if sign == " "]
    if not blanks:
        return words
    middle = min(blanks, key=lambda i: abs(2 * i + 1 - len(words)))
    return f"{words[:middle]}\n{words[middle + 1 :]}"
