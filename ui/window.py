"""The one window: the frame, the page in it, and the resident's own switches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPropertyAnimation, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

from kiosk.conversation.events import (
    BackWanted,
    Entered,
    Event,
    ExitWanted,
    GiveUpWanted,
    HelpWanted,
    ScanRead,
    SlowWanted,
    StillHere,
    Touched,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Condition, Status, View
from kiosk.domain.text import CHINESE, Language
from ui.frame import Footer, FooterState, FooterTouches, StatusLine
from ui.metrics import Metrics, Screen, TextSize
from ui.pages.first import FirstPage
from ui.pages.page import FIRST_PROGRESS_AFTER_MS, PROGRESS_AFTER_MS, Hands, Page, PageKind, Pages, Room
from ui.parts import TOUCHED, discard
from ui.style import Style
from ui.theme import THEMES, Contrast, Role
from ui.typeface import require_typeface

if TYPE_CHECKING:
    from ui.blocks.part import PaintPaper

_FADE_MS = 120
_NOBODY_MS = 60_000
"""After so long without a session the switches that somebody left go back."""
_RESIDENT_PHASES = frozenset({Phase.TALKING, Phase.IDLE_WARNING})
_LATE_LOOK_MS = {
    PageKind.ATTRACT: FIRST_PROGRESS_AFTER_MS,
    PageKind.CHOOSE: PROGRESS_AFTER_MS,
    PageKind.BROWSE: PROGRESS_AFTER_MS,
    PageKind.INFORM: PROGRESS_AFTER_MS,
    PageKind.REVIEW: PROGRESS_AFTER_MS,
    PageKind.PRESENT: FIRST_PROGRESS_AFTER_MS,
    PageKind.ENTER: PROGRESS_AFTER_MS,
    PageKind.LOOK: PROGRESS_AFTER_MS,
}
"""How long a page stays while something is looked up; from any other page progress shows at once."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a resident chose for the eyes; ends with the session."""

    text_size: TextSize = TextSize.STANDARD
    contrast: Contrast = Contrast.STANDARD


@dataclass(frozen=True, slots=True)
class _PageName:
    """Two views with the same name are drawn by the same page."""

    kind: PageKind
    serial: int
    phase: Phase
    readers: tuple[bool, bool]
    """Whether cards can be put in, and whether ID cards can be laid on."""
    laid_card: bool
    why_broken: str


