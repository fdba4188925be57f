"""From a session to what the screen shows of it."""

from __future__ import annotations

from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import Session
from kiosk.conversation.steps import Human, Irrevocable
from kiosk.conversation.view import Status, View


def view_of(session: Session, status: Status, now: float) -> View:
    """The view of a session; a page of a resident only while the session talks."""
    talk = session.conversation
    if talk is None or session.phase not in (Phase.TALKING, Phase.IDLE_WARNING):
        return View(
            session.phase,
            status,
            slow=session.slow,
            why_broken=session.why_broken,
            laid_card=_is_laid(session),
        )
    return View(
        session.phase,
        status,
        serial=talk.serial,
        due=talk.due,
        step_key="" if talk.due is None else talk.due.key,
        where=tuple(service.name for service in talk.where),
        can_go_back=talk.can_go_back,
        can_help=isinstance(talk.due, Human) and not talk.on_top and not _is_helped(session),
        can_exit=not isinstance(talk.due, Irrevocable),
        paying=session.paying,
        slow=session.slow,
        laid_card=session.laid,
        without_card=session.without_card,
        warning_s=round(session.warning_left_s(now)) if session.phase is Phase.IDLE_WARNING else 0,
    )


def _is_helped(session: Session) -> bool:
    """Whether the help is open already, as one of the services."""
    talk, desks = session.conversation, session.desks
    return talk is not None and desks is not None and desks.help in talk.where


def _is_laid(session: Session) -> bool:
    """Whether what is to be taken is lifted, and not drawn out of a slot."""
    if session.phase is Phase.LEFT_BEHIND:
        return bool(session.others_in) and session.others_in <= session.laid_in
    return session.laid
