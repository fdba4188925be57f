"""Which page a view is drawn by."""

from __future__ import annotations

from kiosk.conversation.phase import Phase
from kiosk.conversation.steps import Browse, Choose, Enter, Inform, Look, Pay, Present, Print, Review
from kiosk.conversation.view import View
from ui.pages.attract import AttractPage
from ui.pages.blank import BlankPage
from ui.pages.browse import BrowsePage
from ui.pages.choose import ChoosePage
from ui.pages.enter import EnterPage
from ui.pages.idle_warning import IdleWarningPage
from ui.pages.inform import InformPage
from ui.pages.look import LookPage
from ui.pages.out_of_service import OutOfServicePage
from ui.pages.page import Hands, Page, PageKind, Room
from ui.pages.pay import PayPage
from ui.pages.present import PresentPage
from ui.pages.printing import PrintingPage
from ui.pages.review import ReviewPage
from ui.pages.take_card import TakeCardPage


class AllPages:
    """Every page there is; `window.Pages`."""

    def __init__(self, *, id_reader: bool = False) -> None:
        """`id_reader`: this terminal reads ID cards too."""
        self._id_reader = id_reader

    def kind_of(self, view: View) -> PageKind:
        """The kind of page that shows `view`; raises `TypeError` for a step that has none."""
        match view.phase:
            case Phase.STARTING | Phase.WAITING | Phase.LEFT_BEHIND:
                return PageKind.ATTRACT
            case Phase.IDLE_WARNING:
                return PageKind.IDLE_WARNING
            case Phase.TAKE_CARD:
                return PageKind.TAKE_CARD
            case Phase.OUT_OF_SERVICE:
                return PageKind.OUT_OF_SERVICE
            case Phase.OVER:
                return PageKind.BLANK
            case Phase.TALKING:
                return _kind_of_step(view.due)

    def open(self, room: Room, view: View, hands: Hands, *, motion: bool) -> Page:
        """A new page for `view`. Raises `TypeError` for a step that has none."""
        match self.kind_of(view):
            case PageKind.ATTRACT:
                return AttractPage(room, view, hands.without_card, id_reader=self._id_reader, motion=motion)
            case PageKind.IDLE_WARNING:
                return IdleWarningPage(room, view, hands.still_here)
            case PageKind.TAKE_CARD:
                return TakeCardPage(room, laid_card=view.laid_card, motion=motion)
            case PageKind.OUT_OF_SERVICE:
                return OutOfServicePage(room, view.why_broken)
            case PageKind.BLANK:
                return BlankPage(room)
            case _:
                return _page_of_step(room, view, hands, motion=motion)


def _page_of_step(room: Room, view: View, hands: Hands, *, motion: bool) -> Page:
    match view.due:
        case Choose() as step:
            return ChoosePage(room, step, view, hands.answer, hands.paint_paper)
        case Browse() as step:
            return BrowsePage(room, step, view, hands.answer, hands.paint_paper)
        case Inform() as step:
            return InformPage(room, step, view, hands.answer, hands.paint_paper, motion=motion)
        case Review() as step:
            return ReviewPage(room, step, view, hands.answer, hands.paint_paper)
        case Present() as step:
            return PresentPage(room, step, view, hands.answer, hands.paint_paper, motion=motion)
        case Enter() as step:
            return EnterPage(room, step, view, hands)
        case Look(saying=saying):
            return LookPage(room, saying, motion=motion)
        case Print(saying=saying):
            return PrintingPage(room, saying, laid_card=view.laid_card or view.without_card, motion=motion)
        case Pay(sale=sale):
            return PayPage(room, sale, view, hands, motion=motion)
        case _:
            raise _no_page(view.due)


def _no_page(due: object) -> TypeError:
    return TypeError(f"no page shows a {type(due).__name__}")


def _kind_of_step(due: object) -> PageKind:
    match due:
        case Choose():
            return PageKind.CHOOSE
        case Browse():
            return PageKind.BROWSE
        case Inform():
            return PageKind.INFORM
        case Review():
            return PageKind.REVIEW
        case Look():
            return PageKind.LOOK
        case Present():
            return PageKind.PRESENT
        case Enter():
            return PageKind.ENTER
        case Print():
            return PageKind.PRINTING
        case Pay():
            return PageKind.PAY
        case _:
            raise _no_page(due)
