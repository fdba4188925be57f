"""The one window: the frame, the page in it, and the resident's own switches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from kiosk.conversation.phase import Phase
from kiosk.conversation.touches import (
    BackWanted,
    Entered,
    ExitWanted,
    GiveUpWanted,
    HelpWanted,
    ScanRead,
    SlowWanted,
    StillHere,
    Touched,
    WithoutCardWanted,
)
from kiosk.conversation.view import View
from ui.appearance import Appearance
from ui.blocks.heights import Heights
from ui.fade import fade_in
from ui.footer import FooterState, FooterTouches
from ui.frame import Frame
from ui.keyboard import Keyboard
from ui.left_off import LeftOff
from ui.listening import Listening
from ui.metrics import Metrics, Screen
from ui.pages.first import FirstPage
from ui.pages.page import Hands, Page, PageKind, Pages, Room, no_hands
from ui.parts import discard
from ui.speaking import PageVoice, Spoken
from ui.style import Style
from ui.theme import THEMES, Role
from ui.touch import TOUCHED, Fingered, OwnWords
from ui.turning import (
    BARE,
    LATE_LOOK_MS,
    RESIDENT_PHASES,
    frame_of,
    hides_a_step,
    name_of,
    session_ended,
    talk_ended,
)
from ui.typeface import require_typeface

if TYPE_CHECKING:
    from drivers.voices.voice import VoiceState
    from kiosk.conversation.events import AnyEvent
    from kiosk.languages.catalogue import SelectableLanguage
    from ui.blocks.part import PaintPaper
    from ui.touch import Button

SECOND_TAP_MS = 300
"""A touch so soon after a page came was meant for the page before it (docs/facts/people-and-screen.md §2)."""
_NOBODY_MS = 60_000
"""After so long without a session the switches that somebody left go back."""


class KioskWindow(QWidget):
    """Frameless, over the whole screen, closed by nobody but `end`. Raises `TypefaceMissing`."""

    painted = Signal(int)
    """The serial of a view, when its page has been painted for the first time."""
    rested = Signal()
    """From now on a touch answers the page."""

    def __init__(
        self,
        screen: Screen,
        *,
        send: Callable[[AnyEvent], None],
        clock: Callable[[], datetime],
        paint_paper: PaintPaper,
        pages: Pages | None = None,
        motion: bool = True,
        second_tap_ms: int = SECOND_TAP_MS,
    ) -> None:
        """`send` takes what the resident touches; `clock` gives the time in the status line; `paint_paper`
        draws a paper, one pixel a dot; `pages` are the first page alone until `take_pages`; without `motion`
        nothing fades and nothing moves; a new page takes no touch for `second_tap_ms`."""
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        require_typeface()
        self._screen, self._send, self._clock = screen, send, clock
        self._paint_paper, self._motion = paint_paper, motion
        self._pages: Pages = FirstPage() if pages is None else pages
        self._appearance = Appearance()
        self._languages: tuple[SelectableLanguage, ...] = ()
        self._voice = PageVoice(self._voice_changed, self._switched)
        self._view: View | None = None
        self._page: Page | None = None
        self._page_key = ""
        self._left_off = LeftOff()
        self._heights = Heights()
        self._given_up: int | None = None
        """The serial of the payment that was given up last."""
        self._ending = False
        self._unpainted: int | None = None
        self._opened: tuple[Phase, int] | None = None
        """Phase and serial of the view whose page was opened last."""
        self._said_in = ""
        """The language in which it was said."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedSize(screen.width_px, screen.height_px)
        self._frame = Frame(self, clock, self._footer_touches())
        self._fresh = QTimer(self, singleShot=True, interval=second_tap_ms)
        self._fresh.timeout.connect(self.rested)
        self._keyboard = Keyboard(self, self._rooms, self._name, self._fresh.isActive)
        self._late_look = QTimer(self)
        self._late_look.setSingleShot(True)
        self._late_look.timeout.connect(self._open_page)
        self._nobody = QTimer(self)
        self._nobody.setSingleShot(True)
        self._nobody.setInterval(_NOBODY_MS)
        self._nobody.timeout.connect(self._forget_appearance)
        self._listening = Listening(self, self._still_here)

    @property
    def view(self) -> View | None:
        """What is to be seen now."""
        return self._view

    @property
    def page(self) -> Page | None:
        """The page that is drawn; the page before it while a look has just begun."""
        return self._page

    @property
    def settled(self) -> bool:
        """Whether the page drawn is the one of the view that is due."""
        return not self._late_look.isActive()

    @property
    def touchable(self) -> bool:
        """Whether a touch answers it; not while it has just come."""
        return self.settled and not self._fresh.isActive()

    @property
    def appearance(self) -> Appearance:
        return self._appearance

    def take_pages(self, pages: Pages) -> None:
        """From now on these are the pages; before anything but the first is shown."""
        self._pages = pages

    def dress_as(self, appearance: Appearance) -> None:
        """Before anything is shown: as if a resident had chosen it."""
        self._appearance = appearance

    def take_languages(self, languages: tuple[SelectableLanguage, ...]) -> None:
        """What can be chosen beside Chinese."""
        self._languages = languages
        self._rebuild_frame()
        self._fit_to_frame()

    def take_voice(self, spoken: Spoken) -> None:
        """Pages are spoken from now on."""
        self._voice.take(spoken)
        self._speak()

    def hear(self, state: VoiceState) -> None:
        """How the voice is now."""
        self._voice.tell(state)
        self._listening.tell(heard=state.speaking and (state.headphones or self._keyboard.in_use))

    def end(self) -> None:
        """The program itself ends."""
        self._ending = True
        self.close()

    def show_view(self, view: View) -> None:
        """Draws `view`; does little where only the time or a state has changed."""
        before, self._view = self._view, view
        if talk_ended(before, view):
            self._left_off.forget()
            self._heights.forget()
            self._page_key = ""
            self._given_up = None
            self._voice.forget_page()
        if session_ended(before, view):
            self._appearance = Appearance()
            self._keyboard.put_away()
            self._voice.as_loud_as_before()
        name = name_of(self._pages.kind_of(view), view)
        if before is not None and name_of(self._pages.kind_of(before), before) == name:
            self._refresh(before, view)
            return
        self._late_look.stop()
        if self._page is not None and self._pages.kind_of(view) is PageKind.LOOK:
            wait_ms = LATE_LOOK_MS.get(self._page.kind)
            if wait_ms is not None:
                # The page stays, but takes no touch.
                self._page.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                self._late_look.start(wait_ms)
                return
        self._open_page()

    def rehearse(self, view: View) -> None:
        """Draws the page of `view` where nobody sees it."""
        room = Room(self._style(), self.size(), self._heights)
        page = self._pages.open(room, view, no_hands(self._paint_paper), motion=False)
        page.render(QPixmap(page.size()))
        page.deleteLater()

    def _refresh(self, before: View, view: View) -> None:
        if self._page is not None:
            self._page.refresh(view)
        if frame_of(before) != frame_of(view):
            self._rebuild_frame()
        self._fit_to_frame()
        if before.paying != view.paying:
            self._speak()

    def _fit_to_frame(self) -> None:
        """After the frame, or a part of the page, was drawn anew: no bar lies over the page."""
        if self._page is not None and self._page.geometry() != self._frame.within:
            self._open_page()
        else:
            self._keyboard.find_again(new_page=False)

    def _open_page(self) -> None:
        view = self._view
        if view is None:
            return
        self._late_look.stop()
        old, kind = self._page, self._pages.kind_of(view)
        new = (view.phase, view.serial) != self._opened
        self._opened = view.phase, view.serial
        if old is not None and self._page_key:
            self._left_off.leave(self._page_key, old)
        # The warning hides the page of its step, and is not it.
        self._page, self._page_key = None, "" if kind is PageKind.IDLE_WARNING else view.step_key
        if old is not None:
            discard(old)
        self._rebuild_frame()
        within = self._frame.within
        room = Room(self._style(), within.size(), self._heights)
        page = self._pages.open(room, view, self._hands(view.serial), motion=self._motion)
        self._left_off.come_back(view.step_key, page, step_is_hidden=hides_a_step(view, kind))
        page.setParent(self)
        page.move(within.topLeft())
        page.show()
        self._page, self._unpainted = page, view.serial
        self._keyboard.find_again(new_page=new)
        if new and self._fresh.interval():
            self._fresh.start()
        if new or self._said_in != self._appearance.language.code:
            self._speak()
        if kind is PageKind.BLANK:
            self.repaint()
        elif self._motion and old is not None:
            fade_in(page)

    def _style(self) -> Style:
        shown = self._appearance
        return Style(Metrics(self._screen, shown.text_size), THEMES[shown.contrast], shown.language)

    def _rebuild_frame(self) -> None:
        view = self._view
        if view is None or self._pages.kind_of(view) in BARE:
            self._frame.clear()
            return
        talking = view.phase is Phase.TALKING
        state = FooterState(
            in_session=talking,
            can_go_back=talking and view.can_go_back,
            can_help=talking and view.can_help,
            can_exit=talking and view.can_exit,
            slow=view.slow,
            appearance=self._appearance,
            next_language=self._appearance.next_language(self._languages)[1],
        )
        self._frame.build(self._style(), view.status, state, self._voice.controls)

    def _voice_changed(self) -> None:
        view = self._view
        if view is not None and self._pages.kind_of(view) not in BARE:
            self._frame.build_top(self._style(), view.status, self._voice.controls)
            self._fit_to_frame()

    def _speak(self) -> None:
        page, view = self._page, self._view
        if page is not None and view is not None:
            self._said_in = self._appearance.language.code
            self._listening.new_page(warns=view.phase is Phase.IDLE_WARNING)
            self._voice.open_page(view, self._appearance.language, page, by_keys=self._keyboard.in_use)

    def _name(self, thing: Button) -> None:
        self._voice.name(thing, self._appearance.language)

    def _rooms(self) -> tuple[QWidget, ...]:
        """In the order in which the arrows go through them."""
        return self._frame.parts if self._page is None else (self._page, *self._frame.parts)

    def _footer_touches(self) -> FooterTouches:
        dress = self._dress
        return FooterTouches(
            back=lambda: self._send(BackWanted(self._serial)),
            help=lambda: self._send(HelpWanted()),
            exit=lambda: self._send(ExitWanted()),
            text_size=lambda: dress(text_size=self._appearance.text_size.next),
            contrast=lambda: dress(contrast=self._appearance.contrast.next),
            slow=self._change_pace,
            language=lambda: dress(language=self._appearance.next_language(self._languages)[0]),
        )

    @property
    def _serial(self) -> int:
        return 0 if self._view is None else self._view.serial

    def _hands(self, serial: int) -> Hands:
        """For the page of one step: whatever is due by then, its touches are meant for that step."""

        def give_up() -> None:
            if self._given_up != serial:
                self._given_up = serial
                self._send(GiveUpWanted(serial))

        return Hands(
            answer=lambda key: self._send(Touched(serial, key)),
            still_here=self._still_here,
            paint_paper=self._paint_paper,
            give_up=give_up,
            enter=lambda text: self._send(Entered(serial, text)),
            scan=lambda text: self._send(ScanRead(text)),
            without_card=lambda: self._send(WithoutCardWanted()),
            given_up=self._given_up == serial,
        )

    def _still_here(self) -> None:
        self._send(StillHere())

    def _dress(self, **changed: Any) -> None:
        """`changed`: fields of the appearance."""
        self._appearance = replace(self._appearance, **changed)
        self._open_page()
        self.update()
        self._switched()

    def _change_pace(self) -> None:
        self._nobody.start()
        self._send(SlowWanted(not (self._view is not None and self._view.slow)))

    def _switched(self) -> None:
        """Somebody is here; what he switches goes back where no session follows."""
        self._nobody.start()
        self._still_here()

    def _forget_appearance(self) -> None:
        """Somebody tried the switches and went away without a card."""
        if self._view is not None and self._view.phase not in RESIDENT_PHASES:
            self._appearance = Appearance()
            self._keyboard.put_away()
            self._voice.as_loud_as_before()
            self._send(SlowWanted(slow=False))
            self._open_page()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._style().colour(Role.PAPER))

    def event(self, event: QEvent) -> bool:
        if event.type() == TOUCHED:
            self._keyboard.find_again(new_page=False)
            self._still_here()
            return True
        if isinstance(event, Fingered):
            self._keyboard.put_away()
            event.too_soon = self._fresh.isActive()
            if event.too_soon:
                self._still_here()
            return True
        if isinstance(event, OwnWords):
            if self._keyboard.in_use:
                self._voice.tell_own(event.words, self._appearance.language)
            return True
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and self._unpainted is not None:
            serial, self._unpainted = self._unpainted, None
            self.painted.emit(serial)
        return done

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch that is no answer still says that somebody is here."""
        event.accept()
        self._keyboard.put_away()
        self._still_here()

    def focusNextPrevChild(self, _forward: bool) -> bool:  # noqa: FBT001 Qt's own signature
        """Tab goes nowhere: a scanner that types may end a code with it, and what has the focus is pressed by
        the next blank. It comes as any key does."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key leaves the program, or does anything that a touch does not."""
        event.accept()
        if self._keyboard.takes(event):
            # A key that repeats may be held by a bag, and nobody is there.
            if not event.isAutoRepeat():
                self._switched()
        elif self._page is not None:
            self._page.take_key(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._ending)
