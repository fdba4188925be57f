"""收款: one payment from its beginning to its outcome; at each stage, what is to be done now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from kiosk.conversation.signs import Icon
from kiosk.conversation.view import View
from kiosk.domain.sales import PREPARING, PayProgress, PayStage, Sale, TenderKind
from kiosk.domain.text import Text, say
from ui import wording
from ui.blocks.code_modules import modules_of
from ui.blocks.code_picture import CodePicture
from ui.metrics import Scale, Space
from ui.pages.bill import BillPanel, bill_width, what_for
from ui.pages.pad_picture import PadPicture
from ui.pages.page import Hands, Page, PageKind, Room
from ui.pages.poster import Line, column, heading, sentence
from ui.pages.progress import progress
from ui.parts import discard
from ui.touch import Kind, Touch

_PICTURE_PART = 0.4
"""Of the width where picture and words stand side by side, of the height where not."""
_LEAST_PICTURE_PART = 0.25
_BUTTON_MM = (40.0, 16.0)


@dataclass(frozen=True, slots=True)
class _Task:
    """What the resident is to do."""

    picture: Callable[[QSize], QWidget]
    """Made for the room that it may take."""
    what: Text
    how: Text
    hint: Text
    icon: Icon
    """Of the hint."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How large and how much is told."""

    scale: Scale
    brief: bool = False
    heading: Scale = Scale.DISPLAY
    hint: bool = True


_WAYS = (
    _Way(Scale.LEAD),
    _Way(Scale.TEXT),
    _Way(Scale.TEXT, brief=True),
    _Way(Scale.TEXT, brief=True, heading=Scale.LEAD),
    _Way(Scale.TEXT, brief=True, heading=Scale.LEAD, hint=False),
)
"""The first that fits is taken."""


