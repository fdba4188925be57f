"""核对: one answer is changed by itself, and what does not depend on it need not be answered again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import DESK, PAPER

from kiosk.conversation.content import Answers, Given, Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.engine import Conversation, Ok, ServiceBroken
from kiosk.conversation.steps import CONFIRM, Choose, Look, Present, Print, Review
from kiosk.domain.text import say

WHO = ("self", "child", "neighbour")
YEARS = ("2026", "2027")
TENDERS = ("card", "qr")


def _owed(who: str, year: str) -> int:
    """A read that depends on two of the answers."""
    return len(who) * int(year)


class Paying:
    """Whom for, which year, what is owed, how: then the check."""

    id = "paying"
    name = say("缴费")

    async def converse(self, desk: Desk) -> tuple[str, str, int, str]:
        who = await desk.choose("who", say("给谁缴？"), _offers(WHO))
        # Of a neighbour nothing but this year may be paid: the question falls away.
        year = YEARS[0] if who == "neighbour" else await desk.choose("year", say("哪一年？"), _offers(YEARS))
        owed = await desk.look(say("正在查询"), _owed, who, year)
        tender = await desk.choose("tender", say("怎么付？"), _offers(TENDERS))
        asked = {"who": who, "tender": tender} | ({} if who == "neighbour" else {"year": year})
        answers = tuple(Given(say("{k}", k=k), say("{v}", v=v), desk.change(k)) for k, v in asked.items())
        await desk.review("check", say("请核对"), Answers(answers), confirm=say("确认"))
        return who, year, owed, tender


def _offers(keys: tuple[str, ...]) -> tuple[Offer, ...]:
    return tuple(Offer(key, say("{key}", key=key)) for key in keys)


class Answering:
    """Answers every question from a table, makes every read, and counts how often it is asked."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.reads = 0

    def until_review(self, talk: Conversation) -> Conversation:
        while not isinstance(talk.due, Review):
            match talk.due:
                case Choose(key=key):
                    self.asked.append(key)
                    talk = talk.answer(talk.serial, self.answers[key])
                case Look() as look:
                    self.reads += 1
                    talk = talk.done(talk.serial, Ok(look.work(*look.inputs)))
                case other:
                    raise AssertionError(f"not expected: {other}")
        return talk


class ForOthers:
    """Pays for oneself, or for whoever's card is shown."""

    id = "for-others"
    name = say("代缴")

    async def converse(self, desk: Desk) -> object:
        who = await desk.choose("who", say("给谁缴？"), _offers(("other",)))
        shown = await desk.present("card", say("请放入他的卡"), offers=())
        owed = await desk.look(say("正在查询"), _owed, who, "2026")
        await desk.review("check", say("请核对"), Answers((_given("who", desk),)), confirm=say("确认"))
        return shown, owed


def _given(key: str, desk: Desk) -> Given:
    return Given(say("{key}", key=key), say("{key}", key=key), desk.change(key))


def test_who_changes_the_person_is_asked_for_that_persons_card() -> None:
    talk = Conversation.begin(DESK, ForOthers())
    talk = talk.answer(talk.serial, "other").shown(7)
    talk = talk.done(talk.serial, Ok(1))
    assert isinstance(talk.due, Review)
    talk = talk.answer(talk.serial, "change:who")
    talk = talk.answer(talk.serial, "other")
    assert isinstance(talk.due, Present), "the first one's card is no answer for the second"
    talk = talk.shown(8)
    assert isinstance(talk.due, Look), "nor is what was read of it"


class Caller:
    """Keeps what the paying gives, so that a test can look at it."""

    id = "caller"
    name = say("菜单")

    async def converse(self, desk: Desk) -> None:
        given = await desk.call(Paying())
        await desk.inform(f"{given}", say("完成"))


def _confirmed(talk: Conversation) -> str:
    talk = talk.answer(talk.serial, CONFIRM)
    assert talk.due is not None
    return talk.due.key


