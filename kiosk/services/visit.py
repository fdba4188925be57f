"""From the card to the first page: who is it, and may he be let in."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from kiosk.card_reading import CardProblem, Cards, CardUnusable
from kiosk.contract.problems import ProblemType
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import CardShown, Inform, Look, LookTimedOut, Service
from kiosk.domain.assurance import Evidence
from kiosk.domain.region import Issuer
from kiosk.domain.text import say
from kiosk.records import CardIdentity, IdentityRefused, Records, UnknownHere, Visitor
from kiosk.services.card_pages import card_page, id_card_needed_elsewhere, id_card_wanted
from kiosk.services.refusal import refused
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble, money_words
from kiosk.services.vault_trouble import vault_trouble
from kiosk.vault_jobs import VAULT_TROUBLE

_Who: TypeAlias = Visitor | IdentityRefused | UnknownHere


class Visit:
    """The root of every session."""

    id = "visit"
    name = say("便民社保")

    def __init__(self, cards: Cards, records: Records, overview: Service) -> None:
        self._cards = cards
        self._records = records
        self._overview = overview

    async def converse(self, desk: Desk, presence: int) -> None:
        try:
            card = await desk.look(say("正在读卡，请不要拿开"), self._cards.read, presence)
        except LookTimedOut as late:
            card = CardUnusable(CardProblem.BUSY, str(late))
        if isinstance(card, CardUnusable):
            await card_page(desk, card)
            return
        who: _Who | None
        try:
            who = await desk.look(say("正在查询"), self._records.identify, card)
            if _needs_id_card(desk, card, who):
                who = await self._by_id_card(desk)
        except CENTRE_TROUBLE as error:
            await _anew(centre_trouble(desk, error))
            return
        except VAULT_TROUBLE:
            await _anew(vault_trouble(desk))
            return
        match who:
            case Visitor():
                await desk.call(self._overview, who)
            case IdentityRefused(problem):
                await _anew(refused(desk, problem))
            case UnknownHere():
                await _anew(_unknown(desk, who))
            case None:
                return

    async def _by_id_card(self, desk: Desk) -> _Who | None:
        """Asks for the ID card, twice at most; None where the visit has had its last page."""
        wrong: CardProblem | None = None
        for again in (False, True) if desk.reads_id_cards else ():
            shown = await id_card_wanted(desk, wrong, again=again)
            if not isinstance(shown, CardShown):
                break
            try:
                read = await desk.look(say("正在读身份证，请不要拿开"), self._cards.read, shown.presence)
            except LookTimedOut as late:
                read = CardUnusable(CardProblem.BUSY, str(late))
            # Another social-security card would open somebody else's records.
            if isinstance(read, CardIdentity) and read.evidence is Evidence.SAM_ID:
                look: Look[_Who] = desk.look(say("正在查询"), self._records.identify, read)
                return await look
            wrong = read.problem if isinstance(read, CardUnusable) else None
            if wrong is CardProblem.ID_EXPIRED:
                break
        await id_card_needed_elsewhere(desk, wrong)
        return None


def _anew(page: Inform) -> Inform:
    """Nobody was let in: the next card, or another one of the same person, begins a visit of its own."""
    return replace(page, begins_anew=True)


def _needs_id_card(desk: Desk, card: CardIdentity, who: _Who) -> bool:
    """A card that tells no number and of which nothing is known: an ordinary card of generation 3."""
    if card.citizen_number is not None:
        return False
    if isinstance(who, UnknownHere):
        # Away from the centre the office cannot help either; an ID card may have a snapshot here.
        return desk.reads_id_cards
    return who == IdentityRefused(ProblemType.NOT_FOUND)


def _unknown(desk: Desk, unknown: UnknownHere) -> Inform:
    title = say("现在连不上社保中心") if unknown.away else say("社保中心暂时不能答复")
    why = say("您以前没有用这张卡在这台机器上查过，所以这里没有可以给您看的记录。")
    return desk.inform(
        "unknown-here",
        title,
        why,
        money_words(desk),
        say("网络恢复后再来就可以；着急请打 {tel}。", tel=desk.region.offices[Issuer.HRSS].telephone),
        tone=Tone.ATTENTION,
        icon=Icon.NETWORK,
    )
