"""What the one window does with touches, keys, a pulled card and the resident's switches."""

from dataclasses import replace

import pytest
from gallery import BY_NAME, SURNAME
from gallery_blocks import SENTENCE
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from windows import LANDSCAPE, MakeWindow

from kiosk.conversation.events import Event
from kiosk.conversation.phase import Phase
from kiosk.conversation.touches import (
    BackWanted,
    ExitWanted,
    HelpWanted,
    SlowWanted,
    StillHere,
    Touched,
)
from ui.appearance import Appearance
from ui.metrics import TextSize
from ui.pages.page import PageKind
from ui.parts import Label
from ui.theme import Contrast
from ui.touch import Touch
from ui.window import KioskWindow


def touch(window: KioskWindow, label: str) -> None:
    """A finger on the button with these words."""
    QTest.mouseClick(_button(window, label), Qt.MouseButton.LeftButton)


def _button(window: KioskWindow, label: str) -> Touch:
    (found,) = (b for b in window.findChildren(Touch) if b.label == label and b.isVisible())
    return found


def _told(window: QWidget) -> str:
    """Every text of every widget of the window, shown or not."""
    parts = [label.text() for label in window.findChildren(QLabel)]
    for one in window.findChildren(QWidget):
        parts += [one.accessibleName(), one.accessibleDescription(), one.toolTip(), one.windowTitle()]
    return " ".join(parts)


def _kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


