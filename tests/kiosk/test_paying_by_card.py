"""A premium by bank card: charged once, kept before anything is printed, sent now or later, never twice."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from fixtures.printer import PrinterProcess
from hypothesis import given
from hypothesis import strategies as st
from paying_bench import Shop, present_card, sooner_or_later, states, up_to_how

from drivers.virtual.pin_pad_faults import Fault, FaultKind
from kiosk.clock import with_shared_start
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.sales import PayStage, Premium
from kiosk.payments.stored import StoredEntry, StoredPremium
from offline_cache.entries import EntryState
from offline_cache.intents import Outcome

CHILD, ELDER = "孩子 陈*麦", "孩子 陈*禾"
OWN = "本人 黄*仓"
PREMIUM_FEN = 40_000


def test_a_mother_pays_for_her_child_and_the_receipt_says_that_it_is_posted(shop: Shop) -> None:
    with shop.visit() as mother:
        up_to_how(mother, "liu-guilan", CHILD)
        mother.touch("银行卡")
        present_card(shop.pad)
        page = mother.wait_for("printed")
        assert "缴费成功" in page.text
        assert "已入账" in page.text
        assert "T001-00000001" in page.text
        mother.touch("取走了")
        overview = mother.wait_for("overview")
        assert "孩子的2027年度居民医保待缴 ￥400.00" in overview.text, "the other child's is still due"
    assert shop.charged() == PREMIUM_FEN
    [entry] = shop.entries()
    assert entry.state is EntryState.APPLIED
    assert shop.posted() == [entry.about]


def test_before_the_deed_everything_is_shown_and_one_answer_can_be_changed(shop: Shop) -> None:
    with shop.visit() as mother:
        mother.insert("liu-guilan")
        mother.wait_for("overview")
        mother.touch("现在缴费")
        mother.wait_for("who")
        mother.touch(CHILD)
        check = mother.wait_for("check")
        for words in ("陈*麦", "2027年度居民医保", "￥400.00", "肆佰元整", "刘*兰"):
            assert words in check.text
        mother.touch("更改")
        mother.wait_for("who")
        mother.touch(ELDER)
        assert "陈*禾" in mother.wait_for("check").text
    assert shop.charged() == 0


def test_a_family_pays_in_one_charge_and_is_posted_singly(shop: Shop) -> None:
    with shop.visit() as mother:
        up_to_how(mother, "liu-guilan", "一起缴 ￥800.00")
        assert "一次只能缴一个人的" in mother.sight.text
        mother.touch("银行卡")
        present_card(shop.pad)
        page = mother.wait_for("printed")
        assert page.text.count("已入账") == 2
    assert shop.charged() == 2 * PREMIUM_FEN
    assert len(shop.pad.control.ledger()) == 2, "asked once, authorised once"
    assert states(shop.entries()) == [EntryState.APPLIED] * 2
    assert len(shop.posted()) == 2


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("Refusal", "银行没有同意"),
        ("WrongPIN", "密码不对"),
        ("InvalidCard", "不能在这里付款"),
        ("UnreachableHost", "连不上银行"),
        ("Cancel", "已经取消"),
    ],
)
def test_a_refusal_says_what_happened_and_that_no_money_moved(shop: Shop, condition: str, words: str) -> None:
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("银行卡")
        sooner_or_later(lambda: shop.pad.control.state().waiting_amount is not None)
        shop.pad.control.decline(condition)
        page = farmer.wait_for("not-paid:1")
        assert words in page.text
        assert "没有扣款" in page.text
        farmer.touch("再试一次")
        farmer.wait_for("how:2")
        farmer.touch("银行卡")
        present_card(shop.pad)
        farmer.wait_for("printed")
    assert shop.charged() == PREMIUM_FEN
    outcomes = [intent.outcome for intent in shop.intents()]
    assert outcomes == [Outcome.CHARGED, Outcome.NOT_CHARGED]
    assert len(shop.entries()) == 1


def test_who_does_not_want_to_pay_any_more_is_not_charged(shop: Shop) -> None:
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("银行卡")
        farmer.wait(lambda sight: getattr(sight.view.paying, "stage", None) is PayStage.AT_PAD)
        farmer.give_up()
        page = farmer.wait_for("not-paid:1")
        assert "已经取消" in page.text
        farmer.touch("不缴了")
        farmer.wait_for("overview")
    assert shop.charged() == 0
    assert not shop.entries()


def test_a_card_taken_out_for_the_pad_gets_its_receipt_and_leaves_nothing_on_the_screen(
    shop: Shop, printer: PrinterProcess
) -> None:
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("银行卡")
        sooner_or_later(lambda: shop.pad.control.state().waiting_amount is not None)
        farmer.pull()
        farmer.wait(lambda _: not farmer.runner.card_may_be_in, "the card gone")
        papers = printer.control.state().papers
        present_card(shop.pad)
        farmer.wait_for("printed")
        assert printer.control.state().papers == papers + 1
        farmer.touch("取走了")
        assert farmer.overs == [False]
    assert states(shop.entries()) == [EntryState.APPLIED]


def test_without_the_centre_the_receipt_waits_and_the_first_page_says_so(shop: Shop) -> None:
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        farmer.wait_for("overview")
    away = {"centre": {"url": "http://127.0.0.1:9", "device_key": str(shop.directory / "device-key.pem")}}
    with shop.visit(**away) as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        assert "现在不能扫码" in farmer.sight.text
        farmer.touch("银行卡")
        present_card(shop.pad)
        page = farmer.wait_for("printed")
        assert "待入账" in page.text
        assert "您不用做任何事" in page.text
        farmer.touch("取走了")
        overview = farmer.wait_for("overview")
        assert "待入账" in overview.text
        assert "已收下，机器会自动发送，您不用做任何事" in overview.text
        farmer.touch("缴居民医保")
        offered = farmer.wait_for("who").offer(OWN)
        assert "待入账" in str(offered.unavailable)
    assert shop.charged() == PREMIUM_FEN
    [entry] = shop.entries()
    assert entry.state is EntryState.PENDING
    assert entry.receipt_number == "T001-00000001"


def test_after_the_window_has_closed_an_old_snapshot_sells_nothing(shop: Shop) -> None:
    """The terminal has had no network since November; now it is January."""
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        assert "待缴" in farmer.wait_for("overview").text
    january = with_shared_start(os.environ, "2027-01-05T09:30+08:00")
    away = {"centre": {"url": "http://127.0.0.1:9"}}
    with replace(shop, environment=january).visit(**away) as farmer:
        farmer.insert("huang-mancang")
        assert "待缴" not in farmer.wait_for("overview").text
        farmer.touch("缴居民医保")
        offered = farmer.wait_for("who").offer(OWN)
        assert "不在集中缴费期" in str(offered.unavailable)


def test_the_caps_stop_the_taking_before_the_pad_is_asked(shop: Shop) -> None:
    with shop.visit(outbox={"max_sum_yuan": 399}) as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        offered = farmer.sight.offer("银行卡")
        assert "离线太久" in str(offered.unavailable)
    assert not shop.intents()


def test_a_pad_that_does_not_answer_is_grey_with_the_reason(shop: Shop) -> None:
    shop.pad.control.mute(on=True)
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        assert "没有答话" in str(farmer.sight.offer("银行卡").unavailable)


def test_paper_that_is_out_is_said_before_the_money_moves(shop: Shop, printer: PrinterProcess) -> None:
    printer.control.paper_out_after(0)
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        assert "打印机现在打不了纸" in farmer.sight.text
        farmer.touch("银行卡")
        present_card(shop.pad)
        page = farmer.wait_for("not-printed")
        assert "没有扣款" not in page.text
        assert "钱已经缴了" in page.text
        farmer.touch("不打了")
        page = farmer.wait_for("without-paper")
        assert "T001-00000001" in page.text
    assert states(shop.entries()) == [EntryState.APPLIED]


def test_a_pad_that_charges_another_sum_is_not_known_until_a_person_settles_it(shop: Shop) -> None:
    shop.pad.control.fault(Fault(FaultKind.OTHER_AMOUNT, after_charging=True))
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("银行卡")
        present_card(shop.pad)
        page = farmer.wait_for("printed")
        assert "还不清楚" in page.text
        assert "不要重复缴费" in page.text
    [intent] = shop.unsettled()
    assert intent.outcome is Outcome.UNKNOWN
    assert not shop.entries()


def test_a_second_payment_of_a_bill_that_is_not_known_is_refused_by_the_till_itself(shop: Shop) -> None:
    """The page offers none; should a page ever be older than that, the till still looks."""
    shop.pad.control.fault(Fault(FaultKind.OTHER_AMOUNT, after_charging=True))
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("银行卡")
        present_card(shop.pad)
        farmer.wait_for("printed")
        sale = next(e.step.sale for f in farmer.conversation.frames for e in f.tape if e.step.key == "pay:1")
        again = farmer.till.pay(sale, lambda _: None)
        assert again.why.value == "busy"
    assert len(shop.intents()) == 1


premiums = st.builds(
    Premium,
    st.text("0123456789abcdef", min_size=32, max_size=32),
    st.sampled_from(Kind),
    st.integers(2000, 2100),
    st.integers(1, 10**10).map(Money),
    st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable()),
    st.sampled_from(ForWhom),
)


@given(premiums, st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=16, max_size=64))
def test_what_is_stored_of_a_premium_is_the_premium(premium: Premium, key: str) -> None:
    stored = StoredPremium.of(premium, key)
    assert stored.to_premium() == premium
    assert StoredPremium.model_validate_json(stored.to_bytes()) == stored
    assert StoredEntry.model_fields["type"].default == "premium"
