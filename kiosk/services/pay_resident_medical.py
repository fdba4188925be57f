"""居民医保缴费: for oneself, for one's children, all of them at once, or for somebody whose card is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from kiosk.card_reading import Cards, Places
from kiosk.centre_line import AskedTooOften
from kiosk.conversation.content import Answers, Given, Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Inform
from kiosk.domain.bills import ForWhom
from kiosk.domain.capital_numerals import in_capitals
from kiosk.domain.ledger import Ledger
from kiosk.domain.money import total
from kiosk.domain.months import DayInYear
from kiosk.domain.payment_words import payee_name, premium_name
from kiosk.domain.sales import Premium
from kiosk.domain.text import Text, in_a_row, joined, say
from kiosk.premiums import Due, Premiums
from kiosk.records import Dated, Visitor
from kiosk.services.due_words import why_not
from kiosk.services.payee_card import not_read, number_on_payee_card
from kiosk.services.paying import Counter, take_payment
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble, money_words
from kiosk.services.vault_trouble import vault_trouble
from kiosk.vault_jobs import VAULT_TROUBLE

_WHO, _ALL, _OTHER, _NOBODY = "who", "all", "other", "nobody"
MAX_CARDS = 5
"""Cards that may be shown in one session; the centre answers five look-ups."""


class PayResidentMedical:
    """What is due by the law of the year, for whom the resident chooses."""

    id = "pay_resident_medical"
    name = say("缴居民医保")

    def __init__(
        self, premiums: Premiums, counter: Counter, cards: Cards, places: Callable[[], Places]
    ) -> None:
        """`places`: where cards can be put now; another card needs another one."""
        self._premiums = premiums
        self._counter = counter
        self._cards = cards
        self._places = places

    async def converse(self, desk: Desk, visitor: Visitor, _overview: Dated[Ledger]) -> bool:
        """Whether money moved, or may have: what the first page shows is then out of date."""
        try:
            dues = await desk.look(say("正在查询应缴"), self._premiums.dues, visitor)
            places = await desk.look(say("正在查询应缴"), self._places)
            another = places.another(own_is_laid=desk.laid)
            chosen = await self._whom(desk, visitor, dues, another)
        except CENTRE_TROUBLE as error:
            await centre_trouble(desk, error)
            return False
        except VAULT_TROUBLE:
            await vault_trouble(desk)
            return False
        if not chosen:
            return False
        premiums = tuple(Premium.of(due.bill) for due in chosen)
        payer = visitor.resident
        await _check(desk, premiums, payer.masked_name)
        return await take_payment(desk, self._counter, premiums, payer) is not None

    async def _whom(
        self, desk: Desk, visitor: Visitor, dues: Dated[tuple[Due, ...]], places: Places
    ) -> tuple[Due, ...]:
        """给谁缴？ Nothing where nobody was chosen."""
        today, own = desk.now.date(), frozenset(due.bill.reference for due in dues.value)
        shown: tuple[Due, ...] = ()
        for card in range(1, MAX_CARDS + 2):
            # A child's own card tells nothing that its guardian's did not.
            every = (*dues.value, *(due for due in shown if due.bill.reference not in own))
            payable = {due.bill.reference: due for due in every if due.payable_on(today)}
            reason = _why_no_other(places, live=dues.live, more=card <= MAX_CARDS)
            picked = await desk.choose(
                _WHO if card == 1 else f"{_WHO}:{card}",
                say("给谁缴居民医保？") if payable else say("现在没有要您缴的居民医保"),
                _offers(every, tuple(payable.values()), places, today, reason),
            )
            match picked:
                case "all":
                    return tuple(payable.values())
                case "nobody":
                    return ()
                case "other":
                    shown = await self._other(desk, visitor, places, card)
                case reference:
                    return (payable[reference],)
        return ()

    async def _other(self, desk: Desk, visitor: Visitor, places: Places, card: int) -> tuple[Due, ...]:
        """给别人缴: what is due for the owner of another card; only what can be paid, and a masked name."""
        number = await number_on_payee_card(desk, visitor, self._cards, places, card)
        if number is None:
            return ()
        try:
            found = await desk.look(say("正在查询应缴"), self._premiums.dues_of, visitor, number)
        except AskedTooOften:
            await _asked_too_often(desk, card)
            return ()
        except ValueError:
            await not_read(desk, card, say("卡上的号码不是身份证号码，机器查不到他的应缴。"))
            return ()
        if not found:
            await desk.inform(
                f"nothing-due:{card}",
                say("现在没有要给他缴的"),
                say("可能已经缴过了，或者不参加居民医保。"),
                money_words(desk),
                say("要知道是哪一种，请让他自己放卡查看。"),
                icon=Icon.FAMILY,
            )
        return found


def _why_no_other(places: Places, *, live: bool, more: bool) -> Text | None:
    """Why nobody else can be paid for; None where somebody can."""
    if not live:
        return say("连不上社保中心，现在不能查别人的")
    if not places.slots and not places.id_area:
        return say("这台机器只有一个读卡器，请让他自己来缴")
    return None if more else say("一次只能查几个人，请让他自己来缴")


def _offers(
    every: Sequence[Due], payable: Sequence[Due], places: Places, today: date, why_no_other: Text | None
) -> tuple[Offer, ...]:
    offers = [_offer(due, today) for due in every]
    if len(payable) > 1:
        amount = total(tuple(due.bill.amount for due in payable))
        names = in_a_row(due.bill.payee for due in payable)
        offers.append(Offer(_ALL, say("一起缴 {amount}", amount=amount), names, Icon.WALLET))
    offers.append(
        Offer(
            _OTHER,
            say("给别人缴"),
            _by_what_card(places) if why_no_other is None else None,
            Icon.CARD,
            unavailable=why_no_other,
        )
    )
    offers.append(Offer(_NOBODY, say("不缴了"), say("回到首页"), Icon.HOME))
    return tuple(offers)


def _offer(due: Due, today: date) -> Offer:
    bill = due.bill
    return Offer(
        bill.reference,
        say("{payee} {amount}", payee=payee_name(Premium.of(bill)), amount=bill.amount),
        say(
            "{year}年度，{last}前",
            year=bill.year,
            last=DayInYear.of(bill.window.last),
        ),
        Icon.HOME if bill.whom is ForWhom.SELF else Icon.FAMILY,
        unavailable=why_not(due, today),
    )


async def _check(desk: Desk, premiums: tuple[Premium, ...], payer: str) -> None:
    """核对: who, what, year, amount in figures and in words."""
    amount = total(tuple(premium.amount for premium in premiums))
    names = joined(tuple(payee_name(premium) for premium in premiums))
    what = joined(tuple(dict.fromkeys(premium_name(premium) for premium in premiums)))
    await desk.review(
        "check",
        say("请核对，然后付款"),
        Answers(
            (
                Given(say("给谁缴"), names, desk.change(_WHO)),
                Given(say("缴什么"), what),
                Given(say("金额"), say("{amount}", amount=amount), number=True),
                Given(say("大写"), say("人民币{capitals}", capitals=in_capitals(amount))),
                Given(say("缴费人"), say("{payer}", payer=payer)),
            )
        ),
        confirm=say("没有错，去付款"),
        icon=Icon.WALLET,
    )


def _by_what_card(places: Places) -> Text:
    if places.slots and places.id_area:
        return say("放他的社保卡或身份证")
    return say("放入他的社保卡") if places.slots else say("放他的身份证")


def _asked_too_often(desk: Desk, card: int) -> Inform:
    return desk.inform(
        f"asked-too-often:{card}",
        say("今天不能再查别人的了"),
        say("为了保护每个人的信息，一次只能查几个人，一台机器一天也有限度。"),
        money_words(desk),
        say("请让他带自己的卡来缴，或者到税务窗口缴。"),
        tone=Tone.ATTENTION,
        icon=Icon.FAMILY,
    )
