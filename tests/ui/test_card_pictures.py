"""What to do with a card, drawn: every picture is there, and is another than every other."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import chain, combinations, product
from operator import ne

import pytest
from fixtures.page_checker import problems
from gallery import BY_NAME, CARD_PAGES, EXAMPLES, Example
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from windows import LANDSCAPE, SCREENS, MakeWindow, name_of

from kiosk.clock import CHINA
from kiosk.conversation.content import Offer, Words
from kiosk.conversation.desk import Desk
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Picture
from kiosk.conversation.steps import Inform, Present
from kiosk.conversation.view import Condition, View
from kiosk.domain.region import Office, Region
from kiosk.domain.text import CHINESE, say
from ui import wording
from ui.appearance import Appearance
from ui.glass import visible
from ui.metrics import Metrics, Screen, TextSize
from ui.pages.card_pictures import LARGEST_MM, SMALLEST_MM, card_picture
from ui.pages.moving_picture import MovingPicture
from ui.parts import GreatSign
from ui.style import Style
from ui.theme import HIGH, STANDARD, THEMES, Contrast, Role, Theme
from ui.window import KioskWindow

ROOM = QSize(400, 500)
WORDY = "card-page-elsewhere"
NOWHERE = Region("800100", "示例县", "1", {}, {}, Office("示例县", "", "", ""), {}, details_on_card_read=True)
EVERYWHERE = [
    (screen, Appearance(size, contrast)) for screen in SCREENS for size in TextSize for contrast in Contrast
]
CONTRASTS = tuple(Contrast)
WITH_PICTURES = tuple(
    example
    for example in EXAMPLES
    if example.id_reader or getattr(example.view.due, "picture", None) is not None
)


def style(theme: Theme = STANDARD, size: TextSize = TextSize.STANDARD) -> Style:
    return Style(Metrics(LANDSCAPE, size), theme, CHINESE)


@cache
def drawn(picture: Picture, contrast: Contrast = Contrast.STANDARD, way: float = 0.5) -> QImage:
    theme = THEMES[contrast]
    made = card_picture(style(theme), picture, ROOM, motion=False)
    assert made is not None
    made.setProperty("way", way)
    made.setStyleSheet(f"background: {theme[Role.PAPER]}")
    image = made.grab().toImage()
    made.deleteLater()
    return image


def pixels(image: QImage) -> list[int]:
    """Every second of every second row."""
    whole = image.convertToFormat(QImage.Format.Format_RGB32)
    every, width = whole.constBits().cast("I"), whole.width()
    rows = (every[y * width : (y + 1) * width : 2] for y in range(0, image.height(), 2))
    return list(chain.from_iterable(rows))


def differing(one: QImage, other: QImage) -> float:
    """The part of the pixels in which two pictures of one size are not alike."""
    ours, theirs = pixels(one), pixels(other)
    assert len(ours) == len(theirs)
    return sum(map(ne, ours, theirs)) / len(ours)


@cache
def grey(picture: Picture) -> QImage:
    return drawn(picture).convertToFormat(QImage.Format.Format_Grayscale8)


@pytest.mark.parametrize("contrast", Contrast)
@pytest.mark.parametrize("picture", Picture)
def test_every_picture_is_drawn(qapp: object, picture: Picture, contrast: Contrast) -> None:
    seen = Counter(pixels(drawn(picture, contrast)))
    ((_, ground),) = seen.most_common(1)
    assert 0.05 < 1 - ground / seen.total() < 0.95
    assert len(seen) > 3


def test_no_picture_looks_like_another(qapp: object) -> None:
    for contrast in Contrast:
        images = {picture: drawn(picture, contrast) for picture in Picture}
        for one, other in combinations(Picture, 2):
            alike = images[one].size() == images[other].size()
            assert not alike or differing(images[one], images[other]) > 0.01, (one, other)


@pytest.mark.parametrize("picture", Picture)
def test_no_picture_needs_its_colours(qapp: object, picture: Picture) -> None:
    """Without colour it is still another picture than every other, and its lines are seen."""
    seen = grey(picture)
    levels = {pixel & 0xFF for pixel in pixels(seen)}
    assert max(levels) - min(levels) > 127
    for other in Picture:
        if other is not picture:
            assert grey(other).size() != seen.size() or differing(grey(other), seen) > 0.01


@pytest.mark.parametrize("picture", Picture)
def test_every_theme_has_a_picture_of_its_own(qapp: object, picture: Picture) -> None:
    assert differing(drawn(picture), drawn(picture, Contrast.HIGH)) > 0.3


@pytest.mark.parametrize("picture", Picture)
def test_something_in_every_picture_moves(qapp: object, picture: Picture) -> None:
    assert differing(drawn(picture, way=0.0), drawn(picture, way=1.0)) > 0.005


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    picture=st.sampled_from(Picture),
    room=st.builds(QSize, st.integers(0, 2000), st.integers(0, 2000)),
    look=st.builds(style, st.sampled_from([STANDARD, HIGH]), st.sampled_from(TextSize)),
)
def test_a_picture_fits_its_room_or_is_not_there(
    qapp: object, picture: Picture, room: QSize, look: Style
) -> None:
    made = card_picture(look, picture, room, motion=False)
    if made is None:
        assert min(room.width(), room.height()) < look.metrics.px(SMALLEST_MM) * 1.4
        return
    assert made.width() <= min(room.width(), look.metrics.px(LARGEST_MM))
    assert look.metrics.px(SMALLEST_MM) <= made.height() <= room.height()
    assert made.accessibleName() == say_of(picture)
    assert not made.grab().toImage().isNull()
    made.deleteLater()


def say_of(picture: Picture) -> str:
    return wording.CARD_PICTURE[picture].render(CHINESE)


def pictures_on(window: KioskWindow) -> list[str]:
    return [item.name for item in visible(window).items if item.role == "picture"]


def _with_pictures() -> list[tuple[Example, Screen, Appearance]]:
    """Each on every screen in every size; the contrast, which moves nothing, in turn."""
    places = product(SCREENS, TextSize)
    return [
        (example, screen, Appearance(size, CONTRASTS[(i + j) % len(CONTRASTS)]))
        for j, (screen, size) in enumerate(places)
        for i, example in enumerate(WITH_PICTURES)
    ]


@pytest.mark.parametrize(("example", "screen", "appearance"), _with_pictures(), ids=name_of)
def test_every_page_with_a_picture_is_large_whole_apart_readable_and_named(
    make_window: MakeWindow, example: Example, screen: Screen, appearance: Appearance
) -> None:
    window = make_window(screen, appearance, id_reader=example.id_reader)
    window.show_view(example.view)
    assert problems(window) == []
    shown = [picture.height() / screen.px_per_mm for picture in window.findChildren(MovingPicture)]
    wide = screen.width_mm > screen.height_mm
    no_room = (example.name, wide, appearance.text_size) == (WORDY, True, TextSize.LARGEST)
    assert len(shown) == (0 if no_room else 1)
    assert all(height >= SMALLEST_MM for height in shown)


def test_a_card_page_shows_its_picture_instead_of_the_sign_and_names_it(make_window: MakeWindow) -> None:
    window = make_window()
    for serial, example in enumerate(CARD_PAGES):
        window.show_view(replace(example.view, serial=serial))
        due = example.view.due
        assert isinstance(due, Inform | Present)
        assert due.picture is not None
        assert pictures_on(window) == [say_of(due.picture)]
        assert window.findChildren(GreatSign) == []


def test_another_card_is_asked_for_with_the_picture_of_two_slots_where_none_is_named(
    make_window: MakeWindow,
) -> None:
    window = make_window()
    window.show_view(BY_NAME["present"])
    assert pictures_on(window) == [say_of(Picture.OWN_SECOND_CARD)]
    window.show_view(replace(BY_NAME["present-id-card"], serial=8))
    assert pictures_on(window) == [say_of(Picture.LAY_ID_CARD)]


def test_the_picture_gives_way_where_the_page_has_no_room(make_window: MakeWindow) -> None:
    many = tuple(say("第{n}句话，说得很长很长，一行放不下，要占两行。", n=n) for n in range(12))
    picture, offers = Picture.CARD_LOCKED, (Offer("on", say("继续"), primary=True),)
    long = Inform("long", say("说来话长"), many, ("on",), offers, picture=picture)
    window = make_window(SCREENS[1], Appearance(TextSize.LARGEST))
    window.show_view(View(Phase.TALKING, BY_NAME["present"].status, 7, long))
    assert pictures_on(window) == []
    assert problems(window) == []


def test_with_blocks_the_picture_stands_beside_them(make_window: MakeWindow) -> None:
    blocks = (Words((say("带上身份证。"), say("带上这张卡。")), say("带什么"), numbered=True),)
    lines, offers = (say("要到窗口解锁。"),), (Offer("on", say("继续"), primary=True),)
    step = Inform(
        "locked", say("卡锁住了"), lines, ("on",), offers, blocks=blocks, picture=Picture.CARD_LOCKED
    )
    for screen, appearance in EVERYWHERE:
        window = make_window(screen, appearance)
        window.show_view(View(Phase.TALKING, BY_NAME["present"].status, 7, step))
        assert pictures_on(window) == [say_of(Picture.CARD_LOCKED)]
        assert problems(window) == []


def test_pictures_move_where_there_is_motion_and_rest_where_not(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    still = make_window()
    still.show_view(CARD_PAGES[0].view)
    (picture,) = still.findChildren(MovingPicture)
    before = picture.property("way")
    QTest.qWait(100)
    assert picture.property("way") == before
    moving = make_window(motion=True)
    moving.show_view(CARD_PAGES[0].view)
    (picture,) = moving.findChildren(MovingPicture)
    begin = picture.property("way")
    qtbot.waitUntil(lambda: picture.property("way") != begin, timeout=5000)


def test_a_picture_plays_no_part_in_what_a_step_is() -> None:
    desk = Desk(datetime(2026, 11, 20, 9, 30, tzinfo=CHINA), NOWHERE)
    plain, drawn_too = (
        desk.inform("page", say("一页")),
        desk.inform("page", say("一页"), picture=Picture.CARD_IN),
    )
    assert (plain.picture, drawn_too.picture) == (None, Picture.CARD_IN)
    assert plain == drawn_too
    offers = (Offer("no", say("不了")),)
    asked = desk.present("card", say("请放卡"), offers=offers, picture=Picture.LAY_ID_CARD)
    assert asked.picture is Picture.LAY_ID_CARD
    assert asked == desk.present("card", say("请放卡"), offers=offers)


def _invitation(window: KioskWindow) -> str:
    return " ".join(visible(window).words)


def test_a_terminal_that_reads_id_cards_invites_both(make_window: MakeWindow) -> None:
    view = BY_NAME["attract"]
    without = make_window()
    without.show_view(view)
    assert "请放入社保卡 芯片朝上，插到底" in _invitation(without)
    assert "身份证" not in _invitation(without)
    both = make_window(id_reader=True)
    both.show_view(view)
    assert "请放入社保卡 或把身份证放在感应区" in _invitation(both)


def test_a_reader_that_fails_takes_only_its_own_invitation_away(make_window: MakeWindow) -> None:
    window = make_window(id_reader=True)
    status = BY_NAME["attract"].status
    bad = Condition.BAD
    for now, says in (
        (replace(status, id_reader=bad), "请放入社保卡 芯片朝上"),
        (replace(status, reader=bad), "请把身份证放在感应区 插卡口暂时不能用"),
        (replace(status, reader=bad, id_reader=bad), "读卡器暂时不能用"),
        (status, "请放入社保卡 或把身份证放在感应区"),
    ):
        window.show_view(View(Phase.WAITING, now))
        assert says in _invitation(window)


def test_an_id_card_that_still_lies_there_is_asked_for_by_its_name(make_window: MakeWindow) -> None:
    window = make_window(id_reader=True)
    status = BY_NAME["take-card"].status
    window.show_view(View(Phase.TAKE_CARD, status))
    assert "请取走您的卡" in _invitation(window)
    window.show_view(View(Phase.TAKE_CARD, status, laid_card=True))
    assert "请拿走身份证" in _invitation(window)
    window.show_view(View(Phase.LEFT_BEHIND, status, laid_card=True))
    assert "请先拿走感应区上的身份证" in _invitation(window)


def test_words_go_before_a_picture_that_would_push_them_to_a_second_page(make_window: MakeWindow) -> None:
    """Beside the picture these would take two pages."""
    window = make_window(LANDSCAPE, Appearance(TextSize.LARGEST))
    window.show_view(BY_NAME[WORDY])
    told = " ".join(visible(window).words)
    assert "请带身份证和这张卡到窗口" in told
    assert "下一页" not in told
    assert problems(window) == []
