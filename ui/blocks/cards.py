"""One card for each insurance, side by side. Its units are the cards."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.conversation.content import Card, Cards
from kiosk.conversation.signs import Tone
from ui.metrics import Scale, Space
from ui.parts import Label, Panel, paint_panel
from ui.style import Style
from ui.theme import TONE_GROUND, TONE_INK, Role


def columns_of(style: Style, cards: Cards, width: int) -> int:
    """How many cards stand side by side, as evenly as they go."""
    count, gap = len(cards.cards), style.space(Space.TIGHT)
    narrowest = max(_narrowest(style, card) for card in cards.cards)
    fitting = max(1, min(count, (width + gap) // (narrowest + gap)))
    return math.ceil(count / math.ceil(count / fitting))


def _narrowest(style: Style, card: Card) -> int:
    inner = [_state_width(style, card)]
    inner += [
        style.width(style.say(f.label))
        + style.space(Space.TIGHT)
        + style.width(style.say(f.value), bold=True)
        for f in card.facts
    ]
    return max(inner) + 2 * style.space(Space.TIGHT) + 2


def _state_width(style: Style, card: Card) -> int:
    words = f"{card.symbol} {style.say(card.state)}"
    return style.width(words, bold=True) + 2 * style.space(Space.TIGHT)


class CardRow(QWidget):
    """Cards `shown`, all of one width and, within a row, one height."""

    def __init__(self, style: Style, cards: Cards, shown: slice, width: int, *, columns: int) -> None:
        """`columns`: as `columns_of` gives them."""
        super().__init__()
        gap = style.space(Space.TIGHT)
        each = (width - gap * (columns - 1)) // columns
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(gap)
        for i, card in enumerate(cards.cards[shown]):
            made = InsuranceCard(style, card)
            made.setFixedWidth(each)
            grid.addWidget(made, *divmod(i, columns))
        grid.setColumnStretch(columns, 1)


class InsuranceCard(Panel):
    def __init__(self, style: Style, card: Card) -> None:
        super().__init__(style)
        column = QVBoxLayout(self)
        side, upright = style.space(Space.TIGHT), style.space(Space.NEAR)
        column.setContentsMargins(side, upright, side, upright)
        column.setSpacing(style.space(Space.HAIR))
        column.addWidget(Label(style, style.say(card.title), scale=Scale.LEAD, bold=True))
        row = QHBoxLayout()
        row.addWidget(_StatePill(style, f"{card.symbol} {style.say(card.state)}", card.tone))
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(style.space(Space.TIGHT))
        for fact in card.facts:
            line = QHBoxLayout()
            line.setSpacing(style.space(Space.TIGHT))
            line.addWidget(Label(style, style.say(fact.label), role=Role.QUIET, wrap=False))
            line.addStretch(1)
            line.addWidget(
                Label(
                    style,
                    style.say(fact.value),
                    bold=True,
                    role=TONE_INK[fact.tone],
                    wrap=False,
                    align=Qt.AlignmentFlag.AlignRight,
                )
            )
            column.addLayout(line)
        column.addStretch(1)


class _StatePill(QWidget):
    """The state in words with its symbol, on a tint of its tone."""

    def __init__(self, style: Style, words: str, tone: Tone) -> None:
        super().__init__()
        self._style, self._ground = style, TONE_GROUND[tone]
        row = QHBoxLayout(self)
        side = style.space(Space.TIGHT)
        row.setContentsMargins(side, 0, side, 0)
        row.addWidget(Label(style, words, bold=True, role=TONE_INK[tone], wrap=False))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        high = self._style.theme.contrast.high
        paint_panel(painter, self._style, QRectF(self.rect()), self._ground, Role.LINE if high else None)
