"""English and 中文, one touch away; every word of the frame; back when the session is over."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fixtures.kept_voice import READY, KeptVoice
from gallery import BY_NAME
from gallery_entry import code_page
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from test_enter import view_of
from windows import LANDSCAPE, MakeWindow

from kiosk.conversation.view import Condition, Status
from kiosk.domain.text import CHINESE, Text
from kiosk.languages.catalogue import other_languages
from ui import wording
from ui.appearance import Appearance
from ui.metrics import TextSize
from ui.parts import Label
from ui.spoken_pages import spoken_by
from ui.theme import Contrast
from ui.touch import Touch
from ui.window import KioskWindow

ENGLISH, *OTHERS = other_languages()
HAN = re.compile(r"[\u3400-\u9fff]")
OVERVIEW = replace(BY_NAME["overview"], step_key="overview")
FINDING = replace(BY_NAME["finding"], step_key="finding")


def shown(make_window: MakeWindow, page: str = "overview", looks: Appearance | None = None) -> KioskWindow:
    voice = spoken_by(KeptVoice(), unasked=False)
    window = make_window(LANDSCAPE, looks, languages=(ENGLISH,), voice=voice)
    window.show_view(BY_NAME[page])
    return window


def touch(window: KioskWindow, label: str) -> None:
    (found,) = (b for b in window.findChildren(Touch) if b.label == label and b.isVisible())
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def of_frame(window: KioskWindow) -> list[str]:
    """Every word and name of the bars, but the place's."""
    found: list[str] = []
    for part in window._frame.parts:
        found += [one.words for one in part.findChildren(Label) if one.isVisible()]
        for one in part.findChildren(Touch):
            found += [one.label, one.accessibleName(), one.accessibleDescription()]
    return [words for words in found if words and words != OVERVIEW.status.place]


def test_the_catalogue_is_english() -> None:
    assert (ENGLISH.code, ENGLISH.name, OTHERS) == ("en", "English", [])


def test_there_and_back_by_one_touch_each(make_window: MakeWindow) -> None:
    window = shown(make_window)
    touch(window, "English")
    assert window.appearance.language is ENGLISH
    assert {label for label in of_frame(window) if HAN.search(label)} == {"中文"}
    touch(window, "中文")
    assert window.appearance == Appearance()


def test_without_another_language_there_is_no_switch(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(OVERVIEW)
    assert not {"English", "中文"} & {one.label for one in window.findChildren(Touch)}
    window.take_languages((ENGLISH,))
    assert "English" in {one.label for one in window.findChildren(Touch) if one.isVisible()}


@pytest.mark.parametrize("speaking", [False, True])
@pytest.mark.parametrize("condition", Condition)
def test_every_word_around_the_pages_is_translated(
    make_window: MakeWindow, condition: Condition, speaking: bool
) -> None:
    voice = KeptVoice(replace(READY, speaking=speaking))
    window = make_window(LANDSCAPE, languages=(ENGLISH,), voice=spoken_by(voice, unasked=False))
    status = Status(OVERVIEW.status.place, condition, condition, condition)
    window.show_view(replace(OVERVIEW, status=status, can_go_back=True, can_help=True, slow=speaking))
    touch(window, "English")
    for size, contrast in zip(TextSize, Contrast, strict=True):
        window._dress(text_size=size, contrast=contrast)
        assert {words for words in of_frame(window) if HAN.search(words)} == {"中文"}


def test_every_sentence_of_the_frame_and_its_pages_is_translated() -> None:
    """Those that `ui.wording` holds ready; what it makes when it is asked is in the catalogue's own test."""
    texts: list[Text] = []
    for held in vars(wording).values():
        match held:
            case Text():
                texts.append(held)
            case tuple():
                texts += held
            case dict():
                texts += [one for one in held.values() if isinstance(one, Text)]
    assert len(texts) > 100
    assert [str(one) for one in texts if HAN.search(one.render(ENGLISH))] == []


@pytest.mark.parametrize("after", ["over", "attract"])
def test_the_next_resident_is_spoken_to_in_chinese(make_window: MakeWindow, after: str) -> None:
    window = shown(make_window)
    touch(window, "English")
    window.show_view(BY_NAME[after])
    assert window.appearance.language is CHINESE


def test_a_language_left_behind_without_a_session_goes_back(make_window: MakeWindow) -> None:
    window = shown(make_window, "attract")
    touch(window, "English")
    assert "Insert your social security card" in {one.words for one in window.findChildren(Label)}
    window._nobody.timeout.emit()
    assert "请放入社保卡" in {one.words for one in window.findChildren(Label) if one.isVisible()}
    assert "English" in of_frame(window)


def test_a_language_chosen_before_the_card_stays_for_the_session(make_window: MakeWindow) -> None:
    window = shown(make_window, "attract")
    touch(window, "English")
    window.show_view(BY_NAME["reading-card"])
    window.show_view(OVERVIEW)
    window._nobody.timeout.emit()
    assert window.appearance.language is ENGLISH


def test_what_was_typed_and_the_leaf_are_there_in_the_other_language(make_window: MakeWindow) -> None:
    window = shown(make_window)
    window.show_view(view_of(code_page("7KQM")))
    touch(window, "X")
    touch(window, "English")
    assert window.page is not None
    assert window.page.draft == "7KQMX"
    window = shown(make_window, looks=Appearance(TextSize.LARGEST))
    window.show_view(replace(FINDING, serial=8))
    touch(window, "下一页")
    touch(window, "English")
    assert window.page is not None
    assert window.page.place == 1


@pytest.mark.parametrize("languages", [1, 2, 3])
def test_the_switch_goes_round_all_languages(make_window: MakeWindow, languages: int) -> None:
    more = tuple(
        replace(ENGLISH, code=f"en-x-{i}", words={**ENGLISH.words, "中文": f"English {i}"})
        for i in range(languages)
    )
    window = make_window(LANDSCAPE, languages=more)
    window.show_view(OVERVIEW)
    seen = []
    for name in [*(one.name for one in more), "中文"]:
        touch(window, name)
        seen.append(window.appearance.language.code)
    assert seen == [*(one.code for one in more), "zh"]
