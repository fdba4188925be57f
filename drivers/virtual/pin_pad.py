"""A virtual pin pad: a process that speaks nexo over TCP and keeps a ledger of its own.

`python -m drivers.virtual.pin_pad --port 7778 --control 7779 --ledger pad.jsonl` charges what it is asked
when a card is presented at its control port, or by itself with `--auto approve`. Killed and started again
with the same ledger it knows what it did.
"""

import argparse
import contextlib
import json
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from drivers.pin_pads.fields import BadMessage
from drivers.pin_pads.framing import BadFrame, FrameReader, frame
from drivers.pin_pads.nexo import (
    AbortRequest,
    DiagnosisRequest,
    Message,
    PaymentRequest,
    Reply,
    ReversalRequest,
    TransactionStatusRequest,
)
from drivers.pin_pads.reading import read_message
from drivers.pin_pads.references import Reference
from drivers.pin_pads.writing import write_message
from drivers.virtual.guard import ProvisionedTerminal, refuse_on_provisioned_terminal
from drivers.virtual.parent import end_with_parent
from drivers.virtual.pin_pad_faults import Fault, FaultKind, spoiled
from drivers.virtual.pin_pad_ledger import BadLedger, Ledger
from drivers.virtual.pin_pad_mechanism import Auto, PinPadMechanism
from drivers.virtual.pin_pad_panel import panel

POI_ID = "VIRTUAL-PAD-1"
_READ_BYTES = 4096
_IDLE_S = 600.0
_POLL_S = 0.1
_OTHER_SERVICE_ID = "OTHER00000"


class VirtualPinPad(socketserver.ThreadingTCPServer):
    """The pad's network side: a thread for each host, and one for the charge that waits."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], mechanism: PinPadMechanism, poi_id: str) -> None:
        super().__init__(address, _Host)
        self.mechanism = mechanism
        self.poi_id = poi_id


class _Host(socketserver.BaseRequestHandler):
    """One host's connection."""

    server: VirtualPinPad
    request: socket.socket

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request.settimeout(_IDLE_S)

    def handle(self) -> None:
        frames, received = FrameReader(), 0
        try:
            while data := self.request.recv(_READ_BYTES):
                received += len(data)
                if self.server.mechanism.breaks_off(received):
                    self._reset()
                    return
                for message in frames.feed(data):
                    self._take(message)
        except (BadFrame, OSError):
            return  # no host, or none that speaks this protocol; what it asked for before goes on

    def _take(self, data: bytes) -> None:
        try:
            message = read_message(data)
        except BadMessage:
            return  # a pad cannot answer what names nobody
        if self.server.mechanism.muted or not isinstance(message, Message):
            return
        reference, mechanism = message.reference, self.server.mechanism
        match message.body:
            case PaymentRequest():
                # On a thread of its own: the host may want to abort it.
                threading.Thread(target=self._pay, args=(reference, message.body), daemon=True).start()
            case ReversalRequest() as request:
                fault = mechanism.take_fault()
                self._answer(reference, mechanism.reverse(reference, request, fault), fault)
            case AbortRequest() as request:
                mechanism.abort(request)
            case TransactionStatusRequest(about):
                self._answer(reference, mechanism.status(about))
            case DiagnosisRequest(hosts):
                self._answer(reference, mechanism.diagnosis(hosts=hosts))

    def _pay(self, reference: Reference, request: PaymentRequest) -> None:
        fault = self.server.mechanism.take_fault()
        self._answer(reference, self.server.mechanism.pay(reference, request, fault), fault)

    def _answer(self, reference: Reference, reply: Reply, fault: Fault | None = None) -> None:
        kind = fault.kind if fault else None
        if kind is FaultKind.OTHER_REFERENCE:
            reference = Reference(reference.sale_id, _OTHER_SERVICE_ID)
        data = frame(write_message(Message(reference, self.server.poi_id, reply)))
        match fault:
            case Fault(FaultKind.SILENT):
                return
            case Fault(FaultKind.SLOW, seconds=seconds):
                time.sleep(seconds)
            case Fault(FaultKind.GARBLED, at_byte=at_byte):
                data = spoiled(data, at_byte)
            case Fault(FaultKind.DROPPED_ANSWER, at_byte=at_byte):
                data = data[:at_byte]
        try:
            self.request.sendall(data)
            if kind is FaultKind.DROPPED_ANSWER:
                self.request.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the host has gone; the ledger knows

    def _reset(self) -> None:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the pad until it is ended; prints its two ports as one JSON line when it is ready."""
    options = _options(arguments)
    try:
        refuse_on_provisioned_terminal()
        ledger = Ledger(options.ledger)
    except (ProvisionedTerminal, BadLedger, OSError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    mechanism = PinPadMechanism(
        ledger,
        auto=Auto(options.auto) if options.auto else None,
        after_s=options.after_ms / 1000,
        card_s=options.card_s,
    )
    try:
        pad = VirtualPinPad((options.host, options.port), mechanism, options.poi_id)
        control = panel((options.host, options.control), mechanism)
    except OSError as error:
        ports = f"ports {options.port} and {options.control}"
        print(f"the virtual pin pad cannot listen on {ports}: {error.strerror}", file=sys.stderr)
        return 1
    control.start()
    if options.with_parent:
        end_with_parent(pad.shutdown)
    print(json.dumps({"port": pad.server_address[1], "control": control.port}), flush=True)
    with contextlib.suppress(KeyboardInterrupt):  # the usual way to end it by hand
        pad.serve_forever(_POLL_S)
    pad.server_close()
    control.end()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual.pin_pad", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=7778, help="nexo port; 0 for any free one")
    parser.add_argument("--control", type=int, default=7779, help="control port; 0 for any free one")
    parser.add_argument("--ledger", type=Path, required=True, help="file of what it charged; made if missing")
    parser.add_argument("--poi-id", default=POI_ID, help="what the pad calls itself")
    parser.add_argument("--auto", choices=[auto.value for auto in Auto], help="end every charge by itself so")
    parser.add_argument("--after-ms", type=int, default=500, help="how long --auto takes")
    parser.add_argument("--card-s", type=float, default=60.0, help="how long it waits for a card")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
