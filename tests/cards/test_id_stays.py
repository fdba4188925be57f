"""When a card on the module counts as another one: after a reading that failed, and where nothing tells."""

from __future__ import annotations

import time

import pytest
from fixtures.pcsc import SOON, Watch, wait_until
from id_bench import MINE, OTHER_CARD, OTHERS, QUICK, assert_reads, faulty, id_card, id_loop, lay

from drivers.cards.channel import CardPulled
from drivers.cards.id_brake import Brake
from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdStep, IdUnreadable
from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import CardInserted, CardRemoved, ReaderEvent, ReaderGone
from drivers.cards.sam_module import USUAL_LIMITS, SamLimits
from drivers.cards.sam_v import SamCommand, SamStatus
from drivers.virtual.cards import Silence, Wait
from drivers.virtual.id_card import IdMisbehaviour, Status, VirtualIdCard
from drivers.virtual.sam_v_pty import VirtualIdModule

GARBLED = VirtualIdCard("garbled", bytes(256))


def _stays(watch: Watch) -> list[CardInserted]:
    return [event for event in watch.events if isinstance(event, CardInserted)]


class _Reads:
    """Reads each card that is told, as a terminal does."""

    def __init__(self, virtual: VirtualIdModule, watch: Watch, limits: SamLimits) -> None:
        self._watch = watch
        self.loop = id_loop(virtual.link, self._hear, limits)
        self.loop.start()

    def _hear(self, event: ReaderEvent) -> None:
        if isinstance(event, CardInserted):
            self.loop.read(event.presence)
        self._watch(event)


@pytest.mark.parametrize("command", [SamCommand.SELECT, SamCommand.READ])
def test_a_card_that_cannot_be_read_begins_few_stays_and_laid_again_it_is_read_at_once(
    virtual: VirtualIdModule, watch: Watch, command: SamCommand
) -> None:
    virtual.mechanism.always(command, Status(SamStatus.READ_FAILED))
    virtual.mechanism.lay(id_card())
    terminal = _Reads(virtual, watch, USUAL_LIMITS)
    time.sleep(4.5)
    # Without a brake it would be some fourteen; the fifth reading's brake holds for 5 s.
    assert 4 <= len(_stays(watch)) <= 5
    assert isinstance(watch.events[-1], CardInserted), "it still lies there"
    virtual.mechanism.lift()
    time.sleep(0.25)
    virtual.mechanism.always(command, None)
    seen, laid = len(watch.events), time.monotonic()
    virtual.mechanism.lay(OTHER_CARD)
    again = watch.wait_for(CardInserted, after=seen)
    assert_reads(terminal.loop, again, OTHERS)
    assert time.monotonic() - laid < 1
    terminal.loop.stop()


def test_a_card_that_cannot_be_read_and_is_laid_again_has_its_two_quick_readings_again(
    virtual: VirtualIdModule, watch: Watch
) -> None:
    virtual.mechanism.always(SamCommand.READ, Status(SamStatus.READ_FAILED))
    virtual.mechanism.lay(id_card())
    terminal = _Reads(virtual, watch, QUICK)
    wait_until(lambda: len(_stays(watch)) == 4)
    virtual.mechanism.lift()
    wait_until(lambda: isinstance(watch.events[-1], CardRemoved))
    laid = time.monotonic()
    virtual.mechanism.lay(id_card())
    wait_until(lambda: len(_stays(watch)) == 6)
    assert time.monotonic() - laid < 1
    terminal.loop.stop()


def test_a_card_that_cannot_be_read_begins_at_most_eight_stays_in_a_minute_and_two_in_the_next() -> None:
    brake, stays = Brake(), []
    for tenth in range(1200):
        if not brake.holds(tenth / 10):
            stays.append(tenth / 10)
            brake.failed(tenth / 10)
    assert stays[:2] == [0, 0.1], "laid again at once it is read at once"
    assert len([at for at in stays if at < 60]) <= 8
    assert len([at for at in stays if at >= 60]) <= 2
    brake.release()
    assert not brake.holds(0)


def test_a_card_that_moved_lies_there_and_is_not_read_before_it_is_found_again(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    inserted = lay(virtual, watch, faulty(3, Status(SamStatus.READ_FAILED)))
    virtual.mechanism.always(SamCommand.FIND, Wait(0.2))
    assert isinstance(loop.read(inserted.presence).result(SOON), IdCardMoved)
    with pytest.raises(CardPulled):
        loop.read(inserted.presence).result(0)
    assert loop.is_present(inserted.presence)
    assert_reads(loop, watch.wait_for(CardInserted, after=len(watch.events)))


def test_a_card_laid_while_the_reading_of_another_runs_out_is_told_and_read(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    first = lay(virtual, watch, faulty(3, Silence()))
    reading = loop.read(first.presence)
    wait_until(lambda: virtual.mechanism.state().commands == 3)
    second = lay(virtual, watch, OTHER_CARD)
    assert isinstance(reading.result(0), IdUnreadable)
    assert watch.events[-2:] == [CardRemoved(first.presence, first.reader), second]
    assert_reads(loop, second, OTHERS)


def test_a_card_laid_after_one_whose_text_is_garbled_is_another_however_quick_it_came(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    first = lay(virtual, watch, GARBLED)
    outcome = loop.read(first.presence).result(SOON)
    assert isinstance(outcome, IdUnreadable)
    assert outcome.step is IdStep.TEXT
    assert loop.read(first.presence).result(SOON) == outcome, "it is the same card still"
    assert_reads(loop, lay(virtual, watch, OTHER_CARD), OTHERS)


def test_a_card_that_was_refused_begins_no_other_stay_while_it_lies_there(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch
) -> None:
    virtual.mechanism.always(SamCommand.READ, Status(SamStatus.MODULE_REJECTS_CARD))
    inserted = lay(virtual, watch, id_card())
    assert isinstance(loop.read(inserted.presence).result(SOON), IdCardFault)
    time.sleep(1)
    assert watch.events[-1] == inserted
    virtual.mechanism.lift()
    assert watch.wait_for(CardRemoved).presence == inserted.presence


@pytest.mark.parametrize(
    "misbehaviour", [Status(SamStatus.UNKNOWN_COMMAND), Status(SamStatus.NOT_AUTHORISED), Silence()], ids=str
)
def test_where_nothing_tells_whether_a_read_card_lies_there_it_counts_as_lifted(
    virtual: VirtualIdModule, loop: IdReaderLoop, watch: Watch, misbehaviour: IdMisbehaviour
) -> None:
    virtual.mechanism.always(SamCommand.READ_EXTRA_ADDRESS, misbehaviour)
    for card, name in ((id_card(), MINE), (OTHER_CARD, OTHERS)):
        inserted = lay(virtual, watch, card)
        assert_reads(loop, inserted, name)
        wait_until(lambda: isinstance(watch.events[-1], CardRemoved))
        assert watch.events[-1] == CardRemoved(inserted.presence, inserted.reader)
    time.sleep(1)
    assert len(_stays(watch)) == 2
    assert not any(isinstance(event, ReaderGone) for event in watch.events)
