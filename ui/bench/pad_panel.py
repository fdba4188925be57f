"""The pin pad of the bench: what its screen shows, and the cards and finger of whoever stands there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from drivers.virtual.pin_pad_state import VirtualPinPadState
from kiosk.conversation.signs import Icon
from kiosk.domain.money import Money
from ui.bench.desk import stand
from ui.bench.key import Key, KeyKind
from ui.bench.lamp import Lamp, Said
from ui.bench.pad_face import Glow, PadFace, Shown
from ui.bench.pad_hand import PadAct
from ui.bench.shelf import DevicePanel
from ui.bench.toggle import Toggle
from ui.metrics import Space
from ui.parts import Label
from ui.style import Style
from ui.theme import Role

_RESULT_MS: Final = 5000
"""How long the pad's screen keeps how a charge ended."""
BEFORE_THE_FIRST_LOOK: Final = Said("正在找密码键盘", Lamp.DARK, "正在找")
AWAY: Final = Said("密码键盘不在：没有回答", Lamp.DARK, "不在")
_ENDED: Final = {
    PadAct.PRESENT_CARD: Shown(Glow.ASKING, "正在联系银行", small="请稍候"),
    PadAct.RED_KEY: Shown(Glow.PROBLEM, "交易取消", small="没有扣款"),
    PadAct.REFUSE: Shown(Glow.PROBLEM, "余额不足", small="没有扣款"),
    PadAct.WRONG_PIN: Shown(Glow.PROBLEM, "密码错误", small="没有扣款"),
}


def pad_words(state: VirtualPinPadState) -> Said:
    """The one thing to say: what is wrong with it, then what it waits for."""
    if state.mute:
        return Said("不答话：什么都不做", Lamp.ATTENTION, "不答话")
    if state.waiting_amount is not None:
        return Said(f"等您刷卡：{Money(state.waiting_amount)}", Lamp.ATTENTION, "等您刷卡")
    if state.fault is not None:
        return Said("下一笔会出故障", Lamp.ATTENTION, "有故障")
    return Said("空闲", Lamp.GOOD)


def _hint(state: VirtualPinPadState) -> str:
    if state.mute:
        return "终端说什么，它都不做"
    return "拿哪张银行卡去刷？" if state.waiting else "终端要收费时，键盘会亮起来"


