"""English as a catalogue words it, with the few sentences that the tests of speech say."""

from __future__ import annotations

from datetime import date

from kiosk.domain.months import Month

HAN = "(in Chinese on the screen)"
_GLUE = {
    "{yuan}元": "{yuan} yuan",
    "{fen}分": "{fen} fen",
    "{yuan}元{fen}分": "{yuan} yuan and {fen} fen",
    "负{amount}": "minus {amount}",
    "尾号{digits}": "ending in {digits}",
    "（屏幕上是中文）": HAN,
    "{month}缴了": "paid for {month}",
    "卡号 {pan}，共 {{}} ￥1.50": "card {pan}, {{}} ￥1.50",
}


class English:
    code = "en"

    def translate(self, template: str) -> str:
        return _GLUE.get(template, template)

    def value(self, value: object) -> str:
        match value:
            case Month():
                return f"{date(value.year, value.month, 1):%B %Y}"
            case date():
                return f"{value.day} {value:%B %Y}"
            case _:
                return str(value)


ENGLISH = English()
