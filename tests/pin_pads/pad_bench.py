"""What the tests of pin pads share: short limits, a charge, a pad that says what it is told."""

import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from fixtures.pin_pad import POI_ID, WAIT_S

from drivers.pin_pads.connection import PinPadAddress
from drivers.pin_pads.framing import FrameReader, frame
from drivers.pin_pads.link import Limits
from drivers.pin_pads.nexo import Message
from drivers.pin_pads.pin_pad import PinPad
from drivers.pin_pads.reading import read_message
from drivers.pin_pads.references import Charge, new_reference
from drivers.pin_pads.writing import write_message

SALE_ID = "TERMINAL-7"
QUICK = Limits(connect_s=1.0, write_s=1.0, answer_s=3.0, abort_s=0.2, look_s=0.02)
AMOUNT = 40_000


def pin_pad_at(address: PinPadAddress, limits: Limits = QUICK) -> PinPad:
    return PinPad(address, sale_id=SALE_ID, poi_id=POI_ID, limits=limits)


def new_charge(amount: int = AMOUNT) -> Charge:
    reference = new_reference(SALE_ID)
    return Charge(reference, f"T-{reference.service_id}", amount, datetime(2026, 11, 20, 9, 30, tzinfo=UTC))


class ScriptedPad:
    """Takes one request and sends what `script` makes of it, each message with its length, then waits."""

    def __init__(self, script: Callable[[Message], Sequence[Message | bytes]]) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(WAIT_S)
        self._ended = threading.Event()
        self.address = PinPadAddress("127.0.0.1", self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):  # the driver may have hung up already
            connected, _ = self._listener.accept()
            with connected:
                connected.settimeout(WAIT_S)
                frames = FrameReader()
                while not (messages := frames.feed(connected.recv(4096))):
                    pass
                request = read_message(messages[0])
                assert isinstance(request, Message)
                for answer in self._script(request):
                    raw = write_message(answer) if isinstance(answer, Message) else answer
                    connected.sendall(frame(raw))
                self._ended.wait(WAIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(WAIT_S)
        self._listener.close()
