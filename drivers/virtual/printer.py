"""A virtual receipt printer: a process that listens like a network printer and draws its papers as PNG.

`python -m drivers.virtual.printer --port 9100 --control 9101 --out papers` writes `papers/0001.png` with the
bytes that drew it, `0001.bin`, for every paper that falls out. It serves one host at a time; others wait in
the listening queue, as at many real printers. What it has received it prints even when its host has gone.
"""

import argparse
import json
import select
import socket
import struct
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from drivers.printers.facsimile import EIGHTY_MM, FIFTY_EIGHT_MM, Sheet
from drivers.printers.repertoire import Repertoire
from drivers.virtual.guard import ProvisionedTerminal, refuse_on_provisioned_terminal
from drivers.virtual.parent import end_with_parent
from drivers.virtual.printer_mechanism import BUFFER_BYTES, PrinterMechanism
from drivers.virtual.printer_panel import panel
from drivers.virtual.printer_paper import ROLL_MM

_WAITING_HOSTS = 4
_TICK_S = 0.1
_SEND_S = 1.0
_WIDTHS = {80: EIGHTY_MM, 58: FIFTY_EIGHT_MM}


class _HostLine:
    """The accepted connection of one host."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.socket.settimeout(_SEND_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open = True

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError:
            self.open = False  # the host has gone; a printer goes on without it

    def look_for_reset(self) -> None:
        """Notice a host that gave up while the full buffer keeps us from reading. Raises ConnectionError."""
        if select.select([self.socket], [], [], 0)[0]:
            self.socket.recv(1, socket.MSG_PEEK)

    def drop(self) -> None:
        self.open = False
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class VirtualPrinter:
    """The printer's network side: accepts hosts while the power is on and feeds the mechanism."""

    def __init__(self, mechanism: PrinterMechanism, host: str, port: int) -> None:
        self._mechanism = mechanism
        self._listener = _listen(host, port)
        self.port: int = self._listener.getsockname()[1]
        self._host = host
        self._ending = threading.Event()

    def serve(self) -> None:
        """Serve hosts one after the other until `end`."""
        while not self._ending.is_set():
            if not self._mechanism.powered:
                self._unplugged()
                continue
            readable, _, _ = select.select([self._listener], [], [], _TICK_S)
            if readable:
                connected, _ = self._listener.accept()
                with connected:
                    self._serve_host(_HostLine(connected))
        self._listener.close()

    def end(self) -> None:
        """Stop serving; takes effect within a moment."""
        self._ending.set()

    def _unplugged(self) -> None:
        """Without power nothing listens: a host is refused, not kept waiting."""
        self._listener.close()
        while not self._mechanism.powered and not self._ending.wait(_TICK_S):
            pass
        self._listener = _listen(self._host, self.port)

    def _serve_host(self, line: _HostLine) -> None:
        powered = self._mechanism.powered
        if not powered:
            # It came as the power went.
            line.drop()
            return
        self._mechanism.attach(line)
        try:
            while line.open and self._mechanism.powered and not self._ending.is_set():
                room = self._mechanism.wait_for_room(_TICK_S)
                if room <= 0:
                    line.look_for_reset()
                    continue
                readable, _, _ = select.select([line.socket], [], [], _TICK_S)
                if readable:
                    data = line.socket.recv(room)
                    if not data:
                        return
                    self._mechanism.receive(data)
        except ConnectionError:
            return  # the host reset the line; what arrived is printed
        finally:
            self._mechanism.detach(line)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.create_server((host, port), backlog=_WAITING_HOSTS)
    # Otherwise the kernel would take megabytes that no receive buffer of a printer holds.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    return listener


class PaperTray:
    """The directory where papers fall, `0001.png` with `0001.bin`; numbering goes on where it was."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._last = max((int(f.stem) for f in directory.glob("[0-9]*.png") if f.stem.isdigit()), default=0)

    @property
    def last(self) -> int:
        """The number of the newest paper."""
        return self._last

    def keep(self, sheet: Sheet, raw: bytes) -> int:
        """Write a paper; both files are whole when the PNG appears. Returns its number."""
        self._last += 1
        name = f"{self._last:04}"
        (self._directory / f"{name}.bin").write_bytes(raw)
        unfinished = self._directory / f".{name}.png"
        sheet.image.save(unfinished, format="PNG")
        unfinished.rename(self._directory / f"{name}.png")
        return self._last


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the printer until it is ended; prints its two ports as one JSON line when it is ready."""
    options = _options(arguments)
    try:
        refuse_on_provisioned_terminal()
    except ProvisionedTerminal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    tray = PaperTray(options.out)
    mechanism = PrinterMechanism(
        tray.keep,
        papers=tray.last,
        roll_mm=options.paper_mm,
        mm_per_s=options.mm_per_s,
        buffer_bytes=options.buffer_bytes,
        rom=Repertoire(options.rom),
        width=_WIDTHS[options.width_mm],
    )
    try:
        printer = VirtualPrinter(mechanism, options.host, options.port)
        control = panel((options.host, options.control), mechanism)
    except OSError as error:
        ports = f"ports {options.port} and {options.control}"
        print(f"the virtual printer cannot listen on {ports}: {error.strerror}", file=sys.stderr)
        return 1
    threading.Thread(target=mechanism.run, name="mechanism", daemon=True).start()
    control.start()
    if options.with_parent:
        end_with_parent(printer.end)
    print(json.dumps({"port": printer.port, "control": control.port}), flush=True)
    try:
        printer.serve()
    except KeyboardInterrupt:
        printer.end()
    mechanism.end()
    control.end()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual.printer", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=9100, help="raw port; 0 for any free one")
    parser.add_argument("--control", type=int, default=9101, help="control port; 0 for any free one")
    parser.add_argument("--out", type=Path, required=True, help="directory for the papers")
    parser.add_argument("--paper-mm", type=float, default=ROLL_MM, help="length of the first roll")
    parser.add_argument(
        "--mm-per-s", type=float, help="printing speed; without it at once (real: 150 to 250)"
    )
    parser.add_argument("--buffer-bytes", type=int, default=BUFFER_BYTES, help="size of the receive buffer")
    parser.add_argument(
        "--rom",
        choices=[repertoire.value for repertoire in Repertoire],
        default=Repertoire.EVERY_CODE.value,
        help="what its font holds; the rest comes out as empty boxes",
    )
    parser.add_argument("--width-mm", type=int, choices=_WIDTHS, default=80, help="how wide its paper is")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
