import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from datetime import datetime

import pytest
from fixtures.garbage import collected_after_each, no_collecting_in_threads
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot
from windows import LANDSCAPE, MakeWindow, striped

from kiosk.conversation.events import Event
from kiosk.languages.catalogue import SelectableLanguage
from ui.appearance import Appearance
from ui.metrics import Screen
from ui.pages.open import AllPages
from ui.speaking import Spoken
from ui.window import KioskWindow

__all__ = ["collected_after_each", "no_collecting_in_threads"]


@pytest.fixture
def sent() -> list[Event]:
    return []


@pytest.fixture
def make_window(qtbot: QtBot, sent: list[Event]) -> Iterator[MakeWindow]:
    made: list[KioskWindow] = []

    def make(
        screen: Screen = LANDSCAPE,
        appearance: Appearance | None = None,
        *,
        motion: bool = False,
        id_reader: bool = False,
        languages: tuple[SelectableLanguage, ...] = (),
        voice: Spoken | None = None,
        second_tap_ms: int = 0,
    ) -> KioskWindow:
        window = KioskWindow(
            screen,
            send=sent.append,
            clock=lambda: datetime(2026, 11, 21, 10, 32),  # noqa: DTZ001 a clock on the wall
            pages=AllPages(id_reader=id_reader),
            paint_paper=striped,
            motion=motion,
            second_tap_ms=second_tap_ms,
        )
        if appearance is not None:
            window._appearance = appearance
        window.take_languages(languages)
        if voice is not None:
            window.take_voice(voice)
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        window.end()
        window.deleteLater()
    # Without an event loop nothing else deletes them, and a thousand windows are gigabytes.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
