"""Pages instead of scrolling: the blocks of a step over as many pages as they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.conversation.content import Cards, Sheet, Tiles
from ui import wording
from ui.blocks.build import Builder
from ui.blocks.part import Part
from ui.blocks.tiles import boards_of
from ui.icons import FrameIcon
from ui.metrics import Space
from ui.parts import Label
from ui.style import Style
from ui.touch import Kind, Touch, tell_touched

_FLOWING = (Cards, Sheet)
"""What is begun on a page though a page of its own would hold it whole; the others stay together."""

Leaf = tuple[Part, ...]
"""What stands on one page, from top to bottom."""


def paginate(builder: Builder, parts: Iterable[Part], height: int) -> tuple[Leaf, ...]:
    """The fewest pages in the parts' order, each `bounded`. What does not fit even alone stands alone, and is
    clipped."""
    gap = builder.style.space(Space.APART)
    leaves: list[list[Part]] = [[]]
    used = 0

    def turn() -> None:
        nonlocal used
        leaves.append([])
        used = 0

    waiting = list(parts)
    while waiting:
        part = waiting.pop(0)
        if leaves[-1] and leaves[-1][-1].block is part.block:
            turn()  # what was bounded to a page is not joined again
        above = gap if leaves[-1] else 0
        room = height - used - above
        needed = builder.height(part)
        if needed <= room:
            leaves[-1].append(part)
            used += above + needed
            continue
        may_begin = needed > height or isinstance(part.block, _FLOWING)
        begun = builder.split(part, room, fresh=not leaves[-1]) if may_begin else None
        if begun is not None:
            leaves[-1].append(begun)
            waiting.insert(0, part.after(begun.length))
            turn()
        elif leaves[-1]:
            waiting.insert(0, part)
            turn()
        else:
            leaves[-1].append(part)
            used = height
    if not leaves[-1]:
        leaves.pop()
    return tuple(tuple(leaf) for leaf in leaves) or ((),)


def bounded(part: Part) -> list[Part]:
    """A whole block as what may stand on one page, however high it is."""
    if not isinstance(part.block, Tiles):
        return [part]
    return [Part(part.block, board.start, board.stop) for board in boards_of(part.length)]


_ONE_DIGIT, _TWO_DIGITS = 9, 99
"""The most pages that room is kept for; all figures are of one width."""


class Pager(QWidget):
    """上一页 第1页 共2页 下一页: three things that stay where they are."""

    def __init__(self, style: Style, pages: int, on_turn: Callable[[int], None]) -> None:
        super().__init__()
        self._style, self._pages, self._on_turn, self.page = style, pages, on_turn, 0
        say = style.say
        self._earlier = Touch(
            style, say(wording.EARLIER_PAGE), Kind.QUIET, lambda: self._turn(-1), icon=FrameIcon.EARLIER
        )
        self._later = Touch(
            style, say(wording.LATER_PAGE), Kind.QUIET, lambda: self._turn(1), trailing=FrameIcon.LATER
        )
        self._where = Label(style, "", wrap=False, align=Qt.AlignmentFlag.AlignHCenter)
        self._most = _TWO_DIGITS if pages > _ONE_DIGIT else _ONE_DIGIT
        self._where.setFixedWidth(style.width(say(wording.page_of(self._most, self._most))) + 2)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.space(Space.NEAR))
        row.addWidget(self._earlier)
        row.addWidget(self._where)
        row.addWidget(self._later)
        self.tell(pages)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def has_room_for(self, pages: int) -> bool:
        return pages <= self._most or self._most == _TWO_DIGITS

    def _turn(self, by: int) -> None:
        self.show_page(max(0, min(self._pages - 1, self.page + by)))
        tell_touched(self)

    def show_page(self, page: int) -> None:
        self.page = page
        self.tell(self._pages)
        self._on_turn(page)

    def tell(self, pages: int) -> None:
        """How many pages there are, and on which one is."""
        self._pages = pages
        self._where.say(self._style.say(wording.page_of(self.page + 1, self._pages)))
        self._earlier.setEnabled(self.page > 0)
        self._later.setEnabled(self.page < self._pages - 1)