class PadPanel(DevicePanel):
    """Asks for a `PadAct`; it knows no pad."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._waiting: str | None = None
        self._authorised: int | None = None
        self._amount: Money | None = None
        self._acted: PadAct | None = None
        self._result: Shown | None = None
        self._told = QTimer(self, interval=_RESULT_MS, singleShot=True)
        self._told.timeout.connect(self._forget_result)
        self.present = self._key(style, "刷卡", PadAct.PRESENT_CARD, KeyKind.DO, "银行会同意的卡", big=True)
        self.refuse = self._key(style, "余额不足", PadAct.REFUSE, KeyKind.PLAIN, "刷一张余额不足的卡")
        self.wrong_pin = self._key(style, "密码错", PadAct.WRONG_PIN, KeyKind.PLAIN, "刷卡，按错密码")
        self.red_key = self._key(style, "取消", PadAct.RED_KEY, KeyKind.RED_KEY, "键盘上的红键")
        self.mute = Toggle(style, "不答话", lit=Role.ATTENTION)
        self.mute.wanted.connect(lambda on: self.act_wanted.emit(PadAct.MUTE if on else PadAct.SPEAK))
        self.breaks = Toggle(style, "扣款后断线", lit=Role.ATTENTION)
        self.breaks.wanted.connect(
            lambda on: self.act_wanted.emit(PadAct.BREAK_LINE if on else PadAct.KEEP_LINE)
        )
        self.breaks.setToolTip("下一笔：卡扣了款，终端却没有听到")
        self.count = Label(style, "", role=Role.QUIET, wrap=False)
        self.hint = Label(style, "", role=Role.QUIET)
        self.note = Label(style, "", role=Role.PROBLEM)
        self.face = PadFace(style, self.red_key)
        self._lay_out(style)
        self.show_away("")
        self.say(BEFORE_THE_FIRST_LOOK)

    def _key(
        self, style: Style, label: str, act: PadAct, kind: KeyKind, hint: str, *, big: bool = False
    ) -> Key:
        icon = Icon.BANK_CARD if big else None
        return Key(style, label, kind, lambda: self._do(act), icon=icon, hint=hint, big=big)

    def _lay_out(self, style: Style) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(style.space(Space.TIGHT))
        cards.addWidget(self.refuse)
        cards.addWidget(self.wrong_pin)
        hand = QVBoxLayout()
        hand.setSpacing(style.space(Space.TIGHT))
        hand.addStretch(1)
        hand.addWidget(self.hint)
        hand.addWidget(self.present)
        hand.addLayout(cards)
        hand.addWidget(self.note)
        hand.addStretch(1)
        stand(self, style, self.face, hand, words=self.count, toggles=(self.mute, self.breaks))

    def _do(self, act: PadAct) -> None:
        self._acted = act
        self.note.say("")
        self.act_wanted.emit(act)

    @Slot(object)
    def show_seen(self, state: VirtualPinPadState) -> None:
        self.say(pad_words(state))
        for key in (self.present, self.refuse, self.wrong_pin, self.red_key):
            key.setEnabled(state.waiting)
        self.mute.show_state(on=state.mute)
        self.breaks.show_state(on=state.fault is not None)
        self.count.say(f"共扣款 {state.authorised} 笔")
        self.hint.say(_hint(state))
        self._follow(state)
        self.face.show_this(self._screen(state))

    @Slot(str)
    def show_refused(self, _why: str) -> None:
        self._acted = None
        self.note.say("已经没有在等刷卡的收费")

    @Slot(str)
    def show_away(self, why: str) -> None:
        self.say(AWAY)
        self.setToolTip(why)
        for key in (self.present, self.refuse, self.wrong_pin, self.red_key):
            key.setEnabled(False)
        self.mute.show_state(on=None)
        self.breaks.show_state(on=None)
        self.hint.say("密码键盘没有回答")
        self._waiting, self._authorised, self._acted = None, None, None
        self._forget_result()
        self.face.show_this(Shown(Glow.OFF, ""))

    def _follow(self, state: VirtualPinPadState) -> None:
        """Notices that a charge began, and how it ended: a pad's screen shows that for a while."""
        before, self._waiting = self._waiting, state.waiting_transaction
        authorised, self._authorised = self._authorised, state.authorised
        if state.waiting_transaction not in (None, before):
            self._forget_result()
            self._amount = Money(state.waiting_amount or 0)
            self.note.say("")
            self.noticed.emit()
        if authorised is not None and state.authorised > authorised:
            amount, self._amount = self._amount, None
            self._keep_result(Shown(Glow.GOOD, "交易成功", large="" if amount is None else str(amount)))
        elif before is not None and not state.waiting:
            # Given up by the terminal, or nobody came: that a card is not charged is seen by the count alone.
            given_up = Shown(Glow.RESTING, "交易结束")
            self._keep_result(given_up if self._acted is None else _ENDED.get(self._acted, given_up))

    def _screen(self, state: VirtualPinPadState) -> Shown:
        if state.waiting_amount is not None:
            return Shown(Glow.ASKING, "请刷卡", large=str(Money(state.waiting_amount)))
        if self._result is not None:
            return self._result
        if state.mute:
            return Shown(Glow.RESTING, "不答话", small="收到也不做")
        return Shown(Glow.RESTING, "空闲", small="欢迎使用")

    def _keep_result(self, result: Shown) -> None:
        self._result, self._acted = result, None
        self._told.start()

    @Slot()
    def _forget_result(self) -> None:
        self._result = None
        self._told.stop()
