"""How devices and line are, as far as anybody has noticed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from kiosk.clock import Clock
from kiosk.conversation.events import Event, Woken
from kiosk.conversation.steps import Wake
from kiosk.conversation.view import Condition, Status
from kiosk.device_status import DeviceStatus, write_device_status
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears of events and of the status; called on any thread, must return at once."""

    on_event: Callable[[Event], None]
    on_status: Callable[[Status], None]


class Conditions:
    """How devices and line are; tells the screen and the status file of every change."""

    def __init__(self, settings: Settings, clock: Clock, listeners: Listeners) -> None:
        self._run_dir = settings.terminal.run_dir
        self._clock = clock
        self._listeners = listeners
        self._lock = threading.Lock()
        self._status = Status(settings.terminal.place)
        self._why: dict[str, str] = {}

    @property
    def status(self) -> Status:
        return self._status

    def reached(self, answered: bool) -> None:  # noqa: FBT001 the client calls back so
        """The centre answered as it should, or did not."""
        was = self._status.network
        self.change(network=Condition.GOOD if answered else Condition.BAD)
        if answered and was is Condition.BAD:
            self._listeners.on_event(Woken(Wake.CENTRE_BACK))

    def change(
        self,
        *,
        network: Condition | None = None,
        paper: Condition | None = None,
        reader: Condition | None = None,
        id_reader: Condition | None = None,
        pin_pad: Condition | None = None,
        voice: Condition | None = None,
        why: Mapping[str, str] | None = None,
    ) -> None:
        """`why` says by parts, for a technician, what is wrong; empty where nothing is."""
        with self._lock:
            before, reasons = self._status, dict(self._why)
            self._status = replace(
                before,
                network=network or before.network,
                paper=paper or before.paper,
                reader=reader or before.reader,
                id_reader=id_reader or before.id_reader,
                pin_pad=pin_pad or before.pin_pad,
                voice=voice or before.voice,
            )
            self._why |= why or {}
            if self._status == before and self._why == reasons:
                return
            self._write()
        self._listeners.on_status(self._status)

    def _write(self) -> None:
        why = "; ".join(f"{part}: {reason}" for part, reason in sorted(self._why.items()) if reason)
        status = self._status
        reading = DeviceStatus(
            self._clock.now().isoformat(timespec="seconds"),
            os.getpid(),
            status.network,
            status.paper,
            status.reader,
            why,
            status.pin_pad,
            status.id_reader,
            status.voice,
        )
        try:
            write_device_status(self._run_dir, reading)
        except OSError as error:
            structlog.get_logger().warning("device status not written", why=str(error))
