import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcwidth

from drivers.printers.characters import columns_of, printable
from drivers.printers.escpos import qr_raster
from drivers.printers.layout import CodeLine, Line, TextLine, layout
from drivers.printers.paper import (
    Align,
    Cell,
    Code,
    Columns,
    Feed,
    Leader,
    Paper,
    Row,
    Rule,
    Table,
    TableColumn,
    Text,
    reprint,
)
from drivers.printers.profile import DOTS_PER_COLUMN
from drivers.printers.sample import test_print as sample_print

# What breaks naive layouts: joined emoji, combining marks, Uyghur, Tibetan, rare Chinese.
AWKWARD = st.sampled_from(
    ["👨‍👩‍👧", "é́́", "ئۇيغۇر", "བོད་ཡིག", "䶮", "𠮷", "㼆", "，", "\n", " ", "￥", "\ud800", "\x1b"]
)
LONG = st.sampled_from(["测", "W", "8 ", "ئۇ", "བོད་", "👨‍👩‍👧", "（", "，", "e\u0301"]).map(
    lambda text: text * 200
)
TEXTS = st.lists(AWKWARD | st.text(max_size=20), max_size=12).map("".join) | LONG
WIDTHS = st.none() | st.integers(1, 60)
ALIGNS = st.sampled_from(Align)
CELLS = st.builds(Cell, TEXTS, WIDTHS, ALIGNS, st.booleans())


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.lists(st.builds(TableColumn, TEXTS, WIDTHS, ALIGNS), min_size=1, max_size=6))
    row = st.tuples(*(TEXTS for _ in columns))
    return Table(tuple(columns), tuple(draw(st.lists(row, max_size=4))), draw(st.integers(1, 3)))


ROWS: st.SearchStrategy[Row] = st.one_of(
    st.builds(Text, TEXTS, ALIGNS, st.booleans(), st.booleans()),
    st.builds(Columns, st.lists(CELLS, max_size=6).map(tuple)),
    st.builds(Leader, TEXTS, TEXTS, st.booleans()),
    st.builds(Rule, st.booleans()),
    st.builds(Code, st.text(max_size=20), TEXTS),
    st.builds(Feed, st.integers(1, 20)),
    tables(),
)
PAPERS = st.lists(ROWS, max_size=6).map(lambda rows: Paper("any", tuple(rows)))


def texts(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(span.text for span in line.spans) for line in lines if isinstance(line, TextLine)]


@settings(max_examples=150, deadline=None)
@given(PAPERS, st.sampled_from([16, 32, 33, 48]))
def test_no_line_is_wider_than_the_paper(paper: Paper, columns: int) -> None:
    dots = columns * DOTS_PER_COLUMN
    for line in layout(paper, columns):
        match line:
            case TextLine():
                assert line.columns <= columns
            case CodeLine(payload) if columns >= 32:
                assert qr_raster(payload, dots).width_bytes * 8 <= dots


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([16, 32, 48]), st.booleans())
def test_wrapping_loses_nothing_but_spaces(text: str, columns: int, double: bool) -> None:
    lines = layout(Paper("any", (Text(text, double=double),)), columns)
    assert "".join("".join(texts(lines)).split()) == "".join(printable(text).text.split())


def test_columns_are_those_of_gbk_for_all_its_characters() -> None:
    checked = 0
    for code in range(0x80, 0x10000):
        try:
            encoded = chr(code).encode("gbk")
        except UnicodeEncodeError:
            continue
        checked += 1
        assert columns_of(chr(code)) == len(encoded) == wcwidth(chr(code), ambiguous_width=2)
    assert checked == 21_791


def test_columns_are_never_fewer_than_a_terminal_would_take() -> None:
    assert all(
        columns_of(chr(code)) >= wcwidth(chr(code), ambiguous_width=2) for code in range(0x20, 0x30000)
    )


def test_a_compatibility_ideograph_in_a_name_is_kept() -> None:
    assert printable("\uf92c\u4e2d\u0301").text.startswith("\uf92c")


