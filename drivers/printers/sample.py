"""A test print: shows a technician the printer's type, width, weight, rules and codes."""

from drivers.printers.paper import (
    Align,
    Cell,
    Code,
    Columns,
    Feed,
    Leader,
    Paper,
    Rule,
    Table,
    TableColumn,
    Text,
)

_RULER = "".join(str(i % 10) for i in range(1, 33))


def test_print(printer: str) -> Paper:
    """The sample for the printer of this name or address."""
    return Paper(
        "test-print",
        (
            Text("打印测试", align=Align.CENTRE, bold=True, double=True),
            Text("Printer test", align=Align.CENTRE),
            Feed(),
            Leader("打印机", printer),
            Rule(heavy=True),
            Text("常规：永和九年，岁在癸丑，暮春之初。"),
            Text("加粗：永和九年，岁在癸丑，暮春之初。", bold=True),
            Text("数字：0123456789 ￥1,234.50"),
            Text("拉丁：The quick brown fox jumps over it."),
            Text("符号：·“”—…①℃×●△○※→"),
            # Rare characters of names: a ROM of GB2312 leaves them out, and a technician must see which.
            Text("生僻：䶮 㼆 㛃 𠮷 犇 镕 堃 喆"),
            Rule(),
            Text(_RULER),
            Text("左"),
            Text("中", align=Align.CENTRE),
            Text("右", align=Align.RIGHT),
            Rule(),
            Table(
                (
                    TableColumn("月份", 7),
                    TableColumn("基数", align=Align.RIGHT),
                    TableColumn("金额", align=Align.RIGHT),
                    TableColumn("状态", 4, Align.CENTRE),
                ),
                (
                    ("2019-01", "4,180.00", "334.40", "●"),
                    ("2019-02", "4,180.00", "334.40", "△"),
                    ("2019-03", "14,180.00", "1,134.40", "○"),
                ),
            ),
            Columns(
                (
                    Cell("合计", bold=True),
                    Cell("1,803.20", align=Align.RIGHT, bold=True),
                )
            ),
            Feed(),
            Code("HTTPS://EXAMPLE.INVALID/V/TEST-PRINT-0000", "手机扫得出来，打印机就合格"),
        ),
    )
