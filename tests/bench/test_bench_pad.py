"""The pin pad at the bench: cards and keys that end a real charge, and its process going away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime

import pytest
from bench_stage import SOON_MS, Bench, OpenBench
from fixtures.pin_pad import POI_ID, PinPadProcess
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from drivers.pin_pads.outcomes import Charged, ChargeOutcome, NotCharged, Refusal, Unknown
from drivers.pin_pads.pin_pad import PinPad
from drivers.pin_pads.references import Charge, new_reference
from ui.bench.pad_hand import PadAct
from ui.bench.pad_panel import AWAY, PadPanel

SALE_ID = "BENCH-1"
AMOUNT = 40_000
SOON_S = SOON_MS / 1000


def control_port(process: PinPadProcess) -> int:
    port: int = process.control._socket.getpeername()[1]
    return port


@pytest.fixture
def bench(open_bench: OpenBench, pad_process: PinPadProcess) -> Bench:
    return open_bench(pad=control_port(pad_process))


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> PadPanel:
    panel = bench.window.pad
    assert panel is not None
    qtbot.waitUntil(lambda: panel.said.brief == "空闲", timeout=SOON_MS)
    return panel


@pytest.fixture
def driver(pad_process: PinPadProcess) -> Iterator[PinPad]:
    with PinPad(pad_process.address, sale_id=SALE_ID, poi_id=POI_ID) as pad:
        yield pad


def new_charge() -> Charge:
    reference = new_reference(SALE_ID)
    now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    return Charge(reference, f"T-{reference.service_id}", AMOUNT, now)


def pay(driver: PinPad, limit_s: float = 30.0) -> Future[ChargeOutcome]:
    return driver.pay(new_charge(), limit_s)


def click(qtbot: QtBot, panel: PadPanel, control: str) -> None:
    qtbot.mouseClick(getattr(panel, control), Qt.MouseButton.LeftButton)


def wait(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=SOON_MS)


def test_presenting_a_card_ends_the_charge_and_the_pads_screen_says_what_was_charged(
    qtbot: QtBot, panel: PadPanel, driver: PinPad
) -> None:
    paying = pay(driver)
    wait(qtbot, panel.present.isEnabled)
    assert (panel.face.shown.words, panel.face.shown.large) == ("请刷卡", "￥400.00")
    assert panel.said.words == "等您刷卡：￥400.00"
    click(qtbot, panel, "present")
    outcome = paying.result(SOON_S)
    assert isinstance(outcome, Charged)
    assert outcome.amount == AMOUNT
    wait(qtbot, lambda: panel.face.shown.words == "交易成功")
    assert panel.face.shown.large == "￥400.00"
    assert panel.count.words == "共扣款 1 笔"
    assert panel.said.brief == "空闲"


@pytest.mark.parametrize(
    ("control", "ends"),
    [
        ("red_key", (Refusal.CANCELLED, "交易取消")),
        ("refuse", (Refusal.REFUSED, "余额不足")),
        ("wrong_pin", (Refusal.WRONG_PIN, "密码错误")),
    ],
)
def test_a_charge_can_be_refused_at_the_pad(
    qtbot: QtBot, panel: PadPanel, driver: PinPad, control: str, ends: tuple[Refusal, str]
) -> None:
    paying = pay(driver)
    wait(qtbot, panel.present.isEnabled)
    click(qtbot, panel, control)
    assert paying.result(SOON_S) == NotCharged(ends[0])
    wait(qtbot, lambda: panel.face.shown.words == ends[1])
    assert panel.face.shown.small == "没有扣款"
    assert panel.count.words == "共扣款 0 笔"


def test_no_key_can_be_pressed_while_no_charge_waits(panel: PadPanel) -> None:
    keys = (panel.present, panel.refuse, panel.wrong_pin, panel.red_key)
    assert not any(key.isEnabled() for key in keys)


def test_a_card_that_comes_too_late_is_said_to_be(qtbot: QtBot, panel: PadPanel) -> None:
    panel.act_wanted.emit(PadAct.PRESENT_CARD)
    wait(qtbot, lambda: panel.note.words == "已经没有在等刷卡的收费")
    assert panel.said.brief == "空闲"


def test_a_charge_that_the_terminal_gives_up_is_not_said_to_be_charged(
    qtbot: QtBot, panel: PadPanel, driver: PinPad
) -> None:
    paying = pay(driver, limit_s=10.0)
    wait(qtbot, panel.present.isEnabled)
    assert paying.result(15.0) == NotCharged(Refusal.ABORTED)
    wait(qtbot, lambda: panel.face.shown.words == "交易结束")
    assert not panel.present.isEnabled()


def test_the_pad_comes_to_the_front_when_a_charge_begins(
    qtbot: QtBot, bench: Bench, panel: PadPanel, driver: PinPad
) -> None:
    shelf = bench.window.shelf
    assert shelf.front is bench.window.printer
    paying = pay(driver)
    wait(qtbot, lambda: shelf.front is panel)
    assert panel.isVisible()
    click(qtbot, panel, "red_key")
    paying.result(SOON_S)
    qtbot.mouseClick(shelf.tabs[0], Qt.MouseButton.LeftButton)
    assert shelf.front is bench.window.printer
    assert not panel.isVisible()


def test_a_line_that_breaks_after_charging_does_so_once_and_the_charge_stands(
    qtbot: QtBot, panel: PadPanel, driver: PinPad
) -> None:
    click(qtbot, panel, "breaks")
    wait(qtbot, lambda: panel.breaks.on is True)
    assert panel.said.brief == "有故障"
    charge = new_charge()
    paying = driver.pay(charge, 30.0)
    wait(qtbot, panel.present.isEnabled)
    assert panel.breaks.on is False
    click(qtbot, panel, "present")
    assert isinstance(paying.result(SOON_S), Unknown)
    assert isinstance(driver.status_of(charge).result(SOON_S), Charged)
    wait(qtbot, lambda: panel.face.shown.words == "交易成功")


def test_a_mute_pad_stays_mute_when_its_line_is_mended(
    qtbot: QtBot, panel: PadPanel, pad_process: PinPadProcess
) -> None:
    click(qtbot, panel, "mute")
    click(qtbot, panel, "breaks")
    wait(qtbot, lambda: panel.mute.on is True and panel.breaks.on is True)
    assert panel.said.brief == "不答话"
    click(qtbot, panel, "breaks")
    wait(qtbot, lambda: panel.breaks.on is False)
    state = pad_process.control.state()
    assert (state.mute, state.fault) == (True, None)
    click(qtbot, panel, "mute")
    wait(qtbot, lambda: panel.mute.on is False)


def test_a_pad_that_goes_is_said_to_be_away_and_is_found_again_at_its_address(
    qtbot: QtBot, panel: PadPanel, driver: PinPad, pad_process: PinPadProcess
) -> None:
    port = control_port(pad_process)
    paying = pay(driver)
    wait(qtbot, panel.present.isEnabled)
    pad_process.kill()
    wait(qtbot, lambda: panel.said == AWAY)
    assert not any(
        control.isEnabled() for control in (panel.present, panel.red_key, panel.mute, panel.breaks)
    )
    again = PinPadProcess(pad_process.ledger, "--control", str(port))
    try:
        wait(qtbot, lambda: panel.said.brief == "空闲")
        assert panel.face.shown.words == "空闲"
    finally:
        again.close()
    assert not isinstance(paying.result(15.0), Charged)
