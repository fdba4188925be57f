"""Qt objects that nothing holds any more die on Qt's own thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.garbage import Collector

HELD = 2_000
"""More than Python's youngest generation may have before it is collected."""


@pytest.fixture(autouse=True)
def as_python_begins() -> Iterator[None]:
    gc.enable()
    yield
    gc.disable()


def forgotten(died_on: list[int]) -> None:
    """A ring of Qt objects that nobody reaches."""
    one, other = QObject(), QObject()
    one.other, other.other = other, one  # type: ignore[attr-defined]
    weakref.finalize(one, lambda: died_on.append(threading.get_ident()))


def allocate() -> None:
    """In a thread of its own, as a look does that reads forty years of rows."""
    thread = threading.Thread(target=lambda: [[number] for number in range(50 * HELD)])
    thread.start()
    thread.join()


def test_without_it_a_worker_destroys_them() -> None:
    died_on: list[int] = []
    gc.collect()
    forgotten(died_on)
    allocate()
    assert died_on
    assert threading.get_ident() not in died_on


def test_with_it_only_its_own_thread_does(qtbot: QtBot) -> None:
    parent = QObject()
    Collector(parent)
    died_on: list[int] = []
    forgotten(died_on)
    allocate()
    assert died_on == [], "no worker did"
    held = [[number] for number in range(HELD)]
    qtbot.waitUntil(lambda: bool(died_on), timeout=5_000)
    assert died_on == [threading.get_ident()]
    assert held
    del parent


def test_young_garbage_is_not_made_old_for_nothing() -> None:
    """A full round costs tens of milliseconds: as seldom as Python itself does it."""
    gc.disable()
    gc.collect()
    rounds: list[int] = []
    gc.callbacks.append(lambda phase, told: rounds.append(told["generation"]) if phase == "stop" else None)
    try:
        Collector.collect()
        assert rounds == [], "nothing is due"
        held = [[number] for number in range(HELD)]
        Collector.collect()
    finally:
        gc.callbacks.pop()
    assert rounds == [0]
    assert held
