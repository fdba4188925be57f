"""The telephone of the bench: the orders that wait at the payment gateway, and how one is paid."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from drivers.virtual.phone import PhoneOrder, PhoneOrderState
from kiosk.conversation.signs import Icon
from kiosk.domain.money import Money
from ui.bench.desk import stand
from ui.bench.key import Key, KeyKind
from ui.bench.lamp import Lamp, Said
from ui.bench.phone_face import PhoneFace, PhoneShown
from ui.bench.phone_hand import LoseNotifications, Pay, PhoneSeen
from ui.bench.shelf import DevicePanel
from ui.bench.toggle import Toggle
from ui.metrics import Space
from ui.parts import Label
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch

MOST_ROWS: Final = 3
BEFORE_THE_FIRST_LOOK: Final = Said("正在找支付网关", Lamp.DARK, "正在找")
AWAY: Final = Said("支付网关不在：没有回答", Lamp.DARK, "不在")
_NOTHING: Final = PhoneShown("没有要付的单子", Icon.PHONE, Role.QUIET)
_NO_LINE: Final = PhoneShown("没有网络", Icon.PROBLEM, Role.QUIET)


def phone_words(seen: PhoneSeen) -> Said:
    """What there is to pay."""
    waiting = len(seen.waiting)
    if waiting:
        return Said(f"有 {waiting} 笔单子等着付", Lamp.ATTENTION, f"待付 {waiting} 笔")
    if seen.lost:
        return Said("付款的通知会丢", Lamp.ATTENTION, "通知会丢")
    return Said("没有要付的单子", Lamp.GOOD, "没有单子")


def order_shown(seen: PhoneSeen, chosen: str | None) -> PhoneOrder | None:
    """The order on the telephone's screen: the chosen one, else the newest that waits, else the newest."""
    if chosen is not None:
        for order in seen.orders:
            if order.order == chosen:
                return order
    return next(iter(seen.waiting), seen.orders[-1] if seen.orders else None)


def _face(seen: PhoneSeen, order: PhoneOrder) -> PhoneShown:
    words, icon, role = "还没有付", Icon.PHONE, Role.QUIET
    if order.state is PhoneOrderState.PAID:
        words, icon, role = "已支付", Icon.DONE, Role.GOOD
    elif not seen.waits(order):
        closed = order.state is PhoneOrderState.CLOSED
        words, icon = "单子已关闭" if closed else "付款码已过期", Icon.PROBLEM
    return PhoneShown(words, icon, role, order.description, str(Money(order.total_fen)))


def _hint(waiting: int) -> str:
    if waiting > 1:
        return f"有 {waiting} 笔等着付，点一笔"
    return "对着终端上的付款码，扫一扫" if waiting else "终端上出现付款码，这里就有单子"


class PhonePanel(DevicePanel):
    """Asks for a `PhoneAct`; it knows no gateway."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._seen: PhoneSeen | None = None
        self._chosen: str | None = None
        self._known: frozenset[str] = frozenset()
        self._listed: tuple[tuple[PhoneOrder, ...], str | None] | None = None
        self.pay = Key(style, "扫码支付", KeyKind.PAY, self._pay)
        self.face = PhoneFace(style, self.pay)
        self.lost = Toggle(style, "通知丢了", lit=Role.ATTENTION)
        self.lost.setToolTip("付了款，中心收不到通知，要自己去问")
        self.lost.wanted.connect(lambda on: self.act_wanted.emit(LoseNotifications(on)))
        self.note = Label(style, "", role=Role.PROBLEM)
        self.count = Label(style, "", role=Role.QUIET, wrap=False)
        self.hint = Label(style, "", role=Role.QUIET)
        self.choices: tuple[Touch, ...] = ()
        """A key for each order that waits, the newest first, where there is a choice."""
        self._rows = QVBoxLayout()
        self._rows.setSpacing(style.space(Space.TIGHT))
        hand = QVBoxLayout()
        hand.setSpacing(style.space(Space.TIGHT))
        hand.addStretch(1)
        hand.addWidget(self.hint)
        hand.addLayout(self._rows)
        hand.addWidget(self.note)
        hand.addStretch(1)
        stand(self, style, self.face, hand, words=self.count, toggles=(self.lost,))
        self.show_away("")
        self.say(BEFORE_THE_FIRST_LOOK)

    @Slot(object)
    def show_seen(self, seen: PhoneSeen) -> None:
        self._seen = seen
        waiting = frozenset(order.order for order in seen.waiting)
        fresh, self._known = waiting - self._known, waiting
        if fresh:
            self._chosen = None
            self.note.say("")
        self.say(phone_words(seen))
        self.lost.show_state(on=seen.lost)
        paid = sum(order.state is PhoneOrderState.PAID for order in seen.orders)
        self.count.say(f"共支付 {paid} 笔")
        self.hint.say(_hint(len(seen.waiting)))
        self._draw(seen)
        if fresh:
            self.noticed.emit()

    @Slot(str)
    def show_refused(self, why: str) -> None:
        self.note.say("付不了：" + why.rpartition(": ")[2])

    @Slot(str)
    def show_away(self, why: str) -> None:
        self._seen, self._known = None, frozenset()
        self.say(AWAY)
        self.setToolTip(why)
        self.lost.show_state(on=None)
        self.hint.say("支付网关没有回答")
        self.face.show_this(_NO_LINE, payable=False)
        self._list((), None)

    def _draw(self, seen: PhoneSeen) -> None:
        order = order_shown(seen, self._chosen)
        if order is None:
            self.face.show_this(_NOTHING, payable=False)
        else:
            self.face.show_this(_face(seen, order), payable=seen.waits(order))
        self._list(seen.waiting[:MOST_ROWS], None if order is None else order.order)

    def _list(self, waiting: tuple[PhoneOrder, ...], shown: str | None) -> None:
        """The orders that wait, each to be chosen; made anew only where they are others than before."""
        if (waiting, shown) == self._listed:
            return
        self._listed = waiting, shown
        for old in self.choices:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        listed = waiting if len(waiting) > 1 else ()
        self.choices = tuple(self._row(order, chosen=order.order == shown) for order in listed)
        for button in self.choices:
            self._rows.addWidget(button)

    def _row(self, order: PhoneOrder, *, chosen: bool) -> Touch:
        def choose() -> None:
            self._chosen = order.order
            if self._seen is not None:
                self._draw(self._seen)

        amount, kind = str(Money(order.total_fen)), Kind.CHOSEN if chosen else Kind.QUIET
        return Touch(self._style, amount, kind, choose, name=f"{order.description} {amount}")

    def _pay(self) -> None:
        order = None if self._seen is None else order_shown(self._seen, self._chosen)
        if order is not None:
            self._chosen = order.order
            self.note.say("")
            self.act_wanted.emit(Pay(order.order))
