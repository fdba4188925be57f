"""A session's rules: it ends when the card leaves, when nobody is there, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from session_stand import (
    CARD,
    PACE,
    SECRET,
    Stand,
    broken,
    desks,
    helped,
    looking,
    out_of_service,
    printing,
    taking,
    talking,
    waiting,
    warned,
)
from synthetic import DESK, NothingThere, Part, PrintOut, Read, Show, Type, parts

from kiosk.conversation.engine import Failed, Ok
from kiosk.conversation.events import (
    Broken,
    CardIn,
    CardOut,
    Event,
    Ready,
    Tick,
    Woken,
    WorkDone,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session import step
from kiosk.conversation.session_state import Session, StartLook, StartPrint
from kiosk.conversation.steps import Wake
from kiosk.conversation.touches import (
    BackWanted,
    Entered,
    ExitWanted,
    HelpWanted,
    ScanRead,
    SlowWanted,
    StillHere,
    Touched,
)


@pytest.mark.parametrize(
    ("opened", "phase"),
    [
        (looking, Phase.TALKING),
        (talking, Phase.TALKING),
        (printing, Phase.TALKING),
        (helped, Phase.TALKING),
        (broken, Phase.TALKING),
        (warned, Phase.IDLE_WARNING),
        (taking, Phase.TAKE_CARD),
        (out_of_service, Phase.OUT_OF_SERVICE),
    ],
)
def test_a_pulled_card_ends_the_session_at_once_in_every_phase(opened: object, phase: Phase) -> None:
    assert callable(opened)
    stand = opened()
    assert stand.phase is phase
    assert stand.tell(CardOut(CARD), after=0.0) == ()
    assert stand.phase is Phase.OVER
    assert stand.session.conversation is None
    assert not stand.session.card_forgotten


def test_nothing_wakes_a_session_that_is_over() -> None:
    stand = talking()
    stand.tell(CardOut(CARD))
    over = stand.session
    for event in (
        Ready(desks()),
        CardIn(8, DESK),
        Touched(1, "a0"),
        BackWanted(1),
        HelpWanted(),
        StillHere(),
        SlowWanted(slow=True),
        WorkDone(1, Ok(SECRET)),
        Woken(Wake.CENTRE_BACK),
        Tick(),
        Broken("late"),
    ):
        assert step(over, event, 1e6) == (over, ())


def test_another_cards_removal_ends_nothing() -> None:
    stand = talking()
    stand.tell(CardOut(CARD + 1))
    assert stand.phase is Phase.TALKING


def test_a_second_card_while_talking_changes_nothing_but_is_remembered() -> None:
    stand = talking()
    before = stand.session
    assert stand.tell(CardIn(CARD + 1, DESK)) == ()
    assert stand.session == replace(before, others_in=frozenset({CARD + 1}))
    stand.tell(CardOut(CARD + 1))
    assert stand.session == before


@pytest.mark.parametrize(("seen", "forgotten"), [(None, True), (False, True), (True, False)])
def test_a_second_card_that_is_left_in_is_told_to_the_next_front(
    seen: bool | None, *, forgotten: bool
) -> None:
    """Else that would take it for a new resident's. `seen` None: it never left; False: its reader did."""
    stand = talking()
    stand.tell(CardIn(CARD + 1, DESK))
    if seen is not None:
        stand.tell(CardOut(CARD + 1, seen=seen))
    stand.tell(CardOut(CARD))
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, forgotten)


def test_a_card_before_the_terminal_is_ready_starts_nothing() -> None:
    stand = Stand(Session(PACE))
    stand.tell(CardIn(CARD, DESK))
    assert (stand.phase, stand.session.conversation) == (Phase.STARTING, None)


def test_nobody_there_leads_to_the_warning_and_then_to_take_your_card() -> None:
    stand = talking()
    stand.pass_time(59)
    assert stand.phase is Phase.TALKING
    stand.pass_time(1.5)
    assert stand.phase is Phase.IDLE_WARNING
    assert stand.view().warning_s == 30
    stand.pass_time(29)
    assert stand.phase is Phase.IDLE_WARNING
    stand.pass_time(1.5)
    assert (stand.phase, stand.session.conversation) == (Phase.TAKE_CARD, None)


