"""The bench's window: cards, readers, voice and tactile pad, one of the devices, and the world outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from kiosk.conversation.signs import Icon
from ui.bench.aloud import Aloud
from ui.bench.bay import Bay
from ui.bench.cards import CardTray
from ui.bench.demo_pipe import DemoPipe, Told
from ui.bench.hand import ActT, ControlT, Hand
from ui.bench.id_area import IdArea
from ui.bench.id_hand import IdHand
from ui.bench.id_place import IdPlace
from ui.bench.key_pad import KeyPad
from ui.bench.look import HEIGHT, bench_style
from ui.bench.pad_hand import PadHand
from ui.bench.pad_panel import PadPanel
from ui.bench.paper_watch import PaperWatch
from ui.bench.phone_hand import PhoneHand
from ui.bench.phone_panel import PhonePanel
from ui.bench.printer_hand import PrinterHand
from ui.bench.printer_panel import PrinterPanel
from ui.bench.reader import Reader
from ui.bench.room import BENCH_WIDTH, WIDE_BENCH, terminal_width
from ui.bench.shelf import Device, DevicePanel, Shelf
from ui.bench.slots import SlotPanel
from ui.bench.switches import Switches
from ui.bench.tray import TrayCard
from ui.bench.voice_hand import VoiceHand
from ui.bench.voice_panel import VoicePanel
from ui.metrics import Scale, Space
from ui.parts import Label
from ui.theme import Role

_PLACE_PX, _LOW_PLACE_PX = 84, 66
"""The height of a place for a card; the lower one where everything stands one below the other."""
_SENSES_PX: Final = 136
_CARDS_PX: Final = 394
"""Two cards side by side, and a scroll bar."""
_NAME: Final = "便民 · 演示台"
_FIRST_WORDS: Final = "点一张卡片，它就插进右边的读卡器。人和号码都是编的。"
_SCREEN_EDGE_PX: Final = 24
_FRONT_MAPS_MS: Final = 800
"""A new front's window is up by then, over the bench where no window manager keeps the bench on top."""


@dataclass(frozen=True, slots=True)
class Hands:
    """A hand for each device that is there."""

    printer: PrinterHand
    pad: PadHand | None = None
    phone: PhoneHand | None = None
    id_module: IdHand | None = None
    voice: VoiceHand | None = None

    @property
    def all(self) -> tuple[PrinterHand | PadHand | PhoneHand | IdHand | VoiceHand, ...]:
        hands = (self.printer, self.pad, self.phone, self.id_module, self.voice)
        return tuple(hand for hand in hands if hand is not None)


