"""帮助: what this page is for, how to go on, whom to call. Opens over any page and returns exactly there."""

from __future__ import annotations

from kiosk.conversation.content import Fact, Facts, Icon, Offer, Words
from kiosk.conversation.desk import UNDERSTOOD, Desk
from kiosk.domain.region import Issuer
from kiosk.domain.text import say


class Help:
    """The help page of the frame."""

    id = "help"
    name = say("帮助")

    async def converse(self, desk: Desk) -> None:
        hrss, nhsa = desk.region.offices[Issuer.HRSS], desk.region.offices[Issuer.NHSA]
        await desk.inform(
            "help",
            say("怎么用这台机器"),
            icon=Icon.QUESTION,
            blocks=(
                Words(
                    (
                        say("看屏幕上最大的一句话，点下面的大按钮。"),
                        say("走错了点“返回”，不想办了点“退出”，再取走您的卡。"),
                        say("字太小点“大字”，看不清点“高对比”，太快点“慢一点”。"),
                        say("查询和打印都不收费，看错了也不会扣钱。"),
                    ),
                    numbered=True,
                ),
                Facts(
                    (
                        Fact(
                            say("养老、失业、工伤"), say("{name} {tel}", name=hrss.name, tel=hrss.telephone)
                        ),
                        Fact(say("医保、生育"), say("{name} {tel}", name=nhsa.name, tel=nhsa.telephone)),
                        Fact(
                            say("缴费"),
                            say(
                                "{name} {tel}",
                                name=desk.region.tax_office.name,
                                tel=desk.region.tax_office.telephone,
                            ),
                        ),
                    ),
                    heading=say("办不成，可以打电话问"),
                ),
            ),
            offers=(Offer(UNDERSTOOD, say("知道了，回到刚才的页面"), primary=True),),
        )
