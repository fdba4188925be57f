"""What a scripted resident is told of the screen."""

import json

from gallery import BY_NAME
from gallery_blocks import SENTENCE
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from windows import MakeWindow

from kiosk.conversation.events import Event
from kiosk.conversation.touches import Touched
from ui.glass import Glass, Item, visible


def _item(glass: Glass, text: str) -> Item:
    (found,) = (item for item in glass.items if item.text == text)
    return found


def test_the_glass_tells_page_serial_words_and_places(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    glass = visible(window)
    assert (glass.kind, glass.serial, glass.settled) == ("browse", 7, True)
    assert SENTENCE in glass.words
    told = json.loads(glass.json())
    assert {"text", "name", "role", "rect", "enabled"} == set(told["items"][0])


def test_a_finger_put_where_the_glass_says_touches_it(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["grid"])
    (cell,) = (item for item in visible(window).items if item.name == "职工养老 3月 已缴")
    assert (cell.role, cell.text, cell.enabled) == ("cell", "●", True)
    middle = QPoint(cell.rect.x + cell.rect.width // 2, cell.rect.y + cell.rect.height // 2)
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=window.mapFromGlobal(middle))
    assert sent == [Touched(7, "职工养老:3")]


def test_what_cannot_be_touched_is_told_so(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["overview"])
    assert not _item(visible(window), "返回").enabled
    assert _item(visible(window), "退出").enabled


def test_only_the_page_in_front_is_told(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["finding"])
    before = visible(window)
    assert "带什么" not in before.words
    window.show_view(BY_NAME["over"])
    after = visible(window)
    assert (after.kind, after.items) == ("blank", ())


def test_a_payment_tells_its_words_its_code_and_the_way_out(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["pay-scan"])
    glass = visible(window)
    assert (glass.kind, glass.settled) == ("pay", True)
    assert {"请用微信扫一扫", "￥400.00", "给陈*禾缴2027年度居民医保"} <= set(glass.words)
    (code,) = (item for item in glass.items if item.role == "picture")
    assert code.name == "微信支付二维码"
    assert code.rect.width == code.rect.height > 0
    give_up = _item(glass, "不缴了")
    assert (give_up.role, give_up.enabled) == ("button", True)
