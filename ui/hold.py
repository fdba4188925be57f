"""按住看: a private value is to be seen only while a finger is on its button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from ui.icons import FrameIcon
from ui.style import Style
from ui.touch import Kind, Touch, tell_own, tell_touched

_A_WHILE_MS = 4000
"""By the one button of a tactile pad nothing can be held."""


class Hold(Touch):
    """`show` gives what is to be seen then. Calls `show` when it is pressed and `hide` when it is let go."""

    def __init__(
        self, style: Style, label: str, show: Callable[[], str], hide: Callable[[], None], *, name: str = ""
    ) -> None:
        super().__init__(style, label, Kind.QUIET, lambda: None, icon=FrameIcon.EYE, name=name)
        self._show, self._hide = show, hide
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_A_WHILE_MS)
        self._again.timeout.connect(hide)
        self.pressed.connect(self._pressed)
        self.released.connect(hide)

    def _pressed(self) -> None:
        self._again.stop()
        self._show()
        tell_touched(self)

    def show_for_a_while(self) -> None:
        """Without a finger: for some seconds; and said, for who does not see it."""
        tell_own(self, self._show())
        self._again.start()
