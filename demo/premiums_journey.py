"""The journey's second half: premiums are paid, and stay paid when centre, power and pin pad fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import zxingcpp
from PIL import Image

from central.virtual_gateway.control import GatewayControl
from demo.parts import StageError
from demo.resident import Sight
from demo.scenes import SLOW_S, Scenes
from demo.stage import wait_for
from demo.syncs import SyncTrace, Traced
from drivers.virtual.pin_pad_control import PinPadControl
from drivers.virtual.pin_pad_faults import Fault, FaultKind

CHARGE_S = 10
"""How long the journey's pad may wait for a card: a silent one is waited for so long."""
OUTBOX_LIMIT_S = 90.0
OUTBOX_LOOK_S = 1.0
BILL = "￥400.00"
TAKE_IT = "请从出纸口取走回单"


class PremiumsJourney(Scenes):
    """Scenes that follow one another: each finds the county as the one before left it."""

    # By card, with the centre there.

    def a_premium_is_paid_by_card(self) -> None:
        """刘桂兰 pays for her elder child; first she picks the younger one, and changes that."""
        resident, record = self.resident, self.record
        overview = self.visit("liu-guilan")
        record.step("due", overview)
        record.claim("the first page says what is due, and until when", held=overview.shows("12月31日前"))
        resident.touch_tile("缴居民医保")
        record.step("for-whom", resident.wait_for("给谁缴居民医保"))
        resident.touch("孩子 陈*麦")
        resident.wait_for("请核对")
        resident.touch("更改")
        resident.wait_for("给谁缴居民医保")
        resident.touch("孩子 陈*禾")
        check = resident.wait_for("请核对")
        record.step("check-answers", check)
        told = all(check.shows(words) for words in ("陈*禾", "2027年度", BILL, "肆佰元整"))
        record.claim("check-answers says who, what, year, amount in figures and words", held=told)
        resident.touch("没有错")
        how = resident.wait_for("怎么付")
        record.step("how-to-pay", how)
        with self._traced(how) as trace:
            resident.touch("银行卡")
            record.step("at-the-pad", resident.wait_for("密码键盘"))
            self._card_at_the_pad()
            receipt = resident.wait_for(TAKE_IT, SLOW_S)
            done = trace.done()
        record.step("receipt-by-card", receipt)
        self._claim_syncs(done)
        record.claim("the receipt is applied at once, with the centre's number", held=receipt.shows("已入账"))
        record.claim("the receipt has its number", held=receipt.shows("T001-00000001"))
        self.name_paper("receipt-by-card")
        resident.touch("取走了")

    def a_premium_is_paid_by_phone(self) -> None:
        """…and for the younger one with her phone: from the menu to the receipt in four touches."""
        resident, record = self.resident, self.record
        resident.wait_for("您好")
        began, touches = time.monotonic(), resident.touches
        resident.touch_tile("缴居民医保")
        resident.wait_for("给谁缴居民医保")
        resident.touch("孩子 陈*麦")
        resident.wait_for("请核对")
        resident.touch("没有错")
        resident.wait_for("怎么付")
        resident.touch("微信支付")
        shown = resident.wait_for("扫一扫", SLOW_S)
        record.step("scan", shown)
        code = self._code_on_screen()
        record.claim("the code on the screen is the gateway's", held=code.startswith("weixin://"))
        with GatewayControl(self.stage.gateway_control) as phone:
            phone.pay(code_url=code)
        receipt = resident.wait_for(TAKE_IT, SLOW_S)
        record.step("receipt-by-phone", receipt)
        used = resident.touches - touches
        record.fact("touches from the menu to the receipt", used)
        record.fact(
            "seconds from the menu to the receipt, people included", round(time.monotonic() - began, 2)
        )
        record.claim("from the menu to the receipt in four touches", held=used <= 4)
        record.claim("the centre posted it", held=receipt.shows("已入账"))
        self.name_paper("receipt-by-phone")
        resident.touch("取走了")
        overview = resident.wait(lambda sight: sight.shows("您好"), "the overview")
        record.claim("what was paid is due no more", held=not overview.shows("待缴"))
        self.leave()

    # Without the centre.

    def another_pays_while_the_centre_is_gone(self) -> None:
        """黄满仓 was here before, so his bill is known; then the front dies right after the receipt."""
        resident, record = self.resident, self.record
        self.visit("huang-mancang")
        self.leave()
        self.ready()
        self.stage.cut_centre()
        resident.put_in("huang-mancang")
        overview = resident.wait_for("保存的记录", SLOW_S)
        record.claim("a bill is known without the centre", held=overview.shows("待缴"))
        self._to_how_to_pay("本人 黄*仓")
        how = resident.wait_for("怎么付")
        record.step("how-to-pay-offline", how)
        record.claim("paying by phone is there, grey, with the reason", held=how.shows("现在不能扫码"))
        resident.touch("银行卡")
        resident.wait_for("密码键盘")
        self._card_at_the_pad()
        receipt = resident.wait_for(TAKE_IT, SLOW_S)
        record.step("receipt-waiting", receipt)
        record.claim("the receipt says 待入账", held=receipt.shows("待入账"))
        self.name_paper("receipt-waiting")
        os.kill(receipt.front_pid, signal.SIGKILL)
        resident.wait(lambda sight: sight.front_pid != receipt.front_pid, "the next front", SLOW_S)
        listed = self._outbox()
        waiting = [entry for entry in listed["entries"] if entry["state"] == "PENDING"]
        record.claim("after the power is back nothing is lost", held=[e["number"] for e in waiting] == [2])
        resident.pull()

    def the_centre_takes_it_once(self) -> None:
        """The centre is back: the agent sends; by hand the same entry again changes nothing."""
        record = self.record
        self.stage.restore_centre()
        self._wait_for_outbox(lambda listed: listed["waiting"] == 0, "the agent to send what waits")
        first = self._entry(2)
        record.claim("the agent sends it, applied once", held=first["state"] == "APPLIED")
        sent = self._kioskctl("outbox", "send", "2", "--json")
        again = self._entry(2)
        record.claim(
            "sent again by hand it is the same posting", held=sent["applied"] == [2] and again == first
        )
        whole = self._kioskctl("outbox", "verify", "--json")
        record.claim("the hash chain is whole", held=whole["entries"] == 2 and whole["findings"] == [])
        self.ready()
        self.resident.put_in("huang-mancang")
        overview = self.resident.wait_for("您好", SLOW_S)
        record.claim("what waited is due no more", held=not overview.shows("待缴"))
        self.resident.touch_tile("打印缴费回单")
        past = self.resident.wait_for("哪一笔")
        record.step("past-payments", past)
        record.claim("the past payment is found, posted", held=past.shows("已入账"))
        self.resident.touch("2027年度居民医保")
        record.step("receipt-again", self.resident.wait_for("打印"))
        self.resident.touch("打印")
        self.resident.wait_for("打印好了", SLOW_S)
        self.name_paper("receipt-again")
        self.resident.touch("取走了")
        self.leave()

    # The pad falls silent.

    def the_pad_falls_silent(self) -> None:
        """田春生's card is charged, and the pad says nothing more: nobody knows."""
        resident, record = self.resident, self.record
        self.visit("tian-chunsheng")
        with self._pad() as pad:
            pad.fault(Fault(FaultKind.SILENT, after_charging=True))
        self._to_how_to_pay("本人 田*生")
        resident.wait_for("怎么付")
        resident.touch("银行卡")
        resident.wait_for("密码键盘")
        self._card_at_the_pad()
        with self._pad() as pad:
            pad.mute(on=True)
        confirming = resident.wait_for("正在确认", SLOW_S)
        record.step("confirming", confirming)
        unknown = resident.wait_for("不要重复缴费", SLOW_S)
        record.step("not-known", unknown)
        record.claim(
            "the page says that nobody knows, and not to pay again", held=unknown.shows("不要重复缴费")
        )
        self.name_paper("not-known-slip")
        resident.touch("取走了")
        blocked = resident.wait_for("您好", SLOW_S)
        record.step("blocked", blocked)
        resident.touch_tile("缴居民医保")
        # The tile that was touched names the premium too.
        grey = resident.wait(lambda sight: any("本人" in t.text for t in sight.things), "whom to pay for")
        record.claim(
            "the bill is blocked until it is known",
            held=grey.shows("还不清楚") and not any(t.enabled and "本人" in t.text for t in grey.things),
        )
        self.leave()

    def the_next_start_finds_the_truth(self) -> None:
        """The pad speaks again; the front that starts then asks it, and the entry is made and sent."""
        record = self.record
        with self._pad() as pad:
            pad.mute(on=False)
        self.ready()
        self._wait_for_outbox(
            lambda listed: listed["waiting"] == 0 and any(e["number"] == 3 for e in listed["entries"]),
            "the truth about a charge",
        )
        entry = self._entry(3)
        record.claim("the next start asks the pad and finds the truth", held=entry["state"] == "APPLIED")
        with self._pad() as pad:
            charged = sum(one.kind.value == "authorised" for one in pad.ledger())
        record.claim("the pad charged three cards, each once", held=charged == 3)
        self.resident.put_in("tian-chunsheng")
        overview = self.resident.wait_for("您好", SLOW_S)
        record.step("known-again", overview)
        record.claim("it is due no more", held=not overview.shows("待缴") and not overview.shows("还不清楚"))
        self.leave()
        record.fact("processes", self.stage.pids())

    # What the scenes are made of.

    def _to_how_to_pay(self, payee: str) -> None:
        self.resident.touch_tile("缴居民医保")
        self.resident.wait_for("给谁缴居民医保")
        self.resident.touch(payee)
        self.resident.wait_for("请核对")
        self.resident.touch("没有错")

    def _card_at_the_pad(self) -> None:
        with self._pad() as pad:
            wait_for(lambda: pad.state().waiting_amount is not None, SLOW_S, "a pad that waits for a card")
            pad.present_card()

    def _traced(self, sight: Sight) -> SyncTrace:
        ports = {
            self.stage.pad_port: Traced.PAD,
            int(self.stage.centre_url.rpartition(":")[2]): Traced.CENTRE,
            self.stage.printer_port: Traced.PAPER,
        }
        return SyncTrace(sight.front_pid, self.stage.directory / "sale.strace", ports)

    def _claim_syncs(self, done: list[Traced]) -> None:
        """Promise 1: intent, then the pad; outcome and entry, then everything else."""
        self.record.fact("syncs and messages of a card sale, in their order", [one.value for one in done])
        asked = done.index(Traced.PAD) if Traced.PAD in done else 0
        told = done.index(Traced.CENTRE, asked) if Traced.CENTRE in done[asked:] else len(done)
        before, sale = done[:asked].count(Traced.SYNC), done[asked:told].count(Traced.SYNC)
        paper = done.index(Traced.PAPER) if Traced.PAPER in done else len(done)
        self.record.fact("syncs of a card sale: intent, outcome with entry", [before, sale])
        self.record.claim(
            "one sync before the pad is asked, one when it has answered", held=(before, sale) == (1, 1)
        )
        self.record.claim("no byte of the receipt before the sale's last sync", held=told < paper)
        self.record.fact("syncs of its paper and of marking it applied", done[told:].count(Traced.SYNC))
        self.record.claim("two more for the paper, one for marking", held=done[told:].count(Traced.SYNC) == 3)

    def _code_on_screen(self) -> str:
        """As a phone reads it: from the photograph of the screen."""
        photograph = self.resident.photograph("the-phone-sees")
        with Image.open(photograph) as picture:
            found = zxingcpp.read_barcodes(picture)
        photograph.unlink()
        if len(found) != 1:
            raise StageError(f"{len(found)} codes on the screen")
        return found[0].text

    def _pad(self) -> PinPadControl:
        return PinPadControl("127.0.0.1", self.stage.pad_control)

    def _outbox(self) -> dict[str, Any]:
        return self._kioskctl("outbox", "list", "--all", "--json")

    def _entry(self, number: int) -> dict[str, Any]:
        return self._kioskctl("outbox", "show", str(number), "--json")

    def _wait_for_outbox(self, holds: Callable[[dict[str, Any]], bool], what: str) -> None:
        """Looks once a second: each look is a process that opens the vault, which front and agent need."""
        deadline = time.monotonic() + OUTBOX_LIMIT_S
        while not holds(self._outbox()):
            if time.monotonic() > deadline:
                raise StageError(f"waited {OUTBOX_LIMIT_S:g} s for {what}")
            time.sleep(OUTBOX_LOOK_S)

    def _kioskctl(self, *arguments: str) -> dict[str, Any]:
        ran = subprocess.run(
            [sys.executable, "-m", "kiosk.cli", *arguments, "--config", str(self.stage.config)],
            env=self.stage.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if not ran.stdout:
            raise StageError(f"kioskctl {' '.join(arguments)}: {ran.stderr}")
        told: dict[str, Any] = json.loads(ran.stdout)
        return told
