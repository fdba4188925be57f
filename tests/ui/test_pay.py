"""A payment on the screen: what to do at each stage, how much and for whom, and the way out of it."""

import math
from dataclasses import replace

import pytest
import zxingcpp
from fixtures.page_checker import problems
from gallery import BY_NAME, EXAMPLES, Example
from gallery_sales import BY_PHONE, CODE, FAMILY_BY_CARD
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import LANDSCAPE, SCREENS, MakeWindow, name_of

from kiosk.conversation.events import CardIn, Event
from kiosk.conversation.steps import Pay
from kiosk.conversation.touches import GiveUpWanted, StillHere, Touched
from kiosk.conversation.view import View
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.sales import PayProgress, PayStage, Premium, Sale, TenderKind
from ui.appearance import Appearance
from ui.glass import Item, visible
from ui.metrics import Screen, TextSize
from ui.pages.moving_picture import MovingPicture
from ui.pages.page import PageKind
from ui.theme import Contrast
from ui.touch import Touch
from ui.window import KioskWindow

PAY_PAGES = tuple(example for example in EXAMPLES if example.name.startswith(("pay-", "present")))
_MODULES = 29
"""On a side of version 3, which holds the code's 42 bytes."""
GIVE_UP, GIVING_UP = "不缴了", "正在取消…"


def at(stage: PayStage, code: str = "", sale: Sale = BY_PHONE, serial: int = 7) -> View:
    view = BY_NAME["pay-preparing"]
    return replace(view, serial=serial, due=Pay("pay", sale), paying=PayProgress(stage, code))


def item(window: KioskWindow, text: str) -> Item:
    (found,) = (one for one in visible(window).items if one.text == text)
    return found


def words(window: KioskWindow) -> str:
    return " ".join(visible(window).words)


def finger_on(window: KioskWindow, text: str) -> None:
    """Where the glass says that it is."""
    place = item(window, text).rect
    middle = QPoint(place.x + place.width // 2, place.y + place.height // 2)
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=window.mapFromGlobal(middle))


def given_up(sent: list[Event]) -> list[Event]:
    return [event for event in sent if not isinstance(event, StillHere)]


EVERYWHERE = [
    (screen, Appearance(size, contrast)) for screen in SCREENS for size in TextSize for contrast in Contrast
]


@pytest.mark.parametrize(("screen", "appearance"), EVERYWHERE, ids=name_of)
@pytest.mark.parametrize("example", PAY_PAGES, ids=name_of)
def test_every_stage_is_large_whole_apart_readable_and_named(
    make_window: MakeWindow, example: Example, screen: Screen, appearance: Appearance
) -> None:
    window = make_window(screen, appearance)
    window.show_view(example.view)
    assert problems(window) == []


@pytest.mark.parametrize(("screen", "appearance"), EVERYWHERE, ids=name_of)
def test_a_family_with_long_names_and_many_kinds_still_fits(
    make_window: MakeWindow, screen: Screen, appearance: Appearance
) -> None:
    premiums = tuple(
        Premium(f"{who}-{kind}-{year}", kind, year, Money(123_456_78), f"{who}**********提", whom)
        for who, whom in zip("阿买欧司努", (ForWhom.SELF, *[ForWhom.OTHER] * 4), strict=True)
        for kind in (Kind.MEDICAL_RESIDENT, Kind.PENSION_RESIDENT)
        for year in (2026, 2027)
    )
    for tender, code in ((TenderKind.BANK_CARD, ""), (TenderKind.WECHATPAY, CODE)):
        sale = Sale(premiums, "阿**********提", tender)
        stage = PayStage.SCAN if code else PayStage.AT_PAD
        for progress in (PayStage.PREPARING, stage, PayStage.CONFIRMING):
            window = make_window(screen, appearance)
            window.show_view(at(progress, code if progress is PayStage.SCAN else "", sale))
            assert "￥2,469,135.60" in words(window)
            assert "20笔保险费" in words(window)
            assert problems(window) == []


def test_every_stage_says_what_to_do_how_much_and_for_whom(make_window: MakeWindow) -> None:
    window = make_window()
    told = {}
    for name in ("preparing", "at-pad", "scan", "confirming"):
        window.show_view(BY_NAME[f"pay-{name}"])
        told[name] = words(window)
        assert "￥400.00" in told[name]
        assert "给陈*禾缴2027年度居民医保" in told[name]
    assert "正在准备，请稍等" in told["preparing"]
    assert "请在密码键盘上刷卡" in told["at-pad"]
    assert "插卡、贴卡也可以，再按提示输密码" in told["at-pad"]
    assert "要用社保卡里的银行账户付款，现在可以取出卡" in told["at-pad"]
    assert "请用微信扫一扫" in told["scan"]
    assert "正在确认结果，请不要离开" in told["confirming"]
    assert "机器正在问银行，最多一分半钟。 不会重复扣款。" in told["confirming"]


