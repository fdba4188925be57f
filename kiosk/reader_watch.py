"""The residents' card readers: what happens in them becomes events; whether there are any, a condition."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from drivers.cards.reader_events import (
    CardInserted,
    CardRemoved,
    ReaderAppeared,
    ReaderEvent,
    ReaderGone,
    ServiceDown,
    ServiceUp,
)
from drivers.cards.readers import ReaderLoop
from kiosk.conditions import Conditions
from kiosk.conversation.desk import Desk
from kiosk.conversation.events import CardIn, CardOut, Event
from kiosk.conversation.view import Condition

READER_LIMIT_S = 3.0
"""Within which a reader that is plugged in is found at the start."""


class ReaderWatch:
    """Listens to every reader whose name holds the settings' word."""

    def __init__(
        self,
        name_contains: str,
        conditions: Conditions,
        *,
        new_desk: Callable[[], Desk],
        on_event: Callable[[Event], None],
    ) -> None:
        """`new_desk` gives what is fixed for a session that begins now."""
        self._name_contains = name_contains
        self._conditions = conditions
        self._new_desk = new_desk
        self._on_event = on_event
        self.loop = ReaderLoop(self._take)
        self._last: ReaderEvent | None = None
        self._here: set[str] = set()

    def start(self, stopping: threading.Event) -> None:
        """Begins to listen; says so where no reader is found."""
        self.loop.start()
        threading.Thread(target=self._miss_reader, args=(stopping,), name="reader-watch", daemon=True).start()

    def count(self) -> int:
        """How many residents' readers are there now."""
        return len(self._here)

    def _take(self, event: ReaderEvent) -> None:
        before, self._last = self._last, event
        match event:
            case ServiceUp():
                # At the start the readers follow at once; the page need not change twice for it.
                if self._conditions.status.reader is not Condition.UNKNOWN:
                    self._tell()
            case ServiceDown(reason):
                structlog.get_logger().error("no PC/SC service", why=reason)
                self._conditions.change(reader=Condition.BAD, why={"reader": reason})
            case ReaderAppeared(reader) if self._is_ours(reader):
                self._here.add(reader)
                self._tell()
            case ReaderGone(reader) if self._is_ours(reader):
                self._here.discard(reader)
                self._tell()
            case CardInserted(presence, reader) if self._is_ours(reader):
                already_in = before == ReaderAppeared(reader)
                self._on_event(CardIn(presence, self._new_desk(), already_in))
            case CardRemoved(presence, reader, with_reader) if self._is_ours(reader):
                self._on_event(CardOut(presence, seen=not with_reader))
            case _:
                pass

    def _is_ours(self, reader: str) -> bool:
        return self._name_contains in reader

    def _tell(self) -> None:
        if self._here:
            self._conditions.change(reader=Condition.GOOD, why={"reader": ""})
            return
        wanted = self._name_contains
        why = f"no reader whose name holds {wanted!r}" if wanted else "no card reader is plugged in"
        self._conditions.change(reader=Condition.BAD, why={"reader": why})

    def _miss_reader(self, stopping: threading.Event) -> None:
        if not stopping.wait(READER_LIMIT_S) and self._conditions.status.reader is Condition.UNKNOWN:
            self._tell()
