"""缴费回单: finds a past payment and prints its receipt. Never 完税证明: that is the tax authority's."""

from __future__ import annotations

from dataclasses import replace

from kiosk.clock import in_china
from kiosk.conversation.content import Offer, Sheet
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.domain.assurance import Disclosure
from kiosk.domain.ledger import Ledger
from kiosk.domain.payment_words import payee_name, posting_word, premium_name
from kiosk.domain.sales import Receipt
from kiosk.domain.text import say
from kiosk.papers.receipt import receipt_paper
from kiosk.past_receipts import PastPayments, PastReceipts
from kiosk.records import Dated, Visitor
from kiosk.services.delivery import FREE, deliver
from kiosk.services.paying import Counter
from kiosk.services.proof import missing_proof
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble
from kiosk.services.vault_trouble import vault_trouble
from kiosk.vault_jobs import VAULT_TROUBLE

_BACK, _PRINT = "back", "print"
_AGAIN = replace(FREE, money=say("钱早已缴过，这次打印不收费。"), comfort=say("可以再打，不收费。"))


class PaymentReceipts:
    """Of the resident and his children: what was posted, and what still waits here."""

    id = "payment_receipt"
    name = say("缴费回单")

    def __init__(self, past: PastPayments, counter: Counter) -> None:
        self._past = past
        self._counter = counter

    async def converse(self, desk: Desk, visitor: Visitor, _overview: Dated[Ledger]) -> None:
        proof = missing_proof(desk, visitor.resident, Disclosure.DETAILS)
        if proof is not None:
            await proof
            return
        try:
            past = await desk.look(say("正在查找缴费记录"), self._past.receipts, visitor)
        except CENTRE_TROUBLE as error:
            await centre_trouble(desk, error)
            return
        except VAULT_TROUBLE:
            await vault_trouble(desk)
            return
        receipt = await self._which(desk, past)
        if receipt is None:
            return
        paper = receipt_paper((receipt,), desk.region, self._counter.printed_at(desk), again=True)
        picked = await desk.browse(
            "receipt",
            say("缴费回单"),
            Sheet(paper),
            offers=(Offer(_PRINT, say("打印"), icon=Icon.PRINTER, primary=True),),
        )
        if picked == _PRINT:
            await deliver(desk, paper, _AGAIN)

    async def _which(self, desk: Desk, past: PastReceipts) -> Receipt | None:
        """哪一笔？ None where there is none, or none is wanted."""
        unknown = tuple(
            say(
                "有一笔缴费的结果还不清楚，编号 {number}：请不要重复缴费，查清楚了这里会有回单。",
                number=number,
            )
            for number in past.not_known
        )
        if not past.receipts:
            await desk.inform(
                "no-payments",
                say("没有查到缴费记录"),
                *unknown,
                say("这里只有在便民终端上缴的费；单位代扣的、在别处缴的，不在这里。"),
                say("要看每年每月缴了没有，请回到首页点“查缴费”。"),
                icon=Icon.RECEIPT,
                tone=Tone.PLAIN,
            )
            return None
        lines = () if past.complete else (say("连不上社保中心，这里只有在这台机器上缴的和以前查过的。"),)
        picked = await desk.choose(
            "which",
            say("打印哪一笔的回单？"),
            (
                *(_offer(receipt) for receipt in past.receipts),
                Offer(_BACK, say("不打了"), say("回到首页"), Icon.HOME),
            ),
            lines=(*unknown, *lines),
        )
        return next((one for one in past.receipts if one.number == picked), None)


def _offer(receipt: Receipt) -> Offer:
    premium = receipt.premium
    return Offer(
        receipt.number,
        say("{what} {amount}", what=premium_name(premium), amount=premium.amount),
        say(
            "{payee}，{paid}，{state}",
            payee=payee_name(premium),
            paid=in_china(receipt.paid_at),
            state=posting_word(receipt.posting),
        ),
        Icon.RECEIPT,
    )
