"""Money in a session: nothing ends it while a payment is asked, and nobody gets stuck in one afterwards."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import DESK, HELP, PAPER, Scripted, offers

from kiosk.clock import CHINA
from kiosk.conversation.desk import Desk
from kiosk.conversation.engine import Conversation, Failed, Ok
from kiosk.conversation.events import (
    CardIn,
    CardOut,
    Desks,
    Event,
    PayMoved,
    Ready,
    Tick,
    WorkDone,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session import step
from kiosk.conversation.session_state import Effect, GiveUpPay, Pace, Session, StartPay, StartPrint
from kiosk.conversation.steps import CardShown, Pay, Present
from kiosk.conversation.touches import (
    BackWanted,
    ExitWanted,
    GiveUpWanted,
    HelpWanted,
    SlowWanted,
    StillHere,
    Touched,
)
from kiosk.conversation.view import Status
from kiosk.conversation.viewing import view_of
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.sales import (
    NotKnown,
    NotPaid,
    Paid,
    PayProgress,
    PayStage,
    Premium,
    Sale,
    TenderKind,
    WhyNotPaid,
)
from kiosk.domain.text import say
from kiosk.services.broken import Broken as BrokenService

PACE = Pace(idle_s=60, warning_s=30, take_card_s=20)
OWNER, OTHER = 7, 9
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)
SALE = Sale(
    (Premium("b" * 32, Kind.MEDICAL_RESIDENT, 2027, Money(40_000), "陈*禾", ForWhom.DEPENDANT),),
    "刘*兰",
    TenderKind.BANK_CARD,
)
AT_PAD = PayProgress(PayStage.AT_PAD)


class Paying:
    """Pays, prints, tells; then whatever called it goes on."""

    id = "paying"
    name = say("缴费")

    async def converse(self, desk: Desk) -> bool:
        await desk.choose("how", say("怎么付？"), offers("card"))
        paid = await desk.pay("pay", SALE)
        if isinstance(paid, NotPaid):
            await desk.inform("not-paid", say("没有扣款"))
            return False
        await desk.print("receipt", PAPER)
        await desk.inform("paid", say("缴费成功"))
        return True


class Menu:
    id = "menu"
    name = say("菜单")

    async def converse(self, desk: Desk, _presence: int) -> None:
        while True:
            await desk.browse("menu", say("您好"), offers=offers("pay"))
            await desk.call(Paying())


class Stand:
    """A session that has come as far as the question how to pay."""

    def __init__(self) -> None:
        self.session, self.now = Session(PACE), 0.0
        self.effects: tuple[Effect, ...] = ()
        self.tell(Ready(Desks(Menu(), HELP, HELP, BrokenService())), CardIn(OWNER, DESK))
        self.touch("pay")

    def tell(self, *events: Event, after: float = 1.0) -> None:
        for event in events:
            self.now += after
            self.session, self.effects = step(self.session, event, self.now)

    def touch(self, key: str) -> None:
        self.tell(Touched(self.talk.serial, key))

    def done(self, value: object) -> None:
        self.tell(WorkDone(self.talk.serial, Ok(value)))

    @property
    def talk(self) -> Conversation:
        assert self.session.conversation is not None
        return self.session.conversation

    @property
    def due(self) -> str:
        assert self.talk.due is not None
        return self.talk.due.key

    @property
    def phase(self) -> Phase:
        return self.session.phase


@pytest.fixture
def paying() -> Stand:
    """At the pad."""
    stand = Stand()
    stand.touch("card")
    [begun] = stand.effects
    assert isinstance(begun, StartPay)
    assert begun.step.sale == SALE
    stand.tell(PayMoved(stand.talk.serial, AT_PAD))
    return stand


ANYTHING = st.sampled_from(
    [ExitWanted(), HelpWanted(), StillHere(), Tick(), CardOut(OWNER), CardOut(OTHER), SlowWanted(slow=True)]
)


@given(st.lists(st.tuples(ANYTHING, st.floats(0, 500)), max_size=12))
def test_nothing_ends_a_session_while_a_payment_is_asked(happening: list[tuple[Event, float]]) -> None:
    stand = Stand()
    stand.touch("card")
    serial = stand.talk.serial
    for event, after in happening:
        stand.tell(event, after=after)
        stand.tell(BackWanted(serial), Touched(serial, "card"), CardIn(OTHER, DESK))
        assert stand.phase is Phase.TALKING
        assert isinstance(stand.talk.due, Pay)
        assert stand.talk.serial == serial
        assert not stand.effects, "a payment is begun once"
    stand.done(Paid(()))
    assert stand.due == "receipt"


def test_the_page_follows_how_far_it_is_and_offers_no_way_out(paying: Stand) -> None:
    view = view_of(paying.session, Status("村"), paying.now)
    assert view.paying == AT_PAD
    assert (view.can_exit, view.can_go_back, view.can_help) == (False, False, False)
    paying.done(NotPaid(WhyNotPaid.REFUSED))
    assert view_of(paying.session, Status("村"), paying.now).paying is None


def test_progress_of_another_payment_is_not_shown(paying: Stand) -> None:
    paying.tell(PayMoved(paying.talk.serial - 1, PayProgress(PayStage.CONFIRMING)))
    assert paying.session.paying == AT_PAD


def test_it_is_given_up_only_while_that_is_possible(paying: Stand) -> None:
    paying.tell(GiveUpWanted(paying.talk.serial))
    assert paying.effects == (GiveUpPay(),)
    paying.tell(GiveUpWanted(paying.talk.serial - 1))
    assert not paying.effects
    paying.tell(PayMoved(paying.talk.serial, PayProgress(PayStage.CONFIRMING)))
    paying.tell(GiveUpWanted(paying.talk.serial))
    assert not paying.effects


def test_a_card_taken_out_for_the_pin_pad_does_not_lose_the_receipt(paying: Stand) -> None:
    paying.tell(CardOut(OWNER))
    paying.done(Paid(()))
    [printing] = paying.effects
    assert isinstance(printing, StartPrint)
    paying.done(None)
    assert paying.due == "paid"
    # The menu behind it is the owner's: nobody sees it any more.
    paying.touch("understood")
    assert paying.phase is Phase.OVER


def test_who_went_with_his_card_leaves_the_result_to_nobody(paying: Stand) -> None:
    paying.tell(CardOut(OWNER))
    paying.done(NotKnown("T001-AAAA", NOW))
    paying.done(None)
    paying.tell(Tick(), after=29)
    assert paying.due == "paid"
    paying.tell(Tick(), after=2)
    assert paying.phase is Phase.OVER


def test_a_refused_card_can_be_followed_by_another_though_the_owners_is_out(paying: Stand) -> None:
    paying.tell(CardOut(OWNER))
    paying.done(NotPaid(WhyNotPaid.REFUSED))
    assert paying.due == "not-paid"
    paying.touch("understood")
    assert paying.phase is Phase.OVER


def test_taking_the_card_on_the_page_of_the_result_ends_the_session_at_once(paying: Stand) -> None:
    paying.done(Paid(()))
    paying.done(None)
    paying.tell(CardOut(OWNER))
    assert paying.phase is Phase.OVER


def test_back_does_not_pass_a_payment(paying: Stand) -> None:
    paying.done(NotPaid(WhyNotPaid.REFUSED))
    assert not paying.talk.can_go_back


@pytest.mark.parametrize(
    ("outcome", "moved"),
    [
        (Ok(Paid(())), True),
        (Ok(NotKnown("T001-AAAA", NOW)), True),
        (Failed(RuntimeError("?")), True),
        (Ok(NotPaid(WhyNotPaid.REFUSED)), False),
    ],
)
def test_a_service_that_breaks_after_a_payment_does_not_say_that_no_money_moved(
    outcome: Ok | Failed, moved: bool
) -> None:
    class Breaks(Menu):
        async def converse(self, desk: Desk, _presence: int) -> None:
            with suppress(RuntimeError):
                await desk.pay("pay", SALE)
            raise KeyError

    session = Session(PACE)
    for event in (Ready(Desks(Breaks(), HELP, HELP, BrokenService())), CardIn(OWNER, DESK)):
        session, _ = step(session, event, 1.0)
    assert session.conversation is not None
    session, _ = step(session, WorkDone(session.conversation.serial, outcome), 2.0)
    assert session.conversation is not None
    said = str(session.conversation.due)
    assert ("不会丢" in said) is moved
    assert ("没有扣款" in said) is not moved


class Asking:
    """Asks for another card and tells which it was."""

    id = "asking"
    name = say("给别人缴")

    async def converse(self, desk: Desk, _presence: int) -> None:
        shown = await desk.present("other", say("请放入对方的卡"), offers=offers("none"))
        what = f"card:{shown.presence}" if isinstance(shown, CardShown) else shown
        await desk.inform(what, say("页"))


@pytest.fixture
def asking() -> Session:
    session = Session(PACE)
    for event in (Ready(Desks(Asking(), HELP, HELP, BrokenService())), CardIn(OWNER, DESK)):
        session, _ = step(session, event, 1.0)
    assert session.conversation is not None
    assert isinstance(session.conversation.due, Present)
    return session


def due(session: Session) -> str:
    assert session.conversation is not None
    assert session.conversation.due is not None
    return session.conversation.due.key


def test_another_card_answers_the_step_that_asks_for_it_and_is_not_the_sessions(asking: Session) -> None:
    session, _ = step(asking, CardIn(OTHER, DESK), 2.0)
    assert due(session) == f"card:{OTHER}"
    assert session.presence == OWNER
    session, _ = step(session, CardOut(OTHER), 3.0)
    assert session.phase is Phase.TALKING
    session, _ = step(session, CardOut(OWNER), 4.0)
    assert session.phase is Phase.OVER


def test_a_card_that_nobody_asked_for_changes_nothing(asking: Session) -> None:
    assert asking.conversation is not None
    session, _ = step(asking, Touched(asking.conversation.serial, "none"), 2.0)
    again, effects = step(session, CardIn(OTHER, DESK), 3.0)
    assert (again, effects) == (replace(session, others_in=frozenset({OTHER})), ())
    assert due(again) == "none"


def test_who_shows_a_card_is_there(asking: Session) -> None:
    session, _ = step(asking, Tick(), 70.0)
    assert session.phase is Phase.IDLE_WARNING
    session, _ = step(session, CardIn(OTHER, DESK), 71.0)
    assert session.phase is Phase.TALKING
    assert due(session) == f"card:{OTHER}"


def test_a_scripted_help_opens_over_the_question_for_another_card(asking: Session) -> None:
    session, _ = step(asking, HelpWanted(), 2.0)
    assert due(session) == "help"
    assert isinstance(session.desks, Desks)
    assert isinstance(session.desks.help, Scripted)