class PayPage(Page):
    """Follows the payment: `refresh` draws the next stage in the same place."""

    kind = PageKind.PAY

    def __init__(self, room: Room, sale: Sale, view: View, hands: Hands, *, motion: bool) -> None:
        super().__init__(room)
        self._sale, self._hands, self._motion = sale, hands, motion
        self._given_up = hands.given_up
        self._shown: list[QWidget] = []
        self._progress = view.paying or PREPARING
        self._own_card = wording.AT_PAD_ANY_CARD if view.laid_card else wording.AT_PAD_OWN_CARD
        self._draw()

    def refresh(self, view: View) -> None:
        now = view.paying or PREPARING
        if now != self._progress:
            self._progress = now
            self._draw()

    @property
    def said(self) -> tuple[Text, ...]:
        """At each stage: what to do or what goes on, then what it costs and for whom."""
        bill = (say("{amount}", amount=self._sale.amount), *_for_what(self._sale))
        match self._progress.stage:
            case PayStage.PREPARING:
                return (wording.PAY_PREPARING, *bill)
            case PayStage.CONFIRMING:
                return (*self._confirming(), *bill)
            case PayStage.AT_PAD:
                return (*_said_of(self._at_pad()), *bill)
            case PayStage.SCAN:
                return (*_said_of(self._scan(self._progress.code)), *bill)

    @property
    def said_buttons(self) -> tuple[Text, ...]:
        return (wording.GIVE_UP,) if self._progress.can_give_up and not self._given_up else ()

    def _draw(self) -> None:
        for widget in self._shown:
            discard(widget)
        self._shown = []
        match self._progress:
            case PayProgress(PayStage.PREPARING):
                self._draw_progress(wording.PAY_PREPARING, ())
            case PayProgress(PayStage.CONFIRMING):
                saying, *lines = self._confirming()
                self._draw_progress(saying, lines)
            case PayProgress(PayStage.AT_PAD):
                self._draw_task(self._at_pad())
            case PayProgress(PayStage.SCAN, code):
                self._draw_task(self._scan(code))

    def _confirming(self) -> tuple[Text, ...]:
        by_card = self._sale.tender is TenderKind.BANK_CARD
        asking = wording.ASKING_BANK if by_card else wording.ASKING_WECHAT
        return wording.CONFIRMING, asking, wording.NEVER_TWICE

    def _draw_progress(self, saying: Text, lines: Sequence[Text]) -> None:
        """Nothing to do but to wait."""
        style, size = self.room.style, self.room.size
        shown = progress(
            style,
            saying,
            [Line(line) for line in lines],
            self.room.inner_width,
            lambda width: BillPanel(style, self._sale, width, Scale.LEAD, brief=False),
            motion=self._motion,
            least=bill_width(style, self._sale, Scale.LEAD),
        )
        self._put(shown, (size.width() - shown.width()) // 2, (size.height() - shown.height()) // 2)

    def _draw_task(self, task: _Task) -> None:
        """A picture of what to do beside the words for it on a wide screen, above them on a high one."""
        style, size = self.room.style, self.room.size
        margin, inner, top = style.metrics.margin, self.room.inner_width, style.space(Space.NEAR)
        button = self._put_button()
        free = button.y() - style.space(Space.NEAR) - top
        gap = style.space(Space.WIDE)
        if size.width() > size.height():
            across = round(inner * _PICTURE_PART)
            shown = task.picture(QSize(across, free))
            lowest = size.height() - top
            told = self._words(task, inner - across - gap, lowest - top)
            y = top + (free - shown.height()) // 2
            self._put(shown, margin + (across - shown.width()) // 2, y)
            beside = y + (shown.height() - told.height()) // 2
            self._put(told, margin + across + gap, min(max(top, beside), lowest - told.height()))
            return
        told = self._words(task, inner, free - gap - round(size.height() * _LEAST_PICTURE_PART))
        above = min(free - gap - told.height(), round(size.height() * _PICTURE_PART))
        shown = task.picture(QSize(inner, above))
        y = top + (free - shown.height() - gap - told.height()) // 2
        self._put(shown, (size.width() - shown.width()) // 2, y)
        self._put(told, margin, y + shown.height() + gap)

    def _words(self, task: _Task, width: int, most: int) -> QWidget:
        """As large and as much as `most` is high for."""
        ways = (self._told(task, width, way) for way in _WAYS)
        told = next(ways)
        while told.height() > most and (smaller := next(ways, None)) is not None:
            told = smaller
        return told

    def _told(self, task: _Task, width: int, way: _Way) -> QWidget:
        """What to do now, what it costs and for whom, what one may wonder about."""
        style = self.room.style
        parts = [
            heading(style, task.what, width, way.heading),
            sentence(style, Line(task.how, scale=way.scale), width),
            BillPanel(style, self._sale, width, way.scale, brief=way.brief),
        ]
        if way.hint:
            parts.append(sentence(style, Line(task.hint, task.icon, scale=way.scale), width))
        return column(style, parts, width)

    def _at_pad(self) -> _Task:
        style, motion = self.room.style, self._motion
        return _Task(
            lambda room: PadPicture(style, room, motion=motion),
            wording.AT_PAD,
            wording.AT_PAD_HOW,
            self._own_card,
            Icon.TAKE_CARD,
        )

    def _scan(self, code: str) -> _Task:
        style = self.room.style
        return _Task(
            lambda room: CodePicture(style, modules_of(code), room, style.say(wording.PAY_CODE)),
            wording.SCAN,
            wording.SCAN_HOW,
            wording.SCAN_THEN,
            Icon.PHONE,
        )

    def _put_button(self) -> Touch:
        """On the left: on the right lies what leads on, and nothing here does."""
        style, given_up = self.room.style, self._given_up
        words = style.say(wording.GIVING_UP if given_up else wording.GIVE_UP)
        icon = Icon.WAIT if given_up else None
        button = Touch(style, words, Kind.QUIET, lambda: self._give_up(button), icon=icon, big=True)
        button.setEnabled(not given_up)
        button.at_least(*(style.metrics.px(mm) for mm in _BUTTON_MM))
        button.resize(button.sizeHint())
        lowest = self.room.size.height() - style.space(Space.NEAR)
        self._put(button, style.metrics.margin, lowest - button.height())
        return button

    def _give_up(self, button: Touch) -> None:
        """Shows at once that it was noticed; what becomes of it the payment itself says."""
        if self._given_up:
            return
        self._given_up = True
        self._shown.remove(button)
        discard(button)
        self._put_button()
        self._hands.give_up()

    def _put(self, widget: QWidget, x: int, y: int) -> None:
        widget.setParent(self)
        widget.move(x, y)
        widget.show()
        self._shown.append(widget)


def _said_of(task: _Task) -> tuple[Text, ...]:
    return task.what, task.how, task.hint


def _for_what(sale: Sale) -> tuple[Text, ...]:
    return tuple(one.sentence for one in what_for(sale.premiums, brief=False))
