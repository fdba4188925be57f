"""The bench's window: readers, cards, one of the devices, and the world outside, one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from kiosk.conversation.content import Icon
from ui.bench.bay import Bay
from ui.bench.cards import CardTray
from ui.bench.demo_pipe import DemoPipe
from ui.bench.hand import ActT, ControlT, Hand
from ui.bench.id_area import IdArea
from ui.bench.id_hand import IdHand
from ui.bench.id_place import IdPlace
from ui.bench.look import HEIGHT, bench_style
from ui.bench.pad_hand import PadHand
from ui.bench.pad_panel import PadPanel
from ui.bench.paper_watch import PaperWatch
from ui.bench.phone_hand import PhoneHand
from ui.bench.phone_panel import PhonePanel
from ui.bench.printer_hand import PrinterHand
from ui.bench.printer_panel import PrinterPanel
from ui.bench.reader import Reader
from ui.bench.room import BENCH_WIDTH, terminal_width
from ui.bench.shelf import Device, DevicePanel, Shelf
from ui.bench.slots import SlotPanel
from ui.bench.switches import Switches
from ui.bench.tray import TrayCard
from ui.metrics import Space
from ui.parts import Label
from ui.theme import Role

_ONE_SLOT_PX, _TWO_SLOTS_PX, _ID_AREA_PX = 108, 84, 84
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

    @property
    def all(self) -> tuple[PrinterHand | PadHand | PhoneHand | IdHand, ...]:
        hands = (self.printer, self.pad, self.phone, self.id_module)
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
    ) -> None:
        kind = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint
        super().__init__(None, kind | Qt.WindowType.WindowStaysOnTopHint)
        self._cards, self._style, self._demo = cards, bench_style(), demo
        self._held_at: QPoint | None = None
        self.setWindowTitle("便民 · 演示台")
        self.tray = CardTray(self._style, cards)
        self.bays = tuple(
            self._bay(number, reader, len(readers), motion=motion) for number, reader in enumerate(readers, 1)
        )
        self.id_bay = None if hands.id_module is None else self._id_bay(hands.id_module, motion=motion)
        self.printer = PrinterPanel(self._style, motion=motion)
        self.pad = None if hands.pad is None else PadPanel(self._style)
        self.phone = None if hands.phone is None else PhonePanel(self._style)
        self.shelf = Shelf(self._style, self._devices())
        self.switches = Switches(self._style)
        self._lay_out()
        self.tray.picked.connect(self._put)
        _wire(self.printer, hands.printer)
        if self.pad is not None and hands.pad is not None:
            _wire(self.pad, hands.pad)
        if self.phone is not None and hands.phone is not None:
            _wire(self.phone, hands.phone)
        watch.setParent(self)
        watch.came.connect(self.printer.show_paper)
        self._wire_demo(demo)

    def _devices(self) -> list[Device]:
        devices = [Device("打印机", Icon.PRINTER, self.printer)]
        if self.pad is not None:
            devices.append(Device("密码键盘", Icon.BANK_CARD, self.pad))
        if self.phone is not None:
            devices.append(Device("手机", Icon.PHONE, self.phone))
        return devices

    def _bay(self, number: int, reader: Reader, of: int, *, motion: bool) -> Bay:
        name, height = ("读卡器", _ONE_SLOT_PX) if of == 1 else (f"读卡器 {number}", _TWO_SLOTS_PX)
        panel = SlotPanel(self._style, name, height)
        bay = Bay(self, self.tray, reader, panel, motion=motion)
        panel.dropped.connect(lambda place: self._put_into(bay, place))
        return bay

    def _id_bay(self, hand: IdHand, *, motion: bool) -> Bay:
        panel = IdArea(self._style, _ID_AREA_PX)
        bay = Bay(self, self.tray, IdPlace(hand), panel, motion=motion)
        panel.dropped.connect(lambda place: self._put_into(bay, place))
        return bay

    def _wire_demo(self, demo: DemoPipe) -> None:
        demo.told.connect(self.switches.show_told)
        self.switches.centre_wanted.connect(lambda on: demo.ask_centre(on=on))
        self.switches.power_cut_wanted.connect(demo.ask_power_cut)
        self.switches.quit_wanted.connect(self.close)
        self.switches.front_changed.connect(lambda: QTimer.singleShot(_FRONT_MAPS_MS, self, self.raise_))

    def _lay_out(self) -> None:
        style = self._style
        column = QVBoxLayout(self)
        edge = style.space(Space.APART)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(style.space(Space.NEAR))
        for bay in (*self.bays, *(() if self.id_bay is None else (self.id_bay,))):
            column.addWidget(bay.panel)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(style.space(Space.APART))
        halves.setStyleSheet("QSplitter::handle { background: transparent; }")
        halves.addWidget(self._cards_half())
        halves.addWidget(self.shelf)
        halves.setSizes([HEIGHT // 3, HEIGHT // 3])
        column.addWidget(halves, 1)
        column.addWidget(self.switches)
        self.resize(BENCH_WIDTH, HEIGHT)

    def _cards_half(self) -> QWidget:
        half = QWidget()
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._style.space(Space.HAIR))
        column.addWidget(Label(self._style, "卡片", bold=True, role=Role.QUIET, wrap=False))
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
        left = room.right() + 1 - BENCH_WIDTH - edge
        self.setGeometry(QRect(left, top, BENCH_WIDTH, height))
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


def _wire(panel: DevicePanel, hand: Hand[ControlT, ActT]) -> None:
    """What a panel asks for, the hand does; what the hand sees, the panel shows."""
    hand.saw.connect(panel.show_seen, Qt.ConnectionType.QueuedConnection)
    hand.refused.connect(panel.show_refused, Qt.ConnectionType.QueuedConnection)
    hand.away.connect(panel.show_away, Qt.ConnectionType.QueuedConnection)

    def ask(act: ActT) -> None:
        if not hand.ask(act):
            panel.show_away("太多事情在等它")

    panel.act_wanted.connect(ask)