@pytest.mark.parametrize("sign", [StillHere(), HelpWanted(), SlowWanted(slow=True)])
def test_any_sign_of_a_person_ends_the_warning(sign: Event) -> None:
    stand = warned()
    stand.tell(sign)
    assert stand.phase is Phase.TALKING
    stand.pass_time(59)
    assert stand.phase is Phase.TALKING


def test_a_touch_on_the_page_under_the_warning_ends_it_too() -> None:
    stand = warned()
    stand.touch("a0")
    assert stand.phase is Phase.TALKING


def test_slow_triples_the_times() -> None:
    stand = talking()
    stand.tell(SlowWanted(slow=True))
    stand.pass_time(179)
    assert stand.phase is Phase.TALKING
    stand.pass_time(1.5)
    assert stand.phase is Phase.IDLE_WARNING
    stand.pass_time(89)
    assert stand.phase is Phase.IDLE_WARNING
    stand.pass_time(1.5)
    assert stand.phase is Phase.TAKE_CARD


def test_there_is_no_idle_end_while_a_read_or_a_paper_is_under_way() -> None:
    for stand in (looking(), printing()):
        stand.pass_time(500)
        assert stand.phase is Phase.TALKING


def test_the_time_to_read_begins_when_the_page_is_there() -> None:
    stand = printing()
    stand.pass_time(50)
    stand.done("printed")
    assert stand.phase is Phase.TAKE_CARD, "this service ends with its paper"
    stand = talking((Show("a", wakes=False), PrintOut("p"), Show("b", wakes=False)))
    stand.touch("on")
    stand.pass_time(50)
    stand.done("printed")
    stand.pass_time(59)
    assert stand.phase is Phase.TALKING


@pytest.mark.parametrize(
    "late",
    [Woken(Wake.CENTRE_BACK), WorkDone(1, Ok(None)), WorkDone(999, Ok(None)), ScanRead("BM1:SOMEBODY ELSES")],
)
def test_what_no_person_did_does_not_keep_a_session_alive(late: Event) -> None:
    """A line that comes and goes, or a read that was given up, must not hold a page that nobody reads."""
    stand = talking()
    stand.pass_time(40)
    stand.tell(late, after=0)
    stand.pass_time(20.5)
    assert stand.phase is Phase.IDLE_WARNING
    stand.tell(late, after=0)
    assert stand.phase is Phase.IDLE_WARNING
    stand.pass_time(30.5)
    assert stand.phase is Phase.TAKE_CARD


def test_what_is_typed_ends_the_warning_and_what_is_scanned_under_it_is_nobodys() -> None:
    stand = talking((Type("a", scans=True), Show("b", wakes=False)))
    stand.pass_time(60.5)
    stand.tell(ScanRead("BM1:X"))
    assert (stand.phase, stand.view().step_key) == (Phase.IDLE_WARNING, "a")
    stand.tell(Entered(1, "AB1"))
    assert (stand.phase, stand.view().step_key) == (Phase.TALKING, "b")


def test_a_scan_on_any_other_page_is_not_kept_for_the_one_that_takes_scans() -> None:
    stand = talking((Show("a", wakes=False), Type("b", scans=True)))
    stand.tell(ScanRead("BM1:SOMEBODY ELSES"))
    stand.tell(Touched(1, "on"))
    assert stand.view().step_key == "b"


def test_a_page_that_a_wake_brought_anew_does_not_keep_a_session_alive() -> None:
    stand = talking((Show("a", wakes=True), Read((1,), gives_up=False), Show("b", wakes=False)))
    stand.pass_time(50)
    stand.tell(Woken(Wake.CENTRE_BACK))
    stand.done("news")
    stand.pass_time(11)
    assert stand.phase is Phase.IDLE_WARNING