def test_a_double_tap_gives_one_answer_with_its_serial(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    QTest.mouseDClick(_button(window, "查缴费明细"), Qt.MouseButton.LeftButton)
    touch(window, "查缴费明细")
    touch(window, "打印权益记录")
    assert sent == [Touched(7, "contributions")]


def test_a_cell_of_the_grid_answers_with_its_key(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["grid"])
    (cell,) = (b for b in window.findChildren(QPushButton) if b.accessibleName() == "工伤保险 10月 欠缴")
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
    assert sent == [Touched(7, "工伤保险:10")]


def test_a_month_without_anything_takes_no_touch(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["grid"])
    (cell,) = (b for b in window.findChildren(QPushButton) if b.accessibleName() == "职工医保 1月 无")
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
    assert [event for event in sent if isinstance(event, Touched)] == []


def test_what_is_unavailable_says_why_and_takes_no_touch(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview-full"])
    touch(window, "下一页")
    assert _button(window, "缴费").hint == "网络不通，现在不能缴"
    touch(window, "缴费")
    assert [event for event in sent if isinstance(event, Touched)] == []


def test_a_pulled_card_blanks_the_page_at_once(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(motion=True)
    window.show_view(BY_NAME["overview"])
    assert SURNAME in _told(window)
    assert SENTENCE in _told(window)
    window.show_view(BY_NAME["over"])
    told = _told(window)
    assert SURNAME not in told
    assert "2026年10月" not in told
    picture = window.grab().toImage()
    points = [picture.pixelColor(x, y) for x in range(0, 1280, 16) for y in range(0, 1024, 16)]
    assert len({point.name() for point in points}) == 1
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window] == []


def test_the_idle_warning_shows_nothing_of_the_resident(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    overview = BY_NAME["overview"]
    window.show_view(overview)
    window.show_view(replace(overview, phase=Phase.IDLE_WARNING, warning_s=30))
    assert SURNAME not in _told(window)
    window.show_view(replace(overview, phase=Phase.IDLE_WARNING, warning_s=12))
    assert "12" in [label.text() for label in window.findChildren(Label)]
    touch(window, "继续办理")
    assert _kinds(sent) == [StillHere]
    window.show_view(overview)
    assert SURNAME in _told(window)


def test_the_footer_asks_for_back_help_and_the_end(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["grid"])
    for label in ("返回", "帮助", "退出"):
        touch(window, label)
    assert _kinds(sent) == [BackWanted, HelpWanted, ExitWanted]
    assert sent[0] == BackWanted(7)


def test_before_a_session_there_is_nothing_to_leave(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["attract"])
    assert [b.label for b in window.findChildren(Touch)] == ["大字", "高对比", "慢一点", "没有带卡"]


def test_text_grows_over_three_sizes_and_comes_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    sizes, heights = [], []
    for _ in range(4):
        sizes.append(window.appearance.text_size)
        heights.append(_button(window, "退出").height())
        touch(window, "大字")
    assert sizes == [TextSize.STANDARD, TextSize.LARGE, TextSize.LARGEST, TextSize.STANDARD]
    assert heights[0] < heights[1] < heights[2]


def test_a_switch_counts_as_a_sign_of_life(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    touch(window, "高对比")
    assert window.appearance.contrast is Contrast.HIGH
    assert _kinds(sent) == [StillHere]


def test_turning_a_page_counts_as_a_sign_of_life(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["finding"])
    touch(window, "下一页")
    touch(window, "上一页")
    assert _kinds(sent) == [StillHere, StillHere]


def test_slow_is_the_sessions_and_the_switch_follows_it(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    overview = BY_NAME["overview"]
    window.show_view(overview)
    touch(window, "慢一点")
    window.show_view(replace(overview, slow=True))
    touch(window, "慢一点")
    assert sent == [SlowWanted(True), SlowWanted(False)]


@pytest.mark.parametrize("after", ["over", "attract"])
def test_size_and_contrast_end_with_the_session(make_window: MakeWindow, after: str) -> None:
    window = make_window(LANDSCAPE, Appearance(TextSize.LARGEST, Contrast.HIGH))
    window.show_view(BY_NAME["overview"])
    window.show_view(BY_NAME[after])
    assert window.appearance == Appearance()


def test_a_size_chosen_before_the_card_stays_for_the_session(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["attract"])
    touch(window, "大字")
    window.show_view(BY_NAME["reading-card"])
    window.show_view(BY_NAME["overview"])
    assert window.appearance.text_size is TextSize.LARGE


def test_a_size_left_behind_without_a_card_goes_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["attract"])
    touch(window, "大字")
    window._nobody.timeout.emit()
    assert window.appearance == Appearance()


def test_a_quick_look_does_not_flicker_and_a_long_one_is_told(
    make_window: MakeWindow, sent: list[Event], qtbot: QtBot
) -> None:
    window = make_window()
    window.show_view(BY_NAME["grid"])
    looking = replace(BY_NAME["reading-card"], serial=8)
    window.show_view(looking)
    assert window.page is not None
    assert window.page.kind is PageKind.BROWSE
    assert not window.settled
    place = _button(window, "怎么办")
    QTest.mouseClick(
        window.windowHandle(), Qt.MouseButton.LeftButton, pos=place.mapTo(window, place.rect().center())
    )
    assert [event for event in sent if isinstance(event, Touched)] == []
    qtbot.waitUntil(lambda: window.page is not None and window.page.kind is PageKind.LOOK, timeout=5000)
    assert window.settled


def test_the_second_tap_of_a_double_one_answers_nothing(
    make_window: MakeWindow, sent: list[Event], qtbot: QtBot
) -> None:
    window = make_window(second_tap_ms=200)
    window.show_view(BY_NAME["printed"])
    taken = _button(window, "取走了，继续")
    QTest.mouseClick(taken, Qt.MouseButton.LeftButton)
    assert _kinds(sent) == [StillHere], "the page has just come: somebody is here, and has not answered"
    assert not window.touchable
    qtbot.waitUntil(lambda: window.touchable, timeout=5000)
    QTest.mouseClick(taken, Qt.MouseButton.LeftButton)
    assert _kinds(sent) == [StillHere, Touched]


def test_a_page_that_is_only_drawn_anew_can_be_touched_at_once(
    make_window: MakeWindow, sent: list[Event], qtbot: QtBot
) -> None:
    window = make_window(second_tap_ms=200)
    window.show_view(BY_NAME["printed"])
    qtbot.waitUntil(lambda: window.touchable, timeout=5000)
    QTest.mouseClick(_button(window, "大字"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(_button(window, "取走了，继续"), Qt.MouseButton.LeftButton)
    assert _kinds(sent) == [StillHere, Touched]


def test_a_key_that_bounces_answers_no_page_that_has_just_come(
    make_window: MakeWindow, sent: list[Event], qtbot: QtBot
) -> None:
    window = make_window(second_tap_ms=200)
    window.show_view(BY_NAME["printed"])
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(window, key)
    assert Touched not in _kinds(sent)
    qtbot.waitUntil(lambda: window.touchable, timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert Touched in _kinds(sent)


def test_an_answer_that_comes_during_the_wait_cancels_it(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.show_view(BY_NAME["grid"])
    window.show_view(replace(BY_NAME["reading-card"], serial=8))
    window.show_view(replace(BY_NAME["overview"], serial=9))
    assert not window._late_look.isActive()
    assert SURNAME in _told(window)


def test_the_same_view_again_keeps_the_page_and_its_place(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["finding"])
    touch(window, "下一页")
    page = window.page
    window.show_view(BY_NAME["finding"])
    window.show_view(replace(BY_NAME["finding"], status=BY_NAME["overview-away"].status))
    assert window.page is page
    assert any(label.text().startswith("第\u20602") for label in window.findChildren(Label))
    assert "网络不通" in _told(window)


def test_a_touch_beside_everything_says_that_somebody_is_here(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = make_window()
    window.show_view(BY_NAME["printed"])
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(640, 600))
    assert _kinds(sent) == [StillHere]


@pytest.mark.parametrize(
    "modifier",
    [
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.AltModifier,
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.MetaModifier,
    ],
)
def test_no_key_leaves_the_program(
    make_window: MakeWindow, sent: list[Event], modifier: Qt.KeyboardModifier
) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    QGuiApplication.clipboard().setText("")
    for key in (
        Qt.Key.Key_Escape,
        Qt.Key.Key_F4,
        Qt.Key.Key_Q,
        Qt.Key.Key_W,
        Qt.Key.Key_Menu,
        Qt.Key.Key_F11,
        Qt.Key.Key_A,
        Qt.Key.Key_C,
        Qt.Key.Key_Print,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Help,
    ):
        QTest.keyClick(window, key, modifier)
    assert window.isVisible()
    assert window.size().toTuple() == (1280, 1024)
    assert [event for event in sent if not isinstance(event, StillHere)] == []
    assert QGuiApplication.clipboard().text() == ""


def test_the_window_closes_only_when_the_program_ends(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    assert not window.close()
    assert window.isVisible()
    window.end()
    assert not window.isVisible()


def test_a_long_press_opens_no_menu(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        middle = widget.rect().center()
        QApplication.sendEvent(
            widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, widget.mapToGlobal(middle))
        )
        assert QApplication.activePopupWidget() is None


def test_nothing_can_be_selected_followed_or_dropped(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["finding"])
    labels = window.findChildren(QLabel)
    assert all(
        one.textInteractionFlags() == Qt.TextInteractionFlag.NoTextInteraction for one in labels if one.text()
    )
    assert not any(one.acceptDrops() for one in window.findChildren(QWidget))


def test_a_page_tells_when_it_is_painted(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    with qtbot.waitSignal(window.painted, timeout=5000) as painted:
        window.show_view(BY_NAME["overview"])
    assert painted.args == [7]


def test_content_fades_in_and_the_fade_leaves_nothing_behind(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(motion=True)
    window.show_view(BY_NAME["overview"])
    window.show_view(replace(BY_NAME["grid"], serial=8))
    page = window.page
    assert page is not None
    assert page.graphicsEffect() is not None
    qtbot.waitUntil(lambda: page.graphicsEffect() is None, timeout=5000)


def test_the_clock_is_the_one_that_was_given(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["attract"])
    assert "10:32" in [label.text() for label in window.findChildren(Label)]


def test_a_step_without_a_page_is_an_error(make_window: MakeWindow) -> None:
    window = make_window()
    with pytest.raises(TypeError, match="no page shows a str"):
        window.show_view(replace(BY_NAME["overview"], due="what"))


def test_old_pages_leave_memory(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    window.show_view(replace(BY_NAME["grid"], serial=8))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len([one for one in QApplication.allWidgets() if type(one).__name__ == "InsuranceCard"]) == 0


def _leaf(window: KioskWindow) -> int:
    assert window.page is not None
    return window.page.place


def test_a_page_drawn_anew_is_open_where_it_was_left(make_window: MakeWindow) -> None:
    window = make_window()
    finding = replace(BY_NAME["finding"], step_key="finding")
    window.show_view(finding)
    touch(window, "下一页")
    assert _leaf(window) == 1
    touch(window, "高对比")
    assert _leaf(window) == 1
    window.show_view(replace(BY_NAME["help"], serial=8, step_key="help"))
    window.show_view(replace(finding, serial=9))
    assert _leaf(window) == 1
    assert any(label.text().startswith("第\u20602") for label in window.findChildren(Label))


def test_the_place_is_forgotten_with_the_session(make_window: MakeWindow) -> None:
    window = make_window()
    finding = replace(BY_NAME["finding"], step_key="finding")
    window.show_view(finding)
    touch(window, "下一页")
    window.show_view(BY_NAME["take-card"])
    window.show_view(replace(finding, serial=9))
    assert _leaf(window) == 0
