"""What every paper of paying says of its premiums in the same rows."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.printers.paper import Leader, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.domain.capital_numerals import in_capitals
from kiosk.domain.money import Money, total
from kiosk.domain.payment_words import payee_name, premium_title
from kiosk.domain.sales import Premium
from kiosk.papers.common import section


def premium_rows(premium: Premium, number: int | None) -> Iterator[Row]:
    """For what, for whom, how much; `number` where it is one of several."""
    yield Rule()
    if number is not None:
        yield Line(f"第{number}笔", bold=True)
    # As a heading it stands on one line of the narrow paper too; behind a label it would not.
    yield Line(str(premium_title(premium)), bold=True)
    yield Leader("参保人", str(payee_name(premium)))
    yield from amount_rows("金额", premium.amount)


def amount_rows(label: str, amount: Money) -> Iterator[Row]:
    """In figures and in capital numerals, with 人民币 before them (支付结算办法, annex 1)."""
    yield Leader(label, str(amount), bold=True)
    yield Leader("大写", f"人民币{in_capitals(amount)}")


def total_rows(premiums: tuple[Premium, ...]) -> Iterator[Row]:
    """The sum of several; of one there is nothing to add."""
    if len(premiums) > 1:
        yield from section(f"合计 {len(premiums)}笔")
        yield from amount_rows("合计金额", total(tuple(premium.amount for premium in premiums)))
