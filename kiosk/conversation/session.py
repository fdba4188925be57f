"""One resident's session: card in, conversation, idle, card out, over. A pure function over events.

The process that runs it ends when the session is `OVER`: nothing of the resident outlives it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.conversation.desk import Desk
from kiosk.conversation.engine import Conversation, ServiceBroken
from kiosk.conversation.events import (
    Broken,
    CardIn,
    CardOut,
    Desks,
    Event,
    PayMoved,
    Ready,
    Tick,
    WithoutCard,
    Woken,
    WorkDone,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import (
    Effect,
    GiveUpPay,
    Session,
    StartLook,
    StartPay,
    StartPrint,
)
from kiosk.conversation.steps import (
    Browse,
    Choose,
    Enter,
    Inform,
    Irrevocable,
    Look,
    Pay,
    Present,
    Print,
    Review,
    Wake,
)
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
)
from kiosk.domain.sales import PREPARING
from kiosk.domain.text import Text


def step(session: Session, event: Event, at: float) -> tuple[Session, tuple[Effect, ...]]:
    """The session after `event`, and what must be started for it."""
    before = session.conversation
    after = _after(session, event, at)
    after = replace(
        after,
        others_in=_others_in(session, after, event),
        laid_in=_laid_in(session, event),
        out_of_sight=session.out_of_sight or (isinstance(event, CardOut) and not event.seen),
        anew=_begins_anew(session, after),
    )
    if after.without_card and after.anew and after.next_card is not None:
        after = _visit_at_last(after, after.next_card, at)
    if after.card_gone and after.conversation is not None and not after.conversation.money_in_hand:
        after = _end(after, at)
    if after.phase is Phase.OVER and (after.others_in or after.out_of_sight):
        # Else the next front would take it for a new resident's, and show its owner's records to anybody.
        after = replace(after, card_forgotten=True)
    talk = after.conversation
    if talk is None:
        return after, ()
    if before is not None and before.serial == talk.serial:
        return after, (GiveUpPay(),) if _is_given_up(after, event) else ()
    after = replace(after, paying=PREPARING if isinstance(talk.due, Pay) else None)
    match talk.due:
        case Look() as look:
            return after, (StartLook(talk.serial, look),)
        case Print() as paper:
            return after, (StartPrint(talk.serial, paper),)
        case Pay() as payment:
            return after, (StartPay(talk.serial, payment),)
        case _:
            return after, ()


def _others_in(session: Session, after: Session, event: Event) -> frozenset[int]:
    match event:
        case CardIn(presence) if presence == after.presence:
            # Where it began a visit anew, the card before it may still be in.
            return session.others_in | ({session.presence} if session.presence is not None else set())
        case CardIn(presence) if session.conversation is not None and presence != session.presence:
            return session.others_in | {presence}
        case CardIn(already_in=False) if session.phase is Phase.LEFT_BEHIND and session.next_card is not None:
            # Only the latest is served; the other's owner may be gone when it would be its turn.
            return session.others_in | {session.next_card.presence}
        case CardIn(presence, already_in=True) if session.left_behind:
            return session.others_in | {presence}
        case CardOut(presence, seen) if seen or session.phase is Phase.LEFT_BEHIND:
            return session.others_in - {presence}
        case _:
            return session.others_in


def _begins_anew(session: Session, after: Session) -> bool:
    talk = after.conversation
    if talk is None:
        return False
    if after.without_card:
        return talk.waits_for_person
    if talk.on_top:
        return session.anew
    return isinstance(talk.due, Inform) and talk.due.begins_anew


def _laid_in(session: Session, event: Event) -> frozenset[int]:
    match event:
        case CardIn(presence, laid=True):
            return session.laid_in | {presence}
        case CardOut(presence):
            return session.laid_in - {presence}
        case _:
            return session.laid_in


def _is_given_up(session: Session, event: Event) -> bool:
    talk, paying = session.conversation, session.paying
    if not isinstance(event, GiveUpWanted) or talk is None or paying is None:
        return False
    return event.serial == talk.serial and paying.can_give_up


def _after(session: Session, event: Event, at: float) -> Session:
    if session.phase is Phase.OVER:
        return session
    match event:
        case Ready(desks):
            return _ready(session, desks, at)
        case Broken(why):
            return replace(session, phase=Phase.OUT_OF_SERVICE, conversation=None, why_broken=why)
        case CardIn() | WithoutCard():
            return _arrived(session, event, at)
        case CardOut():
            return _card_out(session, event, at)
        case Tick():
            return _tick(session, at)
        case SlowWanted() if session.phase is Phase.TAKE_CARD:
            # Nothing is read there any more, and the card's owner may be gone.
            return session
        case SlowWanted(slow):
            return _still_here(replace(session, slow=slow), at)
        case ExitWanted():
            return session if _something_moves(session) else _end(session, at)
        case StillHere() | GiveUpWanted():
            return _still_here(session, at)
        case PayMoved():
            return _pay_moved(session, event)
        case _:
            return _talk(session, event, at)


def _ready(session: Session, desks: Desks, at: float) -> Session:
    return replace(session, desks=desks, phase=Phase.WAITING, at=at)


def _arrived(session: Session, arrival: CardIn | WithoutCard, at: float) -> Session:
    match arrival:
        case CardIn():
            return _card_in(session, arrival, at)
        case WithoutCard(desk):
            return _without_card(session, desk, at)


def _card_in(session: Session, card: CardIn, at: float) -> Session:
    talk = session.conversation
    # A card that was there before its reader was seen is nobody's answer: it may have been left behind.
    if talk is not None and isinstance(talk.due, Present) and not card.already_in:
        return _talk(session, card, at)
    if talk is not None and session.anew and not card.already_in:
        return _visit(session, card, at)
    if talk is not None and session.without_card and not card.already_in:
        # A paper or a look is under way: the visit begins when that is done.
        return replace(session, next_card=card)
    if talk is not None and session.laid and session.presence is None:
        # Somebody else may stand here: the owner has to say that he still does.
        return _doubted(session, at) if talk.waits_for_person else replace(session, somebody_came=True)
    if session.phase is Phase.LEFT_BEHIND and not card.already_in:
        return replace(session, next_card=card)
    if session.phase is not Phase.WAITING or session.desks is None:
        return session
    if session.left_behind and card.already_in:
        return replace(session, phase=Phase.LEFT_BEHIND)
    return _visit(session, card, at)


def _doubted(session: Session, at: float) -> Session:
    """The idle warning at once; one that is there already is not put off."""
    if session.phase is Phase.IDLE_WARNING:
        return session
    return replace(session, phase=Phase.IDLE_WARNING, at=at, somebody_came=False)


def _visit(session: Session, card: CardIn, at: float) -> Session:
    """A visit begins; the serials go on, so that nothing late answers it."""
    if session.desks is None:
        return session
    serial = 0 if session.conversation is None else session.conversation.serial
    conversation = Conversation.begin(card.desk, session.desks.visit, card.presence, serial=serial)
    return replace(
        session,
        phase=Phase.TALKING,
        presence=card.presence,
        laid=card.laid,
        conversation=conversation,
        left_behind=False,
        next_card=None,
        somebody_came=False,
        without_card=False,
        at=at,
    )


def _visit_at_last(session: Session, card: CardIn, at: float) -> Session:
    """Of a card that was put in while nothing could be begun."""
    visit = _visit(session, card, at)
    return replace(visit, others_in=session.others_in - {card.presence}, anew=False)


def _without_card(session: Session, desk: Desk, at: float) -> Session:
    """Nobody's visit; only from where nobody is served."""
    if session.phase is not Phase.WAITING or session.desks is None:
        return session
    conversation = Conversation.begin(desk, session.desks.without_card)
    return replace(session, phase=Phase.TALKING, conversation=conversation, without_card=True, at=at)


