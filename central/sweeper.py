"""A thread that follows pending payment orders, so that none depends on a notification or on a terminal."""

from __future__ import annotations

import logging
import threading
import traceback

from central.orders import Orders

_STOP_S = 15
_log = logging.getLogger(__name__)


class Sweeper:
    """Sweeps every `every_s` seconds until it is stopped."""

    def __init__(self, orders: Orders, every_s: float) -> None:
        self._orders = orders
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="order-sweep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self._orders.sweep()
            except Exception as error:  # noqa: BLE001 the next sweep must come, whatever became of this one
                stack = "".join(traceback.format_tb(error.__traceback__))
                _log.error("a sweep failed: %s at\n%s", type(error).__name__, stack)
