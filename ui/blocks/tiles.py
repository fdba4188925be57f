"""Services in residents' words, as big tiles. Its units are the tiles."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.conversation.content import Offer, Tiles
from ui.blocks.part import Answer
from ui.metrics import Scale, Space
from ui.style import Style
from ui.touch import Kind, Touch

MOST_ON_A_PAGE = 6
_NARROWEST_MM = 75.0
_NARROWEST_EMS = 11


def boards_of(count: int) -> tuple[slice, ...]:
    """So many tiles, as they stand on pages that are high enough."""
    return tuple(
        slice(start, min(start + MOST_ON_A_PAGE, count)) for start in range(0, count, MOST_ON_A_PAGE)
    )


def height_of_each(style: Style, board: int, count: int, columns: int) -> int:
    """Of the tiles on a board of that height: all of one size."""
    rows, gap = math.ceil(count / columns), style.space(Space.NEAR)
    return (board - gap * (rows - 1)) // rows


def fitting_columns(style: Style, tiles: Tiles, width: int) -> int:
    """As many as fit, but no row that is left half empty: four stand in one row or in two."""
    gap = style.space(Space.NEAR)
    words = max(style.widest_word(style.say(tile.label), Scale.LEAD, bold=True) for tile in tiles.tiles)
    # An icon, and near it what a tile keeps free.
    beside = style.metrics.icon + 3 * gap + 2
    narrowest = max(style.metrics.px(_NARROWEST_MM), _NARROWEST_EMS * style.metrics.em(), words + beside)
    fitting = max(1, (width + gap) // (narrowest + gap))
    match len(tiles.tiles):
        case 4 if fitting >= 4:
            return 4
        case 2 | 4:
            return min(fitting, 2)
        case _:
            return min(fitting, 3)


class TileBoard(QWidget):
    """Tiles `shown`, all of one size."""

    def __init__(
        self,
        style: Style,
        tiles: Tiles,
        shown: slice,
        width: int,
        answer: Answer,
        *,
        columns: int,
        brief: bool,
    ) -> None:
        """`brief`: without hints, so that all of them stand on one page with what is above them."""
        super().__init__()
        gap = style.space(Space.NEAR)
        each = (width - gap * (columns - 1)) // columns
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(gap)
        made = [_tile(style, offer, answer, brief=brief) for offer in tiles.tiles[shown]]
        height = max(tile.heightForWidth(each) for tile in made)
        for i, tile in enumerate(made):
            tile.setFixedSize(each, max(height, style.metrics.target))
            grid.addWidget(tile, *divmod(i, columns))
        grid.setColumnStretch(columns, 1)


def _tile(style: Style, offer: Offer, answer: Answer, *, brief: bool) -> Touch:
    return Touch(
        style,
        style.say(offer.label),
        Kind.TILE,
        lambda: answer(offer.key),
        icon=offer.icon,
        hint="" if offer.hint is None or brief else style.say(offer.hint),
        unavailable="" if offer.unavailable is None else style.say(offer.unavailable),
        snug=brief,
    )
