"""The same cards as a table, where they do not all stand side by side. Its units are the rows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kiosk.conversation.content import Card, Cards
from ui.blocks.cards import columns_of
from ui.metrics import Space
from ui.parts import Label, Panel
from ui.style import Style
from ui.theme import TONE_INK, Role


def as_table(style: Style, cards: Cards, width: int) -> bool:
    """Whether the cards are better a table: low and wide screens, cards that tell the same things."""
    if style.metrics.screen.portrait or columns_of(style, cards, width) == len(cards.cards):
        return False
    heads = {tuple(fact.label for fact in card.facts) for card in cards.cards}
    return len(heads) == 1 and sum(_widths(style, cards)) + _around(style, cards) <= width


def _around(style: Style, cards: Cards) -> int:
    columns = 1 + len(cards.cards[0].facts)
    return 2 * style.space(Space.NEAR) + columns * style.space(Space.NEAR)


def _state(style: Style, card: Card) -> str:
    return f"{card.symbol} {style.say(card.state)}"


def _widths(style: Style, cards: Cards) -> list[int]:
    titles = max(style.width(style.say(card.title), bold=True) for card in cards.cards)
    states = max(style.width(_state(style, card)) for card in cards.cards)
    facts = zip(*(card.facts for card in cards.cards), strict=True)
    return [
        titles + 1,
        states + 1,
        *(
            max(
                style.width(style.say(column[0].label)),
                *(style.width(style.say(fact.value), bold=True) for fact in column),
            )
            + 1
            for column in facts
        ),
    ]


class CardTable(Panel):
    """Rows `shown`, under the names of their facts."""

    def __init__(self, style: Style, cards: Cards, shown: slice) -> None:
        super().__init__(style)
        self._style = style
        self._titles: list[QWidget] = []
        grid = QGridLayout(self)
        side, rhythm = style.space(Space.NEAR), style.space(Space.TIGHT)
        grid.setContentsMargins(side, rhythm, side, rhythm)
        grid.setHorizontalSpacing(side)
        grid.setVerticalSpacing(rhythm)
        widths = _widths(style, cards)
        for column, width in enumerate(widths):
            grid.setColumnMinimumWidth(column, width)
            grid.setColumnStretch(column, 1)
        right = Qt.AlignmentFlag.AlignRight
        for column, fact in enumerate(cards.cards[0].facts, start=2):
            head = Label(style, style.say(fact.label), role=Role.QUIET, wrap=False, align=right)
            grid.addWidget(head, 0, column)
        for row, card in enumerate(cards.cards[shown], start=1):
            title = Label(style, style.say(card.title), bold=True, wrap=False)
            self._titles.append(title)
            grid.addWidget(title, row, 0)
            grid.addWidget(Label(style, _state(style, card), role=TONE_INK[card.tone], wrap=False), row, 1)
            for column, fact in enumerate(card.facts, start=2):
                value: QLabel = Label(
                    style,
                    style.say(fact.value),
                    bold=True,
                    role=TONE_INK[fact.tone],
                    wrap=False,
                    align=right,
                )
                grid.addWidget(value, row, column)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side, thick = self._style.space(Space.NEAR), self._style.metrics.line
        for title in self._titles:
            y = title.y() - self._style.space(Space.TIGHT) // 2
            painter.fillRect(side, y, self.width() - 2 * side, thick, self._style.colour(Role.LINE))
