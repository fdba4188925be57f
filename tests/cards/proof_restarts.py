"""The PC/SC service dies and comes back, or the reader goes and comes, while cards are read in both slots."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Self

from fixtures.pcsc import SOON, wait_until
from proof_true_cards import TrueCard, true_cards

from drivers.cards.channel import CardChannel, CardError
from drivers.cards.pcsc import PcscError, look_at_readers
from drivers.cards.reader_events import CardInserted, ReaderEvent, ReaderGone
from drivers.cards.readers import ReaderLoop
from drivers.cards.social_security import ALL, CardRead, Outcome, read_social_security_card
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot


class Load:
    """Reads whatever card is in, over and over, in every reader. `surprises` is what should not have come."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._loop = ReaderLoop(self._hear)
        self._read_at: dict[str, list[float]] = {}
        self.readers_gone = 0
        self.surprises: list[str] = []

    def __enter__(self) -> Self:
        self._loop.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.stop()

    def first_read(self, card: TrueCard, times: int = 1) -> float:
        """When this card was read for the first time; waits until it has been read so often."""
        key = card.truth.card_id
        with self._changed:
            came = self._changed.wait_for(lambda: len(self._read_at.get(key, ())) >= times, SOON)
            assert came, f"a card was not read {times} times; {self.surprises}"
            return self._read_at[key][0]

    def _hear(self, event: ReaderEvent) -> None:
        if isinstance(event, ReaderGone):
            self.readers_gone += 1
        if isinstance(event, CardInserted):
            self._read(event)

    def _read(self, inserted: CardInserted) -> None:
        def job(channel: CardChannel) -> Outcome:
            return read_social_security_card(channel, ALL)

        def note(reading: Future[Outcome]) -> None:
            self._note(reading)
            if self._loop.is_present(inserted.presence):
                self._read(inserted)

        self._loop.submit(inserted.presence, job).add_done_callback(note)

    def _note(self, reading: Future[Outcome]) -> None:
        error = reading.exception()
        if error is not None:
            if not isinstance(error, CardError):
                self.surprises.append(repr(error))
        elif isinstance(outcome := reading.result(), CardRead):
            with self._changed:
                self._read_at.setdefault(outcome.card.card_id, []).append(time.monotonic())
                self._changed.notify_all()
        else:
            self.surprises.append(repr(outcome))


Trouble = Callable[[PrivatePcscd, Load], None]


def killed(service: PrivatePcscd, _load: Load) -> None:
    """The daemon crashes, and is started again."""
    service.kill()
    service.start()


def without_its_reader(service: PrivatePcscd, load: Load) -> None:
    """The daemon comes back without its reader, and then with it."""
    before = load.readers_gone
    service.restart(readers=0)
    wait_until(lambda: load.readers_gone == before + 2)
    service.restart()


TROUBLES: dict[str, Trouble] = {"killed": killed, "without its reader": without_its_reader}


class Round:
    """One time that it happens. Both slots are empty before it and after it."""

    def __init__(self, load: Load, service: PrivatePcscd, slots: Sequence[VirtualSlot]) -> None:
        self._load = load
        self._service = service
        self._slots = slots

    def seconds(self, trouble: Trouble, number: int) -> list[float]:
        """For each slot, from the service's return until a card that is put in then has been read."""
        cards = true_cards(4 * number + 4)[-4:]
        before, after = cards[:2], cards[2:]
        self._put_in(before)
        for card in before:
            self._load.first_read(card, times=3)
        trouble(self._service, self._load)
        returned = time.monotonic()
        self._put_in(after)
        took = [self._load.first_read(card) - returned for card in after]
        for slot in self._slots:
            slot.remove()
        wait_until(_all_empty)
        return took

    def _put_in(self, cards: Sequence[TrueCard]) -> None:
        for slot, card in zip(self._slots, cards, strict=True):
            slot.insert(card.card)


def _all_empty() -> bool:
    try:
        return not any(state.holds_card for state in look_at_readers())
    except PcscError:
        return False
