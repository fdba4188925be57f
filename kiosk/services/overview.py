"""我的社保: the first page after the card.

Every insurance side by side, and what is wrong in one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.clock import in_china
from kiosk.conversation.content import (
    Block,
    Card,
    Cards,
    Fact,
    Notice,
    Offer,
    Tiles,
)
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Browse, Service, Wake
from kiosk.domain.citizen_number import Sex
from kiosk.domain.finding import Finding, Severity
from kiosk.domain.finding_words import finding_sentence
from kiosk.domain.findings import findings
from kiosk.domain.insurance import ParticipationState
from kiosk.domain.ledger import Ledger, Standing
from kiosk.domain.months import Month
from kiosk.domain.text import Text, say
from kiosk.domain.words import state_word
from kiosk.premiums import FrontPage, Premiums
from kiosk.records import Dated, IdentityRefused, Records, Visitor
from kiosk.services.due_words import due_notices
from kiosk.services.refusal import refused
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble
from kiosk.services.vault_trouble import vault_trouble
from kiosk.vault_jobs import VAULT_TROUBLE

_SHOW_FINDING, _ASK_AGAIN, _PAY, _PAID = "finding", "ask-again", "pay", "paid"
_CENTRE_BACK = frozenset({Wake.CENTRE_BACK})

_STATES: dict[ParticipationState, tuple[str, Tone]] = {
    ParticipationState.PAYING: ("●", Tone.GOOD),
    ParticipationState.SUSPENDED: ("◐", Tone.ATTENTION),
    ParticipationState.ENDED: ("■", Tone.PLAIN),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A service as a tile of the menu, in residents' words."""

    service: Service
    label: Text
    hint: Text
    icon: Icon


class Overview:
    """The overview and the menu under it."""

    id = "overview"
    name = say("我的社保")

    def __init__(
        self,
        records: Records,
        premiums: Premiums,
        *,
        explains: Service,
        pays: Service,
        offered: Sequence[Offered],
    ) -> None:
        """`explains` is the service that a finding's button leads to, `pays` that of what is due."""
        self._records = records
        self._premiums = premiums
        self._explains = explains
        self._pays = pays
        self._offered = tuple(offered)

    async def converse(self, desk: Desk, visitor: Visitor) -> None:
        wakes = _CENTRE_BACK
        while True:
            try:
                page = await desk.look(say("正在查询"), self._premiums.front_page, visitor)
                picked = await self._menu(desk, visitor, page, wakes)
                if picked == _PAID:
                    continue
                # Waking or asking again: the centre is there once more, so is the session.
                who = await desk.look(say("正在查询"), self._records.identify, visitor.card)
            except CENTRE_TROUBLE as error:
                await centre_trouble(desk, error)
                return
            except VAULT_TROUBLE:
                await vault_trouble(desk)
                return
            if isinstance(who, IdentityRefused):
                await refused(desk, who.problem)
                return
            visitor = who if isinstance(who, Visitor) else visitor
            # A page that a wake did not mend waits for a touch; it would never stand still otherwise.
            wakes = frozenset() if picked == Wake.CENTRE_BACK else _CENTRE_BACK

    async def _menu(self, desk: Desk, visitor: Visitor, page: FrontPage, wakes: frozenset[Wake]) -> str:
        """Until there is reason to ask anew; gives the reason."""
        overview = page.ledger
        found = findings(
            overview.value, limits=desk.region.base_limits, as_of=Month.of(overview.as_of.date())
        )
        services = {offered.service.id: offered.service for offered in self._offered}
        services |= {_SHOW_FINDING: self._explains, _PAY: self._pays}
        while True:
            picked = await self._page(desk, visitor, page, found, wakes)
            if picked in (_ASK_AGAIN, Wake.CENTRE_BACK):
                return picked
            if await desk.call(services[picked], visitor, overview) is True:
                return _PAID

    def _page(
        self,
        desk: Desk,
        visitor: Visitor,
        page: FrontPage,
        found: tuple[Finding, ...],
        wakes: frozenset[Wake],
    ) -> Browse:
        overview = page.ledger
        blocks: list[Block] = []
        if not overview.live:
            blocks.append(_from_snapshot(overview, by_itself=bool(wakes)))
        blocks.extend(_finding_notice(found))
        if page.dues is None:
            blocks.append(Notice(Tone.ATTENTION, say("要缴的费现在查不到，请过一会儿再来看")))
        else:
            pay = Offer(_PAY, say("现在缴费"), icon=Icon.WALLET)
            blocks.extend(due_notices(page.dues.value, page.made, desk.now.date(), pay))
        blocks.append(Cards(tuple(_card(one) for one in overview.value.standings)))
        blocks.append(Tiles(tuple(_tile(one) for one in self._offered)))
        return desk.browse(
            "overview",
            _greeting(visitor),
            *blocks,
            wakes=frozenset() if overview.live else wakes,
        )


def _greeting(visitor: Visitor) -> Text:
    """By the surname only: others can see the screen."""
    surname = visitor.resident.surname
    match visitor.card.sex:
        case Sex.FEMALE:
            return say("{surname}女士，您好", surname=surname)
        case Sex.MALE:
            return say("{surname}先生，您好", surname=surname)
        case None:
            return say("您好，这是您的社保")


def _from_snapshot(overview: Dated[Ledger], *, by_itself: bool) -> Notice:
    """`by_itself`: whether the page is drawn anew without a touch when the centre is back."""
    taken = in_china(overview.as_of)
    if by_itself:
        sentence = say("连不上社保中心，这是 {taken} 保存的记录，恢复后自动更新", taken=taken)
    else:
        sentence = say("社保中心没有答复，这是 {taken} 保存的记录，请过一会儿点“再查一次”", taken=taken)
    return Notice(
        Tone.ATTENTION,
        sentence,
        (),
        Offer(_ASK_AGAIN, say("再查一次"), icon=Icon.NETWORK),
    )


def _finding_notice(found: tuple[Finding, ...]) -> tuple[Notice, ...]:
    telling = [one for one in found if one.severity > Severity.NOTE]
    if not telling:
        return ()
    gravest = telling[0]
    more = len(telling) - 1
    lines = (say("另外还有 {more} 处需要留意。", more=more),) if more else ()
    tone = Tone.PROBLEM if gravest.severity is Severity.PROBLEM else Tone.ATTENTION
    return (Notice(tone, finding_sentence(gravest), lines, Offer(_SHOW_FINDING, say("怎么回事？怎么办？"))),)


def _card(one: Standing) -> Card:
    symbol, tone = _STATES[one.state]
    facts = [
        Fact(say("缴至"), say("{month}", month=one.paid_to) if one.paid_to else say("没有记录"), number=True),
        Fact(say("累计"), say("{months}个月", months=one.months_in_all), number=True),
    ]
    if one.owed:
        # Whose debt it is stands beside the sum: a resident must not fear that it is his.
        whose = say("单位欠缴") if one.employer is not None else say("欠缴")
        facts.append(Fact(whose, say("{owed}", owed=one.owed), number=True, tone=Tone.PROBLEM))
    else:
        facts.append(Fact(say("欠缴"), say("没有"), number=True))
    return Card(one.kind.spoken_name, state_word(one.state), symbol, tone, tuple(facts))


def _tile(offered: Offered) -> Offer:
    return Offer(offered.service.id, offered.label, offered.hint, offered.icon)
