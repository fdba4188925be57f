"""按住看: what is covered is to be seen only while its button is held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gallery import BY_NAME, GOOD
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from windows import SCREENS, MakeWindow, name_of

from kiosk.conversation.content import Fact, Facts, Offer
from kiosk.conversation.events import Event
from kiosk.conversation.phase import Phase
from kiosk.conversation.steps import Browse
from kiosk.conversation.touches import StillHere
from kiosk.conversation.view import View
from kiosk.domain.text import say
from ui.appearance import Appearance
from ui.hold import Hold
from ui.metrics import Screen, TextSize
from ui.parts import Label
from ui.touch import Touch
from ui.window import KioskWindow

NUMBER, COVERED = "800100198103120242", "**************0242"
FACTS = (
    Fact(say("姓名"), say("刘*兰")),
    Fact(say("身份证号"), say("{n}", n=COVERED), held=say("{n}", n=NUMBER)),
)
VIEW = View(
    Phase.TALKING,
    GOOD,
    7,
    Browse("b", say("看"), ("ok",), (Facts(FACTS),), (Offer("ok", say("好"), primary=True),)),
)


def shown(make_window: MakeWindow) -> KioskWindow:
    window = make_window()
    window.show_view(VIEW)
    return window


def hold_of(window: KioskWindow) -> Hold:
    (hold,) = (one for one in window.findChildren(Hold) if one.isVisible())
    return hold


def told(window: KioskWindow) -> set[str]:
    """All that can be read, or asked for by what reads it out."""
    labels = [one for one in window.findChildren(Label) if one.isVisible()]
    return {one.words for one in labels} | {one.accessibleName() for one in labels}


def test_it_is_seen_while_a_finger_is_on_it_and_covered_before_and_after(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = shown(make_window)
    hold = hold_of(window)
    assert COVERED in told(window)
    assert NUMBER not in told(window)
    QTest.mousePress(hold, Qt.MouseButton.LeftButton)
    assert NUMBER in told(window)
    assert COVERED not in told(window)
    QTest.mouseRelease(hold, Qt.MouseButton.LeftButton)
    assert NUMBER not in told(window)
    assert [type(event) for event in sent] == [StillHere], "who looks is here"


def test_a_finger_that_slips_off_covers_it(make_window: MakeWindow) -> None:
    window = shown(make_window)
    hold = hold_of(window)
    QTest.mousePress(hold, Qt.MouseButton.LeftButton)
    QTest.mouseMove(hold, QPoint(-50, -50))
    QTest.mouseRelease(hold, Qt.MouseButton.LeftButton, pos=QPoint(-50, -50))
    assert NUMBER not in told(window)


def test_by_the_one_button_it_is_seen_for_some_seconds(make_window: MakeWindow) -> None:
    window = shown(make_window)
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert window.focusWidget() is hold_of(window)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert NUMBER in told(window)
    again = hold_of(window)._again
    assert again.isSingleShot()
    assert 2_000 <= again.remainingTime() <= 10_000
    again.timeout.emit()
    assert NUMBER not in told(window)


def test_a_finger_on_it_outlasts_those_seconds(make_window: MakeWindow) -> None:
    window = shown(make_window)
    hold_of(window).show_for_a_while()
    QTest.mousePress(hold_of(window), Qt.MouseButton.LeftButton)
    assert not hold_of(window)._again.isActive()
    assert NUMBER in told(window)


@pytest.mark.parametrize("held", ["finger", "button"])
def test_another_page_and_the_page_drawn_anew_are_covered(make_window: MakeWindow, held: str) -> None:
    window = shown(make_window)
    if held == "finger":
        QTest.mousePress(hold_of(window), Qt.MouseButton.LeftButton)
    else:
        hold_of(window).show_for_a_while()
    assert NUMBER in told(window)
    window._dress(text_size=TextSize.LARGE)
    QApplication.processEvents()
    assert NUMBER not in told(window)


def test_its_name_says_what_it_shows_and_never_shows_it(make_window: MakeWindow) -> None:
    window = shown(make_window)
    hold = hold_of(window)
    assert (hold.label, hold.accessibleName()) == ("按住看", "按住看身份证号")
    QTest.mousePress(hold, Qt.MouseButton.LeftButton)
    assert NUMBER not in hold.accessibleName() + hold.accessibleDescription() + hold.toolTip()
    assert NUMBER not in repr(VIEW), "not in a log of the page either"


@pytest.mark.parametrize("screen", SCREENS, ids=name_of)
@pytest.mark.parametrize("size", TextSize)
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside a paper"])
def test_both_ways_of_writing_it_have_room(
    make_window: MakeWindow, screen: Screen, size: TextSize, beside: bool
) -> None:
    window = make_window(screen, Appearance(size))
    preview = BY_NAME["preview"]
    assert isinstance(preview.due, Browse)
    sheet = replace(preview, due=replace(preview.due, blocks=(preview.due.blocks[0], Facts(FACTS[1:]))))
    window.show_view(sheet if beside else VIEW)
    while not any(one.isVisible() for one in window.findChildren(Hold)):
        later = next(one for one in window.findChildren(Touch) if one.label == "下一页" and one.isVisible())
        later.click()
    value = next(one for one in window.findChildren(Label) if one.words == COVERED and one.isVisible())
    QApplication.processEvents()
    place = value.geometry()
    QTest.mousePress(hold_of(window), Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert value.words == NUMBER
    assert value.heightForWidth(value.width()) <= value.height()
    for written in (COVERED, NUMBER):
        assert value.fontMetrics().horizontalAdvance(written) <= value.width()
    assert value.geometry() == place, "nothing moves away from under the finger"
