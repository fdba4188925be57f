"""What a voice is handed: amounts, days and numbers in words."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spoken_english import ENGLISH, HAN

from kiosk.clock import CHINA
from kiosk.domain.capital_numerals import LARGEST
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.text import CHINESE, Public, say
from kiosk.speech.chinese import amount, code, numeral
from kiosk.speech.codes import is_code
from kiosk.speech.verbal import aloud

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_PLACES = {"十": 10, "百": 100, "千": 1000}


def _read_number(words: str) -> int:
    """From words to the number, by adding up what they mean: knows nothing of how they were made."""
    total, below_wan, digit = 0, 0, 0
    for sign in words:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _PLACES:
            below_wan, digit = below_wan + (digit or 1) * _PLACES[sign], 0
        else:
            scale = {"万": 10**4, "亿": 10**8}[sign]
            total, below_wan, digit = total + (below_wan + digit) * scale, 0, 0
    return total + below_wan + digit


def _read_amount(words: str) -> Money:
    found = re.fullmatch(r"(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?", words)
    assert found is not None, words
    yuan, jiao, fen = ("" if part is None else part for part in found.groups())
    return Money(_read_number(yuan) * 100 + _read_number(jiao) * 10 + _read_number(fen))


@given(st.integers(0, LARGEST.fen // 100))
@example(10)
@example(12)
@example(110)
@example(100_010)
@example(120_000)
def test_a_numeral_read_back_is_the_number(number: int) -> None:
    words = numeral(number)
    assert _read_number(words) == number
    assert not words.startswith("一十")
    assert not re.search(r"零零|.零$", words)


@given(st.integers(0, LARGEST.fen).map(Money))
@example(Money(1_000_05))
@example(Money(5))
def test_an_amount_read_back_is_the_amount(money: Money) -> None:
    assert _read_amount(amount(money)) == money


@given(st.integers(-LARGEST.fen, LARGEST.fen).map(Money))
def test_an_amount_that_stands_in_a_string_is_read_as_the_amount_itself(money: Money) -> None:
    assert aloud(say("{text}", text=str(money)), CHINESE) == aloud(say("{money}", money=money), CHINESE)


@given(st.dates(date(1000, 1, 1)))
def test_a_day_is_read_digit_by_digit_in_its_year_and_as_numbers_in_its_month(day: date) -> None:
    found = re.fullmatch("(.{4})年(.+)月(.+)日", aloud(say("{day}", day=day), CHINESE))
    assert found is not None
    year = int("".join(str(_DIGITS[sign]) for sign in found[1]))
    assert (year, _read_number(found[2]), _read_number(found[3])) == (day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (say("共100.50元"), "共一百元五角"),
        (say("待缴 ￥1,234.50，"), "待缴 一千二百三十四元五角"),
        (say("缴费 {amount}", amount=Money(400_00)), "缴费 四百元"),
        (say("差 {amount}", amount=Money(-12_05)), "差 负十二元零五分"),
        (say("{capitals}", capitals="肆佰元整"), "肆佰元整"),
        (say("尾号3021"), "尾号三 零 二 一"),
        (say("尾号 {tail}", tail="0011"), "尾号 零 零 一 一"),
        (say("后四位 {tail}", tail="002X"), "后四位 零 零 二 X"),
        (say("{number}", number="**************002X"), "尾号零 零 二 X"),
        (say("{pan}", pan="622202******1234"), "尾号一 二 三 四"),
        (say("{on}办理", on=date(2019, 1, 8)), "二零一九年一月八日办理"),
        (say("{taken} 保存", taken="2026年11月26日 09:05"), "二零二六年十一月二十六日 九点零五分 保存"),
        (say("{at}", at=datetime(2026, 11, 26, 14, 0, tzinfo=CHINA)), "二零二六年十一月二十六日 十四点"),
        (say("2026-12-31止"), "二零二六年十二月三十一日止"),
        (
            say("{span}没有", span=MonthSpan(Month(2018, 11), Month(2019, 2))),
            "二零一八年十一月到二零一九年二月没有",
        ),
        (
            say("{year}年度，{month}月{day}日前", year=2027, month=12, day=31),
            "二零二七年度，十二月三十一日前",
        ),
        (say("编号 {number}", number="0000-1234568"), "编号 零 零 零 零，幺 二 三 四 五 六 八"),
        (say("打 12333 问"), "打 幺 二 三 三 三 问"),
        (say("电话 {tel}", tel=Public("0800-1000001")), "电话 零 八 零 零，幺 零 零 零 零 零 幺"),
        (say("手机 {tel}", tel="13800000001"), "手机 幺 三 八 零 零 零 零 零 零 零 幺"),
        (say("{code}", code="A3F7"), "A 三 F 七"),
        (say("终端 T001"), "终端 T 零 零 一"),
        (say("验证码 ABCD-EFGH"), "验证码 A B C D，E F G H"),
        (say("凭证号 {ids}", ids="T001-12、T001-13"), "凭证号 T 零 零 一，一 二、T 零 零 一，一 三"),
        (say("已输入 {told}", told="7 K Q"), "已输入 七 K Q"),
        (say("{name}（本人）", name="王*英"), "王某英（本人）"),
        (say("{name}", name="欧**菲"), "欧某某菲"),
        (say("{name}", name="*"), "某人"),
        (say("{name}", name="H***** H****"), "H H"),
        (say("{count}笔待入账", count=2), "两笔待入账"),
        (say("第{page}页 共{pages}页", page=2, pages=12), "第二页 共十二页"),
        (say("{month}月", month=2), "二月"),
        (say("{people}人", people=12345), "一万二千三百四十五人"),
        (say("共 12345 人"), "共 一万二千三百四十五 人"),
        (say("缴费比例 8%，上限 16.5%"), "缴费比例 百分之八，上限 百分之十六点五"),
        (
            say("{hours}", hours="周一至周五 9:00-12:00 13:30-17:00"),
            "周一至周五 九点到十二点 十三点三十分到十七点",
        ),
        (say("3-5天，3–6月"), "三到五天，三到六月"),
        (say("人民路 18 号"), "人民路 十八 号"),
        (say("20个，没有0和O、1和I"), "二十个，没有零和O、一和I"),
        (say("● 已缴"), "已缴"),
        (say("—"), ""),
        (say("版本 1.2.3，12:30:15"), "版本 一.二.三，一二:三零:一五"),
    ],
    ids=str,
)
def test_a_chinese_sentence_as_it_is_said(sentence: object, said: str) -> None:
    assert aloud(sentence, CHINESE).rstrip("，") == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (say("{amount}", amount=Money(1_234_50)), "1234 yuan and 50 fen"),
        (say("{amount}", amount=Money(-400_00)), "minus 400 yuan"),
        (say("{amount}", amount=Money(5)), "5 fen"),
        (say("{amount}", amount=Money(123_456_00)), "123456 yuan"),
        (say("{month}缴了", month=Month(2019, 1)), "paid for January 2019"),
        (say("{day}", day="2019年1月8日 09:05"), "8 January 2019 09:05"),
        (say("{month}", month="2019年1月"), "January 2019"),
        (
            say("卡号 {pan}，共 {{}} ￥1.50", pan="622202******1234"),
            "card ending in 1 2 3 4, {} 1 yuan and 50 fen",
        ),
        (say("{tel}", tel="0800-1000001"), "0 8 0 0, 1 0 0 0 0 0 1"),
        (say("12333"), "1 2 3 3 3"),
        (say("{people}", people=12345), "12345"),
        (say("{code}", code="T001-A3F7"), "T 0 0 1, A 3 F 7"),
        (say("{name}", name="王*英"), HAN),
        (say("{office} 18", office="示例县社保中心，二楼"), f"{HAN} 18"),
        (say("{office}，{street} 18", office="社保中心", street="人民路"), f"{HAN} 18"),
        (say("{hours}", hours="9:00-12:00"), "9:00-12:00"),
        (say("{day}", day="2019年13月40日"), f"2019 {HAN} 13 {HAN} 40 {HAN}"),
        (say("● — △"), ""),
    ],
    ids=str,
)
def test_an_english_sentence_as_it_is_said(sentence: object, said: str) -> None:
    assert aloud(sentence, ENGLISH) == said  # type: ignore[arg-type]


_CODES = st.from_regex(r"[A-Z0-9]{1,6}(-[A-Z0-9]{1,6}){0,3}", fullmatch=True).filter(is_code)


@given(_CODES)
def test_a_code_is_said_sign_by_sign_and_each_sign_once(written: str) -> None:
    back = code(written).translate({ord("幺"): "1", ord("，"): "-", ord(" "): ""})
    assert back.translate({ord(sign): str(value) for sign, value in _DIGITS.items()}) == written
    assert aloud(say("{code}", code=written), ENGLISH).replace(", ", "-").replace(" ", "") == written


_SENTENCES = st.text(st.sampled_from("0123456789０９٣￥¥.,:-–%*年月日元个号X ZA尾号王●—·（）{}"), max_size=24)


@given(_SENTENCES)
def test_no_figure_is_left_to_a_chinese_voice_and_no_sign_for_the_eye(text: str) -> None:
    said = aloud(say("{text}", text=text), CHINESE)
    assert not any(sign.isdecimal() or sign in "●—·*" for sign in said)


@given(_SENTENCES)
def test_no_chinese_is_left_to_an_english_voice(text: str) -> None:
    assert not re.search("[一-鿿]", aloud(say("{text}", text=text), ENGLISH))


@given(st.integers(LARGEST.fen + 1).map(Money))
def test_an_amount_beyond_all_numerals_is_said_digit_by_digit(money: Money) -> None:
    yuan = amount(money).partition("元")[0]
    assert [_DIGITS[sign] for sign in yuan] == [int(digit) for digit in str(money.fen // 100)]
