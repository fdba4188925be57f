"""The bench's entry: `python -m ui.bench`.

It speaks with the demo that started it over stdin and stdout (`ui.bench.demo_pipe`).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from drivers.virtual.guard import ProvisionedTerminal
from drivers.virtual.slot import VirtualSlot
from kiosk.clock import BadStart, clock_of
from ui.bench.aloud import Aloud, sound_program
from ui.bench.demo_pipe import DemoPipe
from ui.bench.id_hand import IdHand
from ui.bench.pad_hand import PadHand
from ui.bench.paper_watch import PaperWatch
from ui.bench.phone_hand import PhoneHand
from ui.bench.printer_hand import PrinterHand
from ui.bench.reader import Reader
from ui.bench.room import WIDE_BENCH, bench_width
from ui.bench.tray import TrayError, load_tray
from ui.bench.voice_hand import VoiceHand
from ui.bench.window import BenchWindow, Hands
from ui.garbage import Collector
from ui.typeface import TypefaceMissing, require_typeface

_MOST_SLOTS = 2


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench until its window is closed or its stdin ends."""
    options = _options(arguments)
    # Python's own handlers would wait for Qt's loop; killed, the cards are pulled and the printer stays.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_DFL)
    application = QApplication(["bianmin-bench"])
    Collector(application)
    try:
        require_typeface()
        cards = load_tray(options.tray)
        with ExitStack() as stack:
            slots = [stack.enter_context(VirtualSlot(port)) for port in options.slots]
            hands = _hands(options)
            watch, demo = PaperWatch(options.papers), DemoPipe()
            readers = tuple(Reader(slot) for slot in slots)
            wide = bench_width(application.primaryScreen().geometry().width()) == WIDE_BENCH
            aloud = _aloud(options.sounds)
            if aloud is not None:
                stack.callback(aloud.close)
            window = BenchWindow(cards, readers, hands, watch, demo, wide=wide, aloud=aloud)
            demo.ended.connect(application.quit)
            for hand in hands.all:
                stack.callback(hand.close)
                hand.start()
            watch.start()
            window.show_beside()
            return application.exec()
    except (TrayError, TypefaceMissing, ProvisionedTerminal, BadStart, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _aloud(sounds: Path | None) -> Aloud | None:
    program = None if sounds is None else sound_program()
    return None if sounds is None or program is None else Aloud(sounds, program)


def _hands(options: argparse.Namespace) -> Hands:
    printer, pad, gateway = options.printer_control, options.pad_control, options.gateway_control
    id_module, voice = options.id_control, options.voice_control
    return Hands(
        PrinterHand(printer.host, printer.port),
        None if pad is None else PadHand(pad.host, pad.port),
        None if gateway is None else PhoneHand(gateway.host, gateway.port, clock_of(os.environ)),
        None if id_module is None else IdHand(id_module.host, id_module.port),
        None if voice is None else VoiceHand(voice.host, voice.port),
    )


def _ports(text: str) -> tuple[int, ...]:
    ports = tuple(int(part) for part in text.split(","))
    if not 1 <= len(ports) <= _MOST_SLOTS or not all(0 < port < 65536 for port in ports):
        raise ValueError(text)
    return ports


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host:
        raise ValueError(text)
    return Address(host, int(port))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ui.bench", description="便民: the demo's bench.")
    parser.add_argument("--tray", type=Path, required=True, help="the cards: a TOML file")
    parser.add_argument(
        "--slots", type=_ports, required=True, metavar="PORT[,PORT]", help="vpcd's ports, one or two"
    )
    parser.add_argument(
        "--printer-control",
        type=_address,
        required=True,
        metavar="HOST:PORT",
        help="the printer's control port",
    )
    parser.add_argument(
        "--pad-control", type=_address, metavar="HOST:PORT", help="the pin pad's control port"
    )
    parser.add_argument(
        "--gateway-control", type=_address, metavar="HOST:PORT", help="the payment gateway's control port"
    )
    parser.add_argument(
        "--id-control", type=_address, metavar="HOST:PORT", help="the ID module's control port"
    )
    parser.add_argument(
        "--voice-control", type=_address, metavar="HOST:PORT", help="the sound box's control port"
    )
    parser.add_argument("--sounds", type=Path, help="the directory where the sound box keeps its sounds")
    parser.add_argument(
        "--papers", type=Path, required=True, help="the directory where the printer's papers fall"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
