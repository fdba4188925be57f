"""The words of the frame itself: everything on the screen that no service says."""

from __future__ import annotations

from kiosk.conversation.signs import Picture
from kiosk.conversation.view import Condition
from kiosk.domain.text import Text, say
from ui.metrics import TextSize
from ui.theme import Contrast

BRAND = say("便民社保")

BACK = say("返回")
EXIT = say("退出")
HELP = say("帮助")
LARGER_TEXT = say("大字")
TEXT_SIZE: dict[TextSize, Text] = {
    TextSize.STANDARD: say("现在是标准字"),
    TextSize.LARGE: say("现在是大字"),
    TextSize.LARGEST: say("现在是最大字"),
}
HIGH_CONTRAST = say("高对比")
CONTRAST: dict[Contrast, Text] = {
    Contrast.STANDARD: say("现在是标准颜色"),
    Contrast.HIGH: say("现在是黑底亮字"),
    Contrast.HIGH_LIGHT: say("现在是白底黑字"),
}
SLOWER = say("慢一点")
SLOW_IS = {True: say("现在时间放宽到三倍"), False: say("现在是平常的时间")}
CHINESE_NAME = "中文"
"""The one name that is never translated: it is read by whom the present language is foreign to."""
HEAR_AGAIN = say("再听一遍")
STOP_HEARING = say("停")
VOLUME_IS: dict[int, Text] = {0: say("音量：关"), 1: say("音量：小"), 2: say("音量：中"), 3: say("音量：大")}
WITHOUT_CARD = say("没有带卡")
HOLD_TO_SEE = say("按住看")


def hold_to_see(what: Text) -> Text:
    """Its name, where one does not see what it stands beside."""
    return say("按住看{what}", what=what)


EARLIER_PAGE = say("上一页")
LATER_PAGE = say("下一页")
EARLIER_YEARS = say("更早")
LATER_YEARS = say("更近")
FIRST_HALF = say("上半年")
SECOND_HALF = say("下半年")


def page_of(page: int, pages: int) -> Text:
    return say("第{page}页 共{pages}页", page=page, pages=pages)


NETWORK: dict[Condition, Text] = {
    Condition.GOOD: say("网络正常"),
    Condition.LOW: say("网络较慢"),
    Condition.BAD: say("网络不通"),
    Condition.UNKNOWN: say("网络检查中"),
}
PAPER: dict[Condition, Text] = {
    Condition.GOOD: say("纸张充足"),
    Condition.LOW: say("纸张不多"),
    Condition.BAD: say("不能打印"),
    Condition.UNKNOWN: say("打印检查中"),
}

INSERT_CARD = say("请放入社保卡")
INSERT_HOW = say("芯片朝上，插到底，办完再取走")
OR_ID_CARD = say("或把身份证放在感应区")
OR_ID_CARD_HOW = say("卡插到底，身份证放平，办完再取走")
ID_CARD_ONLY = say("请把身份证放在感应区")
ID_CARD_ONLY_HOW = say("插卡口暂时不能用，身份证一样能办")
CAN_BE_DONE: tuple[Text, ...] = (
    say("查缴费：每个险种缴到哪个月、差哪几个月"),
    say("缴居民医保：给自己、孩子、家人"),
    say("打印权益记录和缴费回单，不收费"),
)
STARTING = say("正在准备")
STARTING_HOW = say("马上就好，请稍候")
LEFT_BEHIND = say("请先取走里面的卡")
LAID_BEHIND = say("请先拿走感应区上的身份证")
LEFT_BEHIND_HOW = say("是您的卡，请取走收好；不是您的，请取走交给工作人员")
READER_BAD = say("读卡器暂时不能用")
READER_BAD_HOW: tuple[Text, ...] = (
    say("本机现在读不了卡，您的卡没有问题"),
    say("请换一台机器，或到服务台办理"),
    say("也可以拨打 12333 询问"),
)

CARD_NAME = say("社会保障卡")
YOUR_CARD = say("您的卡")
OTHER_CARD = say("另一张")
BANK_CARD = say("银行卡")
ID_CARD_NAME = say("身份证")
SOME_CARD = say("别的卡")

