"""One resident's session on the screen: the runner behind the window, and the terminal when it is there."""

from __future__ import annotations

import os
import threading

import structlog
from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from drivers.printers.paper import Paper
from drivers.voices.voice import Voice, VoiceState
from kiosk.clock import Clock, monotonic
from kiosk.conversation.events import AnyEvent, Broken, Ready, Tick
from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import Pace
from kiosk.conversation.view import Status, View
from kiosk.front_pipe import FrontExit
from kiosk.languages.catalogue import CatalogueError, other_languages
from kiosk.openings import open_voice
from kiosk.runner import Runner
from kiosk.settings import Settings
from kiosk.terminal import Terminal, TerminalUnavailable, open_terminal
from ui.glass_file import GlassFile
from ui.pages.open import AllPages
from ui.paper_picture import picture_of
from ui.rehearsal import rehearsed_view
from ui.spoken_pages import spoken_by
from ui.window import KioskWindow

TICK_MS = 250
END_LIMIT_S = 4.5
"""From the blank page to the end of the process; within the 5 s that are promised."""
REHEARSE_AFTER_MS = 200
"""A card that was in already goes before."""
OUT_OF_SERVICE_S = 20.0
"""How long the page stays before the next front tries again."""


class Front(QObject):
    """Wires window, runner and terminal together, and ends the process when the session is over."""

    happened = Signal(object)
    """An `Event`, from any thread."""
    stated = Signal(object)
    """A `Status`, from any thread."""
    opened = Signal(object)
    """The `Terminal`, once it is there."""
    voiced = Signal(object)
    """A `VoiceState`, from the voice's thread."""
    dressed = Signal(object)
    """The languages beside Chinese, once they are read."""

    def __init__(
        self, window: KioskWindow, settings: Settings, clock: Clock, *, card_forgotten: bool
    ) -> None:
        super().__init__()
        self._window = window
        window.take_pages(AllPages(id_reader=settings.reads_id_cards))
        self._settings = settings
        self._clock = clock
        self._terminal: Terminal | None = None
        self._log = structlog.get_logger()
        self._runner = Runner(
            pace=Pace(settings.pace.idle_s, settings.pace.warning_s),
            status=Status(settings.terminal.place),
            card_forgotten=card_forgotten,
            monotonic=monotonic,
            post=self.happened.emit,
            show=self._show,
            over=self._over,
        )
        self.happened.connect(self._runner.handle, Qt.ConnectionType.QueuedConnection)
        self.stated.connect(self._runner.set_status, Qt.ConnectionType.QueuedConnection)
        self.opened.connect(self._take_terminal, Qt.ConnectionType.QueuedConnection)
        self.voiced.connect(self._take_voice_state, Qt.ConnectionType.QueuedConnection)
        self.dressed.connect(self._window.take_languages, Qt.ConnectionType.QueuedConnection)
        self._voice: Voice | None = None
        self._painted: tuple[Paper, QImage] | None = None
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(lambda: self._runner.handle(Tick()))
        if settings.demo:
            GlassFile(self._window, settings.terminal.run_dir, self)
        self._parent = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._parent.activated.connect(self._parent_spoke)

    def send(self, event: AnyEvent) -> None:
        """What a resident touched."""
        self._runner.handle(event)

    def begin(self) -> None:
        """Opens the terminal, on a thread of its own."""
        self._ticks.start()
        threading.Thread(target=self._open_terminal, name="terminal-start", daemon=True).start()

    def _open_terminal(self) -> None:
        try:
            self.dressed.emit(other_languages())
        except (CatalogueError, OSError) as error:
            # A terminal that speaks Chinese alone is better than none.
            self._log.error("no other language", why=str(error))
        try:
            terminal = open_terminal(
                self._settings, self._clock, on_event=self.happened.emit, on_status=self.stated.emit
            )
        except TerminalUnavailable as unavailable:
            self.happened.emit(Broken(str(unavailable)))
            return
        except Exception as error:  # noqa: BLE001 a page that says so, instead of 正在准备 for ever
            self._log.error("the terminal did not open", exc_info=error)
            self.happened.emit(Broken(f"{type(error).__name__}: see the log"))
            return
        self.opened.emit(terminal)

    @Slot(object)
    def _take_terminal(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._runner.attach(terminal)
        self._runner.handle(Ready(terminal.desks))
        terminal.watch()
        # Last: a terminal without a voice is better than none.
        self._give_voice()
        QTimer.singleShot(REHEARSE_AFTER_MS, self._rehearse)

    def _give_voice(self) -> None:
        settings = self._settings.voice
        self._voice = open_voice(self._settings, self.voiced.emit)
        if self._voice is not None and settings is not None:
            self._window.take_voice(spoken_by(self._voice, unasked=settings.unasked))

    @Slot(object)
    def _take_voice_state(self, state: VoiceState) -> None:
        self._window.hear(state)
        if self._terminal is not None:
            self._terminal.tell_voice(state)

    @Slot()
    def _rehearse(self) -> None:
        if self._runner.phase is Phase.WAITING:
            self._window.rehearse(rehearsed_view())

    def paint_paper(self, paper: Paper) -> QImage:
        """The last one is kept: help, another size of text and a touch too many bring the same again."""
        if self._painted is None or self._painted[0] != paper:
            self._painted = paper, picture_of(paper, self._settings.printer.model)
        return self._painted[1]

    def _show(self, view: View) -> None:
        self._window.show_view(view)
        if view.phase is Phase.OUT_OF_SERVICE:
            QTimer.singleShot(int(OUT_OF_SERVICE_S * 1000), self._end_out_of_service)

    def _end_out_of_service(self) -> None:
        self._over(card_forgotten=self._runner.card_may_be_in)

    def _over(self, card_forgotten: bool) -> None:  # noqa: FBT001 the runner calls it
        """The page is blank: settles what runs, and goes. Nothing of the session outlives the process."""
        code = FrontExit.CARD_FORGOTTEN if card_forgotten else FrontExit.OVER
        guard = threading.Timer(END_LIMIT_S, os._exit, args=(int(code),))
        guard.daemon = True
        guard.start()
        self._ticks.stop()
        terminal = self._terminal

        def settle() -> None:
            if self._voice is not None:
                self._voice.stop()
            if terminal is not None:
                terminal.close()
            # The blank page is already painted; Qt's own tear-down would only delay the next front.
            os._exit(int(code))

        threading.Thread(target=settle, name="terminal-end", daemon=True).start()

    @Slot()
    def _parent_spoke(self) -> None:
        """The supervisor never writes: readable means that it has gone, and the front goes too."""
        if not os.read(0, 64):
            self._parent.setEnabled(False)
            self._over(card_forgotten=False)
