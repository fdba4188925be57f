"""缴费回单 once more: what the centre posted, what waits here; and no false word about money on any page."""

from __future__ import annotations

from dataclasses import replace

from fixtures.centre import STRICT_REGION
from fixtures.local_centre import OTHER_KEY, OTHER_TERMINAL, Opened
from fixtures.premiums import bills_of, body_of, entry
from fixtures.printer import PrinterProcess
from paying_bench import Shop, code_of, present_card, sooner_or_later, up_to_how
from resident import Resident, parts_of, words_on

from central.county.builders import DemoResident
from central.virtual_gateway.control import GatewayControl
from drivers.virtual.pin_pad_mechanism import Auto
from kiosk.conversation.content import Offer
from kiosk.conversation.touches import Touched

OWN, CHILD, ELDER = "本人 黄*仓", "孩子 陈*麦", "孩子 陈*禾"
AWAY = {"centre": {"url": "http://127.0.0.1:9"}}
NOT_CHARGED = "没有扣款"
PAID_BEFORE = "钱早已缴过，这次打印不收费。"


def to_receipts(resident: Resident) -> None:
    resident.wait_for("overview")
    resident.touch("打印缴费回单")


def offered(resident: Resident) -> list[str]:
    """What can be printed again, and what stands beneath it."""
    offers = parts_of(resident.wait_for("which").view.due, Offer)
    return [f"{one.label} {one.hint}" for one in offers if one.key != "back"]


def pays_by_card(shop: Shop, resident: Resident, card: str, payee: str) -> None:
    up_to_how(resident, card, payee)
    resident.touch("银行卡")
    present_card(shop.pad)
    resident.wait_for("printed")
    resident.touch("取走了")
    resident.wait_for("overview")


def test_what_was_posted_is_found_once_and_comes_out_again(
    shop: Shop, phone: GatewayControl, printer: PrinterProcess
) -> None:
    """One child was paid for by card, the other by phone; both stand at the centre, one here too."""
    with shop.visit() as mother:
        pays_by_card(shop, mother, "liu-guilan", CHILD)
        mother.touch("缴居民医保")
        mother.wait_for("who")
        mother.touch(ELDER)
        mother.wait_for("check")
        mother.touch("没有错")
        mother.wait_for("how:")
        mother.touch("微信支付")
        order = phone.pay(code_url=code_of(mother)).order
        mother.wait_for("printed")
        mother.touch("取走了")
        to_receipts(mother)
        shown = offered(mother)
        assert len(shown) == 2, "each once"
        assert all("2027年度居民医保 ￥400.00" in one and "已入账" in one for one in shown)
        assert ["陈*禾" in one for one in shown] == [True, False], "the newest first"
        mother.touch("2027年度")
        sheet = list(words_on(mother.wait_for("receipt").sheet))
        assert order in sheet
        assert "已入账" in sheet
        before = printer.settle()
        mother.touch("打印")
        page = mother.wait_for("printed")
        assert NOT_CHARGED not in page.text
        mother.touch("取走了")
        mother.wait_for("overview")
    assert printer.settle() == before + 1
    assert order in printer.bin(before + 1).decode("gb18030", "ignore")
    assert len(shop.posted()) == 2, "printing pays nothing"


def test_a_reprint_that_fails_says_that_the_money_was_paid_long_ago(
    shop: Shop, printer: PrinterProcess
) -> None:
    with shop.visit() as farmer:
        pays_by_card(shop, farmer, "huang-mancang", OWN)
        to_receipts(farmer)
        farmer.wait_for("which")
        farmer.touch("2027年度")
        farmer.wait_for("receipt")
        printer.control.paper_out_after(0)
        farmer.touch("打印")
        page = farmer.wait_for("not-printed:1")
        assert PAID_BEFORE in page.text
        assert NOT_CHARGED not in page.text
        printer.control.load_paper()
        printer.settle()
        printer.control.paper_out_after(60)
        farmer.touch("再打一次")
        tray = farmer.wait_for("tray:2")
        assert NOT_CHARGED not in tray.text
        farmer.touch("没有出来，或者不完整")
        again = farmer.wait_for("reprint:2")
        assert PAID_BEFORE in again.text
        assert NOT_CHARGED not in again.text


