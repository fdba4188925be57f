"""A page on which a person reads and answers: where one is, a title, the content, what can be done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

from kiosk.conversation.content import Block, Offer, Sheet
from kiosk.conversation.signs import Icon, Picture, Tone
from kiosk.domain.text import Text
from ui.blocks.build import Builder
from ui.blocks.part import Answer, PaintPaper, Part
from ui.metrics import Scale, Space
from ui.pages.actions import Actions
from ui.pages.arrangement import Arrangement, Arranger
from ui.pages.card_pictures import card_picture
from ui.pages.page import Page, PageKind, Room
from ui.pages.pager import Leaf, Pager
from ui.parts import Label, Mark, balance, height_of
from ui.theme import TONE_GROUND, TONE_INK, Role

_BESIDE_EMS = 14
"""The least width for words beside a paper."""
_BESIDE_SIGN_PART = 0.62
_BESIDE_PICTURE_PART = 0.56
"""Of the width for few words, where a sign or a picture stands beside them."""
_FROM_ABOVE = 0.3
"""Of what is left above and below a picture, how much is above it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """The sign of a whole page beside its title."""

    icon: Icon
    tone: Tone


@dataclass(frozen=True, slots=True)
class StepContent:
    """What a step shows, whatever kind of step it is."""

    title: Text
    where: tuple[Text, ...]
    blocks: tuple[Block, ...]
    offers: tuple[Offer, ...] = ()
    sign: Sign | None = None
    words_scale: Scale = Scale.TEXT
    words_part: float = 1.0
    """How much of the width the blocks take; the rest stays free beside them."""


def words_beside(room: Room, *, picture: bool) -> float:
    """`words_part` of few words with a picture, or a mere sign: beside it on a wide screen, above it on a
    high one."""
    part = _BESIDE_PICTURE_PART if picture else _BESIDE_SIGN_PART
    return part if room.size.width() > room.size.height() else 1.0