TABLES = st.fixed_dictionaries(
    {"who": st.sampled_from(WHO), "year": st.sampled_from(YEARS), "tender": st.sampled_from(TENDERS)}
)


@given(first=TABLES, second=TABLES, question=st.sampled_from(("who", "year", "tender")))
def test_changing_one_answer_gives_what_answering_so_from_the_start_gives(
    first: dict[str, str], second: dict[str, str], question: str
) -> None:
    hand = Answering(dict(first))
    talk = hand.until_review(Conversation.begin(DESK, Caller()))
    assert isinstance(talk.due, Review)
    if f"change:{question}" not in talk.due.keys:
        return
    hand.answers[question] = second[question]
    changed = hand.until_review(talk.answer(talk.serial, f"change:{question}"))
    fresh = Answering(hand.answers).until_review(Conversation.begin(DESK, Caller()))
    assert _confirmed(changed) == _confirmed(fresh)


def test_only_the_changed_question_is_asked_again() -> None:
    hand = Answering({"who": "child", "year": "2027", "tender": "card"})
    talk = hand.until_review(Conversation.begin(DESK, Caller()))
    hand.asked.clear()
    hand.answers["tender"] = "qr"
    talk = hand.until_review(talk.answer(talk.serial, "change:tender"))
    assert hand.asked == ["tender"]
    assert hand.reads == 1


def test_a_read_that_depends_on_the_changed_answer_is_made_again_and_the_rest_is_kept() -> None:
    hand = Answering({"who": "child", "year": "2027", "tender": "qr"})
    talk = hand.until_review(Conversation.begin(DESK, Caller()))
    hand.asked.clear()
    hand.answers["who"] = "self"
    hand.until_review(talk.answer(talk.serial, "change:who"))
    assert hand.asked == ["who"]
    assert hand.reads == 2


def test_a_question_that_falls_away_and_comes_back_is_asked() -> None:
    hand = Answering({"who": "child", "year": "2027", "tender": "qr"})
    talk = hand.until_review(Conversation.begin(DESK, Caller()))
    hand.answers["who"] = "neighbour"
    talk = hand.until_review(talk.answer(talk.serial, "change:who"))
    hand.asked.clear()
    hand.answers |= {"who": "self", "year": "2026"}
    hand.until_review(talk.answer(talk.serial, "change:who"))
    assert hand.asked == ["who", "year"]


def test_a_double_tap_on_change_changes_once() -> None:
    hand = Answering({"who": "child", "year": "2027", "tender": "card"})
    talk = hand.until_review(Conversation.begin(DESK, Caller()))
    asked = talk.answer(talk.serial, "change:year")
    assert asked.answer(talk.serial, "change:year") is asked


def test_back_from_the_changed_question_leads_before_it_and_keeps_nothing_spare() -> None:
    hand = Answering({"who": "child", "year": "2027", "tender": "card"})
    talk = hand.until_review(Conversation.begin(DESK, Caller()))
    talk = talk.answer(talk.serial, "change:year")
    talk = talk.back(talk.serial)
    assert isinstance(talk.due, Choose)
    assert talk.due.key == "who"
    hand.asked.clear()
    hand.until_review(talk)
    assert hand.asked == ["who", "year", "tender"]


class PaperFirst:
    """What was printed cannot be unprinted by changing the answer behind it."""

    id = "paper-first"
    name = say("打印")

    async def converse(self, desk: Desk) -> None:
        await desk.choose("who", say("给谁？"), _offers(WHO))
        await desk.print("paper", PAPER)
        change = Given(say("给谁"), say("自己"), desk.change("who"))
        await desk.review("check", say("请核对"), Answers((change,)), confirm=say("确认"))


def test_a_change_never_passes_a_paper() -> None:
    talk = Conversation.begin(DESK, PaperFirst())
    talk = talk.answer(talk.serial, "self")
    assert isinstance(talk.due, Print)
    talk = talk.done(talk.serial, Ok("printed"))
    with pytest.raises(ServiceBroken, match="which was not asked"):
        talk.answer(talk.serial, "change:who")