def test_what_was_paid_without_the_centre_can_be_printed_and_says_how_far_it_is(shop: Shop) -> None:
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        farmer.wait_for("overview")
    with shop.visit(**AWAY) as farmer:
        pays_by_card(shop, farmer, "huang-mancang", OWN)
        to_receipts(farmer)
        [shown] = offered(farmer)
        assert "待入账" in shown
        assert "连不上社保中心，这里只有在这台机器上缴的和以前查过的" in farmer.sight.text
        farmer.touch("2027年度")
        sheet = list(words_on(farmer.wait_for("receipt").sheet))
        assert "待入账" in sheet
        assert "T001-00000001" in sheet
    with shop.agent():
        sooner_or_later(lambda: len(shop.posted()) == 1)
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        to_receipts(farmer)
        [shown] = offered(farmer)
        assert "已入账" in shown


def test_what_was_not_posted_says_so_and_where_the_money_is(
    shop: Shop, county: dict[str, DemoResident]
) -> None:
    """Paid here without the centre, and meanwhile at another terminal."""
    [bill] = bills_of(shop.centre, county["黄满仓"])
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        farmer.wait_for("overview")
    with shop.visit(**AWAY) as farmer:
        pays_by_card(shop, farmer, "huang-mancang", OWN)
    other = entry(bill.reference, paid_at=shop.centre.clock.now())
    token = shop.centre.token(OTHER_KEY, OTHER_TERMINAL)
    shop.centre.call("POST", "/v1/transactions", body=body_of([other]), token=token)
    with shop.agent():
        sooner_or_later(lambda: shop.entries()[0].end is not None)
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        overview = farmer.wait_for("overview")
        assert "收了款，没有入账" in overview.text
        assert "T001-00000001" in overview.text
        farmer.touch("打印缴费回单")
        shown = offered(farmer)
        assert sorted("没有入账" in one for one in shown) == [False, True], "the one that counts is there too"
        farmer.runner.handle(Touched(farmer.sight.view.serial, "T001-00000001"))
        paper = "\n".join(words_on(farmer.wait_for("receipt").sheet))
        assert "已收款，但没有入账" in paper
        assert "先前已经缴过了" in paper
        assert "办理退款。钱已经收到，没有丢。" in paper


def test_who_never_paid_here_is_told_what_is_not_found_here(shop: Shop) -> None:
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        to_receipts(farmer)
        page = farmer.wait_for("no-payments")
        assert "没有查到缴费记录" in page.text
        assert "单位代扣的、在别处缴的，不在这里" in page.text
        farmer.touch("知道了")
        farmer.wait_for("overview")


def test_without_the_centre_nobody_is_told_that_he_never_paid(shop: Shop) -> None:
    """He may have paid by phone yesterday: only the centre knows."""
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        farmer.wait_for("overview")
    with shop.visit(**AWAY) as farmer:
        farmer.insert("huang-mancang")
        to_receipts(farmer)
        page = farmer.wait_for("centre-away")
        assert "没有查到" not in page.text


def test_details_need_more_than_a_card_where_the_region_says_so(shop: Shop, open_centre: Opened) -> None:
    strict = open_centre(region=STRICT_REGION, clock=shop.centre.clock)
    shop.pad.control.auto(Auto.APPROVE)
    with replace(shop, centre=strict).visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("银行卡")
        assert "缴费成功" in farmer.wait_for("printed").text, "paying harms nobody"
        farmer.touch("取走了")
        to_receipts(farmer)
        page = farmer.wait_for("missing-proof")
        assert "还需要证明是您本人" in page.text
        assert "￥" not in page.text
