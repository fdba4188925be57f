"""What the example pages show."""

from __future__ import annotations

from drivers.printers.paper import Align, Code, Leader, Paper, Rule, Table, TableColumn
from drivers.printers.paper import Text as Line
from kiosk.conversation.content import (
    Card,
    Cards,
    Fact,
    Facts,
    Grid,
    GridCell,
    GridRow,
    Notice,
    Offer,
    Tiles,
    Words,
)
from kiosk.conversation.signs import Icon, Tone
from kiosk.domain.text import say

SENTENCE = "您的职工医保 2019年1月到7月没有缴费，同期养老已缴"


def _insurance(title: str, to: str, months: int, owed: str = "没有", *, state: str = "参保缴费") -> Card:
    symbol, tone = {"参保缴费": ("●", Tone.GOOD), "暂停缴费": ("◐", Tone.ATTENTION)}[state]
    facts = (
        Fact(say("缴至"), say(to), number=True),
        Fact(say("累计"), say("{n}个月", n=months), number=True),
        Fact(say("欠缴"), say(owed), number=True, tone=Tone.PROBLEM if owed != "没有" else Tone.PLAIN),
    )
    return Card(say(title), say(state), symbol, tone, facts)


CARDS = Cards(
    (
        _insurance("职工养老", "2026年10月", 187),
        _insurance("职工医保", "2026年10月", 171),
        _insurance("失业保险", "2026年10月", 166),
        _insurance("工伤保险", "2026年9月", 165, "￥1,234.00", state="暂停缴费"),
        _insurance("生育保险", "2026年10月", 158),
    )
)
TILES = Tiles(
    (
        Offer("contributions", say("查缴费明细"), say("每个月缴了没有"), Icon.LEDGER),
        Offer("rights_record", say("打印权益记录"), say("今年和去年，不收费"), Icon.PAPER),
    )
)
FULL_TILES = Tiles(
    (
        *TILES.tiles,
        Offer("pay", say("缴费"), say("居民养老和医保"), Icon.DONE, unavailable=say("网络不通，现在不能缴")),
        Offer("transfer", say("我要转走"), say("换城市了，把社保带走"), Icon.HOME),
        Offer("certify", say("养老认证"), say("一年一次"), Icon.CARD),
        Offer("office", say("去哪办"), say("窗口、电话和时间"), Icon.OFFICE),
        Offer("cannot", say("办不成事？"), icon=Icon.QUESTION),
    )
)
GAP_NOTICE = Notice(Tone.PROBLEM, say(SENTENCE), offer=Offer("finding", say("看明细")))


def _row(label: str, marks: str, *brackets: tuple[int, int]) -> GridRow:
    words = {
        "●": ("已缴", Tone.GOOD),
        "△": ("欠缴", Tone.PROBLEM),
        "○": ("转入", Tone.PLAIN),
        "—": ("无", Tone.PLAIN),
    }
    cells = tuple(
        GridCell(mark, say(words[mark][0]), words[mark][1], None if mark == "—" else f"{label}:{month}")
        for month, mark in enumerate(marks, start=1)
    )
    return GridRow(say(label), cells, brackets)


GRID = Grid(
    tuple(say("{month}月", month=month) for month in range(1, 13)),
    (
        _row("职工养老", "●●●●●●●●●●●●"),
        _row("职工医保", "———————●●●●●", (0, 6)),
        _row("失业保险", "●●●●●●●●●●●●"),
        _row("工伤保险", "●●●●●●●●●△△●"),
        _row("生育保险", "○○○●●●●●●●●●"),
    ),
    tuple(
        GridCell(symbol, say(word), Tone.PLAIN)
        for symbol, word in (("●", "已缴"), ("△", "欠缴"), ("○", "转入"), ("—", "无"))
    ),
    tuple(Offer(f"year:{year}", say("{year}年", year=year)) for year in range(2026, 2008, -1)),
    "year:2019",
)
OFFICE = Facts(
    (
        Fact(say("窗口"), say("示例县医疗保障局 职工参保窗口")),
        Fact(say("地址"), say("示例县人民路 18 号政务大厅二楼")),
        Fact(say("电话"), say("0000-1234567")),
        Fact(say("时间"), say("周一到周五 8:30–12:00，14:00–17:30")),
    ),
    say("到哪里办"),
)
FINDING = (
    Words(
        (
            say("这几个月单位没有给您缴医保。看病不能用统筹，也没有钱进医保账户；养老等其他险种照常缴了。"),
            say("职工医保由单位缴。缺的部分和滞纳金都由单位承担，您不用缴，也不能自己补。"),
        ),
        say("这是什么意思，谁来缴"),
    ),
    Words((say("2019年1月8日，示例县医保中心办理了停保（职工医保）。"),), say("这期间账户有过变更")),
    OFFICE,
    Words(
        (say("本人身份证或社保卡"), say("2019年的劳动合同或工资流水"), say("打印的这张说明")),
        say("带什么"),
        numbered=True,
    ),
    Words((say("请问 2019年1月到7月单位为什么没有给我缴医保？什么时候能补上？"),), say("到窗口这样问")),
)


def paper() -> Paper:
    """A rights record as long as a real one."""
    months = tuple((f"{m}月", "5,800.00", "464.00", "928.00", "●") for m in range(1, 13))
    columns = (
        TableColumn("月份", 8),
        TableColumn("缴费基数", 11, Align.RIGHT),
        TableColumn("个人", 10, Align.RIGHT),
        TableColumn("单位", None, Align.RIGHT),
        TableColumn("标志", 4, Align.CENTRE),
    )
    return Paper(
        "rights_record",
        (
            Line("个人权益记录", Align.CENTRE, double=True),
            Line("示例县社会保险服务中心", Align.CENTRE),
            Line("【未盖章】", Align.CENTRE, bold=True),
            Rule(),
            Leader("姓名", "王秀兰"),
            Leader("社会保障号码", "**************002X"),
            Leader("单位或户籍地", "示例县示例镇"),
            Rule(),
            Line("2026年 企业职工基本养老保险", bold=True),
            Table(columns, months),
            Code("https://example.invalid/p/ABCD", "验证码 ABCD-EFGH-JKLM"),
        ),
    )


LONG_NOTICE = Notice(
    Tone.ATTENTION,
    say("现在连不上社保中心，下面是 2026年11月18日 09:42 保存的记录"),
    (say("之后的变化这里看不到。网络恢复后会自动更新。"),),
    Offer("ask-again", say("再查一次"), icon=Icon.NETWORK),
)
TWO_WINDOWS = Words(
    (
        say("示例县人力资源和社会保障局，示例县人民路 18 号，电话 0000-1234568，周一到周五 8:30–17:30"),
        say("示例县医疗保障局，示例县人民路 18 号二楼，电话 0000-1234567，周一到周五 8:30–17:30"),
    ),
    say("窗口在哪里"),
    icon=Icon.OFFICE,
)
