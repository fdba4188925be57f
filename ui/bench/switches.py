"""Switches for what the terminal stands in: the centre, the power, the demo itself."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.bench.demo_pipe import Told
from ui.bench.toggle import Toggle
from ui.metrics import Space
from ui.parts import Label
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch

_NOT_TOLD = "终端还没有起来"
_START_MS = 15_000
"""After a power cut another front is there by then, or something is wrong."""


class Switches(QWidget):
    """The bench owns none of these things: it asks, and shows what it is told."""

    centre_wanted = Signal(bool)
    power_cut_wanted = Signal()
    quit_wanted = Signal()
    front_changed = Signal()
    """Another front is there: its window has come up over the bench."""

    def __init__(self, style: Style, *, aloud: bool = False) -> None:
        """`aloud`: this machine can play what the terminal says."""
        super().__init__()
        self._front_pid: int | None = None
        self.centre = Toggle(style, "连得上中心", lit=Role.GOOD)
        self.centre.wanted.connect(self.centre_wanted)
        self.aloud = Toggle(style, "用这台电脑出声", lit=Role.GOOD)
        self.aloud.setToolTip("音箱里的和耳机里的话，都从这台电脑里出来")
        self.aloud.setVisible(aloud)
        self.power_cut = Touch(style, "断电重启终端", Kind.QUIET, self._cut)
        self.quit = Touch(style, "结束演示", Kind.QUIET, self.quit_wanted.emit)
        self.words = Label(style, _NOT_TOLD, role=Role.QUIET, wrap=False)
        self.power_cut.setEnabled(False)
        self._patience = QTimer(self, interval=_START_MS, singleShot=True)
        self._patience.timeout.connect(self._give_up)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row in (upper, lower):
            row.setSpacing(style.space(Space.NEAR))
        upper.addWidget(Label(style, "外面", bold=True, role=Role.QUIET, wrap=False))
        upper.addStretch(1)
        upper.addWidget(self.words)
        upper.addWidget(self.aloud)
        lower.addWidget(self.centre)
        lower.addStretch(1)
        lower.addWidget(self.power_cut)
        lower.addWidget(self.quit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.space(Space.TIGHT))
        column.addLayout(upper)
        column.addLayout(lower)

    @Slot(object)
    def show_told(self, told: Told) -> None:
        if told.centre is not None:
            self.centre.show_state(on=told.centre)
        if told.front_pid is not None and told.front_pid != self._front_pid:
            self._front_pid = told.front_pid
            self._patience.stop()
            self.words.setText(f"终端进程 {told.front_pid}")
            self.power_cut.setEnabled(True)
            self.front_changed.emit()

    def _cut(self) -> None:
        self.power_cut.setEnabled(False)
        self._patience.start()
        self.words.setText("断电了，等终端起来…")
        self.power_cut_wanted.emit()

    @Slot()
    def _give_up(self) -> None:
        self.power_cut.setEnabled(True)
        self.words.setText("终端没有起来")
