"""ID cards between the tray and the module's area, as whoever reads the module sees them."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bench_stage import SOON_MS, TRAY, Bench, IdModuleProcess, OpenBench
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from drivers.cards.id_outcomes import IdCardRead
from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import CardInserted, ReaderEvent
from drivers.cards.sam_serial import SerialLine
from drivers.virtual.sam_v_control import IdModuleControl
from ui.bench.bay import Bay
from ui.bench.cards import CARD_MIME
from ui.bench.place_panel import PlacePanel
from ui.bench.tray import load_tray

SOON_S = SOON_MS / 1000
CARDS = load_tray(TRAY)
CHIP_CARD = 0
LIU, HUANG = (
    next(card.place for card in CARDS if card.file.stem == name)
    for name in ("id-liu-guilan", "id-huang-mancang")
)


@pytest.fixture
def bench(open_bench: OpenBench, id_module: IdModuleProcess, qtbot: QtBot) -> Bench:
    bench = open_bench(id_module=id_module.control)
    wait(qtbot, lambda: area(bench).panel.words() == "空")
    return bench


@pytest.fixture
def module(id_module: IdModuleProcess) -> Iterator[IdModuleControl]:
    with id_module.hand() as hand:
        yield hand


def area(bench: Bench) -> Bay:
    bay = bench.window.id_bay
    assert bay is not None
    return bay


def click(qtbot: QtBot, bench: Bench, place: int) -> None:
    qtbot.mouseClick(bench.window.tray.tile(place), Qt.MouseButton.LeftButton)


def wait(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=SOON_MS)


def drop(panel: PlacePanel, place: int) -> None:
    carried = QMimeData()
    carried.setData(CARD_MIME, str(place).encode())
    at, action = QPointF(20, 20), Qt.DropAction.MoveAction
    button, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(at, action, carried, button, no_key))


def test_without_a_module_there_is_no_area_and_a_slot_says_that_it_takes_no_id_card(
    open_bench: OpenBench, qtbot: QtBot
) -> None:
    bench = open_bench()
    assert bench.window.id_bay is None
    click(qtbot, bench, LIU)
    (bay,) = bench.window.bays
    assert bay.panel.refusing
    assert bay.free
    assert not bench.window.tray.tile(LIU).away


def test_a_click_on_an_id_card_lays_it_on_the_module(
    qtbot: QtBot, bench: Bench, module: IdModuleControl
) -> None:
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: module.state().card == "id-liu-guilan")
    assert bench.window.tray.tile(LIU).away
    assert area(bench).panel.card == CARDS[LIU]
    assert all(bay.free for bay in bench.window.bays)
    wait(qtbot, lambda: area(bench).panel.words() == "有证")


def test_a_click_on_the_area_lifts_it_and_it_lies_in_the_tray_again(
    qtbot: QtBot, bench: Bench, module: IdModuleControl
) -> None:
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: module.state().card is not None)
    qtbot.mouseClick(area(bench).panel, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: module.state().card is None)
    assert not bench.window.tray.tile(LIU).away
    wait(qtbot, lambda: area(bench).panel.words() == "空")


def test_a_second_id_card_takes_the_first_ones_place(
    qtbot: QtBot, bench: Bench, module: IdModuleControl
) -> None:
    click(qtbot, bench, LIU)
    click(qtbot, bench, HUANG)
    wait(qtbot, lambda: module.state().card == "id-huang-mancang")
    assert not bench.window.tray.tile(LIU).away
    assert bench.window.tray.tile(HUANG).away


def test_cards_are_dropped_only_where_they_belong(
    qtbot: QtBot, bench: Bench, module: IdModuleControl
) -> None:
    slot, laid = bench.window.bays[0], area(bench)
    drop(slot.panel, LIU)
    assert slot.panel.refusing
    assert slot.free
    drop(laid.panel, CHIP_CARD)
    assert laid.panel.refusing
    assert laid.free
    assert not any(bench.window.tray.tile(place).away for place in (LIU, CHIP_CARD))
    drop(laid.panel, LIU)
    wait(qtbot, lambda: module.state().card == "id-liu-guilan")
    assert not laid.panel.refusing


def test_the_area_says_that_the_card_is_being_read_and_whoever_reads_it_gets_its_name(
    qtbot: QtBot, bench: Bench, id_module: IdModuleProcess
) -> None:
    panel, events = area(bench).panel, queue.Queue[ReaderEvent](100)
    loop = IdReaderLoop(lambda: SerialLine(id_module.link), events.put, "module", itertools.count(1))
    loop.start()
    try:
        click(qtbot, bench, LIU)
        while not isinstance(inserted := events.get(timeout=SOON_S), CardInserted):
            pass
        outcome = loop.read(inserted.presence).result(SOON_S)
        assert isinstance(outcome, IdCardRead)
        assert outcome.card.name == "刘桂兰"
        wait(qtbot, lambda: panel.words() == "正在读")
        wait(qtbot, lambda: panel.words() == "有证")
    finally:
        loop.stop()


def test_a_card_that_another_hand_lifts_lies_in_the_tray_again(
    qtbot: QtBot, bench: Bench, module: IdModuleControl
) -> None:
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: module.state().card is not None)
    module.lift()
    wait(qtbot, lambda: not bench.window.tray.tile(LIU).away)
    assert area(bench).free
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: module.state().card == "id-liu-guilan")
    assert bench.window.tray.tile(LIU).away


def test_a_module_without_power_is_said_not_to_be_connected(
    qtbot: QtBot, bench: Bench, module: IdModuleControl
) -> None:
    module.power(on=False)
    wait(qtbot, lambda: area(bench).panel.words() == "没有接上")
    module.power(on=True)
    wait(qtbot, lambda: area(bench).panel.words() == "空")


def test_a_module_that_comes_back_has_the_card_that_lies_there(
    qtbot: QtBot, bench: Bench, id_module: IdModuleProcess
) -> None:
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: area(bench).panel.words() == "有证")
    control = id_module.control
    id_module.end()
    wait(qtbot, lambda: area(bench).panel.words() == "没有接上")
    assert bench.window.tray.tile(LIU).away
    id_module.start(control)
    with id_module.hand() as hand:
        wait(qtbot, lambda: hand.state().card == "id-liu-guilan")
    wait(qtbot, lambda: area(bench).panel.words() == "有证")


def test_a_card_lifted_while_the_module_was_away_does_not_lie_there_when_it_is_back(
    qtbot: QtBot, bench: Bench, id_module: IdModuleProcess
) -> None:
    click(qtbot, bench, LIU)
    wait(qtbot, lambda: area(bench).panel.words() == "有证")
    control = id_module.control
    id_module.end()
    wait(qtbot, lambda: area(bench).panel.words() == "没有接上")
    qtbot.mouseClick(area(bench).panel, Qt.MouseButton.LeftButton)
    assert not bench.window.tray.tile(LIU).away
    id_module.start(control)
    wait(qtbot, lambda: area(bench).panel.words() == "空")
    with id_module.hand() as hand:
        assert hand.state().card is None


def test_a_card_that_the_module_will_not_have_lies_in_the_tray_again(
    qtbot: QtBot, open_bench: OpenBench, id_module: IdModuleProcess, tmp_path: Path
) -> None:
    bench = open_bench(id_module=id_module.control)
    wait(qtbot, lambda: area(bench).panel.words() == "空")
    window = bench.window
    window._cards = tuple(
        replace(card, file=tmp_path / "gone.toml") if card.place == LIU else card for card in CARDS
    )
    click(qtbot, bench, LIU)
    assert window.tray.tile(LIU).away
    wait(qtbot, lambda: not window.tray.tile(LIU).away)
    assert area(bench).free


def test_a_card_that_flies_is_on_the_area_only_when_it_has_arrived(
    qtbot: QtBot, open_bench: OpenBench, id_module: IdModuleProcess
) -> None:
    bench = open_bench(id_module=id_module.control, motion=True)
    bay = area(bench)
    wait(qtbot, lambda: bay.panel.words() == "空")
    click(qtbot, bench, LIU)
    assert bay.busy
    assert bay.reader.inside is None
    wait(qtbot, lambda: bay.panel.words() == "有证")
    assert not bay.busy
    qtbot.mouseClick(bay.panel, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: not bench.window.tray.tile(LIU).away)
    assert bay.free
