"""A virtual sound box: a process that "plays" sounds on TCP, and writes down what was heard where.

`python -m drivers.virtual.sound_box --port 7785 --control 7786 --said said.jsonl` plays in real time, or with
`--pace 0` at once. A terminal whose line ends is silent.
"""

import argparse
import contextlib
import json
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from drivers.virtual.guard import ProvisionedTerminal, refuse_on_provisioned_terminal
from drivers.virtual.parent import end_with_parent
from drivers.virtual.sound_box_mechanism import SoundBoxMechanism, UnplayableSound
from drivers.virtual.sound_box_panel import panel
from drivers.voices.box_lines import LONGEST_LINE, BadLine, Ended, Play, Refused, Stop, read_line

_SEND_S: Final = 1
_POLL_S: Final = 0.1


class VirtualSoundBox(socketserver.ThreadingTCPServer):
    """The box's network side: a thread for each terminal."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], mechanism: SoundBoxMechanism) -> None:
        super().__init__(address, _Host)
        self.mechanism = mechanism


class _Host(socketserver.StreamRequestHandler):
    """One terminal's connection."""

    server: VirtualSoundBox
    connection: socket.socket

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # For sending only: a terminal may have nothing to say for hours.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_S, 0))

    def handle(self) -> None:
        mechanism = self.server.mechanism
        mechanism.attach(self)
        try:
            while line := self.rfile.readline(LONGEST_LINE):
                self._take(line)
        except (BadLine, OSError):
            return  # no terminal, or none that speaks this protocol
        finally:
            mechanism.detach(self)

    def tell(self, line: bytes) -> None:
        # A terminal that has gone is noticed by whoever reads from it.
        with contextlib.suppress(OSError):
            self.connection.sendall(line)

    def _take(self, line: bytes) -> None:
        """Raises BadLine."""
        mechanism = self.server.mechanism
        match read_line(line):
            case Play() as play:
                try:
                    mechanism.play(play, self)
                except UnplayableSound as why:
                    self.tell(Refused(play.number, str(why)).line())
            case Stop(number):
                mechanism.stop(number, self)
                self.tell(Ended(number).line())
            case _:
                raise BadLine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the box until it is ended; prints its two ports as one JSON line when it is ready."""
    options = _options(arguments)
    try:
        refuse_on_provisioned_terminal()
        mechanism = SoundBoxMechanism(options.said, pace=options.pace, keep=options.keep)
        box = VirtualSoundBox((options.host, options.port), mechanism)
        control = panel((options.host, options.control), mechanism)
    except (ProvisionedTerminal, OSError) as refusal:
        print(f"the virtual sound box cannot start: {refusal}", file=sys.stderr)
        return 1
    threading.Thread(target=mechanism.run, name="mechanism", daemon=True).start()
    control.start()
    if options.with_parent:
        end_with_parent(box.shutdown)
    print(json.dumps({"port": box.server_address[1], "control": control.port}), flush=True)
    with contextlib.suppress(KeyboardInterrupt):  # the usual way to end it by hand
        box.serve_forever(_POLL_S)
    mechanism.end()
    box.server_close()
    control.end()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drivers.virtual.sound_box", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=7785, help="for terminals; 0 for any free one")
    parser.add_argument("--control", type=int, default=7786, help="control port; 0 for any free one")
    parser.add_argument("--said", type=Path, required=True, help="file of what was heard; made if missing")
    parser.add_argument("--keep", type=Path, help="directory for the sounds themselves")
    parser.add_argument(
        "--pace", type=float, default=1.0, help="how long a second of sound lasts, in seconds; 0: at once"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
