"""What is being paid, on every page of a payment: how much, for whom, what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.sales import Premium, Sale
from kiosk.domain.text import Text, joined, say
from ui import wording
from ui.metrics import Scale, Space
from ui.parts import Label, Panel, balance
from ui.style import Style

_MOST_NAMES = 3
"""More are counted: whoever pays for them knows them, and was shown them before."""
_MOST_SENTENCES = 2
_SQUARE_SIGN = "￥"


class BillPanel(Panel):
    """The amount large, and below it a sentence or two; one where it is to be `brief`. `width` wide."""

    def __init__(self, style: Style, sale: Sale, width: int, scale: Scale, *, brief: bool) -> None:
        super().__init__(style)
        side, y = style.space(Space.APART), style.space(Space.TIGHT)
        amount = style.language.value(sale.amount)
        rows = [Label(style, amount, scale=Scale.DISPLAY, bold=True, wrap=False)]
        inner = width - 2 * side
        for told in what_for(sale.premiums, brief=brief):
            whole = style.say(told.sentence)
            fits = style.width(whole, scale) <= inner
            parts = [whole] if fits else [style.say(part) for part in (told.for_whom, told.what)]
            rows += [Label(style, part, scale=scale) for part in parts]
        for row in rows:
            balance(row, inner)
            row.setParent(self)
            # The sign ￥ stands in the middle of its square: without this the amount would look indented.
            indented = row is rows[0] and amount.startswith(_SQUARE_SIGN)
            x = side - (row.fontMetrics().leftBearing(_SQUARE_SIGN) if indented else 0)
            row.move(x, y)
            y += row.height()
        self.setFixedSize(width, y + style.space(Space.TIGHT))


def bill_width(style: Style, sale: Sale, scale: Scale) -> int:
    """How wide the panel is where nothing in it is parted."""
    told = (style.width(style.say(one.sentence), scale) for one in what_for(sale.premiums, brief=False))
    amount = style.width(style.language.value(sale.amount), Scale.DISPLAY, bold=True)
    return max(amount, *told) + 2 * style.space(Space.APART) + 2


@dataclass(frozen=True, slots=True)
class WhatFor:
    """A sentence, and where it is parted if it does not fit in one row."""

    for_whom: Text
    what: Text

    @property
    def sentence(self) -> Text:
        return wording.for_whom_and_what(self.for_whom, self.what)


def what_for(premiums: Sequence[Premium], *, brief: bool) -> tuple[WhatFor, ...]:
    """For whom and what: a sentence for each kind and year; one for all, in which they are counted, where
    that would be many."""
    alike: dict[tuple[Kind, int], list[Premium]] = {}
    for premium in premiums:
        alike.setdefault((premium.kind, premium.year), []).append(premium)
    most_names = 1 if brief else _MOST_NAMES
    if len(alike) > (1 if brief else _MOST_SENTENCES):
        return (WhatFor(_pay_for(alike.values(), most_names), wording.premiums(len(premiums))),)
    return tuple(
        WhatFor(_pay_for([some], most_names), wording.premium(year, kind.spoken_name))
        for (kind, year), some in alike.items()
    )


def _pay_for(alike: Iterable[Sequence[Premium]], most_names: int) -> Text:
    """Two people may be masked alike; that they are two shows where one thing is paid for both."""
    people: Counter[Text] = Counter()
    for premiums in alike:
        people |= Counter(_name(premium.payee, premium.whom) for premium in premiums)
    names = list(people.elements())
    told = joined(tuple(names[:most_names]))
    return wording.pay_for(told if len(names) <= most_names else wording.and_others(told, len(names)))


def _name(payee: str, whom: ForWhom) -> Text:
    return wording.oneself(payee) if whom is ForWhom.SELF else say("{name}", name=payee)