def test_a_wake_during_the_warning_changes_the_page_under_it_only() -> None:
    stand = talking((Show("a", wakes=True), Read((1,), gives_up=False), Show("b", wakes=False)))
    stand.pass_time(60.5)
    effects = stand.tell(Woken(Wake.CENTRE_BACK))
    assert [type(effect) for effect in effects] == [StartLook]
    stand.done("news")
    assert stand.phase is Phase.IDLE_WARNING
    stand.tell(StillHere())
    assert (stand.phase, stand.asked) == (Phase.TALKING, "b")


def test_a_wake_that_came_too_early_reaches_the_step_that_asks_for_it() -> None:
    stand = waiting((Read((1,), gives_up=False), Show("a", wakes=True), Show("b", wakes=False)))
    stand.tell(CardIn(CARD, DESK), Woken(Wake.CENTRE_BACK))
    stand.done("read")
    assert stand.asked == "b"


def test_a_wake_while_help_is_open_is_not_lost() -> None:
    stand = talking((Show("a", wakes=True), Show("b", wakes=False)))
    stand.tell(HelpWanted(), Woken(Wake.CENTRE_BACK))
    stand.touch("on")
    assert stand.asked == "b"


def test_a_wake_of_nobodys_session_is_forgotten() -> None:
    stand = waiting((Show("a", wakes=True),))
    stand.tell(Woken(Wake.CENTRE_BACK), CardIn(CARD, DESK))
    assert stand.phase is Phase.TALKING


def test_exit_asks_for_the_card_and_its_removal_ends_the_process() -> None:
    stand = talking()
    stand.tell(ExitWanted())
    assert (stand.phase, stand.session.conversation) == (Phase.TAKE_CARD, None)
    stand.tell(CardOut(CARD))
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, False)


def test_a_forgotten_card_is_told_to_the_next_front() -> None:
    stand = taking()
    stand.pass_time(19)
    assert stand.phase is Phase.TAKE_CARD
    stand.pass_time(1.5)
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)


def test_touches_on_take_your_card_do_not_put_the_end_off() -> None:
    stand = taking()
    for _ in range(30):
        stand.tell(StillHere(), SlowWanted(slow=True), ExitWanted(), after=0.3)
    assert stand.phase is not Phase.TALKING
    assert stand.session.conversation is None
    stand.tell(Tick())
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)


def test_a_card_that_was_left_behind_starts_nothing_before_it_is_out() -> None:
    stand = waiting(left_behind=True)
    assert stand.tell(CardIn(CARD, DESK, already_in=True)) == ()
    assert (stand.phase, stand.session.conversation) == (Phase.LEFT_BEHIND, None)
    stand.pass_time(1000)
    assert stand.phase is Phase.LEFT_BEHIND
    stand.tell(CardOut(CARD))
    assert stand.phase is Phase.WAITING
    effects = stand.tell(CardIn(CARD + 1, DESK))
    assert stand.phase is Phase.TALKING
    assert [type(effect) for effect in effects] == [StartLook]


def test_a_left_behind_card_that_was_taken_meanwhile_keeps_nobody_out() -> None:
    stand = waiting(left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=False))
    assert stand.phase is Phase.TALKING


def test_a_card_that_is_in_at_the_start_begins_a_session_where_nobody_forgot_one() -> None:
    stand = waiting()
    stand.tell(CardIn(CARD, DESK, already_in=True))
    assert stand.phase is Phase.TALKING


def test_a_service_that_breaks_leads_to_the_page_that_says_where_to_go() -> None:
    stand = broken()
    view = stand.view()
    assert "这件事在这台机器上没有办成" in str(getattr(view.due, "title", ""))
    stand.touch("understood")
    assert stand.phase is Phase.TAKE_CARD


def test_the_end_of_the_visit_is_the_end_of_the_session() -> None:
    stand = talking((Show("a", wakes=False),))
    stand.touch("on")
    assert (stand.phase, stand.session.conversation) == (Phase.TAKE_CARD, None)


def test_an_effect_is_begun_once_for_a_step_however_often_events_come() -> None:
    stand = waiting()
    (look,) = stand.tell(CardIn(CARD, DESK))
    assert isinstance(look, StartLook)
    for event in (Tick(), StillHere(), SlowWanted(slow=True), Touched(look.serial, "a0"), HelpWanted()):
        assert stand.tell(event) == ()
    stand.tell(WorkDone(look.serial, Ok(None)))
    (paper,) = stand.touch("a1")
    assert isinstance(paper, StartPrint)
    for event in (Tick(), Touched(paper.serial - 1, "a1"), BackWanted(paper.serial), HelpWanted()):
        assert stand.tell(event) == ()


