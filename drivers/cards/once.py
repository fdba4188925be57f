"""One errand at a card, for a program that has no reader loop: with a limit, as every wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from drivers.cards.channel import CardChannel, ReaderBusy
from drivers.cards.pcsc import with_card

T = TypeVar("T")

USUAL_LIMIT_S: Final = 10.0


def once_with_card(reader: str, job: Callable[[CardChannel], T], within_s: float = USUAL_LIMIT_S) -> T:
    """Do `job` on the card in `reader`.

    Raises what `with_card` raises, and `ReaderBusy` where it does not end in time: the errand is left behind
    on its thread, a daemon, which ends when the card or its reader goes.
    """
    done: Future[T] = Future()

    def work() -> None:
        try:
            result = with_card(reader, job)
        except BaseException as error:  # noqa: BLE001  the future hands it to whoever asked
            done.set_exception(error)
        else:
            done.set_result(result)

    threading.Thread(target=work, name=f"card-io {reader}", daemon=True).start()
    try:
        return done.result(within_s)
    except TimeoutError:
        if done.done():
            # It came between the end of the wait and this look, or is a time-out of its own.
            return done.result()
        raise ReaderBusy(f"no answer within {within_s:g} s") from None
