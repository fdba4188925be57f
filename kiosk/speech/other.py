"""What stands in a sentence of another language, in words: its voice reads no Chinese, and any long number as
an amount."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from datetime import date

from kiosk.domain.money import Money
from kiosk.domain.months import Month
from kiosk.domain.text import Language, Text, say
from kiosk.speech.codes import CODE, FOR_THE_EYE, MASKED, SIGNS, is_code, is_whole_code, spelled

_IN_CHINESE = say("（屏幕上是中文）")
_PAUSE = ", "
_HAN = re.compile(
    r"[\u3400-\u9fff*、，。；：！？（）《》“”\s]*[\u3400-\u9fff][\u3400-\u9fff*、，。；：！？）》”]*"
)
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")
_AMOUNT = re.compile(r"[￥¥](-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?(?!\d)")
_SILENT = re.compile(rf"[{FOR_THE_EYE}]|(?<!{SIGNS})—(?!{SIGNS})|\*+")


@dataclass(frozen=True, slots=True)
class OtherForTheEar:
    """`Language` whose templates and values each come in words."""

    language: Language

    @property
    def code(self) -> str:
        return self.language.code

    def translate(self, template: str) -> str:
        """Between the places only: what stands in them is worded by itself."""
        made = []
        for literal, name, spec, _ in string.Formatter().parse(self.language.translate(template)):
            made.append(self._worded(literal).replace("{", "{{").replace("}", "}}"))
            if name is not None:
                made.append(f"{{{name}:{spec}}}" if spec else f"{{{name}}}")
        return "".join(made)

    def value(self, value: object) -> str:
        match value:
            case Money():
                return _amount(value).render(self.language)
            case str() if is_whole_code(value):
                return _spelled(value)
            case str():
                return self._worded(value)
            case _:
                return self.language.value(value)

    def _worded(self, text: str) -> str:
        text = _DAY.sub(self._day_found, text)
        text = _AMOUNT.sub(self._amount_found, text)
        text = MASKED.sub(lambda found: self._tail(found["tail"]), text)
        text = CODE.sub(lambda found: _spelled(found[0]) if is_code(found[0]) else found[0], text)
        text = _HAN.sub(f" {_IN_CHINESE.render(self.language)} ", text)
        return _SILENT.sub("", text)

    def _tail(self, signs: str) -> str:
        return say("尾号{digits}", digits=_spelled(signs)).render(self.language)

    def _day_found(self, found: re.Match[str]) -> str:
        year, month, day = found.groups()
        try:
            moment = Month(int(year), int(month)) if day is None else date(int(year), int(month), int(day))
        except ValueError:
            return found[0]
        return self.language.value(moment)

    def _amount_found(self, found: re.Match[str]) -> str:
        minus, yuan, fen = found.groups()
        amount = int(yuan.replace(",", "")) * 100 + int(fen or 0)
        return _amount(Money(-amount if minus else amount)).render(self.language)


def read(sentence: str, language: Language) -> str:
    """A whole sentence, in which that something is Chinese is said once where it would be said in a row."""
    note = re.escape(_IN_CHINESE.render(language))
    once = re.sub(rf"({note})(?:[\s,;:、，；：]*{note})+", r"\1", " ".join(sentence.split()))
    return once if any(sign.isalnum() for sign in once) else ""


def _amount(money: Money) -> Text:
    yuan, fen = divmod(abs(money.fen), 100)
    if not fen:
        words = say("{yuan}元", yuan=yuan)
    elif not yuan:
        words = say("{fen}分", fen=fen)
    else:
        words = say("{yuan}元{fen}分", yuan=yuan, fen=fen)
    return say("负{amount}", amount=words) if money.fen < 0 else words


def _spelled(code: str) -> str:
    return spelled(code, str, _PAUSE)
