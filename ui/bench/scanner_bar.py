"""The scanner of the bench 扫描器: the uppermost paper can be held before it, as it is or altered."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.bench.demo_pipe import Scanned
from ui.metrics import Space
from ui.parts import Label, paint_panel
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch

_INVITATION = "先在终端上点“验真”"


def scanned_words(scanned: Scanned) -> str:
    """What became of it."""
    if not scanned.codes:
        return "这张纸上没有码"
    which = f"第 {scanned.code} 个码" if scanned.codes > 1 else "码"
    return f"读到改过的{which}" if scanned.altered else f"读到{which}"


class ScannerBar(QWidget):
    """It knows neither scanner nor paper: it asks."""

    held = Signal()
    """The uppermost paper is held before it."""
    held_altered = Signal()
    """…and somebody altered a sign of its code."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.words = Label(style, _INVITATION, role=Role.QUIET)
        self.scan = Touch(style, "扫一扫", Kind.SECONDARY, self.held.emit, name="扫这张纸")
        self.scan.setToolTip("把最上面的纸放到扫描器前；纸上有几个码，就一个一个来")
        self.forge = Touch(style, "涂改后扫", Kind.QUIET, self.held_altered.emit, name="涂改后扫这张纸")
        self.forge.setToolTip("改掉码里的一个字，再放到扫描器前")
        row = QHBoxLayout(self)
        tight = style.space(Space.TIGHT)
        row.setContentsMargins(style.space(Space.NEAR), tight, tight, tight)
        row.setSpacing(tight)
        row.addWidget(Label(style, "扫描器", bold=True, wrap=False))
        row.addWidget(self.words, 1)
        row.addWidget(self.forge)
        row.addWidget(self.scan)

    @Slot(object)
    def show_scanned(self, scanned: Scanned) -> None:
        self.words.say(scanned_words(scanned))

    def begin_anew(self) -> None:
        """Another paper hangs uppermost."""
        self.words.say(_INVITATION)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_panel(QPainter(self), self._style, QRectF(self.rect()), Role.SURFACE, Role.LINE)
