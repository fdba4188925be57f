"""Money is whole fen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import ZERO, Money, total

amounts = st.integers(-(10**13), 10**13).map(Money)


@given(amounts, amounts)
def test_sums_are_exact_and_undone_by_differences(a: Money, b: Money) -> None:
    assert (a + b).fen == a.fen + b.fen
    assert a + b - b == a
    assert (a < b) == (a.fen < b.fen)


@given(st.lists(amounts))
def test_a_total_does_not_depend_on_the_order(some: list[Money]) -> None:
    assert total(tuple(some)) == total(tuple(reversed(some))) == Money(sum(one.fen for one in some))


@given(amounts)
def test_the_figures_say_the_amount_to_the_fen(one: Money) -> None:
    assert Decimal(one.figures().replace(",", "")) == Decimal(one.fen) / 100
    assert one.figures() == f"{Decimal(one.fen) / 100:,.2f}"


@given(amounts)
def test_the_sign_of_the_currency_is_the_full_width_one(one: Money) -> None:
    assert str(one) == "\uffe5" + one.figures()
    assert "\u00a5" not in str(one)


@pytest.mark.parametrize("fen", [1.0, "1", True, Decimal(1), None])
def test_only_whole_numbers_are_money(fen: object) -> None:
    with pytest.raises(TypeError):
        Money(fen)  # type: ignore[arg-type]


def test_nothing_is_false_and_sums_to_zero() -> None:
    assert not ZERO
    assert Money(-1)
    assert total(()) == ZERO
