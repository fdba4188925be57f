"""When the window turns to another page, and when what is drawn stays."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Condition, Status, View
from ui.pages.page import FIRST_PROGRESS_AFTER_MS, PROGRESS_AFTER_MS, PageKind

BARE = frozenset({PageKind.BLANK, PageKind.IDLE_WARNING})
"""Pages without a frame."""
RESIDENT_PHASES = frozenset({Phase.TALKING, Phase.IDLE_WARNING})
LATE_LOOK_MS = {
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
class PageName:
    """Two views with the same name are drawn by the same page."""

    kind: PageKind
    serial: int
    phase: Phase
    readers: tuple[bool, bool]
    """Whether cards can be put in, and whether ID cards can be laid on."""
    laid_card: bool
    why_broken: str


def name_of(kind: PageKind, view: View) -> PageName:
    readers = (view.status.reader is not Condition.BAD, view.status.id_reader is not Condition.BAD)
    return PageName(kind, view.serial, view.phase, readers, view.laid_card, view.why_broken)


def talk_ended(before: View | None, now: View) -> bool:
    """From here on nothing that was a resident's is to be found again."""
    return before is not None and before.phase in RESIDENT_PHASES and now.phase not in RESIDENT_PHASES


def session_ended(before: View | None, now: View) -> bool:
    """He is gone, with his card: what he chose for eyes and ears goes too. 请取走您的卡 he still reads."""
    here = RESIDENT_PHASES | {Phase.TAKE_CARD}
    return before is not None and before.phase in here and now.phase not in here


def hides_a_step(view: View, kind: PageKind) -> bool:
    """Whether what was due is still due beneath it: the warning, or help, on which there is no other help."""
    return kind is PageKind.IDLE_WARNING or (view.can_go_back and not view.can_help)


def frame_of(view: View) -> tuple[Status, bool, bool, bool, bool]:
    """What of a view stands around its page."""
    return view.status, view.can_go_back, view.can_help, view.can_exit, view.slow
