"""The ID reader's loop on a virtual module: cards and the module itself come and go at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from fixtures.pcsc import SOON, Watch, wait_until
from id_bench import (
    ID_READER,
    OTHER_CARD,
    OTHERS,
    QUICK,
    assert_reads,
    faulty,
    id_card,
    id_loop,
    lay,
    threads_named,
)

from drivers.cards.channel import CardPulled, ReaderBusy
from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdCardRead, IdStep, IdUnreadable
from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import CardInserted, CardRemoved, Presence, ReaderAppeared, ReaderGone
from drivers.cards.sam_serial import SerialLine
from drivers.cards.sam_v import SamCommand, SamStatus
from drivers.virtual.cards import Pull, Silence, Wait
from drivers.virtual.id_card import IdMisbehaviour, Spoilt, Status
from drivers.virtual.sam_v_pty import VirtualIdModule

SOME_LOOKS = 0.45
"""Seconds in which the loop looks at least twice."""


def test_a_card_that_lies_there_before_the_start_is_told_and_read(
    virtual: VirtualIdModule, watch: Watch
) -> None:
    virtual.mechanism.lay(id_card())
    loop = id_loop(virtual.link, watch)
    loop.start()
    inserted = watch.wait_for(CardInserted)
    assert watch.events[:2] == [
        ReaderAppeared(ID_READER),
        CardInserted(Presence(100), ID_READER, b"", already_in=True),
    ]
    assert_reads(loop, inserted)
    outcome = loop.read(inserted.presence, keep_photo=True).result(SOON)
    assert isinstance(outcome, IdCardRead)
    assert outcome.card.photo is not None
    assert outcome.module_id == "05.01-20180801-0000000001-0000000002"
    loop.stop()


def test_each_stay_of_a_card_has_its_own_presence(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    for number in (100, 101):
        inserted = lay(virtual, watch, id_card())
        assert (inserted.presence, inserted.reader, inserted.atr) == (Presence(number), ID_READER, b"")
        # The first may have been laid before the loop's first look.
        assert number == 100 or not inserted.already_in
        assert_reads(loop, inserted)
        seen = len(watch.events)
        virtual.mechanism.lift()
        assert watch.wait_for(CardRemoved, after=seen) == CardRemoved(inserted.presence, ID_READER)


@pytest.mark.parametrize("read", [True, False], ids=["read", "never read"])
def test_a_card_that_stays_there_is_one_card_and_is_asked_no_more_than_every_look(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch, *, read: bool
) -> None:
    inserted = lay(virtual, watch, id_card())
    if read:
        assert_reads(loop, inserted)
    commands = virtual.mechanism.state().commands
    time.sleep(SOME_LOOKS)
    assert watch.events[-1] == inserted
    assert loop.is_present(inserted.presence)
    assert 2 <= virtual.mechanism.state().commands - commands <= 8
    virtual.mechanism.lift()
    assert watch.wait_for(CardRemoved).presence == inserted.presence
    assert not loop.is_present(inserted.presence)


def test_a_card_swapped_between_two_looks_is_removed_and_the_other_one_is_read(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    first = lay(virtual, watch, id_card())
    assert_reads(loop, first)
    second = lay(virtual, watch, OTHER_CARD)
    assert watch.wait_for(CardRemoved).presence == first.presence
    assert watch.events[-2:] == [CardRemoved(first.presence, ID_READER), second]
    with pytest.raises(CardPulled):
        loop.read(first.presence).result(0)
    assert_reads(loop, second, OTHERS)


@pytest.mark.parametrize("at", [2, 3], ids=["select", "read"])
def test_a_card_lifted_at_any_command_has_moved_and_the_next_one_reads(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch, at: int
) -> None:
    inserted = lay(virtual, watch, faulty(at, Pull()))
    outcome = loop.read(inserted.presence).result(SOON)
    assert isinstance(outcome, IdCardMoved)
    assert watch.wait_for(CardRemoved).presence == inserted.presence
    assert_reads(loop, lay(virtual, watch, OTHER_CARD), OTHERS)


def test_a_card_that_moved_but_still_lies_there_is_found_anew_without_spinning(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    inserted = lay(virtual, watch, faulty(3, Status(SamStatus.READ_FAILED)))
    assert isinstance(loop.read(inserted.presence).result(SOON), IdCardMoved)
    watch.wait_for(CardRemoved)
    again = watch.wait_for(CardInserted, after=watch.events.index(inserted) + 1)
    assert again.presence != inserted.presence
    assert_reads(loop, again)
    time.sleep(SOME_LOOKS)
    assert watch.events[-1] == again


@pytest.mark.parametrize(
    ("misbehaviour", "outcome"),
    [
        (Status(SamStatus.VERIFICATION_FAILED), IdCardFault(IdStep.READ, SamStatus.VERIFICATION_FAILED)),
        (Spoilt.CHECKSUM, IdUnreadable(IdStep.READ, "a frame of 1288 bytes with a wrong checksum")),
        (Silence(), IdUnreadable(IdStep.READ, "the module gave no whole answer within 0.6 s")),
        (Wait(0.8), IdUnreadable(IdStep.READ, "the module gave no whole answer within 0.6 s")),
    ],
    ids=["refused", "checksum", "silence", "late"],
)
def test_a_card_that_cannot_be_read_stays_until_it_is_lifted_and_the_next_one_reads(
    virtual: VirtualIdModule,
    loop: IdReaderLoop,
    watch: Watch,
    misbehaviour: IdMisbehaviour,
    outcome: IdCardFault | IdUnreadable,
) -> None:
    inserted = lay(virtual, watch, faulty(3, misbehaviour))
    assert loop.read(inserted.presence).result(SOON) == outcome
    time.sleep(SOME_LOOKS)
    told = [event for event in watch.events if isinstance(event, CardInserted | CardRemoved)]
    # A late answer leaves the card read: the module finds it no more, and says by itself that it lies there.
    assert told == [inserted]
    virtual.mechanism.lift()
    assert watch.wait_for(CardRemoved).presence == inserted.presence
    assert_reads(loop, lay(virtual, watch, OTHER_CARD), OTHERS)


def test_a_module_unplugged_is_gone_with_its_card_and_back_with_it(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    first = lay(virtual, watch, id_card())
    virtual.unplug()
    watch.wait_for(ReaderGone)
    assert watch.events[-2:] == [
        CardRemoved(first.presence, ID_READER, with_reader=True),
        ReaderGone(ID_READER),
    ]
    assert "has gone" in loop.trouble or "cannot be opened" in loop.trouble
    seen = len(watch.events)
    virtual.plug()
    assert watch.wait_for(ReaderAppeared, after=seen) == ReaderAppeared(ID_READER)
    again = watch.wait_for(CardInserted, after=seen)
    assert again.already_in
    assert loop.trouble == ""
    assert_reads(loop, again)


def test_a_module_unplugged_during_a_read_ends_it_as_pulled(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    inserted = lay(virtual, watch, faulty(3, Wait(SOON)))
    reading = loop.read(inserted.presence)
    wait_until(lambda: virtual.mechanism.state().commands == 3)
    virtual.unplug()
    with pytest.raises(CardPulled):
        reading.result(SOON)
    watch.wait_for(ReaderGone)


def test_a_module_that_is_absent_at_the_start_is_told_once_and_found_when_it_comes(
    virtual: VirtualIdModule, watch: Watch
) -> None:
    virtual.unplug()
    loop = id_loop(virtual.link, watch)
    loop.start()
    watch.wait_for(ReaderGone)
    time.sleep(0.3)  # some more tries, which must not be told
    assert "Plug the ID reader in" in loop.trouble
    virtual.plug()
    watch.wait_for(ReaderAppeared)
    assert watch.events == [ReaderGone(ID_READER), ReaderAppeared(ID_READER)]
    loop.stop()


def test_a_silent_module_is_gone_and_back_when_it_answers(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    inserted = lay(virtual, watch, id_card())
    virtual.mechanism.power(on=False)
    began = time.monotonic()
    watch.wait_for(ReaderGone)
    assert time.monotonic() - began > 2 * QUICK.usual_s
    assert CardRemoved(inserted.presence, ID_READER, with_reader=True) in watch.events
    assert "no whole answer" in loop.trouble
    seen = len(watch.events)
    virtual.mechanism.power(on=True)
    assert_reads(loop, watch.wait_for(CardInserted, after=seen))


def test_a_module_that_is_not_authorised_is_told_as_gone_with_the_reason(
    virtual: VirtualIdModule, watch: Watch
) -> None:
    for command in (SamCommand.MODULE_ID, SamCommand.RESET):
        virtual.mechanism.always(command, Status(SamStatus.MODULE_NOT_AUTHORISED))
    loop = id_loop(virtual.link, watch)
    loop.start()
    watch.wait_for(ReaderGone)
    assert loop.trouble == "the module has not been authorised for use (SW3 66)"
    loop.stop()


@pytest.mark.parametrize("sw3", [0x10, 0x11, 0x21, 0x23, 0x24, 0x55], ids=lambda sw3: f"{sw3:02X}")
def test_a_module_that_refuses_every_look_is_gone_with_the_reason(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch, sw3: int
) -> None:
    virtual.mechanism.always(SamCommand.FIND, Status(sw3))
    watch.wait_for(ReaderGone)
    assert f"(SW3 {sw3:02X})" in loop.trouble


@pytest.mark.parametrize(
    "sw3", [0x31, 0x32, 0x33, 0x40, 0x41, 0x47, 0x80, 0x81], ids=lambda sw3: f"{sw3:02X}"
)
def test_a_look_that_a_card_refuses_finds_no_card(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch, sw3: int
) -> None:
    virtual.mechanism.always(SamCommand.FIND, Status(sw3))
    virtual.mechanism.lay(id_card())
    seen = len(watch.events)
    time.sleep(SOME_LOOKS)
    assert watch.events[seen:] == []
    assert loop.trouble == ""


def test_a_module_that_wakes_and_answers_nothing_else_is_told_as_gone_once(
    virtual: VirtualIdModule, watch: Watch
) -> None:
    virtual.mechanism.always(SamCommand.FIND, Silence())
    loop = id_loop(virtual.link, watch)
    loop.start()
    watch.wait_for(ReaderGone)
    time.sleep(4 * QUICK.usual_s)
    assert watch.events == [ReaderGone(ID_READER)]
    virtual.mechanism.always(SamCommand.FIND, None)
    watch.wait_for(ReaderAppeared)
    loop.stop()


def test_a_short_silence_is_not_told(virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch) -> None:
    inserted = lay(virtual, watch, id_card())
    virtual.mechanism.power(on=False)
    time.sleep(1.5 * QUICK.usual_s)
    virtual.mechanism.power(on=True)
    time.sleep(SOME_LOOKS)
    assert not any(isinstance(event, ReaderGone) for event in watch.events)
    assert inserted in watch.events


def test_a_read_asked_after_the_card_left_is_pulled(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    inserted = lay(virtual, watch, id_card())
    virtual.mechanism.lift()
    watch.wait_for(CardRemoved)
    for presence in (inserted.presence, Presence(4711)):
        with pytest.raises(CardPulled):
            loop.read(presence).result(0)


def test_readings_that_wait_never_meet_the_next_card_and_too_many_are_refused(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    inserted = lay(virtual, watch, faulty(3, Wait(0.5)))
    futures = [loop.read(inserted.presence) for _ in range(12)]
    refused = [future for future in futures if future.done() and isinstance(future.exception(0), ReaderBusy)]
    assert 3 <= len(refused) <= 4
    wait_until(lambda: virtual.mechanism.state().commands == 3)
    virtual.mechanism.lay(OTHER_CARD)
    waiting = [future for future in futures if future not in refused]
    assert isinstance(waiting[0].result(SOON), IdCardMoved)
    for future in waiting[1:]:
        with pytest.raises(CardPulled):
            future.result(SOON)


def test_a_reading_that_is_cancelled_is_not_done(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    inserted = lay(virtual, watch, faulty(3, Wait(0.3)))
    first, second = loop.read(inserted.presence), loop.read(inserted.presence)
    assert second.cancel()
    assert isinstance(first.result(SOON), IdCardRead)
    assert_reads(loop, inserted)


def test_a_stopped_loop_ends_at_once_and_tells_nothing_more(virtual: VirtualIdModule, watch: Watch) -> None:
    loop = id_loop(virtual.link, watch)
    loop.start()
    inserted = lay(virtual, watch, faulty(3, Wait(SOON)))
    reading, waiting = loop.read(inserted.presence), loop.read(inserted.presence)
    wait_until(lambda: virtual.mechanism.state().commands == 3)
    told = list(watch.events)
    began = time.monotonic()
    loop.stop()
    assert time.monotonic() - began < 1
    for future in (reading, waiting, loop.read(inserted.presence)):
        with pytest.raises(CardPulled):
            future.result(0)
    assert watch.events == told
    assert threads_named("id-reader") == []
    SerialLine(virtual.link).close()


@pytest.fixture
def raised() -> Iterator[list[BaseException | None]]:
    """What went to `threading.excepthook`."""
    came: list[BaseException | None] = []
    hook, threading.excepthook = threading.excepthook, lambda hooked: came.append(hooked.exc_value)
    yield came
    threading.excepthook = hook


def test_an_event_that_is_not_taken_ends_the_loop_and_leaves_no_reading_behind(
    virtual: VirtualIdModule, raised: list[BaseException | None]
) -> None:
    def fail(event: object) -> None:
        if event != ReaderAppeared(ID_READER):
            raise LookupError("of the listener")

    loop = id_loop(virtual.link, fail)
    loop.start()
    virtual.mechanism.lay(id_card())
    wait_until(lambda: threads_named("id-reader") == [])
    assert [type(error) for error in raised] == [LookupError]
    with pytest.raises(CardPulled):
        loop.read(Presence(100)).result(0)


class _Faulty(SerialLine):
    """A line whose driver does what no driver may."""

    def write(self, data: bytes, within_s: float) -> None:
        if data == SamCommand.SELECT.encode():
            raise ArithmeticError("of the driver")
        super().write(data, within_s)


def test_what_nobody_foresaw_ends_the_reading_and_the_loop_and_is_told(
    virtual: VirtualIdModule, watch: Watch, raised: list[BaseException | None]
) -> None:
    loop = id_loop(virtual.link, watch, line=_Faulty)
    loop.start()
    inserted = lay(virtual, watch, id_card())
    reading, waiting = loop.read(inserted.presence), loop.read(inserted.presence)
    with pytest.raises(ArithmeticError):
        reading.result(SOON)
    with pytest.raises(CardPulled):
        waiting.result(SOON)
    wait_until(lambda: threads_named("id-reader") == [])
    gone = CardRemoved(inserted.presence, ID_READER, with_reader=True)
    assert watch.events[-2:] == [gone, ReaderGone(ID_READER)]
    assert "ArithmeticError" in loop.trouble
    assert [type(error) for error in raised] == [ArithmeticError]
