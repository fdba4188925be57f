"""A bench on the real PC/SC service and the printer's real process, put away after each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from bench_stage import TRAY, Bench, IdModuleProcess, OpenBench, PcscClient, PrinterProcess
from fixtures.garbage import collected_after_each, no_collecting_in_threads
from fixtures.gateway import RunningGateway, running_gateway
from fixtures.pin_pad import PinPadProcess
from pytestqt.qtbot import QtBot

from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot
from kiosk.clock import clock_of
from ui.bench.demo_pipe import DemoPipe
from ui.bench.id_hand import IdHand
from ui.bench.pad_hand import PadHand
from ui.bench.paper_watch import PaperWatch
from ui.bench.phone_hand import PhoneHand
from ui.bench.printer_hand import PrinterHand
from ui.bench.reader import Reader
from ui.bench.tray import load_tray
from ui.bench.voice_hand import VoiceHand
from ui.bench.window import BenchWindow, Hands

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


__all__ = ["collected_after_each", "no_collecting_in_threads"]


@pytest.fixture(scope="session")
def bench_pcscd() -> Iterator[PrivatePcscd]:
    with PrivatePcscd() as service:
        yield service


@pytest.fixture(scope="session")
def client(bench_pcscd: PrivatePcscd) -> Iterator[PcscClient]:
    one = PcscClient(bench_pcscd.environment)
    yield one
    one.close()


@pytest.fixture
def printer_process(tmp_path: Path) -> Iterator[PrinterProcess]:
    one = PrinterProcess(tmp_path / "papers")
    yield one
    if one.process.poll() is None:
        one.end()


@pytest.fixture
def pad_process(tmp_path: Path) -> Iterator[PinPadProcess]:
    one = PinPadProcess(tmp_path / "pad.jsonl")
    yield one
    one.close()


@pytest.fixture
def id_module(tmp_path: Path) -> Iterator[IdModuleProcess]:
    one = IdModuleProcess(tmp_path / "id-module")
    yield one
    if one.process.poll() is None:
        one.end()


@pytest.fixture
def own_gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    """A payment gateway of the test's own: no order of anybody else's waits there."""
    with running_gateway(tmp_path) as running:
        yield running


def phone_hand(gateway: RunningGateway) -> PhoneHand:
    return PhoneHand("127.0.0.1", gateway.control_port, clock_of(gateway.environment))


@pytest.fixture
def open_bench(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenBench]:
    """Opens benches that are put away after the test. `ports` of slots where nothing listens do no harm."""
    with ExitStack() as stack:

        def one(
            ports: tuple[int, ...] = (1,),
            control: int = 1,
            *,
            pad: int | None = None,
            gateway: RunningGateway | None = None,
            id_module: int | None = None,
            voice: int | None = None,
            motion: bool = False,
            wide: bool = False,
        ) -> Bench:
            ours, theirs = os.pipe(), os.pipe()
            for end in (*ours, *theirs):
                stack.callback(os.close, end)
            slots = [stack.enter_context(VirtualSlot(port)) for port in ports]
            hands = Hands(
                PrinterHand("127.0.0.1", control),
                None if pad is None else PadHand("127.0.0.1", pad),
                None if gateway is None else phone_hand(gateway),
                None if id_module is None else IdHand("127.0.0.1", id_module),
                None if voice is None else VoiceHand("127.0.0.1", voice),
            )
            papers = tmp_path / "papers"
            watch, demo = PaperWatch(papers), DemoPipe(ours[0], theirs[1])
            readers = tuple(Reader(slot) for slot in slots)
            window = BenchWindow(load_tray(TRAY), readers, hands, watch, demo, motion=motion, wide=wide)
            qtbot.addWidget(window)
            for hand in hands.all:
                stack.callback(hand.close)
                hand.start()
            watch.start()
            window.show()
            stack.callback(window.close)
            return Bench(window, papers, ours[1], theirs[0])

        yield one
