"""Looking at readers and reading a card once, as a command line does."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, SECOND_READER, wait_until
from smartcard import scard

from drivers.cards.channel import CardChannel, CardInUse, CardPulled
from drivers.cards.pcsc import NoReader, PcscContext, PcscUnavailable, Slot, look_at_readers, with_card
from drivers.cards.social_security import CardRead, Outcome, read_social_security_card
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot

DATA = Path(__file__).parent / "data"


def _insert(slot: VirtualSlot, card: VirtualCard) -> None:
    slot.insert(card)
    wait_until(lambda: look_at_readers()[0].holds_card)


def _read(channel: CardChannel) -> Outcome:
    return read_social_security_card(channel)


def test_readers_tell_what_is_in_them(slot: VirtualSlot) -> None:
    card = load_card(DATA / "second_generation.toml")
    _insert(slot, card)
    first, second = look_at_readers()
    assert (first.reader, first.slot, first.atr) == (FIRST_READER, Slot.CARD, card.atr)
    assert (second.reader, second.slot, second.atr) == (SECOND_READER, Slot.EMPTY, b"")


def test_a_mute_card_is_told_from_an_empty_reader(slot: VirtualSlot) -> None:
    _insert(slot, VirtualCard(b"\x3b\x00", mute=True))
    assert look_at_readers()[0].slot is Slot.MUTE


def test_a_card_is_read_once(slot: VirtualSlot) -> None:
    _insert(slot, load_card(DATA / "second_generation.toml"))
    outcome = with_card(FIRST_READER, _read)
    assert isinstance(outcome, CardRead)
    assert outcome.card.citizen_number == "800100198503120022"


@pytest.mark.parametrize("reader", [FIRST_READER, "no such reader"])
def test_an_empty_or_unknown_reader_has_no_card(pcscd: PrivatePcscd, reader: str) -> None:
    with pytest.raises(CardPulled):
        with_card(reader, _read)


def test_a_card_that_another_program_holds_is_in_use(slot: VirtualSlot) -> None:
    _insert(slot, load_card(DATA / "second_generation.toml"))
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    code, handle, _ = scard.SCardConnect(
        context, FIRST_READER, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0
    )
    assert code == scard.SCARD_S_SUCCESS
    with pytest.raises(CardInUse):
        with_card(FIRST_READER, _read)
    scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)


def test_without_a_service_the_error_says_what_to_install(restarted_pcscd: PrivatePcscd) -> None:
    restarted_pcscd.kill()
    with pytest.raises(PcscUnavailable, match="apt install pcscd"):
        look_at_readers()


def test_without_a_reader_the_error_says_what_to_plug_in(restarted_pcscd: PrivatePcscd) -> None:
    restarted_pcscd.restart(readers=0)
    with pytest.raises(NoReader, match="plug one in"):
        look_at_readers()


def test_contexts_are_released(slot: VirtualSlot) -> None:
    _insert(slot, load_card(DATA / "second_generation.toml"))
    with_card(FIRST_READER, _read)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        with_card(FIRST_READER, _read)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with PcscContext() as context:
        assert context.readers() == (FIRST_READER, SECOND_READER)
