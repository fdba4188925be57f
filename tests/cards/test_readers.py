"""The reader loop on the real PC/SC service: cards come and go at any moment, and so does the service."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, SECOND_READER, SOON, Watch, wait_until

from drivers.cards.channel import CardChannel, CardMute, CardPulled, ReaderBusy
from drivers.cards.pcsc import look_at_readers
from drivers.cards.reader_events import (
    CardInserted,
    CardRemoved,
    Presence,
    ReaderAppeared,
    ReaderEvent,
    ReaderGone,
    ServiceDown,
    ServiceUp,
)
from drivers.cards.readers import ReaderLoop
from drivers.cards.social_security import CardRead, NotASocialSecurityCard, Outcome, read_social_security_card
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import Fault, Pull, VirtualCard, Wait
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot

DATA = Path(__file__).parent / "data"
COMMANDS_OF_A_READ = 7


def _holder_card(*faults: Fault) -> VirtualCard:
    card = load_card(DATA / "second_generation.toml")
    return VirtualCard(card.atr, card.applications, faults)


def _read(loop: ReaderLoop, inserted: CardInserted) -> Future[Outcome]:
    def job(channel: CardChannel) -> Outcome:
        return read_social_security_card(channel)

    return loop.submit(inserted.presence, job)


def _assert_reads(loop: ReaderLoop, inserted: CardInserted) -> None:
    outcome = _read(loop, inserted).result(SOON)
    assert isinstance(outcome, CardRead)
    assert outcome.card.name == "欧阳测试"


def test_a_card_that_is_in_before_the_start_is_reported_and_read(
    slot: VirtualSlot, watch: Watch, pcscd: PrivatePcscd
) -> None:
    slot.insert(_holder_card())
    wait_until(lambda: look_at_readers()[0].holds_card)
    loop = ReaderLoop(watch)
    loop.start()
    inserted = watch.wait_for(CardInserted)
    assert watch.events[:3] == [ServiceUp(), ReaderAppeared(FIRST_READER), inserted]
    _assert_reads(loop, inserted)
    loop.stop()


def test_each_stay_of_a_card_has_its_own_presence(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    stays = []
    for _ in range(2):
        seen = len(watch.events)
        slot.insert(_holder_card())
        inserted = watch.wait_for(CardInserted, after=seen)
        assert inserted.reader == FIRST_READER
        assert inserted.atr == _holder_card().atr
        _assert_reads(reader_loop, inserted)
        slot.remove()
        assert watch.wait_for(CardRemoved, after=seen).presence == inserted.presence
        stays.append(inserted.presence)
    assert stays[0] != stays[1]


def test_a_card_swapped_between_two_looks_of_the_service_is_removed_and_inserted(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(_holder_card())
    first = watch.wait_for(CardInserted)
    seen = len(watch.events)
    slot.insert(_holder_card())
    assert watch.wait_for(CardRemoved, after=seen).presence == first.presence
    _assert_reads(reader_loop, watch.wait_for(CardInserted, after=seen))


def test_a_card_swapped_while_the_loop_was_busy_is_removed_and_inserted(
    slot: VirtualSlot, watch: Watch
) -> None:
    free = threading.Event()

    def busy(event: ReaderEvent) -> None:
        watch(event)
        if isinstance(event, CardInserted):
            free.wait(SOON)

    loop = ReaderLoop(busy)
    loop.start()
    slot.insert(_holder_card())
    first = watch.wait_for(CardInserted)
    seen = len(watch.events)
    before = look_at_readers()[0].card_events
    slot.insert(_holder_card())
    wait_until(lambda: look_at_readers()[0].card_events >= before + 2)
    free.set()
    assert watch.wait_for(CardRemoved, after=seen).presence == first.presence
    _assert_reads(loop, watch.wait_for(CardInserted, after=seen))
    loop.stop()


def test_a_card_pulled_at_any_command_is_card_pulled_and_the_next_card_reads(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    seen = 0
    for at in range(1, COMMANDS_OF_A_READ + 1):
        slot.insert(_holder_card(Fault(COMMANDS_OF_A_READ + at, Pull())))
        inserted = watch.wait_for(CardInserted, after=seen)
        _assert_reads(reader_loop, inserted)
        with pytest.raises(CardPulled):
            _read(reader_loop, inserted).result(SOON)
        removed = watch.wait_for(CardRemoved, after=seen)
        assert removed.presence == inserted.presence
        seen = watch.events.index(removed) + 1


def test_work_on_a_card_that_has_gone_is_card_pulled(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(_holder_card())
    inserted = watch.wait_for(CardInserted)
    assert reader_loop.is_present(inserted.presence)
    slot.remove()
    watch.wait_for(CardRemoved)
    assert not reader_loop.is_present(inserted.presence)
    with pytest.raises(CardPulled):
        _read(reader_loop, inserted).result(0)


def test_work_that_waits_in_the_inbox_never_meets_the_next_card(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(_holder_card())
    first = watch.wait_for(CardInserted)
    gate = threading.Event()
    blocking = reader_loop.submit(first.presence, lambda _: gate.wait(SOON))
    waiting = _read(reader_loop, first)
    seen = len(watch.events)
    slot.insert(_holder_card())
    watch.wait_for(CardInserted, after=seen)
    gate.set()
    assert blocking.result(SOON)
    with pytest.raises(CardPulled):
        waiting.result(SOON)


def test_an_inbox_that_is_full_says_so(slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch) -> None:
    slot.insert(_holder_card())
    inserted = watch.wait_for(CardInserted)
    gate = threading.Event()
    futures = [reader_loop.submit(inserted.presence, lambda _: gate.wait(SOON)) for _ in range(20)]
    refused = [future for future in futures if future.done() and isinstance(future.exception(0), ReaderBusy)]
    assert len(refused) >= 11
    gate.set()
    assert all(future.result(SOON) for future in futures if future not in refused)


def test_what_a_job_raises_comes_with_its_future(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    def fail(_: CardChannel) -> None:
        raise LookupError("of the job")

    slot.insert(_holder_card())
    inserted = watch.wait_for(CardInserted)
    with pytest.raises(LookupError):
        reader_loop.submit(inserted.presence, fail).result(SOON)
    _assert_reads(reader_loop, inserted)


def test_a_card_that_does_not_start_is_mute_and_the_next_card_reads(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(VirtualCard(b"\x3b\x00", mute=True))
    mute = watch.wait_for(CardInserted)
    assert mute.atr == b""
    with pytest.raises(CardMute):
        _read(reader_loop, mute).result(SOON)
    seen = len(watch.events)
    slot.insert(_holder_card())
    _assert_reads(reader_loop, watch.wait_for(CardInserted, after=seen))


def test_a_card_of_another_kind_is_told_by_its_atr(
    slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    atr = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
    slot.insert(VirtualCard(atr))
    assert _read(reader_loop, watch.wait_for(CardInserted)).result(SOON) == NotASocialSecurityCard(atr)


def test_a_slow_card_is_read(slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch) -> None:
    slot.insert(_holder_card(Fault(2, Wait(0.3))))
    _assert_reads(reader_loop, watch.wait_for(CardInserted))


def test_two_cards_in_two_readers_are_read_side_by_side(
    slot: VirtualSlot, second_slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(_holder_card())
    second_slot.insert(load_card(DATA / "third_generation.toml"))
    wait_until(lambda: sum(isinstance(event, CardInserted) for event in watch.events) == 2)
    cards = {event.reader: event for event in watch.events if isinstance(event, CardInserted)}
    both = threading.Barrier(2, timeout=SOON)

    def together(inserted: CardInserted) -> Future[Outcome]:
        def job(channel: CardChannel) -> Outcome:
            both.wait()
            return read_social_security_card(channel)

        return reader_loop.submit(inserted.presence, job)

    futures = [together(cards[FIRST_READER]), together(cards[SECOND_READER])]
    outcomes = [future.result(SOON) for future in futures]
    assert [isinstance(outcome, CardRead) and outcome.card.version for outcome in outcomes] == [
        "2.00",
        "3.00",
    ]


def test_a_service_that_is_killed_and_comes_back_is_told_and_the_card_reads_again(
    restarted_pcscd: PrivatePcscd, slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(_holder_card())
    first = watch.wait_for(CardInserted)
    restarted_pcscd.kill()
    assert watch.wait_for(ServiceDown).reason
    assert [type(event) for event in watch.events[-4:]] == [CardRemoved, ReaderGone, ReaderGone, ServiceDown]
    with pytest.raises(CardPulled):
        _read(reader_loop, first).result(0)
    seen = len(watch.events)
    restarted_pcscd.start()
    watch.wait_for(ServiceUp, after=seen)
    _assert_reads(reader_loop, watch.wait_for(CardInserted, after=seen))


def test_a_service_killed_during_a_read_ends_it_as_pulled(
    restarted_pcscd: PrivatePcscd, slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    slot.insert(_holder_card(Fault(3, Wait(SOON))))
    reading = _read(reader_loop, watch.wait_for(CardInserted))
    restarted_pcscd.kill()
    with pytest.raises(CardPulled):
        reading.result(SOON)


def test_a_service_that_is_absent_at_the_start_is_told_once_and_found_when_it_comes(
    restarted_pcscd: PrivatePcscd, watch: Watch
) -> None:
    restarted_pcscd.kill()
    loop = ReaderLoop(watch)
    loop.start()
    assert "apt install pcscd" in watch.wait_for(ServiceDown).reason
    time.sleep(0.5)  # some more tries, which must not be told
    restarted_pcscd.start()
    watch.wait_for(ReaderAppeared)
    assert [type(event) for event in watch.events[:3]] == [ServiceDown, ServiceUp, ReaderAppeared]
    loop.stop()


def test_a_reader_that_goes_and_comes_is_told_and_its_card_reads(
    restarted_pcscd: PrivatePcscd, slot: VirtualSlot, reader_loop: ReaderLoop, watch: Watch
) -> None:
    watch.wait_for(ReaderAppeared)
    restarted_pcscd.restart(readers=0)
    watch.wait_for(ReaderGone)
    seen = len(watch.events)
    restarted_pcscd.restart()
    watch.wait_for(ReaderAppeared, after=seen)
    slot.insert(_holder_card())
    _assert_reads(reader_loop, watch.wait_for(CardInserted, after=seen))


def test_a_stopped_loop_leaves_no_thread_and_tells_nothing_more(slot: VirtualSlot, watch: Watch) -> None:
    loop = ReaderLoop(watch)
    loop.start()
    slot.insert(_holder_card())
    inserted = watch.wait_for(CardInserted)
    _assert_reads(loop, inserted)
    told = list(watch.events)
    loop.stop()
    names = ("card-readers", "card-io")
    wait_until(lambda: not any(thread.name.startswith(names) for thread in threading.enumerate()))
    assert watch.events == told
    with pytest.raises(CardPulled):
        loop.submit(inserted.presence, lambda _: None).result(0)


def test_a_presence_nobody_has_is_card_pulled(reader_loop: ReaderLoop) -> None:
    with pytest.raises(CardPulled):
        reader_loop.submit(Presence(4711), lambda _: None).result(0)