BACK_UP = say("背面朝上")
CHIP_UP = say("芯片朝上")
TAKE_OUT = say("取出")
PUT_IN = say("放入")
LIFT = say("拿起")
LAY_STILL = say("放好不动")
EXPIRED = say("已过期")
LOCKED = say("锁住了")
CHIP_BROKEN = say("芯片坏了")
NOT_IN_USE = say("还没启用")
NOT_PROVED = say("验证不过")
BRING_ID_CARD = say("带身份证")
AT_COUNTER = say("到窗口办")
COUNTER = say("窗口")
VALID_TO = say("有效期")
CARD_PICTURE: dict[Picture, Text] = {
    Picture.CARD_IN: say("图：社保卡芯片朝里，插进卡口"),
    Picture.CARD_WRONG_WAY: say("图：卡背面朝上不对，翻过来，芯片朝上插进去"),
    Picture.OTHER_CARD: say("图：取出这张卡，放入社会保障卡"),
    Picture.OWN_SECOND_CARD: say("图：您的卡不动，把另一张卡插进旁边的卡口"),
    Picture.CARD_EXPIRED: say("图：卡已过期，拿到窗口办"),
    Picture.CARD_LOCKED: say("图：卡锁住了，拿到窗口办"),
    Picture.CARD_DAMAGED: say("图：卡的芯片坏了，拿到窗口办"),
    Picture.CARD_BLANK: say("图：卡还没启用，拿到窗口办"),
    Picture.CARD_NOT_GENUINE: say("图：卡没有通过验证，拿到窗口办"),
    Picture.ID_CARD_EXPIRED: say("图：身份证已过期，到窗口办"),
    Picture.ID_CARD_TO_COUNTER: say("图：带身份证和社保卡，到窗口办"),
    Picture.LAY_ID_CARD: say("图：把身份证平放在感应区"),
    Picture.LIFT_ID_CARD: say("图：把身份证拿起来，再放到感应区，不要动"),
}
"""What each picture shows, for those who do not see it."""

CLEAR = say("清空")
DELETE_ONE = say("删一个")
ENTRY_COMPLETE = say("都输好了，请看看对不对")


def signs_missing(number: int) -> Text:
    return say("还差 {number} 个", number=number)


def typed_so_far(typed: str, length: int) -> Text:
    """For those who do not see it: what stands there."""
    if not typed:
        return say("还没有输入，共 {length} 个", length=length)
    return say("已输入 {told}，共 {length} 个", told=" ".join(typed), length=length)


ONE_MOMENT = say("请稍候")
PAPER_PREVIEW = say("纸张预览")

PRINTING_WHERE = say("请从这里取走纸张")
PRINTING_STAY = say("打印完之前请不要取走卡")

PAY_PREPARING = say("正在准备，请稍等")
AT_PAD = say("请在密码键盘上刷卡")
AT_PAD_HOW = say("插卡、贴卡也可以，再按提示输密码")
AT_PAD_OWN_CARD = say("要用社保卡里的银行账户付款，现在可以取出卡")
AT_PAD_ANY_CARD = say("社保卡里的银行账户也可以用来付款")
SCAN = say("请用微信扫一扫")
SCAN_HOW = say("打开手机微信，点右上角的加号，再点扫一扫")
SCAN_THEN = say("付好以后，这里会自己往下走")
PAY_CODE = say("微信支付二维码")
CONFIRMING = say("正在确认结果，请不要离开")
ASKING_BANK = say("机器正在问银行，最多一分半钟。")
ASKING_WECHAT = say("机器正在问微信支付，最多一分半钟。")
NEVER_TWICE = say("不会重复扣款。")
GIVE_UP = say("不缴了")
GIVING_UP = say("正在取消…")


def oneself(name: str) -> Text:
    return say("{name}（本人）", name=name)


def and_others(names: Text, people: int) -> Text:
    return say("{names}等{people}人", names=names, people=people)


def pay_for(names: Text) -> Text:
    return say("给{names}缴", names=names)


def premium(year: int, kind: Text) -> Text:
    return say("{year}年度{kind}", year=year, kind=kind)


def for_whom_and_what(for_whom: Text, what: Text) -> Text:
    return say("{for_whom}{what}", for_whom=for_whom, what=what)


def premiums(number: int) -> Text:
    return say("{number}笔保险费", number=number)


STILL_THERE = say("您还在吗？")
SECONDS_LEFT = say("秒后退出，保护您的信息")
CARRY_ON = say("继续办理")

TAKE_CARD = say("请取走您的卡")
TAKE_ID_CARD = say("请拿走身份证")
TAKE_CARD_HOW = say("已经退出，屏幕上不再显示您的信息")

OUT_OF_SERVICE = say("本机暂停服务")
OUT_OF_SERVICE_LINES: tuple[Text, ...] = (
    say("机器出了故障，您的卡和记录不受影响"),
    say("请换一台机器，或到服务台办理"),
)


def for_technician(why: str) -> Text:
    return say("维修人员：{why}", why=why)