class BenchWindow(QWidget):
    """Wires what a visitor touches to readers, devices and demo. Closing it asks the demo to quit.

    It has no frame, so that it stands beside the terminal like one thing; its ground is what moves it.
    """

    def __init__(
        self,
        cards: tuple[TrayCard, ...],
        readers: tuple[Reader, ...],
        hands: Hands,
        watch: PaperWatch,
        demo: DemoPipe,
        *,
        motion: bool = True,
        wide: bool = False,
        aloud: Aloud | None = None,
    ) -> None:
        """`wide`: the cards beside the devices, else everything one below the other. `aloud`: this machine
        can play what the terminal says."""
        kind = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint
        super().__init__(None, kind | Qt.WindowType.WindowStaysOnTopHint)
        self._cards, self._style, self._demo = cards, bench_style(), demo
        self._held_at: QPoint | None = None
        self._wide = wide
        self.setWindowTitle(_NAME)
        self.tray = CardTray(self._style, cards)
        self.bays = tuple(
            self._bay(name, reader, motion=motion)
            for name, reader in zip(_slot_names(len(readers)), readers, strict=True)
        )
        self.id_bay = None if hands.id_module is None else self._id_bay(hands.id_module, motion=motion)
        self.printer = PrinterPanel(self._style, motion=motion)
        self.pad = None if hands.pad is None else PadPanel(self._style)
        self.phone = None if hands.phone is None else PhonePanel(self._style)
        self.voice = None if hands.voice is None else VoicePanel(self._style, motion=motion)
        self.key_pad = KeyPad(self._style)
        self.shelf = Shelf(self._style, self._devices())
        self.switches = Switches(self._style, aloud=aloud is not None)
        self._lay_out()
        self.tray.picked.connect(self._put)
        _wire(self.printer, hands.printer)
        if self.pad is not None and hands.pad is not None:
            _wire(self.pad, hands.pad)
        if self.phone is not None and hands.phone is not None:
            _wire(self.phone, hands.phone)
        if self.voice is not None and hands.voice is not None:
            _wire(self.voice, hands.voice)
            if aloud is not None:
                self._wire_aloud(aloud, hands.voice)
        watch.setParent(self)
        watch.came.connect(self.printer.show_paper)
        self._wire_demo(demo)

    def _wire_aloud(self, aloud: Aloud, hand: VoiceHand) -> None:
        switch = self.switches.aloud
        aloud.setParent(self)

        def turn(on: bool) -> None:  # noqa: FBT001 Qt's signal
            aloud.turn(on=on)
            switch.show_state(on=on)

        def fail(why: str) -> None:
            switch.show_state(on=None)
            switch.setToolTip(why)

        switch.wanted.connect(turn)
        aloud.failed.connect(fail)
        hand.saw.connect(aloud.follow, Qt.ConnectionType.QueuedConnection)
        turn(on=True)

    def _devices(self) -> list[Device]:
        devices = [Device("打印机", Icon.PRINTER, self.printer)]
        if self.pad is not None:
            devices.append(Device("密码键盘", Icon.BANK_CARD, self.pad))
        if self.phone is not None:
            devices.append(Device("手机", Icon.PHONE, self.phone))
        return devices

    def _bay(self, name: str, reader: Reader, *, motion: bool) -> Bay:
        panel = SlotPanel(self._style, name, self._place_px)
        bay = Bay(self, self.tray, reader, panel, motion=motion)
        panel.dropped.connect(lambda place: self._put_into(bay, place))
        return bay

    def _id_bay(self, hand: IdHand, *, motion: bool) -> Bay:
        panel = IdArea(self._style, self._place_px)
        bay = Bay(self, self.tray, IdPlace(hand), panel, motion=motion)
        panel.dropped.connect(lambda place: self._put_into(bay, place))
        return bay

    @property
    def _place_px(self) -> int:
        return _PLACE_PX if self._wide else _LOW_PLACE_PX

    def _wire_demo(self, demo: DemoPipe) -> None:
        demo.told.connect(self.switches.show_told)
        demo.told.connect(self._show_scanned)
        self.printer.scan_wanted.connect(lambda paper, altered: demo.ask_scan(paper, altered=altered))
        self.key_pad.went_down.connect(lambda key: demo.ask_key(key, down=True))
        self.key_pad.went_up.connect(lambda key: demo.ask_key(key, down=False))
        self.switches.centre_wanted.connect(lambda on: demo.ask_centre(on=on))
        self.switches.power_cut_wanted.connect(demo.ask_power_cut)
        self.switches.quit_wanted.connect(self.close)
        self.switches.front_changed.connect(lambda: QTimer.singleShot(_FRONT_MAPS_MS, self, self.raise_))

    @Slot(object)
    def _show_scanned(self, told: Told) -> None:
        if told.scanned is not None:
            self.printer.scanner.show_scanned(told.scanned)

    def _lay_out(self) -> None:
        edge = self._style.space(Space.APART)
        if self._wide:
            whole = QHBoxLayout(self)
            whole.setSpacing(edge)
            cards = self._column(self._cards_half(), self.switches)
            whole.addLayout(cards)
            whole.addLayout(self._column(*self._places(), self._senses(), self.shelf), 1)
        else:
            halves = QSplitter(Qt.Orientation.Vertical)
            halves.setChildrenCollapsible(False)
            halves.setHandleWidth(edge)
            halves.setStyleSheet("QSplitter::handle { background: transparent; }")
            halves.addWidget(self._cards_half())
            halves.addWidget(self.shelf)
            halves.setSizes([HEIGHT // 3, HEIGHT // 3])
            whole = QHBoxLayout(self)
            whole.addLayout(self._column(*self._places(), self._senses(), halves, self.switches))
        whole.setContentsMargins(edge, edge, edge, edge)
        self.resize(self._width, HEIGHT)

    @property
    def _width(self) -> int:
        return WIDE_BENCH if self._wide else BENCH_WIDTH

    def _column(self, *things: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self._style.space(Space.NEAR))
        for thing in things:
            column.addWidget(thing)
        return column

    def _places(self) -> tuple[QWidget, ...]:
        bays = (*self.bays, *(() if self.id_bay is None else (self.id_bay,)))
        return tuple(bay.panel for bay in bays)

    def _senses(self) -> QWidget:
        """For ears and fingertips."""
        senses = QWidget()
        row = QHBoxLayout(senses)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._style.space(Space.NEAR))
        if self.voice is None:
            row.addStretch(1)
        else:
            row.addWidget(self.voice, 1)
        row.addWidget(self.key_pad, 0, Qt.AlignmentFlag.AlignVCenter)
        senses.setFixedHeight(_SENSES_PX if self._wide else self.key_pad.height())
        return senses

    def _cards_half(self) -> QWidget:
        half = QWidget()
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._style.space(Space.HAIR))
        if self._wide:
            half.setFixedWidth(_CARDS_PX)
            column.addWidget(Label(self._style, _NAME, scale=Scale.TITLE, bold=True, wrap=False))
            column.addWidget(Label(self._style, _FIRST_WORDS, role=Role.QUIET))
        column.addWidget(self.tray, 1)
        return half

    def show_beside(self) -> None:
        """Open at the screen's right edge: as high as it is where the terminal leaves that strip free, else
        over the terminal, as small as it may be."""
        screen = QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        height, top, edge = room.height(), room.top(), 0
        if terminal_width(screen.geometry().width()) == screen.geometry().width():
            edge = _SCREEN_EDGE_PX
            height, top = min(HEIGHT, room.height() - 2 * edge), top + edge
        left = room.right() + 1 - self._width - edge
        self.setGeometry(QRect(left, top, self._width, height))
        self.show()

    @Slot(int)
    def _put(self, place: int) -> None:
        """A click on a card: into the first free reader, or in exchange for the first one's card; an ID card
        onto its area."""
        if self.id_bay is not None and self._cards[place].look.is_laid:
            self._put_into(self.id_bay, place)
            return
        free = next((bay for bay in self.bays if bay.free), None)
        self._put_into(free or self.bays[0], place)

    def _put_into(self, bay: Bay, place: int) -> None:
        if place < len(self._cards) and not self.tray.tile(place).away:
            bay.put(self._cards[place])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held_at is not None:
            self.move(event.globalPosition().toPoint() - self._held_at)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held_at = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.colour(Role.PAPER))
        painter.setPen(self._style.colour(Role.LINE))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._demo.ask_quit()
        self._demo.close()
        event.accept()


def _slot_names(slots: int) -> tuple[str, ...]:
    return ("读卡器",) if slots == 1 else tuple(f"读卡器 {number}" for number in range(1, slots + 1))


def _wire(panel: DevicePanel, hand: Hand[ControlT, ActT]) -> None:
    """What a panel asks for, the hand does; what the hand sees, the panel shows."""
    hand.saw.connect(panel.show_seen, Qt.ConnectionType.QueuedConnection)
    hand.refused.connect(panel.show_refused, Qt.ConnectionType.QueuedConnection)
    hand.away.connect(panel.show_away, Qt.ConnectionType.QueuedConnection)

    def ask(act: ActT) -> None:
        if not hand.ask(act):
            panel.show_away("太多事情在等它")

    panel.act_wanted.connect(ask)
