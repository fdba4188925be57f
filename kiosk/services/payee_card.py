"""给别人缴: somebody else is named by his card; his number goes to the centre, and nothing is shown."""

from __future__ import annotations

from kiosk.card_reading import Cards, CardUnusable, Places
from kiosk.conversation.content import Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Picture, Tone
from kiosk.conversation.steps import CardShown, Inform, LookTimedOut
from kiosk.domain.text import Text, say
from kiosk.records import Visitor
from kiosk.services.card_pages import problem_words
from kiosk.services.trouble import money_words

_NOBODY = "nobody"


async def number_on_payee_card(
    desk: Desk, visitor: Visitor, cards: Cards, places: Places, card: int
) -> str | None:
    """The number that the `card`-th card shown in this session gives; None where the page that says why not
    has been read. `places` are those beside the owner's card."""
    title, where, picture = _asks(places)
    own = () if desk.laid else (say("您自己的卡不要取出。"),)
    shown = await desk.present(
        f"other-card:{card}",
        title,
        where,
        *own,
        say("只会看到姓氏和要缴多少，看不到别的记录。"),
        offers=(Offer(_NOBODY, say("不用了")),),
        picture=picture if desk.laid or not places.slots else Picture.OWN_SECOND_CARD,
    )
    if not isinstance(shown, CardShown):
        return None
    try:
        read = await desk.look(say("正在读卡，请不要拿开"), cards.read, shown.presence)
    except LookTimedOut:
        await not_read(desk, card, say("读卡器没有回答。"))
        return None
    if isinstance(read, CardUnusable):
        await not_read(desk, card, *problem_words(read.problem))
        return None
    if read.number is not None and read.number == visitor.card.number:
        await _own_card(desk, card)
        return None
    if read.citizen_number is None:
        await not_read(desk, card, say("这张卡不提供身份证号码，机器查不到他的应缴。"))
    return read.citizen_number


def _asks(places: Places) -> tuple[Text, Text, Picture]:
    """What is asked for, where it goes, and how that looks."""
    if places.slots and places.id_area:
        where = say("社保卡插进空着的读卡器，身份证平放在感应区。")
        return say("请放对方的社保卡或身份证"), where, Picture.CARD_IN
    if places.slots:
        return say("请放入对方的社保卡"), say("插进空着的读卡器，芯片朝上、朝里。"), Picture.CARD_IN
    where = say("把他的身份证平放在感应区，等屏幕换了页再拿起来。")
    return say("请放对方的身份证"), where, Picture.LAY_ID_CARD


def not_read(desk: Desk, card: int, *why: Text) -> Inform:
    """What is wrong with the payee's card."""
    return desk.inform(
        f"other-card-not-read:{card}",
        say("没有读到对方的卡"),
        *why,
        money_words(desk),
        say("可以再放一次，换他的另一张证件，或者让他自己来缴。"),
        tone=Tone.ATTENTION,
        icon=Icon.CARD,
    )


def _own_card(desk: Desk, card: int) -> Inform:
    return desk.inform(
        f"own-card:{card}",
        say("这是您自己的卡"),
        say("您自己要缴的，前一页已经列出来了。"),
        money_words(desk),
        say("要给别人缴，请放他的卡。"),
        icon=Icon.FAMILY,
    )
