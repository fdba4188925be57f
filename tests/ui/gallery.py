"""Example views of every kind of page, in the words of the journey. Not a real person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gallery_blocks import (
    CARDS,
    FINDING,
    FULL_TILES,
    GAP_NOTICE,
    GRID,
    LONG_NOTICE,
    SENTENCE,
    TILES,
    TWO_WINDOWS,
    paper,
)
from gallery_cards import card_pages
from gallery_entry import entry_pages
from gallery_sales import BY_CARD, BY_PHONE, CODE, FAMILY_BY_CARD, FAMILY_BY_PHONE
from gallery_verify import verify_pages

from kiosk.conversation.content import (
    Answers,
    Fact,
    Facts,
    ForPhone,
    Given,
    Notice,
    Offer,
    Sheet,
    Words,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Icon, Picture, Tone
from kiosk.conversation.steps import Browse, Choose, Enter, Inform, Look, Pay, Present, Print, Review
from kiosk.conversation.view import Condition, Status, View
from kiosk.domain.sales import PayProgress, PayStage, Sale
from kiosk.domain.text import Text, say

SURNAME = "王女士"
"""What of the resident must be gone when the card is."""

GOOD = Status("示例村服务站", Condition.GOOD, Condition.GOOD, Condition.GOOD)
AWAY = Status("示例村服务站", Condition.BAD, Condition.LOW, Condition.GOOD)

_HOME = (say("便民社保"), say("我的社保"))
_GRID = (*_HOME, say("缴费明细"))
_RECORD = (*_HOME, say("个人权益记录"))
_PAYING = (*_HOME, say("缴费"))
_VERIFYING = (*_HOME, say("验真"))
_UNDERSTOOD = (Offer("understood", say("知道了"), primary=True),)


@dataclass(frozen=True)
class Example:
    name: str
    view: View
    id_reader: bool = False
    """The terminal reads ID cards too."""


def _talking(
    name: str, due: object, *, where: tuple[Text, ...] = _HOME, back: bool = True, status: Status = GOOD
) -> Example:
    helps = isinstance(due, Choose | Browse | Inform | Present | Enter)
    return Example(name, View(Phase.TALKING, status, 7, due, where, back and helps, helps))


def _paying(name: str, stage: PayStage, sale: Sale, code: str = "") -> Example:
    due = Pay("pay", sale)
    view = View(Phase.TALKING, GOOD, 7, due, _PAYING, can_exit=False, paying=PayProgress(stage, code))
    return Example(name, view)


def _browse(key: str, title: str, *blocks: object, offers: tuple[Offer, ...] = ()) -> Browse:
    return Browse(key, say(title), tuple(o.key for o in offers), blocks, offers)  # type: ignore[arg-type]


def _inform(
    key: str,
    title: str,
    *lines: str,
    tone: Tone = Tone.ATTENTION,
    icon: Icon = Icon.QUESTION,
    blocks: tuple[Words | Facts, ...] = (),
    offers: tuple[Offer, ...] = _UNDERSTOOD,
) -> Inform:
    said = tuple(say(line) for line in lines)
    return Inform(key, say(title), said, tuple(o.key for o in offers), offers, tone, icon, blocks)


def _no_work() -> None:
    return None


_NO_MONEY = "没有扣款。"
_GREETING = f"{SURNAME}，您好"

CARD_PAGES = tuple(_talking(name, page, where=_HOME[:1], back=False) for name, page in card_pages())
EXAMPLES: tuple[Example, ...] = (
    Example("attract", View(Phase.WAITING, GOOD)),
    Example("attract-id", View(Phase.WAITING, GOOD), id_reader=True),
    Example(
        "attract-id-only",
        View(Phase.WAITING, replace(GOOD, reader=Condition.BAD)),
        id_reader=True,
    ),
    Example("laid-behind", View(Phase.LEFT_BEHIND, GOOD, laid_card=True), id_reader=True),
    Example("starting", View(Phase.STARTING, Status("示例村服务站"))),
    Example("left-behind", View(Phase.LEFT_BEHIND, GOOD)),
    Example(
        "reader-bad",
        View(Phase.WAITING, Status("示例村服务站", Condition.GOOD, Condition.BAD, Condition.BAD)),
    ),
    _talking("reading-card", Look("look", say("正在读卡，请不要取出"), _no_work, ()), where=_HOME[:1]),
    _talking("overview", _browse("overview", _GREETING, GAP_NOTICE, CARDS, TILES), back=False),
    _talking("overview-full", _browse("overview", _GREETING, GAP_NOTICE, CARDS, FULL_TILES), back=False),
    _talking(
        "overview-away",
        _browse("overview", _GREETING, LONG_NOTICE, GAP_NOTICE, CARDS, TILES),
        back=False,
        status=AWAY,
    ),
    _talking(
        "grid",
        _browse(
            "grid",
            "2019年缴费情况",
            GRID,
            Notice(Tone.PROBLEM, say(SENTENCE), offer=Offer("now:0", say("怎么办"))),
        ),
        where=_GRID,
    ),
    _talking(
        "month",
        _inform(
            "month",
            "职工养老 2019年3月",
            tone=Tone.PLAIN,
            icon=Icon.LEDGER,
            blocks=(
                Facts(
                    (
                        Fact(say("情况"), say("已缴"), tone=Tone.GOOD),
                        Fact(say("缴费基数"), say("￥5,800.00"), number=True),
                        Fact(say("个人缴"), say("￥464.00"), number=True),
                        Fact(say("单位缴"), say("￥1,102.00"), number=True),
                        Fact(say("记入个人账户"), say("￥464.00"), number=True),
                        Fact(say("到账"), say("2019年4月"), number=True),
                        Fact(say("谁缴的"), say("示例县第一纺织有限公司")),
                    )
                ),
            ),
        ),
        where=_GRID,
    ),
    _talking(
        "finding",
        _browse(
            "finding",
            SENTENCE,
            *FINDING,
            offers=(Offer("print", say("打印这张说明"), icon=Icon.PRINTER, primary=True),),
        ),
        where=_GRID,
    ),
    _talking(
        "preview",
        _browse(
            "preview",
            "打印前请看一看",
            Sheet(paper()),
            Words((say("号码中间已经遮住。办事要用完整号码时，请点“显示完整号码”。"),)),
            Notice(Tone.PLAIN, say("未盖章：可以用纸上的验证码查验")),
            offers=(
                Offer("whole-number", say("显示完整号码")),
                Offer("print", say("打印"), icon=Icon.PRINTER, primary=True),
            ),
        ),
        where=_RECORD,
    ),
    _talking(
        "paper-short",
        _browse(
            "paper-short",
            "纸不够打这一张，没有打印",
            Words(
                (
                    say("请告诉工作人员换一卷纸，换好再打。"),
                    say("也可以用手机扫码看，2026年12月20日前有效，不收费。"),
                    say("验证码 ABCD-EFGH-JKLM-NPQR-STUV"),
                )
            ),
            ForPhone("HTTPS://CENTRE.EXAMPLE/P/ABCD-EFGH-JKLM-NPQR-STUV", say("验证码")),
            offers=(Offer("enough", say("不打了")), Offer("again", say("换好纸了，再打"), primary=True)),
        ),
        where=_RECORD,
    ),
    _talking(
        "review",
        Review(
            "review",
            say("请核对，然后缴费"),
            ("confirm", "change:who", "change:year", "change:tender"),
            (
                Answers(
                    (
                        Given(say("给谁缴"), say("陈*禾（您的孩子）"), Offer("change:who", say("更改"))),
                        Given(say("缴什么"), say("城乡居民基本医疗保险"), Offer("change:year", say("更改"))),
                        Given(say("金额"), say("￥400.00  肆佰元整")),
                        Given(say("怎么付"), say("银行卡"), Offer("change:tender", say("更改"))),
                    )
                ),
            ),
            Offer("confirm", say("确认缴费"), primary=True),
        ),
        where=_RECORD,
    ),
    _talking(
        "present",
        Present(
            "payee",
            say("请放入要缴费的人的社保卡"),
            (
                say("放到另一个读卡器里。您自己的卡不要取出。"),
                say("卡只用来看是给谁缴，不会从这张卡里扣钱。"),
            ),
            ("by-number", "nobody"),
            (
                Offer("nobody", say("不给别人缴了")),
                Offer("by-number", say("没带他的卡，输入号码"), icon=Icon.CARD),
            ),
        ),
        where=_PAYING,
    ),
    *CARD_PAGES,
    *(_talking(name, step, where=_VERIFYING) for name, step in (*entry_pages(), *verify_pages())),
    _talking(
        "present-id-card",
        Present(
            "proof",
            say("请把身份证放在感应区"),
            (
                say("放平，等听到“滴”的一声再拿走。您的社保卡不要取出。"),
                say("只读身份证上的字，核对是您本人。"),
            ),
            ("without",),
            (Offer("without", say("没带身份证，先不看明细")),),
            Picture.LAY_ID_CARD,
        ),
        where=_RECORD,
    ),
    _paying("pay-preparing", PayStage.PREPARING, BY_CARD),
    _paying("pay-at-pad", PayStage.AT_PAD, BY_CARD),
    _paying("pay-at-pad-family", PayStage.AT_PAD, FAMILY_BY_CARD),
    _paying("pay-scan", PayStage.SCAN, BY_PHONE, CODE),
    _paying("pay-scan-family", PayStage.SCAN, FAMILY_BY_PHONE, CODE),
    _paying("pay-confirming", PayStage.CONFIRMING, BY_CARD),
    _talking("printing", Print("print", say("正在打印"), paper(), "0" * 64, 1), where=_RECORD),
    _talking(
        "printed",
        _inform(
            "printed",
            "打印好了",
            "请从出纸口取走您的纸。",
            "上面有您的个人信息，请收好，不要留在机器上。",
            tone=Tone.GOOD,
            icon=Icon.DONE,
            offers=(Offer("done", say("取走了，继续"), primary=True),),
        ),
        where=_RECORD,
        back=False,
    ),
    _talking(
        "paper-out",
        _inform(
            "paper-out",
            "没有打印",
            "打印机没有纸了。",
            "什么都没有印出来，也没有扣款。",
            "请告诉这里的工作人员装纸，然后点“再打一次”。",
            icon=Icon.PRINTER,
            offers=(Offer("enough", say("不打了")), Offer("again", say("再打一次"), primary=True)),
        ),
        where=_RECORD,
        back=False,
        status=Status("示例村服务站", Condition.GOOD, Condition.BAD, Condition.GOOD),
    ),
    _talking(
        "print-unknown",
        Choose(
            "tray",
            say("纸完整地出来了吗？"),
            ("complete", "incomplete"),
            (
                Offer("complete", say("出来了，是完整的"), say("最下面有“打印时间”和“打印地点”"), Icon.DONE),
                Offer("incomplete", say("没有出来，或者不完整"), say("没有扣款，可以再打"), Icon.PROBLEM),
            ),
            (
                say("和打印机的连接断了。"),
                say("机器不能确定纸有没有印完，请您看一下出纸口。不会自己再打一份。"),
            ),
        ),
        where=_RECORD,
        back=False,
    ),
    _talking(
        "unknown-resident",
        _inform(
            "unknown-here",
            "现在连不上社保中心",
            "您以前没有在这台机器上查过，所以这里没有可以给您看的记录。",
            _NO_MONEY,
            "网络恢复后再来就可以；着急请打 0000-1234568。",
            icon=Icon.NETWORK,
        ),
        where=_HOME[:1],
        back=False,
        status=AWAY,
    ),
    _talking(
        "identity-conflict",
        _inform(
            "refused",
            "卡上的信息和档案对不上",
            "可能是登记错了，也可能是有别人用了同一个号码。为了保护您，两边的记录都不显示。",
            _NO_MONEY,
            "请带身份证和社保卡到窗口核对，说“身份信息冲突”就可以。",
            icon=Icon.OFFICE,
            blocks=(TWO_WINDOWS,),
        ),
        where=_HOME[:1],
        back=False,
    ),
    _talking(
        "missing-proof",
        _inform(
            "missing-proof",
            "还需要证明是您本人",
            "这里只读了卡，卡可能被别人拿着，所以明细和证明现在不能给您看。",
            _NO_MONEY,
            icon=Icon.CARD,
            blocks=(
                Words(
                    (
                        say("身份证：在有身份证读卡器的终端上放身份证"),
                        say("社保卡密码：在能认证卡片的终端上输入密码"),
                    ),
                    say("用下面任何一种都可以"),
                ),
                Words(
                    (say("也可以带身份证到窗口：示例县人民路 18 号，电话 0000-1234568"),), icon=Icon.OFFICE
                ),
            ),
        ),
        where=_RECORD,
    ),
    _talking(
        "help",
        _inform(
            "help",
            "怎么用这台机器",
            tone=Tone.PLAIN,
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
                        Fact(say("养老、失业、工伤"), say("示例县人力资源和社会保障局 0000-1234568")),
                        Fact(say("医保、生育"), say("示例县医疗保障局 0000-1234567")),
                    ),
                    say("办不成，可以打电话问"),
                ),
            ),
            offers=(Offer("understood", say("知道了，回到刚才的页面"), primary=True),),
        ),
    ),
    Example("idle-warning", View(Phase.IDLE_WARNING, GOOD, 7, None, warning_s=28)),
    Example("take-card", View(Phase.TAKE_CARD, GOOD)),
    Example("take-id-card", View(Phase.TAKE_CARD, GOOD, laid_card=True), id_reader=True),
    Example(
        "out-of-service", View(Phase.OUT_OF_SERVICE, AWAY, why_broken="vault: no key from secret-service")
    ),
    Example("over", View(Phase.OVER, GOOD)),
)
BY_NAME = {example.name: example.view for example in EXAMPLES}