def _card_out(session: Session, card: CardOut, at: float) -> Session:
    if session.phase is Phase.LEFT_BEHIND:
        return _left_behind_out(session, card, at)
    if session.next_card is not None and session.next_card.presence == card.presence:
        return replace(session, next_card=None)
    if card.presence != session.presence:
        return session
    if session.laid and session.conversation is not None:
        return replace(session, presence=None)
    if session.conversation is not None and session.conversation.money_in_hand and _something_moves(session):
        return replace(session, presence=None, card_gone=True)
    return replace(session, phase=Phase.OVER, presence=None, conversation=None)


def _left_behind_out(session: Session, card: CardOut, at: float) -> Session:
    """The last that was left behind has gone: who has put a card in meanwhile is served."""
    coming = session.next_card
    if coming is not None and coming.presence == card.presence:
        return replace(session, next_card=None)
    if session.others_in - {card.presence}:
        return session
    # A reader that went takes its card with it out of sight only.
    hidden = session.out_of_sight or not card.seen
    waiting = replace(session, phase=Phase.WAITING, left_behind=hidden, next_card=None)
    return waiting if coming is None else _visit(waiting, coming, at)


def _something_moves(session: Session) -> bool:
    """退出 waits for paper and money: the page of their outcome is still to come."""
    return session.conversation is not None and isinstance(session.conversation.due, Irrevocable)