class KioskWindow(QWidget):
    """Frameless, over the whole screen, closed by nobody but `end`. Raises `TypefaceMissing`."""

    painted = Signal(int)
    """The serial of a view, when its page has been painted for the first time."""

    def __init__(
        self,
        screen: Screen,
        *,
        send: Callable[[Event], None],
        clock: Callable[[], datetime],
        paint_paper: PaintPaper,
        pages: Pages | None = None,
        language: Language = CHINESE,
        motion: bool = True,
    ) -> None:
        """`send` takes what the resident touches; `clock` gives the time in the status line; `paint_paper`
        draws a paper, one pixel a dot; `pages` are the first page alone until `take_pages`; without `motion`
        nothing fades and nothing moves."""
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        require_typeface()
        self._screen, self._send, self._clock = screen, send, clock
        self._paint_paper, self._language, self._motion = paint_paper, language, motion
        self._pages: Pages = FirstPage() if pages is None else pages
        self._appearance = Appearance()
        self._view: View | None = None
        self._page: Page | None = None
        self._page_key = ""
        self._places: dict[str, int] = {}
        """The leaf on which each page of this session was left, by its step's key."""
        self._draft: tuple[str, str] | None = None
        """What was typed and not sent, with its step's key, while help or the warning hides its page."""
        self._given_up: int | None = None
        """The serial of the payment that was given up last."""
        self._status_line: StatusLine | None = None
        self._footer: Footer | None = None
        self._ending = False
        self._unpainted: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedSize(screen.width_px, screen.height_px)
        self._late_look = QTimer(self)
        self._late_look.setSingleShot(True)
        self._late_look.timeout.connect(self._open_page)
        self._nobody = QTimer(self)
        self._nobody.setSingleShot(True)
        self._nobody.setInterval(_NOBODY_MS)
        self._nobody.timeout.connect(self._forget_appearance)

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
    def appearance(self) -> Appearance:
        return self._appearance

    def take_pages(self, pages: Pages) -> None:
        """From now on these are the pages; before anything but the first is shown."""
        self._pages = pages

    def end(self) -> None:
        """The program itself ends."""
        self._ending = True
        self.close()

    def show_view(self, view: View) -> None:
        """Draws `view`; does little where only the time or a state has changed."""
        before, self._view = self._view, view
        if self._session_ended(before, view):
            self._appearance = Appearance()
            self._places.clear()
            self._draft = None
            self._page_key = ""
            self._given_up = None
        if before is not None and self._name_of(before) == self._name_of(view):
            self._refresh(before, view)
            return
        self._late_look.stop()
        if self._page is not None and self._pages.kind_of(view) is PageKind.LOOK:
            wait_ms = _LATE_LOOK_MS.get(self._page.kind)
            if wait_ms is not None:
                # The page stays, but takes no touch.
                self._page.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
                self._late_look.start(wait_ms)
                return
        self._open_page()

    def rehearse(self, view: View) -> None:
        """Draws the page of `view` where nobody sees it."""
        room = Room(self._style(), self.size())
        hands = Hands(
            answer=lambda _: None,
            still_here=lambda: None,
            paint_paper=self._paint_paper,
            give_up=lambda: None,
            enter=lambda _: None,
            scan=lambda _: None,
        )
        page = self._pages.open(room, view, hands, motion=False)
        page.render(QPixmap(page.size()))
        page.deleteLater()

    @staticmethod
    def _session_ended(before: View | None, now: View) -> bool:
        return before is not None and before.phase in _RESIDENT_PHASES and now.phase not in _RESIDENT_PHASES

    def _name_of(self, view: View) -> _PageName:
        readers = (view.status.reader is not Condition.BAD, view.status.id_reader is not Condition.BAD)
        kind = self._pages.kind_of(view)
        return _PageName(kind, view.serial, view.phase, readers, view.laid_card, view.why_broken)

    def _refresh(self, before: View, view: View) -> None:
        if self._page is not None:
            self._page.refresh(view)
        if _frame_of(before) != _frame_of(view):
            self._rebuild_frame()

    def _open_page(self) -> None:
        view = self._view
        if view is None:
            return
        old, kind = self._page, self._pages.kind_of(view)
        if old is not None and self._page_key:
            self._leave(old)
        draft = self._draft
        if not _hides_a_step(view, kind):
            # A later question may have the same key: only the step that is due still finds its draft again.
            self._draft = None
        # The warning hides the page of its step, and is not it.
        self._page, self._page_key = None, "" if kind is PageKind.IDLE_WARNING else view.step_key
        if old is not None:
            discard(old)
        self._rebuild_frame()
        bare = self._status_line is None or self._footer is None
        top = 0 if self._status_line is None else self._status_line.height()
        bottom = self.height() - (0 if self._footer is None else self._footer.height())
        room = Room(self._style(), self.size() if bare else QSize(self.width(), bottom - top))
        page = self._pages.open(room, view, self._hands(view.serial), motion=self._motion)
        page.turn_to(self._places.get(view.step_key, 0))
        if draft is not None and draft[0] == view.step_key:
            page.take_draft(draft[1])
        page.setParent(self)
        page.move(0, top)
        page.show()
        self._page, self._unpainted = page, view.serial
        # Else Qt gives the focus, and its ring, to whatever comes first.
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if kind is PageKind.BLANK:
            self.repaint()
        elif self._motion and old is not None:
            self._fade_in(page)

    def _leave(self, page: Page) -> None:
        """Keeps what whoever comes back to this page of the session finds there again."""
        self._places[self._page_key] = page.place
        if page.draft is not None:
            self._draft = self._page_key, page.draft

    def _style(self) -> Style:
        theme = THEMES[self._appearance.contrast]
        return Style(Metrics(self._screen, self._appearance.text_size), theme, self._language)

    def _rebuild_frame(self) -> None:
        view = self._view
        for part in (self._status_line, self._footer):
            if part is not None:
                discard(part)
        self._status_line = self._footer = None
        if view is None or self._pages.kind_of(view) in (PageKind.BLANK, PageKind.IDLE_WARNING):
            return
        style = self._style()
        self._status_line = StatusLine(style, self.width(), view.status, self._clock)
        self._footer = Footer(style, self.width(), self._footer_state(view), self._footer_touches())
        for part, y in ((self._status_line, 0), (self._footer, self.height() - self._footer.height())):
            part.setParent(self)
            part.move(0, y)
            part.show()

    def _footer_state(self, view: View) -> FooterState:
        talking = view.phase is Phase.TALKING
        return FooterState(
            in_session=talking,
            can_go_back=talking and view.can_go_back,
            can_help=talking and view.can_help,
            can_exit=talking and view.can_exit,
            slow=view.slow,
            text_size=self._appearance.text_size,
            contrast=self._appearance.contrast,
        )

    def _footer_touches(self) -> FooterTouches:
        return FooterTouches(
            back=lambda: self._send(BackWanted(self._serial)),
            help=lambda: self._send(HelpWanted()),
            exit=lambda: self._send(ExitWanted()),
            text_size=self._next_text_size,
            contrast=self._other_contrast,
            slow=lambda: self._send(SlowWanted(not (self._view is not None and self._view.slow))),
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
            given_up=self._given_up == serial,
        )

    def _still_here(self) -> None:
        self._send(StillHere())

    def _next_text_size(self) -> None:
        self._dress(Appearance(self._appearance.text_size.next, self._appearance.contrast))

    def _other_contrast(self) -> None:
        other = Contrast.STANDARD if self._appearance.contrast is Contrast.HIGH else Contrast.HIGH
        self._dress(Appearance(self._appearance.text_size, other))

    def _dress(self, appearance: Appearance) -> None:
        self._appearance = appearance
        self._late_look.stop()
        self._open_page()
        self.update()
        self._nobody.start()
        self._still_here()

    def _forget_appearance(self) -> None:
        """Somebody tried the switches and went away without a card."""
        if self._view is not None and self._view.phase not in _RESIDENT_PHASES:
            self._appearance = Appearance()
            self._send(SlowWanted(slow=False))
            self._open_page()
            self.update()

    def _fade_in(self, page: Page) -> None:
        effect = QGraphicsOpacityEffect(page)
        page.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", page)
        fade.setDuration(_FADE_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        # An effect left in place would draw every later change by way of a picture in memory.
        fade.finished.connect(lambda: page.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._style().colour(Role.PAPER))

    def event(self, event: QEvent) -> bool:
        if event.type() == TOUCHED:
            self._still_here()
            return True
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and self._unpainted is not None:
            serial, self._unpainted = self._unpainted, None
            self.painted.emit(serial)
        return done

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch that is no answer still says that somebody is here."""
        event.accept()
        self._still_here()

    def focusNextPrevChild(self, _forward: bool) -> bool:  # noqa: FBT001 Qt's own signature
        """Tab goes nowhere: a scanner that types may end a code with it, and what has the focus is pressed by
        the next blank. It comes as any key does."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key leaves the program, or does anything that a touch does not."""
        event.accept()
        if self._page is not None:
            self._page.take_key(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._ending)


def _hides_a_step(view: View, kind: PageKind) -> bool:
    """Whether what was due is still due beneath it: the warning, or help, on which there is no other help."""
    return kind is PageKind.IDLE_WARNING or (view.can_go_back and not view.can_help)


def _frame_of(view: View) -> tuple[Status, bool, bool, bool, bool]:
    return view.status, view.can_go_back, view.can_help, view.can_exit, view.slow
