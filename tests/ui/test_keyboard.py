"""Every page by arrows and one button: what is reached, what is pressed, and what a scanner never presses."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import pytest
from fixtures.kept_voice import KeptVoice
from gallery import BY_NAME
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from windows import LANDSCAPE, MakeWindow

from kiosk.conversation.events import Event
from kiosk.conversation.touches import (
    Entered,
    ScanRead,
    SlowWanted,
    StillHere,
    Touched,
)
from kiosk.conversation.view import View
from kiosk.domain.sales import PayProgress, PayStage
from kiosk.languages.catalogue import other_languages
from ui.appearance import Appearance
from ui.metrics import TextSize
from ui.spoken_pages import spoken_by
from ui.theme import Contrast, contrast
from ui.touch import Button
from ui.window import KioskWindow

LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down
RETURN = Qt.Key.Key_Return
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
LANGUAGES = other_languages()
OVERVIEW = replace(BY_NAME["overview"], step_key="overview")
FINDING = replace(BY_NAME["finding"], step_key="finding")


def strike(window: KioskWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = _NO_MODIFIER) -> None:
    """Where keys go: to what has the focus."""
    QTest.keyClick(window.focusWidget() or window, key, modifier)


def focused(window: KioskWindow) -> Button | None:
    """What has the ring."""
    now = window.focusWidget()
    return now if isinstance(now, Button) else None


def name(window: KioskWindow) -> str:
    now = focused(window)
    return "" if now is None else now.accessibleName()


def everything(window: KioskWindow) -> list[Button]:
    return [one for one in window.findChildren(Button) if one.isVisible() and one.isEnabled()]


def place(thing: Button) -> QRect:
    return QRect(thing.mapTo(thing.window(), QPoint(0, 0)), thing.size())


def go_to(window: KioskWindow, wanted: str) -> None:
    """By the arrow that goes through everything."""
    for _ in range(len(everything(window)) + 1):
        strike(window, RIGHT)
        if name(window).startswith(wanted):
            return
    raise AssertionError(f"no arrow comes to {wanted!r}")


def answers(sent: list[Event]) -> list[Event]:
    return [event for event in sent if not isinstance(event, StillHere)]


def shown(make_window: MakeWindow, view: View, *, size: TextSize = TextSize.STANDARD) -> KioskWindow:
    voice = spoken_by(KeptVoice(), unasked=False)
    window = make_window(LANDSCAPE, Appearance(size), languages=LANGUAGES, voice=voice)
    window.show_view(view)
    return window


def part_of(window: KioskWindow, thing: Button) -> int:
    """Of the page, then the footer, then the top bar."""
    rooms = (window.page, window._frame._bottom, window._frame._top)
    return next(i for i, room in enumerate(rooms) if room is not None and room.isAncestorOf(thing))


PAGES = [
    *((page, TextSize.STANDARD) for page in ("attract", "grid", "enter", "idle-warning", "review", "tray")),
    *((page, TextSize.STANDARD) for page in ("overview", "preview", "pay-scan", "present", "help")),
    *((page, TextSize.LARGEST) for page in ("overview-full", "finding", "grid", "review")),
]
VIEWS = {**BY_NAME, "tray": BY_NAME["print-unknown"]}


@pytest.mark.parametrize(("page", "size"), PAGES)
def test_the_arrows_go_through_everything_as_one_reads_and_around(
    make_window: MakeWindow, sent: list[Event], page: str, size: TextSize
) -> None:
    window = shown(make_window, VIEWS[page], size=size)
    assert focused(window) is None, "nothing has a ring before an arrow was pressed"
    gone = []
    for _ in everything(window):
        strike(window, RIGHT)
        gone.append(focused(window))
    assert set(gone) == set(everything(window))
    there = [thing for thing in gone if thing is not None]
    parts = [part_of(window, thing) for thing in there]
    assert parts == sorted(parts), "page, footer, top bar"
    for (one, part), (other, after) in itertools.pairwise(zip(there, parts, strict=True)):
        if part == after:
            assert place(other).bottom() >= place(one).top(), "never back to a row above"
    strike(window, RIGHT)
    assert focused(window) is there[0]
    strike(window, LEFT)
    assert focused(window) is there[-1]
    assert answers(sent) == []


def test_up_and_down_go_to_the_key_above_and_below(make_window: MakeWindow) -> None:
    window = shown(make_window, BY_NAME["enter"])
    assert window.page is not None
    keys = [one for one in window.page.findChildren(Button) if len(one.accessibleName()) == 1]
    assert len(keys) == 32
    for i, key in enumerate(keys[:-8]):
        window._keyboard._in_use = True
        window._keyboard._focus(key)
        strike(window, DOWN)
        assert focused(window) is keys[i + 8]
        strike(window, UP)
        assert focused(window) is key


def test_up_and_down_keep_to_the_month_and_jump_over_one_without_anything(make_window: MakeWindow) -> None:
    window = shown(make_window, BY_NAME["grid"])
    go_to(window, "职工养老 3月")
    strike(window, DOWN)
    assert name(window) == "失业保险 3月 已缴"
    strike(window, DOWN)
    strike(window, DOWN)
    assert name(window) == "生育保险 3月 转入"
    strike(window, UP)
    assert name(window) == "工伤保险 3月 已缴"


def test_below_the_last_and_above_the_first_there_is_nothing(make_window: MakeWindow) -> None:
    window = shown(make_window, BY_NAME["grid"])
    for key in (DOWN, UP):
        for _ in range(20):
            strike(window, key)
        before = focused(window)
        strike(window, key)
        assert focused(window) is before


def test_the_button_presses_what_has_the_ring(make_window: MakeWindow, sent: list[Event]) -> None:
    window = shown(make_window, OVERVIEW)
    strike(window, RETURN)
    assert sent == [], "nothing has it"
    go_to(window, "查缴费明细")
    strike(window, RETURN)
    assert answers(sent) == [Touched(7, "contributions")]
    assert isinstance(sent[0], StillHere), "an arrow is a sign of life"


@pytest.mark.parametrize("key", [Qt.Key.Key_Enter, Qt.Key.Key_Select])
def test_a_pads_own_button_is_the_button(make_window: MakeWindow, sent: list[Event], key: Qt.Key) -> None:
    window = shown(make_window, OVERVIEW)
    go_to(window, "查缴费明细")
    strike(window, key)
    assert answers(sent) == [Touched(7, "contributions")]


def test_on_another_page_the_ring_is_on_what_comes_first(make_window: MakeWindow) -> None:
    window = shown(make_window, OVERVIEW)
    go_to(window, "打印权益记录")
    window.show_view(replace(BY_NAME["printed"], serial=8))
    assert name(window) == "取走了，继续"
    window.show_view(replace(OVERVIEW, serial=9))
    assert focused(window) is window._keyboard.order()[0]


@pytest.mark.parametrize("switch", ["大字", "高对比", "English"])
def test_what_was_pressed_keeps_the_ring_when_all_is_drawn_anew(make_window: MakeWindow, switch: str) -> None:
    window = shown(make_window, OVERVIEW)
    go_to(window, switch)
    before = focused(window)
    strike(window, RETURN)
    after = focused(window)
    assert after is not None
    assert after is not before
    assert name(window) == {"English": "中文"}.get(switch, switch)
    strike(window, RETURN)
    if switch == "English":
        assert window.appearance == Appearance()
        assert name(window) == switch


def test_a_leaf_that_is_turned_keeps_the_ring_and_after_the_last_it_is_at_the_leafs_beginning(
    make_window: MakeWindow,
) -> None:
    window = shown(make_window, FINDING, size=TextSize.LARGEST)
    assert window.page is not None
    go_to(window, "下一页")
    strike(window, RETURN)
    leaf = window.page.place
    assert leaf == 1
    while name(window) == "下一页":
        strike(window, RETURN)
    assert window.page.place > leaf
    assert focused(window) is window._keyboard.order()[0]


def test_what_changes_around_the_page_does_not_take_the_ring(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = shown(make_window, OVERVIEW)
    go_to(window, "慢一点")
    strike(window, RETURN)
    assert answers(sent) == [SlowWanted(slow=True)]
    window.show_view(replace(OVERVIEW, slow=True))
    assert name(window) == "慢一点"
    window.show_view(replace(OVERVIEW, slow=True, status=BY_NAME["overview-away"].status))
    assert name(window) == "慢一点"
    go_to(window, "音量")
    strike(window, RETURN)
    assert focused(window) is not None, "the top bar was made anew"


def test_a_payments_stages_do_not_take_the_ring(make_window: MakeWindow) -> None:
    view = BY_NAME["pay-preparing"]
    window = shown(make_window, replace(view, paying=PayProgress(PayStage.AT_PAD)))
    strike(window, RIGHT)
    assert name(window) == "不缴了"
    strike(window, RETURN)
    assert focused(window) is not None, "不缴了 has gone"
    window.show_view(replace(view, paying=PayProgress(PayStage.CONFIRMING)))
    assert focused(window) is not None


def test_a_finger_puts_the_ring_away(make_window: MakeWindow, sent: list[Event]) -> None:
    window = shown(make_window, OVERVIEW)
    strike(window, RIGHT)
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(5, 500))
    assert focused(window) is None
    strike(window, RIGHT)
    (size,) = (one for one in everything(window) if one.accessibleName() == "大字")
    QTest.mouseClick(size, Qt.MouseButton.LeftButton)
    assert focused(window) is None
    sent.clear()
    strike(window, RETURN)
    assert answers(sent) == []


def test_no_other_key_presses_or_moves_the_ring(make_window: MakeWindow, sent: list[Event]) -> None:
    window = shown(make_window, OVERVIEW)
    go_to(window, "查缴费明细")
    before = focused(window)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Space, *map(Qt.Key, range(0x30, 0x5B))):
        strike(window, key)
        assert focused(window) is before
    assert answers(sent) == []


@pytest.mark.parametrize(
    "modifier",
    [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.MetaModifier],
)
def test_with_a_modifier_an_arrow_is_none(
    make_window: MakeWindow, sent: list[Event], modifier: Qt.KeyboardModifier
) -> None:
    window = shown(make_window, OVERVIEW)
    for key in (RIGHT, LEFT, UP, DOWN):
        strike(window, key, modifier)
    assert focused(window) is None
    go_to(window, "查缴费明细")
    strike(window, RETURN, modifier)
    assert answers(sent) == []


SEAL = "BM1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 etc:/"


def type_in(window: KioskWindow, text: str, end: Qt.Key = RETURN, *, every_ms: int) -> None:
    """A scanner types a sign every few milliseconds, and its end; a person takes his time."""
    keys = [(Qt.Key.Key_unknown, sign) for sign in text] + [(end, "\t" if end is Qt.Key.Key_Tab else "\r")]
    for i, (key, sign) in enumerate(keys):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, sign)
        event.setTimestamp(50_000 + every_ms * i)
        QApplication.sendEvent(window.focusWidget() or window, event)


@pytest.mark.parametrize("end", [RETURN, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
@pytest.mark.parametrize(("page", "told"), [("enter", [ScanRead(SEAL)]), ("overview", []), ("review", [])])
def test_a_scan_after_arrows_presses_nothing_and_goes_to_the_page(
    make_window: MakeWindow, sent: list[Event], page: str, told: list[Event], end: Qt.Key
) -> None:
    window = shown(make_window, BY_NAME[page])
    strike(window, RIGHT)
    type_in(window, SEAL, end, every_ms=4)
    assert answers(sent) == told


def test_what_is_typed_after_arrows_is_sent_by_return(make_window: MakeWindow, sent: list[Event]) -> None:
    window = shown(make_window, BY_NAME["enter-digits"])
    strike(window, RIGHT)
    type_in(window, "13812345678", every_ms=300)
    assert answers(sent) == [Entered(7, "13812345678")]


def test_the_ring_ends_with_the_session_and_where_nobody_came(make_window: MakeWindow) -> None:
    window = shown(make_window, OVERVIEW)
    strike(window, RIGHT)
    window.show_view(BY_NAME["take-card"])
    assert window._keyboard.in_use, "who goes by the arrows is told to take the card"
    window.show_view(BY_NAME["attract"])
    assert focused(window) is None
    strike(window, RIGHT)
    assert window._nobody.isActive()
    window._nobody.timeout.emit()
    assert focused(window) is None


def _pixels(image: QImage) -> list[int]:
    return image.convertToFormat(QImage.Format.Format_RGB32).constBits().cast("I").tolist()


@pytest.mark.parametrize("which", Contrast)
@pytest.mark.parametrize("page", ["overview-away", "grid", "review"])
def test_the_ring_is_seen(make_window: MakeWindow, which: Contrast, page: str) -> None:
    """By two pixels for each of its outline, each 3:1 from what was there (WCAG 2.2, 2.4.13)."""
    window = make_window(LANDSCAPE, Appearance(contrast=which), languages=LANGUAGES)
    window.show_view(BY_NAME[page])
    window.activateWindow()
    QApplication.processEvents()
    things = window._keyboard.order()
    before = [window.grab(place(thing)).toImage() for thing in things]
    for thing, without in zip(things, before, strict=True):
        thing.setFocus(Qt.FocusReason.TabFocusReason)
        pairs = Counter(zip(_pixels(without), _pixels(window.grab(place(thing)).toImage()), strict=True))
        seen = sum(
            number
            for (one, other), number in pairs.items()
            if one != other and contrast(f"#{one & 0xFFFFFF:06x}", f"#{other & 0xFFFFFF:06x}") >= 3.0
        )
        assert seen >= 2 * 2 * (thing.width() + thing.height()), thing.accessibleName()