def _pay_moved(session: Session, moved: PayMoved) -> Session:
    talk = session.conversation
    due = talk is not None and talk.serial == moved.serial and isinstance(talk.due, Pay)
    return replace(session, paying=moved.progress) if due else session


def _tick(session: Session, at: float) -> Session:
    quiet = at - session.at
    match session.phase:
        case Phase.TALKING if session.conversation is not None and session.conversation.waits_for_person:
            if session.card_gone and quiet >= session.seconds(session.pace.warning_s):
                # Paid, and gone with the card: there is nobody to be warned.
                return _end(session, at)
            if quiet >= session.seconds(session.pace.idle_s):
                return replace(session, phase=Phase.IDLE_WARNING, at=at)
        case Phase.IDLE_WARNING:
            if quiet >= session.seconds(session.pace.warning_s):
                return _end(session, at)
        case Phase.TAKE_CARD:
            if quiet >= session.seconds(session.pace.take_card_s):
                return replace(session, phase=Phase.OVER, card_forgotten=True)
        case _:
            pass
    return session


def _still_here(session: Session, at: float) -> Session:
    phase = Phase.TALKING if session.phase is Phase.IDLE_WARNING else session.phase
    if session.conversation is None:
        return session
    return replace(session, phase=phase, at=at, unattended=False)


def _end(session: Session, at: float) -> Session:
    """退出, or nobody is here any more: the conversation is dropped at once."""
    if session.conversation is None:
        return session
    phase = Phase.OVER if session.presence is None else Phase.TAKE_CARD
    return replace(session, phase=phase, conversation=None, at=at)


_Telling = Touched | Entered | ScanRead | BackWanted | HelpWanted | CardIn | WorkDone | Woken
"""What is told to the conversation."""


def _talk(session: Session, event: _Telling, at: float) -> Session:
    before, desks = session.conversation, session.desks
    if before is None or desks is None:
        return session
    if isinstance(event, ScanRead) and session.phase is Phase.IDLE_WARNING:
        # The page that takes it is not to be seen: it is nobody's.
        return session
    woken = session.woken | {event.wake} if isinstance(event, Woken) else session.woken
    try:
        told = _told(before, event, desks)
        talk = _roused(told, woken)
    except ServiceBroken as broken:
        desk = before.desk_after(event.outcome) if isinstance(event, WorkDone) else before.desk
        told = talk = Conversation.begin(desk, desks.broken, broken.service, broken.why, serial=before.serial)
    if talk is not told:
        session, woken = replace(session, unattended=True), frozenset()
    session = replace(session, conversation=talk, woken=woken)
    if talk.due is None:
        return _end(session, at)
    match event:
        case ScanRead() if talk is before:
            # Nobody asked for it: no sign that whoever sits here is still there.
            return session
        case Touched() | Entered() | ScanRead() | BackWanted() | HelpWanted() | CardIn():
            return replace(session, phase=Phase.TALKING, at=at, unattended=False)
        case WorkDone() if session.somebody_came and talk.waits_for_person:
            return _doubted(session, at)
        case WorkDone() if talk is not before and session.phase is Phase.TALKING and not session.unattended:
            # The page that somebody waited for is there: the time to read it begins.
            return replace(session, at=at)
        case _:
            return session


def _told(talk: Conversation, event: _Telling, desks: Desks) -> Conversation:
    match event:
        case Touched(serial, key):
            return talk.answer(serial, key)
        case Entered(serial, text):
            return talk.entered(serial, text)
        case ScanRead(text):
            return talk.scanned(text)
        case BackWanted(serial):
            return talk.back(serial)
        case HelpWanted() if desks.help in talk.where:
            return talk
        case HelpWanted():
            return talk.open_on_top(desks.help, *_about(talk))
        case CardIn(presence):
            return talk.shown(presence)
        case WorkDone(serial, outcome):
            return talk.done(serial, outcome)
        case Woken():
            return talk


def _about(talk: Conversation) -> tuple[Text, ...]:
    """Where one is: the service, and the title of its page."""
    match talk.due:
        case Choose(question=title) | Browse(title=title) | Inform(title=title) | Review(title=title):
            return talk.where[-1].name, title
        case Present(title=title) | Enter(title=title):
            return talk.where[-1].name, title
        case _:
            return ()


def _roused(talk: Conversation, woken: frozenset[Wake]) -> Conversation:
    """The due step may ask for what happened while another was due."""
    for wake in woken:
        talk = talk.wake(wake)
    return talk
