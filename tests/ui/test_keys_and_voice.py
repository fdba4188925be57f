"""Arrows and voice together: what is said must not move what is pressed, and who listens is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fixtures.kept_voice import KeptVoice
from gallery import BY_NAME
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from windows import MakeWindow

from kiosk.conversation.content import Notice, Offer
from kiosk.conversation.events import Event
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Tone
from kiosk.conversation.steps import Browse
from kiosk.conversation.touches import StillHere, Touched
from kiosk.conversation.view import View
from kiosk.domain.text import say
from ui.hold import Hold
from ui.spoken_pages import spoken_by
from ui.window import KioskWindow

RIGHT, RETURN = Qt.Key.Key_Right, Qt.Key.Key_Return
OVERVIEW = BY_NAME["overview"]


def strike(window: KioskWindow, *keys: Qt.Key, repeats: bool = False) -> None:
    for key in keys:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", repeats, 1)
        QCoreApplication.sendEvent(window.focusWidget() or window, event)


def spoken(make_window: MakeWindow, view: View, voice: KeptVoice) -> KioskWindow:
    window = make_window(voice=spoken_by(voice, unasked=True))
    window.show_view(view)
    return window


def _twice() -> View:
    """Two buttons of one name, each with its own answer."""
    notices = tuple(
        Notice(Tone.ATTENTION, say("一样的一句话"), (), Offer(f"what:{i}", say("怎么办"))) for i in (0, 1)
    )
    due = Browse("twice", say("两条"), ("what:0", "what:1"), notices)
    return View(Phase.TALKING, OVERVIEW.status, 7, due, can_help=True)


def test_of_two_of_one_name_the_ring_stays_on_the_one_it_came_to_while_it_is_said(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    voice = KeptVoice()
    window = spoken(make_window, _twice(), voice)
    strike(window, RIGHT, RIGHT)
    second = window.focusWidget()
    window.hear(replace(voice.state, speaking=True))
    window.hear(voice.state)
    assert window.focusWidget() is second
    strike(window, RETURN)
    assert [one for one in sent if isinstance(one, Touched)] == [Touched(7, "what:1")]


def test_of_two_of_one_name_drawn_anew_the_ring_finds_the_same_again(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = spoken(make_window, _twice(), KeptVoice())
    strike(window, RIGHT, RIGHT)
    window._dress(text_size=window.appearance.text_size.next)
    strike(window, RETURN)
    assert [one for one in sent if isinstance(one, Touched)] == [Touched(7, "what:1")]


def test_a_key_that_repeats_presses_nothing_and_is_no_sign_of_life(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = spoken(make_window, OVERVIEW, KeptVoice())
    strike(window, RIGHT)
    sent.clear()
    strike(window, RIGHT, RETURN, repeats=True)
    assert sent == []


@pytest.mark.parametrize("plugged", [True, False])
def test_who_listens_in_headphones_is_there(
    make_window: MakeWindow, sent: list[Event], plugged: bool
) -> None:
    voice = KeptVoice()
    window = spoken(make_window, OVERVIEW, voice)
    window.hear(replace(voice.state, speaking=True, headphones=plugged))
    listening = window._listening._timer
    assert listening.isActive() is plugged
    for _ in range(40):
        listening.timeout.emit()
    assert 0 < sent.count(sent[0]) <= len(sent) <= 24, "headphones left in keep nothing open"
    assert {type(one) for one in sent} == {StillHere}
    window.hear(voice.state)
    assert not listening.isActive()


def test_hearing_the_warning_does_not_answer_it(make_window: MakeWindow, sent: list[Event]) -> None:
    voice = KeptVoice()
    window = spoken(make_window, OVERVIEW, voice)
    window.show_view(BY_NAME["idle-warning"])
    window.hear(replace(voice.state, speaking=True, headphones=True))
    window._listening._timer.timeout.emit()
    assert sent == []


def test_what_is_typed_by_arrows_is_said_in_headphones_only(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = spoken(make_window, BY_NAME["enter-digits"], voice)
    strike(window, RIGHT, RETURN)
    (saying,) = voice.last
    assert saying.private
    assert saying.text


def test_what_is_covered_is_said_to_who_goes_by_the_arrows_in_headphones_only(
    make_window: MakeWindow,
) -> None:
    voice = KeptVoice()
    window = spoken(make_window, OVERVIEW, voice)
    hold = Hold(window._style(), "按住看", lambda: "800100198103120242", lambda: None)
    hold.setParent(window.page)
    hold.show()
    strike(window, RIGHT)
    hold.show_for_a_while()
    (saying,) = voice.last
    assert saying.private
