"""The bench's window: readers, cards, printer and the world outside, one below the other."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ui.bench.bay import Bay
from ui.bench.cards import CardTray
from ui.bench.demo_pipe import DemoPipe
from ui.bench.look import HEIGHT, WIDTH, bench_style
from ui.bench.paper_watch import PaperWatch
from ui.bench.printer_hand import Act, PrinterHand
from ui.bench.printer_panel import PrinterPanel
from ui.bench.reader import Reader
from ui.bench.slots import SlotPanel
from ui.bench.switches import Switches
from ui.bench.tray import TrayCard
from ui.metrics import Space
from ui.parts import Label
from ui.theme import Role

_ONE_SLOT_PX, _TWO_SLOTS_PX = 108, 84
_SCREEN_EDGE_PX: Final = 24
_FRONT_MAPS_MS: Final = 800
"""A new front's window is up by then, over the bench where no window manager keeps the bench on top."""


class BenchWindow(QWidget):
    """Wires what a visitor touches to readers, printer and demo. Closing it asks the demo to quit."""

    def __init__(
        self,
        cards: tuple[TrayCard, ...],
        readers: tuple[Reader, ...],
        hand: PrinterHand,
        watch: PaperWatch,
        demo: DemoPipe,
        *,
        motion: bool = True,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self._cards, self._style, self._demo = cards, bench_style(), demo
        self.setWindowTitle("便民 · 演示台")
        self.tray = CardTray(self._style, cards)
        self.bays = tuple(
            self._bay(number, reader, len(readers), motion=motion) for number, reader in enumerate(readers, 1)
        )
        self.printer = PrinterPanel(self._style, motion=motion)
        self.switches = Switches(self._style)
        self._lay_out()
        self.tray.picked.connect(self._put)
        self._wire_printer(hand, watch)
        self._wire_demo(demo)

    def _bay(self, number: int, reader: Reader, of: int, *, motion: bool) -> Bay:
        name, height = ("读卡器", _ONE_SLOT_PX) if of == 1 else (f"读卡器 {number}", _TWO_SLOTS_PX)
        panel = SlotPanel(self._style, name, height)
        bay = Bay(self, self.tray, reader, panel, motion=motion)
        panel.dropped.connect(lambda place: self._put_into(bay, place))
        return bay

    def _wire_printer(self, hand: PrinterHand, watch: PaperWatch) -> None:
        hand.saw.connect(self.printer.show_seen, Qt.ConnectionType.QueuedConnection)
        hand.away.connect(self.printer.show_away, Qt.ConnectionType.QueuedConnection)
        watch.setParent(self)
        watch.came.connect(self.printer.show_paper)

        def ask(act: Act) -> None:
            if not hand.ask(act):
                self.printer.show_away("太多事情在等打印机")

        self.printer.act_wanted.connect(ask)

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
        for bay in self.bays:
            column.addWidget(bay.panel)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(style.space(Space.APART))
        halves.setStyleSheet("QSplitter::handle { background: transparent; }")
        halves.addWidget(self._cards_half())
        halves.addWidget(self.printer)
        halves.setSizes([HEIGHT // 3, HEIGHT // 3])
        column.addWidget(halves, 1)
        column.addWidget(self.switches)
        self.resize(WIDTH, HEIGHT)

    def _cards_half(self) -> QWidget:
        half = QWidget()
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._style.space(Space.HAIR))
        column.addWidget(Label(self._style, "卡片", bold=True, role=Role.QUIET, wrap=False))
        column.addWidget(self.tray, 1)
        return half

    def show_beside(self) -> None:
        """Open at the screen's right edge, as high as there is room for."""
        room = QGuiApplication.primaryScreen().availableGeometry()
        edge = _SCREEN_EDGE_PX
        height = min(HEIGHT, room.height() - 3 * edge)
        self.setGeometry(QRect(room.right() - WIDTH - edge, room.top() + 2 * edge, WIDTH, height))
        self.show()

    @Slot(int)
    def _put(self, place: int) -> None:
        """A click on a card: into the first free reader, or in exchange for the first one's card."""
        free = next((bay for bay in self.bays if bay.free), None)
        self._put_into(free or self.bays[0], place)

    def _put_into(self, bay: Bay, place: int) -> None:
        if place < len(self._cards) and not self.tray.tile(place).away:
            bay.put(self._cards[place])

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._style.colour(Role.PAPER))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._demo.ask_quit()
        self._demo.close()
        event.accept()
