"""Top bar and footer around the page of one window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.conversation.view import Status
from ui.footer import Footer, FooterState, FooterTouches
from ui.parts import discard
from ui.style import Style
from ui.top_bar import TopBar, VoiceControls


class Frame:
    """Each part is made anew when something in it changes, and else stays, even under a finger; nothing is
    there around a bare page."""

    def __init__(self, window: QWidget, clock: Callable[[], datetime], touches: FooterTouches) -> None:
        self._window, self._clock, self._touches = window, clock, touches
        self._top: TopBar | None = None
        self._bottom: Footer | None = None
        self._top_of: tuple[Style, Status, bool] | None = None
        self._bottom_of: tuple[Style, FooterState] | None = None
        """Of what the parts were made: most pages have the frame of the page before."""

    @property
    def within(self) -> QRect:
        """What is left for the page."""
        top = 0 if self._top is None else self._top.height()
        bottom = self._window.height() - (0 if self._bottom is None else self._bottom.height())
        return QRect(0, top, self._window.width(), bottom - top)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """From the page's end on, in the order in which one goes around them."""
        return tuple(part for part in (self._bottom, self._top) if part is not None)

    def clear(self) -> None:
        for part in (self._top, self._bottom):
            if part is not None:
                discard(part)
        self._top = self._bottom = None
        self._top_of = self._bottom_of = None

    def build(self, style: Style, status: Status, state: FooterState, voice: VoiceControls | None) -> None:
        if self._bottom is not None and self._bottom_of == (style, state.look):
            self._bottom.enable(state)
        else:
            if self._bottom is not None:
                discard(self._bottom)
            self._bottom = Footer(style, self._window.width(), state, self._touches)
            self._put(self._bottom, self._window.height() - self._bottom.height())
            self._bottom_of = style, state.look
        self.build_top(style, status, voice)

    def build_top(self, style: Style, status: Status, voice: VoiceControls | None) -> None:
        """The top bar alone: what is heard changes oftener than anything else."""
        wanted = style, status, voice is not None
        if self._top is not None and self._top_of == wanted:
            if voice is not None:
                self._top.tell_voice(voice)
            return
        if self._top is not None:
            discard(self._top)
        self._top = TopBar(style, self._window.width(), status, self._clock, voice)
        self._put(self._top, 0)
        self._top_of = wanted

    def _put(self, part: QWidget, y: int) -> None:
        part.setParent(self._window)
        part.move(0, y)
        part.show()