def test_who_has_no_card_in_a_slot_is_not_told_about_one(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(replace(BY_NAME["pay-at-pad"], laid_card=True))
    assert "取出卡" not in words(window)
    window.show_view(replace(BY_NAME["printing"], serial=9, laid_card=True))
    assert "请从这里取走纸张" in words(window)
    assert "取走卡" not in words(window)


def test_what_confirms_a_payment_by_telephone_is_not_called_a_bank(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(at(PayStage.CONFIRMING))
    assert "机器正在问微信支付，最多一分半钟。" in words(window)
    assert "银行" not in words(window)


def test_a_family_is_told_by_name_and_counted_where_it_is_large(make_window: MakeWindow) -> None:
    window = make_window(SCREENS[2])
    window.show_view(at(PayStage.AT_PAD, sale=FAMILY_BY_CARD))
    assert "给王*兰（本人）、陈*国、陈*禾等4人缴2027年度居民医保" in words(window)
    assert "给王*兰（本人）、陈*国缴2027年度居民养老" in words(window)
    narrow = make_window(LANDSCAPE, Appearance(TextSize.LARGEST))
    narrow.show_view(at(PayStage.AT_PAD, sale=FAMILY_BY_CARD))
    assert "给王*兰（本人）等4人缴 6笔保险费" in words(narrow)


def test_two_children_masked_alike_are_two(make_window: MakeWindow) -> None:
    twins = tuple(
        Premium(f"{kind}-{twin}", kind, 2027, Money(400_00), "陈*禾", ForWhom.DEPENDANT)
        for kind in (Kind.MEDICAL_RESIDENT, Kind.PENSION_RESIDENT, Kind.MEDICAL_EMPLOYEE)
        for twin in (1, 2)
    )
    window = make_window(SCREENS[2])
    window.show_view(at(PayStage.AT_PAD, sale=Sale(twins[:2], "王*兰", TenderKind.BANK_CARD)))
    assert "给陈*禾、陈*禾缴2027年度居民医保" in words(window)
    window.show_view(at(PayStage.AT_PAD, sale=Sale(twins, "王*兰", TenderKind.BANK_CARD), serial=8))
    assert "给陈*禾、陈*禾缴6笔保险费" in words(window)


def _picture(window: KioskWindow) -> Image.Image:
    """The whole screen, as a telephone sees it."""
    seen = window.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    size = (seen.width(), seen.height())
    return Image.frombytes("L", size, bytes(seen.constBits()), "raw", "L", seen.bytesPerLine())


@pytest.mark.parametrize(("screen", "appearance"), EVERYWHERE, ids=name_of)
def test_the_code_reads_and_is_sixty_millimetres_with_its_quiet_zone(
    make_window: MakeWindow, screen: Screen, appearance: Appearance
) -> None:
    window = make_window(screen, appearance)
    window.show_view(at(PayStage.SCAN, CODE))
    seen = _picture(window)
    (read,) = zxingcpp.read_barcodes(seen)
    assert (read.text, read.format) == (CODE, zxingcpp.BarcodeFormat.QRCode)
    (place,) = (one.rect for one in visible(window).items if one.name == "微信支付二维码")
    corner, edge = window.mapFromGlobal(QPoint(place.x, place.y)), math.ceil(screen.px_per_mm)
    box = (corner.x(), corner.y(), corner.x() + place.width, corner.y() + place.height)
    code = seen.crop((box[0] + edge, box[1] + edge, box[2] - edge, box[3] - edge))
    left, top, right, bottom = code.point(lambda level: 255 if level < 128 else 0).getbbox() or (0, 0, 0, 0)
    assert (right - left) / screen.width_px * screen.width_mm >= 60
    assert (bottom - top) / screen.height_px * screen.height_mm >= 60
    assert min(left, top, code.width - right, code.height - bottom) >= 4 * (right - left) // _MODULES
    assert {code.getpixel((x, y)) for x in range(left, right) for y in (top, bottom - 1)} == {0, 255}


def test_one_page_follows_the_payment(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(at(PayStage.PREPARING))
    page = window.page
    assert page is not None
    assert page.kind is PageKind.PAY
    for stage, code, says in (
        (PayStage.SCAN, CODE, "请用微信扫一扫"),
        (PayStage.CONFIRMING, "", "正在确认结果，请不要离开"),
    ):
        before = words(window)
        window.show_view(at(stage, code))
        assert window.page is page
        assert window.settled
        assert says in words(window)
        assert says not in before
    assert "请用微信扫一扫" not in words(window)
    window.show_view(replace(BY_NAME["printed"], serial=8))
    assert window.page is not page


def test_another_code_replaces_the_one_on_the_screen(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(at(PayStage.SCAN, CODE))
    window.show_view(at(PayStage.SCAN, CODE.replace("5f", "6a")))
    (read,) = zxingcpp.read_barcodes(_picture(window))
    assert read.text == CODE.replace("5f", "6a")


def test_the_same_stage_again_leaves_the_picture_moving(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(motion=True)
    window.show_view(BY_NAME["pay-at-pad"])
    (picture,) = window.findChildren(MovingPicture)
    before = picture.property("way")
    qtbot.waitUntil(lambda: picture.property("way") != before, timeout=5000)
    window.show_view(BY_NAME["pay-at-pad"])
    assert window.findChildren(MovingPicture) == [picture]


def test_without_motion_the_picture_rests(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["pay-at-pad"])
    (picture,) = window.findChildren(MovingPicture)
    QTest.qWait(100)
    assert picture.property("way") == 0.5


@pytest.mark.parametrize("stage", [PayStage.PREPARING, PayStage.CONFIRMING])
def test_where_nothing_can_be_given_up_nothing_offers_it(make_window: MakeWindow, stage: PayStage) -> None:
    window = make_window()
    window.show_view(at(stage))
    buttons = [one.text for one in visible(window).items if one.role == "button" and one.enabled]
    assert buttons == ["大字", "高对比", "慢一点"]
    assert [one.name for one in visible(window).items if one.role == "progress"] != []


def test_giving_up_is_sent_once_and_shown_as_noticed(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(at(PayStage.SCAN, CODE))
    (button,) = (one for one in window.findChildren(Touch) if one.label == GIVE_UP)
    place = item(window, GIVE_UP).rect
    button.click()
    button.click()
    assert sent == [GiveUpWanted(7)]
    told = item(window, GIVING_UP)
    assert not told.enabled
    assert (told.rect.x, told.rect.y) == (place.x, place.y)
    assert problems(window) == []
    finger_on(window, GIVING_UP)
    finger_on(window, GIVING_UP)
    window.show_view(at(PayStage.SCAN, CODE))
    assert given_up(sent) == [GiveUpWanted(7)]


def test_a_finger_where_the_glass_says_gives_up(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["pay-at-pad"])
    finger_on(window, GIVE_UP)
    assert given_up(sent) == [GiveUpWanted(7)]


def test_what_was_given_up_stays_so_in_larger_text(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(BY_NAME["pay-at-pad"])
    finger_on(window, GIVE_UP)
    finger_on(window, "大字")
    finger_on(window, "高对比")
    assert not item(window, GIVING_UP).enabled
    assert "请在密码键盘上刷卡" in words(window)
    assert given_up(sent) == [GiveUpWanted(7)]


def test_the_next_payment_can_be_given_up_again(make_window: MakeWindow, sent: list[Event]) -> None:
    window = make_window()
    window.show_view(at(PayStage.SCAN, CODE))
    finger_on(window, GIVE_UP)
    window.show_view(at(PayStage.PREPARING, serial=9))
    window.show_view(at(PayStage.SCAN, CODE, serial=9))
    finger_on(window, GIVE_UP)
    assert given_up(sent) == [GiveUpWanted(7), GiveUpWanted(9)]


def test_while_money_moves_the_footer_leads_nowhere(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["pay-at-pad"])
    assert [item(window, label).enabled for label in ("返回", "帮助", "退出")] == [False, False, False]
    assert [item(window, label).enabled for label in ("大字", "高对比", "慢一点")] == [True, True, True]


def test_an_offer_is_the_answer_where_another_card_is_asked_for(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    window = make_window()
    window.show_view(BY_NAME["present"])
    assert window.page is not None
    assert window.page.kind is PageKind.PRESENT
    assert "放到另一个读卡器里。您自己的卡不要取出。" in words(window)
    assert len(window.findChildren(MovingPicture)) == 1
    finger_on(window, "没带他的卡，输入号码")
    finger_on(window, "不给别人缴了")
    assert sent == [Touched(7, "by-number")]
    assert not any(isinstance(event, CardIn) for event in sent)


def test_a_stage_that_is_over_leaves_memory(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.show_view(BY_NAME["pay-at-pad"])
    window.show_view(BY_NAME["pay-confirming"])
    qtbot.waitUntil(
        lambda: [one for one in QApplication.allWidgets() if isinstance(one, MovingPicture)] == [],
        timeout=5000,
    )
