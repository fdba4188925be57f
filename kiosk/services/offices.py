"""去哪办: which office answers for what, where it is and when it is open. For anybody, card or not."""

from __future__ import annotations

from kiosk.conversation.content import Fact, Facts, Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Inform
from kiosk.domain.region import Issuer, Office, Region
from kiosk.domain.text import Public, Text, say

_SOCIAL, _MEDICAL, _TAX = "social", "medical", "tax"
_ENOUGH = "enough"
MATTERS: dict[str, Text] = {
    _SOCIAL: say("养老、失业、工伤"),
    _MEDICAL: say("医保、生育"),
    _TAX: say("缴费、补缴、退款"),
}
"""What each office answers for, in residents' words."""
_EXAMPLES: dict[str, tuple[Text, Icon]] = {
    _SOCIAL: (say("领养老金、转移、认证"), Icon.OFFICE),
    _MEDICAL: (say("看病报销、异地就医"), Icon.FAMILY),
    _TAX: (say("居民医保缴费、单位没缴"), Icon.WALLET),
}


def office_for(region: Region, matter: str) -> Office:
    """The office that answers for one of `MATTERS`."""
    match matter:
        case "social":
            return region.offices[Issuer.HRSS]
        case "medical":
            return region.offices[Issuer.NHSA]
        case _:
            return region.tax_office


def telephones(region: Region) -> tuple[Fact, ...]:
    """Each matter, and whom one calls about it."""
    return tuple(Fact(name, by_telephone(office_for(region, matter))) for matter, name in MATTERS.items())


class Offices:
    """One question, then one office."""

    id = "offices"
    name = say("去哪办")

    async def converse(self, desk: Desk, *_about: object) -> None:
        while True:
            picked = await desk.choose(
                "matter",
                say("您要办哪方面的事？"),
                (
                    *(Offer(key, name, *_EXAMPLES[key]) for key, name in MATTERS.items()),
                    Offer(_ENOUGH, say("不找了"), say("回到上一级"), Icon.HOME),
                ),
            )
            if picked == _ENOUGH or await _office_page(desk, picked) == _ENOUGH:
                return


def _office_page(desk: Desk, matter: str) -> Inform:
    office = office_for(desk.region, matter)
    return desk.inform(
        f"office:{matter}",
        say("{matter}：到这里办", matter=MATTERS[matter]),
        say("出门前可以先打电话，问清楚带什么。一般要带身份证或社保卡。"),
        tone=Tone.PLAIN,
        icon=Icon.OFFICE,
        blocks=(Facts(where_facts(office)),),
        offers=(Offer("others", say("看别的")), Offer(_ENOUGH, say("知道了"), primary=True)),
    )


def where_facts(office: Office) -> tuple[Fact, ...]:
    """An office, as one finds it."""
    return (
        Fact(say("窗口"), say("{name}", name=Public(office.name))),
        Fact(say("地址"), say("{address}", address=Public(office.address))),
        Fact(say("电话"), say("{telephone}", telephone=Public(office.telephone))),
        Fact(say("时间"), say("{hours}", hours=Public(office.hours))),
    )


def by_telephone(office: Office) -> Text:
    return say("{name} {tel}", name=Public(office.name), tel=Public(office.telephone))
