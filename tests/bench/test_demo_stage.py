"""The demo's stage without its terminal: its parts are killed and come back as they were."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from bench_stage import SOON_MS
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fixtures.centre import card_body, device_token
from fixtures.premiums import new_key
from voices.voice_bench import silence

from central.county.builders import DemoResident
from demo.play import World
from demo.stage import TERMINAL, Stage, wait_for
from drivers.pin_pads.connection import PinPadAddress
from drivers.pin_pads.outcomes import Charged
from drivers.pin_pads.pin_pad import PinPad
from drivers.pin_pads.references import Charge, new_reference
from drivers.virtual.phone import PhoneControl
from drivers.virtual.pin_pad_control import PinPadControl
from drivers.voices.address import parse_address
from drivers.voices.box_lines import Play
from drivers.voices.box_output import BoxAddress
from drivers.voices.voice import Outlet
from kiosk.clock import clock_of
from kiosk.contract.bills import BillsAnswer
from kiosk.contract.device import SESSION_HEADER
from kiosk.domain.bills import Bill, BillState
from kiosk.settings import load_settings

SOON_S = SOON_MS / 1000
NOTIFIED_S = 30.0
"""The gateway tells it again for 22 s."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("demo") / "stage", virtual_screen=False) as stage:
        yield stage


def test_every_part_has_a_process_of_its_own(stage: Stage) -> None:
    pids = stage.pids()
    devices = {"pcscd", "printer", "pad", "id module", "sound box", "scanner"}
    assert pids.keys() == {*devices, "gateway", "centre"}
    assert len(set(pids.values())) == len(pids)
    for pid in pids.values():
        os.kill(pid, 0)
    assert len(stage.slot_ports) == 2


def test_the_terminal_finds_its_voice_and_what_it_says_is_written_down(stage: Stage) -> None:
    settings = load_settings(stage.config)
    assert settings.voice is not None
    box = parse_address(settings.voice.address)
    assert isinstance(box, BoxAddress)
    hello = Play(1, Outlet.LOUDSPEAKER, "您好", "zh", silence(60.0))
    with socket.create_connection((box.host, box.port), timeout=SOON_S) as terminal:
        terminal.sendall(hello.line())
        # Nobody waits for its end.
        wait_for(lambda: "您好" in stage.said.read_text("utf-8"), SOON_S, "the words")


def test_a_scanner_that_has_gone_is_there_again_for_the_next_code(stage: Stage) -> None:
    settings = load_settings(stage.config)
    assert settings.scanner is not None
    for code in ("BM1:ONE", "BM1:TWO"):
        stage.scan(code)
        line = os.open(settings.scanner.device, os.O_RDONLY | os.O_NOCTTY)
        try:
            assert os.read(line, 100) == f"{code}\r".encode()
        finally:
            os.close(line)
        os.kill(stage.pids()["scanner"], signal.SIGKILL)
        wait_for(lambda: "scanner" not in stage.pids(), SOON_S, "the scanner's end")


BENCH = """
import sys
print('{"do":"scan","paper":7,"altered":false}', flush=True)
while "scanned" not in (line := sys.stdin.readline()): pass
print(line, file=open(sys.argv[1], "w"), end="", flush=True)
print('{"do":"quit"}', flush=True)
sys.stdin.readline()
"""
"""It holds a paper before the scanner, writes down what it is told, and ends."""


def test_a_paper_that_is_not_there_has_no_code_and_the_bench_is_told(stage: Stage, tmp_path: Path) -> None:
    told = tmp_path / "told"
    bench = subprocess.Popen(
        [sys.executable, "-c", BENCH, str(told)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with bench:
        World(stage, bench).listen()
        assert bench.stdin is not None
        bench.stdin.close()
    assert json.loads(told.read_text()) == {"scanned": {"code": 0, "codes": 0, "altered": False}}


def pad_hand(stage: Stage) -> PinPadControl:
    return PinPadControl("127.0.0.1", stage.pad_control)


def test_a_pin_pad_whose_power_was_cut_is_the_same_pad_at_the_same_address(stage: Stage) -> None:
    address, poi_id = PinPadAddress("127.0.0.1", stage.pad_port), "VIRTUAL-PAD-1"
    charge = Charge(new_reference("T"), "T-1", 40_000, datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    with PinPad(address, sale_id="T", poi_id=poi_id) as driver, pad_hand(stage) as hand:
        paying = driver.pay(charge, 30.0)
        wait_for(lambda: hand.state().waiting, SOON_S, "a charge")
        hand.present_card()
        assert isinstance(paying.result(SOON_S), Charged)
        before = stage.pids()["pad"]
        stage.cut_pad()
        assert "pad" not in stage.pids()
        stage.restore_pad()
        assert stage.pids()["pad"] != before
        assert isinstance(driver.status_of(charge).result(SOON_S), Charged)
    with pad_hand(stage) as hand:
        assert hand.state().authorised == 1


class AtTheCentre:
    """A resident's session at the stage's centre, by the stage's terminal."""

    def __init__(self, stage: Stage, resident: DemoResident) -> None:
        self._stage = stage
        key = load_pem_private_key((stage.directory / "device-key.pem").read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        self._key = key
        card = resident.card
        said = {
            "card_id": card.card_id,
            "card_number": card.card_number,
            "citizen_number": resident.file.person.number.text,
            "name": resident.card_name,
        }
        self._session = ""
        self._session = self._call("POST", "/v1/residents/identify", card_body(said))["session"]["token"]

    def bill(self) -> Bill:
        answer = self._call("GET", "/v1/me/bills")
        return BillsAnswer.model_validate(answer).bills[0].to_domain()

    def order(self) -> str:
        body = {"key": new_key(), "bill": self.bill().reference, "channel": "wechatpay"}
        order: str = self._call("POST", "/v1/payment-orders", body)["id"]
        return order

    def _call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        token = device_token(self._key, TERMINAL, clock_of(self._stage.environment).now())
        headers = {"Authorization": f"Bearer {token}"}
        if self._session:
            headers[SESSION_HEADER] = self._session
        answer = requests.request(
            method, self._stage.centre_url + path, headers=headers, json=body, timeout=10
        )
        assert answer.ok, answer.text
        told: dict[str, object] = answer.json()
        return told


def test_a_centre_that_comes_back_hears_what_was_paid_while_it_was_gone(
    stage: Stage, county: dict[str, DemoResident]
) -> None:
    resident = AtTheCentre(stage, county["黄满仓"])
    order = resident.order()
    address = stage.centre_url
    stage.cut_centre()
    assert not stage.centre_is_there
    with PhoneControl("127.0.0.1", stage.gateway_control) as phone:
        phone.pay(order)
    stage.restore_centre()
    assert stage.centre_url == address
    wait_for(lambda: resident.bill().state is BillState.PAID, NOTIFIED_S, "the posted premium")


def test_the_agent_can_be_killed_and_started_again(stage: Stage) -> None:
    stage.start_agent()
    first = stage.pids()["agent"]
    stage.start_agent()
    assert stage.pids()["agent"] == first
    stage.kill_agent()
    assert "agent" not in stage.pids()
    stage.start_agent()
    assert stage.pids()["agent"] != first


def test_nothing_is_left_of_a_stage_that_was_taken_down(tmp_path: Path) -> None:
    with Stage(tmp_path / "stage", virtual_screen=False) as stage:
        pids = stage.pids()
    wait_for(lambda: not any(map(_alive, pids.values())), SOON_S, "the end of all parts")
    assert stage.pids() == {}


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
