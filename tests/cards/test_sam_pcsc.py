"""The ID card behind a module that speaks PC/SC: blocks instead of frames."""

from __future__ import annotations

import pytest
from fixtures.pcsc import CardInHand
from id_bench import CITIZEN, F, faulty, id_card

from drivers.cards.channel import CardPulled
from drivers.cards.id_outcomes import IdCardRead, IdStep, IdUnreadable
from drivers.cards.resident_id import resident_id_card
from drivers.cards.sam_pcsc import is_id_card, read_id_card
from drivers.cards.sam_v import parse_content
from drivers.virtual.cards import Pull
from drivers.virtual.id_card import Garbage, IdMisbehaviour, Spoilt, Status, as_pcsc_card


def test_over_pcsc_the_same_card_reads_and_is_told_by_its_atr() -> None:
    card = as_pcsc_card(id_card())
    assert is_id_card(card.atr)
    assert not is_id_card(bytes.fromhex("3B6D00000081000001000120010100000190"))
    hand = CardInHand(card)
    outcome = read_id_card(hand, keep_photo=True)
    assert isinstance(outcome, IdCardRead)
    assert (outcome.card.name, outcome.module_id) == (CITIZEN[F.NAME], None)
    assert outcome.card.photo is not None
    assert hand.commands == [bytes([0xFF, 0xB0, block, 0, 0]) for block in range(6)]


def test_over_pcsc_no_block_is_fetched_that_only_the_photo_needs() -> None:
    hand = CardInHand(as_pcsc_card(id_card()))
    assert read_id_card(hand) == IdCardRead(
        resident_id_card(parse_content(id_card().content())), module_id=None
    )
    assert hand.commands == [bytes([0xFF, 0xB0, block, 0, 0]) for block in range(2)]


@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize(
    "misbehaviour", [Spoilt.CUT, Spoilt.CHECKSUM, Garbage(b"\x90"), Status(0x41)], ids=str
)
def test_over_pcsc_whatever_goes_wrong_is_an_outcome(misbehaviour: IdMisbehaviour, at: int) -> None:
    outcome = read_id_card(CardInHand(as_pcsc_card(faulty(at, misbehaviour))), keep_photo=True)
    assert isinstance(outcome, IdUnreadable)
    assert outcome.step is IdStep.READ


def test_over_pcsc_a_card_that_leaves_is_pulled() -> None:
    with pytest.raises(CardPulled):
        read_id_card(CardInHand(as_pcsc_card(faulty(2, Pull()))))
