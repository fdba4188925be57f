"""What stands in a Chinese sentence, in words: by themselves voices read `100.50元`, `尾号3021`, `2019年`
wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kiosk.domain.capital_numerals import LARGEST, in_capitals
from kiosk.domain.money import Money
from kiosk.domain.text import Language
from kiosk.speech.codes import CODE, FOR_THE_EYE, MASKED, SIGNS, is_code, is_telephone, is_whole_code, spelled

_DIGITS = "零一二三四五六七八九"
_SPOKEN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_ONE_IN_TELEPHONES = "幺"
"""一 and 七 are mistaken for one another."""
_YEARS_END = 9999
"""A shorter number may be a year, which is said digit by digit; that depends on the words around it."""
_PAUSE = "，"
_SOMEBODY = "某"
_UNITS = "元万亿个人笔份次天户家处张项位种件条页分秒周岁小"
"""Before these a number counts, however long it is."""
_TWO_OF = "个笔份次天户家处张项位种件条人周年小"
"""两, not 二, of these; but 二月 and 二元."""
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
_LABELS = "尾号|后四位|编号|号码|凭证号|单号|验证码|卡号|电话|代码"


@dataclass(frozen=True, slots=True)
class ChineseForTheEar:
    """`Language` for the values in a sentence; what depends on the words around them is left to `read`."""

    language: Language

    @property
    def code(self) -> str:
        return self.language.code

    def translate(self, template: str) -> str:
        return self.language.translate(template)

    def value(self, value: object) -> str:
        match value:
            case Money():
                return amount(value)
            case str() if is_whole_code(value):
                return code(value)
            case int() if not isinstance(value, bool) and abs(value) > _YEARS_END:
                return numeral(value)
            case _:
                return self.language.value(value)


def numeral(number: int) -> str:
    """`一千零二十`, `十二`, `负三`; beyond what capital numerals reach, digit by digit."""
    sign = "负" if number < 0 else ""
    whole = Money(abs(number) * 100)
    if whole > LARGEST:
        return sign + digits(str(abs(number)))
    # 一十二 is said only behind something greater.
    return sign + re.sub("^一十", "十", _spoken(whole).removesuffix("元"))


def amount(money: Money) -> str:
    """`一千二百三十四元五角`."""
    sign = "负" if money.fen < 0 else ""
    fen = Money(abs(money.fen))
    if fen > LARGEST:
        return f"{sign}{digits(str(fen.fen // 100))}元{digits(f'{fen.fen % 100:02d}')}分"
    return sign + re.sub("^一十", "十", _spoken(fen))


def _spoken(money: Money) -> str:
    return in_capitals(money).removesuffix("整").translate(_SPOKEN)


def digits(number: str) -> str:
    """`二零一九`, as years are said."""
    return "".join(_DIGITS[int(digit)] for digit in number)


def code(signs: str) -> str:
    """`T 零 零 一，三 零 二 一`; `幺 二 三 三 三` of a telephone."""
    words = _ONE_IN_TELEPHONES if is_telephone(signs) else _DIGITS[1]
    readings = dict(zip("0123456789", _DIGITS, strict=True)) | {"1": words}
    return spelled(signs, lambda sign: readings.get(sign, sign), _PAUSE)


def read(sentence: str) -> str:
    """A whole sentence with all its numbers in words, and without what is only there for the eye."""
    for pattern, words in _RULES:
        sentence = pattern.sub(words, sentence)
    return sentence.strip(" ，、")


def _amount_found(found: re.Match[str]) -> str:
    parts = found.groupdict()
    yuan = parts["yuan"] or parts["before"]
    fen = (parts["fen"] or parts["fen_before"] or "").ljust(2, "0")
    return ("负" if "-" in found[0] else "") + amount(Money(int(yuan.replace(",", "")) * 100 + int(fen)))


def _day_found(found: re.Match[str]) -> str:
    """Left as it stands where the calendar has no such day."""
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return found[0]
    return f"{day.year:04d}年{day.month}月{day.day}日"


def _time_found(found: re.Match[str]) -> str:
    hour, minute = map(int, found.groups())
    if not minute:
        return f"{numeral(hour)}点"
    return f"{numeral(hour)}点{'零' if minute < 10 else ''}{numeral(minute)}分"


def _decimal(number: str) -> str:
    whole, _, part = number.partition(".")
    return numeral(int(whole)) + (f"点{digits(part)}" if part else "")


def _labelled_found(found: re.Match[str]) -> str:
    """However short it is: what follows such a word names something."""
    signs = found["code"]
    named = signs.isupper() or any(sign.isdecimal() for sign in signs)
    return found["label"] + (code(signs) if named else signs)


def _sign_group_found(found: re.Match[str]) -> str:
    signs, sentence = found[0], found.string
    if not signs.isdecimal():
        return code(signs) if is_code(signs) else signs
    behind = sentence[found.end() :].lstrip()[:1]
    before = sentence[: found.start()].rstrip()[-1:]
    counted = behind != "" and behind in _UNITS
    if is_code(signs) and (signs.startswith("0") or not counted):
        return code(signs)
    if signs == "2" and behind != "" and behind in _TWO_OF and before != "第":
        return "两"
    return numeral(int(signs))


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str] | str]
_RULES: tuple[_Rule, ...] = (
    (
        re.compile(
            rf"-?[￥¥]-?(?P<yuan>{_NUMBER})(?:\.(?P<fen>\d{{1,2}}))?(?!\d)元?"
            rf"|(?<![A-Za-z0-9.,])-?(?P<before>{_NUMBER})(?:\.(?P<fen_before>\d{{1,2}}))?元"
        ),
        _amount_found,
    ),
    (MASKED, lambda found: f"尾号{code(found['tail'])}"),
    (re.compile(r"(?<=[一-鿿㐀-䶿])\*+"), lambda found: _SOMEBODY * len(found[0])),
    (re.compile(r"(?<![A-Za-z0-9*])\*+(?![A-Za-z0-9*])"), f"{_SOMEBODY}人"),
    (re.compile(r"\*+"), ""),
    (re.compile(r"(?<![A-Za-z0-9-])(\d{4})-(\d{2})-(\d{2})(?![A-Za-z0-9-])"), _day_found),
    (re.compile(r"(?<!\d)\d{4}(?=\s*年)"), lambda found: digits(found[0])),
    (re.compile(r"(?<=\d:\d\d)\s*[-–—~～]\s*(?=\d{1,2}:\d\d)"), "到"),
    (re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d)(?![\d:])"), _time_found),
    (re.compile(rf"(?P<label>(?:{_LABELS})[:： ]*)(?P<code>{SIGNS}+(?:-{SIGNS}+)*)"), _labelled_found),
    (re.compile(r"(?<![A-Za-z0-9-])(\d{1,2})\s*[-–—~～]\s*(\d{1,2})(?![A-Za-z0-9-])"), r"\1到\2"),
    (re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)[%％]"), lambda found: f"百分之{_decimal(found[1])}"),
    (re.compile(r"(?<![A-Za-z0-9.])\d+\.\d+(?![A-Za-z0-9.])"), lambda found: _decimal(found[0])),
    (re.compile(r"\d{1,3}(?:,\d{3})+"), lambda found: numeral(int(found[0].replace(",", "")))),
    (re.compile(rf"(?<!{SIGNS})-(?=\d)"), "负"),
    (CODE, _sign_group_found),
    # Whatever else it was: `12:30:15`, `1.2.3`.
    (re.compile(r"\d+"), lambda found: digits(found[0])),
    (re.compile(r"[—–·›|]+"), _PAUSE),
    (re.compile(f"[{FOR_THE_EYE}]"), ""),
    (re.compile(r"\s{2,}"), " "),
)
