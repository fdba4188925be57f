"""Top bar and footer: in as few rows as can be, apart enough, nothing of them over the page."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest
from fixtures.kept_voice import READY, KeptVoice
from gallery import BY_NAME
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget
from windows import LANDSCAPE, PORTRAIT, SCREENS, MakeWindow

from kiosk.conversation.view import Condition
from kiosk.domain.text import CHINESE, Language
from kiosk.languages.catalogue import other_languages
from ui.appearance import Appearance
from ui.metrics import GAP_MM, Metrics, Screen, TextSize
from ui.parts import Label
from ui.spoken_pages import spoken_by
from ui.touch import Button, Touch
from ui.window import KioskWindow

(ENGLISH,) = other_languages()
LANGUAGES: dict[str, Language] = {"zh": CHINESE, "en": ENGLISH}
PRINTED = replace(BY_NAME["printed"], can_go_back=True)
PLACE = "示例县示例镇示例村村民委员会便民服务站"


def shown(
    make_window: MakeWindow,
    screen: Screen = LANDSCAPE,
    size: TextSize = TextSize.STANDARD,
    language: str = "zh",
    *,
    place: str = PRINTED.status.place,
    heard: bool = True,
) -> KioskWindow:
    voice = spoken_by(KeptVoice(replace(READY, works=heard)), unasked=False)
    looks = Appearance(size, language=LANGUAGES[language])
    window = make_window(screen, looks, languages=(ENGLISH,), voice=voice)
    window.show_view(replace(PRINTED, status=replace(PRINTED.status, place=place)))
    return window


def rect(thing: QWidget) -> QRect:
    return QRect(thing.mapTo(thing.window(), QPoint(0, 0)), thing.size())


def bar(window: KioskWindow, *, top: bool) -> QWidget:
    part = window._frame._top if top else window._frame._bottom
    assert part is not None
    return part


def rows(part: QWidget) -> int:
    """How many of its things stand below one another: none of one row ends before another begins."""
    things = [one for one in part.children() if isinstance(one, QWidget) and one.isVisible()]
    bottoms, found = -1, 0
    for place in sorted((rect(one) for one in things), key=lambda place: place.center().y()):
        if place.top() > bottoms:
            bottoms, found = place.bottom(), found + 1
    return found


def touches(part: QWidget) -> list[Button]:
    return [one for one in part.findChildren(Button) if one.isVisible()]


def words(part: QWidget) -> set[str]:
    return {one.words for one in part.findChildren(Label) if one.isVisible()}


def told(value: object) -> str:
    """In the name of a test."""
    match value:
        case Screen(width_px=width):
            return str(width)
        case TextSize(name=name):
            return name
        case _:
            return str(value)


LAID_OUT = [*product(SCREENS, TextSize, LANGUAGES)]


@pytest.mark.parametrize(("screen", "size", "language"), LAID_OUT, ids=told)
def test_the_bars_have_few_rows_and_their_touches_are_large_and_apart(
    make_window: MakeWindow, screen: Screen, size: TextSize, language: str
) -> None:
    window = shown(make_window, screen, size, language)
    top, bottom = bar(window, top=True), bar(window, top=False)
    assert rows(top) <= (1 if screen is not PORTRAIT else 2)
    roomy = screen is not PORTRAIT and (language == "zh" or size is TextSize.STANDARD)
    assert rows(bottom) <= (1 if roomy else 2)
    metrics = Metrics(screen, size)
    for part in (top, bottom):
        things = [one for one in part.children() if isinstance(one, QWidget) and one.isVisible()]
        for one, other in combinations(things, 2):
            a, b = rect(one), rect(other)
            across = max(a.left(), b.left()) - min(a.right(), b.right()) - 1
            down = max(a.top(), b.top()) - min(a.bottom(), b.bottom()) - 1
            assert max(across, down) >= 0, "nothing lies over another"
            if isinstance(one, Button) and isinstance(other, Button):
                assert max(across, down) >= GAP_MM * screen.px_per_mm - 1
        for one in touches(part):
            assert min(one.width(), one.height()) >= metrics.target
            assert part.rect().contains(one.geometry())
            assert one.width() >= one.sizeHint().width(), "its words are whole"


@pytest.mark.parametrize("size", TextSize)
def test_the_states_are_told_whatever_has_to_go(make_window: MakeWindow, size: TextSize) -> None:
    for screen, language in product(SCREENS, LANGUAGES):
        window = shown(make_window, screen, size, language, place=PLACE)
        said = {one.replace("\u2060", "") for one in words(bar(window, top=True))}
        style = window._style()
        for state in ("网络正常", "纸张充足"):
            assert style.language.translate(state) in said
        assert "10:32" in said


def test_the_brand_goes_before_the_place_and_both_before_a_second_row(make_window: MakeWindow) -> None:
    top = bar(shown(make_window), top=True)
    assert {"便民社保", "示例村服务站"} <= words(top)
    large = bar(shown(make_window, LANDSCAPE, TextSize.LARGE, place="示例村服务站示例点"), top=True)
    largest = bar(shown(make_window, LANDSCAPE, TextSize.LARGEST, place=PLACE), top=True)
    assert "便民社保" not in words(large)
    assert PLACE not in words(largest)
    assert rows(largest) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", TextSize)
def test_what_begins_or_ends_to_be_said_moves_nothing(
    make_window: MakeWindow, size: TextSize, language: str
) -> None:
    window = shown(make_window, size=size, language=language)

    def places() -> list[tuple[int, ...]]:
        top = bar(window, top=True)
        things = [one for one in top.children() if isinstance(one, QWidget) and one.isVisible()]
        return [one.geometry().getRect() for one in things]

    silent = places()
    window.hear(replace(READY, speaking=True))
    assert places() == silent
    window.hear(replace(READY, headphones=True))
    assert places() == silent


@pytest.mark.parametrize(("screen", "size", "language"), LAID_OUT, ids=told)
def test_whatever_changes_in_the_bars_they_lie_over_nothing(
    make_window: MakeWindow, screen: Screen, size: TextSize, language: str
) -> None:
    window = shown(make_window, screen, size, language, heard=False)
    bad = replace(PRINTED.status, network=Condition.BAD, paper=Condition.UNKNOWN, place=PLACE)
    for view in (
        replace(PRINTED, slow=True),
        replace(PRINTED, status=bad),
        replace(PRINTED, slow=True, status=bad),
    ):
        window.show_view(view)
        check_page_between(window)
    window.hear(READY)
    check_page_between(window)
    window.take_languages((ENGLISH, replace(ENGLISH, code="en-x-long", words={**ENGLISH.words})))
    check_page_between(window)


def check_page_between(window: KioskWindow) -> None:
    assert window.page is not None
    top, bottom = bar(window, top=True).geometry(), bar(window, top=False).geometry()
    page = window.page.geometry()
    assert (top.top(), top.bottom() + 1) == (0, page.top())
    assert (page.bottom() + 1, bottom.bottom()) == (bottom.top(), window.height() - 1)


def test_only_what_can_be_touched_now_can_be_touched(make_window: MakeWindow) -> None:
    window = shown(make_window)
    for can in (True, False):
        window.show_view(replace(PRINTED, can_go_back=can, can_help=can, can_exit=can))
        ends = {one.label: one.isEnabled() for one in window.findChildren(Touch) if one.isVisible()}
        assert [ends[label] for label in ("返回", "帮助", "退出")] == [can] * 3


@pytest.mark.parametrize("page", ["idle-warning", "over"])
def test_around_a_bare_page_there_is_nothing(make_window: MakeWindow, page: str) -> None:
    window = shown(make_window)
    window.show_view(BY_NAME[page])
    window.hear(replace(READY, speaking=True))
    assert window._frame.parts == ()
    assert window.page is not None
    assert window.page.geometry() == window.rect()
