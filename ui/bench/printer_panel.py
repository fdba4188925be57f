"""The printer of the bench: its controls, what its panel shows, and the papers that hang out of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.bench.lamp import BODY_SHADE, Lamp, Said
from ui.bench.paper_strip import PaperStrip
from ui.bench.printer_hand import PAPER_LEFT_MM, Act, Seen
from ui.bench.scanner_bar import ScannerBar
from ui.bench.shelf import DevicePanel
from ui.bench.toggle import Toggle
from ui.metrics import Space
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch

_MOUTH_HEIGHT: Final = 46


AWAY: Final = Said("打印机不在：没有回答", Lamp.DARK, "不在")
BEFORE_THE_FIRST_LOOK: Final = Said("正在找打印机", Lamp.DARK, "正在找")


def panel_words(seen: Seen) -> Said:
    """The one thing to say: what stops it first, then what soon will."""
    state = seen.state
    left = state.remaining_mm
    soon = left is not None and left <= PAPER_LEFT_MM
    said: tuple[tuple[bool, Said], ...] = (
        (not state.powered, Said("没有电", Lamp.DARK)),
        (state.cover_open, Said("盖子开着", Lamp.PROBLEM)),
        (state.cutter_jammed, Said("切刀卡住了", Lamp.PROBLEM)),
        (state.paper_out, Said("没有纸了", Lamp.PROBLEM)),
        (seen.silent, Said("不出声：什么都不回答", Lamp.ATTENTION, "不出声")),
        (soon, Said(f"再走 {left or 0:.0f} 毫米，纸就用完", Lamp.ATTENTION, "快没纸了")),
        (state.near_end, Said("纸快用完了", Lamp.ATTENTION, "快没纸了")),
        (not state.idle, Said("正在打印", Lamp.BUSY)),
    )
    return next((words for holds, words in said if holds), Said("正常，纸充足", Lamp.GOOD, "正常"))


class _Mouth(QWidget):
    """The printer's dark front with lamp and words; the paper comes out below."""

    def __init__(self, style: Style, take: Touch) -> None:
        super().__init__()
        self._style = style
        self._said = Said("", Lamp.DARK)
        self.setFixedHeight(_MOUTH_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, style.space(Space.TIGHT), style.space(Space.TIGHT))
        row.addStretch(1)
        row.addWidget(take)

    def say(self, said: Said) -> None:
        self._said = said
        self.setAccessibleName(said.words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour(Role.INK))
        radius = self._style.metrics.radius + 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 0, 0, radius), radius, radius)
        painter.setBrush(QColor(BODY_SHADE))
        edge = self._style.space(Space.TIGHT)
        painter.drawRoundedRect(QRectF(edge, self.height() - 6, self.width() - 2 * edge, 4), 2, 2)
        left, middle = self._style.space(Space.APART), (self.height() - 6) / 2
        painter.setBrush(QColor(self._said.lamp.on_dark))
        painter.drawEllipse(QRectF(left, middle - 4, 8, 8))
        painter.setPen(self._style.colour(Role.ON_ACCENT))
        painter.setFont(self._style.font(bold=True))
        words = QRectF(left + 16, 0, self.width() - left - 16, self.height() - 6)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._said.words)


class PrinterPanel(DevicePanel):
    """Asks for an `Act`, and shows what it is told; it knows no printer."""

    scan_wanted = Signal(int, bool)
    """A paper is held before the scanner: its number, and whether somebody altered it."""

    def __init__(self, style: Style, *, motion: bool) -> None:
        super().__init__()
        self.strip = PaperStrip(style, motion=motion)
        self.cover = Toggle(style, "开盖", lit=Role.ATTENTION)
        self.silence = Toggle(style, "不出声", lit=Role.ATTENTION)
        self.run_out = self._touch(style, "用完纸", Act.PAPER_OUT_SOON)
        self.run_out.setToolTip(f"再走 {PAPER_LEFT_MM:.0f} 毫米，纸就用完")
        self.load = self._touch(style, "装纸", Act.LOAD_PAPER)
        self.take = Touch(style, "取走", Kind.SECONDARY, self._take)
        self.take.hide()
        self.cover.wanted.connect(
            lambda open_: self.act_wanted.emit(Act.OPEN_COVER if open_ else Act.CLOSE_COVER)
        )
        self.silence.wanted.connect(lambda on: self.act_wanted.emit(Act.SILENCE if on else Act.SPEAK))
        self.scanner = ScannerBar(style)
        self.scanner.hide()
        self.scanner.held.connect(lambda: self._hold(altered=False))
        self.scanner.held_altered.connect(lambda: self._hold(altered=True))
        self.strip.count_changed.connect(self._count)
        self._mouth = _Mouth(style, self.take)
        self._lay_out(style)
        self._enable(there=False)
        self.say(BEFORE_THE_FIRST_LOOK)

    def _touch(self, style: Style, label: str, act: Act) -> Touch:
        return Touch(style, label, Kind.QUIET, lambda: self.act_wanted.emit(act))

    def _lay_out(self, style: Style) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(style.space(Space.NEAR))
        controls.addWidget(self.run_out)
        controls.addWidget(self.load)
        controls.addStretch(1)
        controls.addWidget(self.cover)
        controls.addSpacing(style.space(Space.TIGHT))
        controls.addWidget(self.silence)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(controls)
        column.addSpacing(style.space(Space.TIGHT))
        column.addWidget(self._mouth)
        column.addWidget(self.strip, 1)
        column.addWidget(self.scanner)

    def say(self, said: Said) -> None:
        super().say(said)
        self._mouth.say(said)

    @Slot(object)
    def show_seen(self, seen: Seen) -> None:
        self._enable(there=True)
        self.say(panel_words(seen))
        self.cover.show_state(on=seen.state.cover_open)
        self.silence.show_state(on=seen.silent)

    @Slot(str)
    def show_refused(self, why: str) -> None:
        self.say(Said(f"打印机没有照做：{why}", Lamp.PROBLEM, "没有照做"))

    @Slot(str)
    def show_away(self, why: str) -> None:
        self._enable(there=False)
        self.say(AWAY)
        self._mouth.setToolTip(why)
        self.cover.show_state(on=None)
        self.silence.show_state(on=None)

    @Slot(int, QImage)
    def show_paper(self, number: int, image: QImage) -> None:
        self.strip.add(number, image)
        self.noticed.emit()

    def _count(self, count: int) -> None:
        self.take.setVisible(count > 0)
        self.scanner.setVisible(count > 0)
        self.scanner.begin_anew()

    def _hold(self, *, altered: bool) -> None:
        uppermost = next(iter(self.strip.sheets), None)
        if uppermost is not None:
            self.scan_wanted.emit(uppermost.number, altered)

    def _take(self) -> None:
        self.strip.take()
        self.act_wanted.emit(Act.TAKE_PAPER)

    def _enable(self, *, there: bool) -> None:
        self.run_out.setEnabled(there)
        self.load.setEnabled(there)
