"""An ID card is laid on the reader and lifted at once: its going ends nothing, and nobody else slips in."""

from __future__ import annotations

from typing import Any

import pytest
from session_stand import CARD, PACE, PAGES, Stand, waiting
from synthetic import DESK, HELP

from kiosk.conversation.content import Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.events import (
    CardIn,
    CardOut,
    Desks,
    Ready,
    Tick,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import Session
from kiosk.conversation.steps import Step
from kiosk.conversation.touches import ExitWanted, HelpWanted, StillHere
from kiosk.domain.text import say
from kiosk.services.broken import Broken as BrokenService

OTHER = CARD + 1


def laid(*, lifted: bool = True) -> Stand:
    """A session by an ID card, at its first question."""
    stand = waiting(PAGES)
    stand.tell(CardIn(CARD, DESK, laid=True))
    stand.done("刘桂兰")
    if lifted:
        stand.tell(CardOut(CARD))
    assert stand.phase is Phase.TALKING
    return stand


def test_lifting_the_card_does_not_end_the_session() -> None:
    stand = laid()
    assert stand.asked == "q"
    assert stand.session.presence is None


def test_lifting_it_while_it_is_read_leaves_the_reading_to_end_as_it_may() -> None:
    stand = waiting(PAGES)
    stand.tell(CardIn(CARD, DESK, laid=True), CardOut(CARD))
    assert stand.phase is Phase.TALKING
    stand.done("刘桂兰")
    assert stand.asked == "q"


def test_a_touch_ends_the_session_of_a_lifted_card_at_once() -> None:
    stand = laid()
    stand.tell(ExitWanted())
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, False)


def test_who_walks_away_ends_it_by_not_being_there() -> None:
    stand = laid()
    stand.pass_time(60.5)
    assert stand.phase is Phase.IDLE_WARNING
    stand.pass_time(30.5)
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, False)


def test_a_card_that_still_lies_there_at_the_end_is_asked_to_be_taken() -> None:
    stand = laid(lifted=False)
    stand.tell(ExitWanted())
    assert stand.phase is Phase.TAKE_CARD
    assert stand.view().laid_card
    stand.tell(CardOut(CARD))
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, False)


def test_a_forgotten_id_card_is_told_to_the_next_front() -> None:
    stand = laid(lifted=False)
    stand.tell(ExitWanted())
    stand.pass_time(20.5)
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)


def test_a_module_that_goes_with_the_card_on_it_ends_nothing_but_is_told_to_the_next_front() -> None:
    stand = laid(lifted=False)
    stand.tell(CardOut(CARD, seen=False))
    assert stand.phase is Phase.TALKING
    stand.tell(ExitWanted())
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)


def test_another_card_on_the_reader_asks_whether_the_owner_is_still_there() -> None:
    stand = laid()
    stand.tell(CardIn(OTHER, DESK, laid=True))
    assert stand.phase is Phase.IDLE_WARNING
    assert stand.asked == "q", "the other card opens nothing"
    stand.tell(StillHere(), CardOut(OTHER))
    assert (stand.phase, stand.asked) == (Phase.TALKING, "q")


def test_cards_laid_again_and_again_do_not_put_the_end_off() -> None:
    stand = laid()
    for number in range(10):
        stand.tell(CardIn(OTHER + number, DESK, laid=True))
        stand.pass_time(5)
        stand.tell(CardOut(OTHER + number))
    assert stand.phase is Phase.OVER


def test_another_card_while_something_is_looked_up_asks_at_the_next_page() -> None:
    stand = waiting(PAGES)
    stand.tell(CardIn(CARD, DESK, laid=True), CardOut(CARD), CardIn(OTHER, DESK, laid=True))
    assert stand.phase is Phase.TALKING
    stand.done("刘桂兰")
    assert (stand.phase, stand.asked) == (Phase.IDLE_WARNING, "q")
    stand.tell(StillHere())
    assert stand.phase is Phase.TALKING


def test_another_card_ends_the_session_where_nobody_says_that_he_is_still_there() -> None:
    stand = laid()
    stand.tell(CardIn(OTHER, DESK, laid=True))
    stand.pass_time(30.5)
    # It still lies there, and its owner has to lay it anew: the next front must not take it for granted.
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)


def test_a_second_card_beside_one_that_still_lies_there_asks_nothing() -> None:
    stand = laid(lifted=False)
    stand.tell(CardIn(OTHER, DESK))
    assert stand.phase is Phase.TALKING


