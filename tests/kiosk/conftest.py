import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fixtures.centre import DEMO_NOW, Centre
from fixtures.gateway import RunningClock, RunningGateway
from fixtures.local_centre import LocalCentre, Opened
from fixtures.pin_pad import PinPadProcess
from fixtures.printer import PrinterProcess
from paying_bench import BackOffice, Shop
from resident import Hand, Hands, Resident, Visit, make_settings
from scripted_centre import ScriptedCentre
from wire import Wire

from central.faults import Faults
from drivers.virtual.pcsc_service import PrivatePcscd
from kiosk.clock import clock_of, with_shared_start
from kiosk.settings import Settings


@pytest.fixture(scope="session")
def printer_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrinterProcess]:
    process = PrinterProcess(tmp_path_factory.mktemp("papers"))
    yield process
    process.close()


@pytest.fixture
def printer(printer_process: PrinterProcess) -> Iterator[PrinterProcess]:
    """One printer for all, whole again after each test."""
    yield printer_process
    control = printer_process.control
    control.cancel()
    control.silence(())
    control.power(on=True)
    control.cutter(jams=False)
    control.cover(open_=False)
    control.load_paper()
    printer_process.settle()
    control.take_paper()


@pytest.fixture(scope="session")
def hands(pcscd: PrivatePcscd) -> Iterator[Hands]:
    hands = Hands(pcscd)
    yield hands
    hands.close()


@pytest.fixture
def at_terminal(tmp_path: Path, printer: PrinterProcess, centre: Centre, hands: Hands) -> Visit:
    """A resident at a terminal with everything in order, where the test says nothing else."""

    def visit(
        *,
        at: Centre = centre,
        url: str | None = None,
        address: str | None = None,
        more: Mapping[str, Mapping[str, object]] | None = None,
        card_forgotten: bool = False,
        hand: Hand | None = None,
    ) -> Resident:
        hand = hand or hands.free()
        settings: Settings = make_settings(
            tmp_path,
            centre_url=url or at.base_url,
            device_key=at.key_file,
            printer=address or str(printer.address),
            more={"reader": {"name_contains": hand.reader}} | dict(more or {}),
        )
        return Resident(settings, at.environment, hand, card_forgotten=card_forgotten)

    return visit


@pytest.fixture(autouse=True)
def no_faults_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "centre" in request.fixturenames:
        centre: Centre = request.getfixturevalue("centre")
        centre.disarm()


@pytest.fixture
def pad(tmp_path: Path) -> Iterator[PinPadProcess]:
    process = PinPadProcess(tmp_path / "pad.jsonl")
    yield process
    process.close()


@pytest.fixture
def shop(  # noqa: PLR0917 one for each part
    tmp_path: Path,
    pad: PinPadProcess,
    qr_centre: LocalCentre,
    gateway: RunningGateway,
    printer: PrinterProcess,
    hands: Hands,
) -> Shop:
    """A terminal with a pin pad, at a centre of the test's own that takes payments by phone."""
    return Shop(tmp_path, pad, qr_centre, gateway.environment, hands.free, str(printer.address))


@pytest.fixture
def office(tmp_path: Path, open_centre: Opened) -> Iterator[BackOffice]:
    """A terminal's vault, and a centre of the test's own that can be told to fail."""
    environment = with_shared_start(os.environ, DEMO_NOW)
    centre = open_centre(clock=RunningClock(clock_of(environment)), faults=Faults())
    with Wire(centre.base_url) as wire:
        yield BackOffice(tmp_path, centre, wire, environment)


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedCentre]:
    """A centre that answers what a test says."""
    centre = ScriptedCentre()
    yield centre
    centre.close()
