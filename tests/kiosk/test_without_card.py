"""没有带卡: what anybody can do; whoever puts a card in begins a visit of his own, from whatever page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from resident import Visit
from session_stand import CARD, PACE, PAGES, Stand
from synthetic import DESK, Scripted

from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport
from kiosk.conversation.engine import Ok
from kiosk.conversation.events import (
    CardIn,
    CardOut,
    Desks,
    Event,
    Ready,
    Tick,
    WithoutCard,
    WorkDone,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.session_state import Session, StartLook, StartPrint
from kiosk.conversation.signs import Icon
from kiosk.conversation.steps import CardShown
from kiosk.conversation.touches import (
    BackWanted,
    ExitWanted,
    HelpWanted,
    SlowWanted,
    StillHere,
    Touched,
    WithoutCardWanted,
)
from kiosk.conversation.view import Condition, Status
from kiosk.domain.text import say
from kiosk.runner import Runner
from kiosk.services.broken import Broken
from kiosk.services.help import Help
from kiosk.services.not_done import NotDone
from kiosk.services.offices import MATTERS, Offices, office_for
from kiosk.services.overview import Offered
from kiosk.services.without_card import WithoutCard as Menu

NOT_DONE = NotDone("T001", "示例村服务站")
HELP = Help(NOT_DONE)
MENU = Menu(
    (
        Offered(Offices(), say("去哪办"), say("地址"), Icon.OFFICE),
        Offered(HELP, say("怎么用"), say("看一遍"), Icon.QUESTION),
        Offered(NOT_DONE, say("办不成事？"), say("找谁"), Icon.PHONE),
    )
)
PRINTED = Ok(PrintReport(PrintJob(JobId("0" * 32), "not_done_slip", "00" * 32, 1), PrintOutcome.PRINTED))
DESKS = Desks(Scripted(PAGES, "visit"), MENU, HELP, Broken())


def ready(*, left_behind: bool = False) -> Stand:
    stand = Stand(Session(PACE, left_behind=left_behind))
    stand.tell(Ready(DESKS))
    return stand


def at_menu() -> Stand:
    stand = ready()
    assert stand.tell(WithoutCard(DESK)) == ()
    assert (stand.phase, stand.asked) == (Phase.TALKING, "without-card")
    return stand


PATHS: dict[str, tuple[str, ...]] = {
    "menu": (),
    "question": ("offices",),
    "office": ("offices", "tax"),
    "how-to": ("help",),
    "how-to, not done": ("help", "not-done"),
    "not done": ("not_done",),
    "help on top": ("offices", "HELP"),
    "help on top, not done": ("offices", "HELP", "not-done"),
    "the warning": ("offices", "IDLE"),
}
"""What is touched from the menu on."""


def gone(path: str) -> Stand:
    stand = at_menu()
    for touched in PATHS[path]:
        match touched:
            case "HELP":
                stand.tell(HelpWanted())
            case "IDLE":
                stand.pass_time(60.5)
            case _:
                stand.touch(touched)
    return stand


def where(stand: Stand) -> list[str]:
    return [str(name) for name in stand.view().where]


@pytest.mark.parametrize(
    ("touched", "back", "name"),
    [
        (("offices",), "enough", "去哪办"),
        (("offices", "social", "others", "tax"), "enough", "去哪办"),
        (("help",), "understood", "帮助"),
        (("not_done",), "go-back", "办不成事"),
    ],
)
def test_each_service_leads_back_to_the_menu(touched: tuple[str, ...], back: str, name: str) -> None:
    stand = at_menu()
    for key in touched:
        stand.touch(key)
    assert where(stand) == ["不用卡能办的", name]
    stand.touch(back)
    assert (stand.asked, where(stand)) == ("without-card", ["不用卡能办的"])


def test_back_leads_through_an_answer_and_then_to_the_menu() -> None:
    stand = gone("office")
    stand.tell(BackWanted(stand.serial))
    assert stand.asked == "matter"
    stand.tell(BackWanted(stand.serial))
    assert stand.asked == "without-card"
    assert not stand.view().can_go_back


@pytest.mark.parametrize("path", ["how-to", "how-to, not done"])
def test_over_the_help_of_the_menu_there_is_no_other_help(path: str) -> None:
    stand = gone(path)
    before = stand.session.conversation
    assert not stand.view().can_help
    stand.tell(HelpWanted())
    assert stand.session.conversation is before


@pytest.mark.parametrize("matter", MATTERS)
def test_an_office_is_named_with_place_telephone_and_hours_that_anybody_may_hear(matter: str) -> None:
    stand = at_menu()
    stand.touch("offices")
    stand.touch(matter)
    office = office_for(DESK.region, matter)
    told = repr(stand.view().due)
    for fact in (office.name, office.address, office.telephone, office.hours):
        assert f"Public(value={fact!r})" in told


@pytest.mark.parametrize("path", PATHS)
def test_a_card_that_is_put_in_begins_its_own_visit_and_nothing_of_before_is_there(path: str) -> None:
    stand = gone(path)
    before, later = stand.serial, DESK.now + timedelta(minutes=3)
    effects = stand.tell(CardIn(CARD, replace(DESK, now=later)))
    assert [type(effect) for effect in effects] == [StartLook]
    session, talk = stand.session, stand.session.conversation
    assert (stand.phase, session.presence, session.without_card) == (Phase.TALKING, CARD, False)
    assert session.others_in == frozenset()
    assert talk is not None
    assert (where(stand), talk.desk.now, len(talk.frames)) == (["试"], later, 1)
    assert stand.serial > before, "what is late answers nothing"
    assert not stand.view().can_go_back
    stand.done("刘桂兰")
    stand.tell(ExitWanted())
    assert stand.phase is Phase.TAKE_CARD
    stand.tell(CardOut(CARD))
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, False)


def printing() -> Stand:
    stand = gone("not done")
    (effect,) = stand.touch("print")
    assert isinstance(effect, StartPrint)
    return stand


def test_a_card_that_is_put_in_while_a_paper_comes_begins_its_visit_when_that_is_out() -> None:
    stand = printing()
    assert stand.tell(CardIn(CARD, DESK)) == ()
    assert stand.phase is Phase.TALKING
    (effect,) = stand.tell(WorkDone(stand.serial, PRINTED))
    assert isinstance(effect, StartLook)
    assert (stand.session.presence, stand.session.others_in, where(stand)) == (CARD, frozenset(), ["试"])


def test_one_that_is_out_again_before_that_begins_nothing() -> None:
    stand = printing()
    stand.tell(CardIn(CARD, DESK), CardOut(CARD))
    assert stand.tell(WorkDone(stand.serial, PRINTED)) == ()
    assert (stand.asked, stand.session.presence) == ("printed", None)
    stand.tell(ExitWanted())
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, False)


def test_a_card_that_was_there_before_its_reader_was_seen_begins_nothing_and_is_told_on() -> None:
    stand = gone("office")
    assert stand.tell(CardIn(CARD, DESK, already_in=True)) == ()
    assert (stand.asked, stand.session.presence) == ("office:tax", None)
    stand.tell(ExitWanted())
    assert (stand.phase, stand.session.card_forgotten) == (Phase.OVER, True)


@pytest.mark.parametrize("end", ["exit", "enough", "idle"])
@pytest.mark.parametrize("path", ["menu", "office", "help on top"])
def test_it_ends_at_once_and_asks_for_no_card(path: str, end: str) -> None:
    stand = gone(path)
    match end:
        case "exit":
            stand.tell(ExitWanted())
        case "enough" if path == "menu":
            stand.touch("enough")
        case _:
            stand.pass_time(60.5)
            assert stand.phase is Phase.IDLE_WARNING
            stand.pass_time(30.5)
    assert (stand.phase, stand.session.conversation) == (Phase.OVER, None)
    assert not stand.session.card_forgotten


def starting() -> Stand:
    return Stand(Session(PACE))


def with_a_card() -> Stand:
    stand = ready()
    stand.tell(CardIn(CARD, DESK))
    return stand


def taking() -> Stand:
    stand = with_a_card()
    stand.done("刘桂兰")
    stand.tell(ExitWanted())
    assert stand.phase is Phase.TAKE_CARD
    return stand


def left_behind() -> Stand:
    stand = ready(left_behind=True)
    stand.tell(CardIn(CARD, DESK, already_in=True))
    assert stand.phase is Phase.LEFT_BEHIND
    return stand


def over() -> Stand:
    stand = at_menu()
    stand.tell(ExitWanted())
    return stand


@pytest.mark.parametrize("opened", [starting, with_a_card, taking, left_behind, over, lambda: gone("office")])
def test_it_is_only_begun_where_nobody_is_served(opened: object) -> None:
    assert callable(opened)
    stand: Stand = opened()
    before = stand.session
    assert stand.tell(WithoutCard(DESK)) == ()
    assert stand.session == before


def test_slow_triples_its_times_and_goes_on_in_the_visit() -> None:
    stand = ready()
    stand.tell(SlowWanted(slow=True), WithoutCard(DESK))
    stand.pass_time(179)
    assert stand.phase is Phase.TALKING
    stand.pass_time(1.5)
    assert stand.phase is Phase.IDLE_WARNING
    stand.pass_time(89)
    assert (stand.phase, stand.view().slow) == (Phase.IDLE_WARNING, True)
    stand.tell(CardIn(CARD, DESK))
    assert stand.view().slow


@pytest.mark.parametrize("slow", [False, True])
def test_the_warning_can_be_answered_again_and_again(slow: bool) -> None:
    stand = gone("office")
    stand.tell(SlowWanted(slow=slow))
    for _ in range(25):
        stand.pass_time(181 if slow else 61)
        assert stand.phase is Phase.IDLE_WARNING
        stand.pass_time(85 if slow else 28)
        stand.tell(StillHere())
        assert (stand.phase, stand.asked) == (Phase.TALKING, "office:tax")


EVENTS = st.one_of(
    st.sampled_from([Tick(), StillHere(), HelpWanted(), ExitWanted(), WithoutCard(DESK)]),
    st.builds(CardIn, st.integers(1, 3), st.just(DESK), st.booleans(), st.booleans()),
    st.builds(CardOut, st.integers(1, 3)),
    st.sampled_from(["offices", "tax", "help", "not-done", "print", "go-back", "understood", "a1", "done"]),
    st.just("work"),
)


@settings(max_examples=150)
@given(st.lists(st.tuples(EVENTS, st.floats(0, 30)), max_size=50))
def test_whatever_happens_nobodys_session_shows_nothing_of_anybody(
    happenings: list[tuple[Event | str, float]],
) -> None:
    stand = ready()
    for event, after in happenings:
        match event:
            case "work" if stand.session.conversation is not None:
                stand.tell(WorkDone(stand.serial, PRINTED), after=after)
            case str() if stand.session.conversation is not None:
                stand.tell(Touched(stand.serial, event), after=after)
            case str():
                pass
            case _:
                stand.tell(event, after=after)
        session, talk = stand.session, stand.session.conversation
        if talk is None:
            assert stand.view().due is None
            continue
        first = talk.frames[0].service.id
        assert session.without_card is (first == "without_card")
        if session.without_card:
            assert session.presence is None
            assert session.phase is not Phase.TAKE_CARD
            assert not any(
                isinstance(entry.outcome, Ok) and isinstance(entry.outcome.value, CardShown)
                for frame in talk.frames
                for entry in frame.tape
            )


def test_before_the_devices_are_there_it_begins_nothing() -> None:
    drawn: list[object] = []
    runner = Runner(
        pace=PACE,
        status=Status("村"),
        card_forgotten=False,
        monotonic=lambda: 0.0,
        post=lambda _event: None,
        show=drawn.append,
        over=lambda _forgotten: None,
    )
    runner.handle(WithoutCardWanted())
    assert (drawn, runner.phase) == ([], Phase.STARTING)


def test_at_a_real_terminal_from_the_menu_through_its_services_and_on_with_a_card(at_terminal: Visit) -> None:
    with at_terminal() as resident:
        resident.wait(lambda sight: sight.view.status.reader is Condition.GOOD, "the reader")
        resident.runner.handle(WithoutCardWanted())
        menu = resident.wait_for("without-card")
        for words in ("验真", "去哪办", "怎么用", "办不成事？", "不办了"):
            assert menu.offer(words)
        assert "查缴费、缴费、打印记录要用卡" in menu.text
        resident.touch("验真")
        assert resident.wait_for("code:").view.can_help
        resident.back()
        resident.wait_for("without-card")
        resident.touch("去哪办")
        resident.wait_for("matter")
        resident.touch("医保")
        resident.wait_for("office:medical")
        resident.insert("liu-guilan")
        overview = resident.wait_for("overview")
        assert "刘女士，您好" in overview.text
        assert "去哪办" not in [str(name) for name in overview.view.where]
        assert not overview.view.can_go_back
        resident.leave()
        resident.wait_for_phase(Phase.TAKE_CARD)
        resident.pull()
        resident.wait_for_phase(Phase.OVER)
        assert resident.overs == [False]
