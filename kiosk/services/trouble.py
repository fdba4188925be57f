"""The pages for what goes wrong: what happened, whether money moved, what to do now."""

from __future__ import annotations

from kiosk.central_client import CentreAway, CentreError, CentreRefused, NotAdmitted
from kiosk.contract.problems import ProblemType
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Picture, Tone
from kiosk.conversation.steps import Inform, LookTimedOut
from kiosk.domain.region import Issuer, Office
from kiosk.domain.text import Public, Text, say

_NO_MONEY_MOVED = say("这次没有扣款，也没有改动您的任何记录。")
_MONEY_IS_KEPT = say("刚才的缴费已经记在机器里，不会丢；请不要再缴一次，下次放卡就能看到结果。")
CENTRE_TROUBLE = (CentreError, LookTimedOut)
"""What a look at the centre may raise."""


def money_words(desk: Desk) -> Text:
    """Whether money moved: of this session, not only of this page. No page says otherwise by itself."""
    return _MONEY_IS_KEPT if desk.money_moved else _NO_MONEY_MOVED


def centre_trouble(desk: Desk, error: CentreError | LookTimedOut) -> Inform:
    """The centre did not answer as it should, and nothing is kept here that would do."""
    match error:
        case CentreRefused(problem=ProblemType.SESSION_OVER):
            return desk.inform(
                "session-over",
                say("停留的时间太久了"),
                say("为了保护您的信息，这次查询已经结束。"),
                money_words(desk),
                say("请拿开卡，再放一次。"),
                icon=Icon.TAKE_CARD,
            )
        case CentreRefused(problem=ProblemType.EVIDENCE_INSUFFICIENT):
            at_the_office = say(
                "请带身份证到窗口：{where}", where=where_to_go(desk.region.offices[Issuer.HRSS])
            )
            here = say("请按“退出”，取出社保卡，再把身份证放在感应区，就可以看了。")
            return desk.inform(
                "evidence-insufficient",
                say("还需要证明是您本人"),
                say("这里只读了卡，所以这些内容现在不能给您看。"),
                money_words(desk),
                here if desk.reads_id_cards else at_the_office,
                tone=Tone.ATTENTION,
                icon=Icon.CARD,
                picture=Picture.LAY_ID_CARD if desk.reads_id_cards else Picture.ID_CARD_TO_COUNTER,
            )
        case NotAdmitted():
            return desk.inform(
                "not-admitted",
                say("这台机器登录不了社保中心"),
                say("中心不接受这台机器，不是您的卡的问题。"),
                money_words(desk),
                say("请告诉这里的工作人员；着急的话换一台机器。"),
                tone=Tone.PROBLEM,
                icon=Icon.NETWORK,
            )
        case CentreAway() | LookTimedOut():
            return desk.inform(
                "centre-away",
                say("现在连不上社保中心"),
                say("这台机器的网络不通，您要的内容这里没有保存。"),
                money_words(desk),
                say(
                    "网络恢复后再来就可以；着急请打 {telephone}。",
                    telephone=Public(desk.region.offices[Issuer.HRSS].telephone),
                ),
                tone=Tone.ATTENTION,
                icon=Icon.NETWORK,
            )
        case _:
            return desk.inform(
                "centre-faulty",
                say("社保中心暂时不能答复"),
                say("机器和网络都好，是中心的系统出了故障。"),
                money_words(desk),
                say("请过一会儿再试；您不用做别的。"),
                tone=Tone.ATTENTION,
                icon=Icon.NETWORK,
            )


def where_to_go(office: Office) -> Text:
    return say(
        "{name}，{address}，电话 {telephone}，{hours}",
        name=Public(office.name),
        address=Public(office.address),
        telephone=Public(office.telephone),
        hours=Public(office.hours),
    )