def test_no_text_of_a_resident_survives_the_session() -> None:
    """The view of a session that is over, or asks for the card, holds no step, and the session no tape."""
    for end in ((CardOut(CARD),), (ExitWanted(),), (ExitWanted(), CardOut(CARD)), (Broken("no vault"),)):
        stand = talking()
        assert SECRET in repr(stand.session)
        stand.tell(*end)
        view = stand.view()
        assert (view.due, view.where, view.serial) == (None, (), 0)
        assert not view.can_go_back
        assert SECRET not in repr(stand.session)


def test_an_idle_end_leaves_no_step_in_the_view() -> None:
    stand = warned()
    assert stand.view().due is not None
    stand.pass_time(31)
    assert (stand.phase, stand.view().due, stand.view().where) == (Phase.TAKE_CARD, None, ())


_any_event = st.one_of(
    st.sampled_from([Tick(), StillHere(), HelpWanted(), ExitWanted(), Woken(Wake.CENTRE_BACK)]),
    st.booleans().map(SlowWanted),
    st.builds(CardIn, st.integers(1, 3), st.just(DESK), st.booleans()),
    st.builds(CardOut, st.integers(1, 3)),
    st.builds(Touched, st.integers(0, 12), st.sampled_from(["a0", "a1", "on", "out", "understood"])),
    st.builds(BackWanted, st.integers(0, 12)),
    st.builds(Entered, st.integers(0, 12), st.sampled_from(["AB1", "AAA", ""])),
    st.builds(ScanRead, st.sampled_from(["BM1:X", ""])),
    st.builds(WorkDone, st.integers(0, 12), st.sampled_from([Ok("x"), Failed(NothingThere())])),
    st.builds(Broken, st.just("why")),
)


@settings(max_examples=200, deadline=None)
@given(part=parts, happenings=st.lists(st.tuples(_any_event, st.floats(0, 40)), max_size=60))
def test_whatever_happens_a_conversation_lives_only_while_its_card_is_in(
    part: Part, happenings: list[tuple[Event, float]]
) -> None:
    stand = waiting(part)
    begun: set[int] = set()
    for event, after in happenings:
        effects = stand.tell(event, after=after)
        session = stand.session
        for effect in effects:
            assert effect.serial not in begun
            begun.add(effect.serial)
        if session.phase in (Phase.TALKING, Phase.IDLE_WARNING):
            assert session.conversation is not None
            assert session.presence is not None
        else:
            assert session.conversation is None
            assert stand.view().due is None


def test_exit_waits_for_the_paper_that_is_moving() -> None:
    stand = printing()
    assert not stand.view().can_exit
    before = stand.session
    stand.tell(ExitWanted())
    assert stand.session == before
    stand.done("out")
    assert stand.phase is Phase.TAKE_CARD or stand.view().can_exit


def test_a_reader_that_fails_does_not_make_a_left_behind_card_a_new_residents() -> None:
    stand = waiting(left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True), CardOut(CARD, seen=False))
    assert stand.phase is Phase.WAITING
    stand.tell(CardIn(CARD + 1, DESK, already_in=True))
    assert stand.phase is Phase.LEFT_BEHIND


def test_as_long_as_one_of_two_forgotten_cards_is_in_nothing_begins() -> None:
    stand = waiting(left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True), CardIn(CARD + 1, DESK, already_in=True))
    stand.tell(CardOut(CARD))
    assert stand.phase is Phase.LEFT_BEHIND
    stand.tell(CardOut(CARD + 1))
    assert stand.phase is Phase.WAITING
    stand.tell(CardIn(CARD + 2, DESK))
    assert stand.phase is Phase.TALKING


def test_a_reader_that_fails_while_the_card_should_be_taken_tells_the_next_front() -> None:
    stand = taking()
    stand.tell(CardOut(CARD, seen=False))
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)
