"""What a pad says of a card and a charge, as it is recorded and shown."""

from __future__ import annotations

import re

import pytest
from fixtures.pin_pad import POI_ID
from hypothesis import given
from hypothesis import strategies as st

from drivers.pin_pads.outcomes import Refusal
from kiosk.contract.transactions import BankCardWire
from kiosk.domain.tenders import BankCard
from kiosk.payments import card as card_payments
from kiosk.payments.pad_words import MOST_CHARACTERS, masked_pan, short

words = st.one_of(
    st.text(max_size=40),
    st.text("0123456789*xX -", max_size=30),
    st.from_regex(r"[0-9]{0,6}[*xX#. ]{1,12}[0-9]{0,4}", fullmatch=True),
)


@given(words, words)
def test_whatever_a_pad_calls_card_and_charge_it_can_be_recorded_and_shows_ten_digits_at_most(
    pan: str, reference: str
) -> None:
    card = BankCard(masked_pan(pan), short(reference), POI_ID)
    assert BankCardWire.of(card).to_domain() == card
    assert len(re.sub(r"\D", "", card.masked_pan)) <= 10
    assert card.acquirer_reference.isprintable()
    assert len(card.acquirer_reference) <= MOST_CHARACTERS


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("621700******0015", "621700******0015"),
        ("6217 00** **** 0015", "621700******0015"),
        ("xxxxxxxxxxxx0015", "************0015"),
        ("6217001234560015", "***"),
        ("", "***"),
    ],
)
def test_a_card_is_masked_in_one_way(told: str, shown: str) -> None:
    assert masked_pan(told) == shown


def test_every_refusal_of_a_pad_has_a_page() -> None:
    assert set(card_payments._WHY) == set(Refusal)