class StepPage(Page):
    def __init__(
        self, room: Room, kind: PageKind, content: StepContent, answer: Answer, paint_paper: PaintPaper
    ) -> None:
        super().__init__(room)
        self.kind = kind
        self._answer, self._answered = answer, False
        style = room.style
        top = _head(self, room, content)
        width = round(room.inner_width * content.words_part)
        answer, heights = self._answer_once, room.heights
        builder = Builder(style, width, answer, paint_paper, heights, content.words_scale)
        bottom = room.size.height() - style.space(Space.NEAR)
        self._area = QRect(style.metrics.margin, top, room.inner_width, bottom - top)
        self._pager: Pager | None = None
        self._put_actions(content.offers, None)
        self._aside, blocks = self._set_aside(content.blocks, builder)
        self._arranged = self._arrange(Arranger(builder, blocks, self._area.size()), content.offers, bottom)
        self._on_leaf: list[QWidget] = []
        self._leaf = 0
        self._turn_to(0)
        builder.forget_measured()

    @property
    def free_area(self) -> QRect:
        """What the blocks leave for a picture: beside them where they take but a part, else below them;
        nothing there where they go over several pages."""
        style, area = self.room.style, self._area
        taken = self._arranged.width
        if taken < area.width():
            return area.adjusted(taken + style.space(Space.FAR), 0, 0, 0)
        if self._pager is not None:
            return QRect()
        lowest = max((widget.geometry().bottom() for widget in self._on_leaf), default=area.y())
        top = lowest + style.space(Space.WIDE)
        return QRect(area.x(), top, area.width(), max(0, area.bottom() - top))

    def put_in_free_area(self, widget: QWidget) -> None:
        """Something of a fixed size, in the upper half of what is free."""
        free = self.free_area
        across, down = free.width() - widget.width(), free.height() - widget.height()
        widget.setParent(self)
        widget.move(free.x() + across // 2, free.y() + round(down * _FROM_ABOVE))

    def put_card_picture(self, picture: Picture, *, motion: bool) -> None:
        """In what is free; not at all where that is small."""
        made = card_picture(self.room.style, picture, self.free_area.size(), motion=motion)
        if made is not None:
            self.put_in_free_area(made)

    def _arrange(self, arranger: Arranger, offers: tuple[Offer, ...], bottom: int) -> Arrangement:
        """On one page; or on several above a pager, which takes room of its own."""
        whole = arranger.one_page()
        if whole is not None:
            return whole
        pages = arranger.about
        while True:
            self._actions.setParent(None)
            self._area.setBottom(bottom - 1)
            pager = self._pager = Pager(self.room.style, pages, self._turn_to)
            self._put_actions(offers, pager)
            arranged = replace(arranger, room=self._area.size()).several_pages()
            pages = len(arranged.spreads)
            if pager.has_room_for(pages):
                pager.tell(pages)
                return arranged

    def _put_actions(self, offers: tuple[Offer, ...], pager: Pager | None) -> None:
        style = self.room.style
        self._actions = Actions(style, offers, pager, self.room.inner_width, self._answer_once)
        self._actions.setParent(self)
        height = self._actions.height()
        if height:
            self._actions.move(style.metrics.margin, self._area.bottom() + 1 - height)
            self._area.setBottom(self._area.bottom() - height - style.space(Space.NEAR))

    def _set_aside(
        self, blocks: tuple[Block, ...], builder: Builder
    ) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """Where there is room beside a paper, everything else stands there, on each of the paper's pages."""
        papers = [block for block in blocks if isinstance(block, Sheet)]
        others = tuple(block for block in blocks if not isinstance(block, Sheet))
        if len(papers) != 1 or not others:
            return (), blocks
        style, columns = self.room.style, papers[0].paper
        beside = self.room.inner_width - builder.sheet_width(columns) - style.space(Space.FAR)
        narrow = beside < _BESIDE_EMS * style.metrics.em()
        if narrow or self._height_of(others, replace(builder, width=beside)) > self._height_aside:
            return (), (*papers, *others)
        return others, tuple(papers)

    @property
    def _height_aside(self) -> int:
        """What stands beside a paper stands there on all of its pages, above the row that turns them."""
        style = self.room.style
        return self._area.height() - style.metrics.target - style.space(Space.NEAR)

    def _height_of(self, blocks: tuple[Block, ...], builder: Builder) -> int:
        """Of blocks below each other."""
        gaps = self.room.style.space(Space.APART) * (len(blocks) - 1)
        return gaps + sum(builder.height(builder.whole(block)) for block in blocks)

    @property
    def place(self) -> int:
        return self._leaf

    def turn_to(self, place: int) -> None:
        if self._pager is not None and place:
            self._pager.show_page(min(place, len(self._arranged.spreads) - 1))

    def _turn_to(self, page: int) -> None:
        self._leaf = page
        for widget in self._on_leaf:
            widget.setParent(None)
            widget.deleteLater()
        self._on_leaf = []
        style, shown = self.room.style, self._arranged.builder
        right = x = self._area.x()
        for leaf in self._arranged.spreads[page]:
            right = self._stack(shown, leaf, x)
            x += shown.width + style.space(Space.FAR)
        if self._aside:
            x = right + style.space(Space.FAR)
            beside = self._area.right() + 1 - x
            builder = Builder(style, beside, self._answer_once, shown.paint_paper, shown.heights)
            self._stack(builder, tuple(builder.whole(block) for block in self._aside), x)

    def _stack(self, builder: Builder, leaf: Leaf, x: int) -> int:
        """One below the other; gives the right edge of the widest."""
        y, right = self._area.y(), x
        for part in leaf:
            widget = builder.build(part)
            size = self._size_of(widget, builder.width, part)
            widget.setParent(self)
            widget.setGeometry(x, y, size.width(), size.height())
            widget.show()
            self._on_leaf.append(widget)
            y += size.height() + self.room.style.space(Space.APART)
            right = max(right, x + size.width())
        return right

    @staticmethod
    def _size_of(widget: QWidget, width: int, part: Part) -> QSize:
        if isinstance(part.block, Sheet):
            return widget.size()
        return QSize(width, height_of(widget, width))

    def _answer_once(self, key: str) -> None:
        """A second tap on the way to the next page is no second answer."""
        if not self._answered:
            self._answered = True
            self._answer(key)


def _head(page: Page, room: Room, content: StepContent) -> int:
    """The breadcrumb and the title; gives where the content begins. The title always stands in one place."""
    style = room.style
    margin = style.metrics.margin
    y = style.space(Space.TIGHT)
    path = Label(style, _path(room, content.where), role=Role.QUIET, wrap=False, parent=page)
    path.setGeometry(margin, y, room.inner_width, style.line_height())
    path.setVisible(bool(content.where))
    y += style.line_height() + style.space(Space.HAIR)
    x = margin
    title = Label(style, style.say(content.title), scale=Scale.TITLE, bold=True, parent=page)
    height = title.heightForWidth(room.inner_width)
    if content.sign is not None:
        tone = content.sign.tone
        ink = Role.ACCENT if tone is Tone.PLAIN else TONE_INK[tone]
        mark = Mark(style, content.sign.icon, ink, TONE_GROUND[tone])
        mark.setParent(page)
        x += mark.width() + style.space(Space.NEAR)
        height = max(mark.height(), title.heightForWidth(room.inner_width + margin - x))
        mark.move(margin, y + (height - mark.height()) // 2)
    balance(title, room.inner_width + margin - x)
    title.move(x, y + (height - title.height()) // 2)
    return y + height + style.space(Space.NEAR)


def _path(room: Room, where: tuple[Text, ...]) -> str:
    """我的社保 › 缴费; from the left it gives way where it is too long."""
    names = [room.style.say(name) for name in where]
    while len(names) > 2 and room.style.width(" › ".join(names)) > room.inner_width:
        names = ["…", *names[2:]]
    return " › ".join(names)
