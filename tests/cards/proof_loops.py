"""Reader loops that are wrong in one way each; the fault tables have to find them out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from drivers.cards.channel import CardChannel, CardPulled
from drivers.cards.id_outcomes import IdCardRead, IdOutcome
from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import Presence
from drivers.cards.readers import ReaderLoop

T = TypeVar("T")


class TellsTheLastResult(ReaderLoop):
    """A card that was pulled counts as read: what the last one said is told once more."""

    _last: object = None

    def submit(self, presence: Presence, job: Callable[[CardChannel], T]) -> Future[T]:
        told: Future[T] = Future()

        def tell(reading: Future[T]) -> None:
            error = reading.exception()
            if error is None:
                self._last = reading.result()
            if error is not None and not isinstance(error, CardPulled):
                told.set_exception(error)
            else:
                told.set_result(self._last)  # type: ignore[arg-type]

        super().submit(presence, job).add_done_callback(tell)
        return told


class LeavesThreads(ReaderLoop):
    """Each job has a thread of its own, which waits for ever where the card has gone."""

    def submit(self, presence: Presence, job: Callable[[CardChannel], T]) -> Future[T]:
        reading = super().submit(presence, job)
        gone = threading.Event()

        def wait() -> None:
            if isinstance(reading.exception(), CardPulled):
                gone.wait()

        threading.Thread(target=wait, name="left-behind", daemon=True).start()
        return reading


class TellsTheLastCard(IdReaderLoop):
    """A card that could not be read counts as the last one that could."""

    _last: IdOutcome | None = None

    def read(self, presence: Presence, *, keep_photo: bool = False) -> Future[IdOutcome]:
        told: Future[IdOutcome] = Future()

        def tell(reading: Future[IdOutcome]) -> None:
            if reading.exception() is None and isinstance(reading.result(), IdCardRead):
                self._last = reading.result()
            told.set_result(self._last)  # type: ignore[arg-type]

        super().read(presence, keep_photo=keep_photo).add_done_callback(tell)
        return told


OURS = "ours"
LOOPS: dict[str, type[ReaderLoop]] = {
    OURS: ReaderLoop,
    "tells the last result": TellsTheLastResult,
    "leaves threads": LeavesThreads,
}
ID_LOOPS: dict[str, type[IdReaderLoop]] = {OURS: IdReaderLoop, "tells the last card": TellsTheLastCard}
