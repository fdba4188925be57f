"""A hand at one of the virtual devices: what a visitor does to it, done on a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from drivers.virtual.control_port import BadAnswer, ControlClient, RequestRefused

ControlT = TypeVar("ControlT", bound=ControlClient)
ActT = TypeVar("ActT")

_ANSWER_S: Final = 2.0
_LOOK_S: Final = 0.4
_AGAIN_S: Final = 1.0
_MOST_WAITING: Final = 8
_STOP_S: Final = _ANSWER_S + 1.0


class Hand(QObject, Generic[ControlT, ActT]):
    """Signals come from the hand's thread. While the device is away, what is asked is dropped, not kept.

    A kind of hand says what it sees (`begin`, `look`) and does (`do`); all three are called on the thread.
    """

    saw = Signal(object)
    """What `begin`, `look` or `do` gave, again and again."""
    refused = Signal(str)
    """The device would not do what was asked; its words."""
    away = Signal(str)
    """The device's process does not answer; why."""

    def __init__(
        self,
        name: str,
        connect: Callable[[str, int, float], ControlT],
        address: tuple[str, int],
        *,
        look_s: float = _LOOK_S,
    ) -> None:
        """`connect` takes host, port and the limit of one answer in seconds. It is called by and by.
        `look_s`: seconds between two looks."""
        super().__init__()
        self._look_s = look_s
        self._name, self._connect, self._address = name, connect, address
        self._asked: queue.Queue[ActT | None] = queue.Queue(_MOST_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{name}-hand", daemon=True)

    def begin(self, control: ControlT) -> object:
        """What is done first on every new connection, and what is seen then."""
        return self.look(control)

    def look(self, control: ControlT) -> object:
        """What there is to see."""
        raise NotImplementedError

    def do(self, control: ControlT, act: ActT) -> object:
        """What is seen after `act`. Raises `RequestRefused` where the device will not."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin, once the signals are connected."""
        self._thread.start()

    def ask(self, act: ActT) -> bool:
        """Have it done soon; False where too much waits already."""
        return self._put(act)

    def close(self) -> None:
        """End the thread. Raises `TimeoutError` when it does not end in 3 s."""
        self._closing.set()
        self._put(None)
        if self._thread.ident is not None:
            self._thread.join(_STOP_S)
        if self._thread.is_alive():
            raise TimeoutError(f"the {self._name} hand's thread did not end within {_STOP_S} s")

    def _put(self, act: ActT | None) -> bool:
        try:
            self._asked.put_nowait(act)
        except queue.Full:
            return False
        return True

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with self._connect(*self._address, _ANSWER_S) as control:
                    self._stay(control)
            except (OSError, BadAnswer, RequestRefused) as error:
                self._forget()
                self.away.emit(str(error))
                self._closing.wait(_AGAIN_S)

    def _stay(self, control: ControlT) -> None:
        seen = self.begin(control)
        while not self._closing.is_set():
            self.saw.emit(seen)
            try:
                act = self._asked.get(timeout=self._look_s)
            except queue.Empty:
                act = None
            seen = self._perform(control, act)

    def _perform(self, control: ControlT, act: ActT | None) -> object:
        if act is not None:
            try:
                return self.do(control, act)
            except RequestRefused as refused:
                self.refused.emit(str(refused))
        return self.look(control)

    def _forget(self) -> None:
        while True:
            try:
                self._asked.get_nowait()
            except queue.Empty:
                return