def test_an_id_card_that_was_left_behind_is_asked_to_be_lifted() -> None:
    stand = waiting(PAGES, left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True, laid=True))
    assert (stand.phase, stand.view().laid_card) == (Phase.LEFT_BEHIND, True)
    stand.tell(CardIn(OTHER, DESK, already_in=True))
    assert not stand.view().laid_card, "first the card in the slot"
    stand.tell(CardOut(OTHER))
    assert stand.view().laid_card
    stand.tell(CardOut(CARD))
    assert stand.phase is Phase.WAITING


def test_who_comes_before_the_left_behind_card_is_out_is_served_after_it() -> None:
    stand = waiting(PAGES, left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True), CardIn(OTHER, DESK, laid=True))
    assert stand.phase is Phase.LEFT_BEHIND
    effects = stand.tell(CardOut(CARD))
    assert (stand.phase, stand.session.presence) == (Phase.TALKING, OTHER)
    assert len(effects) == 1, "his card is read"
    assert stand.session.others_in == frozenset()


def test_who_takes_his_card_away_again_before_is_not() -> None:
    stand = waiting(PAGES, left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True), CardIn(OTHER, DESK, laid=True), CardOut(OTHER))
    stand.tell(CardOut(CARD))
    assert (stand.phase, stand.session.conversation) == (Phase.WAITING, None)


def showing(page: Step[Any]) -> Stand:
    """A contact card's session at this page."""

    class Visit:
        id = "visit"
        name = say("便民社保")

        async def converse(self, _desk: Desk, _presence: int) -> None:
            await page

    stand = Stand(Session(PACE))
    stand.tell(Ready(Desks(Visit(), HELP, HELP, BrokenService())), CardIn(CARD, DESK))
    return stand


def test_a_card_that_comes_back_with_its_reader_answers_and_opens_nothing() -> None:
    asks = DESK.present("card", say("请放卡"), offers=(Offer("no", say("不用了")),))
    for page in (asks, DESK.inform("p", say("x"), begins_anew=True)):
        stand = showing(page)
        serial = stand.serial
        stand.tell(CardIn(OTHER, DESK, already_in=True, laid=True))
        assert (stand.serial, stand.session.presence) == (serial, CARD)
        assert stand.session.others_in == {OTHER}


def test_a_card_begins_anew_also_where_help_lies_over_the_page() -> None:
    stand = showing(DESK.inform("p", say("x"), begins_anew=True))
    stand.tell(HelpWanted(), CardIn(OTHER, DESK, laid=True))
    assert stand.session.presence == OTHER
    assert stand.session.others_in == {CARD}


@pytest.mark.parametrize("phase", [Phase.TALKING, Phase.IDLE_WARNING, Phase.TAKE_CARD])
def test_a_card_that_goes_with_its_reader_is_told_to_the_next_front_at_any_time(phase: Phase) -> None:
    stand = laid(lifted=False) if phase is Phase.TAKE_CARD else waiting(PAGES)
    if phase is Phase.TAKE_CARD:
        stand.tell(ExitWanted())
    else:
        stand.tell(CardIn(CARD, DESK))
        stand.done("刘桂兰")
        if phase is Phase.IDLE_WARNING:
            stand.pass_time(60.5)
    assert stand.phase is phase
    stand.tell(CardOut(CARD, seen=False))
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)


def test_a_left_behind_card_that_goes_unseen_is_not_forgotten_over_one_that_is_seen_going() -> None:
    stand = waiting(PAGES, left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True), CardIn(OTHER, DESK, already_in=True, laid=True))
    stand.tell(CardOut(OTHER, seen=False), CardOut(CARD))
    assert stand.phase is Phase.WAITING
    stand.tell(CardIn(OTHER + 1, DESK, already_in=True, laid=True))
    assert stand.phase is Phase.LEFT_BEHIND


def test_of_two_who_come_before_it_is_out_the_first_is_not_lost_sight_of() -> None:
    stand = waiting(PAGES, left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True), CardIn(OTHER, DESK, laid=True), CardIn(OTHER + 1, DESK))
    stand.tell(CardOut(CARD))
    assert stand.phase is Phase.LEFT_BEHIND, "the first one's card still lies there"
    stand.tell(CardOut(OTHER))
    assert stand.session.presence == OTHER + 1


def test_ticks_do_not_end_a_session_that_was_just_touched() -> None:
    stand = laid()
    stand.pass_time(59)
    stand.tell(StillHere())
    stand.pass_time(58)
    stand.tell(Tick())
    assert stand.phase is Phase.TALKING
