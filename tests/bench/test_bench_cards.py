"""Cards between the tray and the readers, as another process sees them through PC/SC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bench_stage import SOON_MS, TRAY, Bench, OpenBench, PcscClient
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from drivers.virtual.cards import Fault, Pull, VirtualCard
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot
from ui.bench.card_place import Doing
from ui.bench.cards import CARD_MIME
from ui.bench.reader import Reader
from ui.bench.tray import CardLook, TrayCard, load_tray

LIU, YANG = 0, 1
WRONG_WAY = next(card.place for card in load_tray(TRAY) if card.look is CardLook.WRONG_WAY)


@pytest.fixture
def bench(open_bench: OpenBench, bench_pcscd: PrivatePcscd) -> Bench:
    return open_bench(bench_pcscd.ports)


def click(qtbot: QtBot, bench: Bench, place: int) -> None:
    qtbot.mouseClick(bench.window.tray.tile(place), Qt.MouseButton.LeftButton)


def wait(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=SOON_MS)


@pytest.fixture
def empty(client: PcscClient, qtbot: QtBot) -> PcscClient:
    """The client, once the last test's cards have left the readers."""
    wait(qtbot, lambda: client.slots() == ["empty", "empty"])
    return client


def test_a_click_on_a_card_makes_it_readable_through_pcsc(
    qtbot: QtBot, bench: Bench, empty: PcscClient
) -> None:
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: empty.slots()[0] == "card")
    assert empty.holder() == "刘桂兰"
    assert bench.window.tray.tile(LIU).away
    assert not bench.window.tray.tile(LIU).isEnabled()


def test_a_click_on_the_slot_pulls_the_card_and_it_lies_in_the_tray_again(
    qtbot: QtBot, bench: Bench, empty: PcscClient
) -> None:
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: empty.slots()[0] == "card")
    qtbot.mouseClick(bench.window.bays[0].panel, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: empty.slots()[0] == "empty")
    assert not bench.window.tray.tile(LIU).away


def test_the_second_card_goes_into_the_second_reader(qtbot: QtBot, bench: Bench, empty: PcscClient) -> None:
    click(qtbot, bench, LIU)
    click(qtbot, bench, WRONG_WAY)
    wait(qtbot, lambda: empty.slots() == ["card", "mute"])


def test_a_third_card_takes_the_first_ones_place_after_the_reader_was_seen_empty(
    qtbot: QtBot, bench: Bench, empty: PcscClient
) -> None:
    click(qtbot, bench, LIU)
    click(qtbot, bench, WRONG_WAY)
    wait(qtbot, lambda: empty.slots()[0] == "card")
    click(qtbot, bench, YANG)
    wait(qtbot, lambda: empty.slots()[0] == "empty")
    wait(qtbot, lambda: empty.slots()[0] == "card")
    assert empty.holder() == "杨帆"
    assert not bench.window.tray.tile(LIU).away


def test_a_card_can_be_dropped_on_the_reader_that_is_meant(
    qtbot: QtBot, bench: Bench, empty: PcscClient
) -> None:
    carried = QMimeData()
    carried.setData(CARD_MIME, str(LIU).encode())
    drop = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.MoveAction,
        carried,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    bench.window.bays[1].panel.dropEvent(drop)
    wait(qtbot, lambda: empty.slots() == ["empty", "card"])


def test_the_panel_says_empty_then_card_then_reading(qtbot: QtBot, bench: Bench, empty: PcscClient) -> None:
    panel = bench.window.bays[0].panel
    assert panel.words() == "空"
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: panel.words() == "有卡")
    wait(qtbot, lambda: empty.slots()[0] == "card")
    empty.holder()
    wait(qtbot, lambda: panel.words() == "正在读")
    wait(qtbot, lambda: panel.words() == "有卡")


def test_a_card_without_a_pcsc_service_waits_and_the_panel_says_so(
    qtbot: QtBot, open_bench: OpenBench
) -> None:
    bench = open_bench((1,))
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: bench.window.bays[0].reader.doing is Doing.UNHEARD)
    assert bench.window.bays[0].panel.words() == "没有读卡服务"


def test_a_card_that_flies_and_slides_is_in_the_reader_only_when_it_has_arrived(
    qtbot: QtBot, open_bench: OpenBench, bench_pcscd: PrivatePcscd, empty: PcscClient
) -> None:
    bench = open_bench(bench_pcscd.ports, motion=True)
    bay = bench.window.bays[0]
    click(qtbot, bench, LIU)
    assert bay.busy
    assert bay.reader.inside is None
    wait(qtbot, lambda: empty.slots()[0] == "card")
    assert not bay.busy
    qtbot.mouseClick(bay.panel, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: not bench.window.tray.tile(LIU).away)
    assert bay.free


def test_a_card_pulled_while_it_slides_in_never_arrives(
    qtbot: QtBot, open_bench: OpenBench, bench_pcscd: PrivatePcscd, empty: PcscClient
) -> None:
    bench = open_bench(bench_pcscd.ports, motion=True)
    bay = bench.window.bays[0]
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: bay.panel.card is not None)
    qtbot.mouseClick(bay.panel, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: not bench.window.tray.tile(LIU).away)
    assert bay.reader.inside is None
    assert bay.free


def test_a_card_that_leaves_by_itself_lies_in_the_tray_again(
    qtbot: QtBot, open_bench: OpenBench, bench_pcscd: PrivatePcscd, empty: PcscClient
) -> None:
    with VirtualSlot(bench_pcscd.ports[0]) as slot:
        reader = Reader(slot)
        left = []
        reader.left.connect(lambda: left.append(reader.inside))
        jumping = VirtualCard(b"\x3b\x00", faults=(Fault(1, Pull()),))
        reader.insert(TrayCard(0, Path("jumping.toml"), "跳卡", "", CardLook.FOREIGN, jumping))
        wait(qtbot, lambda: empty.slots()[0] == "card")
        empty.holder()
        wait(qtbot, lambda: left == [None])
        assert reader.doing is Doing.EMPTY
