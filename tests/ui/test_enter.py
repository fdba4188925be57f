"""输入: the keypad, a keyboard, and a scanner that types as one; what was typed is not lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gallery import BY_NAME, GOOD
from gallery_entry import code_page, entry_pages
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from windows import LANDSCAPE, SCREENS, MakeWindow, name_of

from kiosk.conversation.events import Event
from kiosk.conversation.phase import Phase
from kiosk.conversation.steps import Enter
from kiosk.conversation.touches import Entered, ScanRead, StillHere
from kiosk.conversation.view import View
from kiosk.domain.text import say
from ui.appearance import Appearance
from ui.metrics import LARGE_TARGET_MM, Screen, TextSize
from ui.pages.enter import EnterPage
from ui.pages.entry_line import EntryLine
from ui.pages.scanner_keys import ScannerKeys
from ui.parts import Label
from ui.touch import Touch
from ui.window import KioskWindow

CODE = "7KQM2XRA9PWEHV4CTB8N"
SEAL = "BM1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 etc:/"
URL = "HTTPS://CENTRE.EXAMPLE/P/7KQM-2XRA-9PWE-HV4C-TB8N"


def view_of(step: Enter, serial: int = 7) -> View:
    where = (say("便民社保"), say("验真"))
    return View(Phase.TALKING, GOOD, serial, step, where, True, True, step_key=step.key)


def touch(window: KioskWindow, label: str) -> None:
    (found,) = (b for b in window.findChildren(Touch) if b.label == label and b.isVisible())
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def page_of(window: KioskWindow) -> EnterPage:
    assert isinstance(window.page, EnterPage)
    return window.page


def hint_of(window: KioskWindow) -> str:
    return page_of(window)._hint.words


def answers(sent: list[Event]) -> list[Event]:
    return [event for event in sent if not isinstance(event, StillHere)]


def test_what_is_typed_is_shown_in_groups_counted_and_sent_once(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = make_window()
    window.show_view(view_of(code_page()))
    for sign in CODE[:-1]:
        touch(window, sign)
    assert hint_of(window) == "还差 1 个"
    touch(window, "核对")
    assert answers(sent) == [], "what is not whole is not sent"
    touch(window, CODE[-1])
    touch(window, "A")
    assert page_of(window).draft == CODE, "there is no place for another"
    (line,) = window.findChildren(EntryLine)
    assert " ".join(CODE) in line.accessibleName()
    touch(window, "核对")
    touch(window, "核对")
    assert answers(sent) == [Entered(7, CODE)]


def test_one_sign_or_all_are_taken_back_and_every_touch_says_that_somebody_is_here(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = make_window()
    window.show_view(view_of(code_page("7KQ")))
    touch(window, "删一个")
    assert page_of(window).draft == "7K"
    touch(window, "清空")
    assert page_of(window).draft == ""
    touch(window, "删一个")
    touch(window, "M")
    assert page_of(window).draft == "M"
    assert [type(event) for event in sent] == [StillHere] * 4


def test_a_complaint_is_shown_before_anything_is_sent(make_window: MakeWindow, sent: list[Event]) -> None:
    complained = dict(entry_pages())["enter-complaint"]
    window = make_window()
    window.show_view(view_of(complained))
    assert hint_of(window) == "没有这样的验证码，请对着纸再看一遍"
    touch(window, "核对")
    assert answers(sent) == []
    assert "没有这样的验证码" in hint_of(window), "it stays"


def leave_for(window: KioskWindow, away: View) -> None:
    window.show_view(away)
    assert not isinstance(window.page, EnterPage)


HELP = replace(BY_NAME["help"], step_key="help", can_help=False)


@pytest.mark.parametrize("away", ["help", "idle-warning", "warning-over-help", "size"])
def test_what_was_typed_is_there_again(make_window: MakeWindow, away: str) -> None:
    window, view = make_window(), view_of(code_page("7KQM"))
    window.show_view(view)
    touch(window, "清空")
    for sign in CODE[:10]:
        touch(window, sign)
    match away:
        case "help":
            leave_for(window, replace(HELP, serial=8))
            window.show_view(replace(view, serial=9))
        case "idle-warning":
            leave_for(window, replace(view, phase=Phase.IDLE_WARNING, warning_s=20))
            window.show_view(view)
        case "warning-over-help":
            leave_for(window, replace(HELP, serial=8))
            leave_for(window, replace(HELP, serial=8, phase=Phase.IDLE_WARNING, warning_s=20))
            leave_for(window, replace(HELP, serial=8))
            window.show_view(replace(view, serial=9))
        case _:
            touch(window, "大字")
    assert page_of(window).draft == CODE[:10]
    assert hint_of(window) == "还差 10 个"


def test_another_question_with_the_same_key_begins_with_what_it_is_given(make_window: MakeWindow) -> None:
    window, view = make_window(), view_of(code_page())
    overview = replace(BY_NAME["overview"], step_key="overview")
    window.show_view(view)
    for sign in CODE[:10]:
        touch(window, sign)
    leave_for(window, replace(overview, serial=8))
    window.show_view(replace(view, serial=9))
    assert page_of(window).draft == "", "验真 was left, and begun anew"
    for sign in CODE:
        touch(window, sign)
    touch(window, "核对")
    leave_for(window, replace(BY_NAME["verify-known"], serial=10, step_key="verified:valid"))
    window.show_view(replace(view, serial=11))
    assert page_of(window).draft == "", "what was sent is not there to be sent again"
    again = replace(code_page(CODE), key="enter:2")
    window.show_view(view_of(again, 12))
    assert page_of(window).draft == CODE


def test_what_was_typed_is_forgotten_with_the_session(make_window: MakeWindow) -> None:
    window, view = make_window(), view_of(code_page())
    window.show_view(view)
    touch(window, "7")
    window.show_view(replace(view, phase=Phase.IDLE_WARNING, warning_s=20))
    window.show_view(View(Phase.TAKE_CARD, GOOD))
    assert window._left_off._draft is None
    window.show_view(view)
    assert page_of(window).draft == ""


def test_a_leaf_is_found_again_after_the_idle_warning(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE, Appearance(TextSize.LARGEST))
    view = replace(BY_NAME["overview"], step_key="overview")
    window.show_view(view)
    touch(window, "下一页")
    assert window.page is not None
    assert window.page.place == 1
    window.show_view(replace(view, phase=Phase.IDLE_WARNING, warning_s=20))
    window.show_view(view)
    assert window.page.place == 1


class Keyboard:
    """Keys with the times at which they were struck, as the system tells them."""

    def __init__(self, window: KioskWindow) -> None:
        self._window = window
        self._now_ms = 1_000

    def strike(self, key: Qt.Key, text: str = "", *, after_ms: int = 200) -> None:
        self._now_ms += after_ms
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(self._now_ms)
        QApplication.sendEvent(self._window, event)

    def type(self, text: str, *, after_ms: int = 200) -> None:
        for sign in text:
            self.strike(Qt.Key.Key_unknown, sign, after_ms=after_ms)

    def scan(self, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
        self.type(text[0], after_ms=3_000)
        self.type(text[1:], after_ms=4)
        self.strike(end, after_ms=4)


def test_a_keyboard_types_small_letters_too_and_what_is_no_key_is_passed_over(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = make_window()
    window.show_view(view_of(code_page(scans=True)))
    keyboard = Keyboard(window)
    keyboard.type("7kqm-0O1I 2xra")
    assert page_of(window).draft == "7KQM2XRA"
    keyboard.strike(Qt.Key.Key_Backspace)
    QTest.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page_of(window).draft == "7KQM2XR"
    # A quick hand, and two keys struck as one.
    keyboard.type("A9PWEHV4CTB", after_ms=60)
    keyboard.type("8N", after_ms=1)
    keyboard.strike(Qt.Key.Key_Return)
    assert answers(sent) == [Entered(7, CODE)]
    keyboard.strike(Qt.Key.Key_Backspace)
    keyboard.strike(Qt.Key.Key_Return)
    assert len(answers(sent)) == 1, "what was sent is sent"
    assert QGuiApplication.clipboard().text() == ""


FOREIGN = "https://weixin.qq.com/r/abcdefghjkmnpqrstuvwxyz"


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
@pytest.mark.parametrize("text", [SEAL, URL, CODE, FOREIGN, "6901234567892"])
def test_whatever_a_scanner_types_is_no_persons_and_what_he_typed_stays(
    make_window: MakeWindow, sent: list[Event], text: str, end: Qt.Key
) -> None:
    window = make_window()
    window.show_view(view_of(code_page("7KQ", scans=True)))
    keyboard = Keyboard(window)
    keyboard.type("M2")
    keyboard.scan(text, end)
    assert answers(sent) == [ScanRead(text)]
    assert page_of(window)._typed == "7KQM2"


@pytest.mark.parametrize("text", [SEAL, CODE, FOREIGN])
def test_where_nothing_is_scanned_a_scanners_keys_change_nothing(
    make_window: MakeWindow, sent: list[Event], text: str
) -> None:
    window = make_window()
    window.show_view(view_of(code_page(CODE)))
    keyboard = Keyboard(window)
    keyboard.scan(text)
    keyboard.strike(Qt.Key.Key_Enter, after_ms=4)
    assert answers(sent) == [], "of CR and LF neither is a person's"
    assert page_of(window).draft == CODE
    keyboard.strike(Qt.Key.Key_Return)
    assert answers(sent) == [Entered(7, CODE)]


@pytest.mark.parametrize("page", ["overview", "review", "pay-scan", "help", "verify-known", "idle-warning"])
def test_on_other_pages_a_scanner_that_types_presses_nothing(
    make_window: MakeWindow, sent: list[Event], page: str
) -> None:
    window = make_window()
    window.show_view(BY_NAME[page])
    keyboard = Keyboard(window)
    for tabs in range(1, 12):
        keyboard.type("A B", after_ms=4)
        for _ in range(tabs):
            keyboard.strike(Qt.Key.Key_Tab, "\t", after_ms=4)
        for key, text in ((Qt.Key.Key_Space, " "), (Qt.Key.Key_Return, "\r"), (Qt.Key.Key_Enter, "\r")):
            focused = window.focusWidget()
            assert focused is window
            keyboard.strike(key, text, after_ms=4)
            QTest.keyClick(focused, key)
    assert answers(sent) == []


def test_a_short_run_or_a_slow_one_is_a_persons() -> None:
    def ended(signs: int, after_ms: int, enter_after_ms: int) -> tuple[str, str] | None:
        keys = ScannerKeys()
        for i in range(signs):
            keys.take("A", 1_000 + i * after_ms, "7")
        return keys.end(1_000 + (signs - 1) * after_ms + enter_after_ms)

    assert ended(8, 49, 49) == ("A" * 8, "7")
    assert ended(7, 5, 5) is None
    assert ended(8, 50, 5) is None
    assert ended(20, 5, 50) is None


def test_what_stood_before_the_run_is_what_comes_back() -> None:
    keys = ScannerKeys()
    for i, sign in enumerate("7KQ"):
        keys.take(sign, i * 300, "7KQ"[:i])
    for i, sign in enumerate("HTTPS://"):
        keys.take(sign, 900 + i, "7KQ" + "HTTPS"[:i])
    assert keys.end(908) == ("HTTPS://", "7KQ")
    assert keys.end(912) == ("", "7KQ"), "CR and LF"
    assert keys.end(1_200) is None, "what was ended is no beginning"


@pytest.mark.parametrize("screen", SCREENS, ids=name_of)
@pytest.mark.parametrize("size", TextSize)
def test_the_keys_are_large_at_any_size(make_window: MakeWindow, screen: Screen, size: TextSize) -> None:
    window = make_window(screen, Appearance(size))
    window.show_view(view_of(code_page(scans=True)))
    least = LARGE_TARGET_MM * screen.px_per_mm
    keys = [touch for touch in page_of(window).findChildren(Touch) if len(touch.label) == 1]
    assert len(keys) == 32
    assert all(min(key.width(), key.height()) >= least for key in keys)
    assert all(not label.text() for key in keys for label in key.findChildren(Label))
