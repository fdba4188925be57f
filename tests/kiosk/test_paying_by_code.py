"""A premium by phone, as the resident sees it: what the pages and papers say is what became of the money."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fixtures.local_centre import Opened
from fixtures.printer import PrinterProcess
from paying_bench import Shop, code_of, present_card, sooner_or_later, up_to_how
from wire import Wire

from central.virtual_gateway.control import GatewayControl
from kiosk.payments import qr
from offline_cache.intents import Outcome

OWN = "本人 黄*仓"


def test_a_farmer_pays_by_phone_and_has_a_receipt(
    shop: Shop, phone: GatewayControl, printer: PrinterProcess
) -> None:
    before = printer.settle()
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("微信支付")
        phone.pay(code_url=code_of(farmer))
        page = farmer.wait_for("printed")
        for words in ("缴费成功", "已入账", "20261120"):
            assert words in page.text
        farmer.touch("取走了")
        assert "待缴" not in farmer.wait_for("overview").text
    order = next(one for one in page.text.split() if one.startswith("20261120") and "-" not in one)
    paper = printer.bin(printer.settle()).decode("gb18030", "ignore")
    assert printer.settle() == before + 1
    assert order in paper
    assert "支付单号" in paper
    assert not shop.entries()
    assert [one.outcome for one in shop.intents()] == [Outcome.CHARGED]


def test_who_gives_up_can_pay_otherwise_at_once(shop: Shop, phone: GatewayControl) -> None:
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("微信支付")
        code_of(farmer)
        farmer.give_up()
        page = farmer.wait_for("not-paid:1")
        assert "已经取消" in page.text
        assert "没有扣款" in page.text
        farmer.touch("再试一次")
        farmer.wait_for("how:2")
        farmer.touch("银行卡")
        present_card(shop.pad)
        assert "已入账" in farmer.wait_for("printed").text
    assert [one.outcome for one in shop.intents()] == [Outcome.CHARGED, Outcome.NOT_CHARGED]


def test_when_the_centre_goes_the_resident_has_a_slip_and_the_next_visit_the_answer(
    shop: Shop, phone: GatewayControl, printer: PrinterProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qr, "SCAN_LIMIT_S", 1.5)
    monkeypatch.setattr(qr, "CLOSE_LIMIT_S", 0.5)
    with Wire(shop.centre.base_url) as wire:
        through = {"centre": {"url": wire.url, "connect_s": 0.5, "read_s": 1.0}}
        with shop.visit(**through) as farmer:
            up_to_how(farmer, "huang-mancang", OWN)
            farmer.touch("微信支付")
            code = code_of(farmer)
            wire.cut()
            page = farmer.wait_for("printed")
            assert "还不清楚" in page.text
            assert "不要重复缴费" in page.text
            farmer.touch("取走了")
            overview = farmer.wait_for("overview")
            assert "缴费结果还不清楚，请不要重复缴费" in overview.text
            farmer.touch("缴居民医保")
            offered = farmer.wait_for("who").offer(OWN)
            assert "不要重复缴费" in str(offered.unavailable)
        slip = printer.bin(printer.settle()).decode("gb18030", "ignore")
        assert "请保留此条" in slip
    number = phone.pay(code_url=code).order
    for said in (page.text, slip, overview.text, str(offered.unavailable)):
        assert number in said, "one number everywhere"
    with shop.agent():
        sooner_or_later(lambda: not shop.unsettled())
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        overview = farmer.wait_for("overview")
        assert "还不清楚" not in overview.text
        assert "待缴" not in overview.text
    assert len(shop.posted()) == 1


def test_money_that_goes_back_has_a_slip_that_says_so(
    shop: Shop, phone: GatewayControl, printer: PrinterProcess
) -> None:
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("微信支付")
        phone.pay(code_url=code_of(farmer), total_fen=1)
        page = farmer.wait_for("printed")
        assert "钱会退给您" in page.text
        assert "没有扣款" not in page.text
        farmer.touch("取走了")
        assert "待缴 ￥400.00" in farmer.wait_for("overview").text
    assert "待退款" in printer.bin(printer.settle()).decode("gb18030", "ignore")


def test_a_card_taken_while_the_code_is_shown_still_gets_its_receipt(
    shop: Shop, phone: GatewayControl, printer: PrinterProcess
) -> None:
    before = printer.settle()
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        farmer.touch("微信支付")
        code = code_of(farmer)
        farmer.pull()
        farmer.wait(lambda _: not farmer.runner.card_may_be_in, "the card gone")
        phone.pay(code_url=code)
        farmer.wait_for("printed")
        farmer.touch("取走了")
        assert farmer.overs == [False]
    assert printer.settle() == before + 1


def test_a_region_without_a_gateway_offers_none(shop: Shop, open_centre: Opened) -> None:
    bare = open_centre(clock=shop.centre.clock)
    with replace(shop, centre=bare).visit() as farmer:
        up_to_how(farmer, "huang-mancang", OWN)
        assert "还没有开通" in str(farmer.sight.offer("微信支付").unavailable)
        assert farmer.sight.offer("银行卡").unavailable is None