def test_a_comma_never_begins_a_line() -> None:
    (first, second) = texts(layout(Paper("any", (Text("永和九年岁在癸丑，暮春"),)), 16))
    assert (first, second) == ("永和九年岁在癸", "丑，暮春")


def test_an_opening_bracket_never_ends_a_line() -> None:
    (first, second) = texts(layout(Paper("any", (Text("永和九年岁在癸（丑），暮春"),)), 16))
    assert (first, second) == ("永和九年岁在癸", "（丑），暮春")


def test_a_leader_fills_the_line_and_gives_way_to_a_long_value() -> None:
    assert texts(layout(Paper("any", (Leader("姓名", "王芳"),)), 16)) == ["姓名 ...... 王芳"]
    assert texts(layout(Paper("any", (Leader("参保单位", "示例市第一纺织厂"),)), 16)) == [
        "参保单位",
        "示例市第一纺织厂",
    ]


TABLE = Table(
    (TableColumn("月份", 7), TableColumn("基数", align=Align.RIGHT), TableColumn("状态", 4, Align.CENTRE)),
    (("2019-01", "4,180.00", "●"), ("2019-02", "14,180.00", "△"), ("2019-03", "180.00", "○")),
    repeat_heading_after=2,
)


def test_a_table_aligns_its_figures_and_repeats_its_heading() -> None:
    assert texts(layout(Paper("any", (TABLE,)), 24)) == [
        "月份           基数 状态",
        "─" * 12,
        "2019-01    4,180.00  ●",
        "2019-02   14,180.00  △",
        "月份           基数 状态",
        "─" * 12,
        "2019-03      180.00  ○",
    ]


def test_a_table_on_too_narrow_a_paper_never_breaks_a_figure() -> None:
    lines = texts(layout(Paper("any", (TABLE,)), 20))
    assert lines[:4] == ["2019-01", "基数 ...... 4,180.00", "状态 ............ ●", "2019-02"]
    assert "基数 ..... 14,180.00" in lines


def test_cells_stand_side_by_side_and_one_below_the_other_where_they_must() -> None:
    cells = Columns((Cell("合计", bold=True), Cell("1,803.20", 8, Align.RIGHT)))
    assert texts(layout(Paper("any", (cells,)), 16)) == ["合计    1,803.20"]
    assert texts(layout(Paper("any", (Columns((Cell("本年"), Cell("1,803,204,567.20"))),)), 16)) == [
        "本年",
        "1,803,204,567.20",
    ]


def test_what_stands_as_a_geta_mark_is_named() -> None:
    (line,) = layout(Paper("any", (Leader("a\x00", "b\ud800"),)), 16)
    assert isinstance(line, TextLine)
    assert line.substituted == ("\x00", "\ud800")
    assert "\x00" not in line.spans[0].text


def test_equal_papers_have_one_hash_and_others_another() -> None:
    paper = sample_print("测试")
    assert paper.content_hash == sample_print("测试").content_hash
    assert len(paper.content_hash) == 64
    others = [
        sample_print("检验"),
        Paper("other", paper.rows),
        reprint(paper, 2),
        Paper("test-print", (*paper.rows, Feed())),
    ]
    assert len({paper.content_hash, *(other.content_hash for other in others)}) == 5
    assert Paper("any", (Text("ab"),)).content_hash != Paper("any", (Code("ab"),)).content_hash


def test_the_hash_stays_the_same_in_every_release() -> None:
    assert Paper("note", (Text("中"), Code("A", "b"), Feed(2))).content_hash == (
        "f6fa2c3b4ec61dcffa03f7e6a8ff61b1ac8b53b96b2341b0cfee26d34be2985a"
    )


def test_a_row_of_the_wrong_shape_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="2 cells in a table of 1"):
        Table((TableColumn("月份"),), (("a", "b"),))
    with pytest.raises(ValueError, match="numbered from 1"):
        reprint(Paper("any", ()), 0)
    with pytest.raises(ValueError, match="8 columns"):
        layout(Paper("any", ()), 8)
